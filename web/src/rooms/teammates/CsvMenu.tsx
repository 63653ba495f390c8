// CsvMenu -- the list as a file, a table to edit, and tables brought in, which become a look like
// any other change of many.
import { useState } from "react";
import { FileSpreadsheet } from "lucide-react";
import { Refusal, send } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { BulkEdit } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { RadioGroup } from "../../parts/fields.tsx";
import { Menu, type MenuEntry } from "../../parts/Menu.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { faultWords } from "../../parts/faults.ts";
import { download, editableCsv, readCsv } from "./csv.ts";
import type { Row } from "./row.ts";

type Resource = "teammates" | "memberships";

export interface Imported {
  bulk: BulkEdit;
  text: string;
  resource: Resource;
}

export async function importCsv(resource: Resource, text: string): Promise<Imported> {
  const response = await send("POST", `/api/v1/imports?resource=${resource}`, {
    headers: { "Content-Type": "text/csv" },
    body: text,
  });
  return { bulk: (await response.json()) as BulkEdit, text, resource };
}

async function template(resource: Resource): Promise<string> {
  const response = await send("GET", `/api/v1/imports/template.csv?resource=${resource}`, {});
  return response.text();
}

function ImportFaults({ error }: { error: Refusal }) {
  const faults = error.problem?.errors ?? [];
  return (
    <div role="alert" className="ek-fault">
      <p>{error.problem?.detail ?? t("common.unreachable")}</p>
      <ul>
        {faults.slice(0, 20).map((fault, index) => (
          <li key={index} dir="auto">
            {fault.code === "unknown_field" ? fault.detail : faultWords(fault)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Template({ of }: { of: Resource }) {
  const get = async () => download(`${of}-template.csv`, await template(of));
  return (
    <Button look="link" onPress={() => void get().catch(complain)}>
      {t("teammates.csv_template")}
    </Button>
  );
}

function ImportDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: Imported) => void;
}) {
  const [resource, setResource] = useState<Resource>("teammates");
  const [file, setFile] = useState<File | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const look = async () => {
    if (file === null) return;
    setBusy(true);
    setError(null);
    try {
      onMade(await importCsv(resource, await file.text()));
    } catch (refused) {
      setError(refused instanceof Refusal ? refused : new Refusal(0, null));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={t("teammates.csv_in")}
      act={t("teammates.look")}
      canAct={file !== null && !isBusy}
      onAct={() => void look()}
      onClose={onClose}
    >
      <p>{t("teammates.csv_in_help")}</p>
      <RadioGroup
        label={t("teammates.csv_of")}
        choices={[
          { id: "teammates", label: t("teammates.csv_teammates") },
          { id: "memberships", label: t("teammates.csv_memberships") },
        ]}
        value={resource}
        onChange={(id) => setResource(id as Resource)}
      />
      <div className="ek-row">
        <input
          type="file"
          accept=".csv,text/csv"
          className="ek-teammates-file"
          aria-label={t("teammates.csv_file")}
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <Template of={resource} />
      </div>
      {error !== null && <ImportFaults error={error} />}
    </FormDialog>
  );
}

async function csvOut(listUrl: string): Promise<void> {
  const response = await send("GET", listUrl, { headers: { Accept: "text/csv" } });
  if (response.status === 202) tell(t("teammates.csv_job"));
  else download("teammates.csv", await response.blob());
}

interface Props {
  listUrl: string; // the same query as the screen's
  rows: readonly Row[];
  isWhole: boolean;
  teamName: (id: string) => string;
  onMade: (made: Imported) => void;
}

async function csvToEdit({ rows, teamName }: Pick<Props, "rows" | "teamName">): Promise<void> {
  const header = readCsv(await template("teammates"))[0] ?? [];
  download("teammates-to-edit.csv", editableCsv(header, rows, teamName));
}

function entriesOf(props: Props, bringIn: () => void): MenuEntry[] {
  const out = {
    id: "out",
    label: t("teammates.csv_out"),
    onAction: () => void csvOut(props.listUrl).catch(complain),
  };
  if (!may("import_create")) return [out];
  const edit = {
    id: "edit",
    label: t("teammates.csv_edit"),
    isDisabled: !props.isWhole,
    onAction: () => void csvToEdit(props).catch(complain),
  };
  return [out, edit, { id: "in", label: t("teammates.csv_in"), onAction: bringIn }];
}

export function CsvMenu(props: Props) {
  const [isImporting, setImporting] = useState(false);
  return (
    <>
      <Menu
        button={
          <>
            <FileSpreadsheet className="ek-icon" aria-hidden />
            CSV
          </>
        }
        entries={entriesOf(props, () => setImporting(true))}
      />
      {isImporting && (
        <ImportDialog
          onClose={() => setImporting(false)}
          onMade={(made) => {
            setImporting(false);
            props.onMade(made);
          }}
        />
      )}
    </>
  );
}
