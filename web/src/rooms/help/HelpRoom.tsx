// HelpRoom -- the keys, the words of the product, what is held about me what is never measured,
// how a backup is made, and where more is to be had.
import { call } from "../../feed/http.ts";
import { may, me } from "../../feed/session.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { keysOf, shownKeys } from "../../parts/keys.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";
import "./help.css";

const KEYS = [
  ["Mod+K", "help.key_palette"],
  ["?", "help.key_sheet"],
  ["/", "help.key_search"],
  ["Mod+Z", "help.key_undo"],
  ["Mod+Enter", "help.key_send"],
  ["j", "help.key_j"],
  ["k", "help.key_k"],
  ["Enter", "help.key_open"],
  ["Escape", "help.key_back"],
  ["r", "help.key_r"],
  ["n", "help.key_n"],
  ["s", "help.key_s"],
  ["h", "help.key_h"],
  ["e", "help.key_e"],
  ["x", "help.key_x"],
  ["Mod+A", "help.key_all"],
  ["g i", "help.key_inbox"],
  ["g l", "help.key_live"],
  ["g t", "help.key_teammates"],
  ["g p", "help.key_priorities"],
] as const;

const WORDS = [
  "team",
  "limit",
  "presence",
  "queue",
  "receipt",
  "ramp",
  "snooze",
  "overflow",
  "whisper",
  "sla",
] as const;
const HELD = ["profile", "settings", "work", "presence", "sign_ins", "looks"] as const;
const NEVER = ["keys", "screen", "idle", "ranking", "mood"] as const;

const BACKUP = "evenkeel backup /backup/monday --keys /other/monday.keys";
const BACKED_UP = ["directory", "keys", "master", "restore"] as const;

function Keys() {
  return (
    <section className="ek-panel" aria-labelledby="help-keys">
      <h2 id="help-keys">{t("help.keys")}</h2>
      <p className="ek-quiet">{t("help.keys_means")}</p>
      <dl className="ek-help-keys">
        {KEYS.map(([keys, does]) => {
          const now = keysOf({ keys });
          return (
            <div key={keys}>
              <dt>{now === null ? t("keys.off") : <kbd dir="ltr">{shownKeys(now)}</kbd>}</dt>
              <dd>{t(does)}</dd>
            </div>
          );
        })}
      </dl>
      <div>
        <LinkButton href="/settings/me">{t("help.keys_change")}</LinkButton>
      </div>
    </section>
  );
}

function Glossary() {
  return (
    <section className="ek-panel" aria-labelledby="help-words">
      <h2 id="help-words">{t("help.words")}</h2>
      <dl className="ek-help-words">
        {WORDS.map((word) => (
          <div key={word}>
            <dt>{t(`help.word_${word}`)}</dt>
            <dd>{t(`help.word_${word}_means`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// The file comes as a job, which the server answers with its number.
function Held() {
  const ask = () =>
    void call("export_my_data")
      .then(() => tell(t("help.data_asked")))
      .catch(complain);
  return (
    <section className="ek-panel" aria-labelledby="help-held">
      <h2 id="help-held">{t("help.held")}</h2>
      <ul className="ek-help-list">
        {HELD.map((what) => (
          <li key={what}>{t(`help.held_${what}`)}</li>
        ))}
      </ul>
      <h3>{t("help.never")}</h3>
      <ul className="ek-help-list">
        {NEVER.map((what) => (
          <li key={what}>{t(`help.never_${what}`)}</li>
        ))}
      </ul>
      {may("me_data") && (
        <div>
          <Button onPress={ask}>{t("help.data")}</Button>
        </div>
      )}
    </section>
  );
}

const isAdministrator = () => (me().roles as readonly string[]).includes("admin");

// What the manual says of them (docs/manual/server.md), as far as it is needed to begin.
function Backups() {
  if (!isAdministrator()) return null;
  return (
    <section className="ek-panel" aria-labelledby="help-backups">
      <h2 id="help-backups">{t("help.backups")}</h2>
      <p>{t("help.backups_means")}</p>
      <p>
        <code className="ek-code" dir="ltr">
          {BACKUP}
        </code>
      </p>
      <ul className="ek-help-list">
        {BACKED_UP.map((what) => (
          <li key={what}>{t(`help.backups_${what}`)}</li>
        ))}
      </ul>
    </section>
  );
}

function More() {
  const isAdmin = isAdministrator();
  return (
    <section className="ek-panel" aria-labelledby="help-more">
      <h2 id="help-more">{t("help.more")}</h2>
      <p>{t("help.more_lead")}</p>
      <div className="ek-row">
        <LinkButton href="/start">{t("help.more_start")}</LinkButton>
        {isAdmin && (
          <a className="ek-button" href="/api/v1/openapi.json">
            {t("help.more_api")}
          </a>
        )}
      </div>
    </section>
  );
}

export default function HelpRoom() {
  return (
    <Room title={t("places.help")}>
      <div className="ek-columns">
        <div className="ek-stack">
          <Keys />
          <Glossary />
        </div>
        <div className="ek-stack">
          <Held />
          <Backups />
          <More />
        </div>
      </div>
    </Room>
  );
}
