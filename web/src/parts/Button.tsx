// Button -- what is pressed. look: main (one on a screen), quiet by default, plain, link, icon,
// danger.
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Link,
  Tooltip,
  TooltipTrigger,
  type ButtonProps,
} from "react-aria-components";

export type Look = "main" | "quiet" | "plain" | "link" | "icon" | "danger";

interface Props extends Omit<ButtonProps, "className" | "children"> {
  look?: Look;
  children: ReactNode;
}

export function Button({ look = "quiet", children, ...rest }: Props) {
  return (
    <AriaButton {...rest} className="ek-button" data-look={look}>
      {children}
    </AriaButton>
  );
}

// A button that is a picture: `label` is what it says, spoken and on hover.
export function IconButton({ label, children, ...rest }: Omit<Props, "look"> & { label: string }) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...rest} aria-label={label} className="ek-button" data-look="icon">
        {children}
      </AriaButton>
      <Tooltip className="ek-tooltip">{label}</Tooltip>
    </TooltipTrigger>
  );
}

export function LinkButton({
  href,
  look = "quiet",
  children,
}: {
  href: string;
  look?: Look;
  children: ReactNode;
}) {
  return (
    <Link href={href} className="ek-button" data-look={look}>
      {children}
    </Link>
  );
}
