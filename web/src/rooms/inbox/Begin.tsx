// Begin -- a new message: to a contact or an address, from a mailbox of one's teams, with subject,
// copies, files and ready answers. What is typed is a draft until it is sent.
import { useEffect, useId, useMemo, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useSearchParams } from "wouter";
import { MailPlus, Paperclip, X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { ContactId, TeamId } from "../../gen/ids.ts";
import type { ContactView } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { Ready } from "../../parts/states.tsx";
import { useWriting } from "../../parts/writing.ts";
import { t } from "../../words/words.ts";
import {
  answerAsked,
  beginWriting,
  draftNow,
  dropFirst,
  endWriting,
  isFirstReady,
  keepFirst,
  nameOfWhom,
  sendFirst,
  useAsked,
  useFirst,
  useHasFirst,
  useIsBeginning,
  useIsHeld,
  wayOf,
  type First,
  type Way,
} from "./begin.ts";
import { useContacts } from "./contacts.ts";
import { CopyFields, isAddress } from "./Copies.tsx";
import { Files } from "./Files.tsx";
import { Unfilled } from "./Slash.tsx";
import { Template } from "./Template.tsx";
import { FILES_MAX, useUploads } from "./uploads.ts";
import { UploadLine } from "./UploadLine.tsx";

const OFFERED = 5;

// ---- to whom

function Found({ words }: { words: string }) {
  const query = { q: words, limit: OFFERED, sort: "-updated_at" as const };
  const found = useAnswer("list_contacts", { query }, { keep: true });
  const rows = (found.data?.answer.data ?? []).filter(({ email }) => email !== null);
  if (rows.length === 0) return null;
  const choose = ({ id, name }: ContactView) =>
    keepFirst({ contact: { id, name: name ?? t("contacts.nameless") }, to: "" });
  return (
    <ul className="ek-stack" aria-label={t("mail.begin_found")}>
      {rows.map((row) => (
        <li key={row.id}>
          <Button look="link" onPress={() => choose(row)}>
            <bdi>{row.name ?? t("contacts.nameless")}</bdi>{" "}
            <bdi className="ek-quiet">{row.email}</bdi>
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Whom({ draft }: { draft: First }) {
  const [isLeft, leave] = useState(true);
  const words = draft.to.trim();
  if (draft.contact !== null)
    return (
      <div className="ek-row">
        <span className="ek-label">{t("mail.to")}</span>
        <strong>
          <bdi>{draft.contact.name}</bdi>
        </strong>
        <IconButton
          label={t("mail.begin_other", { name: draft.contact.name })}
          onPress={() => keepFirst({ contact: null })}
        >
          <X className="ek-icon" aria-hidden />
        </IconButton>
      </div>
    );
  const isWrong = isLeft && words !== "" && !isAddress(words);
  return (
    <>
      <TextField
        label={t("mail.to")}
        help={t("mail.begin_to_help")}
        autoFocus
        value={draft.to}
        onChange={(to) => keepFirst({ to })}
        onFocus={() => leave(false)}
        onBlur={() => leave(true)}
        fault={isWrong ? t("mail.no_address", { text: words }) : null}
      />
      {words.length > 1 && may("contact_read") && <Found words={words} />}
    </>
  );
}

// ---- from where

const myTeams = (): readonly TeamId[] =>
  me()
    .teams.filter((each) => each.level !== null || each.leads)
    .map(({ team }) => team);

function From({ draft, way }: { draft: First; way: Way }) {
  const names = useNames();
  const boxes = useAnswer("list_my_mailboxes").data?.answer.data ?? [];
  const shown = ({ address, name }: Way["box"]) =>
    name === null ? address : `${name} <${address}>`;
  return (
    <>
      {boxes.length > 1 ? (
        <Select
          label={t("mail.from")}
          choices={boxes.map((box) => ({
            id: box.id,
            label: shown(box),
            detail: box.team === null ? t("mail.begin_all_teams") : names.of(box.team),
          }))}
          value={way.box.id}
          onChange={(id) => keepFirst({ mailbox: id as Way["box"]["id"] })}
        />
      ) : (
        <p className="ek-quiet">
          {t("mail.from")}: <bdi>{shown(way.box)}</bdi>
        </p>
      )}
      {way.box.team === null && myTeams().length > 1 && (
        <Select
          label={t("mail.team")}
          choices={myTeams().map((id) => ({ id, label: names.of(id) }))}
          value={draft.team}
          onChange={(id) => keepFirst({ team: id as TeamId })}
        />
      )}
    </>
  );
}

function Copies({ draft }: { draft: First }) {
  const [isAsked, ask] = useState(false);
  if (!isAsked && draft.cc + draft.bcc === "")
    return (
      <div>
        <Button look="link" onPress={() => ask(true)}>
          {t("mail.copies")}
        </Button>
      </div>
    );
  return (
    <div className="ek-inbox-copies">
      <CopyFields {...draft} keep={keepFirst} />
    </div>
  );
}

// ---- what it says

function Attached({ draft, uploads }: { draft: First; uploads: ReturnType<typeof useUploads> }) {
  return (
    <>
      <Files files={draft.files} />
      {uploads.uploads.length > 0 && (
        <ul className="ek-stack">
          {uploads.uploads.map((upload) => (
            <UploadLine key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
      <div className="ek-row">
        <FileTrigger allowsMultiple onSelect={(files) => uploads.add([...(files ?? [])])}>
          <Button look="plain" isDisabled={draft.files.length >= FILES_MAX}>
            <Paperclip className="ek-icon" aria-hidden />
            {t("inbox.attach")}
          </Button>
        </FileTrigger>
        {draft.files.length > 0 && (
          <Button look="link" onPress={() => keepFirst({ files: [] })}>
            {t("inbox.files_off")}
          </Button>
        )}
      </div>
    </>
  );
}

function Fields({
  draft,
  way,
  uploads,
}: {
  draft: First;
  way: Way | null;
  uploads: ReturnType<typeof useUploads>;
}) {
  const field = useId();
  if (way === null) return <p role="status">{t("mail.begin_none")}</p>;
  return (
    <>
      <Whom draft={draft} />
      <From draft={draft} way={way} />
      <Copies draft={draft} />
      <TextField
        label={t("mail.subject")}
        value={draft.title}
        maxLength={200}
        onChange={(title) => keepFirst({ title })}
      />
      <Template />
      <TextField
        id={field}
        label={t("mail.begin_text")}
        help={t("mail.begin_text_help")}
        lines={8}
        value={draft.text}
        onChange={(text) => keepFirst({ text })}
      />
      {draft.ready.length > 0 && <Unfilled text={draft.text} field={field} />}
      <Attached draft={draft} uploads={uploads} />
    </>
  );
}

// "?to=ct_…" in the address: whom another screen wants to write to.
function useWanted(): void {
  const [search, setSearch] = useSearchParams();
  const to = search.get("to") as ContactId | null;
  const ids = useMemo(() => [to], [to]);
  const wanted = useContacts(ids).get(to ?? "");
  useEffect(() => {
    if (wanted === undefined) return;
    beginWriting({ id: wanted.id, name: wanted.name ?? t("contacts.nameless") });
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete("to");
        return next;
      },
      { replace: true },
    );
  }, [wanted, setSearch]);
}

export function BeginDialog() {
  const isOpen = useIsBeginning();
  const asked = useAsked();
  useWanted();
  if (asked !== null) return <Asking whom={asked.name} />;
  return isOpen ? <Writing /> : null;
}

// Two customers, one draft: it goes to whom it was written for, or makes room.
function Asking({ whom }: { whom: string }) {
  const name = nameOfWhom(useFirst());
  return (
    <Dialog
      title={t("mail.begin_kept", { name })}
      isOpen
      onClose={() => answerAsked("neither")}
      foot={
        <>
          <Button onPress={() => answerAsked("anew")}>
            {t("mail.begin_anew", { name: whom })}
          </Button>
          <Button look="main" onPress={() => answerAsked("continue")}>
            {t("mail.begin_go_on")}
          </Button>
        </>
      }
    >
      <p>{t("mail.begin_kept_means", { name: whom })}</p>
    </Dialog>
  );
}

function Writing() {
  const draft = useFirst();
  const has = useHasFirst();
  const { hold } = useWriting();
  const boxes = useAnswer("list_my_mailboxes");
  const way = wayOf(draft, boxes.data?.answer.data ?? [], myTeams());
  const uploads = useUploads(draft.files.length, (file) =>
    keepFirst({ files: [...draftNow().files, file] }),
  );
  return (
    <FormDialog
      wide
      title={t("mail.begin")}
      act={t("mail.begin_send")}
      canAct={!uploads.isBusy && isFirstReady(draft, way)}
      onAct={() => way !== null && sendFirst(way, hold)}
      onClose={endWriting}
      more={has && <Button onPress={dropFirst}>{t("mail.begin_drop")}</Button>}
    >
      <Ready of={boxes}>{() => <Fields draft={draft} way={way} uploads={uploads} />}</Ready>
    </FormDialog>
  );
}

export function BeginButton() {
  const has = useHasFirst();
  const isHeld = useIsHeld();
  if (!may("conversation_create")) return null;
  return (
    <Button isDisabled={isHeld} onPress={() => beginWriting()}>
      <MailPlus className="ek-icon" aria-hidden />
      {has && !isHeld ? `${t("mail.begin")} \u00b7 ${t("inbox.draft")}` : t("mail.begin")}
    </Button>
  );
}
