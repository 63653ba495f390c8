// Side -- beside the conversation: its tags and attributes, who writes, and what else they wrote.
import { useState } from "react";
import { X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TagId } from "../../gen/ids.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { When } from "../../parts/time.tsx";
import { WhyAssignedTo } from "../../why/Why.tsx";
import { t } from "../../words/words.ts";
import { editIt, tagIt } from "./acts.ts";
import { Arrival } from "./Arrival.tsx";
import { Articles } from "./Articles.tsx";
import { ContactPanel } from "./Contact.tsx";
import type { Standing } from "./rights.ts";
import { Workflow } from "./Workflow.tsx";

function Tags({ of, canEdit }: { of: Conversation; canEdit: boolean }) {
  const names = useNames();
  const all = useAnswer("list_tags", { query: { limit: 500 } }).data?.answer.data ?? [];
  const tags = of.tags ?? [];
  const free = all.filter(({ id }) => !tags.includes(id));
  return (
    <section className="ek-stack" aria-label={t("inbox.tags")}>
      <h3>{t("inbox.tags")}</h3>
      <div className="ek-row">
        {tags.map((id) => (
          <span key={id} className="ek-badge ek-inbox-chip">
            <bdi>{names.of(id)}</bdi>
            {canEdit && (
              <IconButton
                label={t("inbox.tag_off", { name: names.of(id) })}
                onPress={() => void tagIt(of, id, names.of(id), false)}
              >
                <X className="ek-icon" aria-hidden />
              </IconButton>
            )}
          </span>
        ))}
        {tags.length === 0 && <span className="ek-quiet">{t("common.none")}</span>}
      </div>
      {canEdit && free.length > 0 && (
        <Select
          label={t("inbox.tag_add")}
          choices={free.map(({ id, name }) => ({ id, label: name }))}
          value={null}
          placeholder={t("inbox.tag_choose")}
          onChange={(id) => void tagIt(of, id as TagId, names.of(id), true)}
        />
      )}
    </section>
  );
}

function Attribute({
  of,
  name,
  value,
  canEdit,
}: {
  of: Conversation;
  name: string;
  value: string;
  canEdit: boolean;
}) {
  const change = (next: string | null) =>
    void editIt(of, { attributes: { [name]: next } }, { attributes: { [name]: value } });
  return (
    <div className="ek-inbox-fact">
      <dt dir="auto">{name}</dt>
      <dd dir="auto">{value}</dd>
      {canEdit && (
        <dd>
          <IconButton label={t("inbox.attribute_off", { name })} onPress={() => change(null)}>
            <X className="ek-icon" aria-hidden />
          </IconButton>
        </dd>
      )}
    </div>
  );
}

function AddAttribute({ of, close }: { of: Conversation; close: () => void }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const isReady = name.trim() !== "" && value.trim() !== "";
  const save = () => {
    const before = of.attributes?.[name.trim()] ?? null;
    void editIt(
      of,
      { attributes: { [name.trim()]: value.trim() } },
      { attributes: { [name.trim()]: before } },
    );
    close();
  };
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save();
      }}
    >
      <TextField label={t("inbox.attribute_name")} value={name} onChange={setName} autoFocus />
      <TextField label={t("inbox.attribute_value")} value={value} onChange={setValue} />
      <div className="ek-row">
        <Button type="submit" isDisabled={!isReady}>
          {t("common.add")}
        </Button>
        <Button look="link" onPress={close}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Attributes({ of, canEdit }: { of: Conversation; canEdit: boolean }) {
  const [isAdding, add] = useState(false);
  const all = Object.entries(of.attributes ?? {});
  return (
    <section className="ek-stack" aria-label={t("inbox.attributes")}>
      <h3>{t("inbox.attributes")}</h3>
      {all.length === 0 ? (
        <span className="ek-quiet">{t("common.none")}</span>
      ) : (
        <dl className="ek-inbox-facts">
          {all.map(([name, value]) => (
            <Attribute key={name} of={of} name={name} value={value} canEdit={canEdit} />
          ))}
        </dl>
      )}
      {canEdit &&
        (isAdding ? (
          <AddAttribute of={of} close={() => add(false)} />
        ) : (
          <div>
            <Button look="link" onPress={() => add(true)}>
              {t("inbox.attribute_add")}
            </Button>
          </div>
        ))}
    </section>
  );
}

function History({ of }: { of: Conversation }) {
  return (
    <section className="ek-stack" aria-label={t("inbox.history")}>
      <h3>{t("inbox.history")}</h3>
      <dl className="ek-inbox-facts">
        <div className="ek-inbox-fact">
          <dt>{t("inbox.number")}</dt>
          <dd>
            <bdi className="ek-code">{of.id}</bdi>
          </dd>
        </div>
        <div className="ek-inbox-fact">
          <dt>{t("inbox.began")}</dt>
          <dd>
            <When at={of.started} />
          </dd>
        </div>
        <div className="ek-inbox-fact">
          <dt>{t("inbox.counts")}</dt>
          <dd>
            {t("inbox.counted", {
              count: of.counts?.assignments ?? 0,
              n: of.counts?.handovers ?? 0,
              total: of.counts?.reopens ?? 0,
            })}
          </dd>
        </div>
      </dl>
      {(of.counts?.assignments ?? 0) > 0 && (
        <div>
          <WhyAssignedTo conversation={of.id} label={t("inbox.receipt")} />
        </div>
      )}
    </section>
  );
}

export function Side({ of, standing }: { of: Conversation; standing: Standing }) {
  return (
    <div className="ek-inbox-side-stack">
      {standing.serves && <Workflow of={of} />}
      {of.contact !== null &&
        of.contact !== undefined &&
        (of.contact_erased === true ? (
          <section className="ek-stack" aria-label={t("inbox.contact")}>
            <h3>{t("inbox.contact")}</h3>
            <p>{t("inbox.contact_erased")}</p>
          </section>
        ) : (
          <ContactPanel id={of.contact} but={of.id} />
        ))}
      {may("article_read") && <Articles of={of} canSend={standing.serves} />}
      <Tags of={of} canEdit={standing.serves} />
      <Attributes of={of} canEdit={standing.serves} />
      <Arrival of={of} />
      <History of={of} />
    </div>
  );
}
