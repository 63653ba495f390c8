// PeopleStep -- how to begin: with the sample workspace, a CSV file, or three people and one team
// by hand.
import { useState } from "react";
import { loadSample, workspace } from "../../feed/sample.ts";
import { may } from "../../feed/session.ts";
import { Refusal } from "../../feed/http.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { RadioGroup } from "../../parts/fields.tsx";
import { Fault } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { ByHand } from "./ByHand.tsx";

const WAYS = ["sample", "csv", "hand"] as const;
type Way = (typeof WAYS)[number];

function Sample({ next }: { next: () => void }) {
  const [state, setState] = useState<"asked" | "busy" | Refusal>("asked");
  if (workspace().sample)
    return (
      <Button look="main" onPress={next}>
        {t("start.go_on")}
      </Button>
    );
  const load = () => {
    setState("busy");
    loadSample().catch((error: unknown) =>
      setState(error instanceof Refusal ? error : new Refusal(0, null)),
    );
  };
  return (
    <>
      {state instanceof Refusal && <Fault error={state} />}
      {state === "busy" ? (
        <p role="status">{t("start.loading_sample")}</p>
      ) : (
        <Button look="main" onPress={load}>
          {t("start.load_sample")}
        </Button>
      )}
    </>
  );
}

function Csv() {
  return (
    <div className="ek-stack">
      <p>{t("start.csv_how")}</p>
      <div className="ek-row">
        <a className="ek-button" href="/api/v1/imports/template.csv?resource=teammates" download>
          {t("start.csv_template")}
        </a>
        <LinkButton href="/teammates" look="main">
          {t("start.csv_go")}
        </LinkButton>
      </div>
    </div>
  );
}

export function PeopleStep({ next }: { next: () => void }) {
  const ways = WAYS.filter((way) => way !== "sample" || may("sample_workspace"));
  const [way, setWay] = useState<Way>(ways[0] ?? "hand");
  return (
    <section className="ek-panel ek-start-panel" aria-labelledby="step">
      <h2 id="step">{t("start.people_title")}</h2>
      <RadioGroup
        label={t("start.people_title")}
        isLabelHidden
        value={way}
        onChange={(id) => setWay(id as Way)}
        choices={ways.map((id) => ({
          id,
          label: t(`start.way_${id}`),
          detail: t(`start.way_${id}_means`),
        }))}
      />
      <div className="ek-start-way">
        {way === "sample" && <Sample next={next} />}
        {way === "csv" && <Csv />}
        {way === "hand" && <ByHand next={next} />}
      </div>
      <div className="ek-dialog-foot">
        <LinkButton href="/start/language">{t("common.back")}</LinkButton>
        <LinkButton href="/start/checklist">{t("start.later")}</LinkButton>
      </div>
    </section>
  );
}
