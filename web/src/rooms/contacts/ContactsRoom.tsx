// ContactsRoom -- who writes to us: found by words, filtered and sorted; behind each their page.
// What is looked at stands in the address: /contacts?q=kim&tier=gold, /contacts/ct_… .
import { Link, useLocation } from "wouter";
import type { ContactId } from "../../gen/ids.ts";
import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";
import { ContactPage } from "./ContactPage.tsx";
import { ContactList } from "./ContactList.tsx";
import "./contacts.css";

export default function ContactsRoom() {
  const [path] = useLocation();
  const id = /^\/contacts\/(ct_[0-9a-f]{24})$/.exec(path)?.[1];
  return (
    <Room title={t("places.contacts")}>
      {id === undefined ? (
        <ContactList />
      ) : (
        <>
          <Link href="/contacts">{t("contacts.back")}</Link>
          <ContactPage key={id} id={id as ContactId} />
        </>
      )}
    </Room>
  );
}
