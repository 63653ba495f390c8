// NamedList -- things that have a name and little else: added, renamed and deleted in place, each
// with undo.
import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { useAttempt } from "./useAttempt.ts";

export interface Named {
  id: string;
  name: string;
  detail?: ReactNode;
}

interface Props {
  label: string;
  rows: readonly Named[];
  canEdit: boolean;
  empty: { title: string; why: string };
  add: (name: string) => Promise<unknown>;
  rename: (row: Named, name: string) => Promise<unknown>;
  remove: (row: Named) => Promise<unknown>;
}

function Adding({ label, add }: Pick<Props, "label" | "add">) {
  const [name, setName] = useState("");
  const { attempt, refusal } = useAttempt();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => add(name.trim())).then((isDone) => isDone && setName(""));
  };
  return (
    <form className="ek-row" onSubmit={send}>
      <TextField label={label} value={name} onChange={setName} fault={faultOf(refusal, "/name")} />
      <Button type="submit" isDisabled={name.trim() === ""}>
        {t("common.add")}
      </Button>
    </form>
  );
}

function Renaming({
  row,
  rename,
  close,
}: Pick<Props, "rename"> & { row: Named; close: () => void }) {
  const [name, setName] = useState(row.name);
  const { attempt, refusal } = useAttempt();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => rename(row, name.trim())).then((isDone) => isDone && close());
  };
  return (
    <form className="ek-row" onSubmit={send}>
      <TextField
        label={t("sla.name")}
        isLabelHidden
        value={name}
        onChange={setName}
        autoFocus
        fault={faultOf(refusal, "/name")}
      />
      <Button type="submit" look="main">
        {t("common.save")}
      </Button>
      <Button onPress={close}>{t("common.cancel")}</Button>
    </form>
  );
}

function Row({
  row,
  canEdit,
  rename,
  remove,
}: Pick<Props, "canEdit" | "rename" | "remove"> & { row: Named }) {
  const [isOpen, open] = useState(false);
  const { attempt } = useAttempt();
  if (isOpen)
    return (
      <li className="ek-settings-item">
        <Renaming row={row} rename={rename} close={() => open(false)} />
      </li>
    );
  return (
    <li className="ek-settings-item ek-head">
      <span>
        <bdi>{row.name}</bdi> <span className="ek-quiet">{row.detail}</span>
      </span>
      {canEdit && (
        <>
          <Button
            look="link"
            aria-label={`${t("words_list.rename")}: ${row.name}`}
            onPress={() => open(true)}
          >
            {t("words_list.rename")}
          </Button>
          <Button
            look="link"
            aria-label={`${t("common.delete")}: ${row.name}`}
            onPress={() => void attempt(() => remove(row))}
          >
            {t("common.delete")}
          </Button>
        </>
      )}
    </li>
  );
}

export function NamedList({ label, rows, canEdit, empty, add, rename, remove }: Props) {
  return (
    <div className="ek-settings-form">
      {rows.length === 0 && <Empty title={empty.title}>{empty.why}</Empty>}
      <ul className="ek-stack">
        {rows.map((row) => (
          <Row key={row.id} {...{ row, canEdit, rename, remove }} />
        ))}
      </ul>
      {canEdit && <Adding label={label} add={add} />}
    </div>
  );
}
