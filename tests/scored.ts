// scored -- customers who were helped and say how it was: a conversation that is answered and
// closed, and a score by the link that a program was given.
import type { Client, Person } from "./server.ts";

const EVERY_MS = 50;
const TRIES = 600;

/** Asks again until there is an answer. */
export async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < TRIES; i++) {
    const got = await what();
    if (got !== undefined) return got;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error("it did not come about");
}

/** A conversation that is answered and closed; who it is about, if anybody. */
export async function helped(team: string, mate: Person, contact: string | null): Promise<string> {
  const made = await mate.client.post("/conversations", {
    team,
    title: "An order",
    text: "where is it",
    ...(contact === null ? {} : { contact }),
  });
  const path = `/conversations/${made.body.id as string}`;
  await mate.client.post(`${path}/parts`, { kind: "message", text: "it is on its way" });
  const closed = await mate.client.post(`${path}/close`, {});
  if (closed.status !== 200) throw new Error(`${path}: ${closed.status} ${closed.text}`);
  return made.body.id as string;
}

/** As a browser without scripts sends it. */
export async function answered(
  program: Client,
  conversation: string,
  score: number,
): Promise<void> {
  const link = await until(async () => {
    const got = await program.post(`/conversations/${conversation}/survey/link`);
    return got.status === 200 ? (got.body.link as string) : undefined;
  });
  const comment = score <= 2 ? "느려요. It took days." : "Thank you";
  const got = await fetch(link, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ score: String(score), comment }).toString(),
  });
  if (got.status !== 200) throw new Error(`${link}: ${got.status}`);
}
