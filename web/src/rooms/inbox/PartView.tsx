// PartView -- one entry: who wrote, when, what. A note, a whisper and what was forwarded outside
// each have their own border, word and picture; only what the contact can see anyway can be quoted
// in a reply.
import { useState } from "react";
import { ArrowRightLeft, Ear, EllipsisVertical, Forward, StickyNote } from "lucide-react";
import { useChange } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { Conversation, Part } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Menu, type MenuEntry } from "../../parts/Menu.tsx";
import { Name } from "../../parts/Name.tsx";
import { downloadFrom } from "../../parts/download.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { useContacts } from "./contacts.ts";
import { Files, isPicture, Pictures } from "./Files.tsx";
import { MailFrom, MailTo } from "./MailLine.tsx";
import { MailPart, sourceOf } from "./MailPart.tsx";
import type { Standing } from "./rights.ts";

const ICONS = {
  note: StickyNote,
  whisper: Ear,
  summary: ArrowRightLeft,
  forward: Forward,
} as const;

export function KindWord({ kind }: { kind: Part["kind"] }) {
  if (kind === "message") return null;
  const Icon = ICONS[kind];
  return (
    <span className="ek-mark ek-inbox-kind">
      <Icon className="ek-icon" aria-hidden />
      {t(`inbox.kind_${kind}`)}
    </span>
  );
}

function Author({ part }: { part: Part }) {
  const contacts = useContacts([part.author.contact]);
  if (part.kind === "forward" && part.mail?.direction === "in")
    return <bdi>{part.mail.name ?? part.mail.address}</bdi>;
  if (part.author.kind === "system") return <>Evenkeel</>;
  if (part.author.kind === "teammate") return <Name id={part.author.teammate} />;
  const contact = contacts.get(part.author.contact ?? "");
  return <bdi>{contact?.name ?? t("inbox.unknown_contact")}</bdi>;
}

// Blanking cannot be put back: asked before it is done.
function RedactDialog({ part, onClose }: { part: Part; onClose: () => void }) {
  const redact = useChange("redact_part", ["list_parts", "list_conversations"]);
  const run = async () => {
    try {
      await redact.mutateAsync({ params: { id: part.conversation, part: part.id } });
      tell(t("inbox.redacted_done"));
    } catch (error) {
      complain(error as Error);
    }
    onClose();
  };
  return (
    <Dialog
      title={t("inbox.redact_title")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="danger" isDisabled={redact.isPending} onPress={() => void run()}>
            {t("inbox.redact")}
          </Button>
        </>
      }
    >
      <p>{t("inbox.redact_text")}</p>
    </Dialog>
  );
}

interface Props {
  part: Part;
  of: Conversation;
  standing: Standing;
  onQuote: (text: string) => void;
  onForward: (part: Part) => void;
}

function PartMenu({ part, standing, onQuote, onForward }: Omit<Props, "of">) {
  const [isAsking, ask] = useState(false);
  const isOwn = part.author.teammate === me().id;
  const entries: MenuEntry[] = [];
  if (part.kind === "message" && part.text !== null && standing.serves)
    entries.push({
      id: "quote",
      label: t("inbox.quote"),
      onAction: () => onQuote(part.text ?? ""),
    });
  if (part.kind === "message" && part.text !== null && standing.serves)
    entries.push({
      id: "forward",
      label: t("mail.forward"),
      onAction: () => onForward(part),
    });
  if (part.mail?.has_source === true && !part.redacted)
    entries.push({
      id: "source",
      label: t("mail.save_source"),
      onAction: () => downloadFrom(sourceOf(part), `${part.id}.eml`),
    });
  if (!part.redacted && (isOwn || standing.leads))
    entries.push({ id: "redact", label: t("inbox.redact"), onAction: () => ask(true) });
  if (entries.length === 0) return null;
  return (
    <>
      <Menu
        look="icon"
        label={t("inbox.part_menu")}
        button={<EllipsisVertical className="ek-icon" aria-hidden />}
        entries={entries}
      />
      {isAsking && <RedactDialog part={part} onClose={() => ask(false)} />}
    </>
  );
}

function Body({ part, of }: { part: Part; of: Conversation }) {
  const isErased = of.contact_erased === true && part.author.kind === "contact";
  if (part.redacted)
    return <p className="ek-quiet">{t(isErased ? "inbox.erased_part" : "inbox.redacted")}</p>;
  if (part.mail?.has_source === true) return <MailPart part={part} />;
  return (
    <p className="ek-inbox-text" dir="auto">
      {part.text}
    </p>
  );
}

// That it went outside, to whom, and what went along; the contact must not see it.
function Forwarded({ part }: { part: Part }) {
  const { forward, mail } = part;
  if (mail === null) return null;
  if (mail.direction === "in")
    return <p className="ek-small">{t("mail.forward_answer", { address: mail.address ?? "" })}</p>;
  return (
    <p className="ek-small">
      {t("mail.forwarded_to", { address: formatList([mail.address ?? "", ...mail.cc]) })}
      {forward !== null && forward.forwards !== "nothing" && (
        <>
          {" "}
          · {t(`mail.forward_${forward.forwards}`)}
          {forward.with_files && <> · {t("mail.forward_files")}</>}
        </>
      )}
    </p>
  );
}

export function PartView({ part, of, standing, onQuote, onForward }: Props) {
  const by = part.kind === "message" ? part.author.kind : part.kind;
  return (
    <li className="ek-inbox-part" data-by={by}>
      <div className="ek-inbox-part-head ek-small">
        <strong>
          <Author part={part} />
        </strong>
        <KindWord kind={part.kind} />
        <span className="ek-quiet">
          <When at={part.at} />
        </span>
        <PartMenu {...{ part, standing, onQuote, onForward }} />
      </div>
      {part.kind === "forward" && <Forwarded part={part} />}
      {part.mail?.direction === "in" && <MailFrom mail={part.mail} />}
      <Body part={part} of={of} />
      <Pictures files={part.attachments} />
      <Files files={part.attachments.filter((file) => !isPicture(file))} />
      {part.mail?.direction === "out" && (
        <MailTo part={part} mail={part.mail} canSend={standing.serves} />
      )}
    </li>
  );
}
