// edits -- a single edit as the explanations name it: tried on the present state, done, and put
// back. What the API cannot try (a presence) or a lead cannot do (ending somebody's pause) says so.
import { age } from "../../feed/cache.ts";
import { call, type OperationName, type Told } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { ReasonId, TeamId, TeammateId } from "../../gen/ids.ts";
import type { Edit, Effect, PreviewEdit } from "../../gen/shapes.ts";
import { back, putBack, type Back } from "../../parts/notices.tsx";

type Undo = Back | (() => Promise<unknown>);
type Set = Record<string, unknown>;

export const TOUCHED: readonly OperationName[] = [
  "list_queue",
  "get_team_live",
  "get_team_turns",
  "explain_unblock",
  "list_presence",
  "get_teammate_settings",
  "get_team_settings",
  "get_team_memberships",
  "get_teammate_memberships",
];

const setOf = (edit: Edit) => (edit.set ?? {}) as Set;

export function canDo(edit: Edit): boolean {
  const set = setOf(edit);
  if ("paused_until" in set) return false; // theirs alone
  if (edit.scope === "workspace") return may("setting_manager_edit", "setting_admin_edit");
  return true;
}

export function canTry(edit: Edit): boolean {
  const set = setOf(edit);
  return !("presence" in set) && !("paused_until" in set);
}

function membershipOf(edit: Edit): { id: TeamId; teammate: TeammateId } {
  return { id: edit.team as TeamId, teammate: edit.id as TeammateId };
}

async function tryMembership(edit: Edit): Promise<Effect | null> {
  const level = setOf(edit)["level"];
  const told = { params: membershipOf(edit), query: { dry_run: true }, ifMatch: "*" };
  const { answer } =
    level === "primary" || level === "secondary"
      ? await call("put_membership", { ...told, body: { level } })
      : await call("delete_membership", told);
  return (answer as unknown as { effect: Effect | null }).effect;
}

// What would move at once if these were set together; null: nothing that routes is changed.
export async function tryEdits(edits: readonly Edit[]): Promise<Effect | null> {
  const [first] = edits;
  if (first !== undefined && edits.length === 1 && "level" in setOf(first))
    return tryMembership(first);
  const body = {
    edits: edits.map((edit): PreviewEdit => ({
      scope: edit.scope,
      id: edit.id as string | null,
      set: setOf(edit),
    })),
  };
  return (await call("preview_settings", { body })).answer.effect;
}

async function doPresence(edit: Edit): Promise<Back> {
  const params = { id: edit.id as TeammateId };
  const { answer: before } = await call("get_presence", { params });
  await call("put_presence", { params, body: { presence: "active" } });
  const body = {
    presence: before.presence,
    reason: (before.reason ?? null) as ReasonId | null,
    until: before.until ?? null,
  };
  return back("put_presence", { params, body }, TOUCHED);
}

type Held = "primary" | "secondary" | null;

export async function doMembership(
  params: { id: TeamId; teammate: TeammateId },
  level: Held,
): Promise<Back> {
  const before = await call("get_team_memberships", { params: { id: params.id } });
  const held = before.answer.memberships.find(({ teammate }) => teammate === params.teammate);
  const { etag } =
    level === null
      ? await call("delete_membership", { params, ifMatch: before.etag ?? "*" })
      : await call("put_membership", { params, body: { level }, ifMatch: before.etag ?? "*" });
  const after = etag ?? (await call("get_team_memberships", { params: { id: params.id } })).etag;
  const was = (held?.level ?? null) as Held;
  const ifMatch = after ?? "*";
  return was === null
    ? back("delete_membership", { params, ifMatch }, TOUCHED)
    : back("put_membership", { params, body: { level: was }, ifMatch }, TOUCHED);
}

const SETTINGS = {
  teammate: ["get_teammate_settings", "update_teammate_settings"],
  team: ["get_team_settings", "update_team_settings"],
  workspace: ["get_workspace_settings", "update_workspace_settings"],
} as const;

export async function doSettings(scope: Edit["scope"], id: unknown, set: Set): Promise<Back> {
  const [read, write] = SETTINGS[scope];
  const params = (scope === "workspace" ? {} : { id }) as NonNullable<Told<typeof read>["params"]>;
  const before = await call(read, { params });
  const { settings } = before.answer as { settings?: Record<string, { own: unknown }> };
  const { etag } = await call(write, {
    params,
    body: { set },
    ifMatch: before.etag ?? "*",
  });
  const was = Object.fromEntries(
    Object.keys(set).map((name) => [name, settings?.[name]?.own ?? "inherit"]),
  );
  return back(write, { params, body: { set: was }, ifMatch: etag ?? "*" }, TOUCHED);
}

async function doEdit(edit: Edit): Promise<Back> {
  const set = setOf(edit);
  if ("presence" in set) return doPresence(edit);
  if ("level" in set) return doMembership(membershipOf(edit), set["level"] as Held);
  return doSettings(edit.scope, edit.id, set);
}

// Does them one after another; gives back how to put all of them back, the last first.
export async function doEdits(edits: readonly Edit[]): Promise<Undo> {
  const undos: Back[] = [];
  const undoAll = async () => {
    for (const undo of undos.splice(0).reverse()) await putBack(undo);
  };
  try {
    for (const edit of edits) undos.push(await doEdit(edit));
  } catch (error) {
    await undoAll();
    throw error;
  }
  age(TOUCHED);
  const [only] = undos;
  return only !== undefined && undos.length === 1 ? only : undoAll;
}
