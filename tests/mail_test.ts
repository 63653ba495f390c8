// mail_test -- what a mail says: every message of the data that lie beside the checkout becomes a
// mail or an entry of quarantine with a reason; what is read agrees with a second reader
// (postal-mime); replies are trimmed as the published expectations say. All of it through
// `evenkeel mail show`, in the process in which the server reads mail.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import PostalMime from "postal-mime";

import { dataFile } from "../scripts/lib/root.ts";
import { run, Tally } from "./program.ts";

const tally = new Tally();

interface Address {
  readonly address: string | null;
  readonly name: string | null;
}
interface Shown {
  readonly quarantine: { reason: string; about: string } | null;
  readonly subject: string | null;
  readonly from: Address;
  readonly date: string | null;
  readonly is_bounce: boolean;
  readonly reports: { recipient: string; action: string; status: string }[];
  readonly fresh: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly pieces: { kind: string; from: number; to: number }[];
  readonly attachments: { name: string; type: string; bytes: number; sha256: string }[];
}

function show(input: Buffer | string, ...more: string[]): Shown {
  const done = run(["mail", "show", ...more, "-"], { input });
  if (done.status !== 0) throw new Error(`mail show: ${done.status} ${done.stderr}`);
  return JSON.parse(done.stdout) as Shown;
}

const SET = "11-email-mime";

function messages(folder: string, suffix: string): string[] {
  const dir = dataFile(SET, folder);
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => name.endsWith(suffix))
        .sort()
    : [];
}

function read(folder: string, name: string): Buffer {
  return readFileSync(join(dataFile(SET, folder), name));
}

/** Words, so that line ends, wrapping and blanks do not count. */
function words(text: string | null | undefined): string {
  return (text ?? "").replace(/[\s\u00a0]+/gu, " ").trim();
}

// Without a sender that can be read.
const BROKEN: Record<string, string> = {
  "error_emails__bad_encoded_subject.eml": "no_sender", // no From
  "plain_emails__mix_caps_content_type.eml": "no_sender", // no From
  "rfc2822__example13.eml": "no_sender", // "From : " with a blank, which RFC 5322 made obsolete
};

// ---- every message

const names = messages("mikel-mail", ".eml");
const mails = new Map<string, Shown>();
for (const name of names) {
  const shown = show(read("mikel-mail", name));
  mails.set(name, shown);
  tally.same(`${name}: a mail, or why not`, shown.quarantine?.reason ?? null, BROKEN[name] ?? null);
  const end = shown.pieces.reduce((at, piece) => (piece.from === at ? piece.to : -1), 0);
  tally.same(`${name}: the pieces are the text`, end, Buffer.byteLength(shown.text ?? ""));
  tally.is(
    `${name}: the HTML runs nothing`,
    !/<(script|style|svg|iframe|form|meta|link)|\son\w+=|\ssrc=|javascript:/iu.test(
      shown.html ?? "",
    ),
    shown.html,
  );
}

// ---- a second reader

// Where the two differ, and what a person reads there.
const OTHERS: Record<string, Partial<Record<"subject" | "sender" | "text", string>>> = {
  // Bytes above 127 without a charset: guessed here, given up there.
  "error_emails__invalid_subject_characters.eml": {
    subject: "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro",
  },
  // The charset says US-ASCII and the bytes do not.
  "error_emails__content_transfer_encoding_7-bit.eml": {
    text: "DISCOVERÆ CARD <http://discover.qrs1.net/s/r?l=5893&m=101BN3",
  },
  // "pete(his account)@silly.test(his host)": comments are no part of an address.
  "rfc2822__example10.eml": { sender: "pete@silly.test" },
};

for (const name of names) {
  const shown = mails.get(name);
  if (shown === undefined || shown.quarantine !== null) continue;
  const other = await PostalMime.parse(read("mikel-mail", name), {
    rfc822Attachments: true,
    forceRfc822Attachments: true,
  });
  const known = OTHERS[name] ?? {};
  tally.same(`${name}: subject`, words(shown.subject), known.subject ?? words(other.subject));
  tally.same(
    `${name}: sender`,
    shown.from.address?.toLowerCase() ?? "",
    known.sender ?? other.from?.address?.toLowerCase() ?? "",
  );
  // A delivery report is read there as a file, and here as what it says.
  const first = other.attachments.findIndex((a) => a.mimeType === "message/delivery-status");
  const files = other.attachments.filter((_, i) => i !== first);
  tally.same(`${name}: attachments`, shown.attachments.length, files.length);
  if (other.text !== undefined) {
    tally.same(
      `${name}: text`,
      words(shown.text).slice(0, 60),
      known.text ?? words(other.text).slice(0, 60),
    );
  }
}

