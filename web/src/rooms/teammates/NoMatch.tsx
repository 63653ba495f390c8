// NoMatch -- nobody matches: which filter removes most, and how to be without it.
import { useEffect, useState } from "react";
import { call } from "../../feed/http.ts";
import { Button } from "../../parts/Button.tsx";
import { Empty, Loading } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { filterWords } from "./FilterBar.tsx";
import { isFiltered, leavesOf, paramsOf, type Asked, type Filter } from "./query.ts";

interface Without {
  filter: Filter | null; // null: the words
  found: number;
}

async function countOf(asked: Asked): Promise<number> {
  const query = {
    limit: 1,
    total: true,
    fields: "id",
    q: asked.words,
    ...paramsOf(leavesOf(asked.filters)),
  };
  return (await call("list_teammates", { query })).answer.page.total ?? 0;
}

// How many there would be without each.
async function tryWithout(asked: Asked): Promise<Without[]> {
  const tries = asked.filters
    .filter(({ name }) => name !== "primary" && name !== "secondary")
    .map(async (filter) => ({
      filter,
      found: await countOf({
        ...asked,
        filters: asked.filters.filter((each) => each !== filter),
      }),
    }));
  const words =
    asked.words === ""
      ? []
      : [countOf({ ...asked, words: "" }).then((found) => ({ filter: null, found }))];
  return Promise.all([...tries, ...words]);
}

// The filter that removes most; null: none does, or it is not known yet.
function useBest(asked: Asked, isLoading: boolean): Without | null {
  const [best, setBest] = useState<Without | null>(null);
  const key = JSON.stringify([asked.words, asked.filters]);
  useEffect(() => {
    setBest(null);
    if (isLoading || !isFiltered(asked)) return undefined;
    let isOver = false;
    void tryWithout(asked)
      .then((tries) => {
        const most = tries.sort((a, b) => b.found - a.found)[0];
        if (!isOver && most !== undefined && most.found > 0) setBest(most);
      })
      .catch(() => undefined);
    return () => {
      isOver = true;
    };
    // The rest of `asked` does not change who matches.
  }, [key, isLoading]);
  return best;
}

export function NoMatch({
  asked,
  ask,
  isLoading,
  teamName,
}: {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  isLoading: boolean;
  teamName: (id: string) => string;
}) {
  const best = useBest(asked, isLoading);
  if (isLoading) return <Loading />;
  const called = { of: (id: string | null | undefined) => teamName(id ?? "") };
  const what =
    best === null ? "" : best.filter === null ? asked.words : filterWords(best.filter, called);
  return (
    <Empty
      title={t("teammates.no_match")}
      action={
        best === null ? (
          isFiltered(asked) && (
            <Button onPress={() => ask({ words: "", filters: [] })}>
              {t("teammates.clear_filters")}
            </Button>
          )
        ) : (
          <Button
            onPress={() =>
              ask(
                best.filter === null
                  ? { words: "" }
                  : { filters: asked.filters.filter((each) => each !== best.filter) },
              )
            }
          >
            {t("teammates.without", { what })}
          </Button>
        )
      }
    >
      {best !== null && t("teammates.removes_most", { what, n: best.found })}
    </Empty>
  );
}
