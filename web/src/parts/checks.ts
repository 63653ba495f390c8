// checks -- why a figure is withheld, in words. The server says it in English; a newer one's check
// has no words here yet, and stands as it was sent.
import { wordOf } from "../words/words.ts";

export function checkWords(check: string): string {
  const key = `check_${check.replace(/[^a-z0-9]+/g, "_").replace(/_$/, "")}`;
  const words = wordOf("receipt", key);
  return words === key ? check : words;
}
