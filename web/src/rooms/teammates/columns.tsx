// columns -- what the table of teammates can show, cell by cell, and how a cell is edited in place.
import type { ReactNode } from "react";
import type { SettingOrigin } from "../../gen/shapes.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { Badge, PresenceMark } from "../../parts/marks.tsx";
import { languageWords, skillName, type Called } from "../../parts/told.ts";
import { When } from "../../parts/time.tsx";
import { formatLength, formatNumber } from "../../words/format.ts";
import { t, wordOf, type WordKey } from "../../words/words.ts";
import { PresenceCell, TextCell } from "./Editors.tsx";
import { NameDot } from "./NameDot.tsx";
import type { ColumnId } from "./query.ts";
import type { Row } from "./row.ts";
import { numberText, readLanguages, readNumber, readSkills, skillsText } from "./typed.ts";

export interface Around {
  called: Called;
  open: (id: string) => void;
  note: (column: string) => string | undefined; // beside the title of a sorted column
  canSort: (column: string) => boolean;
  mayEdit: (row: Row) => boolean;
  maySet: boolean; // limits and skills
  mayPresence: boolean;
}

const DASH = <span className="ek-quiet">–</span>;

function Name({ row, open, called }: { row: Row } & Pick<Around, "open" | "called">) {
  return (
    <>
      <NameDot row={row} called={called} />
      <a
        className="ek-teammates-name"
        href={`/teammates/${row.id}`}
        tabIndex={-1}
        dir="auto"
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          open(row.id);
        }}
      >
        {row.name}
      </a>
      {row.state !== "active" && <Badge>{wordOf("told", `value_${row.state}`)}</Badge>}
    </>
  );
}

// Each set apart from what stands beside it, in whatever direction it is written.
const apart = (text: string): string => `\u2068${text}\u2069`;

function Teams({ row, called }: { row: Row; called: Called }) {
  const { primary, secondary } = row;
  const text = (ids: readonly string[]) =>
    ids.length === 0 ? "–" : ids.map((id) => apart(called.of(id))).join(", ");
  return (
    <>
      {text(primary)}
      <span className="ek-quiet">{secondary.length === 0 ? "" : ` / ${text(secondary)}`}</span>
    </>
  );
}

export function originWords(origin: SettingOrigin): string {
  return wordOf("teammates", `from_${origin.from}`);
}

// "6 (5)": their own is 6, held at 5 by the ramp. Quiet: not their own.
function Limit({ origin }: { origin: SettingOrigin | null }) {
  if (origin === null) return DASH;
  const shown = (value: unknown) => (typeof value === "number" ? formatNumber(value) : "∞");
  const isOwn = origin.own !== "inherit" && origin.own !== undefined;
  const text =
    isOwn && origin.own !== origin.effective
      ? `${shown(origin.own)} (${shown(origin.effective)})`
      : shown(origin.effective);
  return (
    <span className={isOwn ? undefined : "ek-quiet"} title={originWords(origin)} dir="ltr">
      {text}
    </span>
  );
}

function Load({ row }: { row: Row }) {
  if (row.load === null) return DASH;
  const most = row.limit?.effective;
  const isOver = typeof most === "number" && row.load > most;
  if (!isOver) return formatNumber(row.load);
  return (
    <Badge tone="warn">
      {formatNumber(row.load)}
      <span className="ek-hidden">{t("teammates.over_limit")}</span>
      <span aria-hidden>▲</span>
    </Badge>
  );
}

const minutes = (origin: SettingOrigin | null): string =>
  typeof origin?.effective === "number" ? formatLength(origin.effective) : "–";

function Policy({ row }: { row: Row }) {
  if (row.away === null) return DASH;
  const isOwn = row.away.own !== "inherit" || row.reassign?.own !== "inherit";
  return (
    <span className={isOwn ? undefined : "ek-quiet"}>
      {t("teammates.policy_cell", { away: minutes(row.away), reassign: minutes(row.reassign) })}
    </span>
  );
}

const listed = (texts: readonly string[]): string =>
  texts.length === 0 ? "–" : texts.map(apart).join(t("common.between"));

const skillsOf = ({ skills }: Row): string[] =>
  Object.entries(skills).map(([name, level]) => `${skillName(name)} ${formatNumber(level)}`);

type Shape = Omit<Column<Row>, "id" | "title">;

