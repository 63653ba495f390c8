// SaveBar -- what is edited and not yet saved: what it would do at once, from when it is to hold,
// and saving.
import { useEffect, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { Effect, SettingsPreview } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { faultWords } from "../../parts/faults.ts";
import { Name } from "../../parts/Name.tsx";
import { instantOf } from "../../words/wall.ts";
import { currentManners, t, wordOf } from "../../words/words.ts";
import type { Draft } from "./draft.ts";
import type { Whose } from "./scope.ts";

const SETTLE_MS = 350;
const SHOWN = 5;

// What the edits would do, asked once the person pauses.
export function usePreview(whose: Whose, draft: Draft) {
  const set = Object.fromEntries([...draft.edits].map(([name, { value }]) => [name, value]));
  const wanted = JSON.stringify(set);
  const [asked, ask] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => ask(wanted), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const { scope, id } = whose;
  const edits = [{ scope, id, set: JSON.parse(asked) as Record<string, unknown> }];
  return useAnswer(
    "preview_settings",
    { body: { edits } },
    { enabled: asked !== "{}" && draft.edits.size > 0 && may("settings_preview") },
  );
}

function Moves({ effect }: { effect: Effect }) {
  const n = effect.moves.length + (effect.moves_others ?? 0);
  const people = new Map<string, number>();
  for (const { to } of effect.moves)
    if (to !== null && to !== undefined) people.set(to, (people.get(to) ?? 0) + 1);
  return (
    <>
      <p>{t("settings.would_move", { n })}</p>
      {people.size > 0 && (
        <ul>
          {[...people].slice(0, SHOWN).map(([id, gets]) => (
            <li key={id}>
              <Name id={id} />: {t("settings.would_get", { n: gets })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Shut({ effect }: { effect: Effect }) {
  const n = effect.ineligible.length + (effect.ineligible_others ?? 0);
  if (n === 0) return <p className="ek-quiet">{t("settings.none_shut")}</p>;
  return (
    <>
      <p>{t("settings.would_shut", { n })}</p>
      <ul>
        {effect.ineligible.slice(0, SHOWN).map(({ teammate, team, test }) => (
          <li key={`${teammate} ${team}`}>
            <Name id={teammate} />, <Name id={team} />: {wordOf("why", `brief_${test}`)}
          </li>
        ))}
        {n > SHOWN && <li>{t("settings.and_more", { n: n - SHOWN })}</li>}
      </ul>
    </>
  );
}

function orderMoves({ queue_before, queue_after }: SettingsPreview): number {
  const before = new Map(queue_before.map(({ conversation, place }) => [conversation, place]));
  return queue_after.filter(({ conversation, place }) => before.get(conversation) !== place).length;
}

export function Look({ preview }: { preview: SettingsPreview }) {
  const { effect } = preview;
  return (
    <div className="ek-settings-look" role="status">
      <Moves effect={effect} />
      <Shut effect={effect} />
      {effect.deserted.map((team) => (
        <p key={team}>
          <strong>
            <Name id={team} />: {t("settings.deserted")}
          </strong>
        </p>
      ))}
      <p className="ek-quiet">{t("settings.order_moves", { n: orderMoves(preview) })}</p>
    </div>
  );
}

function From({ at, setAt }: { at: string | null; setAt: (at: string | null) => void }) {
  if (at === null)
    return (
      <Button look="link" onPress={() => setAt("")}>
        {t("settings.date_ahead")}
      </Button>
    );
  return (
    <div className="ek-row">
      <DateField label={t("settings.holds_from")} hasTime value={at} onChange={setAt} autoFocus />
      <Button look="link" onPress={() => setAt(null)}>
        {t("settings.from_now")}
      </Button>
    </div>
  );
}

interface Props {
  draft: Draft;
  preview: ReturnType<typeof usePreview>;
}

export function SaveBar({ draft, preview }: Props) {
  const [at, setAt] = useState<string | null>(null);
  const n = draft.edits.size;
  if (n === 0) return null;
  const refused = draft.error?.problem?.errors ?? [];
  const time = at === null ? null : instantOf(at, currentManners().zone);
  return (
    <section className="ek-settings-save" aria-label={t("settings.unsaved", { n })}>
      <div className="ek-row">
        <strong>{t("settings.unsaved", { n })}</strong>
        {refused.length > 1 && (
          <span className="ek-fault">{t("settings.refused", { n: refused.length })}</span>
        )}
        {refused.length === 1 && refused[0] !== undefined && (
          <span className="ek-fault">{faultWords(refused[0])}</span>
        )}
        {draft.conflicts.length > 0 && (
          <span className="ek-fault">{t("settings.choose_first")}</span>
        )}
      </div>
      {preview.data !== undefined && preview.error === null && (
        <Look preview={preview.data.answer} />
      )}
      <div className="ek-row">
        <From at={at} setAt={setAt} />
        <span className="ek-top-space" />
        <Button onPress={draft.clear}>{t("settings.discard")}</Button>
        <Button
          look="main"
          isDisabled={
            draft.isSaving || draft.conflicts.length > 0 || (at !== null && time === null)
          }
          onPress={() => void draft.save(time).then(() => setAt(null))}
        >
          {t("common.save")}
        </Button>
      </div>
    </section>
  );
}
