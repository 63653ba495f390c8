// SourceMessages -- what another system posted, the newest first: which conversation it became, or
// why it was refused. While it is open it looks again by itself: whoever sets a system up tries.
import { Link } from "react-aria-components";
import { useAnswer } from "../../feed/cache.ts";
import type { Source, SourceMessage } from "../../gen/shapes.ts";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatBytes } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";

const LOOK_MS = 3000;

function Row({ row }: { row: SourceMessage }) {
  const isTaken = row.outcome === "taken";
  return (
    <li className="ek-settings-item">
      <div>
        <Badge tone={isTaken ? "good" : "bad"}>{t(`hooks.outcome_${row.outcome}`)}</Badge>{" "}
        {row.conversation !== null && (
          <Link href={`/inbox/all/${row.conversation}`}>
            <bdi className="ek-code">{row.conversation}</bdi>
          </Link>
        )}
        <br />
        {row.reason !== null && <p>{wordOf("hooks", `reason_${row.reason}`)}</p>}
        <span className="ek-quiet">
          <When at={row.at} /> · {formatBytes(row.bytes)}
          {row.message !== null && (
            <>
              {" "}
              · <bdi className="ek-code">{row.message}</bdi>
            </>
          )}
        </span>
      </div>
    </li>
  );
}

export function SourceMessages({ source, close }: { source: Source; close: () => void }) {
  const told = { params: { id: source.id }, query: { limit: 50 } };
  const list = useAnswer("list_source_messages", told, { everyMs: LOOK_MS });
  return (
    <SidePanel title={t("hooks.messages_of", { name: source.name })} isOpen onClose={close}>
      <p className="ek-quiet">{t("hooks.messages_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <Empty title={t("hooks.no_messages")} />
          ) : (
            <ul className="ek-stack">
              {answer.data.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
          )
        }
      </Confirmable>
    </SidePanel>
  );
}
