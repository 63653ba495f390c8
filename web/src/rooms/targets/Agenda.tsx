// Agenda -- what a miss has opened: for the team's meeting, or for a talk between two that the
// person sees first. Each item brings facts, examples and questions, and no verdict on anybody; of
// a team, what was said of the metric where that is still open.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may, me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { AgendaItem, Target } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { metricName, openOf, trendPath } from "../../parts/verdict.ts";
import { VerdictFacts } from "../../parts/VerdictFacts.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { useChart } from "./charted.ts";
import { COMPARATORS, figureOf, stateMark, wantedOf } from "../../parts/target_said.ts";

// How it went, and what was wanted then.
interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  comparator: number;
  wanted: number;
  upper: number | null;
}

interface Sheet {
  metric?: string;
  facts?: readonly { from: string; until: string; state: string; figure?: Figure }[];
  examples?: readonly { conversation: string; good: boolean }[];
  questions?: readonly string[];
}

// "45 min (40 min to 51 min), from 48 cases; wanted: at most 25 min"
function went(unit: Target["unit"], figure: Figure): string {
  const comparator = COMPARATORS[figure.comparator - 1] ?? "at_most";
  const wanted = wantedOf({ unit, comparator, value: figure.wanted, upper: figure.upper });
  return t("targets.went", { figure: figureOf(unit, figure), wanted });
}

function Prepared({ sheet, unit }: { sheet: Sheet; unit: Target["unit"] | undefined }) {
  const examples = sheet.examples ?? [];
  return (
    <>
      <ul className="ek-targets-facts">
        {sheet.facts?.map(({ from, state, figure }) => {
          const { tone, shape, word } = stateMark(state, "down");
          return (
            <li key={from}>
              {t("targets.from_day", { date: formatDay(from) })}{" "}
              <Mark tone={tone} shape={shape}>
                {word}
              </Mark>{" "}
              {unit !== undefined && figure !== undefined && (
                <span data-went>{went(unit, figure)}</span>
              )}
            </li>
          );
        })}
      </ul>
      {examples.length > 0 && (
        <p>
          {t("targets.examples")}{" "}
          {examples.map(({ conversation, good }) => (
            <span key={conversation}>
              <Link href={`/inbox/all/${conversation}`}>
                <bdi className="ek-code">{conversation}</bdi>
              </Link>{" "}
              <span className="ek-quiet">
                {t(good ? "targets.example_good" : "targets.example_hard")}
              </span>{" "}
            </span>
          ))}
        </p>
      )}
      <p className="ek-quiet">{t("targets.questions")}</p>
      <ul className="ek-targets-facts">
        {sheet.questions?.map((question) => (
          <li key={question}>{wordOf("targets", `ask_${question}`)}</li>
        ))}
      </ul>
    </>
  );
}

// What was said of the metric, while it is still to be seen or its story to be found.
function StillOpen({ target }: { target: Target }) {
  const chart = useChart(target.metric, target.scope.team ?? null, target.period);
  if (chart === undefined) return null;
  const verdict = openOf(chart);
  if (verdict === undefined) return null;
  return (
    <article className="ek-panel ek-verdict">
      <VerdictFacts verdict={verdict} series={chart} />
      <p>
        <Link href={trendPath(chart)}>{t("targets.in_trends")}</Link>
      </p>
    </article>
  );
}

function Item({ item, target }: { item: AgendaItem; target: Target | undefined }) {
  const [outcome, setOutcome] = useState("");
  const change = useChange("update_agenda_item", ["list_agenda"]);
  const sheet = (item.sheet ?? {}) as Sheet;
  const isMine = item.teammate === me().id;
  const set = (state: "open" | "done", said: string | null) =>
    change.mutateAsync({ params: { id: item.id }, body: { state, outcome: said } });
  const finish = () =>
    set("done", outcome.trim() === "" ? null : outcome).then(
      () => tell(t("targets.agenda_done"), () => set("open", null)),
      complain,
    );
  return (
    <li className="ek-targets-item">
      <h3>
        <Link href={`/targets/${item.target ?? ""}`}>{metricName(sheet.metric ?? "")}</Link>
        {" · "}
        <Name id={item.team ?? item.teammate} />{" "}
        <span className="ek-quiet">{t(`targets.agenda_${item.kind}`)}</span>
      </h3>
      <Prepared sheet={sheet} unit={target?.unit} />
      {item.team !== null && target !== undefined && <StillOpen target={target} />}
      {item.lead_from !== null && isMine && (
        <p className="ek-quiet">{t("targets.lead_from", { date: formatDay(item.lead_from) })}</p>
      )}
      {(isMine || may("agenda_edit")) && (
        <div className="ek-row ek-targets-head">
          <TextField label={t("targets.outcome")} value={outcome} onChange={setOutcome} />
          <Button isDisabled={change.isPending} onPress={() => void finish()}>
            {t("targets.talked")}
          </Button>
        </div>
      )}
    </li>
  );
}

export function Agenda({ team, targets }: { team: TeamId | null; targets: readonly Target[] }) {
  const items = useAnswer(
    "list_agenda",
    { query: { state: "open", ...(team === null ? {} : { team }) } },
    { enabled: may("agenda_read"), keep: true },
  );
  const open = items.data?.answer.data ?? [];
  if (open.length === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby="targets-agenda">
      <h2 id="targets-agenda">{t("targets.agenda")}</h2>
      <p className="ek-quiet">{t("targets.agenda_means")}</p>
      <ul className="ek-targets-list">
        {open.map((item) => (
          <Item key={item.id} item={item} target={targets.find(({ id }) => id === item.target)} />
        ))}
      </ul>
    </section>
  );
}
