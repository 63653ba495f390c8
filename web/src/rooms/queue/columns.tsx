// columns -- a waiting conversation as a row: its place, what it is, what put it there, by when,
// why it waits.
import type { ReactNode } from "react";
import { Link } from "react-aria-components";
import type { Names } from "../../feed/names.ts";
import { leadsTeam, may, me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { QueueRow } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Deadline } from "../../parts/Deadline.tsx";
import type { Column } from "../../parts/DataTable.tsx";
import { Badge, Mark, PriorityMark } from "../../parts/marks.tsx";
import { Since } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { orderKeyWord, say, testBrief } from "../../why/sentences.ts";
import type { Fact, Facts } from "../../why/titles.ts";
import { WhyWaiting } from "../../why/Why.tsx";
import type { HeldRow } from "../../parts/held_rows.ts";

export type Shown = HeldRow<QueueRow>;

export interface Around {
  names: Names;
  facts: Facts;
  isNarrow: boolean;
  actsWidth: number; // one button or two
  assign: (row: QueueRow) => void;
}

export function mayGive(team: TeamId): boolean {
  return may("conversation_assign") && leadsTeam(team);
}

// Who serves, leads or manages no team has no inbox to open it in.
function hasInbox(): boolean {
  return me().teams.some(({ level, leads, manages }) => level !== null || leads || manages);
}

function Due({ fact }: { fact: Fact | undefined }) {
  if (fact === undefined) return null;
  if (fact.due === null) return <span className="ek-quiet">{t("queue.no_deadline")}</span>;
  return <Deadline due={fact.due} isBrief />;
}

function Decided({ row }: { row: QueueRow }) {
  if (row.bound !== null)
    return (
      <Mark tone="accent" shape="up">
        {t(`queue.raised_${row.bound}`)}
      </Mark>
    );
  return row.decided_by === null ? (
    <span className="ek-quiet">{t("queue.last")}</span>
  ) : (
    <span>{say(orderKeyWord(row.decided_by))}</span>
  );
}

function Title({ shown, around }: { shown: Shown; around: Around }) {
  const { row, isGone } = shown;
  const { facts, names, isNarrow } = around;
  const fact = facts.get(row.conversation);
  const title = <bdi className="ek-queue-name">{fact?.title ?? row.conversation}</bdi>;
  return (
    <div className="ek-queue-title" data-gone={isGone || undefined}>
      {hasInbox() ? <Link href={`/inbox/all/${row.conversation}`}>{title}</Link> : title}
      <span className="ek-queue-under">
        {!isNarrow && <bdi className="ek-code ek-quiet">{row.conversation}</bdi>}
        {fact !== undefined && <PriorityMark priority={fact.priority} />}
        {typeof row.held_for === "string" && (
          <Badge>{t("queue.held_for", { name: names.of(row.held_for) })}</Badge>
        )}
        {isGone && <Badge>{t("queue.gone")}</Badge>}
        {isNarrow && row.waiting_since !== null && <Since at={row.waiting_since} />}
      </span>
    </div>
  );
}

function Acts({ row, around }: { row: QueueRow; around: Around }) {
  const about = around.facts.get(row.conversation)?.title ?? row.conversation;
  return (
    <span className="ek-queue-acts" data-narrow={around.isNarrow || undefined}>
      <WhyWaiting conversation={row.conversation} about={about} />
      {mayGive(row.team) && (
        <Button
          look="link"
          aria-label={t("queue.assign_about", { what: about })}
          onPress={() => around.assign(row)}
        >
          {t("queue.assign")}
        </Button>
      )}
    </span>
  );
}

function Reason({ row }: { row: QueueRow }) {
  return (
    <span className="ek-queue-reason">
      {row.main_test === null ? (
        <span className="ek-quiet">{t("queue.nothing_fails")}</span>
      ) : (
        <span>{say(testBrief(row.main_test))}</span>
      )}
      {row.stranded && <Badge tone="warn">{t("queue.stranded")}</Badge>}
    </span>
  );
}

type Made = Column<Shown>;

function column(
  id: string,
  title: string,
  width: Made["width"],
  cell: (shown: Shown) => ReactNode,
  more: Partial<Made> = {},
): Made {
  return { id, title, ...(width === undefined ? {} : { width }), cell, ...more };
}

export function queueColumns(around: Around): Made[] {
  const place = column("place", t("queue.place"), 56, ({ row }) => (
    <span className="ek-number">{formatNumber(row.place)}</span>
  ));
  const what = column(
    "what",
    t("queue.conversation"),
    "3fr",
    (shown) => <Title shown={shown} around={around} />,
    { isHeader: true, minWidth: around.isNarrow ? 150 : 200 },
  );
  // Narrow: one below the other.
  const actsWidth = around.isNarrow ? 96 : around.actsWidth;
  const acts = column("acts", t("queue.actions"), actsWidth, ({ row }) => (
    <Acts row={row} around={around} />
  ));
  if (around.isNarrow) return [place, what, acts];
  return [
    place,
    what,
    column("team", t("common.team"), "1fr", ({ row }) => <bdi>{around.names.of(row.team)}</bdi>, {
      minWidth: 84,
    }),
    column("decided", t("queue.decided"), "1fr", ({ row }) => <Decided row={row} />, {
      minWidth: 118,
    }),
    column(
      "due",
      t("queue.due"),
      "1fr",
      ({ row }) => <Due fact={around.facts.get(row.conversation)} />,
      { minWidth: 156 },
    ),
    column("waits", t("queue.waits"), 112, ({ row }) =>
      row.waiting_since === null ? (
        <span className="ek-quiet">{t("queue.nobody_waits")}</span>
      ) : (
        <Since at={row.waiting_since} />
      ),
    ),
    column("test", t("queue.because"), "1.4fr", ({ row }) => <Reason row={row} />, {
      minWidth: 108,
    }),
    acts,
  ];
}
