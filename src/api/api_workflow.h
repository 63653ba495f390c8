/* api_workflow -- guided workflows: their steps as JSON. (api_workflows.c: written, published,
 * where they are left; api_workflows_walk.c: gone through beside a conversation) */
#ifndef EK_API_API_WORKFLOW_H
#define EK_API_API_WORKFLOW_H

#include "api/turn.h"
#include "knowledge/workflow.h"

/* Out of a list in a body. Faults go into the problem. */
bool ek_api_workflow_bind(const struct ek_patch_at *list, struct ek_workflow *out);
/* As they are kept. False with a problem. */
bool ek_api_workflow_read(struct ek_turn *t, ek_str kept, struct ek_workflow *out) EK_MUST_CHECK;
/* Members `tags` and `attributes` of an answer; shape WorkflowStep, and a list of them: also how
 * they are kept. */
void ek_api_workflow_write_set(struct ek_json *j, const struct ek_workflow_branch *b);
void ek_api_workflow_write_step(struct ek_json *j, const struct ek_workflow_step *s);
void ek_api_workflow_write(struct ek_json *j, const struct ek_workflow *w);

#endif
