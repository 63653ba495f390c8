// SignIns -- where I am signed in, among the preferences.
import { SignIns as List } from "../../parts/SignIns.tsx";
import { t } from "../../words/words.ts";

export function SignIns() {
  return (
    <section className="ek-settings-form" aria-labelledby="sign-ins">
      <h3 id="sign-ins">{t("me.sign_ins")}</h3>
      <List />
    </section>
  );
}
