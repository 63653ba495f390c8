// enough -- "that's enough for now": nothing new for a while, where all of one's teams permit it.
// How long is asked, and no reason.
import { useState } from "react";
import { useQueries } from "@tanstack/react-query";
import { age, keyOf, useAnswer } from "../feed/cache.ts";
import { call } from "../feed/http.ts";
import { me } from "../feed/session.ts";
import { back, complain, tell } from "./notices.tsx";

const LENGTHS_MS = [15, 30, 60, 120, 240, 480].map((minutes) => minutes * 60_000);
const TOUCHED = ["get_me", "get_presence", "explain_my_nothing"] as const;

// The longest that all of one's teams permit, in ms; null: one of them does not, or it is not
// known.
export function useLongest(): number | null {
  const teams = me().teams.filter(({ level }) => level !== null);
  const found = useQueries({
    queries: teams.map(({ team: id }) => ({
      queryKey: keyOf("get_team_settings", { params: { id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("get_team_settings", { params: { id }, signal }),
    })),
  });
  let longest = Infinity;
  for (const { data } of found) {
    const settings = data?.answer.settings;
    if (settings?.["enough_allowed"]?.effective !== true) return null;
    longest = Math.min(longest, Number(settings["enough_max_ms"]?.effective ?? 0));
  }
  return Number.isFinite(longest) && longest > 0 ? longest : null;
}

// Until when I take nothing new; null: I do.
export function useEnoughUntil(): string | null {
  const presence = useAnswer("get_presence", { params: { id: me().id } }).data?.answer;
  const until = presence?.enough_until ?? null;
  return until !== null && Date.parse(until) > Date.now() ? until : null;
}

// The last of them is the longest.
export function lengthsUpTo(longest: number): readonly number[] {
  return LENGTHS_MS.filter((ms) => ms < longest).concat(longest);
}

// The longest is asked for by saying none: a clock that runs ahead of the server's would be
// refused. Answers until when.
async function pauseIntake(ms: number, longest: number): Promise<string> {
  const until = ms >= longest ? null : new Date(Date.now() + ms).toISOString();
  const { answer } = await call("pause_my_intake", { body: { until } });
  age(TOUCHED);
  return answer.until ?? until ?? new Date(Date.now() + ms).toISOString();
}

async function resumeIntake(): Promise<void> {
  await call("resume_my_intake");
  age(TOUCHED);
}

// Pausing and going on, with the way back; what was refused is said. `said` words the pause.
export function useIntake(said: (until: string) => string) {
  const [isBusy, setBusy] = useState(false);
  const busily = async (work: () => Promise<void>) => {
    setBusy(true);
    await work().catch(complain);
    setBusy(false);
  };
  return {
    isBusy,
    pause: (ms: number, longest: number) =>
      busily(async () => {
        tell(said(await pauseIntake(ms, longest)), back("resume_my_intake", {}, TOUCHED));
      }),
    resume: (after: () => void = () => undefined) => busily(() => resumeIntake().then(after)),
  };
}
