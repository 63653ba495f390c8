// Checklist -- what is still to be done, from the real state: people, limits, office hours,
// mail and chat, a second factor; and that nobody but its owner sees to backups.
import { useAnswer } from "../../feed/cache.ts";
import { workspace } from "../../feed/sample.ts";
import { may, me } from "../../feed/session.ts";
import { Broken } from "../../parts/Broken.tsx";
import { LinkButton } from "../../parts/Button.tsx";
import { Mark } from "../../parts/marks.tsx";
import { t, type WordKey } from "../../words/words.ts";

interface Item {
  id: string;
  isDone: boolean | undefined; // undefined: not known yet
  does: WordKey & `start.do_${string}`;
  href: string;
}

function useItems(): Item[] {
  const teams = useAnswer("list_teams", { query: { limit: 500 } }).data?.answer.data;
  const settings = useAnswer("get_workspace_settings").data?.answer.settings;
  const sla = useAnswer("list_sla_policies", { query: { limit: 1 } }).data?.answer.data;
  const calendars = useAnswer("list_calendars", { query: { limit: 1 } }).data?.answer.data;
  const chats = useAnswer("list_chat_inboxes", { query: { limit: 1 } }).data?.answer.data;
  const mail = useAnswer("get_me").data?.answer.workspace.mail;
  const isSample = workspace().sample;
  const has = (rows: readonly unknown[] | undefined) =>
    rows === undefined ? undefined : rows.length > 0;
  return [
    {
      id: "people",
      isDone: !isSample && teams?.some(({ members }) => members > 0),
      does: "start.do_people",
      href: "/start/people",
    },
    {
      id: "limit",
      isDone: settings === undefined ? undefined : settings["limit"]?.effective !== null,
      does: "start.do_limit",
      href: "/settings/limits?at=limit",
    },
    { id: "hours", isDone: has(calendars), does: "start.do_hours", href: "/settings/sla" },
    { id: "sla", isDone: has(sla), does: "start.do_sla", href: "/settings/sla" },
    { id: "mail", isDone: mail, does: "start.do_mail", href: "/settings/mailboxes" },
    { id: "chat", isDone: has(chats), does: "start.do_chat", href: "/settings/chat" },
    {
      id: "factor",
      isDone: me().second_factor,
      does: "start.do_factor",
      href: "/settings/me",
    },
  ];
}

// A backup is made beside the server, which does not hear of it: neither done nor left.
function Backups() {
  return (
    <p className="ek-small">
      {t("start.backups")}{" "}
      <LinkButton href="/help" look="link">
        {t("start.backups_how")}
      </LinkButton>
    </p>
  );
}

export function Checklist() {
  const items = useItems();
  const left = items.filter(({ isDone }) => isDone === false).length;
  if (!may("teammate_invite"))
    return (
      <section className="ek-panel ek-start-panel">
        <h2>{t("start.ready")}</h2>
        <div>
          <LinkButton href="/" look="main">
            {t("start.to_work")}
          </LinkButton>
        </div>
      </section>
    );
  return (
    <>
      <Broken />
      <section className="ek-panel ek-start-panel" aria-labelledby="checklist">
        <h2 id="checklist">{t("start.checklist")}</h2>
        <p role="status">{t("start.left", { n: left })}</p>
        <ul className="ek-stack">
          {items.map(({ id, isDone, does, href }) => (
            <li key={id} className="ek-head">
              <Mark
                tone={isDone === true ? "good" : "quiet"}
                shape={isDone === true ? "disc" : "ring"}
              >
                {t(does as "start.do_people")}
                <span className="ek-hidden">
                  {" "}
                  {t(isDone === true ? "start.done" : "start.not_done")}
                </span>
              </Mark>
              {isDone !== true && (
                <LinkButton href={href} look="link">
                  {t("start.do_it")}
                  <span className="ek-hidden">: {t(does as "start.do_people")}</span>
                </LinkButton>
              )}
            </li>
          ))}
        </ul>
        <Backups />
      </section>
    </>
  );
}
