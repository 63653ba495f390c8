// MergeLook -- what a merge would do, before it is done: what moves, which of two values stands,
// what changes for the order of the queue.
import type { Merged } from "../../gen/shapes.ts";
import { t, wordOf } from "../../words/words.ts";

const NO_WORD = /^attributes\./;

export function FieldName({ of }: { of: string }) {
  return NO_WORD.test(of) ? <bdi>{of.replace(NO_WORD, "")}</bdi> : <>{wordOf("contacts", of)}</>;
}

function Conflicts({ of }: { of: Merged }) {
  return (
    <div className="ek-table-frame">
      <table className="ek-table">
        <caption className="ek-contacts-caption">{t("contacts.conflicts")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("contacts.field")}</th>
            <th scope="col">{t("contacts.stands")}</th>
            <th scope="col">{t("contacts.of_other")}</th>
          </tr>
        </thead>
        <tbody>
          {of.conflicts.map(({ field, kept, other }) => (
            <tr key={field}>
              <th scope="row">
                <FieldName of={field} />
              </th>
              <td>
                <strong>
                  <bdi>{kept}</bdi>
                </strong>
              </td>
              <td className="ek-quiet">
                <bdi>{other}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function RouterLook({ of }: { of: Merged }) {
  if (of.router.length === 0) return <p className="ek-quiet">{t("contacts.router_same")}</p>;
  return (
    <>
      <p>{t("contacts.router_changes", { count: of.router.length })}</p>
      <ul className="ek-contacts-router">
        {of.router.map(({ conversation, attribute, before, after }) => (
          <li key={`${conversation} ${attribute}`}>
            <bdi className="ek-code">{conversation}</bdi> <bdi>{attribute}</bdi>:{" "}
            <bdi>{before ?? t("common.none")}</bdi> <span aria-hidden>→</span>{" "}
            <strong>
              <bdi>{after ?? t("common.none")}</bdi>
            </strong>
          </li>
        ))}
      </ul>
    </>
  );
}

export function MergeLook({ of }: { of: Merged }) {
  return (
    <div className="ek-stack">
      <p>
        {t("contacts.moves", { count: of.conversations })}{" "}
        {t("contacts.moves_addresses", { count: of.identities })}
      </p>
      {of.fields.length > 0 && (
        <p>
          {t("contacts.takes")}{" "}
          {of.fields.map((field, at) => (
            <span key={field}>
              {at > 0 && t("common.between")}
              <FieldName of={field} />
            </span>
          ))}
        </p>
      )}
      {of.conflicts.length > 0 && <Conflicts of={of} />}
      <RouterLook of={of} />
    </div>
  );
}
