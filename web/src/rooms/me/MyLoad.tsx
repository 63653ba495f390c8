// MyLoad -- what I hold, item by item as the router counts it: points, whether they count, and why
// or why not.
import { Link } from "react-aria-components";
import { useAnswer } from "../../feed/cache.ts";
import type { Load, LoadItem } from "../../gen/shapes.ts";
import { Ready } from "../../parts/states.tsx";
import { classWord, say } from "../../why/sentences.ts";
import { useTitles, type Titles } from "../../why/titles.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

function Item({ item, titles }: { item: LoadItem; titles: Titles }) {
  const id = item.conversation;
  return (
    <li className="ek-me-item">
      <Link href={`/inbox/mine/${id}`} className="ek-me-subject">
        <bdi dir="auto">{titles.get(id) ?? id}</bdi>
      </Link>
      <span className="ek-quiet">{say(classWord(item.capacity_class))}</span>
      <span className="ek-number">
        {item.counted ? t("me.points", { n: item.points }) : t("me.not_counted")}
      </span>
      <span className="ek-quiet ek-small">{t(`me.why_${item.why}`)}</span>
    </li>
  );
}

function Bar({ load }: { load: Load }) {
  const { load: points, limit } = load;
  const share = limit === null ? 0 : limit === 0 ? 1 : Math.min(1, points / limit);
  const told = { load: formatNumber(points), limit: formatNumber(limit ?? 0) };
  return (
    <>
      <p className="ek-me-figure ek-number">
        {limit === null ? t("me.load_unlimited", told) : t("me.load_of", told)}
      </p>
      {limit !== null && (
        <span className="ek-me-bar" aria-hidden>
          <span style={{ inlineSize: `${Math.round(share * 100)}%` }} />
        </span>
      )}
      <p className="ek-quiet">
        {limit === null
          ? t("me.room_any")
          : limit <= points
            ? t("me.room_none")
            : t("me.room", { n: load.free ?? limit - points })}
      </p>
    </>
  );
}

function Held({ load }: { load: Load }) {
  const titles = useTitles(load.items.map(({ conversation }) => conversation));
  const left = load.items.filter(({ counted }) => !counted).length;
  return (
    <>
      <Bar load={load} />
      {load.items.length === 0 ? (
        <p>{t("me.hold_nothing")}</p>
      ) : (
        <ul className="ek-me-list">
          {load.items.map((item) => (
            <Item key={item.conversation} item={item} titles={titles} />
          ))}
        </ul>
      )}
      {left > 0 && <p className="ek-quiet">{t("me.left_out", { n: left })}</p>}
    </>
  );
}

export function MyLoad() {
  const load = useAnswer("get_my_load");
  return (
    <Panel title={t("me.load")} says={t("me.load_says")}>
      <Ready of={load}>{({ answer }) => <Held load={answer} />}</Ready>
    </Panel>
  );
}
