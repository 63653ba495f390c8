// Guide -- the first look: four stops on the real screens, told in a small panel that goes along.
// Each can be skipped, and so can all.
import { useLocation } from "wouter";
import { useAnswer } from "../feed/cache.ts";
import { Button } from "../parts/Button.tsx";
import { goToStop, SCREENS, STOPS, useStop, type Stop } from "../parts/guide.ts";
import { t } from "../words/words.ts";
import { WhyAssigned } from "../why/Why.tsx";

// The newest assignment, to be asked why.
function Newest() {
  const { data } = useAnswer("list_assignments", { query: { limit: 1 } });
  const newest = data?.answer.data[0];
  if (data !== undefined && newest === undefined)
    return <p className="ek-quiet">{t("start.no_receipt")}</p>;
  if (newest === undefined) return null;
  return (
    <WhyAssigned
      look="quiet"
      label={t("start.show_receipt")}
      assignment={newest.id}
      teammate={newest.teammate}
    />
  );
}

function Panel({ stop }: { stop: Stop }) {
  const [, go] = useLocation();
  const at = STOPS.indexOf(stop);
  const step = (by: number) => {
    const next = STOPS[at + by] ?? null;
    goToStop(next);
    go(next === null ? "/start/checklist" : SCREENS[next]);
  };
  return (
    <section className="ek-guide" aria-labelledby="guide-title">
      <p className="ek-small ek-quiet">{t("start.stop_of", { at: at + 1, of: STOPS.length })}</p>
      <h2 id="guide-title">{t(`start.stop_${stop}`)}</h2>
      <p>{t(`start.stop_${stop}_do`)}</p>
      {stop === "receipt" && <Newest />}
      <div className="ek-row">
        <Button look="link" onPress={() => goToStop(null)}>
          {t("start.skip_all")}
        </Button>
        <span className="ek-top-space" />
        {at > 0 && <Button onPress={() => step(-1)}>{t("common.back")}</Button>}
        <Button look="main" onPress={() => step(1)}>
          {t(at === STOPS.length - 1 ? "start.finish" : "common.next")}
        </Button>
      </div>
    </section>
  );
}

export default function Guide() {
  const stop = useStop();
  return stop === null ? null : <Panel stop={stop} />;
}
