// Invite -- somebody new: name, address, roles, teams; then the link by which they come in, told
// once.
import { useState } from "react";
import { call, Refusal } from "../../feed/http.ts";
import { ROLE, type Role } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Invited, TeammateInvite } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Checkbox, Select, TextField } from "../../parts/fields.tsx";
import { faultAt } from "../../parts/states.tsx";
import { formatMoment } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { readRowsAgain } from "./rows.ts";
import { readLanguages } from "./typed.ts";

function LinkShown({
  name,
  invite,
  onClose,
}: {
  name: string;
  invite: Invited;
  onClose: () => void;
}) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog
      title={t("teammates.invited", { name })}
      isOpen
      onClose={onClose}
      foot={
        <Button look="main" onPress={onClose}>
          {t("teammates.done")}
        </Button>
      }
    >
      {invite.link === null ? (
        <p>{t("teammates.invite_mailed")}</p>
      ) : (
        <>
          <p>{t("teammates.invite_link", { until: formatMoment(invite.expires_at) })}</p>
          <output className="ek-teammates-link ek-code" dir="ltr">
            {invite.link}
          </output>
          <div>
            <Button
              onPress={() =>
                void navigator.clipboard.writeText(invite.link ?? "").then(() => setCopied(true))
              }
            >
              {isCopied ? t("common.copied") : t("common.copy")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function RoleChoice({
  roles,
  onChange,
}: {
  roles: readonly Role[];
  onChange: (roles: Role[]) => void;
}) {
  return (
    <fieldset className="ek-teammates-set">
      <legend className="ek-label">{t("teammates.roles")}</legend>
      {ROLE.map((role) => (
        <Checkbox
          key={role}
          isSelected={roles.includes(role)}
          onChange={(isWanted) =>
            onChange(isWanted ? [...roles, role] : roles.filter((each) => each !== role))
          }
        >
          {wordOf("told", `role_${role}`)}
        </Checkbox>
      ))}
    </fieldset>
  );
}

interface Draft {
  name: string;
  email: string;
  languages: string;
  roles: readonly Role[];
  team: string;
}

const EMPTY: Draft = { name: "", email: "", languages: "", roles: ["teammate"], team: "none" };

const bodyOf = (draft: Draft): TeammateInvite => ({
  name: draft.name.trim(),
  email: draft.email.trim(),
  roles: draft.roles,
  languages: readLanguages(draft.languages) ?? [],
  ...(draft.team === "none"
    ? {}
    : { memberships: [{ team: draft.team as TeamId, level: "primary" as const }] }),
});

interface FieldsProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  error: Refusal | null;
  teams: readonly { id: string; name: string }[];
}

function Fields({ draft, set, error, teams }: FieldsProps) {
  return (
    <>
      <TextField
        label={t("teammates.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        autoFocus
        fault={faultAt(error, "/name")}
      />
      <TextField
        label={t("teammates.email")}
        type="email"
        value={draft.email}
        onChange={(email) => set({ email })}
        fault={faultAt(error, "/email")}
      />
      <TextField
        label={t("teammates.languages")}
        help={t("teammates.languages_help")}
        value={draft.languages}
        onChange={(languages) => set({ languages })}
        fault={faultAt(error, "/languages")}
      />
      <RoleChoice roles={draft.roles} onChange={(roles) => set({ roles })} />
      <Select
        label={t("teammates.first_team")}
        choices={[
          { id: "none", label: t("teammates.no_team") },
          ...teams.map(({ id, name }) => ({ id, label: name })),
        ]}
        value={draft.team}
        onChange={(team) => set({ team })}
      />
    </>
  );
}

export function Invite({ teams, onClose }: Pick<FieldsProps, "teams"> & { onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY);
  const [error, setError] = useState<Refusal | null>(null);
  const [invite, setInvite] = useState<Invited | null>(null);
  const save = async () => {
    setError(null);
    try {
      const { answer } = await confirmed(() => call("invite_teammate", { body: bodyOf(draft) }));
      readRowsAgain();
      if (answer.invite === undefined) onClose();
      else setInvite(answer.invite);
    } catch (refused) {
      setError(refused instanceof Refusal ? refused : new Refusal(0, null));
    }
  };
  if (invite !== null) return <LinkShown name={draft.name} invite={invite} onClose={onClose} />;
  const isWhole = (error?.problem?.errors.length ?? 0) === 0;
  return (
    <FormDialog
      title={t("teammates.invite")}
      act={t("teammates.invite_do")}
      canAct={draft.name.trim() !== "" && draft.email.trim() !== ""}
      onAct={() => void save()}
      onClose={onClose}
      error={isWhole ? error : null}
    >
      <Fields {...{ draft, error, teams }} set={(change) => setDraft({ ...draft, ...change })} />
    </FormDialog>
  );
}

export { RoleChoice };
