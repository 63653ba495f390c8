// PatternCard -- one pattern in my own work: first what of the work itself may say why, then the
// sentence, up to five examples, what my leads hear of it and when; and what I say of it.
import { useState } from "react";
import { Link } from "react-aria-components";
import { age, useChange } from "../../feed/cache.ts";
import type { MyPattern, PatternAnswer, PatternExample } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Checkbox, Select, TextField } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatDay, formatFigure, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

function level(pattern: MyPattern, value: number): string {
  if (pattern.unit === "share") return formatFigure("share", value);
  return formatNumber(Math.round(value * 100) / 100);
}

function sentence(pattern: MyPattern): string {
  const key = `${pattern.metric.split("@")[0] ?? ""}_${pattern.direction}`;
  return wordOf("patterns", key, {
    since: formatDay(pattern.since),
    was: level(pattern, pattern.was),
    is: level(pattern, pattern.is),
  });
}

function Checks({ pattern }: { pattern: MyPattern }) {
  const held = pattern.checks.filter(({ holds }) => holds);
  return (
    <>
      <h4>{t("patterns.system_first")}</h4>
      {held.length === 0 ? (
        <p className="ek-quiet">{t("patterns.none_holds")}</p>
      ) : (
        <ul className="ek-me-reasons">
          {held.map(({ check, value }) => (
            <li key={check}>
              {wordOf("patterns", `check_${check}`, {
                share: formatFigure("share", value ?? 0),
              })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Example({ of }: { of: PatternExample }) {
  return (
    <li className="ek-me-item">
      <span>
        {of.conversation === null ? (
          <When at={of.at} />
        ) : (
          <Link href={`/inbox/mine/${of.conversation}`}>
            <When at={of.at} />
          </Link>
        )}
        {of.topic !== null && (
          <>
            {" "}
            <bdi dir="auto">{of.topic}</bdi>
          </>
        )}
      </span>
      {of.seconds !== null && (
        <span className="ek-quiet">
          {t("patterns.took", {
            own: formatFigure("seconds", of.seconds),
            usual: formatFigure("seconds", of.usual),
          })}
        </span>
      )}
    </li>
  );
}

function useSay(pattern: MyPattern) {
  const change = useChange("put_my_pattern");
  const say = (body: PatternAnswer) =>
    change.mutate(
      { params: { id: pattern.id }, body },
      {
        onSuccess: () => {
          age(["get_my_patterns", "list_talks"]);
          tell(t("patterns.said"));
        },
        onError: complain,
      },
    );
  return { say, isBusy: change.isPending };
}

const ANSWERS = ["fits", "reason", "not_useful"] as const;

function Saying({ pattern }: { pattern: MyPattern }) {
  const { say, isBusy } = useSay(pattern);
  const [answer, setAnswer] = useState<string>(pattern.answer ?? "");
  const [note, setNote] = useState(pattern.note ?? "");
  const [shares, setShares] = useState(pattern.note_shared);
  const chosen = ANSWERS.find((each) => each === answer) ?? null;
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        say({ answer: chosen, note: note === "" ? null : note, share_note: shares });
      }}
    >
      <Select
        label={t("patterns.what_is_it")}
        choices={ANSWERS.map((id) => ({ id, label: wordOf("patterns", `answer_${id}`) }))}
        value={answer}
        onChange={setAnswer}
        placeholder={t("patterns.choose")}
      />
      <TextField
        label={t("patterns.note")}
        help={t("patterns.note_help")}
        value={note}
        onChange={setNote}
        lines={2}
        maxLength={1000}
      />
      {!pattern.good && (
        <Checkbox isSelected={shares} onChange={setShares}>
          {t("patterns.share_note")}
        </Checkbox>
      )}
      <div className="ek-row">
        <Button type="submit" look="main" isDisabled={isBusy}>
          {t("common.save")}
        </Button>
        {pattern.good && (
          <Button onPress={() => say({ share: pattern.shared_at === null })} isDisabled={isBusy}>
            {pattern.shared_at === null ? t("patterns.show_lead") : t("patterns.hide_lead")}
          </Button>
        )}
      </div>
    </form>
  );
}

function Erase({ pattern }: { pattern: MyPattern }) {
  const erase = useChange("erase_my_pattern");
  return (
    <Button
      isDisabled={erase.isPending}
      onPress={() =>
        erase.mutate(
          { params: { id: pattern.id } },
          { onSuccess: () => age(["get_my_patterns"]), onError: complain },
        )
      }
    >
      {t("patterns.erase")}
    </Button>
  );
}

export function PatternCard({ pattern }: { pattern: MyPattern }) {
  const { ended_at: ended } = pattern;
  return (
    <li className="ek-me-pattern">
      <h3>
        {wordOf("metric", pattern.metric.split("@")[0] ?? "")} <Name id={pattern.team} />{" "}
        {ended !== null && <Badge>{t("patterns.ended")}</Badge>}
      </h3>
      <Checks pattern={pattern} />
      <p>
        <strong>{sentence(pattern)}</strong>
      </p>
      <p className="ek-quiet">
        {t("patterns.odds", {
          whole: formatNumber(Math.max(2, Math.round(1 / Math.max(pattern.odds, 0.001)))),
        })}
      </p>
      {pattern.examples.length > 0 && (
        <>
          <h4>{t("patterns.examples")}</h4>
          <ul className="ek-me-list">
            {pattern.examples.map((each) => (
              <Example key={`${each.at}${each.conversation ?? ""}`} of={each} />
            ))}
          </ul>
        </>
      )}
      <h4>{t("patterns.lead")}</h4>
      <p>{wordOf("patterns", `lead_${pattern.lead}`, { n: pattern.shifts_left })}</p>
      {ended === null ? <Saying key={pattern.id} pattern={pattern} /> : <Erase pattern={pattern} />}
    </li>
  );
}
