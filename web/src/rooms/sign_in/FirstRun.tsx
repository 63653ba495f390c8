// FirstRun -- whoever has the one-time code that `evenkeel init` printed becomes the owner, with
// every role. Language and zone are proposed from the browser. The page closes for good afterwards.
import { useState } from "react";
import { call } from "../../feed/http.ts";
import { ComboBox, Select, TextField } from "../../parts/fields.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { LANGUAGES } from "../../words/guest.ts";
import { currentManners, t, type Language } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";
import { goIn, NOT_REFUSED, refusedBy, type Refused } from "./enter.ts";
import { Form } from "./SignIn.tsx";

interface Owner {
  code: string;
  workspace: string;
  name: string;
  email: string;
  password: string;
  zone: string;
}
type Change = (change: Partial<Owner>) => void;

function Person({ owner, change, at }: { owner: Owner; change: Change; at: Refused["at"] }) {
  return (
    <>
      <TextField
        label={t("sign_in.name")}
        name="name"
        autoComplete="name"
        value={owner.name}
        onChange={(name) => change({ name })}
        fault={at("/name")}
      />
      <TextField
        label={t("sign_in.email")}
        type="email"
        name="email"
        autoComplete="username"
        value={owner.email}
        onChange={(email) => change({ email })}
        fault={at("/email")}
      />
      <PasswordField
        label={t("sign_in.password")}
        help={t("sign_in.password_help")}
        isNew
        value={owner.password}
        onChange={(password) => change({ password })}
        fault={at("/password")}
      />
    </>
  );
}

function Place({
  owner,
  change,
  at,
  speak,
}: {
  owner: Owner;
  change: Change;
  at: Refused["at"];
  speak: (language: Language) => void;
}) {
  return (
    <div className="ek-columns">
      <Select
        label={t("sign_in.language")}
        choices={LANGUAGES.map(({ id, name }) => ({ id, label: name }))}
        value={currentManners().language}
        onChange={(id) => speak(id as Language)}
        fault={at("/language")}
      />
      <ComboBox
        label={t("sign_in.zone")}
        choices={zonesWith(currentManners().zone)}
        value={owner.zone}
        onChange={(zone) => zone !== null && change({ zone })}
        fault={at("/zone")}
      />
    </div>
  );
}

export default function FirstRun({ speak }: { speak: (language: Language) => void }) {
  const [owner, setOwner] = useState<Owner>({
    code: "",
    workspace: "",
    name: "",
    email: "",
    password: "",
    zone: currentManners().zone,
  });
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NOT_REFUSED);
  const change: Change = (part) => setOwner((before) => ({ ...before, ...part }));
  const send = async () => {
    setBusy(true);
    const { workspace, code, ...person } = owner;
    const body = {
      ...person,
      code: code.trim(),
      language: currentManners().language,
      ...(workspace.trim() === "" ? {} : { workspace: workspace.trim() }),
    };
    try {
      await call("create_owner", { body });
      goIn("/start");
    } catch (error) {
      setRefused(refusedBy(error, t("sign_in.wrong_setup_code"), "/code"));
      setBusy(false);
    }
  };
  return (
    <Form
      title={t("sign_in.first_title")}
      refused={refused}
      submit={t("sign_in.first_go")}
      isBusy={isBusy}
      send={() => void send()}
    >
      <p>{t("sign_in.first_means")}</p>
      <TextField
        label={t("sign_in.setup_code")}
        help={t("sign_in.setup_code_help")}
        autoFocus
        autoComplete="off"
        value={owner.code}
        onChange={(code) => change({ code })}
        fault={refused.at("/code")}
      />
      <TextField
        label={t("sign_in.workspace")}
        help={t("sign_in.workspace_help")}
        autoComplete="organization"
        value={owner.workspace}
        onChange={(workspace) => change({ workspace })}
        fault={refused.at("/workspace")}
      />
      <Person owner={owner} change={change} at={refused.at} />
      <Place owner={owner} change={change} at={refused.at} speak={speak} />
    </Form>
  );
}
