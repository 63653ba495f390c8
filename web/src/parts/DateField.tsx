// DateField -- a day, or a day and an hour, in the person's own language, digits and calendar. What
// it holds is text: 2026-03-09, 2026-03-09T08:15. Loaded when it is first shown.
import { lazy, Suspense, type ReactNode } from "react";
import { Loading } from "./states.tsx";

export interface DateProps {
  label: string;
  help?: ReactNode;
  fault?: string | null | undefined;
  isLabelHidden?: boolean;
  hasTime?: boolean;
  value: string; // "": none
  onChange: (value: string) => void;
  autoFocus?: boolean;
}

const DatePicker = lazy(() => import("./DatePicker.tsx"));

export function DateField(props: DateProps) {
  return (
    <Suspense fallback={<Loading />}>
      <DatePicker {...props} />
    </Suspense>
  );
}
