// DatePicker -- a date typed part by part, or picked from the days of a month (DateField loads it).
import { parseDate, parseDateTime } from "@internationalized/date";
import * as Aria from "react-aria-components";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import type { DateProps } from "./DateField.tsx";
import "./date_field.css";

const NOT_TO_THE_MINUTE = /(T\d\d:\d\d).*$/;

// null for what is no date: nothing is picked then.
function dateOf(value: string, hasTime: boolean): Aria.DateValue | null {
  try {
    return hasTime ? parseDateTime(value) : parseDate(value);
  } catch {
    return null;
  }
}

function Days() {
  return (
    <Aria.Popover className="ek-popover">
      <Aria.Dialog className="ek-date-days">
        <Aria.Calendar>
          <header>
            <Aria.Button slot="previous" className="ek-button" data-look="icon">
              <ChevronLeft className="ek-icon" data-mirrors aria-hidden />
            </Aria.Button>
            <Aria.Heading />
            <Aria.Button slot="next" className="ek-button" data-look="icon">
              <ChevronRight className="ek-icon" data-mirrors aria-hidden />
            </Aria.Button>
          </header>
          <Aria.CalendarGrid>
            {(date) => <Aria.CalendarCell date={date} className="ek-date-day" />}
          </Aria.CalendarGrid>
        </Aria.Calendar>
      </Aria.Dialog>
    </Aria.Popover>
  );
}

export default function DatePicker(props: DateProps) {
  const { label, help, fault, isLabelHidden = false, hasTime = false } = props;
  return (
    <Aria.DatePicker
      className="ek-field"
      value={dateOf(props.value, hasTime)}
      onChange={(date) => props.onChange(date?.toString().replace(NOT_TO_THE_MINUTE, "$1") ?? "")}
      granularity={hasTime ? "minute" : "day"}
      isInvalid={fault !== null && fault !== undefined}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
      shouldForceLeadingZeros
    >
      <Aria.Label className={isLabelHidden ? "ek-hidden" : "ek-label"}>{label}</Aria.Label>
      <Aria.Group className="ek-input ek-date">
        <Aria.DateInput className="ek-date-parts">
          {(part) => <Aria.DateSegment segment={part} className="ek-date-part" />}
        </Aria.DateInput>
        <Aria.Button className="ek-button" data-look="icon">
          <CalendarDays className="ek-icon" aria-hidden />
        </Aria.Button>
      </Aria.Group>
      {help !== undefined && (
        <Aria.Text slot="description" className="ek-help">
          {help}
        </Aria.Text>
      )}
      <Aria.FieldError className="ek-fault">{fault ?? undefined}</Aria.FieldError>
      <Days />
    </Aria.DatePicker>
  );
}
