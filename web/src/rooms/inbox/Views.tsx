// Views -- the left column: which list, with how many; enough for now; one's own figures.
import { Link } from "react-aria-components";
import { Gauge } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Enough } from "./Enough.tsx";
import { useCount } from "./rows.ts";
import { countedQuery, viewsFor, type ListView } from "./views.ts";

export function useViews(): readonly ListView[] {
  const query = { resource: "conversations", limit: 500 } as const;
  const saved = useAnswer("list_views", { query }).data?.answer.data;
  return viewsFor(useNames(), saved ?? []);
}

function Entry({ view, isHere }: { view: ListView; isHere: boolean }) {
  const count = useCount(countedQuery(view.id));
  return (
    <Link
      href={`/inbox/${view.id}`}
      className="ek-inbox-view"
      {...(isHere ? { "aria-current": "page" as const } : {})}
    >
      <bdi>{view.title}</bdi>
      <span className="ek-number ek-quiet">{count === null ? "" : formatNumber(count)}</span>
    </Link>
  );
}

export function Views({ here }: { here: string }) {
  const views = useViews();
  return (
    <div className="ek-inbox-views">
      <nav aria-label={t("inbox.views")} className="ek-inbox-view-list">
        {views.map((view) => (
          <Entry key={view.id} view={view} isHere={view.id === here} />
        ))}
      </nav>
      <div className="ek-stack">
        <Link href="/me" className="ek-inbox-view">
          <span className="ek-mark">
            <Gauge className="ek-icon" aria-hidden />
            {t("inbox.my_figures")}
          </span>
        </Link>
        <Enough />
      </div>
    </div>
  );
}
