// mail_story -- a workspace whose mailbox tests of mail write to, and looking at what came of it.
import { type PostOffice, MINA, PATIENCE_MS, SUPPORT } from "./mail_office.ts";
import { Tally } from "./program.ts";
import type { Answer, Client, Person, Server } from "./server.ts";

export const tally = new Tally();
export const SUBJECT = "배송이 아직 도착하지 않았습니다";

export const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
export const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(
    `${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`,
  );

export interface Scene {
  readonly office: PostOffice;
  readonly server: Server;
  readonly owner: Client;
  readonly admin: { headers: Record<string, string> };
  readonly mate: Person;
  readonly team: string;
}

export function plain(o: {
  id: string;
  subject: string;
  text: string;
  from?: string;
  more?: string[];
}): string {
  return [
    `From: <${o.from ?? MINA}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${o.subject}`,
    `Message-ID: <${o.id}>`,
    ...(o.more ?? []),
    "",
    o.text,
    "",
  ].join("\n");
}

// ---- looking

export async function conversations(s: Scene): Promise<any[]> {
  return (await s.mate.client.get("/conversations?limit=100")).body.data;
}

export async function partsOf(s: Scene, id: string): Promise<any[]> {
  return (await s.mate.client.get(`/conversations/${id}/parts?limit=100`)).body.data;
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await tally.until(what, PATIENCE_MS, holds);
}

export async function answer(
  s: Scene,
  talk: string,
  text: string,
  more: object = {},
): Promise<any> {
  const got = await s.mate.client.post(`/conversations/${talk}/parts`, {
    kind: "message",
    text,
    ...more,
  });
  status("answered", got, 201);
  tally.same("on its way", [got.body.mail?.delivery, got.body.mail?.address], ["waiting", MINA]);
  return got.body;
}
