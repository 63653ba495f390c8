// Notes -- something to remember about a contact, for colleagues; it stands in the timeline.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import type { ContactId } from "../../gen/ids.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Refused } from "../../parts/FormDialog.tsx";
import { t } from "../../words/words.ts";

export function Notes({ id }: { id: ContactId }) {
  const [text, setText] = useState("");
  const add = useChange("create_contact_note", ["list_contact_notes", "get_contact_timeline"]);
  const save = () =>
    void add
      .mutateAsync({ params: { id }, body: { text: text.trim() } })
      .then(() => setText(""))
      .catch(() => undefined); // said below
  return (
    <section className="ek-panel ek-stack" aria-labelledby="contacts-note">
      <h2 id="contacts-note">{t("contacts.note_new")}</h2>
      <form
        className="ek-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") save();
        }}
      >
        <TextField
          label={t("contacts.note")}
          help={t("contacts.note_means")}
          lines={3}
          value={text}
          onChange={setText}
        />
        <Refused error={add.error} />
        <div>
          <Button type="submit" isDisabled={text.trim() === "" || add.isPending}>
            {t("contacts.note_add")}
          </Button>
        </div>
      </form>
    </section>
  );
}
