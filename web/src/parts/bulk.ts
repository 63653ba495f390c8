// bulk -- bulk edits on their way: applied, waited for, put back. For the rooms that show them.
import { age } from "../feed/cache.ts";
import { call, type Received } from "../feed/http.ts";
import type { BulkId } from "../gen/ids.ts";
import type { BulkEdit } from "../gen/shapes.ts";
import { undone } from "./ChangeList.tsx";

const LOOK_MS = 250;

export const TOUCHED_BY_BULK = [
  "list_changes",
  "list_bulk_edits",
  "get_bulk_edit",
  "list_bulk_rows",
  "list_teammate_changes",
  "get_teammate",
] as const;

// Applies a preview. Above 200 rows the answer is that it is under way.
export async function applyBulk(id: BulkId, etag: string): Promise<BulkEdit> {
  const { answer } = await call("apply_bulk_edit", {
    params: { id },
    body: undefined,
    ifMatch: etag,
  });
  return answer;
}

// Until it is no longer under way.
export async function settledBulk(bulk: BulkEdit): Promise<BulkEdit> {
  let now = bulk;
  while (now.state === "applying") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    now = (await call("get_bulk_edit", { params: { id: bulk.id } })).answer;
  }
  age(TOUCHED_BY_BULK);
  return now;
}

// A preview that puts back what an edit changed; null when the person thinks better of it.
export function undoOfBulk(id: BulkId): Promise<Received<"undo_bulk_edit"> | null> {
  return undone((leave_out) => call("undo_bulk_edit", { params: { id }, body: { leave_out } }));
}

// Puts back a bulk edit: as soon as its preview stands, it is applied. What it has become; null:
// left.
export async function undoBulk(id: BulkId): Promise<BulkEdit | null> {
  const made = await undoOfBulk(id);
  if (made === null) return null;
  return applyBulk(made.answer.id, made.etag ?? "*");
}
