// touch -- which answers an event makes old. Pure: the query cache asks it for each frame.
//
// An answer is named by its operation and what it was told. Events hold ids and values but no text,
// so that most answers must be read anew; what a state frame or an event says whole is written into
// the cached row instead (patch.ts).
import type { EventFrame } from "../gen/events.ts";
import type { Operations } from "../gen/operations.ts";

type OperationName = keyof Operations;

// Operations whose answers depend on this kind of fact.
const QUEUE: OperationName[] = [
  "list_queue",
  "explain_waiting",
  "explain_unblock",
  "get_team_live",
  "get_team_turns",
  "get_my_load",
  "explain_my_nothing",
  "get_teammate_load",
  "explain_teammate_nothing",
];
const CONVERSATION: OperationName[] = [
  "list_conversations",
  "search_conversations",
  "get_conversation",
  "list_parts",
  "list_conversation_events",
  "get_conversation_sla",
  "list_receipts",
  "list_assignments",
  "get_conversation_workflows",
];
const PEOPLE: OperationName[] = [
  "list_teammates",
  "search_teammates",
  "get_teammate",
  "list_presence",
  "get_presence",
  "list_memberships",
  "get_team_memberships",
  "get_teammate_memberships",
  "get_me",
  "get_team_live",
  "get_team_turns",
];
const SETTINGS: OperationName[] = [
  "list_settings",
  "get_workspace_settings",
  "get_team_settings",
  "get_teammate_settings",
  "list_settings_versions",
  "list_changes",
  "get_policy",
];

// What goes on in charts; figures of now are read anew by the clock instead.
const TRENDS: OperationName[] = [
  "list_trends",
  "get_trend_series",
  "list_stories",
  "list_shared_stories",
  "get_watch_list",
];
const TARGETS: OperationName[] = [
  "list_goals",
  "get_goal",
  "list_targets",
  "get_target",
  "get_target_history",
  "list_agenda",
];
const SURVEYS: OperationName[] = [
  "list_surveys",
  "get_survey",
  "get_survey_funnel",
  "list_survey_answers",
  "list_followups",
];
const ARTICLES: OperationName[] = [
  "list_articles",
  "get_article",
  "list_article_versions",
  "list_article_uses",
  "search_article_pages",
  "list_article_reviews",
  "get_knowledge_settings",
];
const REPORTS: OperationName[] = ["list_reports", "get_report", "list_report_runs"];

const READY: OperationName[] = ["list_ready_answers", "get_ready_answer", "find_ready_answers"];

const BY_CONTENT: Record<string, OperationName[]> = {
  goal: TARGETS,
  target: TARGETS,
  agenda: TARGETS,
  survey: SURVEYS,
  report: REPORTS,
  ready_answer: READY,
  article: ARTICLES,
  workflow: ["list_workflows", "get_workflow", "get_conversation_workflows"],
  annotation: TRENDS,
  verdict: [...TRENDS, ...TARGETS], // a shift whose story is told lets a target be graded again
};

const BY_GROUP: Record<string, OperationName[]> = {
  conversation: [...CONVERSATION, ...QUEUE],
  message: [...CONVERSATION, ...QUEUE],
  assignment: [...CONVERSATION, ...QUEUE], // the load beside a name comes by state.load
  handover: [...CONVERSATION, ...QUEUE],
  sla: [...CONVERSATION, ...QUEUE],
  presence: [...PEOPLE, ...QUEUE],
  intake: [...PEOPLE, ...QUEUE],
  membership: [...PEOPLE, ...QUEUE, "list_changes"],
  teammate: [...PEOPLE, ...QUEUE, "list_changes"],
  team: ["list_teams", "get_team", ...PEOPLE, ...QUEUE, "list_changes"],
  settings: [...SETTINGS, ...QUEUE, ...PEOPLE],
  skill: ["list_skills", ...PEOPLE],
  tag: ["list_tags", ...CONVERSATION],
  contact: ["list_contacts", "get_contact", "get_contact_timeline", ...CONVERSATION],
  view: ["list_views"],
  survey: SURVEYS, // asked, delivered, answered
  promise: ["list_promises"],
  definition: ["list_metrics", ...TRENDS, ...TARGETS],
  job: ["list_jobs", "get_job"],
  bulk: ["get_bulk_edit", "list_bulk_edits", "list_bulk_rows", "list_changes"],
};

const NOTHING: readonly OperationName[] = [];

export function touchedBy(
  frame: Pick<EventFrame, "type"> & { readonly of?: unknown },
): readonly OperationName[] {
  if (frame.type === "content.updated") return BY_CONTENT[String(frame.of)] ?? NOTHING;
  return BY_GROUP[frame.type.split(".")[0] ?? ""] ?? NOTHING;
}

// Whether an answer that was told `params` can have to do with the frame: one about another
// conversation, teammate or team cannot.
export function concerns(
  frame: Record<string, unknown>,
  operation: OperationName,
  params: Record<string, unknown>,
): boolean {
  const id = params["id"];
  if (typeof id !== "string") return true;
  if (id.startsWith("cv_"))
    return (
      frame["conversation"] === undefined ||
      frame["conversation"] === id ||
      operation === "explain_waiting"
    );
  return true;
}
