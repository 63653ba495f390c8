// Composer -- the answer to the contact, a note among teammates, a lead's whisper, or what is
// forwarded to somebody outside; each with its own draft.
import { useEffect, useRef, type RefObject } from "react";
import { FileTrigger } from "react-aria-components";
import { Paperclip, Settings2 } from "lucide-react";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { NumberField, Switch } from "../../parts/fields.tsx";
import { shownKeys } from "../../parts/keys.ts";
import { Tabs } from "../../parts/Tabs.tsx";
import { HOLD_MAX, setWriting, useWriting } from "../../parts/writing.ts";
import { t } from "../../words/words.ts";
import { tellTyping } from "./chat.ts";
import {
  draftOf,
  dropDraft,
  keepDraft,
  useDraft,
  useDraftKinds,
  type Draft,
  type Kind,
} from "./drafts.ts";
import { fieldId, HEADING_ID } from "./field.ts";
import { useSendKey } from "./ime.ts";
import { heldLast, hold, undoSending, type Outgoing } from "./outbox.ts";
import { SentArticles } from "./Articles.tsx";
import { addressesOf, Copies, copiesAreWell, goesByMail } from "./Copies.tsx";
import { Files } from "./Files.tsx";
import { Forward, forwardIsWell } from "./Forward.tsx";
import { SlashButton, SlashList, Unfilled, useSlash } from "./Slash.tsx";
import { unfilled } from "./slash.ts";
import type { Standing } from "./rights.ts";
import { FILES_MAX, useUploads } from "./uploads.ts";
import { UploadLine } from "./UploadLine.tsx";

function Manners() {
  const { hold: seconds, enterSends } = useWriting();
  return (
    <Popup
      label={t("inbox.writing")}
      look="icon"
      button={
        <>
          <Settings2 className="ek-icon" aria-hidden />
          <span className="ek-hidden">{t("inbox.writing")}</span>
        </>
      }
    >
      {() => (
        <>
          <Switch isSelected={enterSends} onChange={(on) => setWriting({ enterSends: on })}>
            {t("inbox.enter_sends")}
          </Switch>
          <NumberField
            label={t("inbox.hold_for")}
            help={t("inbox.hold_means")}
            value={seconds}
            minValue={0}
            maxValue={HOLD_MAX}
            onChange={(value) => Number.isFinite(value) && setWriting({ hold: value })}
          />
        </>
      )}
    </Popup>
  );
}

// What is typed, and sending it: as it stands in the draft, once.
// Whether it may go: its words are all there, and whoever gets a copy is somebody.
const isReady = (draft: Draft, kind: Kind, text: string): boolean =>
  text.trim() !== "" &&
  copiesAreWell(draft) &&
  (kind !== "forward" || forwardIsWell(draft)) &&
  (draft.ready.length === 0 || unfilled(text) === null);

const goesOut = (kind: Kind): boolean => kind === "message" || kind === "forward";

function whom(draft: Draft, kind: Kind): Pick<Outgoing, "cc" | "bcc" | "to" | "forward"> {
  const { forwards, part, withFiles } = draft;
  if (kind === "message") return { cc: addressesOf(draft.cc), bcc: addressesOf(draft.bcc) };
  if (kind !== "forward") return {};
  return { to: addressesOf(draft.to), forward: { forwards, part, withFiles } };
}

function useField(of: Conversation, kind: Kind) {
  const draft = useDraft(of.id, kind);
  const { hold: seconds, enterSends } = useWriting();
  const { uploads, add, isBusy } = useUploads(draft.files.length, (file) =>
    keepDraft(of.id, kind, { files: [...draftOf(of.id, kind).files, file], key: "" }),
  );
  const send = (text: string) => {
    // A file that is still on its way belongs to it.
    if (isBusy || !isReady(draft, kind, text)) return;
    const { files, ready, articles } = draft;
    const out = { conversation: of.id, kind, text, files, ready, articles, ...whom(draft, kind) };
    dropDraft(of.id, kind);
    hold(out, goesOut(kind) ? seconds : 0, draft.text === text ? draft.key : "");
  };
  return { draft, enterSends, send, uploads, add, isBusy };
}

// As high as what is typed, up to a third of the screen.
function useHeight(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useEffect(() => {
    const at = box.current;
    if (at === null) return;
    at.style.blockSize = "auto";
    at.style.blockSize = `${Math.min(at.scrollHeight + 2, window.innerHeight / 3)}px`;
  }, [box, text]);
}

