// say -- a message of a compiled catalogue (scripts/words.ts) with what it is told put in. The
// widget has no library for this: plurals, choices and plain values are all it needs.

export type Token = string | readonly [string, string?, Readonly<Record<string, Message>>?];
export type Message = string | readonly Token[];
export type Catalogue = Readonly<Record<string, Message>>;
type Told = Readonly<Record<string, string | number>>;

function choose(
  language: string,
  format: string,
  forms: Readonly<Record<string, Message>>,
  value: string | number,
): Message {
  const type = format === "selectordinal" ? "ordinal" : "cardinal";
  const form =
    format === "select"
      ? String(value)
      : new Intl.PluralRules(language, { type }).select(Number(value));
  return forms[`=${value}`] ?? forms[form] ?? forms["other"] ?? "";
}

function sayOf(language: string, message: Message, told: Told, number: string | number): string {
  if (typeof message === "string") return message;
  const shown = (value: string | number) =>
    typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  return message
    .map((token) => {
      if (token === "#") return shown(number); // of the plural around it
      if (typeof token === "string") return token;
      const [name, format, forms] = token;
      const value = told[name] ?? "";
      if (format === undefined || forms === undefined) return shown(value);
      return sayOf(language, choose(language, format, forms, value), told, value);
    })
    .join("");
}

export function say(language: string, all: Catalogue, key: string, told: Told = {}): string {
  return sayOf(language, all[key] ?? "", told, 0);
}
