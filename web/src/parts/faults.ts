// faults -- what is wrong with a value, in the reader's language: by the fault's code and its
// numbers. What a rule refuses has no code of its own and is shown as the server worded it.
import type { Refusal } from "../feed/http.ts";
import type { Fault } from "../gen/problems.ts";
import { formatNumber } from "../words/format.ts";
import { wordOf } from "../words/words.ts";

const shown = (value: unknown) => (typeof value === "number" ? formatNumber(value) : String(value));

export function faultWords(fault: Fault): string {
  const { min, max } = fault.params;
  const hasRange = min !== undefined && max !== undefined;
  const name = fault.code === "out_of_range" && hasRange ? "between" : fault.code;
  const words = wordOf("fault", name, { min: shown(min), max: shown(max) });
  return fault.code === "refused" || words === name ? fault.detail : words;
}

// The fault at this member of the body, if any: faultOf(error, "/set/limit"). Those inside it count
// too.
export function faultOf(error: Refusal | null, pointer: string): string | undefined {
  const fault = error?.problem?.errors?.find(
    (each) => each.pointer === pointer || each.pointer?.startsWith(`${pointer}/`),
  );
  return fault === undefined ? undefined : faultWords(fault);
}
