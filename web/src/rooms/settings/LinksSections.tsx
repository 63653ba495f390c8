// LinksSections -- calendar feeds, which show shifts on a telephone. Each has an address that is
// shown once.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { CalendarFeed } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Select } from "../../parts/fields.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { Once } from "./Once.tsx";
import { useAttempt } from "./useAttempt.ts";

const OWN = "me";

function Feed({ feed, revoke }: { feed: CalendarFeed; revoke: () => void }) {
  return (
    <li className="ek-settings-item ek-head">
      <span>
        {feed.team === null ? t("workspace.feed_me") : <Name id={feed.team} />}{" "}
        <span className="ek-quiet">
          <Name id={feed.teammate} /> · <When at={feed.created_at} />
        </span>
      </span>
      <Button look="link" onPress={revoke}>
        {t("workspace.revoke")}
      </Button>
    </li>
  );
}

export default function LinksSections() {
  const list = useAnswer("list_calendar_feeds", { query: { limit: 500 } });
  const { teams } = useNames();
  const [whose, setWhose] = useState(OWN);
  const [secret, setSecret] = useState<string | null>(null);
  const { attempt } = useAttempt();
  const again = () => age(["list_calendar_feeds"]);
  const make = () =>
    void attempt(async () => {
      const body =
        whose === OWN ? { kind: "me" as const } : { kind: "team" as const, team: whose as TeamId };
      const { answer } = await confirmed(() => call("create_calendar_feed", { body }));
      setSecret(answer.url);
      again();
    });
  const revoke = (feed: CalendarFeed) =>
    void attempt(async () => {
      await confirmed(() => call("delete_calendar_feed", { params: { id: feed.id } }));
      again();
      tell(t("workspace.feed_revoked"));
    });
  return (
    <>
      <p className="ek-quiet">{t("workspace.feeds_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) => (
          <ul className="ek-stack">
            {answer.data.map((feed) => (
              <Feed key={feed.id} feed={feed} revoke={() => revoke(feed)} />
            ))}
          </ul>
        )}
      </Confirmable>
      <div className="ek-row ek-panel">
        <Select
          label={t("workspace.feed_whose")}
          value={whose}
          onChange={setWhose}
          choices={[
            { id: OWN, label: t("workspace.feed_me") },
            ...teams.map(({ id, name }) => ({ id, label: name })),
          ]}
        />
        <Button onPress={make}>{t("workspace.feed_make")}</Button>
      </div>
      {secret !== null && (
        <Once title={t("workspace.feed_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}
