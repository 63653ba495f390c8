// Target -- where a saved report goes: nowhere, to a file, to colleagues by e-mail, to a webhook.
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { TeammateId, WebhookId } from "../../gen/ids.ts";
import type { ReportRequest, ReportTargetRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { askToConfirm, needsConfirming } from "../../parts/Confirm.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Select, TextField } from "../../parts/fields.tsx";
import { PeopleField } from "../../parts/PeopleField.tsx";
import { t, wordOf } from "../../words/words.ts";

type Refused = Parameters<typeof faultOf>[0];
type Change = (part: Partial<ReportRequest>) => void;
interface Told {
  target: ReportTargetRequest;
  change: Change;
  error: Refused;
}

const PEOPLE = 20; // at most

function File({ target, change, error }: Told) {
  return (
    <TextField
      label={t("reports.file_name")}
      help={t("reports.file_help")}
      value={target.name ?? ""}
      onChange={(name) => change({ target: { kind: "file", name } })}
      fault={faultOf(error, "/target/name")}
    />
  );
}

function faultOfPeople(error: Refused, people: readonly TeammateId[]): string | undefined {
  const each = people.map((_, index) => faultOf(error, `/target/people/${index}`));
  return faultOf(error, "/target/people") ?? each.find((fault) => fault !== undefined);
}

function People({ target, change, error }: Told) {
  const people = target.people ?? [];
  return (
    <PeopleField
      label={t("reports.add_person")}
      help={t("reports.email_help")}
      listed={t("reports.who_gets_it")}
      without={(name) => t("reports.not_to", { name })}
      people={people}
      most={PEOPLE}
      onChange={(next) => change({ target: { kind: "email", people: [...next] } })}
      fault={faultOfPeople(error, people)}
    />
  );
}

function Hook({ target, change, error }: Told) {
  const hooks = useAnswer("list_webhooks", { query: { limit: 50 } });
  if (hooks.data === undefined && needsConfirming(hooks.error)) {
    const ask = () => void askToConfirm().then((isSure) => isSure && void hooks.refetch());
    return (
      <div>
        <Button onPress={ask}>{t("confirm.go_on")}</Button>
      </div>
    );
  }
  const all = hooks.data?.answer.data ?? [];
  if (hooks.data !== undefined && all.length === 0)
    return <p className="ek-quiet">{t("reports.no_hooks")}</p>;
  return (
    <Select
      label={t("reports.hook")}
      choices={all.map(({ id, url }) => ({ id, label: url }))}
      value={target.webhook ?? ""}
      onChange={(id) => change({ target: { kind: "webhook", webhook: id as WebhookId } })}
      fault={faultOf(error, "/target/webhook")}
    />
  );
}

const WAYS = { file: File, email: People, webhook: Hook } as const;
type Way = keyof typeof WAYS;
const KEPT = "kept";

interface Asked {
  draft: ReportRequest;
  change: Change;
  error: Refused;
}

export function Target({ draft, change, error }: Asked) {
  const target = draft.target ?? null;
  const ways = (Object.keys(WAYS) as Way[]).filter(
    (way) => way !== "webhook" || may("webhook_manage") || target?.kind === "webhook",
  );
  const choose = (way: string) => {
    if (way === KEPT) change({ target: null });
    else if (way === "file") change({ target: { kind: "file", name: draft.standard } });
    else if (way === "email") change({ target: { kind: "email", people: [] } });
    else change({ target: { kind: "webhook" } });
  };
  const Way = target === null ? null : WAYS[target.kind];
  return (
    <>
      <div className="ek-row ek-reports-asked">
        <Select
          label={t("reports.goes")}
          choices={[KEPT, ...ways].map((id) => ({ id, label: wordOf("reports", `goes_${id}`) }))}
          value={target?.kind ?? KEPT}
          onChange={choose}
          fault={faultOf(error, "/target/kind")}
        />
        {target !== null && target.kind !== "webhook" && (
          <Select
            label={t("reports.format")}
            choices={(["csv", "json"] as const).map((id) => ({
              id,
              label: wordOf("reports", `format_${id}`),
            }))}
            value={draft.format}
            onChange={(id) => change({ format: id as ReportRequest["format"] })}
          />
        )}
      </div>
      {target !== null && Way !== null && (
        <div className="ek-reports-part">
          <Way target={target} change={change} error={error} />
        </div>
      )}
    </>
  );
}
