// search -- articles found by words: on the public help pages and beside a conversation, at 10,000
// articles in three languages, and by SQLite's plain ways over the same texts and words.
//
// usage: search [--articles N] [--queries N]
//   --articles  each in English, Korean and Arabic                            (10000)
//   --queries   of each kind; the help pages answer 300 a minute to a network  (240)
//
// Ours is asked over HTTP, one question after another, and answers with whole pages as readers get
// them; the peers are asked in their own process, so what they take is their search alone. Every
// peer finds at most 20. In English, where a word is a word for all, ours must find as many as FTS5
// does. Ends with 1 when it does not, or when the help pages take more than 20 ms: at the median
// and, should others be at work on the machine, of the server's own CPU.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { nearestRank } from "../scripts/lib/figures.ts";
import { root } from "../scripts/lib/root.ts";
import { browser, withServer, type Server } from "../tests/server.ts";

const GOAL_MS = 20;
const FLIGHT = 16; // requests on their way while articles are made
const LANGUAGES = ["en", "ko", "ar"] as const;
type Language = (typeof LANGUAGES)[number];

interface Text {
  readonly language: Language;
  readonly title: string;
  readonly body: string;
}
interface Query {
  readonly language: Language;
  readonly words: string;
}
interface Taken {
  readonly name: string;
  readonly ms: readonly number[];
  readonly cpu: number; // of the server or the peer, in the mean of a question
  readonly found: readonly number[];
}

// ---- texts: 400 words of each language, the first often and the last seldom

const STEMS: Record<Language, readonly string[]> = {
  en: ["order", "parcel", "refund", "invoice", "account", "password", "kettle", "address"],
  ko: ["주문", "택배", "환불", "청구서", "계정", "비밀번호", "주전자", "주소"],
  ar: ["طلب", "طرد", "استرداد", "فاتورة", "حساب", "مرور", "غلاية", "عنوان"],
};
const ENDS = "abcdefghijklmnopqrstuvwxy";

function word(language: Language, i: number): string {
  const stem = STEMS[language][i % 8] ?? "";
  const end = ENDS[Math.floor(i / 8) % 25] ?? "";
  return i < 8 ? stem : `${stem}${end}${Math.floor(i / 200)}`;
}

/** Numbers that repeat for the same seed; small ones oftener. */
function seldom(seed: number): number {
  const x = (Math.imul(seed, 2654435761) >>> 8) / 2 ** 24;
  return Math.floor(400 * x * x * x);
}

function text(language: Language, article: number): Text {
  const words = (from: number, n: number): string =>
    Array.from({ length: n }, (_, i) => word(language, seldom(article * 131 + from + i))).join(" ");
  const body = [`**${words(10, 4)}**`, words(20, 40), `- ${words(70, 8)}`, words(80, 30)];
  return { language, title: words(0, 5), body: body.join("\n\n") };
}

function queries(n: number): readonly Query[] {
  return Array.from({ length: n }, (_, i) => {
    const language = LANGUAGES[i % 3] ?? "en";
    const first = word(language, (i * 37) % 400);
    return { language, words: i % 4 === 3 ? `${first} ${word(language, i % 8)}` : first };
  });
}

// ---- ours

/** Without the tests' client, which holds each answer against the document. */
async function post(server: Server, path: string, body: unknown): Promise<any> {
  const got = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: {
      ...browser(server.cookie),
      "Content-Type": "application/json",
      "Idempotency-Key": randomUUID(),
      "If-Match": "*",
    },
    body: JSON.stringify(body),
  });
  if (got.status > 201) throw new Error(await got.text());
  return got.json();
}

async function publish(server: Server, article: readonly Text[]): Promise<void> {
  const texts = Object.fromEntries(
    article.map(({ language, title, body }) => [language, { title, body }]),
  );
  const { id } = await post(server, "/articles", { public: true, texts });
  await post(server, `/articles/${id}/publish`, {});
}

