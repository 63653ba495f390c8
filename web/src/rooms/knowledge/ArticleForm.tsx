// ArticleForm -- an article is written: its languages side by side, whose it is, whether it is for
// the help pages, when it is to be read again.
import { useState } from "react";
import { useLocation } from "wouter";
import { useBegun } from "../../feed/begun.ts";
import { age, useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { Refusal } from "../../feed/http.ts";
import type { ArticleWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { Select, Switch, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { draftOf, isSame, isWritten, patchOf, requestOf, type Draft } from "./draft.ts";
import { Publish } from "./Publish.tsx";
import { languageName, LANGUAGES, TOUCHED, type Language } from "./said.ts";
import { Shown } from "./Shown.tsx";

interface Part {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
}

function Language({
  language,
  article,
  draft,
  set,
  fault,
}: Part & { language: Language; article: ArticleWhole | undefined }) {
  const words = draft.texts[language];
  const name = languageName(language);
  const put = (changes: object) =>
    set({
      texts: { ...draft.texts, [language]: { title: "", body: "", ...words, ...changes } },
    });
  const remove = () => {
    const { [language]: _gone, ...rest } = draft.texts;
    set({ texts: rest });
  };
  return (
    <section className="ek-panel" aria-labelledby={`knowledge-${language}`}>
      <h2 id={`knowledge-${language}`}>{name}</h2>
      {words === undefined ? (
        <>
          <p className="ek-quiet">{t("knowledge.no_text")}</p>
          <div>
            <Button onPress={() => put({})}>{t("knowledge.write_in", { language: name })}</Button>
          </div>
        </>
      ) : (
        <>
          <TextField
            label={t("knowledge.title")}
            value={words.title}
            onChange={(title) => put({ title })}
            fault={fault(`/texts/${language}/title`)}
          />
          <TextField
            label={t("knowledge.body")}
            lines={14}
            value={words.body}
            onChange={(body) => put({ body })}
            fault={fault(`/texts/${language}/body`)}
          />
          {Object.keys(draft.texts).length > 1 && (
            <div>
              <Button look="link" onPress={remove}>
                {t("knowledge.take_out", { language: name })}
              </Button>
            </div>
          )}
        </>
      )}
      {article !== undefined && <Shown article={article} language={language} put={put} />}
    </section>
  );
}

function Details({ draft, set, fault }: Part) {
  const names = useNames();
  return (
    <section className="ek-panel" aria-labelledby="knowledge-details">
      <h2 id="knowledge-details">{t("knowledge.details")}</h2>
      <div className="ek-knowledge-filters">
        <Select
          label={t("knowledge.owner")}
          choices={[...names.teammates].map(({ id, name }) => ({ id, label: name }))}
          value={draft.owner}
          onChange={(owner) => set({ owner })}
          fault={fault("/owner")}
        />
        <DateField
          label={t("knowledge.review_on")}
          help={t("knowledge.review_means")}
          value={draft.reviewOn}
          onChange={(reviewOn) => set({ reviewOn })}
          fault={fault("/review_on")}
        />
      </div>
      <Switch isSelected={draft.isPublic} onChange={(isPublic) => set({ isPublic })}>
        {t("knowledge.public")}
      </Switch>
      <p className="ek-help">{t("knowledge.public_means")}</p>
    </section>
  );
}

function Trouble({ error }: { error: Refusal | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="ek-fault">
      {error.status === 412
        ? t("knowledge.conflict")
        : (error.problem?.detail ?? t("common.unreachable"))}
    </p>
  );
}

function useSave(draft: Draft, was: Draft, article: ArticleWhole | undefined, etag: string | null) {
  const [, go] = useLocation();
  const create = useChange("create_article", TOUCHED);
  const update = useChange("update_article", TOUCHED);
  const { ifMatch, begin } = useBegun(etag);
  const save = () => {
    if (article === undefined)
      create.mutate(
        { body: requestOf(draft) },
        {
          onSuccess: ({ answer }) => (tell(t("knowledge.made")), go(`/knowledge/${answer.id}`)),
        },
      );
    else
      update.mutate(
        { params: { id: article.id }, body: patchOf(draft, was), ifMatch },
        {
          onSuccess: (saved) => (begin(saved.etag), tell(t("knowledge.saved"))),
          onError: ({ status }) => status === 412 && (begin(null), age(TOUCHED)),
        },
      );
  };
  const { error, isPending } = article === undefined ? create : update;
  return { save, error, isPending, begin };
}

export function ArticleForm({
  article,
  etag = null,
}: {
  article?: ArticleWhole;
  etag?: string | null;
}) {
  const was = draftOf(article);
  const [draft, setDraft] = useState(was);
  const { save, error, isPending, begin } = useSave(draft, was, article, etag);
  const isClean = article !== undefined && isSame(draft, was);
  const part: Part = {
    draft,
    set: (changes) => setDraft((now) => ({ ...now, ...changes })),
    fault: (pointer) => faultAt(error, pointer),
  };
  return (
    <>
      <p className="ek-help">{t("knowledge.body_means")}</p>
      <div className="ek-knowledge-sides">
        {LANGUAGES.map((language) => (
          <Language key={language} language={language} article={article} {...part} />
        ))}
      </div>
      <Details {...part} />
      <Trouble error={error} />
      <div className="ek-row ek-knowledge-foot">
        <Button
          look={article === undefined || !isClean ? "main" : "quiet"}
          isDisabled={!isWritten(draft) || isPending || isClean}
          onPress={save}
        >
          {t(article === undefined ? "knowledge.make" : "knowledge.save")}
        </Button>
        {article !== undefined && (
          <Publish article={article} etag={etag} isClean={isClean} done={begin} />
        )}
        <span className="ek-quiet" role="status">
          {!isWritten(draft) ? t("knowledge.needs_text") : isClean ? "" : t("knowledge.unsaved")}
        </span>
      </div>
    </>
  );
}
