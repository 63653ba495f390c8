// WorkflowsRoom -- guided workflows: decision trees that are gone through beside a conversation.
// What is looked at stands in the address: /workflows, /workflows/new, /workflows/flow_1.
import { Link, useLocation, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { WorkflowId } from "../../gen/ids.ts";
import type { Workflow } from "../../gen/shapes.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Checkbox } from "../../parts/fields.tsx";
import { Badge, Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { FlowForm } from "./FlowForm.tsx";
import { Left } from "./Left.tsx";
import { Try } from "./Try.tsx";
import { Versions } from "./Versions.tsx";
import { draftOf } from "./draft.ts";
import "./workflows.css";

const MOST = 500;

function Line({ flow }: { flow: Workflow }) {
  return (
    <li className="ek-flows-line">
      <span>
        <Link className="ek-flows-name" href={`/workflows/${flow.id}`}>
          <bdi>{flow.title}</bdi>
        </Link>{" "}
        {flow.archived && <Badge>{t("workflows.archived")}</Badge>}
        <br />
        <span className="ek-quiet">
          {flow.team === null ? t("workflows.every_team") : <Name id={flow.team} />}
          {" · "}
          {t("workflows.steps", { count: flow.steps.length })}
        </span>
      </span>
      <Mark tone={flow.version > 0 ? "good" : "quiet"} shape={flow.version > 0 ? "disc" : "bar"}>
        {flow.version > 0
          ? t("workflows.in_use", { number: flow.version })
          : t("workflows.not_in_use")}
      </Mark>
    </li>
  );
}

function Overview() {
  const [params, setParams] = useSearchParams();
  const archived = params.get("archived") === "true";
  const flows = useAnswer(
    "list_workflows",
    { query: { limit: MOST, ...(archived ? {} : { archived: false }) } },
    { keep: true },
  );
  return (
    <>
      {may("workflow_edit") && (
        <div className="ek-row">
          <Checkbox
            isSelected={archived}
            onChange={(isIn) => setParams(isIn ? { archived: "true" } : {}, { replace: true })}
          >
            {t("workflows.show_archived")}
          </Checkbox>
          <LinkButton look="main" href="/workflows/new">
            {t("workflows.new")}
          </LinkButton>
        </div>
      )}
      <Ready of={flows}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <Empty title={t("workflows.none")}>{t("workflows.none_means")}</Empty>
          ) : (
            <ul className="ek-panel ek-flows-list" aria-label={t("places.workflows")}>
              {data.map((flow) => (
                <Line key={flow.id} flow={flow} />
              ))}
            </ul>
          )
        }
      </Ready>
    </>
  );
}

function One({ id }: { id: WorkflowId }) {
  const flow = useAnswer("get_workflow", { params: { id } });
  return (
    <Ready of={flow}>
      {({ answer, etag }) =>
        may("workflow_edit") ? (
          <FlowForm key={answer.id} flow={answer} etag={etag} />
        ) : (
          <>
            <h2 dir="auto">{answer.title}</h2>
            <Try steps={draftOf(answer).steps} />
            {answer.version > 0 && (
              <>
                <Left flow={answer} />
                <Versions flow={answer} put={null} />
              </>
            )}
          </>
        )
      }
    </Ready>
  );
}

function Place({ path }: { path: string }) {
  const id = /^\/workflows\/(flow_\d+)$/.exec(path)?.[1];
  if (id !== undefined) return <One id={id as WorkflowId} />;
  return path === "/workflows/new" && may("workflow_edit") ? <FlowForm /> : <Overview />;
}

export default function WorkflowsRoom() {
  const [path] = useLocation();
  return (
    <Room title={t("places.workflows")}>
      {path !== "/workflows" && <Link href="/workflows">{t("workflows.all")}</Link>}
      <Place path={path} />
    </Room>
  );
}
