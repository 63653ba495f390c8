// Sources -- other systems that post conversations in: each with its address, how to post to it,
// what it posted and what became of that, and a secret that is shown once.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { Source } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Badge } from "../../parts/marks.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { SourceForm } from "./SourceForm.tsx";
import { SourceInstall } from "./SourceInstall.tsx";
import { SourceMessages } from "./SourceMessages.tsx";
import { useAttempt } from "./useAttempt.ts";

// What of which source is open above the page. A secret that was just made is shown with how to
// post, as it is never told again.
type Open =
  | { what: "form"; id: Source["id"] | null }
  | { what: "install"; source: Source; secret: string | null }
  | { what: "messages" | "end"; source: Source };

function Facts({ source }: { source: Source }) {
  const names = useNames();
  return (
    <span>
      <strong>
        <bdi>{source.name}</bdi>
      </strong>{" "}
      <Badge tone={source.active ? "good" : "quiet"}>
        {t(source.active ? "workspace.hook_state_active" : "workspace.hook_state_disabled")}
      </Badge>
      <br />
      <bdi className="ek-code">{source.url}</bdi>
      <br />
      <span className="ek-quiet">
        <bdi>{source.team === null ? t("hooks.team_default") : names.of(source.team)}</bdi> ·{" "}
        {wordOf("why", `class_${source.channel}`)} ·{" "}
        {source.last_at === null ? (
          t("hooks.posted_never")
        ) : (
          <>
            {t("hooks.posted_last")} <When at={source.last_at} />
          </>
        )}
        {source.rotating_until !== null && (
          <>
            {" "}
            · {t("hooks.rotating")} <When at={source.rotating_until} />
          </>
        )}
      </span>
    </span>
  );
}

function Row({ source, open }: { source: Source; open: (what: Open) => void }) {
  const { attempt, isBusy } = useAttempt();
  const params = { id: source.id };
  const turn = (active: boolean) =>
    attempt(async () => {
      await confirmed(() => call("update_source", { params, body: { active }, ifMatch: "*" }));
      age(["list_sources", "get_source"]);
    });
  const press = () =>
    void turn(!source.active).then(
      (isDone) =>
        isDone &&
        tell(t(source.active ? "hooks.is_off" : "hooks.is_on", { name: source.name }), () =>
          turn(source.active),
        ),
    );
  const rotate = () =>
    void attempt(async () => {
      const { answer } = await confirmed(() => call("rotate_source_secret", { params }));
      age(["list_sources"]);
      open({ what: "install", source, secret: answer.secret });
    });
  const act = (words: string, step: () => void, look: "quiet" | "link" = "link") => (
    <Button look={look} isDisabled={isBusy} aria-label={`${words}: ${source.name}`} onPress={step}>
      {words}
    </Button>
  );
  const turnWords = t(source.active ? "workspace.hook_turn_off" : "workspace.hook_turn_on");
  return (
    <li className="ek-settings-item ek-head">
      <Facts source={source} />
      <span className="ek-row">
        {act(t("hooks.how"), () => open({ what: "install", source, secret: null }), "quiet")}
        {act(t("hooks.messages"), () => open({ what: "messages", source }), "quiet")}
        {act(t("common.edit"), () => open({ what: "form", id: source.id }))}
        {act(t("workspace.hook_rotate"), rotate)}
        {act(turnWords, press)}
        {act(t("hooks.archive"), () => open({ what: "end", source }))}
      </span>
    </li>
  );
}

// Cannot be put back, as the secret is gone: said before it is done.
function Ending({ source, close }: { source: Source; close: () => void }) {
  const { attempt, isBusy } = useAttempt();
  const end = async () => {
    const told = { params: { id: source.id } };
    if (!(await attempt(() => confirmed(() => call("delete_source", told))))) return;
    age(["list_sources"]);
    tell(t("hooks.archived", { name: source.name }));
    close();
  };
  return (
    <Dialog title={t("hooks.archive_title", { name: source.name })} isOpen onClose={close}>
      <p>{t("hooks.archive_means")}</p>
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="danger" isDisabled={isBusy} onPress={() => void end()}>
          {t("hooks.archive")}
        </Button>
      </div>
    </Dialog>
  );
}

function Above({ of, open }: { of: Open; open: (what: Open | null) => void }) {
  const close = () => open(null);
  if (of.what === "install")
    return <SourceInstall source={of.source} secret={of.secret} close={close} />;
  if (of.what === "messages") return <SourceMessages source={of.source} close={close} />;
  if (of.what !== "form") return <Ending source={of.source} close={close} />;
  const made = (source: Source, secret: string | null) => open({ what: "install", source, secret });
  return <SourceForm id={of.id} close={close} made={made} />;
}

export function Sources() {
  const list = useAnswer("list_sources", { query: { limit: 500 } });
  const [open, setOpen] = useState<Open | null>(null);
  const add = (
    <Button look="main" onPress={() => setOpen({ what: "form", id: null })}>
      {t("hooks.source_add")}
    </Button>
  );
  return (
    <>
      <h3>{t("hooks.in")}</h3>
      <p className="ek-quiet">{t("hooks.in_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <Empty title={t("hooks.no_sources")} action={add}>
              {t("hooks.no_sources_why")}
            </Empty>
          ) : (
            <>
              <ul className="ek-stack">
                {answer.data.map((source) => (
                  <Row key={source.id} source={source} open={setOpen} />
                ))}
              </ul>
              <div>{add}</div>
            </>
          )
        }
      </Confirmable>
      {open !== null && <Above of={open} open={setOpen} />}
    </>
  );
}
