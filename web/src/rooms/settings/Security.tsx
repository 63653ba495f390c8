// Security -- one's password and second factor. The steps ask who is there first.
import { useState, type FormEvent } from "react";
import { call, Refusal } from "../../feed/http.ts";
import { me, renewMe } from "../../feed/session.ts";
import type { SecondFactorBegun } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { askToConfirm, confirmed, needsConfirming } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { t } from "../../words/words.ts";
import { QrCode } from "./QrCode.tsx";

function Password() {
  const [isOpen, open] = useState(false);
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const close = () => {
    open(false);
    setCurrent("");
    setPassword("");
    setRefusal(null);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await confirmed(() => call("change_my_password", { body: { current, password } }));
      close();
      tell(t("mine.password_changed"));
    } catch (error) {
      setRefusal(error as Refusal);
    }
  };
  const isWrong = refusal?.status === 403 && !needsConfirming(refusal);
  return (
    <>
      <Button onPress={() => open(true)}>{t("mine.password_change")}</Button>
      <Dialog title={t("mine.password_change")} isOpen={isOpen} onClose={close}>
        <form className="ek-settings-form" onSubmit={(event) => void send(event)}>
          <p>{t("mine.password_means")}</p>
          <PasswordField
            label={t("mine.password_now")}
            value={current}
            onChange={setCurrent}
            fault={isWrong ? t("confirm.wrong_password") : faultOf(refusal, "/current")}
          />
          <PasswordField
            label={t("sign_in.new_password")}
            help={t("sign_in.password_help")}
            isNew
            value={password}
            onChange={setPassword}
            fault={faultOf(refusal, "/password")}
          />
          <div className="ek-dialog-foot">
            <Button onPress={close}>{t("common.cancel")}</Button>
            <Button look="main" type="submit">
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

function Codes({ codes, close }: { codes: readonly string[]; close: () => void }) {
  return (
    <Dialog title={t("mine.codes")} isOpen onClose={close}>
      <p>{t("mine.codes_means")}</p>
      <ul className="ek-settings-codes">
        {codes.map((code) => (
          <li key={code}>
            <bdi className="ek-code">{code}</bdi>
          </li>
        ))}
      </ul>
      <div className="ek-dialog-foot">
        <Button
          onPress={() =>
            void navigator.clipboard
              .writeText(codes.join("\n"))
              .then(() => tell(t("common.copied")))
          }
        >
          {t("common.copy")}
        </Button>
        <Button look="main" onPress={close}>
          {t("mine.codes_kept")}
        </Button>
      </div>
    </Dialog>
  );
}

interface Begin {
  begun: SecondFactorBegun;
  close: () => void;
  set: (codes: readonly string[]) => void;
}

function SetUp({ begun, close, set }: Begin) {
  const [code, setCode] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const body = { ticket: begun.ticket, code: code.trim() };
      const { answer } = await confirmed(() => call("set_second_factor", { body }));
      renewMe({ ...me(), second_factor: true });
      set(answer.recovery_codes);
    } catch (error) {
      const refusal = error as Refusal;
      setFault(
        refusal.status === 403 || refusal.status === 422
          ? t("confirm.wrong_code")
          : refusal.message,
      );
    }
  };
  return (
    <Dialog title={t("mine.factor_set")} isOpen onClose={close}>
      <form className="ek-settings-form" onSubmit={(event) => void send(event)}>
        <p>{t("mine.factor_how")}</p>
        <QrCode text={begun.uri} label={t("mine.factor_picture")} />
        <p>
          {t("mine.factor_key")}
          <code className="ek-settings-secret">{begun.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        </p>
        <TextField
          label={t("sign_in.code")}
          help={t("sign_in.code_help")}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
          fault={fault}
        />
        <div className="ek-dialog-foot">
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="main" type="submit">
            {t("mine.factor_on")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Factor() {
  const [has, setHas] = useState(me().second_factor);
  const [begun, setBegun] = useState<SecondFactorBegun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const attempt = (step: () => Promise<void>) => void step().catch(complain);
  const begin = async () => setBegun((await confirmed(() => call("begin_second_factor"))).answer);
  const remove = async () => {
    await confirmed(() => call("remove_second_factor"));
    renewMe({ ...me(), second_factor: false });
    setHas(false);
    tell(t("mine.factor_removed"));
  };
  const renew = async () => {
    if (!(await askToConfirm())) return;
    setCodes((await call("renew_recovery_codes")).answer.recovery_codes);
  };
  return (
    <>
      <p>{t(has ? "mine.factor_has" : "mine.factor_none")}</p>
      <div className="ek-row">
        <Button onPress={() => attempt(begin)}>
          {t(has ? "mine.factor_other" : "mine.factor_set")}
        </Button>
        {has && <Button onPress={() => attempt(renew)}>{t("mine.codes_new")}</Button>}
        {has && <Button onPress={() => attempt(remove)}>{t("mine.factor_remove")}</Button>}
      </div>
      {begun !== null && (
        <SetUp
          begun={begun}
          close={() => setBegun(null)}
          set={(fresh) => {
            setBegun(null);
            setHas(true);
            setCodes(fresh);
          }}
        />
      )}
      {codes !== null && <Codes codes={codes} close={() => setCodes(null)} />}
    </>
  );
}

export function Security() {
  return (
    <div className="ek-settings-form">
      <h3>{t("mine.security")}</h3>
      <div>
        <Password />
      </div>
      <Factor />
    </div>
  );
}
