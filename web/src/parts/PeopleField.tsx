// PeopleField -- some teammates: found by typing, one after another, and taken out again.
import { useState } from "react";
import { X } from "lucide-react";
import { useNames } from "../feed/names.ts";
import type { TeammateId } from "../gen/ids.ts";
import { Button } from "./Button.tsx";
import { ComboBox } from "./fields.tsx";

interface Props {
  label: string; // of the field in which one more is found
  help: string;
  listed: string; // of the list of those who are chosen
  without: (name: string) => string; // of the button that takes one out
  people: readonly TeammateId[];
  most: number;
  onChange: (people: readonly TeammateId[]) => void;
  fault?: string | undefined;
}

export function PeopleField({
  label,
  help,
  listed,
  without,
  people,
  most,
  onChange,
  fault,
}: Props) {
  const names = useNames();
  const [turn, setTurn] = useState(0); // the field is empty again after each choice
  const choices = names.teammates
    .filter(({ id }) => !people.includes(id as TeammateId))
    .map(({ id, name }) => ({ id, label: name }));
  return (
    <div className="ek-stack">
      {people.length < most && (
        <ComboBox
          key={turn}
          label={label}
          help={help}
          choices={choices}
          value={null}
          onChange={(id) => {
            onChange([...people, id as TeammateId]);
            setTurn(turn + 1);
          }}
          fault={fault}
        />
      )}
      {people.length > 0 && (
        <ul className="ek-row ek-people" aria-label={listed}>
          {people.map((id) => (
            <li key={id} className="ek-row">
              <bdi>{names.of(id)}</bdi>
              <Button
                look="link"
                aria-label={without(names.of(id))}
                onPress={() => onChange(people.filter((each) => each !== id))}
              >
                <X className="ek-icon" aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
