// MailLine -- what a message has of a mail: from which address, whether that is proved and who else
// got it, or how far its sending is. In words beside each sign, since a forged sender looks like
// any other.
import { Link } from "react-aria-components";
import { useChange } from "../../feed/cache.ts";
import type { Part, PartMail } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge, Mark, type Shape, type Tone } from "../../parts/marks.tsx";
import { complain } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const TRUSTS = {
  proved: ["good", "disc", "mail.proved"],
  failed: ["bad", "triangle", "mail.failed_trust"],
  unknown: ["quiet", "ring", "mail.unknown_trust"],
} as const;

function whyOf(error: string | null): string {
  const name = `error_${error ?? "other"}`;
  const said = wordOf("mail", name);
  return said === name ? t("mail.error_other") : said;
}

export function MailFrom({ mail }: { mail: PartMail }) {
  const [tone, shape, words] = TRUSTS[mail.trust ?? "unknown"];
  return (
    <div className="ek-inbox-mail ek-small">
      {mail.address !== null && <bdi className="ek-inbox-mail-address">{mail.address}</bdi>}
      <Mark tone={tone} shape={shape}>
        {t(words)}
      </Mark>
      {mail.cc.length > 0 && (
        <span>
          {t("mail.also_to")}: <bdi>{formatList(mail.cc)}</bdi>
        </span>
      )}
      {mail.automatic && <Badge>{t("mail.automatic")}</Badge>}
      {mail.clash && <Badge tone="warn">{t("mail.clash")}</Badge>}
      {mail.suggests !== null && (
        <span>
          {t("mail.suggests")}{" "}
          <Link href={`/inbox/all/${mail.suggests}`}>
            <bdi className="ek-code">{mail.suggests}</bdi>
          </Link>
        </span>
      )}
    </div>
  );
}

// Of one that waits, whether it was tried in vain before.
function stateOf(mail: PartMail): readonly [Tone, Shape, string] {
  switch (mail.delivery) {
    case "sent":
      return ["good", "disc", t("mail.sent")];
    case "failed":
      return ["bad", "cross", t("mail.failed", { why: whyOf(mail.error) })];
    case "sending":
      return ["quiet", "ring", t("mail.sending")];
    case "cancelled":
      return ["quiet", "bar", t("mail.cancelled")];
    default:
      return mail.error === null
        ? ["quiet", "ring", t("mail.waiting")]
        : ["warn", "triangle", t("mail.retrying", { why: whyOf(mail.error) })];
  }
}

// What failed for good goes once more as the same message.
function SendAgain({ part }: { part: Part }) {
  const again = useChange("send_part_again", ["list_parts"]);
  const params = { id: part.conversation, part: part.id };
  const run = () =>
    void again.mutateAsync({ params }).catch((error: unknown) => complain(error as Error));
  return (
    <Button isDisabled={again.isPending} onPress={run}>
      {t("mail.send_again")}
    </Button>
  );
}

export function MailTo({ part, mail, canSend }: { part: Part; mail: PartMail; canSend: boolean }) {
  const [tone, shape, words] = stateOf(mail);
  const isRetried = mail.delivery === "waiting" && mail.error !== null && mail.send_at !== null;
  const isWrong = mail.delivery === "failed" || isRetried;
  return (
    <div className="ek-inbox-mail ek-small" data-bad={mail.delivery === "failed" || undefined}>
      <Mark tone={tone} shape={shape}>
        {words}
      </Mark>
      {mail.sent_at !== null && <When at={mail.sent_at} />}
      {isRetried && mail.send_at !== null && (
        <span>
          {t("mail.again_at")} <When at={mail.send_at} />
        </span>
      )}
      {mail.address !== null && (
        <span>
          {t("mail.to")}: <bdi className="ek-inbox-mail-address">{mail.address}</bdi>
        </span>
      )}
      {mail.cc.length > 0 && (
        <span>
          {t("mail.cc")}: <bdi>{formatList(mail.cc)}</bdi>
        </span>
      )}
      {mail.bcc.length > 0 && (
        <span>
          {t("mail.bcc")}: <bdi>{formatList(mail.bcc)}</bdi>
        </span>
      )}
      {isWrong && mail.detail !== null && mail.detail !== "" && (
        <span className="ek-inbox-mail-said" dir="auto">
          {t("mail.said", { text: mail.detail })}
        </span>
      )}
      {canSend && mail.delivery === "failed" && !part.redacted && <SendAgain part={part} />}
    </div>
  );
}
