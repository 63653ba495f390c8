// LookStep -- the first look: begins the guide, which goes along on the real screens.
import { useLocation } from "wouter";
import { Button } from "../../parts/Button.tsx";
import { goToStop, SCREENS, STOPS } from "../../parts/guide.ts";
import { t } from "../../words/words.ts";

export function LookStep() {
  const [, go] = useLocation();
  const begin = () => {
    goToStop(STOPS[0]);
    go(SCREENS[STOPS[0]]);
  };
  // Not offered again; the first steps keep it.
  const skip = () => {
    goToStop(null);
    go("/start/checklist");
  };
  return (
    <section className="ek-panel ek-start-panel" aria-labelledby="step">
      <h2 id="step">{t("start.look_title")}</h2>
      <p>{t("start.look_means")}</p>
      <ol className="ek-start-stops">
        {STOPS.map((stop) => (
          <li key={stop}>{t(`start.stop_${stop}`)}</li>
        ))}
      </ol>
      <div className="ek-dialog-foot">
        <Button onPress={skip}>{t("start.skip")}</Button>
        <Button look="main" onPress={begin}>
          {t("start.look_go")}
        </Button>
      </div>
    </section>
  );
}
