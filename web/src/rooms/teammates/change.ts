// change -- one value of one teammate changed on the spot, with its way back. Where someone else
// has changed the same meanwhile, nothing is written and both values are shown.
import { age } from "../../feed/cache.ts";
import { call, Refusal } from "../../feed/http.ts";
import type { TeamLevel, TeammateSettingsPatch, TeammateView } from "../../gen/shapes.ts";
import type { Presence } from "../../gen/enums.ts";
import type { TeammateId } from "../../gen/ids.ts";
import { back, complain, tell, type Back } from "../../parts/notices.tsx";
import { fieldWords, valueWords, type Called } from "../../parts/told.ts";
import { t } from "../../words/words.ts";
import { touchRows } from "./rows.ts";
import { askWhose } from "./Conflict.tsx";

export type ProfileField = "name" | "languages" | "email" | "roles";

export interface Edit {
  id: TeammateId;
  who: string; // name, for what is said
  field: string; // a setting, or a ProfileField
  before: unknown; // what the person saw
  after: unknown;
}

const PROFILE: readonly string[] = ["name", "languages", "email", "roles"];
export const TOUCHED = [
  "get_teammate",
  "get_teammate_settings",
  "get_teammate_memberships",
  "list_teammate_changes",
  "get_presence",
] as const;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function changed(id: TeammateId): void {
  touchRows([id]);
  age(TOUCHED);
}

interface Held {
  value: unknown;
  etag: string;
}

async function readHeld({ id, field }: Edit): Promise<Held> {
  if (PROFILE.includes(field)) {
    const { answer, etag } = await call("get_teammate", { params: { id }, query: {} });
    return { value: (answer as unknown as Record<string, unknown>)[field], etag: etag ?? "*" };
  }
  const { answer, etag } = await call("get_teammate_settings", { params: { id } });
  return { value: answer.settings[field]?.own, etag: etag ?? "*" };
}

// Writes; answers how to put it back.
async function write(edit: Edit, etag: string): Promise<Back> {
  const { id, field, before, after } = edit;
  if (PROFILE.includes(field)) {
    const done = await call("update_teammate", {
      params: { id },
      query: {},
      body: { [field]: after },
      ifMatch: etag,
    });
    const body = { [field]: before };
    const ifMatch = done.etag ?? "*";
    return back("update_teammate", { params: { id }, query: {}, body, ifMatch }, TOUCHED);
  }
  const { answer } = await call("update_teammate_settings", {
    params: { id },
    query: {},
    body: { set: { [field]: after } as TeammateSettingsPatch["set"] },
    ifMatch: etag,
  });
  const params = { n: answer.revision };
  return back("undo_settings_version", { params, query: {}, body: {} }, TOUCHED);
}

// Does it, unless someone was there first: then the person chooses. True: it is done.
export async function changeField(edit: Edit, called: Called): Promise<boolean> {
  if (same(edit.before, edit.after)) return true;
  const held = await readHeld(edit);
  let { before } = edit;
  if (!same(held.value, edit.before)) {
    if ((await askWhose(edit, held.value, called)) === "theirs") {
      changed(edit.id);
      return true;
    }
    before = held.value;
  }
  const undo = await write({ ...edit, before }, held.etag);
  changed(edit.id);
  const what = fieldWords(edit.field, called);
  tell(
    t("teammates.changed", {
      name: edit.who,
      what,
      value: valueWords(edit.field, edit.after, called),
    }),
    undo,
  );
  return true;
}

// Which teams somebody serves, whole; undo puts the whole back.
export async function changeTeams(
  id: TeammateId,
  who: string,
  wanted: readonly TeamLevel[],
): Promise<void> {
  const held = await call("get_teammate_memberships", { params: { id } });
  const put = (memberships: readonly TeamLevel[], etag: string | null) => ({
    params: { id },
    query: {},
    body: { memberships },
    ifMatch: etag ?? "*",
  });
  const done = await call("put_teammate_memberships", put(wanted, held.etag));
  changed(id);
  const before = put(held.answer.memberships, done.etag);
  tell(
    t("teammates.teams_changed", { name: who }),
    back("put_teammate_memberships", before, TOUCHED),
  );
}

export async function changePresence(
  view: Pick<TeammateView, "id" | "name">,
  before: Presence,
  presence: Presence,
  words: (presence: string) => string,
): Promise<void> {
  const put = (wanted: Presence) => ({ params: { id: view.id }, body: { presence: wanted } });
  try {
    await call("put_presence", put(presence));
    changed(view.id);
    tell(
      t("teammates.presence_changed", { name: view.name, presence: words(presence) }),
      back("put_presence", put(before), TOUCHED),
    );
  } catch (error) {
    complain(error as Error);
  }
}

// What a refused value is called to the person; the whole refusal otherwise.
export function refusedWords(error: unknown): string {
  if (!(error instanceof Refusal) || error.problem === null) return t("common.unreachable");
  return error.problem.errors?.[0]?.detail ?? error.problem.detail;
}
