// PartView -- one entry: who wrote, when, what. A note and a whisper each have their own border,
// word and picture; only what the contact can see anyway can be quoted in a reply.
import { useState } from "react";
import { ArrowRightLeft, Ear, EllipsisVertical, StickyNote } from "lucide-react";
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
import { t } from "../../words/words.ts";
import { useContacts } from "./contacts.ts";
import { Files, isPicture, Pictures } from "./Files.tsx";
import { MailFrom, MailTo } from "./MailLine.tsx";
import { MailPart, sourceOf } from "./MailPart.tsx";
import type { Standing } from "./rights.ts";

const ICONS = { note: StickyNote, whisper: Ear, summary: ArrowRightLeft } as const;

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
}

function PartMenu({ part, standing, onQuote }: Omit<Props, "of">) {
  const [isAsking, ask] = useState(false);
  const isOwn = part.author.teammate === me().id;
  const entries: MenuEntry[] = [];
  if (part.kind === "message" && part.text !== null && standing.serves)
    entries.push({
      id: "quote",
      label: t("inbox.quote"),
      onAction: () => onQuote(part.text ?? ""),
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

function Body({ part }: { part: Part }) {
  if (part.redacted) return <p className="ek-quiet">{t("inbox.redacted")}</p>;
  if (part.mail?.has_source === true) return <MailPart part={part} />;
  return (
    <p className="ek-inbox-text" dir="auto">
      {part.text}
    </p>
  );
}

export function PartView({ part, standing, onQuote }: Props) {
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
        <PartMenu part={part} standing={standing} onQuote={onQuote} />
      </div>
      {part.mail?.direction === "in" && <MailFrom mail={part.mail} />}
      <Body part={part} />
      <Pictures files={part.attachments} />
      <Files files={part.attachments.filter((file) => !isPicture(file))} />
      {part.mail?.direction === "out" && <MailTo mail={part.mail} />}
    </li>
  );
}
