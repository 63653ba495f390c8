// ChangeList -- entries of the change log: who changed what, when, and back again. Where someone
// has changed the same since, what stands in the way is listed and may be left out.
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { QueryClientProvider } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { I18nProvider } from "react-aria-components";
import { age, cache } from "../feed/cache.ts";
import { call, Refusal } from "../feed/http.ts";
import { useNames, type Names } from "../feed/names.ts";
import type { ChangeId } from "../gen/ids.ts";
import type { Change } from "../gen/shapes.ts";
import { currentManners, t, wordOf } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { complain, tell } from "./notices.tsx";
import { fieldWords, toldFields } from "./told.ts";
import { ToldFields } from "./ToldChange.tsx";
import { When } from "./time.tsx";

export function actorWords(by: Change["by"], names: Names): string {
  if (by.kind === "person" && by.teammate !== null && by.teammate !== undefined)
    return names.of(by.teammate);
  return by.kind === "person" ? t("told.somebody") : wordOf("told", `actor_${by.kind}`);
}

const STUCK_SHOWN = 50;

// The fields that were changed again: "limit" of one change, "tm_5.limit" of a bulk edit.
function stuckOf(error: unknown): readonly string[] {
  if (!(error instanceof Refusal) || error.kind !== "undo_conflict") return [];
  return (error.problem?.errors ?? []).map((fault) => fault.detail);
}

function Stuck({ stuck, done }: { stuck: readonly string[]; done: (isLeftOut: boolean) => void }) {
  const names = useNames();
  return (
    <Dialog
      title={t("told.stuck_title")}
      isOpen
      onClose={() => done(false)}
      foot={
        <>
          <Button onPress={() => done(false)}>{t("common.cancel")}</Button>
          <Button look="main" onPress={() => done(true)}>
            {t("told.leave_out", { n: stuck.length })}
          </Button>
        </>
      }
    >
      <p>{t("told.stuck", { n: stuck.length })}</p>
      <ul className="ek-told-stuck">
        {stuck.slice(0, STUCK_SHOWN).map((each) => (
          <li key={each} dir="auto">
            {fieldWords(each, names)}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

// Lists what stands in the way of an undo, and asks whether the rest shall be put back. Stands
// outside the page's own tree, so that an undo can ask wherever it was pressed.
function askToLeaveOut(stuck: readonly string[]): Promise<boolean> {
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  return new Promise((resolve) => {
    const done = (isLeftOut: boolean) => {
      resolve(isLeftOut);
      root.unmount();
      place.remove();
    };
    root.render(
      <QueryClientProvider client={cache}>
        <I18nProvider locale={currentManners().locale}>
          <Stuck stuck={stuck} done={done} />
        </I18nProvider>
      </QueryClientProvider>,
    );
  });
}

// Does an undo; where something stands in its way, asks, and does it without. Null: better not.
export async function undone<T>(
  undo: (leave_out: readonly string[]) => Promise<T>,
): Promise<T | null> {
  try {
    return await undo([]);
  } catch (error) {
    const stuck = stuckOf(error);
    if (stuck.length === 0) throw error;
    return (await askToLeaveOut(stuck)) ? undo(stuck) : null;
  }
}

const TOUCHED = ["list_changes", "list_teammate_changes", "get_teammate"] as const;

// Undoes one change; asks when something stands in the way.
function UndoChange({ change, about }: { change: Change; about: string }) {
  if (change.undo === null) return null;
  const undo = async () => {
    try {
      const done = await undone((leave_out) =>
        call("undo_change", { params: { id: change.id as ChangeId }, body: { leave_out } }),
      );
      age(TOUCHED);
      if (done !== null) tell(t("common.undone"));
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <Button onPress={() => void undo()} aria-label={t("told.undo_about", { what: about })}>
      <Undo2 className="ek-icon" data-mirrors aria-hidden />
      {t("common.undo")}
    </Button>
  );
}

// Whose the change is: a person, a team, a person in a team, or the workspace.
function changeTarget(change: Change, names: Names): string {
  const whose = [change.teammate, change.team].filter((id) => id !== null).map(names.of);
  return whose.length === 0 ? t("told.workspace") : whose.join(" · ");
}

export function ChangeLine({
  change,
  canUndo,
  isOwn = false,
  children,
}: {
  change: Change;
  canUndo: boolean;
  isOwn?: boolean; // in the list of one person: not said whose it is
  children?: ReactNode;
}) {
  const names = useNames();
  const target = changeTarget(change, names);
  const fields = toldFields(change.before, change.after);
  return (
    <li className="ek-change">
      <div className="ek-change-what">
        {(!isOwn || change.team !== null) && (
          <bdi className="ek-change-target">{isOwn ? names.of(change.team) : target}</bdi>
        )}
        <ToldFields fields={fields} called={names} />
        {fields.length === 0 && <span>{wordOf("told", `kind_${change.kind}`)}</span>}
        {change.note !== null && (
          <span className="ek-quiet" dir="auto">
            “{change.note}”
          </span>
        )}
        <span className="ek-small ek-quiet">
          <When at={change.at} /> · <bdi>{actorWords(change.by, names)}</bdi>
          {change.undoes !== null && <> · {t("told.was_undo")}</>}
        </span>
      </div>
      {children}
      {canUndo && <UndoChange change={change} about={target} />}
    </li>
  );
}
