// ByHand -- three people and one team. Their links are shown once, to be passed on.
import { useState, type FormEvent } from "react";
import { age } from "../../feed/cache.ts";
import { call, Refusal } from "../../feed/http.ts";
import type { Invited, Team } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

interface Person {
  name: string;
  email: string;
  link: string | null; // once invited; "" = it went by mail
}
const NOBODY: Person = { name: "", email: "", link: null };

function Link({ of, link }: { of: string; link: string }) {
  return (
    <>
      <code className="ek-code">{link}</code>
      <Button
        aria-label={`${t("common.copy")}: ${of}`}
        onPress={() =>
          void navigator.clipboard.writeText(link).then(() => tell(t("common.copied")))
        }
      >
        {t("common.copy")}
      </Button>
    </>
  );
}

function Links({ people, next }: { people: readonly Person[]; next: () => void }) {
  return (
    <div className="ek-stack">
      {people.some(({ link }) => link !== "") && <p>{t("start.links_means")}</p>}
      <ul className="ek-stack">
        {people.map(({ name, email, link }) => (
          <li key={email} className="ek-start-link">
            <strong>
              <bdi>{name}</bdi>
            </strong>
            {link === "" ? (
              <span className="ek-quiet">{t("start.link_mailed")}</span>
            ) : (
              <Link of={name} link={link ?? ""} />
            )}
          </li>
        ))}
      </ul>
      <div>
        <Button look="main" onPress={next}>
          {t("start.go_on")}
        </Button>
      </div>
    </div>
  );
}

async function makeTeam(name: string): Promise<Team> {
  const { answer } = await call("create_team", { body: { name } });
  return answer;
}

async function invite({ name, email }: Person, team: Team): Promise<string> {
  const body = { name, email, memberships: [{ team: team.id, level: "primary" as const }] };
  const { answer } = await confirmed(() => call("invite_teammate", { body }));
  return (answer as { invite?: Invited | null }).invite?.link ?? "";
}

interface RowProps {
  person: Person;
  number: number;
  put: (part: Partial<Person>) => void;
  refusal: Refusal | null;
}

function Row({ person, number, put, refusal }: RowProps) {
  return (
    <div className="ek-columns" role="group" aria-label={t("start.person", { number })}>
      <TextField
        label={t("start.person_name", { number })}
        value={person.name}
        onChange={(name) => put({ name })}
        isDisabled={person.link !== null}
        fault={faultOf(refusal, "/name")}
      />
      <TextField
        label={t("start.person_email", { number })}
        type="email"
        value={person.email}
        onChange={(email) => put({ email })}
        isDisabled={person.link !== null}
        fault={faultOf(refusal, "/email")}
      />
    </div>
  );
}

export function ByHand({ next }: { next: () => void }) {
  const [team, setTeam] = useState("");
  const [made, setMade] = useState<Team | null>(null);
  const [people, setPeople] = useState<readonly Person[]>([NOBODY, NOBODY, NOBODY]);
  const [refusal, setRefusal] = useState<{ at: number; error: Refusal } | null>(null);
  const put = (at: number, part: Partial<Person>) =>
    setPeople((all) => all.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const named = people.filter(({ name, email }) => name.trim() !== "" && email.trim() !== "");
  // What is done already is not done again when a later one is refused.
  const send = async () => {
    let at = -1;
    try {
      const to = made ?? (await makeTeam(team.trim()));
      setMade(to);
      for (at = 0; at < people.length; at++) {
        const person = people[at];
        if (person === undefined || !named.includes(person) || person.link !== null) continue;
        put(at, { link: await invite(person, to) });
      }
      setRefusal(null);
      age(["list_teams", "list_teammates"]);
    } catch (error) {
      const refused = error instanceof Refusal ? error : new Refusal(0, null);
      setRefusal({ at, error: refused });
      if ((refused.problem?.errors.length ?? 0) === 0) complain(refused);
    }
  };
  if (named.length > 0 && named.every(({ link }) => link !== null))
    return <Links people={named} next={next} />;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  return (
    <form className="ek-stack" onSubmit={onSubmit}>
      <TextField
        label={t("start.team_name")}
        value={team}
        onChange={setTeam}
        isDisabled={made !== null}
        fault={faultOf(refusal?.at === -1 ? refusal.error : null, "/name")}
      />
      {people.map((person, at) => (
        <Row
          key={at}
          person={person}
          number={at + 1}
          put={(part) => put(at, part)}
          refusal={refusal?.at === at ? refusal.error : null}
        />
      ))}
      <div>
        <Button look="main" type="submit" isDisabled={team.trim() === "" || named.length === 0}>
          {t("start.hand_go")}
        </Button>
      </div>
    </form>
  );
}
