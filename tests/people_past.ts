// people_past -- a past of calls and answers in which something changed for a few people: what the
// tests of a person's own patterns, and of their screen, begin with.
import { type Answer, browser, type Client, type Person, type Server } from "./server.ts";

const DAY_MS = 86_400_000;
const DAYS = 200;
const SHIFT_DAYS = 25;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;

export const NAMES = {
  billing: ["Mina", "Ada", "Bert", "Cleo", "Dora", "Eli", "Nora"],
  returns: ["Rosa", "Sami", "Tove", "Uli", "Vera", "Wim", "Xenia"],
  small: ["Solo"],
} as const;

export interface Cast {
  readonly server: Server;
  readonly owner: Client;
  readonly billing: string;
  readonly returns: string;
  readonly small: string;
  readonly lead: Person; // of billing
  readonly otherLead: Person; // of returns
  readonly boss: Person; // manages every team
  readonly people: Readonly<Record<string, Person>>;
  readonly shiftAt: number;
}

/** Somebody at a page: by their sign-in, not by a token. */
export interface Page {
  readonly get: (path: string) => Promise<Answer>;
  readonly delete: (path: string) => Promise<Answer>;
  readonly put: (path: string, body: object) => Promise<Answer>;
  readonly post: (path: string, body: object) => Promise<Answer>;
}

export function page(person: Person): Page {
  const nobody = person.client.as(null);
  const by = { headers: browser(person.cookie) };
  return {
    get: (path) => nobody.get(path, by),
    delete: (path) => nobody.delete(path, by),
    put: (path, body) => nobody.put(path, body, by),
    post: (path, body) => nobody.post(path, body, by),
  };
}

/** The same numbers at each run: mulberry32. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function cast(server: Server, known?: Client): Promise<Cast> {
  const owner = known ?? (await server.owner());
  const team = async (name: string): Promise<string> =>
    (await owner.post("/teams", { name })).body.id as string;
  const [billing, returns, small] = [
    await team("Billing"),
    await team("Returns"),
    await team("Small"),
  ];
  const join = (name: string, of: string, roles?: readonly string[]): Promise<Person> =>
    server.person(owner, {
      name,
      email: `${name.toLowerCase()}@people.example`,
      memberships: [{ team: of }],
      ...(roles === undefined ? {} : { roles }),
    });
  const lead = await join("Lena", billing, ["teammate", "lead"]);
  const otherLead = await join("Olga", returns, ["teammate", "lead"]);
  const people: Record<string, Person> = {};
  for (const [of, names] of [
    [billing, NAMES.billing],
    [returns, NAMES.returns],
    [small, NAMES.small],
  ] as const)
    for (const name of names) people[name] = await join(name, of);
  const boss = await server.person(owner, { name: "Bo", roles: ["manager"] });
  return {
    server,
    owner,
    billing,
    returns,
    small,
    lead,
    otherLead,
    boss,
    people,
    shiftAt: TODAY - SHIFT_DAYS * DAY_MS,
  };
}

/** How many times the usual each takes lately. */
const LATELY: Readonly<Record<string, number>> = {
  Mina: 1.9,
  Ada: 0.5,
  Rosa: 2.2,
  Sami: 2.2,
  Tove: 2.2,
};

/** Calls of each day: of Mina longer, of Ada shorter, and of three in Returns longer at once;
 * answers about each, of which Bert's turn bad. */
export function pastOf(c: Cast): string {
  const random = noise(2);
  const at = new Date(Date.now() + 1000).toISOString();
  const number = (id: string): number => Number(id.split("_")[1]);
  const iso = (ms: number): string => new Date(Math.round(ms)).toISOString();
  const lines: string[] = [];
  let item = 0;
  const call = (team: string, name: string, d: number, i: number): void => {
    const started = TODAY - (DAYS - d) * DAY_MS + (8 * 60 + i * 40) * 60_000;
    const isLate = d >= DAYS - SHIFT_DAYS;
    const times = isLate ? (LATELY[name] ?? 1) : 1;
    const seconds = 300 * times * Math.exp((random() + random() + random() - 1.5) * 0.8);
    lines.push(
      JSON.stringify({
        at,
        cmd: "history.note_call",
        import: 1,
        item: ++item,
        team: number(team),
        teammate: number(c.people[name]!.id),
        contact: item,
        started: iso(started),
        queued: iso(started),
        answered: iso(started + 9000),
        ended: iso(started + 9000 + seconds * 1000),
        transfers: 0,
        tags: [["order", "invoice", "parcel"][i % 3]],
      }),
    );
  };
  for (let d = 0; d < DAYS; d++)
    for (const [team, names] of [
      [c.billing, NAMES.billing],
      [c.returns, NAMES.returns],
      [c.small, NAMES.small],
    ] as const)
      for (const name of names)
        for (let i = 0; i < 6; i++) if (name !== "Nora" || d >= DAYS - 10) call(team, name, d, i);
  for (let d = 0; d < DAYS - 8; d++)
    for (const name of NAMES.billing) {
      const asked = TODAY - (DAYS - d) * DAY_MS + 15 * 3_600_000;
      const isBad = name === "Bert" && d >= DAYS - SHIFT_DAYS ? random() < 0.8 : random() < 0.08;
      if (name === "Nora" || (d % 2 === 1 && d < DAYS - SHIFT_DAYS)) continue;
      lines.push(
        JSON.stringify({
          at,
          cmd: "history.note_answer",
          import: 1,
          item: ++item,
          form: "csat",
          score: isBad ? 1 : 5,
          asked: iso(asked),
          answered: iso(asked + 3_600_000),
          team: number(c.billing),
          teammate: number(c.people[name]!.id),
          channel: "voice",
          tags: ["order"],
        }),
      );
    }
  return `${lines.join("\n")}\n`;
}
