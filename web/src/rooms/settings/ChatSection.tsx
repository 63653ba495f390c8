// ChatSection -- chat inboxes: where visitors of web sites write to us. Each with its team and its
// sites, the tag that puts it there, and how a site says who somebody is.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { ChatInbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Badge } from "../../parts/marks.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { ChatForm, LISTS } from "./ChatForm.tsx";
import { ChatIdentity, ChatInstall } from "./ChatInstall.tsx";
import { useAttempt } from "./useAttempt.ts";

// What of which inbox is open above the page.
type Open =
  | { what: "form"; inbox: ChatInbox | null }
  | { what: "install" | "identity" | "end"; inbox: ChatInbox };

function Facts({ inbox }: { inbox: ChatInbox }) {
  const names = useNames();
  return (
    <span>
      <strong>
        <bdi>{inbox.name}</bdi>
      </strong>{" "}
      {inbox.sites.length === 0 && <Badge tone="warn">{t("chat.no_sites")}</Badge>}
      {inbox.identity_set && <Badge tone="good">{t("chat.signed")}</Badge>}
      <br />
      <span className="ek-quiet">
        <bdi>{inbox.team === null ? t("chat.team_default") : names.of(inbox.team)}</bdi>
        {inbox.sites.map((site) => (
          <span key={site}>
            {" · "}
            <bdi className="ek-code">{site}</bdi>
          </span>
        ))}
      </span>
    </span>
  );
}

function Row({ inbox, open }: { inbox: ChatInbox; open: (what: Open) => void }) {
  const named = (text: string) => `${text}: ${inbox.name}`;
  const act = (what: Open["what"], words: string) => (
    <Button
      look={what === "install" ? "quiet" : "link"}
      aria-label={named(words)}
      onPress={() => open({ what, inbox } as Open)}
    >
      {words}
    </Button>
  );
  return (
    <li className="ek-settings-item ek-head">
      <Facts inbox={inbox} />
      <span className="ek-row">
        {act("install", t("chat.put"))}
        {act("form", t("common.edit"))}
        {act("identity", t("chat.identity_short"))}
        {act("end", t("common.delete"))}
      </span>
    </li>
  );
}

// Cannot be put back, as the tag on the site would name nothing: said before it is done.
function Ending({ inbox, close }: { inbox: ChatInbox; close: () => void }) {
  const { attempt, isBusy } = useAttempt();
  const end = async () => {
    const params = { id: inbox.id };
    if (!(await attempt(() => call("delete_chat_inbox", { params })))) return;
    age(LISTS);
    tell(t("chat.ended", { name: inbox.name }));
    close();
  };
  return (
    <Dialog title={t("chat.end_title", { name: inbox.name })} isOpen onClose={close}>
      <p>{t("chat.end_means")}</p>
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="danger" isDisabled={isBusy} onPress={() => void end()}>
          {t("common.delete")}
        </Button>
      </div>
    </Dialog>
  );
}

function Above({ of, open }: { of: Open; open: (what: Open | null) => void }) {
  const close = () => open(null);
  if (of.what === "install") return <ChatInstall inbox={of.inbox} close={close} />;
  if (of.what === "identity") return <ChatIdentity inbox={of.inbox} close={close} />;
  if (of.what === "end") return <Ending inbox={of.inbox} close={close} />;
  const saved = (inbox: ChatInbox) => {
    age(LISTS);
    // Who has just made one wants to put it somewhere.
    open(of.inbox === null ? { what: "install", inbox } : null);
  };
  return <ChatForm id={of.inbox?.id ?? null} close={close} saved={saved} />;
}

export default function ChatSection() {
  const list = useAnswer("list_chat_inboxes", { query: { limit: 500 } });
  const [open, setOpen] = useState<Open | null>(null);
  const add = (
    <Button look="main" onPress={() => setOpen({ what: "form", inbox: null })}>
      {t("chat.add")}
    </Button>
  );
  return (
    <>
      <p className="ek-quiet">{t("chat.mean")}</p>
      <Ready of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <Empty title={t("chat.none")} action={add}>
              {t("chat.none_why")}
            </Empty>
          ) : (
            <>
              <ul className="ek-stack">
                {answer.data.map((inbox) => (
                  <Row key={inbox.id} inbox={inbox} open={setOpen} />
                ))}
              </ul>
              <div>{add}</div>
            </>
          )
        }
      </Ready>
      {open !== null && <Above of={open} open={setOpen} />}
    </>
  );
}
