// Panel -- one part of my day, with its heading and a sentence that says what it is.
import { useId, type ReactNode } from "react";

export function Panel({
  title,
  says,
  children,
}: {
  title: string;
  says?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="ek-panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {says !== undefined && <p className="ek-quiet">{says}</p>}
      {children}
    </section>
  );
}
