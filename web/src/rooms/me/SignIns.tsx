// SignIns -- where I am signed in; any but this one can be ended here.
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import type { SignIn } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

// "Chromium, Linux": what of the browser's long name says something.
export function programName(program: string | null): string | null {
  if (program === null) return null;
  const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((each) =>
    program.includes(`${each}/`),
  );
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find((each) =>
    program.includes(each),
  );
  if (browser === undefined) return program;
  const shown = browser === "Edg" ? "Edge" : browser === "OPR" ? "Opera" : browser;
  return system === undefined ? shown : `${shown}, ${system}`;
}

function Row({ signIn }: { signIn: SignIn }) {
  const end = useChange("end_my_sign_in", ["list_my_sign_ins"]);
  const name = programName(signIn.program) ?? t("me.some_program");
  const stop = async () => {
    try {
      await end.mutateAsync({ params: { id: signIn.id } });
      tell(t("me.sign_in_ended"));
    } catch (error) {
      complain(error as Refusal);
    }
  };
  return (
    <li className="ek-me-item">
      <span>
        <bdi>{name}</bdi> {signIn.current && <Badge tone="accent">{t("me.this_one")}</Badge>}
      </span>
      <span className="ek-quiet">
        {signIn.from !== null && <bdi className="ek-code">{signIn.from}</bdi>} {t("me.since")}{" "}
        <When at={signIn.at} />
      </span>
      {!signIn.current && (
        <Button onPress={() => void stop()} aria-label={t("me.end_this", { program: name })}>
          {t("me.end")}
        </Button>
      )}
    </li>
  );
}

export function SignIns() {
  const signIns = useAnswer("list_my_sign_ins", { query: { limit: 100, sort: ["-at"] } });
  return (
    <Panel title={t("me.sign_ins")}>
      <Ready of={signIns}>
        {({ answer }) => (
          <ul className="ek-me-list">
            {answer.data.map((signIn) => (
              <Row key={signIn.id} signIn={signIn} />
            ))}
          </ul>
        )}
      </Ready>
    </Panel>
  );
}
