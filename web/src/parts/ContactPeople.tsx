// ContactPeople -- who answered a contact before, the latest first, and whom the router remembers
// and why: a team inbox may keep a conversation for the person its contact knows.
import { useAnswer } from "../feed/cache.ts";
import type { ContactId } from "../gen/ids.ts";
import { formatMoment } from "../words/format.ts";
import { t } from "../words/words.ts";
import { Name } from "./Name.tsx";
import { Ready } from "./states.tsx";
import { When } from "./time.tsx";
import "./contact.css";

export function ContactPeople({ id, most }: { id: ContactId; most: number }) {
  const found = useAnswer("get_contact_people", { params: { id } }, { everyMs: 60_000 });
  return (
    <Ready of={found}>
      {({ answer: { data, remembered, remembered_until: until } }) =>
        data.length === 0 ? (
          <p className="ek-quiet">{t("contacts.nobody_answered")}</p>
        ) : (
          <>
            <ul className="ek-contact-people">
              {data.slice(0, most).map((person) => (
                <li key={person.teammate}>
                  <Name id={person.teammate} />
                  <span className="ek-small ek-quiet">
                    {t("contacts.answered", { count: person.answers })}
                    {" · "}
                    <When at={person.last_at} />
                  </span>
                </li>
              ))}
            </ul>
            {remembered !== null && until !== null && (
              <p className="ek-help">
                {t("contacts.remembered", { until: formatMoment(until) })} <Name id={remembered} />
              </p>
            )}
          </>
        )
      }
    </Ready>
  );
}
