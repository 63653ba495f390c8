// ChangeForm -- the second of the four steps of a bulk edit: what shall change. Changes nothing
// itself.
import { useState } from "react";
import { Trash2 } from "lucide-react";
import type { Refusal } from "../../feed/http.ts";
import type { BulkChange } from "../../gen/shapes.ts";
import { IconButton } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { faultOf, faultWords } from "../../parts/faults.ts";
import { t, wordOf } from "../../words/words.ts";
import { changeOf, kindsLeft, newLine, type Kind, type Line } from "./wanted.ts";

interface Team {
  id: string;
  name: string;
}

const HELP: Partial<Record<Kind, string>> = {
  limit: "limit_help",
  away: "minutes_help",
  reassign: "minutes_help",
  landing: "minutes_help",
  skills: "skills_replace",
  languages: "languages_replace",
};

// Nobody inherits languages.
const HOWS: Partial<Record<Kind, readonly Line["how"][]>> = { languages: ["set"] };
const TEXTS: readonly Kind[] = ["skills", "languages"];

function TeamLine({ line, set, teams }: LineProps) {
  return (
    <>
      <Select
        label={t("common.team")}
        isLabelHidden
        choices={teams.map(({ id, name }) => ({ id, label: name }))}
        value={line.team}
        placeholder={t("teammates.which_team")}
        onChange={(team) => set({ ...line, team })}
      />
      <Select
        label={t("teammates.how")}
        isLabelHidden
        choices={(["primary", "secondary", "remove"] as const).map((id) => ({
          id,
          label: wordOf("teammates", `how_${id}`),
        }))}
        value={line.how}
        onChange={(how) => set({ ...line, how: how as Line["how"] })}
      />
    </>
  );
}

function Value({ line, set, fault }: Omit<LineProps, "teams">) {
  const help = HELP[line.kind];
  const shared = {
    label: wordOf("teammates", `kind_${line.kind}`),
    isLabelHidden: true,
    value: line.text,
    onChange: (text: string) => set({ ...line, text }),
    autoFocus: true,
    fault,
    ...(help === undefined ? {} : { help: wordOf("teammates", help) }),
  };
  if (line.kind === "ramp") return <DateField {...shared} />;
  return <TextField {...shared} inputMode={TEXTS.includes(line.kind) ? "text" : "numeric"} />;
}

function ValueLine({ line, set, fault }: LineProps) {
  return (
    <>
      <Select
        label={t("teammates.how")}
        isLabelHidden
        choices={(HOWS[line.kind] ?? (["set", "inherit"] as const)).map((id) => ({
          id,
          label: wordOf("teammates", `how_${id}`),
        }))}
        value={line.how}
        onChange={(how) => set({ ...line, how: how as Line["how"] })}
      />
      {line.how === "set" && <Value {...{ line, set, fault }} />}
    </>
  );
}

interface LineProps {
  line: Line;
  set: (line: Line) => void;
  teams: readonly Team[];
  fault: string | undefined;
}

function LineFields({ remove, ...props }: LineProps & { remove: () => void }) {
  const what = wordOf("teammates", `kind_${props.line.kind}`);
  return (
    <li className="ek-teammates-line" role="group" aria-label={what}>
      <strong>{what}</strong>
      {props.line.kind === "team" ? <TeamLine {...props} /> : <ValueLine {...props} />}
      <IconButton label={t("teammates.remove_line", { what })} onPress={remove}>
        <Trash2 className="ek-icon" aria-hidden />
      </IconButton>
    </li>
  );
}

export interface Wanted {
  lines: readonly Line[];
  note: string;
}

export const NOTHING_WANTED: Wanted = { lines: [], note: "" };

function Lines({
  wanted,
  setWanted,
  teams,
  error,
}: {
  wanted: Wanted;
  setWanted: (wanted: Wanted) => void;
  teams: readonly Team[];
  error: Refusal | null;
}) {
  const { lines } = wanted;
  const setLines = (next: readonly Line[]) => setWanted({ ...wanted, lines: next });
  return (
    <ul className="ek-stack">
      {lines.map((line, index) => (
        <LineFields
          key={`${line.kind} ${index}`}
          line={line}
          teams={teams}
          fault={faultOf(error, `/changes/${index}`)}
          set={(next) => setLines(lines.map((each, at) => (at === index ? next : each)))}
          remove={() => setLines(lines.filter((_, at) => at !== index))}
        />
      ))}
      <li key="add">
        <Select
          key={lines.length}
          label={t(lines.length === 0 ? "teammates.what_changes" : "teammates.and_changes")}
          choices={kindsLeft(lines).map((id) => ({ id, label: wordOf("teammates", `kind_${id}`) }))}
          value={null}
          placeholder={t("teammates.choose_change")}
          onChange={(kind) => setLines([...lines, newLine(kind as Kind)])}
        />
      </li>
    </ul>
  );
}

function Faults({ error }: { error: Refusal }) {
  const faults = error.problem?.errors ?? [];
  return (
    <ul className="ek-fault" role="alert">
      {faults.map((fault, index) => (
        <li key={index}>{faultWords(fault)}</li>
      ))}
      {faults.length === 0 && <li>{error.problem?.detail ?? t("common.unreachable")}</li>}
    </ul>
  );
}

export function ChangeForm({
  title,
  teams,
  wanted,
  setWanted,
  look,
  onClose,
}: {
  title: string;
  teams: readonly Team[];
  wanted: Wanted;
  setWanted: (wanted: Wanted) => void;
  look: (changes: readonly BulkChange[], note: string) => Promise<void>;
  onClose: () => void;
}) {
  const [error, setError] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const changes = wanted.lines.map(changeOf);
  const isDone = changes.length > 0 && changes.every((change) => change !== null);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await look(
        changes.filter((change) => change !== null),
        wanted.note,
      );
    } catch (refused) {
      setError(refused as Refusal);
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={title}
      wide
      act={t(isBusy ? "teammates.looking" : "teammates.look")}
      canAct={isDone && !isBusy}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p className="ek-quiet">{t("teammates.step_choose")}</p>
      <Lines wanted={wanted} setWanted={setWanted} teams={teams} error={error} />
      <TextField
        label={t("teammates.note")}
        value={wanted.note}
        onChange={(note) => setWanted({ ...wanted, note })}
        fault={faultOf(error, "/note")}
      />
      {error !== null && <Faults error={error} />}
    </FormDialog>
  );
}
