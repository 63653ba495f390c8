// ToldChange -- the two sides of a change, side by side: what it was, what it becomes.
import { ArrowRight } from "lucide-react";
import { t } from "../words/words.ts";
import { fieldWords, isLong, valueWords, type Called, type ToldField } from "./told.ts";

function Becomes() {
  return (
    <>
      <ArrowRight className="ek-icon" data-mirrors aria-hidden />
      <span className="ek-hidden">{t("told.becomes")}</span>
    </>
  );
}

export function ToldFields({ fields, called }: { fields: readonly ToldField[]; called: Called }) {
  return fields.map(({ name, before, after }) => (
    <span key={name} className="ek-told">
      <bdi className="ek-quiet">{fieldWords(name, called)}</bdi>{" "}
      {isLong(name) ? (
        <span className="ek-told-after">{t("told.changed")}</span>
      ) : (
        <>
          <bdi>{valueWords(name, before, called)}</bdi> <Becomes />{" "}
          <bdi className="ek-told-after">{valueWords(name, after, called)}</bdi>
        </>
      )}
    </span>
  ));
}
