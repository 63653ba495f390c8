// Forgotten -- a link for a new password is asked for by mail. What is said afterwards is the same
// whether there is somebody of that address: this page tells nobody who works here.
import { useState } from "react";
import { call, Refusal } from "../../feed/http.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { NOT_REFUSED, refusedBy, useTitle, type Refused } from "./enter.ts";
import { Form } from "./SignIn.tsx";

function refusedAsking(error: unknown): Refused {
  const refused = refusedBy(error, t("sign_in.ask_no_mail"));
  const status = error instanceof Refusal ? error.status : 0;
  if (status === 429) return { ...refused, words: t("sign_in.ask_too_often") };
  return status === 409 ? { ...refused, words: t("sign_in.ask_no_mail") } : refused;
}

function Asked({ email, back }: { email: string; back: () => void }) {
  useTitle(t("sign_in.asked_title"));
  return (
    <div className="ek-stack" role="status">
      <h1>{t("sign_in.asked_title")}</h1>
      <p>
        {t("sign_in.asked_means")} <bdi>{email}</bdi>
      </p>
      <p className="ek-help">{t("sign_in.asked_nothing")}</p>
      <div>
        <Button look="main" onPress={back}>
          {t("sign_in.back")}
        </Button>
      </div>
    </div>
  );
}

export default function Forgotten({ from, back }: { from: string; back: () => void }) {
  const [email, setEmail] = useState(from);
  const [state, setState] = useState<"new" | "busy" | "asked">("new");
  const [refused, setRefused] = useState(NOT_REFUSED);
  const send = async () => {
    setState("busy");
    try {
      await call("ask_password_reset", { body: { email: email.trim() } });
      setState("asked");
    } catch (error) {
      setRefused(refusedAsking(error));
      setState("new");
    }
  };
  if (state === "asked") return <Asked email={email.trim()} back={back} />;
  return (
    <Form
      title={t("sign_in.ask_title")}
      refused={refused}
      submit={t("sign_in.ask_send")}
      isBusy={state === "busy"}
      send={() => void send()}
    >
      <p>{t("sign_in.ask_means")}</p>
      <TextField
        label={t("sign_in.email")}
        type="email"
        name="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={setEmail}
        fault={refused.at("/email")}
      />
      <div>
        <Button look="link" onPress={back}>
          {t("sign_in.back")}
        </Button>
      </div>
    </Form>
  );
}
