// enter -- what the pages of a guest share: going in once signed in, and why it was refused, in
// words.
import { call, Refusal } from "../../feed/http.ts";
import { faultOf } from "../../parts/faults.ts";
import { hasLooked } from "../../parts/guide.ts";
import { t } from "../../words/words.ts";

// Loads the page anew, as somebody: to where one wanted to go, unless that was a page for guests.
export function goIn(to?: string): void {
  const wanted = location.pathname + location.search;
  location.assign(to ?? (/^\/(join|reset|start)\b/.test(wanted) ? "/" : wanted));
}

// Who signs in for the first time, and wanted nowhere in particular, is offered the first look.
export async function goInAnew(): Promise<void> {
  if (location.pathname !== "/" || hasLooked()) return goIn();
  const seen = await call("list_my_sign_ins", { query: { limit: 2 } }).catch(() => null);
  goIn(seen?.answer.data.length === 1 ? "/start/look" : undefined);
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

// forbidden: what is said where the server says no more than "no"; said at the member of the body
// that it is about, where there is one.
export function refusedBy(error: unknown, forbidden: string, about?: string): Refused {
  const refusal = error instanceof Refusal ? error : new Refusal(0, null);
  const words = refusedWords(refusal, forbidden);
  const isAbout = about !== undefined && words === forbidden;
  return {
    words: isAbout ? null : words,
    at: (pointer) => (isAbout && pointer === about ? forbidden : faultOf(refusal, pointer)),
  };
}
