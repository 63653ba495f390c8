// TeammatePanel -- one teammate beside the table: who they are, how ready, what they serve, hold
// and know; each changed on the spot with its way back.
import { Suspense } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { Teammate, TeammateSeen, TeammateView } from "../../gen/shapes.ts";
import { ChangeLine } from "../../parts/ChangeList.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Badge, PresenceMark } from "../../parts/marks.tsx";
import { Loading, Ready } from "../../parts/states.tsx";
import type { Called } from "../../parts/told.ts";
import { formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { WhyNothing } from "../../why/Why.tsx";
import { Account } from "./PanelAccount.tsx";
import { Profile, Presence, Roles } from "./PanelProfile.tsx";
import { Figures } from "./PanelFigures.tsx";
import { Settings, Skills } from "./PanelSettings.tsx";
import { Teams } from "./PanelTeams.tsx";
import { isAdmin, mayEditRow } from "./rights.ts";
import { rowOf } from "./row.ts";

export interface PanelProps {
  view: Teammate;
  teams: readonly { id: string; name: string }[];
  called: Called;
  mayEdit: boolean;
}

function Seen({ view, called }: { view: TeammateSeen; called: Called }) {
  const at = (level: string) =>
    view.memberships.filter((each) => each.level === level).map(({ team }) => called.of(team));
  return (
    <dl className="ek-teammates-facts">
      <dt>{t("teammates.presence")}</dt>
      <dd>
        <PresenceMark presence={view.presence} />
      </dd>
      {(["primary", "secondary"] as const).map(
        (level) =>
          at(level).length > 0 && (
            <div key={level}>
              <dt>{wordOf("told", `level_${level}`)}</dt>
              <dd dir="auto">{formatList(at(level))}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Top({ view }: { view: Teammate }) {
  const limit = view.settings["limit"]?.effective;
  return (
    <div className="ek-row">
      {view.state !== undefined && view.state !== "active" && (
        <Badge tone="warn">{wordOf("told", `value_${view.state}`)}</Badge>
      )}
      {view.presence !== undefined && <PresenceMark presence={view.presence} />}
      {view.load !== undefined && (
        <span>
          {typeof limit === "number"
            ? t("teammates.holds_of", { load: view.load, limit })
            : t("teammates.holds", { load: view.load })}
        </span>
      )}
      {may("teammate_load") && <WhyNothing teammate={view.id} about={view.name} />}
    </div>
  );
}

function Changes({ id }: { id: TeammateId }) {
  const list = useAnswer("list_teammate_changes", { params: { id }, query: { limit: 10 } });
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.their_changes")}>
      <h3>{t("teammates.their_changes")}</h3>
      <Ready of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <p className="ek-quiet">{t("teammates.no_changes")}</p>
          ) : (
            <ul>
              {answer.data.map((change) => (
                <ChangeLine key={change.id} change={change} canUndo={may("change_undo")} isOwn />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}

function Whole(props: PanelProps) {
  const { view } = props;
  return (
    <>
      <Top view={view} />
      <Presence {...props} />
      <Teams {...props} />
      <Settings {...props} />
      <Skills {...props} />
      <Profile {...props} />
      <Figures view={view} called={props.called} />
      {isAdmin() && <Roles {...props} />}
      {may("teammate_changes") && <Changes id={view.id} />}
      {isAdmin() && <Account {...props} />}
    </>
  );
}

const isWhole = (view: TeammateView): view is Teammate => "settings" in view;

export function TeammatePanel({
  id,
  teams,
  called,
  onClose,
}: Omit<PanelProps, "view" | "mayEdit"> & { id: TeammateId; onClose: () => void }) {
  const view = useAnswer("get_teammate", {
    params: { id },
    query: { include: ["load", "presence"] },
  });
  const answer = view.data?.answer;
  return (
    <SidePanel title={answer?.name ?? t("common.loading")} isOpen onClose={onClose}>
      <Suspense fallback={<Loading />}>
        <Ready of={view}>
          {({ answer: person }) =>
            isWhole(person) ? (
              <Whole
                key={person.id}
                view={person}
                teams={teams}
                called={called}
                mayEdit={mayEditRow(rowOf(person))}
              />
            ) : (
              <Seen view={person} called={called} />
            )
          }
        </Ready>
      </Suspense>
    </SidePanel>
  );
}
