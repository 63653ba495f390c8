// SourceInstall -- how another system posts to a source: the lines to copy, with the real address,
// and with the secret where it was just made.
import type { Source } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { t } from "../../words/words.ts";
import { Code } from "./Code.tsx";

const UNKNOWN = "whsec_...";

// Puts a value where a JSON pointer says; lists are not made, as no example needs one.
function put(into: Record<string, unknown>, pointer: string | null | undefined, value: string) {
  const steps = (pointer ?? "")
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
  const last = steps.pop();
  if (last === undefined) return;
  let at = into;
  for (const step of steps) {
    const next = at[step];
    const inside = typeof next === "object" && next !== null ? next : {};
    at[step] = inside;
    at = inside as Record<string, unknown>;
  }
  at[last] = value;
}

function exampleOf({ mapping }: Source): string {
  const body: Record<string, unknown> = {};
  put(body, mapping.conversation, "order-4711");
  put(body, mapping.title, "Broken kettle");
  put(body, mapping.text ?? "/text", "It leaks.");
  put(body, mapping.email, "kim@example.org");
  put(body, mapping.name, "Kim");
  return JSON.stringify(body);
}

// As the manual has it (docs/manual/webhooks.md). Within the quotes of a shell.
function linesOf(source: Source, secret: string | null): string {
  const body = exampleOf(source).replace(/'/g, `'\\''`);
  return `SECRET='${secret ?? UNKNOWN}'
URL='${source.url}'
ID="test-$(openssl rand -hex 8)"
AT=$(date +%s)
BODY='${body}'
KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
MAC=$(printf %s "$ID.$AT.$BODY" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)
curl -sS "$URL" -H 'Content-Type: application/json' -H "webhook-id: $ID" \\
  -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$MAC" -d "$BODY"`;
}

interface Props {
  source: Source;
  secret: string | null; // null: it is not shown any more
  close: () => void;
}

export function SourceInstall({ source, secret, close }: Props) {
  return (
    <Dialog title={t("hooks.how_title", { name: source.name })} isOpen onClose={close} wide>
      {secret === null ? (
        <p>{t("hooks.secret_hidden", { placeholder: UNKNOWN })}</p>
      ) : (
        <>
          <p>{t("workspace.shown_once")}</p>
          <Code label={t("hooks.secret")} text={secret} />
        </>
      )}
      <p>{t("hooks.how_means")}</p>
      <Code label={t("hooks.lines")} text={linesOf(source, secret)} />
      <p className="ek-quiet">{t("hooks.how_more")}</p>
      <div className="ek-dialog-foot">
        <Button look="main" onPress={close}>
          {t(secret === null ? "chat.done" : "workspace.kept")}
        </Button>
      </div>
    </Dialog>
  );
}
