// fields -- what is filled in. Each has its label, an explanation, and the fault beside it, as the
// server worded it.
import type { ReactNode } from "react";
import * as Aria from "react-aria-components";
import { Check, ChevronDown, Minus } from "lucide-react";

interface Around {
  label: string;
  help?: ReactNode;
  fault?: string | null | undefined;
  isLabelHidden?: boolean | undefined;
}

function Frame({ label, help, fault, isLabelHidden, children }: Around & { children: ReactNode }) {
  return (
    <>
      <Aria.Label className={isLabelHidden ? "ek-hidden" : "ek-label"}>{label}</Aria.Label>
      {children}
      {help !== undefined && (
        <Aria.Text slot="description" className="ek-help">
          {help}
        </Aria.Text>
      )}
      <Aria.FieldError className="ek-fault">{fault ?? undefined}</Aria.FieldError>
    </>
  );
}

const isFaulty = (fault: string | null | undefined) => fault !== null && fault !== undefined;

type TextProps = Around &
  Omit<Aria.TextFieldProps, "className" | "children"> & {
    lines?: number;
    placeholder?: string;
  };

export function TextField({
  label,
  help,
  fault,
  isLabelHidden,
  lines = 1,
  placeholder,
  ...rest
}: TextProps) {
  return (
    <Aria.TextField
      {...rest}
      isInvalid={isFaulty(fault)}
      validationBehavior="aria"
      className="ek-field"
    >
      <Frame {...{ label, help, fault, isLabelHidden }}>
        {lines > 1 ? (
          <Aria.TextArea
            className="ek-area"
            rows={lines}
            placeholder={placeholder ?? ""}
            dir="auto"
          />
        ) : (
          <Aria.Input className="ek-input" placeholder={placeholder ?? ""} />
        )}
      </Frame>
    </Aria.TextField>
  );
}

type SearchProps = Around &
  Omit<Aria.SearchFieldProps, "className" | "children"> & { placeholder?: string };

export function SearchField({
  label,
  placeholder,
  isLabelHidden = true,
  help: _help,
  fault: _fault,
  ...rest
}: SearchProps) {
  return (
    <Aria.SearchField {...rest} className="ek-field">
      <Aria.Label className={isLabelHidden ? "ek-hidden" : "ek-label"}>{label}</Aria.Label>
      <Aria.Input className="ek-input" placeholder={placeholder ?? label} />
    </Aria.SearchField>
  );
}

type NumberProps = Around & Omit<Aria.NumberFieldProps, "className" | "children">;

export function NumberField({ label, help, fault, isLabelHidden, ...rest }: NumberProps) {
  return (
    <Aria.NumberField
      {...rest}
      isInvalid={isFaulty(fault)}
      validationBehavior="aria"
      className="ek-field"
    >
      <Frame {...{ label, help, fault, isLabelHidden }}>
        <Aria.Input className="ek-input ek-number" />
      </Frame>
    </Aria.NumberField>
  );
}

export interface Choice {
  id: string;
  label: string;
  detail?: ReactNode;
  isDisabled?: boolean; // shown, with its detail as the reason
}

type SelectProps = Around & {
  choices: readonly Choice[];
  value: string | null;
  onChange: (id: string) => void;
  isDisabled?: boolean;
  placeholder?: string;
};

export function Select({
  label,
  help,
  fault,
  isLabelHidden,
  choices,
  value,
  onChange,
  isDisabled,
  placeholder,
}: SelectProps) {
  return (
    <Aria.Select
      className="ek-field"
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isInvalid={isFaulty(fault)}
      isDisabled={isDisabled ?? false}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      <Frame {...{ label, help, fault, isLabelHidden }}>
        <Aria.Button className="ek-button">
          <Aria.SelectValue />
          <ChevronDown className="ek-icon" aria-hidden />
        </Aria.Button>
      </Frame>
      <Aria.Popover className="ek-popover">
        <Aria.ListBox className="ek-list" items={choices}>
          {(choice) => <ChoiceItem choice={choice} />}
        </Aria.ListBox>
      </Aria.Popover>
    </Aria.Select>
  );
}

