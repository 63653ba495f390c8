// RulesList -- the rules in their order: moved by dragging, by buttons or by keyboard, each move
// said aloud. Who may only read has the same list without handles.
import * as Aria from "react-aria-components";
import { ArrowDown, ArrowUp, GripVertical, X } from "lucide-react";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Switch } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { useRuleNames } from "../../parts/rule_sets.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { moved, type RuleDraft } from "./rule.ts";
import { ruleSets, whenWords } from "./rule_words.ts";

interface List {
  rules: readonly RuleDraft[];
  set: (rules: readonly RuleDraft[]) => void;
  edit: (rule: RuleDraft) => void;
  say: (text: string) => void;
  canEdit: boolean;
}

function spoken(name: string, place: number, of: number): string {
  return t("arrival.moved", { name, place: formatNumber(place + 1), of: formatNumber(of) });
}

function Moves({ rule, place, list }: { rule: RuleDraft; place: number; list: List }) {
  const { rules, set, edit, say } = list;
  const { name } = rule;
  const move = (to: number) => {
    set(moved(rules, rule.key, to));
    say(spoken(name, to, rules.length));
  };
  return (
    <span className="ek-row">
      <Switch
        isSelected={rule.active}
        onChange={(active) =>
          set(rules.map((one) => (one.key === rule.key ? { ...one, active } : one)))
        }
      >
        <span className="ek-hidden">{t("arrival.active", { name })}</span>
      </Switch>
      <IconButton
        label={t("arrival.up", { name })}
        isDisabled={place === 0}
        onPress={() => move(place - 1)}
      >
        <ArrowUp className="ek-icon" aria-hidden />
      </IconButton>
      <IconButton
        label={t("arrival.down", { name })}
        isDisabled={place === rules.length - 1}
        onPress={() => move(place + 1)}
      >
        <ArrowDown className="ek-icon" aria-hidden />
      </IconButton>
      <Button aria-label={`${t("arrival.edit_short")}: ${name}`} onPress={() => edit(rule)}>
        {t("arrival.edit_short")}
      </Button>
      <IconButton
        label={t("arrival.remove", { name })}
        onPress={() => {
          set(rules.filter((one) => one.key !== rule.key));
          say(t("arrival.removed", { name }));
        }}
      >
        <X className="ek-icon" aria-hidden />
      </IconButton>
    </span>
  );
}

function RuleRow({ rule, place, list }: { rule: RuleDraft; place: number; list: List }) {
  const nameOf = useRuleNames();
  return (
    <Aria.GridListItem id={rule.key} textValue={rule.name} className="ek-rule">
      {list.canEdit && (
        <Aria.Button
          slot="drag"
          className="ek-rule-handle"
          aria-label={t("arrival.drag", { name: rule.name })}
        >
          <GripVertical className="ek-icon" aria-hidden />
        </Aria.Button>
      )}
      <span className="ek-number ek-quiet">{formatNumber(place + 1)}</span>
      <span className="ek-rule-words" data-off={!rule.active || undefined}>
        <span className="ek-row">
          <strong>
            <bdi>{rule.name}</bdi>
          </strong>
          {!rule.active && <Badge>{t("arrival.off")}</Badge>}
          {rule.stop && <Badge tone="accent">{t("arrival.stops")}</Badge>}
        </span>
        <span>{whenWords(rule)}</span>
        <span className="ek-quiet">
          {t("arrival.sets")}: {ruleSets(rule, nameOf)}
        </span>
      </span>
      {list.canEdit && <Moves rule={rule} place={place} list={list} />}
    </Aria.GridListItem>
  );
}

interface Item {
  id: string;
  rule: RuleDraft;
  place: number;
}

export function RulesList(list: List) {
  const { rules, set, say, canEdit } = list;
  const { dragAndDropHooks } = Aria.useDragAndDrop<Item>({
    isDisabled: !canEdit,
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const [key] = [...keys].map(String);
      if (key === undefined || target.dropPosition === "on") return;
      const rest = rules.filter((one) => one.key !== key);
      const at = rest.findIndex((one) => one.key === String(target.key));
      const to = at + (target.dropPosition === "after" ? 1 : 0);
      set(moved(rules, key, to));
      say(spoken(rules.find((one) => one.key === key)?.name ?? "", to, rules.length));
    },
    renderDropIndicator: (target) => (
      <Aria.DropIndicator target={target} className="ek-rule-drop" />
    ),
  });
  return (
    <Aria.GridList
      className="ek-rule-list"
      aria-label={t("arrival.rules")}
      items={rules.map((rule, place) => ({ id: rule.key, rule, place }))}
      dependencies={[rules, canEdit]}
      selectionMode="none"
      keyboardNavigationBehavior="tab"
      {...(canEdit ? { dragAndDropHooks } : {})}
    >
      {({ rule, place }) => <RuleRow rule={rule} place={place} list={list} />}
    </Aria.GridList>
  );
}
