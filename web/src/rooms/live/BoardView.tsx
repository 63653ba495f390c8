// BoardView -- the board itself: figures, queue, people, what may go wrong, what would free work.
import { useCallback } from "react";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { useNow } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { useBoard } from "./board.ts";
import { PeopleList } from "./PeopleList.tsx";
import { QueueList } from "./QueueList.tsx";
import { Risks } from "./Risks.tsx";
import type { Scope } from "./scope.ts";
import { Tiles } from "./Tiles.tsx";
import { Today } from "./Today.tsx";
import { Unblock } from "./Unblock.tsx";

function Sums() {
  return (
    <section className="ek-panel" aria-labelledby="live-people">
      <h2 id="live-people">{t("live.people")}</h2>
      <p className="ek-quiet">{t("live.sums_only")}</p>
    </section>
  );
}

// A workspace without a team inbox: nothing can wait, and nobody can be given anything.
function NoTeamsYet() {
  return (
    <Empty
      title={t("live.empty")}
      action={
        may("teammate_invite") ? (
          <LinkButton look="main" href="/start/people">
            {t("live.empty_do")}
          </LinkButton>
        ) : null
      }
    >
      {t(may("teammate_invite") ? "live.empty_why" : "live.empty_ask")}
    </Empty>
  );
}

export function BoardView({ scope }: { scope: Scope }) {
  const names = useNames();
  const nameOf = useCallback((id: string) => names.of(id), [names]);
  const board = useBoard(scope.teams, nameOf);
  const now = useNow();
  if (names.hasTeams === false) return <NoTeamsYet />;
  if (scope.isKnown && names.hasTeams === true && scope.all.length === 0)
    return <Empty title={t("live.no_teams")}>{t("live.no_teams_why")}</Empty>;
  if (board.error !== null && !board.isReady) return <Fault error={board.error} />;
  if (!board.isReady) return <Loading />;
  const many = scope.teams.length > 1;
  return (
    <>
      <Tiles board={board} now={now} />
      <Today scope={scope} />
      <div className="ek-live-board">
        <QueueList
          board={board}
          now={now}
          withTeam={many}
          team={scope.isWhole ? "" : scope.teams.map(({ id }) => id).join(",")}
        />
        {board.isSumsOnly ? <Sums /> : <PeopleList board={board} teams={scope.teams} />}
        <Risks board={board} teams={scope.teams} now={now} />
        <Unblock scope={scope} />
      </div>
    </>
  );
}
