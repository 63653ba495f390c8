// facts -- the pieces that every explanation is put together from: a part with its heading, one
// line of a test, a nearest change.
import { useId, type ReactNode } from "react";
import { Check, CircleSlash, UserCheck } from "lucide-react";
import type { Test } from "../gen/enums.ts";
import type { NearestChange } from "../gen/shapes.ts";
import { t } from "../words/words.ts";
import { formatNumber } from "../words/format.ts";
import { editSentence, named, say, testSentence, type Namer } from "./sentences.ts";
import type { Titles } from "./titles.ts";

export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="ek-why-part" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

export function ConversationName({ id, titles }: { id: string; titles: Titles }) {
  const title = titles.get(id);
  return title === undefined ? (
    <bdi className="ek-code">{id}</bdi>
  ) : (
    <span>
      <bdi>{title}</bdi> <bdi className="ek-code ek-quiet ek-small">{id}</bdi>
    </span>
  );
}

export type Outcome = "chosen" | "eligible" | "blocked";
const ICONS = { chosen: UserCheck, eligible: Check, blocked: CircleSlash };

// How somebody or something fared: an icon, a name, and the reason beneath it.
export function FactLine({
  outcome,
  name,
  children,
}: {
  outcome: Outcome;
  name: ReactNode;
  children?: ReactNode;
}) {
  const Icon = ICONS[outcome];
  return (
    <li className="ek-why-line" data-outcome={outcome}>
      <Icon className="ek-icon" aria-hidden />
      <div>
        <div>{name}</div>
        {children !== undefined && <div className="ek-quiet ek-small">{children}</div>}
      </div>
    </li>
  );
}

export function TestText({ test, args, names }: { test: Test; args: unknown; names: Namer }) {
  return <>{say(testSentence(test, args, names))}</>;
}

export function loadText(load: number, limit: number | null): string {
  return limit === null
    ? t("why.load_unlimited", { load: formatNumber(load) })
    : t("why.load_of", { load: formatNumber(load), limit: formatNumber(limit) });
}

function nearestText({ change, then }: NearestChange, names: Namer): string {
  const edit = say(editSentence(change, names));
  return then === null || then === undefined
    ? t("why.nearest_then_other", { change: edit })
    : t("why.nearest_then", { change: edit, name: named(then, names) });
}

// Nothing is said where the server says nothing: it names somebody whom the reader may not know.
export function Nearest({
  change,
  cut,
  names,
}: {
  change: NearestChange | null | undefined;
  cut: boolean | undefined;
  names: Namer;
}) {
  if (change === undefined) return null;
  return (
    <Part title={t("why.nearest")}>
      <p>{change === null ? t("why.nearest_none") : nearestText(change, names)}</p>
      {cut === true && <p className="ek-quiet ek-small">{t("why.nearest_cut")}</p>}
    </Part>
  );
}
