// Tabs -- several views in one place; which is open is the caller's (and stands in the address).
import type { ReactNode } from "react";
import * as Aria from "react-aria-components";

export interface TabView {
  id: string;
  title: ReactNode;
  view: ReactNode;
}

export function Tabs({
  label,
  views,
  value,
  onChange,
}: {
  label: string;
  views: readonly TabView[];
  value: string;
  onChange: (id: string) => void;
}) {
  return (
    <Aria.Tabs
      className="ek-tabs"
      selectedKey={value}
      onSelectionChange={(key) => onChange(String(key))}
    >
      <Aria.TabList className="ek-tab-list" aria-label={label}>
        {views.map(({ id, title }) => (
          <Aria.Tab key={id} id={id} className="ek-tab">
            {title}
          </Aria.Tab>
        ))}
      </Aria.TabList>
      {views.map(({ id, view }) => (
        <Aria.TabPanel key={id} id={id} className="ek-stack">
          {view}
        </Aria.TabPanel>
      ))}
    </Aria.Tabs>
  );
}
