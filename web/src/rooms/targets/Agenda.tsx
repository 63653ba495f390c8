// Agenda -- what a miss has opened: for the team's meeting, or for a talk between two that the
// person sees first. Each item brings facts, examples and questions, and no verdict.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may, me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { AgendaItem } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { metricName, stateMark } from "./said.ts";

interface Sheet {
  metric?: string;
  facts?: readonly { from: string; until: string; state: string }[];
  examples?: readonly { conversation: string; good: boolean }[];
  questions?: readonly string[];
}

function Prepared({ sheet }: { sheet: Sheet }) {
  const examples = sheet.examples ?? [];
  return (
    <>
      <ul className="ek-targets-facts">
        {sheet.facts?.map(({ from, state }) => {
          const { tone, shape, word } = stateMark(state, "down");
          return (
            <li key={from}>
              {t("targets.from_day", { date: formatDay(from) })}{" "}
              <Mark tone={tone} shape={shape}>
                {word}
              </Mark>
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

function Item({ item }: { item: AgendaItem }) {
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
      <Prepared sheet={sheet} />
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

export function Agenda({ team }: { team: TeamId | null }) {
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
          <Item key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}
