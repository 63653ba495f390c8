// Limits -- the most that is given to me, and where each limit comes from: my own, the workspace's,
// a newcomer's ramp.
import { useAnswer } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { CapacityClass } from "../../gen/enums.ts";
import type { ScopedSettings, SettingOrigin } from "../../gen/shapes.ts";
import { Ready } from "../../parts/states.tsx";
import { classWord, say } from "../../why/sentences.ts";
import { formatDate, formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

function valueOf(value: unknown): string {
  return typeof value === "number" ? formatNumber(value) : t("me.no_limit");
}

function Row({ name, value, from }: { name: string; value: string; from: SettingOrigin["from"] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong className="ek-number">{value}</strong>{" "}
        <span className="ek-quiet">{t(`me.from_${from}`)}</span>
      </dd>
    </div>
  );
}

function Rows({ settings }: { settings: ScopedSettings["settings"] }) {
  const load = useAnswer("get_my_load").data?.answer;
  const limit = settings["limit"];
  const classes = settings["class_limit"];
  const ramp = settings["ramp_start"];
  const each = Object.entries((classes?.effective ?? {}) as Record<string, number | null>);
  return (
    <dl className="ek-me-pairs">
      {limit !== undefined && (
        <Row
          name={t("me.limit_all")}
          value={valueOf(load === undefined ? limit.effective : load.limit)}
          from={load?.limit_from === "ramp" ? "ramp" : limit.from}
        />
      )}
      {classes !== undefined &&
        each.map(([name, value]) => (
          <Row
            key={name}
            name={t("me.limit_class", { class: say(classWord(name as CapacityClass)) })}
            value={valueOf(value)}
            from={classes.from}
          />
        ))}
      {typeof ramp?.effective === "string" && (
        <Row name={t("me.ramp_since")} value={formatDate(ramp.effective)} from={ramp.from} />
      )}
    </dl>
  );
}

export function Limits() {
  const settings = useAnswer("get_teammate_settings", { params: { id: me().id } });
  return (
    <Panel title={t("me.limits")}>
      <Ready of={settings}>{({ answer }) => <Rows settings={answer.settings} />}</Ready>
    </Panel>
  );
}
