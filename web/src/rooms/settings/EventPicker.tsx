// EventPicker -- which events a webhook tells of: every one, those to come too, or only these; by
// kind, in words, found by typing.
import { useState } from "react";
import { Checkbox, RadioGroup, SearchField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { eventsByKind, eventWords, type EventKind } from "./event_kinds.ts";

// null: every event.
export type Picked = readonly string[] | null;

interface Props {
  picked: Picked;
  set: (picked: Picked) => void;
  fault: string | undefined;
}

interface KindProps {
  kind: EventKind;
  types: readonly string[];
  picked: readonly string[];
  put: (types: readonly string[], isIn: boolean) => void;
}

function Kind({ kind, types, picked, put }: KindProps) {
  const count = types.filter((type) => picked.includes(type)).length;
  const name = t(`hooks.kind_${kind}`);
  return (
    <div role="group" aria-label={name} className="ek-hooks-kind">
      <Checkbox
        isSelected={count === types.length}
        isIndeterminate={count > 0 && count < types.length}
        onChange={(isIn) => put(types, isIn)}
      >
        <strong>{name}</strong>
      </Checkbox>
      {types.map((type) => (
        <Checkbox
          key={type}
          isSelected={picked.includes(type)}
          onChange={(isIn) => put([type], isIn)}
        >
          <span>
            {eventWords(type)} <bdi className="ek-code ek-quiet">{type}</bdi>
          </span>
        </Checkbox>
      ))}
    </div>
  );
}

function Kinds({ picked, set }: { picked: readonly string[]; set: (picked: Picked) => void }) {
  const [words, setWords] = useState("");
  // What a newer server told of stays chosen, and stays in sight.
  const strange = eventsByKind("").flatMap(({ types }) => types);
  const all = [...strange, ...picked.filter((type) => !strange.includes(type))];
  const found = eventsByKind(words.trim(), all);
  const put = (types: readonly string[], isIn: boolean) => {
    const rest = picked.filter((type) => !types.includes(type));
    set(isIn ? [...rest, ...types] : rest);
  };
  return (
    <>
      <SearchField label={t("hooks.find")} value={words} onChange={setWords} />
      <p role="status" className="ek-quiet">
        {found.length === 0 ? t("hooks.none_found") : t("hooks.picked", { count: picked.length })}
      </p>
      <div className="ek-hooks-kinds" tabIndex={0} role="region" aria-label={t("hooks.events")}>
        {found.map(({ kind, types }) => (
          <Kind key={kind} kind={kind} types={types} picked={picked} put={put} />
        ))}
      </div>
    </>
  );
}

export function EventPicker({ picked, set, fault }: Props) {
  // Who looks at the other choice and comes back finds what was chosen.
  const [before, keep] = useState<readonly string[]>(picked ?? []);
  const turn = (id: string) => {
    if (picked !== null) keep(picked);
    set(id === "all" ? null : before);
  };
  return (
    <>
      <RadioGroup
        label={t("hooks.events")}
        value={picked === null ? "all" : "some"}
        onChange={turn}
        choices={[
          { id: "all", label: t("hooks.events_all") },
          { id: "some", label: t("hooks.events_some") },
        ]}
        fault={fault}
      />
      {picked !== null && <Kinds picked={picked} set={set} />}
    </>
  );
}