async function fill(server: Server, articles: readonly (readonly Text[])[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let article = articles[next++]; article !== undefined; article = articles[next++])
      await publish(server, article);
  };
  await Promise.all(Array.from({ length: FLIGHT }, work));
}

/** Of all its threads, so far; a tick is 10 ms. */
function cpuOf(server: Server): number {
  const stat = readFileSync(`/proc/${server.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function timed(
  server: Server,
  name: string,
  asked: readonly Query[],
  ask: (query: Query) => Promise<number>,
): Promise<Taken> {
  const ms: number[] = [];
  const found: number[] = [];
  const spent = cpuOf(server);
  for (const query of asked) {
    const begun = performance.now();
    found.push(await ask(query));
    ms.push(performance.now() - begun);
  }
  return { name, ms, cpu: (cpuOf(server) - spent) / asked.length, found };
}

async function ours(server: Server, asked: readonly Query[]): Promise<Taken[]> {
  const page = async ({ language, words }: Query): Promise<number> => {
    const got = await fetch(`${server.url}/support/${language}?q=${encodeURIComponent(words)}`);
    if (got.status !== 200) throw new Error(`${got.status} ${await got.text()}`);
    return (await got.text()).split(`href="/support/${language}/art_`).length - 1;
  };
  const beside = async ({ language, words }: Query): Promise<number> => {
    const q = `q=${encodeURIComponent(words)}&language=${language}&limit=20`;
    const url = `${server.url}/api/v1/article-pages?${q}`;
    const got = await fetch(url, { headers: browser(server.cookie) });
    return ((await got.json()) as { data: unknown[] }).data.length;
  };
  return [
    await timed(server, "Evenkeel, help pages", asked, page),
    await timed(server, "Evenkeel, composer", asked, beside),
  ];
}

// ---- the peers

function peers(texts: readonly Text[], asked: readonly Query[]): Taken[] {
  const dir = mkdtempSync(join(tmpdir(), "ek-search-"));
  const put = (name: string, rows: readonly unknown[]): string => {
    writeFileSync(join(dir, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return join(dir, name);
  };
  try {
    const script = join(root(), "bench/peers/search.py");
    const said = execFileSync("python3", [script, put("texts", texts), put("queries", asked)], {
      encoding: "utf8",
    });
    return said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Taken);
  } catch (error) {
    console.log(`python: left out (${String(error).slice(0, 100)})`);
    return [];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function report(all: readonly Taken[], asked: readonly Query[]): boolean {
  const [pages, composer] = all;
  const fts = all.find(({ name }) => name.includes("FTS5"));
  const first = nearestRank([...(pages?.ms ?? [])], 50);
  const ours = pages?.cpu ?? 1;
  for (const { name, ms, cpu } of all) {
    const [p50, p99] = [nearestRank([...ms], 50), nearestRank([...ms], 99)];
    console.log(
      `${name}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, CPU ${cpu.toFixed(2)} ms; ` +
        `${(p50 / first).toFixed(2)} times p50, ${(cpu / ours).toFixed(2)} times the CPU`,
    );
  }
  const isSame = asked.every(
    ({ language }, i) =>
      language !== "en" || fts === undefined || composer?.found[i] === fts.found[i],
  );
  if (!isSame) console.log("not as many found as by FTS5");
  return isSame && first <= GOAL_MS;
}

async function main(): Promise<void> {
  const usual = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({ options: { articles: usual("10000"), queries: usual("240") } });
  const articles = Array.from({ length: Number(values.articles) }, (_, i) =>
    LANGUAGES.map((language) => text(language, i)),
  );
  const asked = queries(Number(values.queries));
  const load = loadavg().map((n) => n.toFixed(1));
  console.log(`load of the machine: ${load.join(" ")}`);
  let found: Taken[] = [];
  await withServer({}, async (server) => {
    await fill(server, articles);
    found = await ours(server, asked);
  });
  found.push(...peers(articles.flat(), asked));
  if (!report(found, asked)) process.exitCode = 1;
}

await main();
