// Reset -- a new password, by the link that an administrator gave. It ends all sign-ins and opens
// none: a second factor is asked for as ever.
import { useState } from "react";
import { call } from "../../feed/http.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { t } from "../../words/words.ts";
import { NOT_REFUSED, refusedBy } from "./enter.ts";
import { Form } from "./SignIn.tsx";

export default function Reset({ secret }: { secret: string }) {
  const [password, setPassword] = useState("");
  const [state, setState] = useState<"asked" | "busy" | "done">("asked");
  const [refused, setRefused] = useState(NOT_REFUSED);
  const send = async () => {
    setState("busy");
    try {
      await call("accept_password_reset", { body: { secret, password } });
      setState("done");
    } catch (error) {
      setRefused(refusedBy(error, t("sign_in.link_bad")));
      setState("asked");
    }
  };
  if (state === "done") {
    return (
      <div className="ek-stack" role="status">
        <h1>{t("sign_in.reset_done")}</h1>
        <p>{t("sign_in.reset_done_means")}</p>
        <LinkButton href="/" look="main">
          {t("sign_in.title")}
        </LinkButton>
      </div>
    );
  }
  return (
    <Form
      title={t("sign_in.reset_title")}
      refused={refused}
      submit={t("sign_in.reset_save")}
      isBusy={state === "busy"}
      send={() => void send()}
    >
      <PasswordField
        label={t("sign_in.new_password")}
        help={t("sign_in.password_help")}
        isNew
        autoFocus
        value={password}
        onChange={setPassword}
        fault={refused.at("/password")}
      />
    </Form>
  );
}
