// Conversation -- the right column: what it is about, what was written, the answer, and what can
// be done.
import { useEffect, useRef, useState } from "react";
import { ArrowLeft, PanelRight } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { ConversationId } from "../../gen/ids.ts";
import type { Conversation as Of, Part } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { useKeys } from "../../parts/keys.ts";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { ActionBar, useActionKeys, type Asking } from "./ActionBar.tsx";
import { Composer } from "./Composer.tsx";
import { focusField, takeHeading } from "./field.ts";
import { draftOf, keepDraft, type Kind } from "./drafts.ts";
import { Header, WhyHere } from "./Header.tsx";
import { Parts } from "./Parts.tsx";
import { standingOf } from "./rights.ts";
import { Side } from "./Side.tsx";
import { LostDraft, sayTaken, TakenAway, useTaken, type Taken } from "./TakenAway.tsx";

const INLINE = "(min-width: 1500px)";

// Tells the server that its holder has looked, once for each time it is opened.
function useOpened(of: Of | undefined): void {
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (of === undefined || of.teammate !== me().id || told.current === of.id) return;
    told.current = of.id;
    // That nobody learns of it harms nothing; the next one who opens it tells.
    call("mark_opened", { params: { id: of.id } }).catch(() => undefined);
  }, [of]);
}

function useIsWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(INLINE).matches);
  useEffect(() => {
    const query = matchMedia(INLINE);
    const change = () => setWide(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  return isWide;
}

function quoted(text: string): string {
  return `${text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n")}\n\n`;
}

function DetailsButton({ onPress }: { onPress: () => void }) {
  return (
    <Button look="plain" onPress={onPress}>
      <PanelRight className="ek-icon" data-mirrors aria-hidden />
      <span className="ek-wide-only">{t("inbox.details")}</span>
      <span className="ek-hidden ek-narrow-only">{t("inbox.details")}</span>
    </Button>
  );
}

function Body({ of, taken, back }: { of: Of; taken: Taken | null; back: () => void }) {
  const [tab, setTab] = useState<Kind>("message");
  const [asking, ask] = useState<Asking>(null);
  const [isSideOpen, openSide] = useState(false);
  const isWide = useIsWide();
  const standing = standingOf(of);
  useEffect(() => takeHeading(of.id));
  const write = (kind: Kind) => {
    setTab(kind);
    focusField(kind);
  };
  const quote = (text: string) => {
    const draft = draftOf(of.id, "message");
    keepDraft(of.id, "message", { text: `${quoted(text)}${draft.text}`, key: "" });
    write("message");
  };
  const forward = ({ id: part }: Part) => {
    keepDraft(of.id, "forward", { forwards: "part", part, key: "" });
    write("forward");
  };
  useKeys([
    { keys: "r", does: t("inbox.reply"), run: () => standing.serves && write("message") },
    { keys: "n", does: t("inbox.note"), run: () => standing.serves && write("note") },
  ]);
  useActionKeys(of, standing, ask);
  const side = <Side of={of} standing={standing} />;
  return (
    <>
      <div className="ek-inbox-conversation-main">
        <div className="ek-inbox-top">
          <span className="ek-inbox-back">
            <IconButton label={t("inbox.back_to_list")} onPress={back}>
              <ArrowLeft className="ek-icon" data-mirrors aria-hidden />
            </IconButton>
          </span>
          <Header of={of} standing={standing} />
          <WhyHere of={of} standing={standing} />
          {!isWide && <DetailsButton onPress={() => openSide(true)} />}
        </div>
        <TakenAway of={of} taken={taken} />
        <Parts of={of} standing={standing} onQuote={quote} onForward={forward} />
        {standing.serves ? (
          <Composer key={of.id} of={of} standing={standing} tab={tab} setTab={setTab} />
        ) : (
          <p className="ek-inbox-readonly ek-quiet">{t("inbox.read_only")}</p>
        )}
        <ActionBar of={of} standing={standing} asking={asking} ask={ask} />
      </div>
      {isWide ? (
        <aside className="ek-inbox-side" aria-label={t("inbox.details")}>
          {side}
        </aside>
      ) : (
        <SidePanel title={t("inbox.details")} isOpen={isSideOpen} onClose={() => openSide(false)}>
          {side}
        </SidePanel>
      )}
    </>
  );
}

export function Conversation({ id, back }: { id: ConversationId; back: () => void }) {
  const found = useAnswer("get_conversation", { params: { id } });
  const isGone = found.error?.status === 404 || found.error?.status === 403;
  const taken = useTaken(id);
  const names = useNames();
  useOpened(isGone ? undefined : found.data?.answer);
  if (isGone)
    return (
      <div className="ek-inbox-conversation-main">
        <Empty
          title={t("common.not_here")}
          action={<Button onPress={back}>{t("inbox.back_to_list")}</Button>}
        >
          {taken !== null
            ? sayTaken(taken, names)
            : found.data === undefined
              ? undefined
              : t("inbox.gone_text")}
        </Empty>
        <LostDraft id={id} />
      </div>
    );
  if (found.data !== undefined)
    return <Body key={id} of={found.data.answer} taken={taken} back={back} />;
  if (found.error !== null) return <Fault error={found.error} retry={() => void found.refetch()} />;
  return <Loading />;
}
