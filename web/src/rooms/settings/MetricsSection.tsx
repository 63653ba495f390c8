// MetricsSection -- how every metric is measured: the version in force, those before and those to
// come, each with its day, who said so and why. Who may, has one measured otherwise.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { MetricDefinition, MetricVersion } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { dayIn } from "../../parts/figure.ts";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { MetricForm } from "./MetricForm.tsx";
import { saidOf } from "./metric_draft.ts";

interface Of {
  definition: MetricDefinition;
  zone: string;
}

// What it rests on that can be changed: "Clock: office hours".
function Parts({ definition, version }: { definition: MetricDefinition; version: MetricVersion }) {
  return (
    <ul className="ek-definition-parts">
      {definition.changeable.map((part) => (
        <li key={part}>
          {t("definition.is", {
            part: t(`definition.${part}`),
            value: saidOf(part, version[part]),
          })}
        </li>
      ))}
    </ul>
  );
}

function Version({ definition, version, zone }: Of & { version: MetricVersion }) {
  const { effective_from: from, author, reason } = version;
  return (
    <li data-metric-version={version.version}>
      <p className="ek-row">
        <bdi className="ek-code">{`${definition.id}@${version.version}`}</bdi>
        <span>
          {from === null
            ? t("definition.since_ever")
            : t("definition.since", { date: formatDay(dayIn(from, zone)) })}
        </span>
        {version.version > definition.version && (
          <Mark tone="accent" shape="ring">
            {t("definition.to_come")}
          </Mark>
        )}
        {author !== null && (
          <span className="ek-quiet">
            <Name id={author} />
          </span>
        )}
      </p>
      <Parts definition={definition} version={version} />
      {reason !== null && (
        <p className="ek-quiet" dir="auto">
          {reason}
        </p>
      )}
    </li>
  );
}

function Versions({ definition, zone }: Of) {
  const [now, others] = [
    definition.versions.filter(({ version }) => version >= definition.version),
    definition.versions.filter(({ version }) => version < definition.version),
  ];
  return (
    <>
      <ul className="ek-definition-versions">
        {now.map((version) => (
          <Version key={version.version} {...{ definition, version, zone }} />
        ))}
      </ul>
      {others.length > 0 && (
        <details>
          <summary>{t("definition.before", { n: others.length })}</summary>
          <ul className="ek-definition-versions">
            {others.toReversed().map((version) => (
              <Version key={version.version} {...{ definition, version, zone }} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Metric({ definition, zone, change }: Of & { change: () => void }) {
  const name = wordOf("metric", definition.id);
  return (
    <li className="ek-panel" data-metric={definition.id}>
      <div className="ek-head">
        <h3>{name}</h3>
        {definition.changeable.length > 0 && may("metric_edit") && (
          <Button onPress={change} aria-label={`${t("definition.change")}: ${name}`}>
            {t("definition.change")}
          </Button>
        )}
      </div>
      <p>{wordOf("metric", `${definition.id}_means`)}</p>
      <Versions definition={definition} zone={zone} />
      {!definition.available && <p className="ek-quiet">{t("definition.no_facts")}</p>}
    </li>
  );
}

// What can be changed comes first; what has no facts last.
const order = ({ changeable, available }: MetricDefinition) =>
  changeable.length > 0 ? 0 : available ? 1 : 2;

export default function MetricsSection() {
  const [open, setOpen] = useState<string | null>(null);
  const list = useAnswer("list_metrics");
  return (
    <Ready of={list}>
      {({ answer: { data, zone } }) => (
        <>
          <p className="ek-quiet">{t("definition.means")}</p>
          <ul className="ek-settings-form">
            {data
              .toSorted((a, b) => order(a) - order(b))
              .map((definition) => (
                <Metric
                  key={definition.id}
                  {...{ definition, zone }}
                  change={() => setOpen(definition.id)}
                />
              ))}
          </ul>
          {data
            .filter(({ id }) => id === open)
            .map((definition) => (
              <MetricForm
                key={definition.id}
                {...{ definition, zone }}
                onClose={() => setOpen(null)}
              />
            ))}
        </>
      )}
    </Ready>
  );
}
