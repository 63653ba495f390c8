// slash -- "/" at the beginning of a word in the composer asks for a ready answer: where it stands
// in what is typed, what is asked for, and the text with the answer in its place. Pure.

export interface Asked {
  from: number; // of the "/"
  to: number; // behind what was typed after it: the caret
  words: string;
}

const LONGEST = 40;

// A letter that is only half typed finds nothing yet: ㅎ of 환불.
const HALF = /[ㄱ-ㅎㅏ-ㅣ]+$/u;

export const searched = (typed: string): string => typed.replace(HALF, "").trim();

export function askedAt(text: string, caret: number): Asked | null {
  const line = text.slice(Math.max(0, caret - LONGEST - 2), caret);
  const found = /(?:^|\s)\/([^\n/]*)$/u.exec(line);
  if (found === null || found[1] === undefined || found[1].length > LONGEST) return null;
  const words = found[1];
  return { from: caret - words.length - 1, to: caret, words: searched(words) };
}

export function putIn(text: string, asked: Asked, answer: string): { text: string; caret: number } {
  const before = text.slice(0, asked.from) + answer;
  return { text: before + text.slice(asked.to), caret: before.length };
}

// Fields that nobody has filled in, as they stand in the text (src/knowledge/fill.h).
const FIELD =
  /\{\{ *((?:contact|conversation|team|teammate|workspace)\.[a-z_]+) *(?:\|[^{}\n]*)?\}\}/u;

export function unfilled(text: string): { name: string; from: number; to: number } | null {
  const found = FIELD.exec(text);
  if (found === null) return null;
  return { name: found[1] ?? "", from: found.index, to: found.index + found[0].length };
}
