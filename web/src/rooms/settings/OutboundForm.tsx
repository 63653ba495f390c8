// OutboundForm -- whom this server may call though an address is not reachable from everywhere:
// networks by name, and further ports.
import { useEffect, useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Received } from "../../feed/http.ts";
import { useMet, type Said } from "../../feed/met.ts";
import type { AuditEntry, OutboundNetwork, ServerSettings } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { apart, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { useAttempt } from "./useAttempt.ts";

const CHANGED = "server_setting.changed";
type Kept = Pick<ServerSettings, "outbound_networks" | "outbound_ports">;

const portsOf = (typed: string) =>
  typed
    .split(/[\s,]+/)
    .filter((port) => port !== "")
    .map(Number);

function saidOf({ outbound_networks: networks, outbound_ports: ports }: Kept): readonly Said[] {
  const lines = networks.map(({ name, network }) => `${name} ${apart(network)}`);
  return [
    { label: t("workspace.outbound_networks"), said: lines.join("\n") },
    { label: t("workspace.outbound_ports"), said: ports.join(", ") },
  ];
}

const wasOutbound = ({ reason }: AuditEntry) => reason?.startsWith("outbound_") ?? false;

function useOutbound(received: Received<"get_server_settings">, begin: (of: Kept) => void) {
  const [wanted, want] = useState<Kept>(received.answer); // as it was last sent
  const met = useMet<ServerSettings>({
    begun: received,
    read: () => confirmed(() => call("get_server_settings")),
    says: saidOf,
  });
  const { attempt, refusal, isBusy } = useAttempt();
  const keep = (body: Kept) =>
    attempt(async () => {
      want(body);
      await met.put(async (ifMatch) => {
        const now = await confirmed(() => call("update_server_settings", { body, ifMatch }));
        met.stand(now);
        begin(now.answer);
        age(["get_server_settings"]);
        tell(t("workspace.outbound_saved"));
      });
    });
  return { met, wanted, keep, refusal, isBusy };
}

function Fields({ received }: { received: Received<"get_server_settings"> }) {
  const [name, setName] = useState("");
  const [network, setNetwork] = useState("");
  const [ports, setPorts] = useState(received.answer.outbound_ports.join(", "));
  const begin = (of: Kept) => {
    setName("");
    setNetwork("");
    setPorts(of.outbound_ports.join(", "));
  };
  const { met, wanted, keep, refusal, isBusy } = useOutbound(received, begin);
  const { outbound_networks: networks, outbound_ports: kept } = met.was ?? received.answer;
  // Where nothing is typed, what others do is shown as it comes.
  const isTouched = name !== "" || network !== "" || ports !== kept.join(", ");
  useEffect(() => {
    if (isTouched || met.theirs !== null) return;
    met.stand(received);
    setPorts(received.answer.outbound_ports.join(", "));
  }, [received.etag]);
  const put = (next: readonly OutboundNetwork[]) =>
    void keep({ outbound_networks: next, outbound_ports: portsOf(ports) });
  const send = (event: FormEvent) => {
    event.preventDefault();
    put(network === "" ? networks : [...networks, { name, network }]);
  };
  const last = networks.length;
  return (
    <form className="ek-panel" onSubmit={send}>
      <h2>{t("workspace.outbound")}</h2>
      <p className="ek-quiet">{t("workspace.outbound_mean")}</p>
      <ul className="ek-stack">
        {networks.map((one, i) => (
          <li key={`${one.name} ${one.network}`} className="ek-settings-item ek-head">
            <span>
              <bdi>{one.name}</bdi> <bdi className="ek-code">{one.network}</bdi>
            </span>
            <Button
              look="link"
              aria-label={formatList([t("workspace.outbound_remove"), one.name])}
              isDisabled={isBusy || met.theirs !== null}
              onPress={() => put(networks.filter((_, at) => at !== i))}
            >
              {t("workspace.outbound_remove")}
            </Button>
          </li>
        ))}
      </ul>
      <TextField
        label={t("workspace.outbound_name")}
        value={name}
        onChange={setName}
        fault={faultOf(refusal, `/outbound_networks/${last}/name`)}
      />
      <TextField
        label={t("workspace.outbound_network")}
        placeholder={apart("10.20.0.0/16")}
        value={network}
        onChange={setNetwork}
        fault={faultOf(refusal, `/outbound_networks/${last}/network`)}
      />
      <TextField
        label={t("workspace.outbound_ports")}
        placeholder="8443"
        value={ports}
        onChange={setPorts}
        fault={faultOf(refusal, "/outbound_ports")}
      />
      <FormConflict
        met={met}
        mine={saidOf(wanted)}
        onTheirs={begin}
        onMine={() => void keep(wanted)}
        by={<LastBy action={CHANGED} is={wasOutbound} />}
      />
      <div>
        <Button type="submit" isDisabled={isBusy || met.theirs !== null}>
          {t("workspace.outbound_save")}
        </Button>
      </div>
    </form>
  );
}

export function OutboundForm() {
  const settings = useAnswer("get_server_settings");
  return <Confirmable of={settings}>{(received) => <Fields received={received} />}</Confirmable>;
}
