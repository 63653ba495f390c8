// PanelAccount -- the end of somebody's sign-ins, and back. What would go back to the teams is told
// before.
import { useState } from "react";
import { call, Refusal } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { Deactivated, Tried } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { changed, TOUCHED } from "./change.ts";
import type { PanelProps } from "./TeammatePanel.tsx";

function useAccount(view: PanelProps["view"]) {
  const [going, setGoing] = useState<number | null>(null);
  const params = { id: view.id };
  const reactivate = async () => {
    try {
      await confirmed(() => call("reactivate_teammate", { params }));
      changed(view.id);
      tell(t("teammates.reactivated", { name: view.name }));
    } catch (error) {
      complain(error as Error);
    }
  };
  const ask = async () => {
    try {
      const { answer } = await confirmed(() =>
        call("deactivate_teammate", { params, query: { dry_run: true } }),
      );
      setGoing((answer as Tried | Deactivated as Tried).effect?.moves.length ?? 0);
    } catch (error) {
      complain(error instanceof Refusal ? error : new Refusal(0, null));
    }
  };
  const deactivate = async () => {
    setGoing(null);
    try {
      await confirmed(() => call("deactivate_teammate", { params, query: {} }));
      changed(view.id);
      tell(
        t("teammates.deactivated", { name: view.name }),
        back("reactivate_teammate", { params }, TOUCHED),
      );
    } catch (error) {
      complain(error as Error);
    }
  };
  return { going, leave: () => setGoing(null), reactivate, ask, deactivate };
}

export function Account({ view }: PanelProps) {
  const { going, leave, reactivate, ask, deactivate } = useAccount(view);
  if (view.id === me().id) return null;
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.account")}>
      <h3>{t("teammates.account")}</h3>
      {view.active ? (
        <div>
          <Button look="danger" onPress={() => void ask()}>
            {t("teammates.deactivate")}
          </Button>
        </div>
      ) : (
        <div>
          <Button onPress={() => void reactivate()}>{t("teammates.reactivate")}</Button>
        </div>
      )}
      <FormDialog
        title={t("teammates.deactivate_title", { name: view.name })}
        isOpen={going !== null}
        act={t("teammates.deactivate")}
        look="danger"
        onAct={() => void deactivate()}
        onClose={leave}
      >
        <p>{t("teammates.deactivate_means")}</p>
        <p>{t("teammates.will_go_back", { n: going ?? 0 })}</p>
      </FormDialog>
    </section>
  );
}