function Foot({
  of,
  kind,
  isBusy,
  add,
  send,
}: {
  of: Conversation;
  kind: Kind;
  isBusy: boolean;
  add: (files: readonly File[]) => void;
  send: (text: string) => void;
}) {
  const draft = useDraft(of.id, kind);
  const { enterSends } = useWriting();
  return (
    <div className="ek-row">
      <FileTrigger allowsMultiple onSelect={(files) => add([...(files ?? [])])}>
        <Button look="plain" isDisabled={draft.files.length >= FILES_MAX}>
          <Paperclip className="ek-icon" aria-hidden />
          <span className="ek-wide-only">{t("inbox.attach")}</span>
          <span className="ek-hidden ek-narrow-only">{t("inbox.attach")}</span>
        </Button>
      </FileTrigger>
      <SlashButton of={of} kind={kind} field={fieldId(kind)} />
      {draft.files.length > 0 && (
        <Button look="link" onPress={() => keepDraft(of.id, kind, { files: [], key: "" })}>
          {t("inbox.files_off")}
        </Button>
      )}
      <span className="ek-top-space" />
      <Manners />
      <Button
        look="main"
        isDisabled={isBusy || !isReady(draft, kind, draft.text)}
        onPress={() => send(draft.text)}
      >
        {t(`inbox.send_${kind}`)}
        <kbd className="ek-wide-only" dir="ltr">
          {enterSends ? "Enter" : shownKeys("Mod+Enter")}
        </kbd>
      </Button>
    </div>
  );
}

function Field({ of, kind }: { of: Conversation; kind: Kind }) {
  const { draft, enterSends, send, uploads, add, isBusy } = useField(of, kind);
  const box = useRef<HTMLTextAreaElement>(null);
  const keys = useSendKey(box, enterSends, send);
  const slash = useSlash(of, kind, box);
  useHeight(box, draft.text);
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (slash.onKeyDown(event)) return;
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    const held = heldLast(of.id);
    if (isUndo && draft.text === "" && held !== undefined && undoSending(held.id))
      event.preventDefault();
    if (event.key === "Escape" && !event.nativeEvent.isComposing) {
      event.stopPropagation();
      document.getElementById(HEADING_ID)?.focus();
    }
    keys.onKeyDown(event);
  };
  return (
    <div className="ek-stack ek-inbox-field" data-kind={kind}>
      {draft.returned && (
        <p className="ek-small" role="status">
          {t("inbox.returned")}
        </p>
      )}
      {kind === "message" && goesByMail(of) && <Copies of={of} />}
      {kind === "forward" && <Forward of={of} />}
      <SlashList slash={slash} />
      <textarea
        ref={box}
        id={fieldId(kind)}
        className="ek-area"
        dir="auto"
        rows={2}
        aria-label={t(`inbox.write_${kind}`)}
        placeholder={t(`inbox.write_${kind}`)}
        value={draft.text}
        aria-autocomplete="list"
        aria-controls={slash.isOpen ? slash.listId : undefined}
        aria-activedescendant={
          slash.isOpen && slash.found.length > 0 ? slash.optionId(slash.place) : undefined
        }
        onChange={(event) => {
          if (kind === "message") tellTyping(of);
          keepDraft(of.id, kind, { text: event.target.value, key: "", returned: false });
          slash.look();
        }}
        onSelect={slash.look}
        onKeyDown={onKeyDown}
        onKeyUp={keys.onKeyUp}
        onCompositionEnd={keys.onCompositionEnd}
      />
      {draft.ready.length > 0 && <Unfilled text={draft.text} field={fieldId(kind)} />}
      <Files files={draft.files} />
      {kind === "message" && <SentArticles of={of} />}
      {uploads.length > 0 && (
        <ul className="ek-stack">
          {uploads.map((upload) => (
            <UploadLine key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
      <Foot of={of} kind={kind} isBusy={isBusy} add={add} send={send} />
    </div>
  );
}

interface Props {
  of: Conversation;
  standing: Standing;
  tab: Kind;
  setTab: (kind: Kind) => void;
}

export function Composer({ of, standing, tab, setTab }: Props) {
  const kinds: Kind[] = ["message", "note", "forward"];
  if (standing.leads) kinds.push("whisper");
  const shown = kinds.includes(tab) ? tab : "message";
  // What stands behind a tab that is not open would be forgotten there.
  const drafts = useDraftKinds(of.id).filter((kind) => kind !== shown);
  const titleOf = (kind: Kind) =>
    drafts.includes(kind)
      ? `${t(`inbox.tab_${kind}`)} \u00b7 ${t("inbox.draft")}`
      : t(`inbox.tab_${kind}`);
  return (
    <div className="ek-inbox-composer" data-kind={shown}>
      <Tabs
        label={t("inbox.write")}
        value={shown}
        onChange={(id) => setTab(id as Kind)}
        views={kinds.map((kind) => ({
          id: kind,
          title: titleOf(kind),
          view: <Field of={of} kind={kind} />,
        }))}
      />
    </div>
  );
}
