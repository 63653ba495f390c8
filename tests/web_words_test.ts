// web_words_test -- the words of the UI: the checker of catalogues refuses what was planted wrong;
// every counted message has the right form for numbers of every plural category; react-aria's own
// Arabic has all six; every reason of a receipt has its words; and the built UI holds three
// languages of the libraries, not a fourth.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { setupI18n, type Messages } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";

import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const LANGUAGES = ["en", "ko", "ar"] as const;
const CHECKER = join(root(), "build", "ts", "scripts", "words.js");
type Language = (typeof LANGUAGES)[number];
type Words = Record<string, string>;

// ---- the checker

/** What the checker says of catalogues with these words planted in the room `inbox`. */
function checked(planted: Record<Language, Words>): { status: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), "ek-words-"));
  try {
    for (const language of LANGUAGES) {
      const room = join(folder, "web", "src", "words", language);
      mkdirSync(room, { recursive: true });
      writeFileSync(join(room, "common.json"), JSON.stringify(planted[language]));
      for (const set of ["loader", "frame"])
        mkdirSync(join(folder, "web", "widget", "words", set, language), { recursive: true });
    }
    const done = spawnSync(process.execPath, [CHECKER, "--check"], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status: done.status, said: done.stdout + done.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GOOD: Record<Language, Words> = {
  en: { hello: "Hello, {name}", left: "{n, plural, one {# left} other {# left}}" },
  ko: { hello: "안녕하세요, {name}", left: "{n, plural, other {#개}}" },
  ar: {
    hello: "أهلًا {name}",
    left: "{n, plural, zero {0} one {1} two {2} few {#} many {#} other {#}}",
  },
};

function planted(language: Language, words: Words): Record<Language, Words> {
  return { ...GOOD, [language]: { ...GOOD[language], ...words } };
}

function theChecker(): void {
  const good = checked(GOOD);
  tally.same("good catalogues pass", good.status, 0);
  const { left: _left, ...missing } = GOOD.ko;
  const faults: [string, Record<Language, Words>, RegExp][] = [
    ["a key that is missing", { ...GOOD, ko: missing }, /left/],
    ["a surplus plural form", planted("ko", { left: "{n, plural, one {#} other {#}}" }), /one/],
    ["a missing plural form", planted("ar", { left: "{n, plural, one {#} other {#}}" }), /two/],
    ["other arguments", planted("ar", { hello: "أهلًا {who}" }), /hello/],
    ["a number without a plural", planted("en", { left: "{n} left" }), /left/],
    ["markup", planted("en", { hello: "<b>Hello</b>, {name}" }), /markup/],
    ["what is no message", planted("en", { hello: "Hello, {name" }), /hello/],
  ];
  for (const [what, words, says] of faults) {
    const { status, said } = checked(words);
    tally.is(`${what} is refused`, status !== 0 && says.test(said), said.slice(0, 300));
  }
}

// ---- counted messages

function catalogue(language: Language): Messages {
  const folder = join(root(), "web", "src", "words", language);
  const messages: Messages = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const words = JSON.parse(readFileSync(join(folder, file), "utf8")) as Words;
    for (const [key, text] of Object.entries(words))
      messages[`${file.slice(0, -".json".length)}.${key}`] = compileMessage(text);
  }
  return messages;
}

const COUNTS: Record<Language, readonly number[]> = {
  en: [0, 1, 2, 1_234_567],
  ko: [0, 1, 2, 1_234_567],
  ar: [0, 1, 2, 3, 11, 100, 1_234_567],
};

/** The words that stand in the message for that number's category, beside the number. */
function formOf(token: readonly unknown[], language: Language, n: number): string[] {
  const forms = token[2] as Record<string, unknown>;
  const exact = forms[String(n)] ?? forms[`=${n}`];
  const form = exact ?? forms[new Intl.PluralRules(language).select(n)];
  const parts = Array.isArray(form) ? form : [form];
  return parts.filter((part): part is string => typeof part === "string" && part !== "#");
}

function counted(language: Language): void {
  const messages = catalogue(language);
  const i18n = setupI18n({ locale: language, messages: { [language]: messages } });
  const wrong: string[] = [];
  let plurals = 0;
  for (const [key, message] of Object.entries(messages)) {
    const tokens = (Array.isArray(message) ? message : []) as unknown[];
    const plural = tokens.find((token) => Array.isArray(token) && token[1] === "plural");
    if (plural === undefined) continue;
    plurals++;
    const names = [...JSON.stringify(tokens).matchAll(/\["(\w+)"/g)];
    for (const n of COUNTS[language]) {
      const told = Object.fromEntries(names.map(([, name]) => [name, "x"]));
      const said = i18n._(key, { ...told, [String((plural as unknown[])[0])]: n });
      const form = formOf(plural as unknown[], language, n);
      if (said.trim() === "" || form.some((part) => !said.includes(part)))
        wrong.push(`${key} ${n}: ${said}`);
      if (/\{|\}|undefined|#/.test(said)) wrong.push(`${key} ${n}: ${said}`);
    }
  }
  tally.is(`${language}: there are counted messages`, plurals > 10, plurals);
  tally.same(`${language}: each with the form of every number`, wrong, []);
}

// ---- react-aria's own words

const LIBRARY = join(root(), "node_modules", "react-aria", "dist", "private", "intl");

/** Which of the library's packages have which messages. */
async function libraryKeys(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const room of readdirSync(LIBRARY)) {
    const file = join(LIBRARY, room, "en-US.mjs");
    if (!existsSync(file)) continue;
    const { default: words } = (await import(pathToFileURL(file).href)) as { default: object };
    found.set(room, Object.keys(words).sort());
  }
  return found;
}

interface Formatter {
  plural(count: number, forms: Record<string, string | (() => string)>): string;
  number(value: number): string;
  select(forms: Record<string, string | (() => string)>, value: string): string;
}
type Ours = Record<
  string,
  Record<string, string | ((told: object, formatter: Formatter) => string)>
>;

/** Ours, compiled from its source as the build does it. */
async function ours(): Promise<Ours> {
  const { transform } = await import("esbuild");
  const file = join(root(), "web", "src", "words", "aria_arabic.ts");
  const { code } = await transform(readFileSync(file, "utf8"), { loader: "ts", format: "esm" });
  const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
  return ((await import(url)) as { ARABIC: Ours }).ARABIC;
}

const formatter: Formatter = {
  plural: (count, forms) => {
    const form = forms[new Intl.PluralRules("ar").select(count)] ?? forms["other"] ?? "";
    return typeof form === "function" ? form() : form;
  },
  number: (value) => String(value),
  select: (forms, value) => {
    const form = forms[value] ?? forms["other"] ?? "";
    return typeof form === "function" ? form() : form;
  },
};

/** Rooms of the library that no part of ours uses, and that no package name reaches. */
const UNUSED = new Set(["color", "previewtrigger"]);

async function aria(): Promise<void> {
  const arabic = await ours();
  const missing: string[] = [];
  for (const [room, keys] of await libraryKeys()) {
    if (UNUSED.has(room)) continue;
    const words = arabic[`@react-aria/${room}`] ?? {};
    for (const key of keys) if (words[key] === undefined) missing.push(`${room}: ${key}`);
  }
  tally.same("our Arabic has every message of react-aria's", missing, []);
  const selected = arabic["@react-aria/grid"]?.["selectedCount"];
  const said = [0, 1, 2, 3, 11, 100].map((count) =>
    typeof selected === "function" ? selected({ count }, formatter) : "",
  );
  tally.same("six forms for six numbers", new Set(said).size, 6);
  tally.is("with a dual", said[2]?.includes("عنصران") === true, said[2]);
}

// ---- what the server says

/** Why a thing is in no figure: its receipt says it in the reader's language. */
function reasons(): void {
  const source = readFileSync(join(root(), "src", "metrics", "figures_judge.c"), "utf8")
    .replaceAll(/^#include.*$/gm, "")
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/ek_definition_variant\([^)]*\)/g, "");
  const said = [...source.matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? "");
  tally.is("reasons are found in the source", said.includes("spam"), said);
  for (const language of LANGUAGES) {
    const file = join(root(), "web", "src", "words", language, "receipt.json");
    const words = JSON.parse(readFileSync(file, "utf8")) as Words;
    tally.same(
      `${language}: every reason of a receipt has its words`,
      said.filter((why) => words[`why_${why.replaceAll(" ", "_")}`] === undefined),
      [],
    );
  }
}

// ---- what was built

/** Words that only the libraries' dictionaries of other languages have. */
const FOREIGN = [
  "Vorschläge",
  "Suggestions affichées",
  "Sugerencias",
  "候補",
  "建议",
  "Подсказки",
  "Sugestões",
  "Öneriler",
];

function bundle(): void {
  const folder = process.env["EK_WEB_OUT"] ?? join(root(), "build", "web");
  const assets = join(folder, "assets");
  if (!existsSync(assets)) return;
  const found = readdirSync(assets)
    .filter((name) => name.endsWith(".js"))
    .flatMap((name) => {
      const text = readFileSync(join(assets, name), "utf8");
      return FOREIGN.filter((word) => text.includes(word)).map((word) => `${name}: ${word}`);
    });
  tally.same("no fourth language of the libraries", found, []);
  const all = readdirSync(assets).map((name) =>
    name.endsWith(".js") ? readFileSync(join(assets, name), "utf8") : "",
  );
  tally.is(
    "and their Korean is there",
    all.some((text) => text.includes("제안")),
  );
}

theChecker();
for (const language of LANGUAGES) counted(language);
await aria();
reasons();
bundle();
tally.end();
