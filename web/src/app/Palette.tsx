// Palette -- every action and destination by name, with its key beside it, so that keys are learned
// in passing.
import { useMemo } from "react";
import * as Aria from "react-aria-components";
import { useLocation } from "wouter";
import { allKeys, keysOf, shownKeys, type Shortcut } from "../parts/keys.ts";
import { t } from "../words/words.ts";

// Marks and case do not count; Korean also by initial sounds (ㄱㄴ finds 가나).
const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

function initialsOf(text: string): string {
  return [...text]
    .map((letter) => INITIALS[Math.floor((letter.charCodeAt(0) - 0xac00) / 588)] ?? letter)
    .join("");
}

export function matches(text: string, typed: string): boolean {
  const plain = (each: string) => each.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain(text).includes(plain(typed)) || initialsOf(text.normalize("NFC")).includes(typed);
}

interface Choice {
  actions: readonly Shortcut[];
  run: (index: number) => void;
}

function Actions({ actions, run }: Choice) {
  return (
    <Aria.Menu
      className="ek-menu"
      onAction={(key) => run(Number(key))}
      renderEmptyState={() => <p className="ek-quiet">{t("common.no_match")}</p>}
    >
      {actions.map((action, index) => {
        const now = keysOf(action);
        return (
          <Aria.MenuItem key={index} id={String(index)} textValue={action.does} className="ek-item">
            <span>{action.does}</span>
            {now !== null && <kbd dir="ltr">{shownKeys(now)}</kbd>}
          </Aria.MenuItem>
        );
      })}
    </Aria.Menu>
  );
}

export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [, go] = useLocation();
  const actions = useMemo(
    () => (isOpen ? allKeys().filter((shortcut) => shortcut.keys !== "Mod+K") : []),
    [isOpen],
  );
  const run = (index: number) => {
    onClose();
    actions[index]?.run();
  };
  return (
    <Aria.ModalOverlay
      className="ek-veil"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Aria.Modal className="ek-modal">
        <Aria.Dialog className="ek-dialog" aria-label={t("common.search_or_command")}>
          <Aria.Autocomplete filter={matches}>
            <Aria.SearchField
              autoFocus
              className="ek-field"
              aria-label={t("common.search_or_command")}
            >
              <Aria.Input
                className="ek-input"
                placeholder={t("common.search_or_command")}
                onKeyDown={(event) => {
                  // A conversation's number goes straight to it.
                  const id = /^(cv_)?\d+$/.exec(event.currentTarget.value.trim());
                  if (event.key !== "Enter" || id === null) return;
                  onClose();
                  go(`/inbox/all/${id[1] === undefined ? `cv_${id[0]}` : id[0]}`);
                }}
              />
            </Aria.SearchField>
            <Actions actions={actions} run={run} />
          </Aria.Autocomplete>
        </Aria.Dialog>
      </Aria.Modal>
    </Aria.ModalOverlay>
  );
}
