// ReadyRoom -- what is often asked is answered once: one's own ready answers, one's teams',
// everyone's. What is looked at stands in the address: /ready?q=refund, /ready/new, /ready/ready_1.
import { Link, useLocation, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { ReadyId } from "../../gen/ids.ts";
import type { ReadyAnswer } from "../../gen/shapes.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Checkbox, SearchField } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { mayEdit, ReadyForm } from "./ReadyForm.tsx";
import { LANGUAGES } from "./draft.ts";
import "./ready.css";

const MOST = 500;

function Line({ answer }: { answer: ReadyAnswer }) {
  const first = LANGUAGES.find((language) => answer.texts[language] !== null);
  return (
    <li className="ek-ready-line">
      <span className="ek-ready-what">
        <Link className="ek-ready-name" href={`/ready/${answer.id}`}>
          <bdi>{answer.title}</bdi>
        </Link>{" "}
        {answer.archived && <Badge>{t("ready.archived")}</Badge>}
        <span className="ek-quiet ek-ready-begin" dir="auto" lang={first}>
          {first === undefined ? "" : answer.texts[first]}
        </span>
      </span>
      <span className="ek-row">
        {LANGUAGES.filter((language) => answer.texts[language] !== null).map((language) => (
          <Badge key={language}>{t(`ready.language_${language}`)}</Badge>
        ))}
      </span>
      <span className="ek-quiet">
        {answer.scope === "team" ? <Name id={answer.team} /> : t(`ready.scope_${answer.scope}`)}
      </span>
      <span className="ek-quiet">{t("ready.used", { n: answer.used })}</span>
    </li>
  );
}

function useFilter() {
  const [params, setParams] = useSearchParams();
  const words = params.get("q") ?? "";
  const archived = params.get("archived") === "true";
  const set = (name: string, value: string) =>
    setParams(
      (was) => {
        const next = new URLSearchParams(was);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { words, archived, set };
}

function Overview() {
  const { words, archived, set } = useFilter();
  const query = {
    limit: MOST,
    ...(words.trim() === "" ? {} : { q: words.trim() }),
    ...(archived ? {} : { archived: false }),
  };
  const answers = useAnswer("list_ready_answers", { query }, { keep: true });
  return (
    <>
      <div className="ek-row ek-ready-tools">
        <SearchField label={t("ready.words")} value={words} onChange={(value) => set("q", value)} />
        <Checkbox isSelected={archived} onChange={(isIn) => set("archived", isIn ? "true" : "")}>
          {t("ready.show_archived")}
        </Checkbox>
        {may("ready_own_edit") && (
          <LinkButton look="main" href="/ready/new">
            {t("ready.new")}
          </LinkButton>
        )}
      </div>
      <Ready of={answers}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <Empty title={t(words === "" ? "ready.none" : "ready.none_fit")}>
              {t(words === "" ? "ready.none_means" : "ready.none_fit_means")}
            </Empty>
          ) : (
            <ul className="ek-panel ek-ready-list" aria-label={t("places.ready")}>
              {data.map((answer) => (
                <Line key={answer.id} answer={answer} />
              ))}
            </ul>
          )
        }
      </Ready>
    </>
  );
}

function Whole({ answer }: { answer: ReadyAnswer }) {
  return (
    <section className="ek-panel" aria-labelledby="ready-whole">
      <h2 id="ready-whole" dir="auto">
        {answer.title}
      </h2>
      {LANGUAGES.filter((language) => answer.texts[language] !== null).map((language) => (
        <figure key={language} className="ek-stack">
          <figcaption className="ek-label">{t(`ready.language_${language}`)}</figcaption>
          <p className="ek-ready-filled" dir="auto" lang={language}>
            {answer.texts[language]}
          </p>
        </figure>
      ))}
      <p className="ek-quiet">{t("ready.readonly")}</p>
    </section>
  );
}

function One({ id }: { id: ReadyId }) {
  const answer = useAnswer("get_ready_answer", { params: { id } });
  return (
    <Ready of={answer}>
      {({ answer: found, etag }) =>
        mayEdit(found) ? (
          <ReadyForm key={found.id} answer={found} etag={etag} />
        ) : (
          <Whole answer={found} />
        )
      }
    </Ready>
  );
}

function Place({ path }: { path: string }) {
  const id = /^\/ready\/(ready_\d+)$/.exec(path)?.[1];
  if (id !== undefined) return <One id={id as ReadyId} />;
  return path === "/ready/new" && may("ready_own_edit") ? <ReadyForm /> : <Overview />;
}

export default function ReadyRoom() {
  const [path] = useLocation();
  return (
    <Room title={t("places.ready")}>
      {path !== "/ready" && <Link href="/ready">{t("ready.all")}</Link>}
      <Place path={path} />
    </Room>
  );
}
