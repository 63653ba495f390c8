// MyChanges -- what was changed about me, by whom, when: before and after, with the way to the
// change log, where it can be put back by who may.
import { Link } from "react-aria-components";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { Change } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const SHOWN = 20;

// What of it changed: each member that is not the same before and after.
export function differences(change: Pick<Change, "before" | "after">): [string, string, string][] {
  const plain = (value: unknown) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const before = plain(change.before);
  const after = plain(change.after);
  const text = (value: unknown) =>
    value === undefined || value === null
      ? "–"
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name): [string, string, string] => [name, text(before[name]), text(after[name])])
    .filter(([, was, is]) => was !== is);
}

function Row({ change }: { change: Change }) {
  const names = useNames();
  const rows = differences(change);
  return (
    <li className="ek-me-change">
      <span>
        <strong>{t(`me.kind_${change.kind}`)}</strong>
        {change.team !== null && (
          <>
            {" "}
            <bdi>{names.of(change.team)}</bdi>
          </>
        )}
      </span>
      {rows.map(([name, was, is]) => (
        <span key={name} className="ek-small">
          <bdi className="ek-code">{name}</bdi>: <bdi>{names.of(was)}</bdi>{" "}
          <span aria-label={t("me.became")}>→</span> <bdi>{names.of(is)}</bdi>
        </span>
      ))}
      <span className="ek-quiet">
        {change.by.teammate === null ? t("me.by_evenkeel") : <Name id={change.by.teammate} />}{" "}
        <When at={change.at} />
      </span>
    </li>
  );
}

export function MyChanges() {
  const changes = useAnswer("list_teammate_changes", {
    params: { id: me().id },
    query: { limit: SHOWN, sort: ["-at"] },
  });
  return (
    <Panel title={t("me.changes")} says={t("me.changes_say")}>
      <Ready of={changes}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <p>{t("me.no_changes")}</p>
          ) : (
            <ul className="ek-me-list">
              {data.map((change) => (
                <Row key={change.id} change={change} />
              ))}
            </ul>
          )
        }
      </Ready>
      <p>
        <Link href="/changes">{t("me.change_log")}</Link>
      </p>
    </Panel>
  );
}
