// AttributeValues -- the values of an attribute that orders, best first, one on a line; and a
// new such attribute. What is not listed comes last.
import { useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { apart } from "../../why/sentences.ts";
import { add, attributeKey, setValues, type Draft } from "./draft.ts";

function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}

interface Props {
  draft: Draft;
  set: (next: Draft) => void;
}

function Form({ name, draft, set, onDone }: Props & { name: string | null; onDone: () => void }) {
  const [title, setTitle] = useState(name ?? "");
  const [text, setText] = useState(() => (draft.attributes[name ?? ""] ?? []).join("\n"));
  const values = linesOf(text);
  const wanted = title.trim();
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        const next = setValues(draft, wanted, values);
        set(name === null ? add(next, attributeKey(wanted)) : next);
        onDone();
      }}
    >
      {name === null && (
        <TextField
          label={t("priorities.attribute_name")}
          help={t("priorities.attribute_name_help")}
          value={title}
          onChange={setTitle}
          isRequired
        />
      )}
      <TextField
        label={t("priorities.values")}
        help={t("priorities.values_help")}
        value={text}
        onChange={setText}
        lines={6}
      />
      <div className="ek-dialog-foot">
        <Button onPress={onDone}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={wanted === "" || values.length === 0}>
          {t("priorities.try_values")}
        </Button>
      </div>
    </form>
  );
}

export function AttributeDialog({
  name,
  isOpen,
  onClose,
  ...rest
}: Props & { name: string | null; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog
      title={
        name === null
          ? t("priorities.new_attribute")
          : t("priorities.values_of", { name: apart(name) })
      }
      isOpen={isOpen}
      onClose={onClose}
    >
      {isOpen && <Form name={name} onDone={onClose} {...rest} />}
    </Dialog>
  );
}

export function AttributeValues({ name, ...rest }: Props & { name: string }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button
        look="link"
        aria-label={t("priorities.edit_values", { name: apart(name) })}
        onPress={() => open(true)}
      >
        {t("common.edit")}
      </Button>
      <AttributeDialog name={name} isOpen={isOpen} onClose={() => open(false)} {...rest} />
    </>
  );
}