function ChoiceItem({ choice }: { choice: Choice }) {
  return (
    <Aria.ListBoxItem
      id={choice.id}
      textValue={choice.label}
      isDisabled={choice.isDisabled ?? false}
      className="ek-item"
    >
      <span dir="auto">{choice.label}</span>
      {choice.detail !== undefined && <span className="ek-quiet ek-small">{choice.detail}</span>}
    </Aria.ListBoxItem>
  );
}

interface ComboBoxProps extends SelectProps {
  onType?: (words: string) => void; // who asks for it finds the choices themselves
  none?: string; // then: what is said where there are none
}

// A choice among many, found by typing.
export function ComboBox({
  label,
  help,
  fault,
  isLabelHidden,
  choices,
  value,
  onChange,
  isDisabled,
  placeholder,
  onType,
  none,
}: ComboBoxProps) {
  return (
    <Aria.ComboBox
      className="ek-field"
      {...(onType === undefined
        ? { defaultItems: choices }
        : { items: choices, onInputChange: onType, allowsEmptyCollection: true })}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      isInvalid={isFaulty(fault)}
      isDisabled={isDisabled ?? false}
      menuTrigger="focus"
    >
      <Frame {...{ label, help, fault, isLabelHidden }}>
        <Aria.Input className="ek-input" placeholder={placeholder ?? ""} />
      </Frame>
      <Aria.Popover className="ek-popover">
        <Aria.Virtualizer layout={Aria.ListLayout} layoutOptions={{ estimatedRowHeight: 34 }}>
          <Aria.ListBox<Choice>
            className="ek-list"
            renderEmptyState={() => <p className="ek-quiet ek-item">{none}</p>}
          >
            {(choice) => <ChoiceItem choice={choice} />}
          </Aria.ListBox>
        </Aria.Virtualizer>
      </Aria.Popover>
    </Aria.ComboBox>
  );
}

export function Checkbox({
  children,
  ...rest
}: Omit<Aria.CheckboxProps, "className" | "children"> & { children?: ReactNode }) {
  return (
    <Aria.Checkbox {...rest} className="ek-check">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="ek-tick" aria-hidden>
            {isIndeterminate ? <Minus /> : isSelected ? <Check /> : null}
          </span>
          {children}
        </>
      )}
    </Aria.Checkbox>
  );
}

export function Switch({
  children,
  ...rest
}: Omit<Aria.SwitchProps, "className" | "children"> & { children?: ReactNode }) {
  return (
    <Aria.Switch {...rest} className="ek-switch">
      <span className="ek-knob" aria-hidden />
      {children}
    </Aria.Switch>
  );
}

export function RadioGroup({
  label,
  help,
  fault,
  isLabelHidden,
  choices,
  value,
  onChange,
  isDisabled,
}: SelectProps) {
  return (
    <Aria.RadioGroup
      className="ek-field"
      value={value}
      onChange={onChange}
      isInvalid={isFaulty(fault)}
      isDisabled={isDisabled ?? false}
    >
      <Frame {...{ label, help, fault, isLabelHidden }}>
        {choices.map((choice) => (
          <Aria.Radio key={choice.id} value={choice.id} className="ek-radio">
            {({ isSelected }) => (
              <>
                <span className="ek-tick" aria-hidden>
                  {isSelected ? (
                    <svg viewBox="0 0 10 10">
                      <circle cx="5" cy="5" r="2" />
                    </svg>
                  ) : null}
                </span>
                <span>
                  {choice.label}
                  {choice.detail !== undefined && <span className="ek-help"> {choice.detail}</span>}
                </span>
              </>
            )}
          </Aria.Radio>
        ))}
      </Frame>
    </Aria.RadioGroup>
  );
}
