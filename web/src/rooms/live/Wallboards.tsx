// Wallboards -- secret addresses for screens on the wall: made, shown once, revoked. Their list is
// a secret too, so that even looking is confirmed.
import { useState } from "react";
import { useAnswer, age } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId, WallboardId } from "../../gen/ids.ts";
import type { Wallboard } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { askToConfirm, confirmed, needsConfirming } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Checkbox, TextField } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Empty, faultAt, Fault, Loading } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import type { Scope } from "./scope.ts";

function Address({ url, onClose }: { url: string; onClose: () => void }) {
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    tell(t("common.copied"));
  };
  return (
    <Dialog
      title={t("live.wall_made")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={() => void copy()}>{t("common.copy")}</Button>
          <Button look="main" onPress={onClose}>
            {t("live.wall_noted")}
          </Button>
        </>
      }
    >
      <p>{t("live.wall_once")}</p>
      <TextField label={t("live.wall_address")} value={url} isReadOnly />
    </Dialog>
  );
}

function TeamBoxes({
  scope,
  teams,
  choose,
}: {
  scope: Scope;
  teams: readonly TeamId[];
  choose: (teams: readonly TeamId[]) => void;
}) {
  return (
    <div role="group" aria-label={t("live.wall_teams")} className="ek-stack">
      <span className="ek-label">{t("live.wall_teams")}</span>
      {scope.all.map(({ id, name }) => (
        <Checkbox
          key={id}
          isSelected={teams.includes(id)}
          onChange={(on) => choose(on ? [...teams, id] : teams.filter((each) => each !== id))}
        >
          <bdi>{name}</bdi>
        </Checkbox>
      ))}
    </div>
  );
}

function Make({
  scope,
  made,
  onClose,
}: {
  scope: Scope;
  made: (url: string | null) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [teams, setTeams] = useState<readonly TeamId[]>([]);
  const [error, setError] = useState<Refusal | null>(null);
  const make = async () => {
    try {
      const { answer } = await confirmed(() => call("create_wallboard", { body: { name, teams } }));
      age(["list_wallboards"]);
      made(answer.url);
    } catch (refused) {
      setError(refused as Refusal);
    }
  };
  const fault = faultAt(error, "/name");
  return (
    <Dialog
      title={t("live.wall_new")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button
            look="main"
            onPress={() => void make()}
            isDisabled={name.trim() === "" || teams.length === 0}
          >
            {t("live.wall_make")}
          </Button>
        </>
      }
    >
      <p>{t("live.wall_shows")}</p>
      <TextField
        label={t("live.wall_name")}
        help={t("live.wall_name_help")}
        value={name}
        onChange={setName}
        fault={fault}
        autoFocus
      />
      <TeamBoxes scope={scope} teams={teams} choose={setTeams} />
      {error !== null && fault === undefined && <Fault error={error} />}
    </Dialog>
  );
}

function Row({ wall, revoke }: { wall: Wallboard; revoke: (id: WallboardId) => void }) {
  const names = useNames();
  return (
    <li className="ek-live-move">
      <strong>
        <bdi dir="auto">{wall.name}</bdi>
      </strong>
      <span className="ek-live-grow">
        <bdi>{formatList(wall.teams.map((team) => names.of(team)))}</bdi>
      </span>
      <span className="ek-quiet">
        {t("live.wall_since")} <When at={wall.created_at} />
      </span>
      <Button
        look="danger"
        onPress={() => revoke(wall.id)}
        aria-label={t("live.wall_revoke_this", { name: wall.name })}
      >
        {t("live.wall_revoke")}
      </Button>
    </li>
  );
}

// Revoking cannot be put back: it is asked first.
function Revoke({ id, onClose }: { id: WallboardId; onClose: () => void }) {
  const revoke = async () => {
    try {
      await confirmed(() => call("delete_wallboard", { params: { id } }));
      age(["list_wallboards"]);
      tell(t("live.wall_revoked"));
    } catch (refused) {
      complain(refused as Refusal);
    }
    onClose();
  };
  return (
    <Dialog
      title={t("live.wall_revoke")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="danger" onPress={() => void revoke()}>
            {t("live.wall_revoke")}
          </Button>
        </>
      }
    >
      <p>{t("live.wall_revoke_means")}</p>
    </Dialog>
  );
}

export function Wallboards({ scope }: { scope: Scope }) {
  const walls = useAnswer("list_wallboards", { query: { limit: 500 } });
  const [isMaking, make] = useState(false);
  const [url, setUrl] = useState<string | null>(null);
  const [revoked, revoke] = useState<WallboardId | null>(null);
  const open = async () => (await askToConfirm()) && walls.refetch();
  if (walls.data === undefined && needsConfirming(walls.error))
    return (
      <Empty
        title={t("live.wall_locked")}
        action={
          <Button look="main" onPress={() => void open()}>
            {t("confirm.go_on")}
          </Button>
        }
      >
        {t("confirm.why")}
      </Empty>
    );
  if (walls.data === undefined)
    return walls.error === null ? <Loading /> : <Fault error={walls.error} />;
  const rows = walls.data.answer.data;
  return (
    <section className="ek-panel ek-live-narrow" aria-labelledby="live-walls">
      <div className="ek-head">
        <h2 id="live-walls">{t("live.wallboards")}</h2>
        <Button look="main" onPress={() => make(true)}>
          {t("live.wall_new")}
        </Button>
      </div>
      <p className="ek-quiet">{t("live.wall_shows")}</p>
      {rows.length === 0 && <p>{t("live.wall_none")}</p>}
      <ul className="ek-live-list">
        {rows.map((wall) => (
          <Row key={wall.id} wall={wall} revoke={revoke} />
        ))}
      </ul>
      {isMaking && (
        <Make
          scope={scope}
          onClose={() => make(false)}
          made={(address) => {
            make(false);
            setUrl(address);
          }}
        />
      )}
      {url !== null && <Address url={url} onClose={() => setUrl(null)} />}
      {revoked !== null && <Revoke id={revoked} onClose={() => revoke(null)} />}
    </section>
  );
}
