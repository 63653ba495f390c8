// SignIns -- where I am signed in; each can be ended.
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { SignIn } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";

const BROWSERS = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;

// Its short name; the whole of it on hover.
function Program({ name }: { name: string | null }) {
  const short = BROWSERS.find(([sign]) => name !== null && sign.test(name))?.[1] ?? name ?? "–";
  return <bdi title={name ?? ""}>{short}</bdi>;
}

function Row({ signIn, end }: { signIn: SignIn; end: () => void }) {
  return (
    <tr>
      <td>
        <When at={signIn.at} />
      </td>
      <td>
        <bdi className="ek-code">{signIn.from ?? "–"}</bdi>
      </td>
      <td>
        <Program name={signIn.program} />
      </td>
      <td>
        {signIn.current ? (
          <Badge tone="good">{t("mine.this_one")}</Badge>
        ) : (
          <Button look="link" onPress={end}>
            {t("mine.end")}
          </Button>
        )}
      </td>
    </tr>
  );
}

export function SignIns() {
  const list = useAnswer("list_my_sign_ins", { query: { limit: 50 } });
  const change = useChange("end_my_sign_in", ["list_my_sign_ins"]);
  const end = async (id: SignIn["id"]) => {
    try {
      await change.mutateAsync({ params: { id } });
      tell(t("mine.ended"));
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <div className="ek-settings-form">
      <h3 id="sign-ins">{t("mine.sign_ins")}</h3>
      <Ready of={list}>
        {({ answer }) => (
          <div className="ek-table-frame">
            <table className="ek-table" aria-labelledby="sign-ins">
              <thead>
                <tr>
                  <th scope="col">{t("mine.when")}</th>
                  <th scope="col">{t("mine.from")}</th>
                  <th scope="col">{t("mine.program")}</th>
                  <th scope="col">{t("mine.end")}</th>
                </tr>
              </thead>
              <tbody>
                {answer.data.map((signIn) => (
                  <Row key={signIn.id} signIn={signIn} end={() => void end(signIn.id)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
    </div>
  );
}
