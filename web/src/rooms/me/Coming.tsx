// Coming -- whether something comes to me next, and if not, why not: the explanation itself, team
// by team.
import { useAnswer } from "../../feed/cache.ts";
import { Ready } from "../../parts/states.tsx";
import { NothingView } from "../../why/Why.tsx";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

export function Coming() {
  const why = useAnswer("explain_my_nothing");
  return (
    <Panel title={t("me.coming")}>
      <Ready of={why}>{({ answer }) => <NothingView why={answer} />}</Ready>
    </Panel>
  );
}
