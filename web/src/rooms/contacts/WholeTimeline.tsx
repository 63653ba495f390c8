// WholeTimeline -- everything with the contact, of one kind if wanted; a merge can be taken apart
// from its entry.
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { may } from "../../feed/session.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { TimelineItem } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { ContactTimeline, type TimelineKind } from "../../parts/ContactTimeline.tsx";
import { Select } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { ApartDialog } from "./ApartDialog.tsx";

const SHOWN: Record<string, readonly TimelineKind[]> = {
  all: [],
  conversations: ["conversation"],
  surveys: ["survey_sent", "survey_answered"],
  notes: ["note"],
  merges: ["merged", "unmerged"],
};

// Whether nothing came of these two since: else it is taken apart already.
const isLatest = (item: TimelineItem, all: readonly TimelineItem[]) =>
  all.find(({ contact }) => contact === item.contact) === item;

function More({
  item,
  isStanding,
  takeApart,
}: {
  item: TimelineItem;
  isStanding: boolean;
  takeApart: (id: ContactId) => void;
}) {
  const other = item.contact;
  if (other === null) return null;
  return (
    <span className="ek-row">
      {item.kind === "unmerged" && (
        <Link href={`/contacts/${other}`}>{t("contacts.the_other")}</Link>
      )}
      {item.kind === "merged" && isStanding && may("contact_merge") && (
        <Button look="link" onPress={() => takeApart(other)}>
          {t("contacts.apart_open")}
        </Button>
      )}
    </span>
  );
}

export function WholeTimeline({ id }: { id: ContactId }) {
  const [search, setSearch] = useSearchParams();
  const [apart, takeApart] = useState<ContactId | null>(null);
  const shown = search.get("show") ?? "all";
  return (
    <section className="ek-panel ek-stack" aria-labelledby="contacts-timeline">
      <div className="ek-contacts-title">
        <h2 id="contacts-timeline">{t("contacts.timeline")}</h2>
        <Select
          label={t("common.show")}
          isLabelHidden
          choices={Object.keys(SHOWN).map((each) => ({
            id: each,
            label: t(`contacts.show_${each}` as "contacts.show_all"),
          }))}
          value={shown}
          onChange={(next) => setSearch(next === "all" ? {} : { show: next }, { replace: true })}
        />
      </div>
      <ContactTimeline
        id={id}
        kinds={SHOWN[shown] ?? []}
        limit={30}
        more={(item, all) => (
          <More item={item} isStanding={isLatest(item, all)} takeApart={takeApart} />
        )}
      />
      {apart !== null && <ApartDialog id={id} other={apart} onClose={() => takeApart(null)} />}
    </section>
  );
}
