// SignIns -- where I am signed in; any but this one can be ended here.
import { useAnswer, useChange } from "../feed/cache.ts";
import type { SignIn } from "../gen/shapes.ts";
import { t } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Badge } from "./marks.tsx";
import { complain, tell } from "./notices.tsx";
import { Ready } from "./states.tsx";
import { When } from "./time.tsx";
import "./sign_ins.css";

const BROWSERS = {
  Edg: "Edge",
  OPR: "Opera",
  Firefox: "Firefox",
  Chrome: "Chrome",
  Safari: "Safari",
};
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"];

// "Chrome, Linux": what of the browser's long name says something.
export function programName(program: string | null): string | null {
  if (program === null) return null;
  const browser = Object.entries(BROWSERS).find(([sign]) => program.includes(`${sign}/`))?.[1];
  const system = SYSTEMS.find((each) => program.includes(each));
  if (browser === undefined) return program;
  return system === undefined ? browser : `${browser}, ${system}`;
}

function Row({ signIn }: { signIn: SignIn }) {
  const end = useChange("end_my_sign_in", ["list_my_sign_ins"]);
  const name = programName(signIn.program) ?? t("me.some_program");
  const stop = async () => {
    try {
      await end.mutateAsync({ params: { id: signIn.id } });
      tell(t("me.sign_in_ended"));
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <li>
      <span>
        <bdi title={signIn.program ?? undefined}>{name}</bdi>{" "}
        {signIn.current && <Badge tone="accent">{t("me.this_one")}</Badge>}
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
    <Ready of={signIns}>
      {({ answer }) => (
        <ul className="ek-sign-ins">
          {answer.data.map((signIn) => (
            <Row key={signIn.id} signIn={signIn} />
          ))}
        </ul>
      )}
    </Ready>
  );
}
