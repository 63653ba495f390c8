// PersonLimit -- somebody's own limit: what holds, from where it comes, what another would move at
// once, and back to the workspace's.
import { useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { age, useAnswer } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { Effect, SettingOrigin } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { NumberField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt, Fault, Ready } from "../../parts/states.tsx";
import { formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import type { Person } from "./board.ts";
import { doSettings, TOUCHED, tryEdits } from "./edits.ts";
import { EffectView } from "./EffectView.tsx";

const AT_MOST = 1000;

function shown(value: unknown): string {
  return typeof value === "number" ? formatNumber(value) : t("live.no_limit");
}

function Preview({ person, limit }: { person: Person; limit: number }) {
  const tried = useQuery<Effect | null, Refusal>({
    queryKey: ["live limit", person.teammate, limit],
    queryFn: () => tryEdits([{ scope: "teammate", id: person.teammate, set: { limit } }]),
    gcTime: 0,
    staleTime: 0,
  });
  return <Ready of={tried}>{(effect) => <EffectView effect={effect} />}</Ready>;
}

// Somebody changed it meanwhile: their value is said beside the field that still holds mine.
function Refused({ error, value }: { error: Refusal; value: string }) {
  return (
    <>
      {error.status === 412 && <p>{t("live.changed_meanwhile", { value })}</p>}
      <Fault error={error} />
    </>
  );
}

function Form({ person, now }: { person: Person; now: SettingOrigin }) {
  const name = useNames().of(person.teammate);
  const held = typeof now.own === "number" ? now.own : (now.effective as number | null);
  const [limit, setLimit] = useState<number>(held ?? Number.NaN);
  const [error, setError] = useState<Refusal | null>(null);
  const save = async (value: number | "inherit") => {
    setError(null);
    try {
      const undo = await doSettings("teammate", person.teammate, { limit: value });
      age(TOUCHED);
      tell(
        value === "inherit"
          ? t("live.limit_back", { name })
          : t("live.limit_set", { name, limit: formatNumber(value) }),
        undo,
      );
    } catch (refused) {
      setError(refused as Refusal);
      age(["get_teammate_settings"]);
    }
  };
  // Changed elsewhere, or just here: the field shows what holds.
  useEffect(() => setLimit(held ?? Number.NaN), [held]);
  const isOther = !Number.isNaN(limit) && limit !== held;
  const fault = faultAt(error, "/set/limit");
  return (
    <>
      <p>
        {t("live.limit_now", { limit: shown(now.effective) })}{" "}
        <span className="ek-quiet">{wordOf("live", `limit_from_${now.from}`)}</span>
      </p>
      <NumberField
        label={t("live.limit_of", { name })}
        value={limit}
        onChange={setLimit}
        minValue={0}
        maxValue={AT_MOST}
        fault={fault}
      />
      {isOther && <Preview person={person} limit={limit} />}
      <div className="ek-row">
        <Button onPress={() => isOther && void save(limit)}>{t("live.set_limit")}</Button>
        {now.own !== "inherit" && (
          <Button look="link" onPress={() => void save("inherit")}>
            {t("live.limit_inherit")}
          </Button>
        )}
      </div>
      {error !== null && fault === undefined && (
        <Refused error={error} value={shown(now.effective)} />
      )}
    </>
  );
}

export function PersonLimit({ person }: { person: Person }) {
  const settings = useAnswer("get_teammate_settings", { params: { id: person.teammate } });
  return (
    <section className="ek-stack" aria-labelledby="live-limit">
      <h3 id="live-limit">{t("live.limit")}</h3>
      <Ready of={settings}>
        {({ answer }) => {
          const now = answer.settings["limit"];
          return now === undefined ? null : <Form person={person} now={now as SettingOrigin} />;
        }}
      </Ready>
    </section>
  );
}
