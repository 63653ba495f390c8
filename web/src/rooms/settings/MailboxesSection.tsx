// MailboxesSection -- mailboxes: which addresses mail comes to, how each goes, and connecting one;
// and the mail that is held for somebody to look at.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { workspace } from "../../feed/sample.ts";
import { may } from "../../feed/session.ts";
import type { Mailbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Badge, Mark } from "../../parts/marks.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { HeldMails } from "./HeldMails.tsx";
import { EditMailbox, NewMailbox } from "./MailboxForm.tsx";
import { Wrong } from "./MailboxTrial.tsx";
import { useAttempt } from "./useAttempt.ts";
import "./mailboxes.css";

// How it goes is no event.
const LOOK_MS = 5000;

const STATES = {
  ok: ["good", "disc", "mail.state_ok"],
  failing: ["bad", "cross", "mail.state_failing"],
  unknown: ["quiet", "ring", "mail.state_unknown"],
} as const;

function Way({ box, way }: { box: Mailbox; way: "incoming" | "outgoing" }) {
  const { state, last_at: last, since } = box[way];
  const [tone, shape, words] = STATES[state];
  return (
    <div className="ek-mailbox-way">
      <strong>{t(way === "incoming" ? "mail.incoming" : "mail.outgoing")}</strong>
      <Mark tone={tone} shape={shape}>
        {t(words)}
      </Mark>
      {state === "failing" && <Wrong way={box[way]} />}
      {state === "failing" && since !== null && (
        <span className="ek-quiet">
          {t("mail.since")} <When at={since} />
        </span>
      )}
      <span className="ek-quiet">
        {t(way === "incoming" ? "mail.fetched" : "mail.sent_last")}:{" "}
        {last === null ? t("mail.not_yet") : <When at={last} />}
      </span>
      {way === "outgoing" && box.waiting > 0 && (
        <span>{t("mail.out_waiting", { count: box.waiting })}</span>
      )}
      {way === "outgoing" && box.failed > 0 && (
        <Badge tone="bad">{t("mail.out_failed", { count: box.failed })}</Badge>
      )}
      {way === "incoming" && box.held > 0 && (
        <Badge tone="warn">{t("mail.held_count", { count: box.held })}</Badge>
      )}
    </div>
  );
}

function EndDialog({ box, close }: { box: Mailbox; close: () => void }) {
  const { attempt, isBusy } = useAttempt();
  const run = () =>
    void attempt(async () => {
      await confirmed(() => call("delete_mailbox", { params: { id: box.id } }));
      age(["list_mailboxes", "list_held_mails"]);
      tell(t("mail.ended", { name: box.address }));
    }).then((isDone) => isDone && close());
  return (
    <Dialog
      title={t("mail.end_title")}
      isOpen
      onClose={close}
      foot={
        <>
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="danger" isDisabled={isBusy} onPress={run}>
            {t("mail.end")}
          </Button>
        </>
      }
    >
      <p>
        <bdi>{box.address}</bdi>
      </p>
      <p>{t("mail.end_text")}</p>
    </Dialog>
  );
}

function Acts({ box, edit }: { box: Mailbox; edit: () => void }) {
  const [isEnding, end] = useState(false);
  const { attempt, isBusy } = useAttempt();
  const named = (text: string) => `${text}: ${box.address}`;
  const words = t(box.active ? "mail.pause" : "mail.resume");
  const turn = (active: boolean) =>
    attempt(async () => {
      const told = { params: { id: box.id }, body: { active }, ifMatch: "*" };
      await confirmed(() => call("update_mailbox", told));
      age(["list_mailboxes", "get_mailbox"]);
    });
  const press = () =>
    void turn(!box.active).then(
      (isDone) =>
        isDone &&
        tell(t(box.active ? "mail.paused" : "mail.resumed", { name: box.address }), () =>
          turn(box.active),
        ),
    );
  return (
    <div className="ek-row">
      <Button aria-label={named(t("mail.edit"))} onPress={edit}>
        {t("mail.edit")}
      </Button>
      <Button aria-label={named(words)} isDisabled={isBusy} onPress={press}>
        {words}
      </Button>
      <Button look="link" aria-label={named(t("mail.end"))} onPress={() => end(true)}>
        {t("mail.end")}
      </Button>
      {isEnding && <EndDialog box={box} close={() => end(false)} />}
    </div>
  );
}

function Box({ box, edit }: { box: Mailbox; edit: () => void }) {
  const names = useNames();
  return (
    <li className="ek-panel">
      <div className="ek-head">
        <h3>
          <bdi>{box.address}</bdi>
          {!box.active && <Badge>{t("mail.state_paused")}</Badge>}
        </h3>
        <Acts box={box} edit={edit} />
      </div>
      <p className="ek-quiet">
        {t("mail.feeds")} {box.team === null ? t("mail.no_team") : <bdi>{names.of(box.team)}</bdi>}
      </p>
      {box.active && (
        <div className="ek-columns">
          <Way box={box} way="incoming" />
          <Way box={box} way="outgoing" />
        </div>
      )}
    </li>
  );
}

function Boxes() {
  const list = useAnswer("list_mailboxes", { query: { limit: 500 } }, { everyMs: LOOK_MS });
  const [open, setOpen] = useState<Mailbox["id"] | "new" | null>(null);
  const close = () => setOpen(null);
  return (
    <Confirmable of={list}>
      {({ answer }) => (
        <>
          {answer.data.length === 0 && open !== "new" && (
            <Empty title={t("mail.none")}>{t("mail.none_why")}</Empty>
          )}
          <ul className="ek-stack">
            {answer.data.map((box) =>
              open === box.id ? (
                <li key={box.id}>
                  <EditMailbox id={box.id} close={close} />
                </li>
              ) : (
                <Box key={box.id} box={box} edit={() => setOpen(box.id)} />
              ),
            )}
          </ul>
          {open === "new" ? (
            <NewMailbox close={close} />
          ) : (
            <div>
              <Button look="main" onPress={() => setOpen("new")}>
                {t("mail.connect")}
              </Button>
            </div>
          )}
        </>
      )}
    </Confirmable>
  );
}

// A sample sends nothing out of the server: what cannot be connected is not asked for.
function InSample() {
  return <Empty title={t("mail.in_sample")}>{t("mail.in_sample_why")}</Empty>;
}

export default function MailboxesSection() {
  return (
    <>
      <p className="ek-quiet">{t("mail.means")}</p>
      {may("mailbox_manage") && (workspace().sample ? <InSample /> : <Boxes />)}
      {may("mail_held") && <HeldMails />}
    </>
  );
}
