// List -- all articles, narrowed by words, owner, state, language, and what asks for a look.
import { Link, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { Article } from "../../gen/shapes.ts";
import { Badge, Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { SearchField, Select } from "../../parts/fields.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";
import { isDue, languageName, LANGUAGES, today } from "./said.ts";

const ANY = "any";
const MINE = "mine";
const MOST = 200;

function Line({ article }: { article: Article }) {
  return (
    <li className="ek-knowledge-line">
      <span>
        <Link className="ek-knowledge-name" href={`/knowledge/${article.id}`}>
          <bdi>{article.title}</bdi>
        </Link>
        <span className="ek-row ek-small">
          {article.languages.map((language) => (
            <Badge key={language}>{languageName(language)}</Badge>
          ))}
          {article.review !== null && <Badge tone="bad">{t("knowledge.flagged")}</Badge>}
          {isDue(article) && <Badge tone="warn">{t("knowledge.due")}</Badge>}
        </span>
      </span>
      <span className="ek-stack-small">
        <Mark
          tone={article.state === "published" ? "good" : "quiet"}
          shape={article.state === "published" ? "disc" : "bar"}
        >
          {wordOf("knowledge", `state_${article.state}`)}
        </Mark>
        <span className="ek-quiet ek-small">
          {t(article.public ? "knowledge.for_all" : "knowledge.for_team")}
        </span>
      </span>
      <span className="ek-stack-small">
        <Name id={article.owner} />
        <span className="ek-quiet ek-small">
          {t("knowledge.used", { count: article.uses })}
          {" · "}
          <When at={article.updated_at} />
        </span>
      </span>
    </li>
  );
}

type Params = Record<"q" | "owner" | "state" | "language" | "show", string>;

function useFilters(): [Params, (name: keyof Params, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = (name: keyof Params, value: string) =>
    setParams(
      (was) => {
        const next = new URLSearchParams(was);
        if (value === "" || value === ANY) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const of = (name: string) => params.get(name) ?? "";
  const shown = { q: of("q"), owner: of("owner"), state: of("state"), language: of("language") };
  return [{ ...shown, show: of("show") }, set];
}

function Filters({ at, set }: { at: Params; set: (name: keyof Params, value: string) => void }) {
  const names = useNames();
  const people = [...names.teammates].map(({ id, name }) => ({ id, label: name }));
  return (
    <div className="ek-knowledge-filters ek-knowledge-narrow">
      <SearchField label={t("knowledge.search")} value={at.q} onChange={(q) => set("q", q)} />
      <Select
        label={t("knowledge.show")}
        choices={[
          { id: ANY, label: t("knowledge.show_all") },
          { id: "flagged", label: t("knowledge.show_flagged") },
          { id: "due", label: t("knowledge.show_due") },
        ]}
        value={at.show || ANY}
        onChange={(show) => set("show", show)}
      />
      <Select
        label={t("knowledge.owner")}
        choices={[
          { id: ANY, label: t("knowledge.anyone") },
          { id: MINE, label: t("knowledge.mine") },
          ...people,
        ]}
        value={at.owner || ANY}
        onChange={(owner) => set("owner", owner)}
      />
      <Select
        label={t("knowledge.state")}
        choices={[
          { id: ANY, label: t("knowledge.any") },
          ...["draft", "published", "archived"].map((id) => ({
            id,
            label: wordOf("knowledge", `state_${id}`),
          })),
        ]}
        value={at.state || ANY}
        onChange={(state) => set("state", state)}
      />
      <Select
        label={t("knowledge.language")}
        choices={[
          { id: ANY, label: t("knowledge.any") },
          ...LANGUAGES.map((id) => ({ id, label: languageName(id) })),
        ]}
        value={at.language || ANY}
        onChange={(language) => set("language", language)}
      />
    </div>
  );
}

export function List() {
  const [at, set] = useFilters();
  const query: Record<string, string | number> = { limit: MOST };
  if (at.q.trim() !== "") query["q"] = at.q.trim();
  if (at.owner !== "") query["owner"] = at.owner === MINE ? me().id : at.owner;
  if (at.state !== "") query["state"] = at.state;
  if (at.language !== "") query["language.has"] = at.language;
  if (at.show === "flagged") query["flagged"] = "true";
  if (at.show === "due") query["review_on.lte"] = today();
  const articles = useAnswer("list_articles", { query }, { keep: true });
  const isNarrowed = Object.keys(query).length > 1;
  return (
    <section className="ek-panel" aria-labelledby="knowledge-all">
      <h2 id="knowledge-all">{t("knowledge.all")}</h2>
      <Filters at={at} set={set} />
      <Ready of={articles}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <Empty title={t(isNarrowed ? "knowledge.nothing_found" : "knowledge.none")}>
              {t(isNarrowed ? "knowledge.nothing_found_means" : "knowledge.none_means")}
            </Empty>
          ) : (
            <ul className="ek-knowledge-list">
              {data.map((article) => (
                <Line key={article.id} article={article} />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
