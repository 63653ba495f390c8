// Facts -- what is known of a contact, name by name; masked, or whole once it is opened.
import type { ReactNode } from "react";
import type { Contact, ContactView } from "../../gen/shapes.ts";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="ek-contacts-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Facts({ of, whole }: { of: ContactView; whole: Contact | null }) {
  const attributes = Object.entries(whole?.attributes ?? {});
  return (
    <dl className="ek-contacts-facts">
      {whole === null && of.email !== null && (
        <Fact name={t("contacts.email")}>
          <bdi>{of.email}</bdi>
        </Fact>
      )}
      {whole === null && of.phone !== null && (
        <Fact name={t("contacts.phone")}>
          <bdi>{of.phone}</bdi>
        </Fact>
      )}
      {whole !== null && whole.language !== null && (
        <Fact name={t("contacts.language")}>
          <bdi>{whole.language}</bdi>
        </Fact>
      )}
      {attributes.map(([name, value]) => (
        <Fact key={name} name={<bdi>{name}</bdi>}>
          <bdi>{value}</bdi>
        </Fact>
      ))}
      <Fact name={t("contacts.first_seen")}>
        <When at={of.created_at} />
      </Fact>
    </dl>
  );
}
