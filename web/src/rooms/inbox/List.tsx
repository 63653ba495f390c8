// List -- the middle column: the conversations of a view. Values change in place; rows do not
// move while the pointer or the focus is among them.
import { useMemo, useRef, type RefObject } from "react";
import * as Aria from "react-aria-components";
import type { ContactView, Conversation, QueueRow } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Checkbox } from "../../parts/fields.tsx";
import { useHand, useHeldRows } from "../../parts/held_rows.ts";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { formatMoment } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { isFiltered, isTree, queryOf, type Inbox } from "./address.ts";
import { useContacts } from "./contacts.ts";
import { FilterBar } from "./Filters.tsx";
import { NothingHere } from "./NothingHere.tsx";
import { Row } from "./Row.tsx";
import { useQueue, useRows } from "./rows.ts";
import { BulkBar } from "./BulkBar.tsx";
import { NONE, toKeys, fromKeys, type Chosen } from "./chosen.ts";
import { may } from "../../feed/session.ts";

const ROW = 70;
const idOf = ({ id }: Conversation) => id;

interface ItemsProps {
  rows: readonly Conversation[];
  contacts: ReadonlyMap<string, ContactView>;
  queue: ReadonlyMap<string, QueueRow>;
  open: string | null;
  canChoose: boolean;
  keys: ReadonlySet<string>;
  onChoose: (keys: Aria.Selection) => void;
  onOpen: (id: string) => void;
  onEnd: () => void;
  empty: React.ReactNode;
  box: RefObject<HTMLDivElement | null>;
}

function Items(props: ItemsProps) {
  const { rows, contacts, queue, open, canChoose } = props;
  // A conversation's draft, contact and place are its row's; the list must know what they hang on.
  const hang = useMemo(
    () => [contacts.size, queue, open, canChoose],
    [contacts.size, queue, open, canChoose],
  );
  const onScroll = (event: React.UIEvent<HTMLElement>) => {
    const at = event.currentTarget;
    if (at.scrollHeight - at.scrollTop - at.clientHeight < 20 * ROW) props.onEnd();
  };
  return (
    <Aria.Virtualizer layout={Aria.ListLayout} layoutOptions={{ estimatedRowSize: ROW }}>
      <Aria.GridList
        ref={props.box}
        className="ek-inbox-list"
        aria-label={t("inbox.conversations")}
        items={rows}
        dependencies={hang}
        selectionMode={canChoose ? "multiple" : "none"}
        selectedKeys={props.keys}
        onSelectionChange={props.onChoose}
        onAction={(key) => props.onOpen(String(key))}
        onScroll={onScroll}
        disallowTypeAhead
        renderEmptyState={() => props.empty}
      >
        {(row) => (
          <Aria.GridListItem
            id={row.id}
            textValue={row.title ?? row.id}
            className="ek-inbox-item"
            data-open={row.id === open || undefined}
          >
            {canChoose && <Checkbox slot="selection" />}
            <Row of={row} contact={contacts.get(row.contact ?? "")} line={queue.get(row.id)} />
          </Aria.GridListItem>
        )}
      </Aria.GridList>
    </Aria.Virtualizer>
  );
}

// Enter opens, also while others are selected.
function openByEnter(event: React.KeyboardEvent<HTMLElement>, onOpen: (id: string) => void): void {
  const row = event.target instanceof HTMLElement ? event.target.dataset["key"] : undefined;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || row === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  onOpen(row);
}

function OrderLine({ changes, at, show }: { changes: number; at: number; show: () => void }) {
  if (changes === 0) return null;
  return (
    <div className="ek-inbox-order ek-small">
      <span>
        {t("common.changes_of_order", { n: changes })}{" "}
        <span className="ek-quiet">
          {t("inbox.order_of", { at: formatMoment(new Date(at).toISOString()) })}
        </span>
      </span>
      <Button look="link" onPress={show}>
        {t("common.show")}
      </Button>
    </div>
  );
}

function Nothing({ inbox }: { inbox: Inbox }) {
  return isFiltered(inbox) ? (
    <Empty title={t("common.no_match")} />
  ) : (
    <NothingHere view={inbox.view} />
  );
}

interface Props {
  inbox: Inbox;
  box: RefObject<HTMLDivElement | null>;
  onOpen: (id: string) => void;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
}

export function List({ inbox, box, onOpen, chosen, choose }: Props) {
  const query = useMemo(() => queryOf(inbox), [inbox]);
  const found = useRows(query);
  const hand = useHand();
  const held = useHeldRows(found.rows, idOf, hand.isHeld, {
    scope: JSON.stringify(query),
    hasTail: true,
  });
  const rows = useMemo(() => held.rows.map(({ row }) => row), [held.rows]);
  const queue = useQueue(may("queue_read"));
  const ids = useMemo(() => found.rows.map((row) => row.contact), [found.rows]);
  const contacts = useContacts(ids);
  const canChoose = may("bulk_create");
  const loaded = rows.map(({ id }) => id);
  const last = useRef(NONE);
  last.current = chosen;
  return (
    <>
      <FilterBar inbox={inbox} />
      {canChoose && found.rows.length > 0 && (
        <BulkBar
          chosen={chosen}
          choose={choose}
          loaded={loaded}
          total={found.total}
          inbox={inbox}
        />
      )}
      <OrderLine {...held} />
      {found.isLoading ? (
        <Loading />
      ) : found.error !== null ? (
        <Fault error={found.error} retry={found.retry} />
      ) : (
        <div
          className="ek-inbox-list-frame"
          {...hand.watch}
          onKeyDownCapture={(event) => openByEnter(event, onOpen)}
        >
          <Items
            rows={rows}
            contacts={contacts}
            queue={queue}
            open={inbox.open}
            canChoose={canChoose}
            keys={toKeys(chosen, loaded)}
            onChoose={(keys) => choose(fromKeys(last.current, keys, loaded, isTree(inbox)))}
            onOpen={onOpen}
            onEnd={found.more}
            box={box}
            empty={<Nothing inbox={inbox} />}
          />
        </div>
      )}
    </>
  );
}
