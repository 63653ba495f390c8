// TextFile -- a file that is text, opened in place when it is asked for: its beginning, as text.
import { useState } from "react";
import type { Attachment } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { t } from "../../words/words.ts";
import { readHead, type Head } from "./text_file.ts";

type Shown = "closed" | "reading" | "broken" | "no text" | Head;

function Text({ name, head }: { name: string; head: Head }) {
  return (
    <div className="ek-stack">
      <pre
        className="ek-inbox-text-file"
        dir="auto"
        role="region"
        aria-label={t("inbox.text", { name })}
        // A region that scrolls is reached by keyboard too.
        tabIndex={0}
      >
        {head.text}
      </pre>
      {head.isCut && <p className="ek-quiet">{t("inbox.text_cut")}</p>}
    </div>
  );
}

export function TextFile({ file, address }: { file: Attachment; address: string }) {
  const [shown, show] = useState<Shown>("closed");
  const isOpen = shown !== "closed";
  const open = async () => {
    show("reading");
    try {
      show((await readHead(address)) ?? "no text");
    } catch {
      show("broken");
    }
  };
  return (
    <>
      <Button
        look="link"
        aria-expanded={isOpen}
        onPress={() => (isOpen ? show("closed") : void open())}
      >
        {t(isOpen ? "inbox.text_close" : "inbox.text_open", { name: file.name })}
      </Button>
      {(shown === "broken" || shown === "no text") && (
        <p className="ek-quiet" role="status">
          {t(shown === "broken" ? "inbox.text_broken" : "inbox.text_none", { name: file.name })}
        </p>
      )}
      {typeof shown === "object" && <Text name={file.name} head={shown} />}
    </>
  );
}
