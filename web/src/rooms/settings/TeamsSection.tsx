// TeamsSection -- team inboxes: made, renamed, given another method, deleted with the place named
// where their conversations go.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import { METHOD, type Method } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Team } from "../../gen/shapes.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { RadioGroup, Select, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { useAttempt } from "./useAttempt.ts";

const NONE = "none";
const LISTS = ["list_teams", "get_team", "get_team_settings"] as const;
const METHODS = METHOD.map((id) => ({ id, label: id }));

function Form({ team, close }: { team: Team | null; close: () => void }) {
  const [name, setName] = useState(team?.name ?? "");
  const [method, setMethod] = useState<Method>(team?.method ?? "balanced");
  const { attempt, refusal, isBusy } = useAttempt();
  const create = async () => {
    const { answer } = await call("create_team", { body: { name, set: { method } } });
    const undo = back("delete_team", { params: { id: answer.id }, ifMatch: "*" }, LISTS);
    tell(t("teams.made", { name }), undo);
  };
  const change = async (of: Team) => {
    const params = { id: of.id };
    const { etag } = await call("get_team", { params });
    if (name !== of.name) {
      await call("update_team", { params, body: { name }, ifMatch: etag ?? "*" });
      const before = { params, body: { name: of.name }, ifMatch: "*" };
      tell(t("teams.renamed", { name }), back("update_team", before, LISTS));
    }
    if (method === of.method) return;
    const put = (to: Method) => ({ params, body: { set: { method: to } }, ifMatch: "*" });
    await call("update_team_settings", put(method));
    tell(t("teams.method_changed"), back("update_team_settings", put(of.method), LISTS));
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await attempt(() => (team === null ? create() : change(team))))) return;
    age(LISTS);
    close();
  };
  return (
    <Dialog title={t(team === null ? "teams.add" : "teams.edit")} isOpen onClose={close}>
      <form className="ek-settings-form" onSubmit={(event) => void send(event)}>
        <TextField
          label={t("sla.name")}
          value={name}
          onChange={setName}
          autoFocus
          fault={faultOf(refusal, "/name")}
        />
        <RadioGroup
          label={t("setting.method")}
          value={method}
          onChange={(id) => setMethod(id as Method)}
          choices={METHODS.map(({ id }) => ({ id, label: wordOf("setting", `choice_${id}`) }))}
          fault={faultOf(refusal, "/set/method")}
        />
        <div className="ek-dialog-foot">
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={isBusy}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

// What a deletion would do, told before it is done: it cannot be put back.
function Deleting({
  team,
  teams,
  close,
}: {
  team: Team;
  teams: readonly Team[];
  close: () => void;
}) {
  const [target, setTarget] = useState(NONE);
  const { attempt, isBusy } = useAttempt();
  const open = useAnswer("list_conversations", {
    query: { team: [team.id], state: ["open"], limit: 1, total: true },
  }).data?.answer.page.total;
  const remove = async () => {
    const query = target === NONE ? {} : { target: target as TeamId };
    const params = { id: team.id };
    const { etag } = await call("get_team", { params });
    const { answer } = await call("delete_team", { params, query, ifMatch: etag ?? "*" });
    tell(t("teams.deleted", { name: team.name, n: answer.moved }));
  };
  const send = async () => {
    if (!(await attempt(remove))) return;
    age(LISTS);
    close();
  };
  return (
    <Dialog title={t("teams.delete_title", { name: team.name })} isOpen onClose={close}>
      <Select
        label={t("teams.target")}
        value={target}
        onChange={setTarget}
        choices={[
          { id: NONE, label: t("teams.target_none") },
          ...teams.filter(({ id }) => id !== team.id).map(({ id, name }) => ({ id, label: name })),
        ]}
      />
      {open !== null && open !== undefined && (
        <p role="status">{t("teams.would_move", { n: open })}</p>
      )}
      <p>{t("teams.delete_means")}</p>
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="danger" isDisabled={isBusy} onPress={() => void send()}>
          {t("common.delete")}
        </Button>
      </div>
    </Dialog>
  );
}

function Row({ team, edit, remove }: { team: Team; edit: () => void; remove: () => void }) {
  return (
    <li className="ek-settings-item ek-head">
      <span>
        <strong>
          <bdi>{team.name}</bdi>
        </strong>{" "}
        <span className="ek-quiet">
          {wordOf("teams", `method_${team.method}`)} · {t("teams.members", { n: team.members })}
        </span>
      </span>
      <LinkButton href={`/settings/giving?team=${team.id}`} look="link">
        {t("teams.settings")}
      </LinkButton>
      {may("team_edit") && (
        <Button look="link" aria-label={`${t("common.edit")}: ${team.name}`} onPress={edit}>
          {t("common.edit")}
        </Button>
      )}
      {may("team_delete") && (
        <Button look="link" aria-label={`${t("common.delete")}: ${team.name}`} onPress={remove}>
          {t("common.delete")}
        </Button>
      )}
    </li>
  );
}

export default function TeamsSection() {
  const list = useAnswer("list_teams", { query: { limit: 500 } });
  const [editing, edit] = useState<Team | "new" | null>(null);
  const [deleting, remove] = useState<Team | null>(null);
  return (
    <Ready of={list}>
      {({ answer }) => (
        <>
          <ul className="ek-stack">
            {answer.data.map((team) => (
              <Row key={team.id} team={team} edit={() => edit(team)} remove={() => remove(team)} />
            ))}
          </ul>
          {may("team_create") && (
            <div>
              <Button onPress={() => edit("new")}>{t("teams.add")}</Button>
            </div>
          )}
          {editing !== null && (
            <Form team={editing === "new" ? null : editing} close={() => edit(null)} />
          )}
          {deleting !== null && (
            <Deleting team={deleting} teams={answer.data} close={() => remove(null)} />
          )}
        </>
      )}
    </Ready>
  );
}
