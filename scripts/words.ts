// words -- checks the catalogues of the UI and of the chat widget and compiles them,
// web/src/words/LANGUAGE/ROOM.json, into build/words/: LANGUAGE.ts, and keys.ts with every key and
// what it is told. The widget's, of its button and of its frame, stand apart (web/widget/words/):
// each is loaded where the others are not.
//
// usage: node words.js [--check]   (--check: only looks)
//
// Refused, with file and key: a key that another language has and this one has not, other
// arguments, a plural form too few or too many for the language (CLDR, as Intl knows it), a number
// beside words without a plural, markup. A message is ICU MessageFormat; a key is ROOM.NAME.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";

const SETS = [
  { root: "web/src/words", made: "build/words" },
  { root: "web/widget/words/loader", made: "build/words/loader" },
  { root: "web/widget/words/frame", made: "build/words/frame" },
] as const;
const LANGUAGES = ["en", "ko", "ar"] as const;
type Token = string | [string, ...unknown[]];
type Catalogue = Map<string, { text: string; tokens: Token[]; file: string }>;
type Arguments = Map<string, string>;

const faults: string[] = [];

function read(root: string, language: string): Catalogue {
  const words: Catalogue = new Map();
  for (const name of readdirSync(join(root, language)).sort()) {
    if (!name.endsWith(".json")) continue;
    const file = join(root, language, name);
    const room = name.slice(0, -".json".length);
    const messages = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    for (const [key, text] of Object.entries(messages)) {
      try {
        const made = compileMessage(text) as unknown;
        const tokens = (Array.isArray(made) ? made : [made]) as Token[];
        words.set(`${room}.${key}`, { text, tokens, file });
      } catch (error) {
        faults.push(`${file}: ${key}: ${String(error)}`);
      }
    }
  }
  return words;
}

// What a message is told, and of what kind: "number" for plurals, "string" for choices, else "any".
function gather(
  tokens: Token[],
  found: Arguments,
  visit: (format: string, choice: Record<string, Token[]>) => void,
): void {
  for (const token of tokens) {
    if (typeof token === "string") continue;
    const [name, format, choice] = token as [string, string?, Record<string, Token[]>?];
    if (name === "#") continue;
    const kind =
      format === "plural" || format === "selectordinal" || format === "number"
        ? "number"
        : format === "select"
          ? "string"
          : "any";
    if (kind !== "any" || !found.has(name)) found.set(name, kind);
    if (format !== undefined && choice !== undefined && typeof choice === "object") {
      visit(format, choice);
      for (const [form, inner] of Object.entries(choice)) {
        if (form !== "offset")
          gather(Array.isArray(inner) ? inner : [inner as unknown as Token], found, visit);
      }
    }
  }
}

function checkForms(
  language: string,
  key: string,
  file: string,
  format: string,
  choice: Record<string, unknown>,
): void {
  if (format !== "plural" && format !== "selectordinal") return;
  const type = format === "plural" ? "cardinal" : "ordinal";
  const wanted = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories;
  const given = Object.keys(choice).filter((form) => form !== "offset" && !/^=?\d+$/.test(form));
  for (const form of wanted) {
    if (!given.includes(form)) faults.push(`${file}: ${key}: the plural form ${form} is missing`);
  }
  for (const form of given) {
    if (!wanted.includes(form as Intl.LDMLPluralRule)) {
      faults.push(`${file}: ${key}: ${language} has no plural form ${form}`);
    }
  }
}

const NBSP = "\u00a0";

// A number and what it counts stay on one line.
function bound(tokens: Token[]): Token[] {
  return tokens.map((token, at) => {
    const before = tokens[at - 1];
    if (typeof token === "string")
      return Array.isArray(before) && before[0] === "#" ? token.replace(/^ /, NBSP) : token;
    const [name, format, choice] = token as [string, string?, Record<string, Token[]>?];
    if (choice === undefined || typeof choice !== "object") return token;
    const forms = Object.entries(choice).map(([form, inner]) => [
      form,
      Array.isArray(inner) ? bound(inner) : inner,
    ]);
    return [name, format, Object.fromEntries(forms)];
  });
}

function argumentsOf(
  language: string,
  key: string,
  entry: { tokens: Token[]; file: string; text: string },
): Arguments {
  const found: Arguments = new Map();
  gather(entry.tokens, found, (format, choice) =>
    checkForms(language, key, entry.file, format, choice),
  );
  if (/<[a-z/]/i.test(entry.text)) faults.push(`${entry.file}: ${key}: markup in a message`);
  for (const [name, kind] of found) {
    if (/^(count|n|total)$/.test(name) && kind !== "number") {
      faults.push(`${entry.file}: ${key}: {${name}} is a number without a plural`);
    }
  }
  return found;
}

type Catalogues = Map<string, Catalogue>;

// Holds every language against English; what each key is told.
function check(catalogues: Catalogues): Map<string, Arguments> {
  const english = catalogues.get("en")!;
  const told = new Map<string, Arguments>();
  for (const [key, entry] of english) told.set(key, argumentsOf("en", key, entry));
  for (const language of LANGUAGES.slice(1)) {
    const words = catalogues.get(language)!;
    for (const [key, entry] of english) {
      const mine = words.get(key);
      if (mine === undefined) {
        faults.push(`${entry.file.replace("/en/", `/${language}/`)}: ${key} is missing`);
        continue;
      }
      const names = [...argumentsOf(language, key, mine).keys()].sort().join(" ");
      const wanted = [...told.get(key)!.keys()].sort().join(" ");
      if (names !== wanted)
        faults.push(`${mine.file}: ${key}: is told {${names}}, English {${wanted}}`);
    }
    for (const [key, entry] of words) {
      if (!english.has(key)) faults.push(`${entry.file}: ${key} is not in English`);
    }
  }
  return told;
}

const KINDS: Record<string, string> = {
  number: "number",
  string: "string",
  any: "string | number",
};

function write(made: string, catalogues: Catalogues, told: Map<string, Arguments>): void {
  mkdirSync(made, { recursive: true });
  for (const [language, words] of catalogues) {
    const messages = Object.fromEntries(
      [...words].map(([key, { tokens }]) => [key, bound(tokens)]),
    );
    writeFileSync(
      join(made, `${language}.ts`),
      `export default JSON.parse(${JSON.stringify(JSON.stringify(messages))});\n`,
    );
  }
  const keys = [...told].map(([key, names]) => {
    const members = [...names].map(([name, kind]) => `${JSON.stringify(name)}: ${KINDS[kind]}`);
    const type = members.length === 0 ? "undefined" : `{ ${members.join("; ")} }`;
    return `  ${JSON.stringify(key)}: ${type};\n`;
  });
  writeFileSync(join(made, "keys.ts"), `export interface Words {\n${keys.join("")}}\n`);
}

const all = SETS.map(({ root, made }) => {
  const catalogues = new Map(LANGUAGES.map((language) => [language, read(root, language)]));
  return { made, catalogues, told: check(catalogues) };
});
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
if (!process.argv.includes("--check"))
  for (const { made, catalogues, told } of all) write(made, catalogues, told);
