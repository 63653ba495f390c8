// InboxRoom -- which list, its conversations, and the one that is open: three columns, two on a
// narrow screen, one with Back on a phone. The address holds all of it.
import { useEffect, useRef, useState } from "react";
import { ChevronDown } from "lucide-react";
import { useKeys } from "../../parts/keys.ts";
import { Menu } from "../../parts/Menu.tsx";
import { Room } from "../../parts/Room.tsx";
import { may } from "../../feed/session.ts";
import type { ConversationId } from "../../gen/ids.ts";
import { t } from "../../words/words.ts";
import { useInbox, type Inbox } from "./address.ts";
import { beginWriting } from "./begin.ts";
import { BeginButton, BeginDialog } from "./Begin.tsx";
import { NONE, toggled, type Chosen } from "./chosen.ts";
import { Conversation } from "./Conversation.tsx";
import { Enough } from "./Enough.tsx";
import { takeHeading, wantHeading } from "./field.ts";
import { focusSearch } from "./Filters.tsx";
import { List } from "./List.tsx";
import { TakeNext, useIsManual, NoneOpen } from "./NothingHere.tsx";
import { recover } from "./outbox.ts";
import { StaleDialog } from "./StaleDialog.tsx";
import { useViews, Views } from "./Views.tsx";
import "./conversation.css";
import "./inbox.css";
import "./mail.css";

// Where there is no room for a column of views they stand behind a button.
function ViewPicker({ inbox }: { inbox: Inbox }) {
  const views = useViews();
  const here = views.find(({ id }) => id === inbox.view);
  return (
    <div className="ek-inbox-picker">
      <Menu
        label={t("inbox.view_is", { view: here?.title ?? inbox.view })}
        button={
          <>
            <bdi>{here?.title ?? inbox.view}</bdi>
            <ChevronDown className="ek-icon" aria-hidden />
          </>
        }
        entries={views.map(({ id, title }) => ({
          id,
          label: title,
          onAction: () => inbox.show(id),
        }))}
      />
      <Enough />
    </div>
  );
}

// The list's own keys do the moving, so that rows beyond the screen come in as well.
function step(box: HTMLElement | null, key: "ArrowDown" | "ArrowUp", open: string | null): void {
  if (box === null) return;
  const at = document.activeElement;
  if (at !== null && box.contains(at) && at !== box) {
    at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    return;
  }
  const rows = box.querySelectorAll<HTMLElement>("[role=row]");
  const here = [...rows].find((row) => row.dataset["key"] === open);
  (here ?? rows[0])?.focus();
}

function focusedRow(box: HTMLElement | null): string | undefined {
  const row = document.activeElement?.closest<HTMLElement>("[role=row]");
  return row !== null && row !== undefined && box?.contains(row) === true
    ? row.dataset["key"]
    : undefined;
}

export default function InboxRoom() {
  const inbox = useInbox();
  const box = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState<Chosen>(NONE);
  const isManual = useIsManual();
  const scope = `${inbox.view} ${inbox.q} ${JSON.stringify(inbox.filters)}`;
  useEffect(() => void recover(), []);
  useEffect(() => choose(NONE), [scope]);
  const open = (id: string) => {
    wantHeading(id);
    if (id === inbox.open) takeHeading(id);
    else inbox.turnTo(id as ConversationId);
  };
  const back = () => {
    const was = inbox.open;
    inbox.turnTo(null);
    setTimeout(() => step(box.current, "ArrowDown", was), 50);
  };
  const toggle = () => {
    const id = focusedRow(box.current);
    if (id !== undefined && may("bulk_create")) choose(toggled(chosen, id));
  };
  useKeys([
    { keys: "/", does: t("inbox.search"), run: focusSearch },
    { keys: "j", does: t("inbox.next"), run: () => step(box.current, "ArrowDown", inbox.open) },
    { keys: "k", does: t("inbox.previous"), run: () => step(box.current, "ArrowUp", inbox.open) },
    { keys: "x", does: t("inbox.select"), run: toggle },
    { keys: "c", does: t("mail.begin"), run: () => may("conversation_create") && beginWriting() },
    { keys: "Escape", does: t("inbox.back_to_list"), run: () => inbox.open !== null && back() },
  ]);
  return (
    <Room
      title={t("places.inbox")}
      isLive
      actions={
        <>
          <BeginButton />
          {isManual && <TakeNext />}
        </>
      }
    >
      <div className="ek-inbox" data-open={inbox.open !== null || undefined}>
        <Views here={inbox.view} />
        <section className="ek-inbox-middle" aria-label={t("inbox.list")}>
          <ViewPicker inbox={inbox} />
          <List inbox={inbox} box={box} onOpen={open} chosen={chosen} choose={choose} />
        </section>
        <section className="ek-inbox-conversation" aria-label={t("inbox.conversation")}>
          {inbox.open === null ? <NoneOpen /> : <Conversation id={inbox.open} back={back} />}
        </section>
      </div>
      <StaleDialog />
      <BeginDialog />
    </Room>
  );
}
