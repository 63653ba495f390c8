// ContactPage -- one contact: who they are, masked until opened; the addresses they are reached at
// and what proves each; who answered them; and everything with them in the order of time. Two that
// are one person are merged here, and taken apart.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { Contact, ContactView } from "../../gen/shapes.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { ContactPeople } from "../../parts/ContactPeople.tsx";
import { Badge } from "../../parts/marks.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Addresses } from "./Addresses.tsx";
import { Block } from "./Block.tsx";
import { EditContact } from "./EditContact.tsx";
import { Facts } from "./Facts.tsx";
import { EraseDialog, ExportDialog } from "./LifeDialogs.tsx";
import { MergeDialog } from "./MergeDialog.tsx";
import { Notes } from "./Notes.tsx";
import { WholeTimeline } from "./WholeTimeline.tsx";

const AWAY = ["get_contact", "list_contacts"] as const;

// Mail goes to the address of theirs, or to one that is known on that channel alone.
const hasMail = ({ email, identities }: Contact): boolean =>
  email !== null || identities.some(({ channel }) => channel === "email");

// What may be done with a contact; personal data out or gone is asked for by some, and carried out
// by others.
function Acts({ of, edit }: { of: Contact; edit: () => void }) {
  const [open, show] = useState<"merge" | "export" | "erase" | null>(null);
  const away = useChange(of.archived ? "unarchive_contact" : "archive_contact", AWAY);
  const params = { id: of.id };
  const turn = () =>
    void away
      .mutateAsync({ params })
      .then(() =>
        tell(
          t(of.archived ? "contacts.brought_back" : "contacts.put_away"),
          back(of.archived ? "archive_contact" : "unarchive_contact", { params }, AWAY),
        ),
      )
      .catch((error: unknown) => complain(error as Error));
  const close = () => show(null);
  return (
    <div className="ek-row">
      {may("contact_edit") && <Button onPress={edit}>{t("common.edit")}</Button>}
      {hasMail(of) && may("conversation_create") && (
        <LinkButton href={`/inbox/mine?to=${of.id}`}>{t("mail.begin_to_them")}</LinkButton>
      )}
      {may("contact_merge") && (
        <>
          <Button onPress={() => show("merge")}>{t("contacts.merge_open")}</Button>
          <Button isDisabled={away.isPending} onPress={turn}>
            {t(of.archived ? "contacts.bring_back" : "contacts.put_it_away")}
          </Button>
        </>
      )}
      {may("contact_edit") && <Block of={of} />}
      {may("contact_export", "contact_export_ask") && (
        <Button onPress={() => show("export")}>{t("contacts.export_open")}</Button>
      )}
      {may("contact_erase", "contact_erase_ask") && (
        <Button look="link" onPress={() => show("erase")}>
          {t("contacts.erase_open")}
        </Button>
      )}
      {open === "merge" && <MergeDialog of={of} onClose={close} />}
      {open === "export" && <ExportDialog of={of} onClose={close} />}
      {open === "erase" && <EraseDialog of={of} onClose={close} />}
    </div>
  );
}

function Head({ of, whole, open }: { of: ContactView; whole: Contact | null; open: () => void }) {
  const [isEditing, edit] = useState(false);
  return (
    <section className="ek-panel ek-stack" aria-labelledby="contacts-who">
      <div className="ek-contacts-title">
        <h2 id="contacts-who">
          <bdi>{of.name ?? t("contacts.nameless")}</bdi>
        </h2>
        {of.tier !== null && (
          <Badge tone="accent">
            {t("contacts.tier")}: <bdi>{of.tier}</bdi>
          </Badge>
        )}
        {of.archived && <Badge>{t("contacts.is_archived")}</Badge>}
        {of.blocked_at !== null && <Badge tone="warn">{t("contacts.is_blocked")}</Badge>}
        {whole !== null && <Acts of={whole} edit={() => edit(true)} />}
      </div>
      <Facts of={of} whole={whole} />
      {whole === null && may("contact_open") && (
        <div className="ek-stack">
          <div>
            <Button look="main" onPress={open}>
              {t("contacts.open")}
            </Button>
          </div>
          <p className="ek-help">{t("contacts.open_means")}</p>
        </div>
      )}
      {whole !== null && isEditing && <EditContact of={whole} onClose={() => edit(false)} />}
    </section>
  );
}

function Gone({ into }: { into: ContactId }) {
  return (
    <Empty
      title={t("contacts.was_merged")}
      action={<Link href={`/contacts/${into}`}>{t("contacts.was_merged_go")}</Link>}
    >
      {t("contacts.was_merged_means")}
    </Empty>
  );
}

export function ContactPage({ id }: { id: ContactId }) {
  const [isOpen, setOpen] = useState(false);
  const listed = useAnswer("list_contacts", { query: { id: [id], limit: 1 } });
  const masked = listed.data?.answer.data[0];
  // Who is in no list was merged with another, or is not here; opening says which.
  const isMissing = listed.data !== undefined && masked === undefined;
  const opened = useAnswer("get_contact", { params: { id } }, { enabled: isOpen || isMissing });
  const whole = opened.data?.answer ?? null;
  const error = opened.error ?? listed.error;
  if (error !== null) return <Fault error={error} />;
  if (whole !== null && whole.merged_into !== null) return <Gone into={whole.merged_into} />;
  const shown = whole ?? masked;
  if (shown === undefined) return <Loading />;
  return (
    <div className="ek-contacts-page">
      <div className="ek-stack">
        <Head of={shown} whole={whole} open={() => setOpen(true)} />
        {whole !== null && <Addresses of={whole} />}
        {may("contact_timeline_read") && (
          <section className="ek-panel ek-stack" aria-labelledby="contacts-people">
            <h2 id="contacts-people">{t("contacts.people")}</h2>
            <ContactPeople id={id} most={20} />
          </section>
        )}
        {may("contact_note_write") && <Notes id={id} />}
      </div>
      {may("contact_timeline_read") && <WholeTimeline id={id} />}
    </div>
  );
}
