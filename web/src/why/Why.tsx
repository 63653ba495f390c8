// Why -- the buttons that open an explanation, for any room: why it went there, why it waits,
// why nothing comes. What they open is read when it opens, so that a table of them costs
// nothing, and kept current while it is open. All of it is what the server explains; nothing
// here decides anything.
import { useState, type ReactNode } from "react";
import { CircleHelp } from "lucide-react";
import { useAnswer } from "../feed/cache.ts";
import { useNames } from "../feed/names.ts";
import type { AssignmentId, ConversationId, TeammateId } from "../gen/ids.ts";
import { Button, type Look } from "../parts/Button.tsx";
import { SidePanel } from "../parts/Dialog.tsx";
import { Ready } from "../parts/states.tsx";
import { formatWhen } from "../words/format.ts";
import { t } from "../words/words.ts";
import { NothingView } from "./NothingView.tsx";
import { ReceiptView } from "./ReceiptView.tsx";
import { named, type Namer } from "./sentences.ts";
import { WaitingView } from "./WaitingView.tsx";
import "./why.css";

export { TurnDot, TurnMark, useTurn } from "./TurnDot.tsx";
export { NothingView, ReceiptView, WaitingView };

interface WhyProps {
  about?: string; // what it asks about, spoken after "Why?" where many stand together
  label?: string; // other words on the button: "Why me?"
  look?: Look;
}

function WhyButton({
  about,
  label,
  look = "link",
  title,
  children,
}: WhyProps & { title: string; children: () => ReactNode }) {
  const [isOpen, open] = useState(false);
  const words = label ?? t("why.why");
  return (
    <>
      <Button
        look={look}
        onPress={() => open(true)}
        {...(about === undefined
          ? {}
          : {
              "aria-label":
                label === undefined ? t("why.why_about", { what: about }) : `${label} ${about}`,
            })}
      >
        <CircleHelp className="ek-icon" aria-hidden />
        {words}
      </Button>
      <SidePanel title={title} isOpen={isOpen} onClose={() => open(false)}>
        {isOpen && children()}
      </SidePanel>
    </>
  );
}

function Assigned({ assignment }: { assignment: AssignmentId }) {
  const receipt = useAnswer("get_receipt", { params: { id: assignment } });
  return <Ready of={receipt}>{({ answer }) => <ReceiptView receipt={answer} />}</Ready>;
}

// The receipt of one assignment.
export function WhyAssigned({
  assignment,
  teammate,
  ...rest
}: WhyProps & { assignment: AssignmentId; teammate?: TeammateId | null }) {
  const names = useNames();
  return (
    <WhyButton {...rest} title={titleFor(teammate, names)}>
      {() => <Assigned assignment={assignment} />}
    </WhyButton>
  );
}

function titleFor(teammate: TeammateId | null | undefined, names: Namer): string {
  return teammate === null || teammate === undefined
    ? t("why.decision")
    : t("why.assigned_title", { name: named(teammate, names) });
}

// The newest receipt first and whole; the ones before it folded.
function AssignedTo({ conversation }: { conversation: ConversationId }) {
  const names = useNames();
  const receipts = useAnswer("list_receipts", {
    params: { id: conversation },
    query: { sort: ["-started_at"], limit: 20 },
  });
  return (
    <Ready of={receipts}>
      {({ answer: { data } }) => {
        const [last, ...earlier] = data;
        if (last === undefined) return <p>{t("why.never_assigned")}</p>;
        return (
          <>
            <ReceiptView receipt={last} />
            {earlier.length > 0 && <h3>{t("why.earlier")}</h3>}
            {earlier.map((receipt) => (
              <details key={receipt.seq} className="ek-why-more">
                <summary>
                  <bdi>{names.of(receipt.teammate)}</bdi>
                  {" · "}
                  {formatWhen(receipt.at)}
                </summary>
                <ReceiptView receipt={receipt} />
              </details>
            ))}
          </>
        );
      }}
    </Ready>
  );
}

// Every receipt of a conversation.
export function WhyAssignedTo({
  conversation,
  teammate,
  ...rest
}: WhyProps & { conversation: ConversationId; teammate?: TeammateId | null }) {
  const names = useNames();
  return (
    <WhyButton {...rest} title={titleFor(teammate, names)}>
      {() => <AssignedTo conversation={conversation} />}
    </WhyButton>
  );
}

function Waiting({ conversation }: { conversation: ConversationId }) {
  const waiting = useAnswer("explain_waiting", { params: { id: conversation } });
  return <Ready of={waiting}>{({ answer }) => <WaitingView waiting={answer} />}</Ready>;
}

// Why a conversation waits, and for what.
export function WhyWaiting({ conversation, ...rest }: WhyProps & { conversation: ConversationId }) {
  return (
    <WhyButton {...rest} title={t("why.waiting_title")}>
      {() => <Waiting conversation={conversation} />}
    </WhyButton>
  );
}

function NothingOf({ teammate }: { teammate: TeammateId }) {
  const why = useAnswer("explain_teammate_nothing", { params: { id: teammate } });
  return <Ready of={why}>{({ answer }) => <NothingView why={answer} />}</Ready>;
}

function NothingOfMine() {
  const why = useAnswer("explain_my_nothing");
  return <Ready of={why}>{({ answer }) => <NothingView why={answer} />}</Ready>;
}

// What comes next to a teammate, or to the reader, and why.
export function WhyNothing(
  props: WhyProps & ({ teammate: TeammateId } | { self: true; teammate?: undefined }),
) {
  const names = useNames();
  const { about, label, look } = props;
  const shown: WhyProps = {
    ...(about === undefined ? {} : { about }),
    ...(label === undefined ? {} : { label }),
    ...(look === undefined ? {} : { look }),
  };
  return (
    <WhyButton
      {...shown}
      title={
        props.teammate === undefined
          ? t("why.nothing_title_me")
          : t("why.nothing_title", { name: named(props.teammate, names) })
      }
    >
      {() =>
        props.teammate === undefined ? <NothingOfMine /> : <NothingOf teammate={props.teammate} />
      }
    </WhyButton>
  );
}