function shapesOf(around: Around): Record<ColumnId, Shape> {
  const { called } = around;
  return {
    name: {
      width: "2.4fr",
      minWidth: 200,
      isHeader: true,
      cell: (row) => <Name row={row} open={around.open} called={called} />,
    },
    teams: {
      isText: true,
      width: "1.8fr",
      minWidth: 150,
      cell: (row) => <Teams row={row} called={called} />,
    },
    limit: { width: 84, isNumber: true, cell: (row) => <Limit origin={row.limit} /> },
    load: { width: 76, isNumber: true, cell: (row) => <Load row={row} /> },
    presence: {
      width: "1.2fr",
      minWidth: 186,
      cell: (row) => <PresenceMark presence={row.presence} />,
    },
    skills: {
      isText: true,
      width: "1.6fr",
      minWidth: 124,
      cell: (row) => listed(skillsOf(row)),
    },
    roles: {
      isText: true,
      width: "1.2fr",
      minWidth: 124,
      cell: (row) => listed(row.roles.map((role) => wordOf("told", `role_${role}`))),
    },
    languages: {
      isText: true,
      width: "1.2fr",
      minWidth: 120,
      cell: (row) => listed(row.languages.map(languageWords)),
    },
    policy: { isText: true, width: "1.4fr", minWidth: 150, cell: (row) => <Policy row={row} /> },
    intake: { width: 110, isNumber: true, cell: (row) => <Limit origin={row.intake} /> },
    email: {
      isText: true,
      width: "1.8fr",
      minWidth: 180,
      cell: (row) => listed([row.email ?? ""]),
    },
    updated: {
      isText: true,
      width: "1fr",
      minWidth: 120,
      cell: (row) => (row.updated === null ? DASH : <When at={row.updated} />),
    },
  };
}

type Editor = (row: Row, close: () => void) => ReactNode;

function numberEditor(
  around: Around,
  field: string,
  label: string,
  of: (row: Row) => SettingOrigin | null,
  [min, max]: readonly [number, number],
): Editor {
  return (row, close) => (
    <TextCell
      row={row}
      field={field}
      label={label}
      before={of(row)?.own}
      text={numberText(of(row)?.own)}
      read={(text) => readNumber(text, min, max)}
      help={t("teammates.number_help", { min, max })}
      isNumber
      called={around.called}
      close={close}
    />
  );
}

const intakeOf = (row: Row): SettingOrigin | null => row.intake;

function editorsOf(around: Around): Partial<Record<ColumnId, Editor>> {
  const { called } = around;
  const text = (
    field: string,
    label: string,
    of: (row: Row) => unknown,
    shown: (row: Row) => string,
    read: (typed: string) => unknown,
    help?: string,
  ): Editor =>
    function edit(row, close) {
      return (
        <TextCell
          {...{ row, field, label, read, called, close }}
          before={of(row)}
          text={shown(row)}
          {...(help === undefined ? {} : { help })}
        />
      );
    };
  const name = text(
    "name",
    t("teammates.name"),
    (row) => row.name,
    (row) => row.name,
    (typed) => (typed.trim() === "" ? undefined : typed.trim()),
  );
  const languages = text(
    "languages",
    t("teammates.languages"),
    (row) => row.languages,
    (row) => row.languages.join(", "),
    readLanguages,
    t("teammates.languages_help"),
  );
  const skills = text(
    "skills",
    t("teammates.skills"),
    (row) => (Object.keys(row.skills).length === 0 ? undefined : row.skills),
    (row) => skillsText(row.skills),
    readSkills,
    t("teammates.skills_help"),
  );
  const set = {
    limit: numberEditor(around, "limit", t("teammates.limit"), (row) => row.limit, [0, 1000]),
    intake: numberEditor(around, "intake_max", t("teammates.intake"), intakeOf, [1, 100]),
    skills,
  };
  const presence: Editor = (row, close) => <PresenceCell row={row} close={close} />;
  return {
    name,
    languages,
    ...(around.maySet ? set : {}),
    ...(around.mayPresence ? { presence } : {}),
  };
}

export const columnTitle = (id: ColumnId): string =>
  t(`teammates.${id}` as WordKey & `teammates.${ColumnId}`);

export function columnsOf(ids: readonly string[], around: Around): readonly Column<Row>[] {
  const shapes = shapesOf(around);
  const editors = editorsOf(around);
  const wanted = ids.includes("name") ? ids : ["name", ...ids];
  return (wanted as ColumnId[]).map((id) => {
    const note = around.note(id);
    const edit = editors[id];
    return {
      id,
      title: columnTitle(id),
      canSort: around.canSort(id),
      ...shapes[id],
      ...(note === undefined ? {} : { note }),
      ...(edit === undefined ? {} : { edit, canEdit: around.mayEdit }),
    };
  });
}
