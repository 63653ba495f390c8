// session -- who looks at this page: read once, before anything is drawn.
import type { Me } from "../gen/shapes.ts";
import { call, Refusal } from "./http.ts";

export type Session =
  | { state: "signed_in"; me: Me; seq: number | null }
  | { state: "signed_out"; resets: boolean } // whether a new password can be asked for by mail
  | { state: "first_run" };

let current: Me | null = null;

export async function readSession(): Promise<Session> {
  try {
    const { answer, seq } = await call("get_me");
    current = answer;
    return { state: "signed_in", me: current, seq };
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
  }
  const { answer } = await call("get_setup");
  return answer.open ? { state: "first_run" } : { state: "signed_out", resets: answer.resets };
}

// Who is signed in. Only where a room is shown, which is never without.
export function me(): Me {
  if (current === null) throw new Error("nobody is signed in");
  return current;
}

// After a change of one's own preferences.
export function renewMe(now: Me): void {
  current = now;
}

export function may(...rights: readonly string[]): boolean {
  return (
    current !== null &&
    rights.some((right) => (current?.rights as readonly string[]).includes(right))
  );
}

export function leadsTeam(team: string | null): boolean {
  return me().teams.some((each) => each.team === team && each.leads);
}

export async function signOut(): Promise<void> {
  await call("sign_out");
  location.assign("/");
}
