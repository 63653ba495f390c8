// Conflict -- somebody else has changed the same meanwhile: both values, who and when; theirs or
// mine.
import { createRoot } from "react-dom/client";
import { QueryClientProvider } from "@tanstack/react-query";
import { I18nProvider } from "react-aria-components";
import { cache, useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { actorWords } from "../../parts/ChangeList.tsx";
import { ConflictDialog } from "../../parts/Conflict.tsx";
import { When } from "../../parts/time.tsx";
import { fieldWords, valueWords, type Called } from "../../parts/told.ts";
import { currentManners } from "../../words/words.ts";
import type { Edit } from "./change.ts";

export type Whose = "theirs" | "mine";

function Ask({
  edit,
  theirs,
  called,
  done,
}: {
  edit: Edit;
  theirs: unknown;
  called: Called;
  done: (whose: Whose) => void;
}) {
  const names = useNames();
  const last = useAnswer("list_teammate_changes", {
    params: { id: edit.id },
    query: { limit: 1 },
  }).data?.answer.data[0];
  return (
    <ConflictDialog
      about={
        <p>
          <bdi>{edit.who}</bdi>: {fieldWords(edit.field, called)}
        </p>
      }
      theirs={<bdi>{valueWords(edit.field, theirs, called)}</bdi>}
      mine={<bdi>{valueWords(edit.field, edit.after, called)}</bdi>}
      by={
        last === undefined ? null : (
          <>
            <bdi>{actorWords(last.by, names)}</bdi>, <When at={last.at} />
          </>
        )
      }
      onTheirs={() => done("theirs")}
      onMine={() => done("mine")}
    />
  );
}

export function askWhose(edit: Edit, theirs: unknown, called: Called): Promise<Whose> {
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  return new Promise((resolve) => {
    const done = (whose: Whose) => {
      resolve(whose);
      root.unmount();
      place.remove();
    };
    root.render(
      <QueryClientProvider client={cache}>
        <I18nProvider locale={currentManners().locale}>
          <Ask edit={edit} theirs={theirs} called={called} done={done} />
        </I18nProvider>
      </QueryClientProvider>,
    );
  });
}
