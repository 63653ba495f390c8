// Enough -- "that's enough for now": only where all of my teams permit it. It asks how long, and no
// reason; I stay active.
import { useState } from "react";
import { useQueries } from "@tanstack/react-query";
import { keyOf, useAnswer, useChange } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Select } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatLength } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const LENGTHS_MS = [900_000, 1_800_000, 3_600_000, 7_200_000] as const;
const TOUCHED = ["get_me", "get_presence", "explain_my_nothing"] as const;

// The least of what my teams permit, in ms; null: not permitted, or not known.
function usePermitted(): number | null {
  const teams = me().teams.filter(({ level }) => level !== null);
  const answers = useQueries({
    queries: teams.map(({ team: id }) => ({
      queryKey: keyOf("get_team_settings", { params: { id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("get_team_settings", { params: { id }, signal }),
    })),
  });
  let most = Infinity;
  for (const { data } of answers) {
    const settings = data?.answer.settings;
    if (settings?.["enough_allowed"]?.effective !== true) return null;
    most = Math.min(most, Number(settings["enough_max_ms"]?.effective ?? 0));
  }
  return Number.isFinite(most) ? most : null;
}

function Ask({ most }: { most: number }) {
  const [length, setLength] = useState("most");
  const pause = useChange("pause_my_intake", TOUCHED);
  const resume = useChange("resume_my_intake", TOUCHED);
  const save = async () => {
    const until = length === "most" ? null : new Date(Date.now() + Number(length)).toISOString();
    try {
      await pause.mutateAsync({ body: { until } });
      tell(t("me.paused"), () => resume.mutateAsync({}));
    } catch (error) {
      complain(error as Refusal);
    }
  };
  return (
    <>
      <p className="ek-quiet">{t("me.enough_says")}</p>
      <div className="ek-me-ask">
        <Select
          label={t("me.how_long")}
          choices={[
            ...LENGTHS_MS.filter((each) => each < most).map((each) => ({
              id: String(each),
              label: formatLength(each),
            })),
            { id: "most", label: t("me.longest", { length: formatLength(most) }) },
          ]}
          value={length}
          onChange={setLength}
        />
        <Button onPress={() => void save()} isDisabled={pause.isPending}>
          {t("me.enough")}
        </Button>
      </div>
    </>
  );
}

function Paused({ until }: { until: string }) {
  const resume = useChange("resume_my_intake", TOUCHED);
  const back = async () => {
    try {
      await resume.mutateAsync({});
      tell(t("me.resumed"));
    } catch (error) {
      complain(error as Refusal);
    }
  };
  return (
    <div className="ek-me-ask">
      <p>
        {t("me.paused_until")} <When at={until} />
      </p>
      <Button look="main" onPress={() => void back()} isDisabled={resume.isPending}>
        {t("me.back")}
      </Button>
    </div>
  );
}

export function Enough() {
  const most = usePermitted();
  const presence = useAnswer("get_presence", { params: { id: me().id } }).data?.answer;
  const until = presence?.enough_until ?? null;
  if (until === null && most === null) return null;
  return (
    <Panel title={t("me.enough")}>
      {until !== null ? <Paused until={until} /> : most !== null && <Ask most={most} />}
    </Panel>
  );
}
