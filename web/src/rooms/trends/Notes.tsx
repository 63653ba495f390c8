// Notes -- what people said of days of this series, and the way to take it back.
import { useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { Annotation, TrendSeries } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Name } from "../../parts/Name.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const SHOWN = ["get_trend_series", "list_trends"] as const;

// A note like the one that was taken away.
function again({ metric, team, date, cause, note, leave_out }: Annotation) {
  const body = { metric, team, date, cause, note, leave_out };
  return back("create_annotation", { body }, SHOWN);
}

function Note({ note }: { note: Annotation }) {
  const remove = useChange("delete_annotation", SHOWN);
  return (
    <li>
      <strong>{formatDay(note.date)}</strong> {wordOf("trends", `cause_${note.cause}`)}
      {note.note !== null && <span dir="auto"> · {note.note}</span>}{" "}
      {note.by !== null && (
        <span className="ek-quiet">
          <Name id={note.by} />
        </span>
      )}{" "}
      {may("trend_edit") && (
        <Button
          look="link"
          onPress={() =>
            remove.mutate(
              { params: { id: note.id } },
              { onError: complain, onSuccess: () => tell(t("trends.note_removed"), again(note)) },
            )
          }
        >
          {t("trends.note_remove")}
        </Button>
      )}
    </li>
  );
}

export function Notes({ series }: { series: TrendSeries }) {
  if (series.annotations.length === 0) return null;
  return (
    <section aria-labelledby="trend-notes">
      <h2 id="trend-notes">{t("trends.notes")}</h2>
      <ul>
        {series.annotations.map((note) => (
          <Note key={note.id} note={note} />
        ))}
      </ul>
    </section>
  );
}
