// Menu -- a button with things to do behind it.
import type { ReactNode } from "react";
import * as Aria from "react-aria-components";
import { Button, type Look } from "./Button.tsx";

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string; // the shortcut that does the same
  isDisabled?: boolean;
  onAction: () => void;
}

export function Menu({
  label,
  look = "quiet",
  button,
  entries,
}: {
  label?: string;
  look?: Look;
  button: ReactNode;
  entries: readonly MenuEntry[];
}) {
  return (
    <Aria.MenuTrigger>
      <Button look={look} {...(label === undefined ? {} : { "aria-label": label })}>
        {button}
      </Button>
      <Aria.Popover className="ek-popover">
        <Aria.Menu className="ek-menu">
          {entries.map((entry) => (
            <Aria.MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              className="ek-item"
              isDisabled={entry.isDisabled ?? false}
              onAction={entry.onAction}
            >
              {entry.icon}
              <span>{entry.label}</span>
              {entry.keys !== undefined && <kbd>{entry.keys}</kbd>}
            </Aria.MenuItem>
          ))}
        </Aria.Menu>
      </Aria.Popover>
    </Aria.MenuTrigger>
  );
}
