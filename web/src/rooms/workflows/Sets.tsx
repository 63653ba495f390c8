// Sets -- what an answer of a guided workflow sets besides the priority: tags that the conversation
// gets, and attributes. Without any there are two small buttons and no more.
import { Plus, X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import type { TagId } from "../../gen/ids.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Menu } from "../../parts/Menu.tsx";
import { t } from "../../words/words.ts";
import { SETS_MAX, type Branch } from "./draft.ts";

interface Props {
  branch: Branch;
  set: (branch: Branch) => void;
}

function Tags({ branch, set, names }: Props & { names: ReadonlyMap<TagId, string> }) {
  if (branch.tags.length === 0) return null;
  return (
    <ul className="ek-row" aria-label={t("workflows.tags")}>
      <li className="ek-quiet ek-small" aria-hidden>
        {t("workflows.tags")}
      </li>
      {branch.tags.map((id) => (
        <li key={id}>
          <Badge>
            <bdi>{names.get(id) ?? t("workflows.tag_gone")}</bdi>
            <IconButton
              label={t("workflows.tag_off", { name: names.get(id) ?? id })}
              onPress={() => set({ ...branch, tags: branch.tags.filter((each) => each !== id) })}
            >
              <X className="ek-icon" aria-hidden />
            </IconButton>
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function Attributes({ branch, set }: Props) {
  const put = (at: number, changes: object) =>
    set({
      ...branch,
      attributes: branch.attributes.map((each, i) => (i === at ? { ...each, ...changes } : each)),
    });
  return branch.attributes.map(({ name, value }, i) => (
    <div key={i} className="ek-flows-attribute">
      <TextField
        label={t("workflows.attribute")}
        value={name}
        maxLength={64}
        onChange={(next) => put(i, { name: next })}
      />
      <TextField
        label={t("workflows.attribute_value")}
        placeholder={t("workflows.attribute_off")}
        value={value}
        maxLength={200}
        onChange={(next) => put(i, { value: next })}
      />
      <IconButton
        label={t("workflows.attribute_remove", { name })}
        onPress={() => set({ ...branch, attributes: branch.attributes.filter((_, k) => k !== i) })}
      >
        <X className="ek-icon" aria-hidden />
      </IconButton>
    </div>
  ));
}

export function Sets({ branch, set }: Props) {
  const all = useAnswer("list_tags", { query: { limit: 500 } }).data?.answer.data ?? [];
  const names = new Map(all.map(({ id, name }) => [id, name]));
  const free = all.filter(({ id }) => !branch.tags.includes(id));
  return (
    <div className="ek-stack ek-flows-sets">
      <Tags branch={branch} set={set} names={names} />
      <Attributes branch={branch} set={set} />
      <div className="ek-row">
        {free.length > 0 && branch.tags.length < SETS_MAX && (
          <Menu
            look="link"
            button={t("workflows.tag_add")}
            entries={free.map(({ id, name }) => ({
              id,
              label: name,
              onAction: () => set({ ...branch, tags: [...branch.tags, id] }),
            }))}
          />
        )}
        {branch.attributes.length < SETS_MAX && (
          <Button
            look="link"
            onPress={() =>
              set({ ...branch, attributes: [...branch.attributes, { name: "", value: "" }] })
            }
          >
            <Plus className="ek-icon" aria-hidden />
            {t("workflows.attribute_add")}
          </Button>
        )}
      </div>
    </div>
  );
}
