// SignIn -- e-mail and password; then the second factor of who has one.
import { lazy, useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { call } from "../../feed/http.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { t } from "../../words/words.ts";
import { goInAnew, NOT_REFUSED, refusedBy, useTitle, type Refused } from "./enter.ts";

const Forgotten = lazy(() => import("./Forgotten.tsx"));

export function Form({
  title,
  refused,
  submit,
  isBusy,
  send,
  children,
}: {
  title: string;
  refused: Refused;
  submit: string;
  isBusy: boolean;
  send: () => void;
  children: ReactNode;
}) {
  useTitle(title);
  const form = useRef<HTMLFormElement>(null);
  // What is wrong takes the focus: it is said there.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("input[aria-invalid=true]")?.focus();
  }, [refused]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <form className="ek-stack" ref={form} onSubmit={onSubmit} noValidate>
      <h1>{title}</h1>
      <p role="alert" className="ek-fault ek-sign-in-refused">
        {refused.words}
      </p>
      {children}
      <Button look="main" type="submit" isDisabled={isBusy}>
        {submit}
      </Button>
    </form>
  );
}

function SecondFactor({ ticket, again }: { ticket: string; again: () => void }) {
  const [code, setCode] = useState("");
  const [byRecovery, setByRecovery] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NOT_REFUSED);
  const send = async () => {
    setBusy(true);
    try {
      await call("confirm_second_factor", {
        body: { ticket, code: code.trim() },
      });
      await goInAnew();
    } catch (error) {
      setRefused(refusedBy(error, t("sign_in.wrong_code"), "/code"));
      setBusy(false);
    }
  };
  return (
    <Form
      title={t("sign_in.second_title")}
      refused={refused}
      submit={t("sign_in.go_on")}
      isBusy={isBusy}
      send={() => void send()}
    >
      <TextField
        key={String(byRecovery)}
        label={t(byRecovery ? "sign_in.recovery_code" : "sign_in.code")}
        help={t(byRecovery ? "sign_in.recovery_help" : "sign_in.code_help")}
        value={code}
        onChange={setCode}
        autoFocus
        autoComplete={byRecovery ? "off" : "one-time-code"}
        inputMode={byRecovery ? "text" : "numeric"}
        fault={refused.at("/code")}
      />
      <div className="ek-row">
        <Button look="link" onPress={() => setByRecovery(!byRecovery)}>
          {t(byRecovery ? "sign_in.use_code" : "sign_in.use_recovery")}
        </Button>
        <Button look="link" onPress={again}>
          {t("sign_in.start_over")}
        </Button>
      </div>
    </Form>
  );
}

// resets: whether a new password can be asked for by mail; else an administrator gives a link.
export function SignIn({ resets }: { resets: boolean }) {
  const [hasForgotten, forget] = useState(false);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [ticket, setTicket] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NOT_REFUSED);
  const send = async () => {
    setBusy(true);
    try {
      const { answer } = await call("sign_in", { body: { email, password } });
      if (answer.second_factor !== "needed") return await goInAnew();
      setTicket(answer.ticket);
    } catch (error) {
      setRefused(refusedBy(error, t("sign_in.wrong")));
    }
    setBusy(false);
  };
  if (ticket !== null) return <SecondFactor ticket={ticket} again={() => setTicket(null)} />;
  if (hasForgotten) return <Forgotten from={email} back={() => forget(false)} />;
  return (
    <Form
      title={t("sign_in.title")}
      refused={refused}
      submit={t("sign_in.title")}
      isBusy={isBusy}
      send={() => void send()}
    >
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
      <PasswordField
        label={t("sign_in.password")}
        value={password}
        onChange={setPassword}
        fault={refused.at("/password")}
      />
      {resets ? (
        <div className="ek-sign-in-last">
          <Button look="link" onPress={() => forget(true)}>
            {t("sign_in.forgotten_ask")}
          </Button>
        </div>
      ) : (
        <p className="ek-help ek-sign-in-last">{t("sign_in.forgotten")}</p>
      )}
    </Form>
  );
}
