// PanelProfile -- name, languages and address of a teammate; how ready they are, set on the spot;
// their roles, which are confirmed first.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { call, Refusal } from "../../feed/http.ts";
import { may, me } from "../../feed/session.ts";
import { PRESENCE, type Presence as PresenceValue, type Role } from "../../gen/enums.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { languageWords } from "../../parts/told.ts";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { changed, changeField, changePresence, refusedWords, TOUCHED } from "./change.ts";
import { RoleChoice } from "./Invite.tsx";
import type { PanelProps } from "./TeammatePanel.tsx";
import { readLanguages } from "./typed.ts";

// A text with its button, which is there once something was typed.
function Typed({
  label,
  value,
  help,
  save,
}: {
  label: string;
  value: string;
  help?: string;
  save: (text: string) => Promise<unknown>;
}) {
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const done = async () => {
    if (text === null) return;
    try {
      await save(text);
      setText(null);
      setFault(null);
    } catch (error) {
      setFault(error instanceof Refusal ? refusedWords(error) : (error as Error).message);
    }
  };
  return (
    <form
      className="ek-teammates-typed"
      onSubmit={(event) => {
        event.preventDefault();
        void done();
      }}
    >
      <TextField
        label={label}
        value={text ?? value}
        onChange={setText}
        fault={fault}
        {...(help === undefined ? {} : { help })}
      />
      {text !== null && text !== value && <Button type="submit">{t("common.save")}</Button>}
    </form>
  );
}

function Facts({ view }: Pick<PanelProps, "view">) {
  return (
    <dl className="ek-teammates-facts">
      <dt>{t("teammates.languages")}</dt>
      <dd>{formatList(view.languages.map(languageWords))}</dd>
      {view.email !== null && (
        <>
          <dt>{t("teammates.email")}</dt>
          <dd dir="ltr">{view.email}</dd>
        </>
      )}
    </dl>
  );
}

export function Profile({ view, called, mayEdit }: PanelProps) {
  const edit = (field: string, before: unknown, after: unknown) =>
    confirmed(() => changeField({ id: view.id, who: view.name, field, before, after }, called));
  const mayName = mayEdit && may("teammate_name_edit");
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.profile")}>
      <h3>{t("teammates.profile")}</h3>
      {mayName ? (
        <>
          <Typed
            label={t("teammates.name")}
            value={view.name}
            save={(text) => edit("name", view.name, text.trim())}
          />
          <Typed
            label={t("teammates.languages")}
            value={view.languages.join(", ")}
            help={t("teammates.languages_help")}
            save={async (text) => {
              const codes = readLanguages(text);
              if (codes === undefined) throw new Error(t("teammates.languages_help"));
              await edit("languages", view.languages, codes);
            }}
          />
          {may("teammate_rights_edit") ? (
            <Typed
              label={t("teammates.email")}
              value={view.email ?? ""}
              save={(text) => edit("email", view.email, text.trim())}
            />
          ) : (
            <p className="ek-quiet" dir="ltr">
              {view.email}
            </p>
          )}
        </>
      ) : (
        <Facts view={view} />
      )}
    </section>
  );
}

export function Presence({ view, mayEdit }: PanelProps) {
  const now = useAnswer("get_presence", { params: { id: view.id } }).data?.answer;
  const words = (presence: string) => wordOf("presence", presence);
  if (now === undefined) return null;
  const canSet = (mayEdit && may("presence_set")) || view.id === me().id;
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.presence")}>
      <h3>{t("teammates.presence")}</h3>
      {canSet ? (
        <Select
          label={t("teammates.presence")}
          isLabelHidden
          choices={PRESENCE.map((id) => ({ id, label: words(id) }))}
          value={now.presence}
          help={t("teammates.told_by_whom")}
          onChange={(presence) =>
            void changePresence(view, now.presence, presence as PresenceValue, words)
          }
        />
      ) : (
        <p>{words(now.presence)}</p>
      )}
      <p className="ek-quiet ek-small">
        {t("teammates.since")} <When at={now.since} />
      </p>
    </section>
  );
}

export function Roles({ view }: PanelProps) {
  const [roles, setRoles] = useState<readonly Role[]>(view.roles);
  const isSame = [...roles].sort().join() === [...view.roles].sort().join();
  const put = (wanted: readonly Role[], etag: string | null) => ({
    params: { id: view.id },
    query: {},
    body: { roles: wanted },
    ifMatch: etag ?? "*",
  });
  const save = async () => {
    try {
      const held = await call("get_teammate", { params: { id: view.id }, query: {} });
      const done = await confirmed(() => call("update_teammate", put(roles, held.etag)));
      changed(view.id);
      const before = put(view.roles, done.etag);
      tell(
        t("teammates.roles_changed", { name: view.name }),
        back("update_teammate", before, TOUCHED),
      );
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.roles")}>
      <RoleChoice roles={roles} onChange={setRoles} />
      {!isSame && (
        <div className="ek-row">
          <Button look="main" onPress={() => void save()}>
            {t("teammates.save_roles")}
          </Button>
          <Button onPress={() => setRoles(view.roles)}>{t("common.cancel")}</Button>
        </div>
      )}
    </section>
  );
}
