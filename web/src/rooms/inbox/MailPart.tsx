// MailPart -- the body of a message that came as a mail: its new text, and the whole of it when
// asked for, in place.
import { useState } from "react";
import type { Part } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { t } from "../../words/words.ts";
import { Letter } from "./Letter.tsx";

export function sourceOf(part: Part): string {
  return `/api/v1/conversations/${part.conversation}/parts/${part.id}/source`;
}

export function MailPart({ part }: { part: Part }) {
  const [isWhole, show] = useState(false);
  return (
    <>
      {isWhole ? (
        <Letter part={part} />
      ) : (
        <p className="ek-inbox-text" dir="auto">
          {part.text}
        </p>
      )}
      <div className="ek-inbox-mail-more">
        <Button look="link" aria-expanded={isWhole} onPress={() => show(!isWhole)}>
          {t(isWhole ? "mail.hide_letter" : "mail.show_letter")}
        </Button>
      </div>
    </>
  );
}
