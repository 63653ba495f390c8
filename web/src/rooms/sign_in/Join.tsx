// Join -- coming in by an invitation: a password, one's name if it is to be another; language and
// zone are the browser's, and can be changed later.
import { useState } from "react";
import { call } from "../../feed/http.ts";
import { TextField } from "../../parts/fields.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { currentManners, t } from "../../words/words.ts";
import { goIn, NOT_REFUSED, refusedBy } from "./enter.ts";
import { Form } from "./SignIn.tsx";

export default function Join({ secret }: { secret: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NOT_REFUSED);
  const send = async () => {
    setBusy(true);
    const { language, zone } = currentManners();
    try {
      await call("accept_invitation", {
        body: {
          secret,
          password,
          language,
          zone,
          ...(name.trim() === "" ? {} : { name: name.trim() }),
        },
      });
      goIn("/start");
    } catch (error) {
      setRefused(refusedBy(error, t("sign_in.link_bad")));
      setBusy(false);
    }
  };
  return (
    <Form
      title={t("sign_in.join_title")}
      refused={refused}
      submit={t("sign_in.join_go")}
      isBusy={isBusy}
      send={() => void send()}
    >
      <p>{t("sign_in.join_means")}</p>
      <PasswordField
        label={t("sign_in.new_password")}
        help={t("sign_in.password_help")}
        isNew
        autoFocus
        value={password}
        onChange={setPassword}
        fault={refused.at("/password")}
      />
      <TextField
        label={t("sign_in.name_other")}
        help={t("sign_in.name_help")}
        name="name"
        autoComplete="name"
        value={name}
        onChange={setName}
        fault={refused.at("/name")}
      />
    </Form>
  );
}
