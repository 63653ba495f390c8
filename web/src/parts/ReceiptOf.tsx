// ReceiptOf -- what a figure is made of (spec metrics, R11): by which version, clock, hours and
// filters it was computed, what was left out and why, every item; the same by the other version
// around a change of the definition, and what it was before facts came late (R10, R13).
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { useAnswer } from "../feed/cache.ts";
import { useNames } from "../feed/names.ts";
import type {
  Figure,
  FigureExcluded,
  FigureHours,
  FigureItem,
  FigureOther,
  FigureReceipt,
  FigureRestated,
} from "../gen/shapes.ts";
import {
  formatDay,
  formatFigure,
  formatList,
  formatNumber,
  type FigureUnit,
} from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { checkWords } from "./checks.ts";
import { answersTo, dayIn, daysOn, type FigureAsked, type FigureSays } from "./figure.ts";
import { hoursWords } from "./hours.ts";
import { Ready } from "./states.tsx";
import { When } from "./time.tsx";

const FIRST = 50; // items that are drawn before somebody asks for all

type Counted = Pick<Figure, "value" | "n" | "numerator" | "denominator" | "state">;
type Pair = readonly [name: string, value: ReactNode];

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="ek-stack" aria-labelledby={`receipt-${id}`} data-receipt={id}>
      <h3 id={`receipt-${id}`}>{title}</h3>
      {children}
    </section>
  );
}

