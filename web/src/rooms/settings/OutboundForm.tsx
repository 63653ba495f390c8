// OutboundForm -- whom this server may call though an address is not reachable from everywhere:
// networks by name, and further ports.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Received } from "../../feed/http.ts";
import type { OutboundNetwork } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { apart, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { useAttempt } from "./useAttempt.ts";

function Fields({ received }: { received: Received<"get_server_settings"> }) {
  const from = received.answer;
  const [name, setName] = useState("");
  const [network, setNetwork] = useState("");
  const [ports, setPorts] = useState(from.outbound_ports.join(", "));
  const { attempt, refusal, isBusy } = useAttempt();
  const put = (networks: readonly OutboundNetwork[]) =>
    attempt(async () => {
      const body = {
        outbound_networks: networks,
        outbound_ports: ports
          .split(/[\s,]+/)
          .filter((port) => port !== "")
          .map(Number),
      };
      const ifMatch = received.etag ?? "*";
      await confirmed(() => call("update_server_settings", { body, ifMatch }));
      setName("");
      setNetwork("");
      age(["get_server_settings"]);
      tell(t("workspace.outbound_saved"));
    });
  const send = (event: FormEvent) => {
    event.preventDefault();
    void put(
      network === "" ? from.outbound_networks : [...from.outbound_networks, { name, network }],
    );
  };
  const last = from.outbound_networks.length;
  return (
    <form className="ek-panel" onSubmit={send}>
      <h2>{t("workspace.outbound")}</h2>
      <p className="ek-quiet">{t("workspace.outbound_mean")}</p>
      <ul className="ek-stack">
        {from.outbound_networks.map((one, i) => (
          <li key={`${one.name} ${one.network}`} className="ek-settings-item ek-head">
            <span>
              <bdi>{one.name}</bdi> <bdi className="ek-code">{one.network}</bdi>
            </span>
            <Button
              look="link"
              aria-label={formatList([t("workspace.outbound_remove"), one.name])}
              onPress={() => void put(from.outbound_networks.filter((_, at) => at !== i))}
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
      <div>
        <Button type="submit" isDisabled={isBusy}>
          {t("workspace.outbound_save")}
        </Button>
      </div>
    </form>
  );
}

export function OutboundForm() {
  const settings = useAnswer("get_server_settings");
  return (
    <Confirmable of={settings}>
      {(received) => <Fields key={received.etag} received={received} />}
    </Confirmable>
  );
}
