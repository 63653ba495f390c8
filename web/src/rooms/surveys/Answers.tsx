// Answers -- what customers answered, as far as one may read it: one's own, or one's teams'.
// Nobody's name stands beside a score.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import type { Survey, SurveyAnswer } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { scoreOf } from "../../parts/survey_said.ts";

const PAGE = 50;

function Row({ answer }: { answer: SurveyAnswer }) {
  return (
    <tr>
      <th scope="row" className="ek-number">
        {scoreOf(answer.form, answer.score)}
      </th>
      <td>
        {answer.comment !== null && <span dir="auto">{answer.comment}</span>}{" "}
        {answer.mine && <Badge tone="accent">{t("surveys.mine")}</Badge>}{" "}
        {answer.late && <Badge>{t("surveys.is_late")}</Badge>}{" "}
        {!answer.late && !answer.counts && <Badge>{t("surveys.replaced")}</Badge>}
      </td>
      <td>
        <Link href={`/inbox/all/${answer.conversation}`}>
          <bdi className="ek-code">{answer.conversation}</bdi>
        </Link>
      </td>
      <td>
        <When at={answer.at} />
      </td>
    </tr>
  );
}

function Table({ answers }: { answers: readonly SurveyAnswer[] }) {
  return (
    <div className="ek-table-frame" tabIndex={0} role="region" aria-label={t("surveys.answers")}>
      <table className="ek-table" aria-label={t("surveys.answers")}>
        <thead>
          <tr>
            <th scope="col">{t("surveys.score")}</th>
            <th scope="col">{t("surveys.comment")}</th>
            <th scope="col">{t("surveys.conversation")}</th>
            <th scope="col">{t("surveys.when")}</th>
          </tr>
        </thead>
        <tbody>
          {answers.map((answer) => (
            <Row key={answer.id} answer={answer} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Answers({ survey }: { survey: Survey }) {
  const [limit, setLimit] = useState(PAGE);
  const answers = useAnswer(
    "list_survey_answers",
    { params: { id: survey.id }, query: { limit } },
    { keep: true },
  );
  return (
    <Ready of={answers}>
      {({ answer: { data, page } }) =>
        data.length === 0 ? (
          <Empty title={t("surveys.no_answers")}>{t("surveys.no_answers_means")}</Empty>
        ) : (
          <>
            <Table answers={data} />
            {page.next_cursor !== null && limit < 10 * PAGE && (
              <div className="ek-row">
                <Button
                  onPress={() =>
                    setLimit(limit + 2 * PAGE > 10 * PAGE ? 10 * PAGE : limit + 2 * PAGE)
                  }
                >
                  {t("common.more")}
                </Button>
              </div>
            )}
          </>
        )
      }
    </Ready>
  );
}
