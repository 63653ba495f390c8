// Contact -- who writes. Personal data is masked until it is opened, which is written down; then
// their addresses, what else they wrote, and what colleagues noted about them.
import { useState } from "react";
import { Link } from "react-aria-components";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { Contact, ContactView } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { ContactPeople } from "../../parts/ContactPeople.tsx";
import { ContactTimeline } from "../../parts/ContactTimeline.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain } from "../../parts/notices.tsx";
import { Fault } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Channel } from "./Channel.tsx";
import { useContacts } from "./contacts.ts";

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (value === null || value === undefined || value === "") return null;
  return (
    <div className="ek-inbox-fact">
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Facts({ of }: { of: ContactView }) {
  const whole: Contact | null = "identities" in of ? of : null;
  return (
    <dl className="ek-inbox-facts">
      <Fact name={t("inbox.email")} value={of.email} />
      <Fact name={t("inbox.phone")} value={of.phone} />
      <Fact name={t("inbox.external_id")} value={whole?.external_id} />
      <Fact name={t("inbox.language")} value={whole?.language} />
      {Object.entries(whole?.attributes ?? {}).map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
      {whole?.identities.map((identity) => (
        <div key={identity.id} className="ek-inbox-fact">
          <dt>
            <Channel by={identity.channel} />
          </dt>
          <dd>
            <bdi>{identity.address}</bdi>{" "}
            {identity.verified && <Badge tone="good">{t("inbox.verified")}</Badge>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

// How often they came to us: a number for each span, and what about in the longest of them.
function Frequency({ id }: { id: ContactId }) {
  const found = useAnswer("get_contact_frequency", { params: { id } });
  const spans = found.data?.answer.spans ?? [];
  const last = spans.at(-1);
  if (last === undefined) return null;
  return (
    <section className="ek-stack" aria-label={t("inbox.frequency")}>
      <h3>{t("inbox.frequency")}</h3>
      <dl className="ek-inbox-facts">
        {spans.map(({ days, approaches }) => (
          <Fact
            key={days}
            name={t("inbox.frequency_days", { days })}
            value={formatNumber(approaches)}
          />
        ))}
        {last.topics.slice(0, 3).map(({ topic, approaches }) => (
          <Fact key={topic} name={topic} value={formatNumber(approaches)} />
        ))}
      </dl>
      {last.channel_hops > 0 && (
        <span className="ek-quiet">{t("inbox.frequency_hops", { n: last.channel_hops })}</span>
      )}
    </section>
  );
}

// Notes stand below by themselves.
const SHORT = ["conversation", "survey_sent", "survey_answered"] as const;

// The last of everything with them, and who answered: the whole stands on their own page.
function Timeline({ id, but }: { id: ContactId; but: string }) {
  return (
    <>
      <section className="ek-stack" aria-label={t("contacts.timeline")}>
        <h3>{t("contacts.timeline")}</h3>
        <ContactTimeline id={id} kinds={SHORT} limit={5} here={but} isShort />
        <Link href={`/contacts/${id}`}>{t("contacts.whole")}</Link>
      </section>
      <section className="ek-stack" aria-label={t("contacts.people")}>
        <h3>{t("contacts.people")}</h3>
        <ContactPeople id={id} most={3} />
      </section>
    </>
  );
}

function Notes({ id }: { id: ContactId }) {
  const [text, setText] = useState("");
  const notes = useAnswer("list_contact_notes", { params: { id }, query: { limit: 20 } });
  const add = useChange("create_contact_note", ["list_contact_notes", "get_contact_timeline"]);
  const save = () =>
    add
      .mutateAsync({ params: { id }, body: { text: text.trim() } })
      .then(() => setText(""))
      .catch((error: unknown) => complain(error as Error));
  return (
    <section className="ek-stack" aria-label={t("inbox.contact_notes")}>
      <h3>{t("inbox.contact_notes")}</h3>
      <ul className="ek-stack">
        {notes.data?.answer.data.map((note) => (
          <li key={note.id} className="ek-inbox-contact-note">
            <p className="ek-inbox-text" dir="auto">
              {note.text}
            </p>
            <span className="ek-small ek-quiet">
              <Name id={note.by} /> · <When at={note.at} />
            </span>
          </li>
        ))}
      </ul>
      {may("contact_note_write") && (
        <form
          className="ek-stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== "") void save();
          }}
        >
          <TextField label={t("inbox.contact_note")} lines={2} value={text} onChange={setText} />
          <Button type="submit" isDisabled={text.trim() === "" || add.isPending}>
            {t("inbox.contact_note_add")}
          </Button>
        </form>
      )}
    </section>
  );
}

export function ContactPanel({ id, but }: { id: ContactId; but: string }) {
  const [isOpen, open] = useState(false);
  const masked = useContacts([id]).get(id);
  const whole = useAnswer("get_contact", { params: { id } }, { enabled: isOpen });
  const shown = isOpen ? (whole.data?.answer ?? masked) : masked;
  return (
    <>
      <section className="ek-stack" aria-label={t("inbox.contact")}>
        <h3>{t("inbox.contact")}</h3>
        <div className="ek-row">
          <strong>
            <bdi>{shown?.name ?? t("inbox.unknown_contact")}</bdi>
          </strong>
          {shown?.tier !== null && shown?.tier !== undefined && (
            <Badge tone="accent">
              {t("inbox.tier")} <bdi>{shown.tier}</bdi>
            </Badge>
          )}
          {shown !== undefined && shown.blocked_at !== null && (
            <Badge tone="warn">{t("contacts.is_blocked")}</Badge>
          )}
        </div>
        {shown !== undefined && <Facts of={shown} />}
        {!isOpen && may("contact_open") && (
          <>
            <Button onPress={() => open(true)}>{t("inbox.open_contact")}</Button>
            <p className="ek-help">{t("inbox.open_contact_means")}</p>
          </>
        )}
        {whole.error !== null && <Fault error={whole.error} />}
      </section>
      {may("contact_timeline_read") && <Frequency id={id} />}
      {may("contact_timeline_read") && <Timeline id={id} but={but} />}
      {may("contact_note_read") && <Notes id={id} />}
    </>
  );
}
