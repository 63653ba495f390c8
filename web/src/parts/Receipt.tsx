// Receipt -- metric@version beside a figure, which opens what the figure is made of. Its panel is
// loaded when it is first opened.
import { lazy, Suspense, useState } from "react";
import { t } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { SidePanel } from "./Dialog.tsx";
import type { FigureAsked } from "./figure.ts";
import { Loading } from "./states.tsx";
import "./receipt.css";

const ReceiptOf = lazy(() => import("./ReceiptOf.tsx"));

export function Receipt({ metric, asked }: { metric: string; asked: FigureAsked }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button
        look="link"
        onPress={() => open(true)}
        aria-label={t("receipt.of", { metric })}
        aria-haspopup="dialog"
      >
        <bdi className="ek-code ek-small ek-receipt-version" data-version={metric}>
          {metric}
        </bdi>
      </Button>
      <SidePanel title={t("receipt.title")} isOpen={isOpen} onClose={() => open(false)}>
        {isOpen && (
          <Suspense fallback={<Loading />}>
            <ReceiptOf asked={asked} />
          </Suspense>
        )}
      </SidePanel>
    </>
  );
}
