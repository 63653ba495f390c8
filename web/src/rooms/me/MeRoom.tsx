// MeRoom -- my day: what waits for me, what I hold and why it counts, what comes to me and why not,
// enough for now; my figures; and what is held about me. The same figures that a lead sees of me,
// first to me. No rankings, no idle times.
import { useLocation } from "wouter";
import { Broken } from "../../parts/Broken.tsx";
import { Room } from "../../parts/Room.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { t } from "../../words/words.ts";
import { Articles } from "./Articles.tsx";
import { Coming } from "./Coming.tsx";
import { Enough } from "./Enough.tsx";
import { ExportData } from "./ExportData.tsx";
import { Fairness } from "./Fairness.tsx";
import { Limits } from "./Limits.tsx";
import { Looks } from "./Looks.tsx";
import { MyChanges } from "./MyChanges.tsx";
import { MyLoad } from "./MyLoad.tsx";
import { OwnBeside, Patterns } from "./Patterns.tsx";
import { PresenceToday, PresenceWeeks } from "./PresenceTime.tsx";
import { SignIns } from "./SignIns.tsx";
import { Talks } from "./Talks.tsx";
import { Waits } from "./Waits.tsx";
import { Withheld } from "./Withheld.tsx";
import "./me.css";

const TABS = ["figures", "held"] as const;

function Today() {
  return (
    <div className="ek-me-columns">
      <div className="ek-stack">
        <Broken />
        <Waits />
        <MyLoad />
        <Limits />
        <Articles />
        <Talks />
      </div>
      <div className="ek-stack">
        <Enough />
        <Coming />
        <PresenceToday />
      </div>
    </div>
  );
}

function Figures() {
  return (
    <div className="ek-stack">
      <Patterns />
      <Withheld />
      <OwnBeside />
      <Fairness />
      <PresenceWeeks />
    </div>
  );
}

function Held() {
  return (
    <div className="ek-me-columns">
      <div className="ek-stack">
        <Looks />
        <ExportData />
      </div>
      <div className="ek-stack">
        <SignIns />
        <MyChanges />
      </div>
    </div>
  );
}

export default function MeRoom() {
  const [path, go] = useLocation();
  const open = TABS.find((tab) => path === `/me/${tab}`) ?? "today";
  return (
    <Room title={t("places.me")} isLive={open === "today"}>
      <Tabs
        label={t("places.me")}
        value={open}
        onChange={(id) => go(id === "today" ? "/me" : `/me/${id}`)}
        views={[
          { id: "today", title: t("me.today"), view: <Today /> },
          { id: "figures", title: t("me.figures"), view: <Figures /> },
          { id: "held", title: t("me.held"), view: <Held /> },
        ]}
      />
    </Room>
  );
}
