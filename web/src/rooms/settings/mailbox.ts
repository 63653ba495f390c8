// mailbox -- a mailbox while it is connected or changed: what is typed, what is proposed from the
// address, and the body of the request.
import type { MailboxId, TeamId } from "../../gen/ids.ts";
import type { Mailbox, MailboxRequest, MailServerRequest } from "../../gen/shapes.ts";

export type Protection = "tls" | "starttls" | "none";

export interface ServerDraft {
  host: string;
  port: number;
  tls: Protection;
  user: string;
  password: string; // "" = the one that is kept, or of outgoing mail: the same as for incoming
}

export interface BoxDraft {
  id: MailboxId | null; // null: a new one
  address: string;
  imap: ServerDraft;
  smtp: ServerDraft;
  isGuessed: boolean; // nobody has changed the servers yet
  hasOwnPassword: boolean; // outgoing mail signs in with another one
  team: TeamId | null;
  name: string;
  signature: string;
  trusted: string;
  plus: boolean;
}

type Guess = readonly [imap: string, smtp: string, port: number];

// What large providers name; of others, what most servers are called.
const PROVIDERS: Record<string, Guess> = {
  "gmail.com": ["imap.gmail.com", "smtp.gmail.com", 465],
  "googlemail.com": ["imap.gmail.com", "smtp.gmail.com", 465],
  "outlook.com": ["outlook.office365.com", "smtp.office365.com", 587],
  "hotmail.com": ["outlook.office365.com", "smtp.office365.com", 587],
  "live.com": ["outlook.office365.com", "smtp.office365.com", 587],
  "icloud.com": ["imap.mail.me.com", "smtp.mail.me.com", 587],
  "me.com": ["imap.mail.me.com", "smtp.mail.me.com", 587],
  "yahoo.com": ["imap.mail.yahoo.com", "smtp.mail.yahoo.com", 465],
  "fastmail.com": ["imap.fastmail.com", "smtp.fastmail.com", 465],
  "naver.com": ["imap.naver.com", "smtp.naver.com", 465],
  "daum.net": ["imap.daum.net", "smtp.daum.net", 465],
  "hanmail.net": ["imap.daum.net", "smtp.daum.net", 465],
  "kakao.com": ["imap.kakao.com", "smtp.kakao.com", 465],
  "gmx.net": ["imap.gmx.net", "mail.gmx.net", 587],
  "web.de": ["imap.web.de", "smtp.web.de", 587],
};

export const isAddress = (text: string) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());

export function guess(address: string): Pick<BoxDraft, "imap" | "smtp"> {
  const user = address.trim();
  const domain = user.slice(user.indexOf("@") + 1).toLowerCase();
  const [imap, smtp, port] = PROVIDERS[domain] ?? [`imap.${domain}`, `smtp.${domain}`, 587];
  return {
    imap: { host: imap, port: 993, tls: "tls", user, password: "" },
    smtp: { host: smtp, port, tls: port === 465 ? "tls" : "starttls", user, password: "" },
  };
}

const NOWHERE: ServerDraft = { host: "", port: 993, tls: "tls", user: "", password: "" };

export const NEW: BoxDraft = {
  id: null,
  address: "",
  imap: NOWHERE,
  smtp: { ...NOWHERE, port: 587, tls: "starttls" },
  isGuessed: true,
  hasOwnPassword: false,
  team: null,
  name: "",
  signature: "{name}",
  trusted: "",
  plus: true,
};

export function draftOf(box: Mailbox): BoxDraft {
  const server = (way: Mailbox["imap"]): ServerDraft => ({
    host: way.host,
    port: way.port,
    tls: way.tls,
    user: way.user ?? "",
    password: "",
  });
  return {
    id: box.id,
    address: box.address,
    imap: server(box.imap),
    smtp: server(box.smtp),
    isGuessed: false,
    hasOwnPassword: false,
    team: box.team,
    name: box.name ?? "",
    signature: box.signature ?? "",
    trusted: box.trusted_host ?? "",
    plus: box.plus_addressing,
  };
}

// The address is typed: as long as nobody changed the servers they follow it.
export function withAddress(draft: BoxDraft, address: string): BoxDraft {
  if (!draft.isGuessed) return { ...draft, address };
  const { password } = draft.imap;
  const made = guess(address);
  return { ...draft, address, imap: { ...made.imap, password }, smtp: made.smtp };
}

function serverOf(server: ServerDraft, password: string): MailServerRequest {
  return {
    host: server.host.trim(),
    port: server.port,
    tls: server.tls,
    user: server.user.trim() === "" ? null : server.user.trim(),
    ...(password === "" ? {} : { password }),
  };
}

export function serversOf(draft: BoxDraft): { imap: MailServerRequest; smtp: MailServerRequest } {
  const own = draft.hasOwnPassword ? draft.smtp.password : draft.imap.password;
  return {
    imap: serverOf(draft.imap, draft.imap.password),
    smtp: serverOf(draft.smtp, draft.smtp.user.trim() === "" ? "" : own),
  };
}

const orNull = (text: string) => (text.trim() === "" ? null : text.trim());

// Without the address, which stays.
export function bodyOf(draft: BoxDraft): Omit<MailboxRequest, "address"> {
  return {
    ...serversOf(draft),
    team: draft.team,
    name: orNull(draft.name),
    signature: orNull(draft.signature),
    trusted_host: orNull(draft.trusted),
    plus_addressing: draft.plus,
  };
}

export function isReady(draft: BoxDraft): boolean {
  const hasPassword = draft.id !== null || draft.imap.password !== "";
  return (
    isAddress(draft.address) &&
    hasPassword &&
    draft.imap.host.trim() !== "" &&
    draft.imap.user.trim() !== "" &&
    draft.smtp.host.trim() !== ""
  );
}
