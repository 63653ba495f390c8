// MailboxTrial -- connecting to servers of mail before they are kept: whether each lets us in, and
// else what is wrong and what to do about it.
import { useState } from "react";
import { call } from "../../feed/http.ts";
import type { Mailbox, MailboxTried, MailTried } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Mark } from "../../parts/marks.tsx";
import { t, wordOf } from "../../words/words.ts";
import { isReady, serversOf, type BoxDraft } from "./mailbox.ts";
import { useAttempt } from "./useAttempt.ts";

// Words of one error; of one that has none, what it is called.
function said(prefix: "error" | "help", error: string): string | null {
  const words = wordOf("mail", `${prefix}_${error}`);
  return words === `${prefix}_${error}` ? null : words;
}

export function Wrong({ way }: { way: Pick<Mailbox["incoming"], "error" | "detail"> }) {
  const error = way.error ?? "other";
  const help = said("help", error);
  return (
    <>
      <span>{t("mail.failing", { why: said("error", error) ?? t("mail.error_other") })}</span>
      {help !== null && <span className="ek-quiet">{help}</span>}
      {way.detail !== null && way.detail !== "" && (
        <span className="ek-quiet ek-small ek-mailbox-detail" dir="auto">
          {t("mail.said", { text: way.detail })}
        </span>
      )}
    </>
  );
}

function Tried({ label, tried }: { label: string; tried: MailTried | null }) {
  if (tried === null) return null;
  return (
    <div className="ek-mailbox-tried" data-ok={tried.ok || undefined}>
      <strong>{label}</strong>
      {tried.ok ? (
        <Mark tone="good" shape="disc">
          {t("mail.well")}
        </Mark>
      ) : (
        <Wrong way={tried} />
      )}
      {tried.ok && tried.idle === false && <span className="ek-quiet">{t("mail.no_idle")}</span>}
    </div>
  );
}

// What was found belongs to what was tried: a change of the servers takes it away.
export function MailboxTrial({ draft }: { draft: BoxDraft }) {
  const { attempt, isBusy } = useAttempt();
  const [found, setFound] = useState<{ of: string; tried: MailboxTried } | null>(null);
  const asked = serversOf(draft);
  const of = JSON.stringify(asked);
  const run = () =>
    void attempt(async () => {
      const body = {
        ...asked,
        address: draft.address.trim(),
        ...(draft.id === null ? {} : { mailbox: draft.id }),
      };
      const { answer } = await confirmed(() => call("try_mailbox", { body }));
      setFound({ of, tried: answer });
    });
  return (
    <div className="ek-stack">
      <div className="ek-row">
        <Button isDisabled={!isReady(draft) || isBusy} onPress={run}>
          {t("mail.test")}
        </Button>
        {isBusy && <span className="ek-quiet">{t("mail.testing")}</span>}
      </div>
      <div role="status" className="ek-columns">
        {found !== null && found.of === of && (
          <>
            <Tried label={t("mail.incoming")} tried={found.tried.imap} />
            <Tried label={t("mail.outgoing")} tried={found.tried.smtp} />
          </>
        )}
      </div>
    </div>
  );
}
