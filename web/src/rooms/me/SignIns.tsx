// SignIns -- where I am signed in, as a panel of my day.
import { SignIns as List } from "../../parts/SignIns.tsx";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

export function SignIns() {
  return (
    <Panel title={t("me.sign_ins")}>
      <List />
    </Panel>
  );
}
