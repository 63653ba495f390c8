// Room -- the outside of every screen: its one h1, its actions, whether it is live, and its name in
// the tab.
import { useEffect, useRef, type ReactNode } from "react";
import { retryNow, useLiveness } from "../feed/live.ts";
import { t } from "../words/words.ts";
import { formatClock } from "../words/format.ts";
import { arriveAt } from "./arrive.ts";
import { Button } from "./Button.tsx";
import { Mark } from "./marks.tsx";

export function LiveMark() {
  const liveness = useLiveness();
  if (liveness.live) {
    return (
      <Mark tone="good" shape="disc">
        {t("common.live")}
      </Mark>
    );
  }
  return (
    <span className="ek-row">
      <Mark tone="warn" shape="ring">
        {t("common.not_live", {
          since: formatClock(new Date(liveness.since).toISOString()),
        })}
      </Mark>
      <Button look="link" onPress={retryNow}>
        {t("common.try_now")}
      </Button>
    </span>
  );
}

export function Room({
  title,
  actions,
  isLive = false,
  children,
}: {
  title: string;
  actions?: ReactNode;
  isLive?: boolean;
  children: ReactNode;
}) {
  const { live } = useLiveness();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => arriveAt(heading.current), []);
  useEffect(() => {
    document.title = `${title} · Evenkeel`;
  }, [title]);
  return (
    <div className="ek-room">
      <div className="ek-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {isLive && <LiveMark />}
        {actions}
      </div>
      <div
        className={`ek-stack${isLive && !live ? " ek-stale" : ""}`}
        style={{ flex: 1, minBlockSize: 0 }}
      >
        {children}
      </div>
    </div>
  );
}
