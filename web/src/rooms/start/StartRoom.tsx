// StartRoom -- from an empty workspace to a receipt read, in four steps that can be left and taken
// up again; then a list of what is still to be done, from what is there and not from what was
// clicked.
import { Link } from "react-aria-components";
import { Check } from "lucide-react";
import { Redirect, useLocation } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { workspace } from "../../feed/sample.ts";
import { may } from "../../feed/session.ts";
import { hasLooked } from "../../parts/guide.ts";
import { Room } from "../../parts/Room.tsx";
import { Loading } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Checklist } from "./Checklist.tsx";
import { LanguageStep } from "./LanguageStep.tsx";
import { LookStep } from "./LookStep.tsx";
import { PeopleStep } from "./PeopleStep.tsx";
import "./start.css";

const STEPS = ["owner", "language", "people", "look"] as const;
type Step = (typeof STEPS)[number];
const HERE: readonly string[] = [...STEPS, "checklist"];

function Steps({ open, done }: { open: string; done: ReadonlySet<Step> }) {
  return (
    <ol className="ek-start-steps" aria-label={t("start.steps")}>
      {STEPS.map((step, index) => (
        <li key={step} data-done={done.has(step) || undefined}>
          <span className="ek-start-number" aria-hidden>
            {done.has(step) ? <Check className="ek-icon" /> : index + 1}
          </span>
          {step === "owner" ? (
            <span>{t("start.step_owner")}</span>
          ) : (
            <Link
              href={`/start/${step}`}
              {...(step === open ? { "aria-current": "step" as const } : {})}
            >
              {t(`start.step_${step}`)}
            </Link>
          )}
          {done.has(step) && <span className="ek-hidden">{t("start.done")}</span>}
        </li>
      ))}
    </ol>
  );
}

// People are there when somebody serves a team. null: not known yet.
function usePeople(): boolean | null {
  const { data, isError } = useAnswer("list_teams", { query: { limit: 500 } });
  if (workspace().sample) return true;
  if (data === undefined) return isError ? false : null;
  return data.answer.data.some(({ members }) => members > 0);
}

export default function StartRoom() {
  const [path, go] = useLocation();
  const hasPeople = usePeople();
  const asked = path.split("/")[2] ?? "";
  const isAdmin = may("teammate_invite");
  const first = isAdmin && hasPeople === false ? "people" : "look";
  // Said in the address, so that the step stays while it is being done.
  if (!HERE.includes(asked))
    return hasPeople === null ? <Loading /> : <Redirect to={`/start/${first}`} replace />;
  // The owner's page has asked for language and zone already: what was asked once is not asked
  // again.
  const done = new Set<Step>(["owner", "language"]);
  if (hasPeople === true) done.add("people");
  if (hasLooked()) done.add("look");
  return (
    <Room title={t(isAdmin ? "start.welcome" : "start.welcome_teammate")}>
      <div className="ek-start">
        {isAdmin && <Steps open={asked} done={done} />}
        {asked === "language" && <LanguageStep next={() => go("/start/people")} />}
        {asked === "people" && <PeopleStep next={() => go("/start/look")} />}
        {asked === "look" && <LookStep />}
        {asked === "checklist" && <Checklist />}
      </div>
    </Room>
  );
}
