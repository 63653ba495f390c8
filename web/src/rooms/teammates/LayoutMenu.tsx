// LayoutMenu -- which columns the table shows, in which order, and how high its rows are.
import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { IconButton } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { Checkbox, RadioGroup } from "../../parts/fields.tsx";
import { t, wordOf } from "../../words/words.ts";
import { columnTitle } from "./columns.tsx";
import { COLUMNS, HEIGHTS, type Asked, type ColumnId, type Density } from "./query.ts";

interface Props {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  offered: readonly ColumnId[];
}

function Columns({ asked, ask, offered }: Props) {
  const shown = asked.columns.filter((id) => (offered as readonly string[]).includes(id));
  const hidden = offered.filter((id) => !shown.includes(id));
  const move = (id: string, by: number) => {
    const columns = [...shown];
    const at = columns.indexOf(id);
    columns.splice(at, 1);
    columns.splice(at + by, 0, id);
    ask({ columns });
  };
  return (
    <ul className="ek-teammates-columns" aria-label={t("teammates.columns")}>
      {[...shown, ...hidden].map((id, index) => {
        const title = columnTitle(id as ColumnId);
        const isShown = index < shown.length;
        return (
          <li key={id}>
            <Checkbox
              isSelected={isShown}
              isDisabled={id === "name"}
              onChange={(isWanted) =>
                ask({ columns: isWanted ? [...shown, id] : shown.filter((each) => each !== id) })
              }
            >
              {title}
            </Checkbox>
            {isShown && id !== "name" && (
              <span className="ek-row">
                <IconButton
                  label={t("teammates.earlier", { what: title })}
                  isDisabled={index <= 1}
                  onPress={() => move(id, -1)}
                >
                  <ArrowUp className="ek-icon" aria-hidden />
                </IconButton>
                <IconButton
                  label={t("teammates.later", { what: title })}
                  isDisabled={index === shown.length - 1}
                  onPress={() => move(id, 1)}
                >
                  <ArrowDown className="ek-icon" aria-hidden />
                </IconButton>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function LayoutMenu(props: Props) {
  const density = Object.entries(HEIGHTS).find(([, height]) => height === props.asked.rowHeight);
  return (
    <Popup
      label={t("teammates.layout")}
      button={
        <>
          <Columns3 className="ek-icon" aria-hidden />
          {t("teammates.layout")}
        </>
      }
    >
      {() => (
        <>
          <Columns {...props} />
          <RadioGroup
            label={t("teammates.density")}
            choices={Object.keys(HEIGHTS).map((id) => ({
              id,
              label: wordOf("teammates", `density_${id}`),
            }))}
            value={density?.[0] ?? "even"}
            onChange={(id) => props.ask({ rowHeight: HEIGHTS[id as Density] })}
          />
        </>
      )}
    </Popup>
  );
}

export const OFFERED: readonly ColumnId[] = COLUMNS;
export const OFFERED_SEEN: readonly ColumnId[] = ["name", "teams", "presence"];