function Pairs({ of }: { of: readonly Pair[] }) {
  return (
    <dl className="ek-receipt-pairs">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

// What is too little for a figure is said so, and what fails a check is not shown.
function valueOf(unit: FigureUnit, { state, value }: Counted): string {
  if (state === "withheld") return t("receipt.withheld");
  if (value === null && state === "counts_only") return t("receipt.too_few");
  return formatFigure(unit, value);
}

function countOf(unit: FigureUnit, { n, numerator, denominator }: Counted): string {
  if (unit !== "share") return formatNumber(n);
  const [part, whole] = [formatNumber(numerator), formatNumber(denominator)];
  return t("receipt.share_of", { part, whole });
}

// Of five durations no two hold the median so surely: that there is no interval is said.
function intervalOf(
  unit: FigureUnit,
  { low, high, value, state }: Counted & { low: number | null; high: number | null },
): Pair[] {
  const isTooFew = state === "interval" && value !== null;
  if (low === null || high === null)
    return isTooFew ? [[t("receipt.interval"), t("receipt.no_interval")]] : [];
  const [from, to] = [formatFigure(unit, low), formatFigure(unit, high)];
  return [[t("receipt.interval"), t("receipt.between", { low: from, high: to })]];
}

const saysOf = (unit: FigureUnit): readonly FigureSays[] =>
  unit === "share" ? ["numerator", "denominator"] : ["n"];

interface Told {
  unit: FigureUnit;
  receipt: FigureReceipt;
  figure: Figure;
  asked: FigureAsked;
}

function TheFigure({ unit, receipt, figure, asked }: Told) {
  const value = valueOf(unit, receipt);
  const isSaid = receipt.value !== null && receipt.state !== "withheld";
  const young = figure.not_yet_known;
  return (
    <Part id="figure" title={t("receipt.figure")}>
      <p className="ek-receipt-value ek-number" {...(isSaid ? answersTo(asked, ["value"]) : {})}>
        {value}
      </p>
      {receipt.withheld !== null && <p>{checkWords(receipt.withheld)}</p>}
      <Pairs
        of={[
          [
            t("receipt.n"),
            <span {...answersTo(asked, saysOf(unit))}>{countOf(unit, receipt)}</span>,
          ],
          ...intervalOf(unit, receipt),
          ...(young > 0 ? [[t("receipt.not_yet"), formatNumber(young)] as const] : []),
        ]}
      />
    </Part>
  );
}

function ByOther({ unit, other }: { unit: FigureUnit; other: FigureOther }) {
  return (
    <Part id="other" title={t("receipt.other")}>
      <p>
        {t("receipt.both_shown", {
          date: formatDay(other.changed_on),
          until: formatDay(other.shown_until),
        })}
      </p>
      <Pairs
        of={[
          [t("receipt.version"), <bdi className="ek-code">{other.metric}</bdi>],
          [t("receipt.clock"), t(`definition.clock_${other.clock}`)],
          [t("receipt.value"), valueOf(unit, other)],
          [t("receipt.n"), countOf(unit, other)],
          ...intervalOf(unit, other),
        ]}
      />
    </Part>
  );
}

function Restated({ unit, figure, was }: Pick<Told, "unit" | "figure"> & { was: FigureRestated }) {
  const both = (shown: (of: Counted) => string) =>
    t("trends.was_is", { was: shown(was), is: shown(figure) });
  return (
    <Part id="restated" title={t("receipt.restated")}>
      <Pairs
        of={[
          [t("receipt.value"), both((of) => valueOf(unit, of))],
          [t("receipt.n"), both((of) => countOf(unit, of))],
          [t("receipt.known_at"), <When at={was.known_at} />],
          [t("receipt.changed_at"), <When at={was.changed_at} />],
          [
            t("receipt.cause"),
            formatList(was.causes.map((cause) => wordOf("metric", `cause_${cause}`))),
          ],
        ]}
      />
    </Part>
  );
}

function Definition({ metric, definition, clock }: FigureReceipt) {
  const version = definition.versions.find((each) => metric === `${definition.id}@${each.version}`);
  return (
    <Part id="definition" title={t("receipt.definition")}>
      <p>
        <strong>{wordOf("metric", definition.id)}</strong>:{" "}
        {wordOf("metric", `${definition.id}_means`)}
      </p>
      <Pairs
        of={[
          [t("receipt.version"), <bdi className="ek-code">{metric}</bdi>],
          [t("receipt.clock"), t(`definition.clock_${clock}`)],
          ...(version?.reason == null
            ? []
            : [[t("receipt.reason"), <span dir="auto">{version.reason}</span>] as const]),
        ]}
      />
    </Part>
  );
}

function daysWords(from: string, last: string): string {
  if (from === last) return formatDay(from);
  return t("receipt.day_to_day", { from: formatDay(from), until: formatDay(last) });
}

function Asked({ filters: { from, until, zone, scope, channel, topic } }: FigureReceipt) {
  const names = useNames();
  const whose = [scope.team, scope.teammate].flatMap((id) => (id === null ? [] : [names.of(id)]));
  return (
    <Part id="asked" title={t("receipt.asked")}>
      <Pairs
        of={[
          [t("receipt.days"), daysWords(dayIn(from, zone), daysOn(dayIn(until, zone), -1))],
          [t("receipt.zone"), <bdi>{zone}</bdi>],
          [
            t("receipt.whose"),
            <bdi>{whose.length === 0 ? t("receipt.everybody") : formatList(whose)}</bdi>,
          ],
          ...(channel === null
            ? []
            : [[t("receipt.channel"), wordOf("why", `class_${channel}`)] as const]),
          ...(topic === null ? [] : [[t("receipt.topic"), <bdi>{topic}</bdi>] as const]),
        ]}
      />
    </Part>
  );
}

function Hours({ hours }: { hours: readonly FigureHours[] }) {
  if (hours.length === 0) return null;
  return (
    <Part id="hours" title={t("receipt.hours")}>
      <ul>
        {hours.map(({ since, zone, week }, at) => (
          <li key={at}>
            {since !== null && (
              <>
                <When at={since} />:{" "}
              </>
            )}
            {week.length === 0 ? t("receipt.hours_always") : hoursWords(week)}{" "}
            {zone !== null && <bdi className="ek-quiet">{zone}</bdi>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

// A newer server's reason has no words here yet, and stands as it was sent.
function whyWords(why: string): string {
  const key = `why_${why.replaceAll(" ", "_")}`;
  const words = wordOf("receipt", key);
  return words === key ? why : words;
}

function LeftOut({ excluded }: { excluded: readonly FigureExcluded[] }) {
  if (excluded.length === 0) return null;
  return (
    <Part id="left_out" title={t("receipt.left_out")}>
      <Pairs of={excluded.map(({ why, n }) => [whyWords(why), formatNumber(n)])} />
    </Part>
  );
}

function itemName({ conversation, item }: FigureItem): ReactNode {
  if (conversation !== null)
    return (
      <Link href={`/inbox/all/${conversation}`}>
        <bdi>{conversation}</bdi>
      </Link>
    );
  return item === null ? "–" : t("receipt.imported", { line: formatNumber(item) });
}

function countsWords({ counted, in_numerator, why }: FigureItem, unit: FigureUnit): string {
  if (!counted) return why === null ? "–" : whyWords(why);
  return t(unit === "share" && in_numerator ? "receipt.yes_in" : "receipt.yes");
}

function Item({ item, unit }: { item: FigureItem; unit: FigureUnit }) {
  return (
    <tr>
      <th scope="row">{itemName(item)}</th>
      <td>
        <When at={item.start} />
      </td>
      <td>{item.end === null ? t("receipt.open_still") : <When at={item.end} />}</td>
      {unit !== "share" && (
        <td className="ek-number">{item.counted ? formatFigure(unit, item.value) : "–"}</td>
      )}
      <td>{countsWords(item, unit)}</td>
    </tr>
  );
}

function Items({ receipt: { items, more }, unit }: Pick<Told, "receipt" | "unit">) {
  const [isWhole, showAll] = useState(false);
  const shown = isWhole ? items : items.slice(0, FIRST);
  return (
    <Part id="items" title={t("receipt.items")}>
      {items.length === 0 ? (
        <p className="ek-quiet">{t("receipt.items_none")}</p>
      ) : (
        <div
          className="ek-receipt-items"
          role="region"
          aria-labelledby="receipt-items"
          tabIndex={0}
        >
          <table className="ek-table" aria-labelledby="receipt-items">
            <thead>
              <tr>
                <th scope="col">{t("receipt.item")}</th>
                <th scope="col">{t("receipt.from")}</th>
                <th scope="col">{t("receipt.to")}</th>
                {unit !== "share" && <th scope="col">{t("receipt.value")}</th>}
                <th scope="col">{t("receipt.counts")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item, at) => (
                <Item key={at} item={item} unit={unit} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length < items.length && (
        <Button onPress={() => showAll(true)}>{t("receipt.all", { n: items.length })}</Button>
      )}
      {more && <p className="ek-quiet">{t("receipt.first", { n: items.length })}</p>}
    </Part>
  );
}

function Whole({ unit, receipt, figure, asked }: Told) {
  return (
    <div className="ek-receipt">
      <TheFigure {...{ unit, receipt, figure, asked }} />
      {figure.other !== null && <ByOther unit={unit} other={figure.other} />}
      {figure.restated !== null && <Restated unit={unit} figure={figure} was={figure.restated} />}
      <Definition {...receipt} />
      <Asked {...receipt} />
      <Hours hours={receipt.calendars} />
      <LeftOut excluded={receipt.excluded} />
      <Items receipt={receipt} unit={unit} />
    </div>
  );
}

export default function ReceiptOf({ asked }: { asked: FigureAsked }) {
  // One figure over all its days, whichever series it is a point of.
  const { by: _by, ...rest } = asked;
  const query = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== undefined),
  ) as { metric: string };
  const receipt = useAnswer("get_figure_receipt", { query });
  const figures = useAnswer("get_figures", { query: { ...query, by: "none" } });
  return (
    <Ready of={receipt}>
      {({ answer }) => (
        <Ready of={figures}>
          {({ answer: { unit, data } }) =>
            data[0] === undefined ? null : (
              <Whole unit={unit} receipt={answer} figure={data[0]} asked={asked} />
            )
          }
        </Ready>
      )}
    </Ready>
  );
}
