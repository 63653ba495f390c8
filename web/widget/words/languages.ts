// languages -- which of our three somebody is spoken to in.

export type Language = "en" | "ko" | "ar";

// The first of what is wished that we have; else English.
export function pick(wished: readonly string[]): Language {
  for (const each of wished) {
    const tag = each.slice(0, 2).toLowerCase();
    if (tag === "en" || tag === "ko" || tag === "ar") return tag;
  }
  return "en";
}
