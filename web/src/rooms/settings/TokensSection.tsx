// TokensSection -- API tokens: one's own, and, for administrators, those of integrations. Made,
// shown once, revoked.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { Token, TokenRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Checkbox, RadioGroup, Select, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { Once } from "./Once.tsx";
import { useAttempt } from "./useAttempt.ts";

const SCOPES = ["read", "work", "configure", "metrics"] as const;
const DAYS = ["30", "90", "365", "never"] as const;
type Scope = TokenRequest["scopes"][number];

function until(days: string): string | null {
  return days === "never" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
}

function Scopes({ scopes, set }: { scopes: readonly Scope[]; set: (scopes: Scope[]) => void }) {
  return (
    <div role="group" aria-label={t("workspace.scopes")} className="ek-stack">
      <strong>{t("workspace.scopes")}</strong>
      {SCOPES.map((scope) => (
        <Checkbox
          key={scope}
          isSelected={scopes.includes(scope)}
          onChange={(isIn) =>
            set(isIn ? [...scopes, scope] : scopes.filter((each) => each !== scope))
          }
        >
          {t(`workspace.scope_${scope}`)}
        </Checkbox>
      ))}
    </div>
  );
}

function Form({ close, made }: { close: () => void; made: (secret: string | null) => void }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"personal" | "integration">("personal");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [days, setDays] = useState("90");
  const { attempt, refusal, isBusy } = useAttempt();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      const body = { name, kind, scopes, expires_at: until(days) };
      made((await confirmed(() => call("create_token", { body }))).answer.secret);
    });
  };
  return (
    <Dialog title={t("workspace.token_add")} isOpen onClose={close}>
      <form className="ek-settings-form" onSubmit={send}>
        <TextField
          label={t("workspace.token_name")}
          help={t("workspace.token_name_help")}
          value={name}
          onChange={setName}
          autoFocus
          fault={faultOf(refusal, "/name")}
        />
        {may("token_manage") && (
          <RadioGroup
            label={t("workspace.token_kind")}
            value={kind}
            onChange={(id) => setKind(id as typeof kind)}
            choices={(["personal", "integration"] as const).map((id) => ({
              id,
              label: t(`workspace.token_${id}`),
            }))}
          />
        )}
        <Scopes scopes={scopes} set={setScopes} />
        <p className="ek-fault">{faultOf(refusal, "/scopes")}</p>
        <Select
          label={t("workspace.expires")}
          choices={DAYS.map((id) => ({ id, label: t(`workspace.expires_${id}`) }))}
          value={days}
          onChange={setDays}
          fault={faultOf(refusal, "/expires_at")}
        />
        <div className="ek-dialog-foot">
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={isBusy}>
            {t("workspace.token_make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Row({ token, revoke }: { token: Token; revoke: () => void }) {
  return (
    <tr>
      <th scope="row">
        <bdi>{token.name}</bdi> <bdi className="ek-code ek-quiet">…{token.hint}</bdi>
      </th>
      <td>
        {token.teammate === null ? t("workspace.token_integration") : <Name id={token.teammate} />}
      </td>
      <td>{formatList(token.scopes)}</td>
      <td>{token.last_used_on === null ? "–" : <bdi>{token.last_used_on}</bdi>}</td>
      <td>
        {token.expires_at === null ? t("workspace.expires_never") : <When at={token.expires_at} />}
      </td>
      <td>
        <Button look="link" aria-label={`${t("workspace.revoke")}: ${token.name}`} onPress={revoke}>
          {t("workspace.revoke")}
        </Button>
      </td>
    </tr>
  );
}

function Table({ tokens, revoke }: { tokens: readonly Token[]; revoke: (token: Token) => void }) {
  if (tokens.length === 0)
    return <Empty title={t("workspace.no_tokens")}>{t("workspace.no_tokens_why")}</Empty>;
  const columns = ["token_name", "whose", "scopes", "last_used", "expires", "revoke"] as const;
  return (
    <div className="ek-table-frame">
      <table className="ek-table" aria-label={t("settings.section_tokens")}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`workspace.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <Row key={token.id} token={token} revoke={() => revoke(token)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function TokensSection() {
  const list = useAnswer("list_tokens", { query: { limit: 500 } });
  const [isOpen, open] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { attempt } = useAttempt();
  const again = () => age(["list_tokens"]);
  const revoke = (token: Token) =>
    void attempt(async () => {
      await confirmed(() => call("delete_token", { params: { id: token.id } }));
      again();
      tell(t("workspace.revoked", { name: token.name }));
    });
  return (
    <>
      <p className="ek-quiet">{t("workspace.tokens_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) => <Table tokens={answer.data} revoke={revoke} />}
      </Confirmable>
      <div>
        <Button onPress={() => open(true)}>{t("workspace.token_add")}</Button>
      </div>
      {isOpen && (
        <Form
          close={() => open(false)}
          made={(made) => {
            open(false);
            setSecret(made);
            again();
          }}
        />
      )}
      {secret !== null && (
        <Once title={t("workspace.token_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}
