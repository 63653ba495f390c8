// LiveRoom -- the shift as it stands: the live board of one's teams, the promises of the routing,
// and the links of the boards on the wall. Which of them is open stands in the address: /live,
// /live/promises, /live/wallboards.
import { useLocation } from "wouter";
import { may } from "../../feed/session.ts";
import { Room } from "../../parts/Room.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { t } from "../../words/words.ts";
import { BoardView } from "./BoardView.tsx";
import { Promises } from "./Promises.tsx";
import { useScope } from "./scope.ts";
import { TeamChoice } from "./TeamChoice.tsx";
import { Wallboards } from "./Wallboards.tsx";
import "./live.css";

const TABS = ["promises", "wallboards"] as const;

export default function LiveRoom() {
  const [path, go] = useLocation();
  const scope = useScope();
  const open = TABS.find((tab) => path === `/live/${tab}`) ?? "board";
  const choose = (id: string) =>
    go(`${id === "board" ? "/live" : `/live/${id}`}${location.search}`);
  return (
    <Room
      title={t("places.live")}
      isLive={open === "board"}
      actions={open === "board" && scope.all.length > 0 && <TeamChoice scope={scope} />}
    >
      <Tabs
        label={t("places.live")}
        value={open}
        onChange={choose}
        views={[
          {
            id: "board",
            title: t("live.board"),
            view: <BoardView scope={scope} />,
          },
          ...(may("promise_read")
            ? [{ id: "promises", title: t("live.promises"), view: <Promises /> }]
            : []),
          ...(may("wallboard_manage")
            ? [
                {
                  id: "wallboards",
                  title: t("live.wallboards"),
                  view: <Wallboards scope={scope} />,
                },
              ]
            : []),
        ]}
      />
    </Room>
  );
}
