// Editors -- a cell while it is edited in place: Enter saves, Esc leaves, and so does going
// elsewhere, which saves. What is refused stays open with its reason.
import { useRef, useState, type KeyboardEvent } from "react";
import { PRESENCE, type Presence } from "../../gen/enums.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { Called } from "../../parts/told.ts";
import { t, wordOf } from "../../words/words.ts";
import { changeField, changePresence, refusedWords } from "./change.ts";
import type { Row } from "./row.ts";

interface TextProps {
  row: Row;
  field: string;
  label: string;
  before: unknown;
  text: string; // as it is typed
  read: (text: string) => unknown; // undefined: it cannot be read
  help?: string;
  isNumber?: boolean;
  called: Called;
  close: () => void;
}

export function TextCell(props: TextProps) {
  const { row, field, read, called, close } = props;
  const [text, setText] = useState(props.text);
  const [before] = useState(props.before); // as it was when the edit began
  const [fault, setFault] = useState<string | null>(null);
  const isOver = useRef(false);
  const leave = () => {
    isOver.current = true;
    close();
  };
  const save = async () => {
    if (isOver.current) return;
    const after = read(text);
    if (after === undefined) return setFault(props.help ?? t("teammates.unreadable"));
    isOver.current = true;
    try {
      const id = row.id as TeammateId;
      await changeField({ id, who: row.name, field, before, after }, called);
      close();
    } catch (error) {
      isOver.current = false;
      setFault(refusedWords(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") void save();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span className="ek-teammates-edit">
      <input
        className="ek-input"
        autoFocus
        aria-label={t("teammates.edit_cell", { name: row.name, what: props.label })}
        aria-invalid={fault !== null}
        inputMode={props.isNumber === true ? "numeric" : "text"}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => void save()}
        onFocus={(event) => event.target.select()}
      />
      {(fault ?? props.help) !== undefined && (
        <span className="ek-teammates-hint" role={fault === null ? undefined : "alert"}>
          {fault ?? props.help}
        </span>
      )}
    </span>
  );
}

export function PresenceCell({ row, close }: { row: Row; close: () => void }) {
  const words = (presence: string) => wordOf("presence", presence);
  const choose = (presence: Presence) => {
    close();
    if (presence !== row.presence)
      void changePresence(
        { id: row.id as TeammateId, name: row.name },
        row.presence,
        presence,
        words,
      );
  };
  const [presence, setPresence] = useState<Presence>(row.presence);
  return (
    <select
      className="ek-input"
      autoFocus
      aria-label={t("teammates.edit_cell", { name: row.name, what: t("teammates.presence") })}
      value={presence}
      onChange={(event) => setPresence(event.target.value as Presence)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === "Enter") choose(presence);
        else close();
      }}
      onBlur={() => choose(presence)}
    >
      {PRESENCE.map((each) => (
        <option key={each} value={each}>
          {words(each)}
        </option>
      ))}
    </select>
  );
}
