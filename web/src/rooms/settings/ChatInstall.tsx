// ChatInstall -- how a chat inbox gets onto a web site: the tag to copy, in three steps; and, for
// sites whose visitors sign in, how the site says who somebody is.
import { useState } from "react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import type { ChatInbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { t } from "../../words/words.ts";
import { LISTS } from "./ChatForm.tsx";
import { Code } from "./Code.tsx";
import { useAttempt } from "./useAttempt.ts";

function tagOf(inbox: ChatInbox): string {
  return `<script src="${location.origin}/widget.js" data-inbox="${inbox.id}" async></script>`;
}

function signerOf(inbox: ChatInbox): string {
  return `import { createHmac, randomUUID } from "node:crypto";

// person: { id, name, email } of whoever is signed in on your site.
export function chatIdentity(person) {
  const now = Math.floor(Date.now() / 1000);
  const said = { inbox: "${inbox.id}", contact: person.id, name: person.name,
    email: person.email, iat: now, exp: now + 3600, jti: randomUUID() };
  const body = Buffer.from(JSON.stringify(said)).toString("base64url");
  const hmac = createHmac("sha256", process.env.EVENKEEL_CHAT_SECRET);
  return body + "." + hmac.update(body).digest("base64url");
}`;
}

interface Props {
  inbox: ChatInbox;
  close: () => void;
}

export function ChatInstall({ inbox, close }: Props) {
  const look = `/widget/${inbox.id}`;
  return (
    <Dialog title={t("chat.install")} isOpen onClose={close} wide>
      <ol className="ek-settings-steps">
        <li>
          <p>{t("chat.step_tag", { tag: "</body>" })}</p>
          <Code label={t("chat.tag")} text={tagOf(inbox)} />
        </li>
        <li>
          {inbox.sites.length === 0 ? (
            <p className="ek-fault">{t("chat.no_sites_yet")}</p>
          ) : (
            <p>
              {t("chat.step_open")}{" "}
              {inbox.sites.map((site) => (
                <bdi key={site} className="ek-code ek-settings-site">
                  {site}
                </bdi>
              ))}
            </p>
          )}
        </li>
        <li>
          <p>{t("chat.step_write")}</p>
        </li>
      </ol>
      <p className="ek-quiet">{t("chat.policy")}</p>
      <div className="ek-dialog-foot">
        <a className="ek-settings-try" href={look} target="_blank" rel="noopener">
          {t("chat.look")}
        </a>
        <Button look="main" onPress={close}>
          {t("chat.done")}
        </Button>
      </div>
    </Dialog>
  );
}

function Secret({ inbox }: { inbox: ChatInbox }) {
  const { attempt, isBusy } = useAttempt();
  const [made, setMade] = useState<string | null>(null);
  const make = () =>
    void attempt(async () => {
      const { answer } = await call("rotate_chat_inbox", { params: { id: inbox.id } });
      age(LISTS);
      setMade(answer.secret);
    });
  if (made !== null)
    return (
      <>
        <p>{t("workspace.shown_once")}</p>
        <Code label={t("chat.secret")} text={made} />
      </>
    );
  return (
    <>
      <p>{t(inbox.identity_set ? "chat.secret_set" : "chat.secret_none")}</p>
      <div>
        <Button isDisabled={isBusy} onPress={make}>
          {t(inbox.identity_set ? "chat.secret_new" : "chat.secret_make")}
        </Button>
      </div>
    </>
  );
}

export function ChatIdentity({ inbox, close }: Props) {
  const tag = tagOf(inbox).replace(" async", ' data-identity="…" async');
  return (
    <Dialog title={t("chat.identity")} isOpen onClose={close} wide>
      <p>{t("chat.identity_means")}</p>
      <ol className="ek-settings-steps">
        <li>
          <Secret inbox={inbox} />
        </li>
        <li>
          <p>{t("chat.identity_sign")}</p>
          <Code label={t("chat.identity_example")} text={signerOf(inbox)} />
        </li>
        <li>
          <p>{t("chat.identity_put")}</p>
          <Code label={t("chat.tag")} text={tag} />
        </li>
      </ol>
      <div className="ek-dialog-foot">
        <Button look="main" onPress={close}>
          {t("chat.done")}
        </Button>
      </div>
    </Dialog>
  );
}
