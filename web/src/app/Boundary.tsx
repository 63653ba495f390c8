// Boundary -- a room that cannot be drawn, or not be loaded, leaves the frame standing and says so.
import { Component, type ReactNode } from "react";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/states.tsx";
import { t } from "../words/words.ts";

export class Boundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    const again = <Button onPress={() => location.reload()}>{t("common.try_again")}</Button>;
    return <Empty title={t("common.unreachable")} action={again} />;
  }
}
