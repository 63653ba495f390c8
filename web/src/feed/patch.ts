// patch -- what a state frame says, written into a cached answer. Pure: gives the same object back
// when nothing in it changes, so that nothing is drawn again.
import type { StateFrame } from "../gen/events.ts";
import type { Operations } from "../gen/operations.ts";

type OperationName = keyof Operations;

type Row = Record<string, unknown>;

const LISTS: readonly OperationName[] = ["list_teammates", "search_teammates", "list_presence"];

function patchRow(row: Row, id: unknown, idMember: string, values: Row): Row {
  if (row[idMember] !== id) return row;
  // Members that this view of the row does not have are not for this reader.
  const fitting = Object.entries(values).filter(
    ([name, value]) => name in row && row[name] !== value,
  );
  return fitting.length === 0 ? row : { ...row, ...Object.fromEntries(fitting) };
}

function patchRows(
  rows: readonly Row[],
  id: unknown,
  idMember: string,
  values: Row,
): readonly Row[] {
  let changed = false;
  const made = rows.map((row) => {
    const patched = patchRow(row, id, idMember, values);
    changed ||= patched !== row;
    return patched;
  });
  return changed ? made : rows;
}

function valuesOf(frame: StateFrame): Row {
  const {
    type: _type,
    seq: _seq,
    teammate: _teammate,
    team: _team,
    ...values
  } = frame as unknown as Row;
  return values;
}

export function patchState<T>(operation: OperationName, answer: T, frame: StateFrame): T {
  const whole = answer as Row;
  const { teammate, team } = frame as unknown as Row;
  if (teammate !== undefined && LISTS.includes(operation)) {
    const rows = whole["data"] as readonly Row[];
    const member = operation === "list_presence" ? "teammate" : "id";
    const made = patchRows(rows, teammate, member, valuesOf(frame));
    return made === rows ? answer : ({ ...whole, data: made } as T);
  }
  if (teammate !== undefined && operation === "get_team_live") {
    const rows = whole["teammates"] as readonly Row[];
    const made = patchRows(rows, teammate, "teammate", valuesOf(frame));
    return made === rows ? answer : ({ ...whole, teammates: made } as T);
  }
  if (teammate !== undefined && operation === "get_me")
    return patchRow(whole, teammate, "id", valuesOf(frame)) as T;
  if (team !== undefined && operation === "get_team_live")
    return patchRow(whole, team, "team", valuesOf(frame)) as T;
  return answer;
}
