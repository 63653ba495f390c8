// Enough -- "that's enough for now": nothing new for a while, where all of one's teams permit it.
// Asks how long, and no reason.
import { useState } from "react";
import { useQueries } from "@tanstack/react-query";
import { age, keyOf, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { RadioGroup } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { formatClock, formatLength } from "../../words/format.ts";
import { t } from "../../words/words.ts";

const LENGTHS_MS = [15, 30, 60, 120, 240, 480].map((minutes) => minutes * 60_000);
const TOUCHED = ["get_me", "get_presence", "explain_my_nothing"] as const;

// The longest that all of one's teams permit; null when one of them does not.
function useLongest(): number | null {
  const teams = me().teams.filter((each) => each.level !== null);
  const found = useQueries({
    queries: teams.map(({ team }) => {
      const told = { params: { id: team } };
      return {
        queryKey: keyOf("get_team_settings", told),
        queryFn: () => call("get_team_settings", told),
      };
    }),
  });
  const lengths = found.map(({ data }) => {
    const settings = data?.answer.settings;
    const isAllowed = settings?.["enough_allowed"]?.effective === true;
    return isAllowed ? Number(settings?.["enough_max_ms"]?.effective ?? 0) : 0;
  });
  const longest = Math.min(...lengths);
  return lengths.length === 0 || longest <= 0 ? null : longest;
}

async function resume(): Promise<void> {
  await call("resume_my_intake");
  age(TOUCHED);
}

async function pause(ms: number): Promise<void> {
  // The longest is said as "the longest": a clock that runs ahead of the server's would be refused.
  const until = new Date(Date.now() + ms - 1000).toISOString();
  const { answer } = await call("pause_my_intake", { body: { until } });
  age(TOUCHED);
  tell(t("inbox.enough_till", { at: formatClock(answer.until ?? until) }), resume);
}

function HowLong({ longest, close }: { longest: number; close: () => void }) {
  const lengths = LENGTHS_MS.filter((ms) => ms < longest).concat(longest);
  const [ms, setMs] = useState(String(lengths[0]));
  return (
    <>
      <RadioGroup
        label={t("inbox.enough_how_long")}
        help={t("inbox.enough_means")}
        choices={lengths.map((each) => ({ id: String(each), label: formatLength(each) }))}
        value={ms}
        onChange={setMs}
      />
      <Button
        look="main"
        onPress={() => {
          close();
          pause(Number(ms)).catch((error: unknown) => complain(error as Error));
        }}
      >
        {t("inbox.enough")}
      </Button>
    </>
  );
}

export function Enough() {
  const longest = useLongest();
  const until = useAnswer("get_me").data?.answer.enough_until ?? me().enough_until;
  if (until !== null && Date.parse(until) > Date.now())
    return (
      <div className="ek-stack ek-small">
        <span>{t("inbox.enough_till", { at: formatClock(until) })}</span>
        <Button onPress={() => resume().catch((error: unknown) => complain(error as Error))}>
          {t("inbox.enough_back")}
        </Button>
      </div>
    );
  if (longest === null) return null;
  return (
    <Popup label={t("inbox.enough")} button={t("inbox.enough")}>
      {(close) => <HowLong longest={longest} close={close} />}
    </Popup>
  );
}
