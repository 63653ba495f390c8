// PanelSettings -- limit and presence policy of one teammate: what holds and where it comes from,
// their own value, and back to the workspace's; and their skills.
import { useState } from "react";
import { Trash2 } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SettingOrigin, SettingRow } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { fieldWords, skillName, valueWords, type Called } from "../../parts/told.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { changeField, refusedWords } from "./change.ts";
import { originWords } from "./columns.tsx";
import { isAdmin } from "./rights.ts";
import type { PanelProps } from "./TeammatePanel.tsx";
import { numberText, readNumber } from "./typed.ts";

const SHOWN = [
  "limit",
  "intake_max",
  "auto_away_after_ms",
  "auto_reassign_after_ms",
  "landing_ms",
] as const;
const MINUTE = 60_000;

const isTime = (name: string) => name.endsWith("_ms");

function typedText(name: string, own: unknown): string {
  return typeof own === "number" && isTime(name) ? String(own / MINUTE) : numberText(own);
}

function read(row: SettingRow, text: string): unknown {
  const { min = 0, max = 1000 } = row.range ?? {};
  const unit = isTime(row.name) ? MINUTE : 1;
  const value = readNumber(text, Math.ceil(min / unit), Math.floor(max / unit));
  if (value === null && !row.nullable) return undefined;
  return typeof value === "number" ? value * unit : value;
}

function Editor({
  row,
  origin,
  save,
  close,
}: {
  row: SettingRow;
  origin: SettingOrigin;
  save: (value: unknown) => Promise<unknown>;
  close: () => void;
}) {
  const [text, setText] = useState(typedText(row.name, origin.own));
  const [fault, setFault] = useState<string | null>(null);
  const done = async () => {
    const value = read(row, text);
    if (value === undefined) return setFault(t("teammates.unreadable"));
    try {
      await save(value);
      close();
    } catch (error) {
      setFault(refusedWords(error));
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
        label={fieldWords(row.name, { of: String })}
        isLabelHidden
        value={text}
        onChange={setText}
        autoFocus
        inputMode="numeric"
        help={t(isTime(row.name) ? "teammates.minutes_or_empty" : "teammates.number_or_empty")}
        fault={fault}
      />
      <Button type="submit" look="main">
        {t("common.save")}
      </Button>
      <Button onPress={close}>{t("common.cancel")}</Button>
    </form>
  );
}

function Setting({
  row,
  origin,
  called,
  canSet,
  save,
}: {
  row: SettingRow;
  origin: SettingOrigin;
  called: Called;
  canSet: boolean;
  save: (value: unknown) => Promise<unknown>;
}) {
  const [isOpen, open] = useState(false);
  const isOwn = origin.own !== "inherit";
  const what = fieldWords(row.name, called);
  return (
    <li className="ek-teammates-setting">
      <span>{what}</span>
      <span className="ek-teammates-value">
        <strong>{valueWords(row.name, origin.effective, called)}</strong>{" "}
        <span className="ek-quiet ek-small">
          {isOwn && origin.own !== origin.effective
            ? t("teammates.own_but", {
                own: valueWords(row.name, origin.own, called),
                from: originWords(origin),
              })
            : originWords(origin)}
        </span>
      </span>
      {canSet && !isOpen && (
        <span className="ek-row">
          <Button
            look="link"
            onPress={() => open(true)}
            aria-label={t("teammates.edit_what", { what })}
          >
            {t("common.edit")}
          </Button>
          {isOwn && (
            <Button
              look="link"
              aria-label={t("teammates.inherit_what", { what })}
              onPress={() => void save("inherit").catch(complain)}
            >
              {t("teammates.back_to_workspace")}
            </Button>
          )}
        </span>
      )}
      {isOpen && <Editor row={row} origin={origin} save={save} close={() => open(false)} />}
    </li>
  );
}

export function Settings({ view, called, mayEdit }: PanelProps) {
  const rows = useAnswer("list_settings").data?.answer.settings ?? [];
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.limits")}>
      <h3>{t("teammates.limits")}</h3>
      <ul className="ek-stack">
        {SHOWN.map((name) => {
          const row = rows.find((each) => each.name === name);
          const origin = view.settings[name];
          if (row === undefined || origin === undefined) return null;
          const canSet =
            mayEdit && (row.who.teammate === "admin" ? isAdmin() : may("setting_limits_edit"));
          return (
            <Setting
              key={name}
              {...{ row, origin, called, canSet }}
              save={(after) =>
                changeField(
                  { id: view.id, who: view.name, field: name, before: origin.own, after },
                  called,
                )
              }
            />
          );
        })}
      </ul>
    </section>
  );
}

const LEVELS = [1, 2, 3, 4, 5];
const SKILLS_NAMED = 12;

type Levels = Readonly<Record<string, number>>;

function SkillLine({
  name,
  skills,
  put,
}: {
  name: string;
  skills: Levels;
  put: (after: Levels) => void;
}) {
  const { [name]: level, ...rest } = skills;
  return (
    <li className="ek-teammates-served">
      <bdi>{skillName(name)}</bdi>
      <Select
        label={t("teammates.skill_level", { name: skillName(name) })}
        isLabelHidden
        choices={LEVELS.map((each) => ({
          id: String(each),
          label: t("teammates.at_level", { level: formatNumber(each) }),
        }))}
        value={String(level)}
        onChange={(wanted) => put({ ...skills, [name]: Number(wanted) })}
      />
      <IconButton
        label={t("teammates.remove_skill", { name: skillName(name) })}
        onPress={() => put(rest)}
      >
        <Trash2 className="ek-icon" aria-hidden />
      </IconButton>
    </li>
  );
}

function AddSkill({ skills, put }: { skills: Levels; put: (after: Levels) => void }) {
  const known = useAnswer("list_skills", { query: { limit: 500 } }).data?.answer.data ?? [];
  const [added, setAdded] = useState("");
  const add = () => {
    const name = added.trim();
    if (name !== "" && !(name in skills)) put({ ...skills, [name]: 1 });
    setAdded("");
  };
  const names = known.slice(0, SKILLS_NAMED).map(({ name }) => name);
  return (
    <form
      className="ek-teammates-typed"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextField
        label={t("teammates.add_skill")}
        value={added}
        onChange={setAdded}
        {...(names.length === 0 ? {} : { help: names.join(", ") })}
      />
      <Button type="submit" isDisabled={added.trim() === ""}>
        {t("common.add")}
      </Button>
    </form>
  );
}

export function Skills({ view, called, mayEdit }: PanelProps) {
  const { skills } = view;
  const names = Object.keys(skills);
  const canSet = mayEdit && may("setting_limits_edit");
  const put = (after: Levels) => {
    const before = names.length === 0 ? "inherit" : skills;
    const edit = { id: view.id, who: view.name, field: "skills", before, after };
    void changeField(edit, called).catch(complain);
  };
  if (!canSet && names.length === 0) return null;
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.skills")}>
      <h3>{t("teammates.skills")}</h3>
      {!canSet && <p dir="auto">{valueWords("skills", skills, called)}</p>}
      {canSet && (
        <>
          <ul className="ek-stack">
            {names.map((name) => (
              <SkillLine key={name} {...{ name, skills, put }} />
            ))}
          </ul>
          <AddSkill {...{ skills, put }} />
        </>
      )}
    </section>
  );
}
