// Looks -- who looked at my figures, when, and for what purpose. Nobody can switch this off.
import { useAnswer } from "../../feed/cache.ts";
import type { Look } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const SHOWN = 50;

function Row({ look }: { look: Look }) {
  return (
    <li className="ek-me-item">
      <strong>
        <Name id={look.by} />
      </strong>
      <span dir="auto">{look.purpose}</span>
      <span className="ek-quiet">
        <When at={look.at} />
      </span>
    </li>
  );
}

export function Looks() {
  const looks = useAnswer("list_my_looks", {
    query: { limit: SHOWN, total: true, sort: ["-at"] },
  });
  return (
    <Panel title={t("me.looks")} says={t("me.looks_say")}>
      <Ready of={looks}>
        {({ answer: { data, page } }) =>
          data.length === 0 ? (
            <p>{t("me.no_looks")}</p>
          ) : (
            <>
              <ul className="ek-me-list">
                {data.map((look) => (
                  <Row key={look.id} look={look} />
                ))}
              </ul>
              {page.next_cursor !== null && (
                <p className="ek-quiet">{t("me.newest", { value: formatNumber(data.length) })}</p>
              )}
            </>
          )
        }
      </Ready>
    </Panel>
  );
}