// ---- what the data's own page says, read with Python's email package

const worked: [string, string, string, string[]][] = [
  ["multi_charset__japanese_iso_2022.eml", "まみむめも", "raasdnil@gmail.com", []],
  ["multi_charset__japanese_attachment.eml", "testing", "raasdnil@gmail.com", ["てすと.txt"]],
  [
    "attachment_emails__attachment_nonascii_filename.eml",
    "testing",
    "foo@example.com",
    ["ciële.txt"],
  ],
];
for (const [name, subject, sender, files] of worked) {
  const shown = mails.get(name);
  if (shown === undefined) continue;
  tally.same(
    name,
    [shown.subject, shown.from.address, shown.attachments.map((a) => a.name)],
    [subject, sender, files],
  );
}
tally.same(
  "a Korean body that calls itself ks_c_5601-1987",
  names.length === 0 ? "스티해" : mails.get("multi_charset__ks_c_5601-1987.eml")?.fresh,
  "스티해",
);
for (const [name, recipients, statuses] of [
  ["multipart_report_emails__report_422.eml", 1, ["4.2.2"]],
  ["multipart_report_emails__report_530.eml", 1, ["5.3.0"]],
  ["multipart_report_emails__multi_address_bounce1.eml", 5, ["5.1.1"]],
] as const) {
  const shown = mails.get(name);
  if (shown === undefined) continue;
  tally.same(
    `${name}: a bounce`,
    [shown.is_bounce, shown.reports.length, [...new Set(shown.reports.map((r) => r.status))]],
    [true, recipients, statuses],
  );
}

// ---- replies

for (const name of messages("talon-standard-replies", ".eml")) {
  const shown = show(read("talon-standard-replies", name));
  tally.same(`${name}: the reply`, shown.fresh, "Hello");
}

interface Expected {
  readonly reply?: string;
  readonly starts?: Record<string, string>;
  readonly visible?: boolean[];
  readonly fragments?: number;
}
const text =
  messages("github-reply-parser", ".json").length === 0
    ? "{}"
    : read("github-reply-parser", "expected-replies.json").toString();
for (const [name, expected] of Object.entries(JSON.parse(text) as Record<string, Expected>)) {
  if (name === "about") continue;
  const body = read("github-reply-parser", name);
  const head = "From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\n";
  const shown = show(Buffer.concat([Buffer.from(head), body]));
  const fresh = shown.fresh ?? "";
  if (expected.reply !== undefined) tally.same(`${name}: the reply`, fresh, expected.reply);
  if (expected.fragments === 1)
    tally.same(`${name}: all of it`, words(fresh), words(body.toString()));
  // What they show is there, and what they hide is not; a "-Name" that ends a letter is left in.
  for (const [at, start] of Object.entries(expected.starts ?? {})) {
    const begins = words(start);
    const isSeen = (expected.visible?.[Number(at)] ?? at === "0") && !start.startsWith("On ");
    if (isSeen && at === "0") {
      tally.is(`${name}: ${begins}`, words(fresh).includes(begins), fresh);
    } else if (start.startsWith("_") || start.startsWith("--")) {
      tally.is(
        `${name}: without ${begins}`,
        !fresh.includes("____") && (start === "_" || !fresh.includes(start)),
        fresh,
      );
    }
  }
}

// ---- the command

const letter =
  "Authentication-Results: mx.example.net; dmarc=pass header.from=b.c\n" +
  "From: =?utf-8?B?6rmA?= =?utf-8?B?66+87JWE?= <a@b.c>\nSubject: x\n\nhello\n";
tally.same("words side by side", show(letter).from, { address: "a@b.c", name: "김민아" });
for (const [trust, said] of [
  ["mx.example.net", "pass"],
  ["mx.other.net", "none"],
] as const) {
  const shown = show(letter, "--trust", trust) as unknown as { authentication: { dmarc: string } };
  tally.same(`trusting ${trust}`, shown.authentication.dmarc, said);
}
tally.same("a file that is not there", run(["mail", "show", "/nowhere.eml"]).status, 3);
tally.same("the parser is no command", run(["parser"]).status, 2);
tally.same("nothing at all", show("").quarantine?.reason, "no_mail");

tally.end();
