// Addresses -- where a contact is reached, on every channel; what proves each, and who says so.
// Somebody who knows can vouch for one, and take that back.
import { useState } from "react";
import { ShieldCheck, ShieldQuestion, X } from "lucide-react";
import { useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { CapacityClass } from "../../gen/enums.ts";
import type { Contact, Identity } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { Name } from "../../parts/Name.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";

const CHANNELS: readonly CapacityClass[] = ["email", "chat", "voice", "video", "api"];
const TOUCHED = ["get_contact"] as const;

function Proof({ isProved, how }: { isProved: boolean; how: Identity["verified_how"] }) {
  const Icon = isProved ? ShieldCheck : ShieldQuestion;
  return (
    <span className="ek-mark" data-tone={isProved ? "good" : "quiet"}>
      <Icon className="ek-icon" aria-hidden />
      {!isProved
        ? t("contacts.not_proved")
        : how === null
          ? t("contacts.proved")
          : t(`contacts.proved_${how}`)}
    </span>
  );
}

function Line({ name, address, isProved }: { name: string; address: string; isProved: boolean }) {
  return (
    <li className="ek-contacts-address">
      <span className="ek-quiet">{name}</span>
      <bdi>{address}</bdi>
      <Proof isProved={isProved} how={isProved ? "mail" : null} />
    </li>
  );
}

function useVouch(of: Contact, identity: Identity) {
  const verify = useChange("verify_identity", TOUCHED);
  const unverify = useChange("unverify_identity", TOUCHED);
  const params = { id: of.id, identity: identity.id };
  return () => {
    const [change, undo] = identity.verified
      ? ([unverify, "verify_identity"] as const)
      : ([verify, "unverify_identity"] as const);
    change
      .mutateAsync({ params })
      .then(() =>
        tell(
          t(identity.verified ? "contacts.unvouched" : "contacts.vouched"),
          back(undo, { params }, TOUCHED),
        ),
      )
      .catch((error: unknown) => complain(error as Error));
  };
}

function Row({ of, identity }: { of: Contact; identity: Identity }) {
  const vouch = useVouch(of, identity);
  const remove = useChange("remove_identity", TOUCHED);
  const { channel, address } = identity;
  const isSaid = identity.verified_how !== "mail" && identity.verified_how !== "site";
  const takeAway = () =>
    remove
      .mutateAsync({ params: { id: of.id, identity: identity.id } })
      .then(() =>
        tell(
          t("contacts.address_gone"),
          back("add_identity", { params: { id: of.id }, body: { channel, address } }, TOUCHED),
        ),
      )
      .catch((error: unknown) => complain(error as Error));
  return (
    <li className="ek-contacts-address">
      <span className="ek-quiet">{wordOf("inbox", `channel_${channel}`)}</span>
      <bdi>{address}</bdi>
      <Proof isProved={identity.verified} how={identity.verified_how} />
      {identity.verified_by !== null && identity.verified_at !== null && (
        <span className="ek-small ek-quiet">
          <Name id={identity.verified_by} /> · <When at={identity.verified_at} />
        </span>
      )}
      {may("contact_identity_edit") && (
        <span className="ek-row">
          {isSaid && (
            <Button look="link" onPress={vouch}>
              {t(identity.verified ? "contacts.unvouch" : "contacts.vouch")}
            </Button>
          )}
          <IconButton
            label={t("contacts.address_remove", { address })}
            onPress={() => void takeAway()}
          >
            <X className="ek-icon" aria-hidden />
          </IconButton>
        </span>
      )}
    </li>
  );
}

function AddAddress({ of, onClose }: { of: Contact; onClose: () => void }) {
  const [channel, setChannel] = useState<CapacityClass>("email");
  const [address, setAddress] = useState("");
  const add = useChange("add_identity", TOUCHED);
  const act = () =>
    void add
      .mutateAsync({ params: { id: of.id }, body: { channel, address: address.trim() } })
      .then(onClose)
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.address_add")}
      act={t("common.add")}
      canAct={address.trim() !== "" && !add.isPending}
      onAct={act}
      onClose={onClose}
      error={add.error}
    >
      <Select
        label={t("contacts.channel")}
        choices={CHANNELS.map((id) => ({ id, label: wordOf("inbox", `channel_${id}`) }))}
        value={channel}
        onChange={(id) => setChannel(id as CapacityClass)}
      />
      <TextField
        label={t("contacts.address")}
        value={address}
        onChange={setAddress}
        fault={faultAt(add.error, "/address")}
        autoFocus
      />
    </FormDialog>
  );
}

export function Addresses({ of }: { of: Contact }) {
  const [isAdding, add] = useState(false);
  return (
    <section className="ek-panel ek-stack" aria-labelledby="contacts-addresses">
      <h2 id="contacts-addresses">{t("contacts.addresses")}</h2>
      <ul className="ek-contacts-addresses">
        {of.email !== null && (
          <Line name={t("contacts.email")} address={of.email} isProved={of.email_verified} />
        )}
        {of.phone !== null && (
          <Line name={t("contacts.phone")} address={of.phone} isProved={false} />
        )}
        {of.external_id !== null && (
          <li className="ek-contacts-address">
            <span className="ek-quiet">{t("contacts.external_id")}</span>
            <bdi className="ek-code">{of.external_id}</bdi>
          </li>
        )}
        {of.identities.map((identity) => (
          <Row key={identity.id} of={of} identity={identity} />
        ))}
      </ul>
      {may("contact_identity_edit") && (
        <div>
          <Button onPress={() => add(true)}>{t("contacts.address_add")}</Button>
        </div>
      )}
      {isAdding && <AddAddress of={of} onClose={() => add(false)} />}
    </section>
  );
}
