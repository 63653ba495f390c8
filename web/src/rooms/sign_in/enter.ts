// enter -- what the pages of a guest share: going in once signed in, and why it was refused, in
// words.
import { Refusal } from "../../feed/http.ts";
import { faultOf } from "../../parts/faults.ts";
import { t } from "../../words/words.ts";

// Loads the page anew, as somebody: to where one wanted to go, unless that was a page for guests.
export function goIn(to?: string): void {
  const wanted = location.pathname + location.search;
  location.assign(to ?? (/^\/(join|reset|start)\b/.test(wanted) ? "/" : wanted));
}

export function useTitle(title: string): void {
  document.title = `${title} · Evenkeel`;
}

// The sentence above the form; null when every fault has its field.
export function refusedWords(error: Refusal, forbidden: string): string | null {
  if (error.problem === null) return t("sign_in.unreachable");
  if (error.status === 429) return t("sign_in.too_often");
  if (error.status === 403 || error.status === 404) return forbidden;
  const hasFields = error.problem.errors.some((fault) => fault.pointer !== undefined);
  return hasFields ? null : error.problem.detail;
}

export interface Refused {
  words: string | null;
  at: (pointer: string) => string | undefined;
}

export const NOT_REFUSED: Refused = { words: null, at: () => undefined };

export function refusedBy(error: unknown, forbidden: string): Refused {
  const refusal = error instanceof Refusal ? error : new Refusal(0, null);
  return {
    words: refusedWords(refusal, forbidden),
    at: (pointer) => faultOf(refusal, pointer),
  };
}
