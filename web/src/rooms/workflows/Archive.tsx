// Archive -- a guided workflow is offered no more, or again; what was begun goes on to its end.
import { age, useChange } from "../../feed/cache.ts";
import { call, type OperationName } from "../../feed/http.ts";
import type { Workflow } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

export const TOUCHED: readonly OperationName[] = [
  "list_workflows",
  "get_workflow",
  "list_workflow_versions",
  "get_workflow_report",
  "get_conversation_workflows",
];

interface Props {
  flow: Workflow;
  begin: (etag: string | null) => void;
}

export function Archive({ flow, begin }: Props) {
  const update = useChange("update_workflow", TOUCHED);
  const { id, archived } = flow;
  const back = () =>
    call("update_workflow", { params: { id }, body: { archived }, ifMatch: "*" }).then(
      () => (begin(null), age(TOUCHED)),
    );
  const send = () =>
    update.mutate(
      { params: { id }, body: { archived: !archived }, ifMatch: "*" },
      {
        onSuccess: (saved) => (
          begin(saved.etag),
          tell(t(archived ? "workflows.offered_again" : "workflows.archived_now"), back)
        ),
        onError: complain,
      },
    );
  return (
    <Button look="link" isDisabled={update.isPending} onPress={send}>
      {t(archived ? "workflows.offer_again" : "workflows.archive")}
    </Button>
  );
}
