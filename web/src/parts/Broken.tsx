// Broken -- what stopped by itself and waits for whoever can mend it: webhooks, mailboxes. Nothing
// where all is well, or for who may do nothing about it.
import { useAnswer } from "../feed/cache.ts";
import { LinkButton } from "./Button.tsx";
import { Mark } from "./marks.tsx";
import { t } from "../words/words.ts";

function Line({ says, href }: { says: string; href: string }) {
  return (
    <li className="ek-head">
      <Mark tone="bad" shape="disc">
        {says}
      </Mark>
      <LinkButton href={href} look="link">
        {t("common.broken_look")}
        <span className="ek-hidden">: {says}</span>
      </LinkButton>
    </li>
  );
}

export function Broken() {
  const workspace = useAnswer("get_me").data?.answer.workspace;
  const webhooks = workspace?.webhooks_off ?? 0;
  const mailboxes = workspace?.mailboxes_failing ?? 0;
  if (webhooks + mailboxes === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby="ek-broken">
      <h2 id="ek-broken">{t("common.broken")}</h2>
      <ul className="ek-stack">
        {webhooks > 0 && (
          <Line says={t("common.broken_webhooks", { n: webhooks })} href="/settings/webhooks" />
        )}
        {mailboxes > 0 && (
          <Line says={t("common.broken_mailboxes", { n: mailboxes })} href="/settings/mailboxes" />
        )}
      </ul>
    </section>
  );
}
