// notices -- what was done, with Undo; what was refused, until it is put away. What can be put back
// is done at once and can be undone here, or by Ctrl/Cmd+Z outside text fields, for ten minutes.
import { useSyncExternalStore } from "react";
import { X } from "lucide-react";
import type { Refusal } from "../feed/http.ts";
import { t } from "../words/words.ts";
import { Button, IconButton } from "./Button.tsx";

interface Notice {
  id: number;
  text: string;
  tone: "done" | "bad";
  undo: (() => Promise<unknown>) | null;
  shown: boolean;
}

const SHOWN_MS = 12_000;
const UNDO_MS = 600_000;

let notices: readonly Notice[] = [];
let last = 0;
const watchers = new Set<() => void>();

function set(next: readonly Notice[]): void {
  notices = next;
  for (const watcher of watchers) watcher();
}

function hide(id: number): void {
  set(notices.map((notice) => (notice.id === id ? { ...notice, shown: false } : notice)));
}

function add(notice: Omit<Notice, "id" | "shown">): number {
  const id = ++last;
  set([...notices, { ...notice, id, shown: true }]);
  return id;
}

// Says that something was done. With undo, it can be put back for ten minutes. What is returned
// takes the notice away, for what cannot be put back any more.
export function tell(text: string, undo: (() => Promise<unknown>) | null = null): () => void {
  const id = add({ text, tone: "done", undo });
  const withdraw = () => set(notices.filter((notice) => notice.id !== id));
  setTimeout(() => hide(id), SHOWN_MS);
  setTimeout(withdraw, UNDO_MS);
  return withdraw;
}

// Says that something was refused; stays until it is put away.
export function complain(error: Refusal | Error): void {
  const problem = "problem" in error ? error.problem : null;
  const faults = problem?.errors?.map((fault) => fault.detail) ?? [];
  add({
    text: [
      problem === null ? t("common.unreachable") : (problem.detail ?? problem.title),
      ...faults,
    ].join(" "),
    tone: "bad",
    undo: null,
  });
}

async function putBack(notice: Notice): Promise<void> {
  set(notices.filter((each) => each.id !== notice.id));
  try {
    await notice.undo?.();
    tell(t("common.undone"));
  } catch (error) {
    complain(error as Error);
  }
}

// Puts back the last thing that can be; false if there is none.
export function undoLast(): boolean {
  const notice = notices.findLast((each) => each.undo !== null);
  if (notice !== undefined) void putBack(notice);
  return notice !== undefined;
}

export function Notices() {
  const all = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => notices,
  );
  return (
    <div className="ek-notices" role="region" aria-label={t("common.notices")}>
      <div aria-live="polite">
        {all
          .filter(({ shown }) => shown)
          .map((notice) => (
            <div
              key={notice.id}
              className="ek-notice"
              data-tone={notice.tone}
              role={notice.tone === "bad" ? "alert" : undefined}
            >
              <span dir="auto">{notice.text}</span>
              {notice.undo !== null && (
                <Button look="link" onPress={() => void putBack(notice)}>
                  {t("common.undo")}
                </Button>
              )}
              <IconButton label={t("common.dismiss")} onPress={() => hide(notice.id)}>
                <X className="ek-icon" aria-hidden />
              </IconButton>
            </div>
          ))}
      </div>
    </div>
  );
}
