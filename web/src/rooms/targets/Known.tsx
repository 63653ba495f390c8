// Known -- who has said that they know a target, what they said about it, and who has not said so:
// silence is not consent.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { TargetWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";

function Acknowledge({ target }: { target: TargetWhole }) {
  const [comment, setComment] = useState("");
  const say = useChange("acknowledge_target", ["get_target", "list_targets"]);
  const send = () =>
    say.mutate(
      {
        params: { id: target.id },
        body: { comment: comment.trim() === "" ? null : comment },
      },
      { onSuccess: () => tell(t("targets.acknowledged_now")) },
    );
  return (
    <div className="ek-stack">
      <TextField
        label={t("targets.my_comment")}
        help={t("targets.my_comment_means")}
        lines={2}
        value={comment}
        onChange={setComment}
        fault={faultAt(say.error, "/comment")}
      />
      <div className="ek-row">
        <Button look="main" isDisabled={say.isPending} onPress={send}>
          {t("targets.i_know_it")}
        </Button>
      </div>
      {say.error !== null && <p role="alert">{say.error.problem?.detail}</p>}
    </div>
  );
}

export function KnownBy({ target }: { target: TargetWhole }) {
  const names = useNames();
  const missing = target.not_yet_acknowledged;
  const isAsked = missing.includes(me().id) && may("target_acknowledge");
  return (
    <section className="ek-panel" aria-labelledby="target-known">
      <h2 id="target-known">{t("targets.known")}</h2>
      <ul className="ek-targets-facts">
        {target.comments.map(({ teammate, at, current, comment }) => (
          <li key={`${teammate} ${at}`}>
            <strong>
              <Name id={teammate} />
            </strong>{" "}
            <span className="ek-quiet ek-small">
              <When at={at} />
              {!current && ` · ${t("targets.changed_since")}`}
            </span>
            {comment !== null && <p dir="auto">{comment}</p>}
          </li>
        ))}
      </ul>
      {missing.length > 0 ? (
        <p>
          {t("targets.not_yet", { names: formatList(missing.map((id) => names.of(id))) })}{" "}
          <span className="ek-quiet">{t("targets.silence")}</span>
        </p>
      ) : (
        target.acknowledged.length > 0 && <p>{t("targets.known_by_all")}</p>
      )}
      {isAsked && <Acknowledge target={target} />}
    </section>
  );
}
