// Notes -- what people said of days of this series, and the way to take it back.
import { useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { Annotation, TrendSeries } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

function Note({ note }: { note: Annotation }) {
  const remove = useChange("delete_annotation", ["get_trend_series", "list_trends"]);
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
          onPress={() => remove.mutate({ params: { id: note.id } }, { onError: complain })}
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
