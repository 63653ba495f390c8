// Pending -- a reply that is held, or on its way: with Undo while it can be had back.
import { useEffect, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { me } from "../../feed/session.ts";
import { t } from "../../words/words.ts";
import { undoSending, type Outgoing } from "./outbox.ts";
import { Files } from "./Files.tsx";
import { KindWord } from "./PartView.tsx";

function useSecondsTo(until: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((until - now) / 1000));
}

export function Pending({ out }: { out: Outgoing }) {
  const seconds = useSecondsTo(out.until);
  return (
    <li
      className="ek-inbox-part"
      data-by={out.kind === "message" ? "teammate" : out.kind}
      data-pending
    >
      <div className="ek-inbox-part-head ek-small">
        <strong>
          <bdi>{me().name}</bdi>
        </strong>
        <KindWord kind={out.kind} />
        {out.state === "held" ? (
          <>
            <span className="ek-quiet">{t("inbox.held", { count: seconds })}</span>
            <Button look="link" onPress={() => undoSending(out.id)}>
              {t("inbox.undo_sending")}
            </Button>
          </>
        ) : (
          <span className="ek-quiet">{t("inbox.sending")}</span>
        )}
      </div>
      <p className="ek-inbox-text" dir="auto">
        {out.text}
      </p>
      <Files files={out.files} />
    </li>
  );
}
