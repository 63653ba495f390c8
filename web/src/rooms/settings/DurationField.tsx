// DurationField -- a length of time: a number and its unit.
import { useState } from "react";
import { NumberField, Select } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { msOf, unitOf, UNITS, type Unit } from "./duration.ts";

interface Props {
  label: string;
  value: number;
  onChange: (ms: number) => void;
  fault?: string | undefined;
  isLabelHidden?: boolean;
}

export function DurationField({ label, value, onChange, fault, isLabelHidden = true }: Props) {
  const [unit, setUnit] = useState<Unit>(unitOf(value));
  return (
    <div className="ek-settings-pair">
      <NumberField
        label={label}
        isLabelHidden={isLabelHidden}
        minValue={0}
        value={value / msOf(unit)}
        onChange={(n) => !Number.isNaN(n) && onChange(Math.round(n * msOf(unit)))}
        formatOptions={{ maximumFractionDigits: 3 }}
        fault={fault}
      />
      <Select
        label={t("settings.unit")}
        isLabelHidden={isLabelHidden}
        choices={UNITS.map(({ id }) => ({ id, label: t(`settings.unit_${id}`) }))}
        value={unit}
        onChange={(id) => setUnit(id as Unit)}
      />
    </div>
  );
}
