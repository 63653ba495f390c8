// LifeDialogs -- a contact's personal data: out as a file, or gone for good. Administrators carry
// it out, and see first what goes and what stays; leads and managers ask them to.
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { Contact, ContactHoldings } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { askToConfirm, confirmed, needsConfirming } from "../../parts/Confirm.tsx";
import { downloadFrom } from "../../parts/download.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";

interface Props {
  of: Contact;
  onClose: () => void;
}

export function ExportDialog({ of, onClose }: Props) {
  const carries = may("contact_export");
  const out = useChange("export_contact");
  const act = () =>
    void confirmed(() => out.mutateAsync({ params: { id: of.id } }))
      .then(({ answer }) => {
        if (answer.result !== null) {
          downloadFrom(answer.result, `${of.id}.json`);
          tell(t("contacts.export_done"));
        } else tell(t(carries ? "contacts.export_failed" : "contacts.export_asked"));
        onClose();
      })
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.export")}
      act={t(carries ? "contacts.export_act" : "contacts.ask_act")}
      canAct={!out.isPending}
      onAct={act}
      onClose={onClose}
      error={out.error}
    >
      <p>{t("contacts.export_means")}</p>
      <p className="ek-quiet">{t(carries ? "contacts.audited" : "contacts.ask_means")}</p>
    </FormDialog>
  );
}

function List({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul className="ek-contacts-held">{children}</ul>
    </section>
  );
}

const GOES = ["messages", "files", "addresses", "notes", "comments", "merged"] as const;

function Held({ held }: { held: ContactHoldings }) {
  return (
    <>
      {held.asked_by !== null && held.asked_at !== null && (
        <p>
          {t("contacts.erase_was_asked")} <Name id={held.asked_by} />, <When at={held.asked_at} />
        </p>
      )}
      <div className="ek-columns">
        <List title={t("contacts.erase_goes")}>
          <li>{t("contacts.goes_members")}</li>
          {GOES.filter((name) => held[name] > 0).map((name) => (
            <li key={name}>{t(`contacts.goes_${name}`, { count: held[name] })}</li>
          ))}
          {held.conversations > 0 && (
            <li>{t("contacts.goes_titles", { count: held.conversations })}</li>
          )}
          <li>{t("contacts.goes_exports")}</li>
        </List>
        <List title={t("contacts.erase_stays")}>
          {held.conversations > 0 && (
            <li>{t("contacts.stays_conversations", { count: held.conversations })}</li>
          )}
          {held.answers > 0 && <li>{t("contacts.stays_answers", { count: held.answers })}</li>}
          <li>{t("contacts.stays_numbers")}</li>
          <li>{t("contacts.stays_backups")}</li>
        </List>
      </div>
    </>
  );
}

// What there is, for who carries it out: after confirming who is there.
function Preview({ of, seen }: { of: Contact; seen: (held: ContactHoldings) => ReactNode }) {
  const held = useAnswer("get_contact_holdings", { params: { id: of.id } });
  if (held.data === undefined && needsConfirming(held.error))
    return (
      <div>
        <Button onPress={() => void askToConfirm().then((is) => is && void held.refetch())}>
          {t("contacts.erase_look")}
        </Button>
      </div>
    );
  return <Ready of={held}>{({ answer }) => seen(answer)}</Ready>;
}

export function EraseDialog({ of, onClose }: Props) {
  const [, go] = useLocation();
  const carries = may("contact_erase");
  const erase = useChange("erase_contact");
  const held = useAnswer("get_contact_holdings", { params: { id: of.id } }, { enabled: carries });
  const act = () =>
    void confirmed(() => erase.mutateAsync({ params: { id: of.id } }))
      .then(() => {
        tell(t(carries ? "contacts.erase_done" : "contacts.erase_asked"));
        onClose();
        if (!carries) return;
        // Away first: this page would ask for a contact that is not there any more.
        go("/contacts");
        age(["list_contacts", "list_parts", "list_conversations"]);
      })
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.erase")}
      act={t(carries ? "contacts.erase_act" : "contacts.ask_act")}
      look={carries ? "danger" : "main"}
      canAct={!erase.isPending && (!carries || held.data !== undefined)}
      onAct={act}
      onClose={onClose}
      error={erase.error as Refusal | null}
      wide={carries}
    >
      <p>
        <strong>
          <bdi>{of.name ?? t("contacts.nameless")}</bdi>
        </strong>{" "}
        · {t("contacts.erase_means")}
      </p>
      {carries ? (
        <Preview of={of} seen={(answer) => <Held held={answer} />} />
      ) : (
        <p className="ek-quiet">{t("contacts.ask_means")}</p>
      )}
    </FormDialog>
  );
}
