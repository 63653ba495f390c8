// mailbox_said -- a mailbox's fields in words, for when two people changed the same one.
import type { Said } from "../../feed/met.ts";
import type { Names } from "../../feed/names.ts";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import type { BoxDraft, Protection, ServerDraft } from "./mailbox.ts";

const PROTECTIONS = {
  tls: "mail.tls",
  starttls: "mail.starttls",
  none: "mail.no_protection",
} as const;

export const protection = (id: Protection) => t(PROTECTIONS[id]);

function serverSaid(way: "mail.incoming" | "mail.outgoing", server: ServerDraft): Said {
  const said = [`${server.host.trim()}:${server.port}`, protection(server.tls), server.user.trim()];
  return { label: t(way), said: formatList(said.filter((each) => each !== "")) };
}

// What is kept is never read: only that another one was typed can be said.
function passwordSaid(label: "mail.password" | "mail.password_out", password: string): Said {
  return { label: t(label), said: t(password === "" ? "mail.password_same" : "mail.password_new") };
}

/** Every field, always in the same order. */
export function saidOf(draft: BoxDraft, names: Names): readonly Said[] {
  const own = draft.hasOwnPassword ? draft.smtp.password : "";
  return [
    serverSaid("mail.incoming", draft.imap),
    passwordSaid("mail.password", draft.imap.password),
    serverSaid("mail.outgoing", draft.smtp),
    passwordSaid("mail.password_out", own),
    { label: t("mail.team"), said: draft.team === null ? t("mail.no_team") : names.of(draft.team) },
    { label: t("mail.name"), said: draft.name.trim() },
    { label: t("mail.signature"), said: draft.signature.trim() },
    { label: t("mail.trusted_host"), said: draft.trusted.trim() },
    { label: t("mail.plus"), said: t(draft.plus ? "common.yes" : "common.no") },
  ];
}
