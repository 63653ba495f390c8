// Dialog -- asks something above the page; SidePanel -- the same beside it; Popup -- beside its
// button.
import type { ReactNode } from "react";
import * as Aria from "react-aria-components";
import { X } from "lucide-react";
import { t } from "../words/words.ts";
import { Button, IconButton, type Look } from "./Button.tsx";

interface Props {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  wide?: boolean;
}

function Sheet({ title, isOpen, onClose, children, foot, wide, side }: Props & { side: boolean }) {
  return (
    <Aria.ModalOverlay
      className="ek-veil"
      data-side={side || undefined}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Aria.Modal className="ek-modal" data-wide={wide || undefined}>
        <Aria.Dialog className="ek-dialog">
          <div className="ek-head">
            <Aria.Heading slot="title" level={2}>
              {title}
            </Aria.Heading>
            <IconButton label={t("common.close_dialog")} onPress={onClose}>
              <X className="ek-icon" aria-hidden />
            </IconButton>
          </div>
          {children}
          {foot !== undefined && <div className="ek-dialog-foot">{foot}</div>}
        </Aria.Dialog>
      </Aria.Modal>
    </Aria.ModalOverlay>
  );
}

export function Dialog(props: Props) {
  return <Sheet {...props} side={false} />;
}

export function SidePanel(props: Props) {
  return <Sheet {...props} side />;
}

// A button that opens something small beside itself. `children` is made when it opens.
export function Popup({
  label,
  look = "quiet",
  button,
  children,
}: {
  label: string;
  look?: Look;
  button: ReactNode;
  children: (close: () => void) => ReactNode;
}) {
  return (
    <Aria.DialogTrigger>
      <Button look={look}>{button}</Button>
      <Aria.Popover className="ek-popover">
        <Aria.Dialog className="ek-dialog" aria-label={label}>
          {({ close }) => <>{children(close)}</>}
        </Aria.Dialog>
      </Aria.Popover>
    </Aria.DialogTrigger>
  );
}
