// Letter -- a whole mail, when somebody wants more than its new text: who and to whom, what was
// checked of its sender, all of its text with what it quotes folded away, and its own formatting
// in a frame in which nothing runs. Pictures that lie elsewhere are not asked for until somebody
// says so.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { Letter as LetterShape, LetterAddress, Part } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Ready } from "../../parts/states.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";

function People({ label, all }: { label: string; all: readonly LetterAddress[] }) {
  if (all.length === 0) return null;
  return (
    <div className="ek-inbox-fact">
      <dt>{label}</dt>
      <dd>
        {all.map(({ name, address }, index) => (
          <span key={`${index} ${address}`} className="ek-inbox-mail-person">
            {name !== null && <bdi>{name} </bdi>}
            <bdi className="ek-inbox-mail-address">{address}</bdi>
          </span>
        ))}
      </dd>
    </div>
  );
}

const CHECKS = ["dmarc", "spf", "dkim"] as const;

function checked(letter: LetterShape): string {
  const said = CHECKS.filter((name) => letter[name] !== "none").map((name) => {
    const told = { name: name.toUpperCase() };
    const how = letter[name];
    if (how === "pass") return t("mail.check_pass", told);
    return how === "fail" ? t("mail.check_fail", told) : t("mail.check_other", told);
  });
  return said.length === 0 ? t("mail.check_none") : formatList(said);
}

function Facts({ letter }: { letter: LetterShape }) {
  return (
    <dl className="ek-inbox-facts ek-small">
      <People label={t("mail.from")} all={letter.from === null ? [] : [letter.from]} />
      <People label={t("mail.to")} all={letter.to} />
      <People label={t("mail.cc")} all={letter.cc} />
      <People label={t("mail.reply_to")} all={letter.reply_to} />
      {letter.subject !== null && (
        <div className="ek-inbox-fact">
          <dt>{t("mail.subject")}</dt>
          <dd dir="auto">{letter.subject}</dd>
        </div>
      )}
      {letter.date !== null && (
        <div className="ek-inbox-fact">
          <dt>{t("mail.date")}</dt>
          <dd>
            <When at={letter.date} />
          </dd>
        </div>
      )}
      <div className="ek-inbox-fact">
        <dt>{t("mail.checks")}</dt>
        <dd>{checked(letter)}</dd>
      </div>
    </dl>
  );
}

function Text({ letter }: { letter: LetterShape }) {
  const pieces = letter.pieces.filter(({ text }) => text.trim() !== "");
  return (
    <div className="ek-stack">
      {pieces.map(({ kind, text }, index) =>
        kind === "new" ? (
          <p key={index} className="ek-inbox-text" dir="auto">
            {text.trim()}
          </p>
        ) : (
          <details key={index} className="ek-inbox-quoted">
            <summary>{t(kind === "quote" ? "mail.quoted" : "mail.signature_part")}</summary>
            <p className="ek-inbox-text ek-quiet" dir="auto">
              {text.trim()}
            </p>
          </details>
        ),
      )}
    </div>
  );
}

// Whether pictures are asked for belongs to this look at it: the next one asks anew.
function Page({ part, letter }: { part: Part; letter: LetterShape }) {
  const [isAsked, ask] = useState(false);
  const address = `/api/v1/conversations/${part.conversation}/parts/${part.id}/page`;
  const who = letter.from?.name ?? letter.from?.address ?? "";
  return (
    <div className="ek-stack">
      {letter.remote_pictures > 0 && (
        <div className="ek-inbox-remote ek-small" role="status">
          {isAsked ? (
            <p>{t("mail.pictures_shown")}</p>
          ) : (
            <>
              <p>
                {t("mail.pictures_off", { count: letter.remote_pictures })}{" "}
                {t("mail.pictures_mean")}
              </p>
              <Button onPress={() => ask(true)}>{t("mail.pictures_show")}</Button>
            </>
          )}
        </div>
      )}
      <iframe
        key={isAsked ? "with" : "without"}
        className="ek-inbox-frame"
        title={t("mail.page_of", { name: who })}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        src={isAsked ? `${address}?pictures=true` : address}
      />
    </div>
  );
}

function Whole({ part, letter }: { part: Part; letter: LetterShape }) {
  const [view, setView] = useState("text");
  return (
    <>
      <Facts letter={letter} />
      {letter.has_page ? (
        <Tabs
          label={t("mail.letter")}
          value={view}
          onChange={setView}
          views={[
            { id: "text", title: t("mail.as_text"), view: <Text letter={letter} /> },
            {
              id: "page",
              title: t("mail.as_page"),
              view: <Page part={part} letter={letter} />,
            },
          ]}
        />
      ) : (
        <Text letter={letter} />
      )}
      {letter.is_cut && <p className="ek-small ek-quiet">{t("mail.cut")}</p>}
    </>
  );
}

export function Letter({ part }: { part: Part }) {
  const letter = useAnswer("get_part_letter", {
    params: { id: part.conversation, part: part.id },
  });
  return (
    <section className="ek-inbox-letter ek-stack" aria-label={t("mail.letter")}>
      <Ready of={letter}>{({ answer }) => <Whole part={part} letter={answer} />}</Ready>
    </section>
  );
}
