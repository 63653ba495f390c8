// OrderList -- the keys of the order, first difference decides. Moved by dragging, by buttons,
// or by keyboard; turned with one press. Each change is said aloud. Who may only read has the
// same list without handles.
import * as Aria from "react-aria-components";
import { ArrowDown, ArrowDownUp, ArrowUp, GripVertical, X } from "lucide-react";
import type { OrderKey } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { apart, orderKeyWord, say } from "../../why/sentences.ts";
import { AttributeValues } from "./AttributeValues.tsx";
import { attributeOf, moveBeside, moveTo, remove, turn, type Draft } from "./draft.ts";

export interface Hand {
  canTry: boolean; // buttons
  canDrag: boolean; // handles too
  say: (text: string) => void;
}

// "highest first"; of an attribute, its values.
export function directionText({ key, reverse }: OrderKey, draft: Draft): string {
  const name = attributeOf(key);
  if (name === null) return wordOf("priorities", `${reverse ? "reverse" : "natural"}_${key}`);
  const values = draft.attributes[name] ?? [];
  return valuesText(reverse ? [...values].reverse() : values);
}

export function valuesText(values: readonly string[]): string {
  return values.length === 0 ? t("priorities.no_values") : values.map(apart).join(" › ");
}

function TurnButton({ item, draft, set, hand }: Row) {
  const key = say(orderKeyWord(item.key));
  const direction = directionText(item, draft);
  if (!hand.canTry) return <span className="ek-quiet">{direction}</span>;
  return (
    <Button
      look="plain"
      aria-label={t("priorities.turn", { key, direction })}
      onPress={() => {
        const next = turn(draft, item.key);
        set(next);
        const turned = { ...item, reverse: !item.reverse };
        hand.say(
          t("priorities.turned", {
            key,
            direction: directionText(turned, next),
          }),
        );
      }}
    >
      <span>{direction}</span>
      <ArrowDownUp className="ek-icon" aria-hidden />
    </Button>
  );
}

interface Row {
  item: OrderKey;
  place: number; // from 0
  draft: Draft;
  set: (next: Draft) => void;
  hand: Hand;
}

function MoveButtons({ item, place, draft, set, hand }: Row) {
  const key = say(orderKeyWord(item.key));
  const move = (to: number) => {
    set(moveTo(draft, item.key, to));
    hand.say(spokenPlace(item.key, to, draft.keys.length));
  };
  return (
    <span className="ek-priorities-moves">
      <IconButton
        label={t("priorities.up", { key })}
        isDisabled={place === 0}
        onPress={() => move(place - 1)}
      >
        <ArrowUp className="ek-icon" aria-hidden />
      </IconButton>
      <IconButton
        label={t("priorities.down", { key })}
        isDisabled={place === draft.keys.length - 1}
        onPress={() => move(place + 1)}
      >
        <ArrowDown className="ek-icon" aria-hidden />
      </IconButton>
      <IconButton
        label={t("priorities.remove", { key })}
        isDisabled={draft.keys.length === 1}
        onPress={() => {
          set(remove(draft, item.key));
          hand.say(t("priorities.removed", { key }));
        }}
      >
        <X className="ek-icon" aria-hidden />
      </IconButton>
    </span>
  );
}

export function spokenPlace(key: string, place: number, of: number): string {
  return t("priorities.moved", {
    key: say(orderKeyWord(key)),
    place: formatNumber(place + 1),
    of: formatNumber(of),
  });
}

function KeyRow(row: Row) {
  const { item, place, draft, set, hand } = row;
  const name = say(orderKeyWord(item.key));
  const attribute = attributeOf(item.key);
  return (
    <Aria.GridListItem id={item.key} textValue={name} className="ek-priorities-key">
      {hand.canDrag && (
        <Aria.Button
          slot="drag"
          className="ek-priorities-handle"
          aria-label={t("priorities.drag", { key: name })}
        >
          <GripVertical className="ek-icon" aria-hidden />
        </Aria.Button>
      )}
      <span className="ek-priorities-number ek-number">{formatNumber(place + 1)}</span>
      <span className="ek-priorities-name">
        <strong>{name}</strong>
        <span className="ek-row">
          <TurnButton {...row} />
          {attribute !== null && hand.canTry && (
            <AttributeValues name={attribute} draft={draft} set={set} />
          )}
        </span>
      </span>
      {hand.canTry && <MoveButtons {...row} />}
    </Aria.GridListItem>
  );
}

export function OrderList({
  draft,
  set,
  hand,
}: {
  draft: Draft;
  set: (next: Draft) => void;
  hand: Hand;
}) {
  const { dragAndDropHooks } = Aria.useDragAndDrop<OrderKey>({
    isDisabled: !hand.canDrag,
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": say(orderKeyWord(String(key))) })),
    onReorder: ({ keys, target }) => {
      const [key] = [...keys].map(String);
      if (key === undefined || target.dropPosition === "on") return;
      const next = moveBeside(draft, key, String(target.key), target.dropPosition === "after");
      set(next);
      const place = next.keys.findIndex((each) => each.key === key);
      hand.say(spokenPlace(key, place, next.keys.length));
    },
    renderDropIndicator: (target) => (
      <Aria.DropIndicator target={target} className="ek-priorities-drop" />
    ),
  });
  return (
    <Aria.GridList
      className="ek-priorities-list"
      aria-label={t("priorities.order")}
      items={draft.keys.map((item) => ({ ...item, id: item.key }))}
      dependencies={[draft, hand]}
      selectionMode="none"
      keyboardNavigationBehavior="tab"
      {...(hand.canDrag ? { dragAndDropHooks } : {})}
    >
      {(item) => (
        <KeyRow
          item={{ key: item.key, reverse: item.reverse }}
          place={draft.keys.findIndex(({ key }) => key === item.key)}
          draft={draft}
          set={set}
          hand={hand}
        />
      )}
    </Aria.GridList>
  );
}
