// HeldMails -- mail that became no message by itself: why, as it came, and what becomes of it.
import { useEffect, useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, send } from "../../feed/http.ts";
import type { HeldMail } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog, SidePanel } from "../../parts/Dialog.tsx";
import { downloadFrom } from "../../parts/download.ts";
import { tell } from "../../parts/notices.tsx";
import { Empty, Loading, Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatBytes } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { useAttempt } from "./useAttempt.ts";

const LOOK_MS = 5000;
// Of a long source the beginning is shown; all of it can be saved.
const SHOWN = 100_000;
const LISTS = ["list_held_mails", "list_mailboxes"] as const;

const sourceOf = (mail: HeldMail) => `/api/v1/held-mails/${mail.id}/source`;

// Its server has it and did not give it: nobody has seen who wrote what.
const wasFetched = (mail: HeldMail) => mail.reason !== "not_fetched";

function nameOf(mail: HeldMail): string {
  if (!wasFetched(mail)) return t("mail.held_unseen");
  return mail.subject ?? mail.address ?? t("mail.held_no_sender");
}

function Source({ mail, close }: { mail: HeldMail; close: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const { attempt } = useAttempt();
  useEffect(() => {
    void attempt(async () => {
      const response = await send("GET", sourceOf(mail), {});
      setText((await response.text()).slice(0, SHOWN));
    });
    // Once for each mail: attempt is another function at each drawing.
  }, [mail.id]);
  return (
    <SidePanel title={t("mail.held_source")} isOpen onClose={close}>
      <div>
        <Button onPress={() => downloadFrom(sourceOf(mail), `${mail.id}.eml`)}>
          {t("mail.save_source")}
        </Button>
      </div>
      {text === null ? (
        <Loading />
      ) : (
        <pre className="ek-mailbox-source" dir="ltr" tabIndex={0}>
          {text}
        </pre>
      )}
    </SidePanel>
  );
}

function Discard({ mail, close }: { mail: HeldMail; close: () => void }) {
  const { attempt, isBusy } = useAttempt();
  const run = () =>
    void attempt(async () => {
      await call("discard_held_mail", { params: { id: mail.id } });
      age(LISTS);
      tell(t(wasFetched(mail) ? "mail.held_discarded" : "mail.held_left"));
    }).then((isDone) => isDone && close());
  return (
    <Dialog
      title={t("mail.held_discard_title")}
      isOpen
      onClose={close}
      foot={
        <>
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="danger" isDisabled={isBusy} onPress={run}>
            {t("mail.held_discard")}
          </Button>
        </>
      }
    >
      <p dir="auto">{nameOf(mail)}</p>
      <p>{t(wasFetched(mail) ? "mail.held_discard_text" : "mail.held_leave_text")}</p>
    </Dialog>
  );
}

function reasonOf(mail: HeldMail): string {
  const words = wordOf("mail", `reason_${mail.reason}`);
  return words === `reason_${mail.reason}` ? mail.reason : words;
}

function About({ mail }: { mail: HeldMail }) {
  return (
    <div>
      <strong dir="auto">{nameOf(mail)}</strong>
      <br />
      {reasonOf(mail)}
      {mail.reason === "infected" && (
        <>
          {" "}
          {t("mail.held_scanned")} <bdi>{mail.detail}</bdi>
        </>
      )}
      <br />
      {wasFetched(mail) ? (
        <span className="ek-quiet">
          <bdi>{mail.address ?? t("mail.held_no_sender")}</bdi> · <When at={mail.at} /> ·{" "}
          {formatBytes(mail.bytes)}
        </span>
      ) : (
        <span className="ek-quiet">
          {t("mail.held_said")} <bdi>{mail.detail}</bdi> · <When at={mail.at} />
        </span>
      )}
    </div>
  );
}

function Held({ mail }: { mail: HeldMail }) {
  const [shown, show] = useState<"source" | "discard" | null>(null);
  const { attempt, isBusy } = useAttempt();
  const isHere = wasFetched(mail);
  const named = (text: string) => `${text}: ${nameOf(mail)}`;
  const letIn = t(isHere ? "mail.held_release" : "mail.held_fetch");
  const release = () =>
    void attempt(async () => {
      await call("release_held_mail", { params: { id: mail.id } });
      age(LISTS);
      tell(t(isHere ? "mail.held_released" : "mail.held_fetching"));
    });
  const close = () => show(null);
  return (
    <li className="ek-settings-item ek-head">
      <About mail={mail} />
      <span className="ek-row">
        {isHere && (
          <Button aria-label={named(t("mail.held_show"))} onPress={() => show("source")}>
            {t("mail.held_show")}
          </Button>
        )}
        <Button aria-label={named(letIn)} isDisabled={isBusy} onPress={release}>
          {letIn}
        </Button>
        <Button
          look="link"
          aria-label={named(t("mail.held_discard"))}
          onPress={() => show("discard")}
        >
          {t("mail.held_discard")}
        </Button>
      </span>
      {shown === "source" && <Source mail={mail} close={close} />}
      {shown === "discard" && <Discard mail={mail} close={close} />}
    </li>
  );
}

export function HeldMails() {
  const list = useAnswer("list_held_mails", { query: { limit: 100 } }, { everyMs: LOOK_MS });
  return (
    <section className="ek-stack" aria-labelledby="held-mails">
      <h3 id="held-mails">{t("mail.held")}</h3>
      <p className="ek-quiet">{t("mail.held_means")}</p>
      <Ready of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <Empty title={t("mail.held_none")} />
          ) : (
            <ul className="ek-stack">
              {answer.data.map((mail) => (
                <Held key={mail.id} mail={mail} />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
