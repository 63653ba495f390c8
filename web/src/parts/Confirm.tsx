// Confirm -- steps that cannot be put back ask who is there once more: the second factor, or the
// password of who has none. It holds for ten minutes.
//
// 	await confirmed(() => call("delete_teammate", {...}));
//
// does the step; if the server wants it confirmed first, asks, and does it again. The dialog stands
// outside the page's own tree, so that any room can ask without keeping a place for it.
import { useState, type FormEvent } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "react-aria-components";
import { call, Refusal } from "../feed/http.ts";
import { me } from "../feed/session.ts";
import { currentManners, t } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { TextField } from "./fields.tsx";
import { PasswordField } from "./PasswordField.tsx";

// The type is that of every missing right; the code of the fault says that this one is there.
export function needsConfirming(error: unknown): boolean {
  return (
    error instanceof Refusal &&
    error.status === 403 &&
    (error.problem?.errors.some(({ code }) => code === "not_confirmed") ?? false)
  );
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal) || error.problem === null) return t("common.unreachable");
  if (error.status === 429) return t("confirm.too_often");
  return error.status === 403 || error.status === 422
    ? t(me().second_factor ? "confirm.wrong_code" : "confirm.wrong_password")
    : error.problem.detail;
}

function Ask({ done }: { done: (isConfirmed: boolean) => void }) {
  const byCode = me().second_factor;
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await call("confirm_me", {
        body: byCode ? { code: typed.trim() } : { password: typed },
      });
      done(true);
    } catch (error) {
      setFault(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("confirm.title")} isOpen onClose={() => done(false)}>
      <form className="ek-stack" onSubmit={(event) => void send(event)}>
        <p>{t("confirm.why")}</p>
        {byCode ? (
          <TextField
            label={t("confirm.code")}
            help={t("confirm.code_help")}
            value={typed}
            onChange={setTyped}
            autoComplete="one-time-code"
            autoFocus
            fault={fault}
          />
        ) : (
          <PasswordField
            label={t("confirm.password")}
            value={typed}
            onChange={setTyped}
            autoFocus
            fault={fault}
          />
        )}
        <div className="ek-dialog-foot">
          <Button onPress={() => done(false)}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={isBusy}>
            {t("confirm.go_on")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

// Asks; true when it is confirmed, false when the person thinks better of it.
export function askToConfirm(): Promise<boolean> {
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  return new Promise((resolve) => {
    const done = (isConfirmed: boolean) => {
      resolve(isConfirmed);
      root.unmount();
      place.remove();
    };
    root.render(
      <I18nProvider locale={currentManners().locale}>
        <Ask done={done} />
      </I18nProvider>,
    );
  });
}

// Does a step, asking first where the server wants it. Who thinks better of it gets the server's
// refusal.
export async function confirmed<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!needsConfirming(error) || !(await askToConfirm())) throw error;
    return step();
  }
}
