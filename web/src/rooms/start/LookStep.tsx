// LookStep -- the first look: begins the guide, which goes along on the real screens.
import { useLocation } from "wouter";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { goToStop, SCREENS, STOPS } from "../../parts/guide.ts";
import { t } from "../../words/words.ts";

export function LookStep() {
  const [, go] = useLocation();
  const begin = () => {
    goToStop(STOPS[0]);
    go(SCREENS[STOPS[0]]);
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
        <LinkButton href="/start/checklist">{t("start.skip")}</LinkButton>
        <Button look="main" onPress={begin}>
          {t("start.look_go")}
        </Button>
      </div>
    </section>
  );
}
