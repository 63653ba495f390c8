/* api_sla_policies -- an SLA policy being changed, and what that does to open conversations.
 * Private to the files of this resource. */
#ifndef EK_API_API_SLA_POLICIES_H
#define EK_API_API_SLA_POLICIES_H

#include "api/api_edit.h"
#include "api/api_sla.h"
#include "api/api_text.h"

#define EK_API_SLA_LEAST_MS INT64_C(60000)
#define EK_API_SLA_MOST_MS (INT64_C(365) * 86400000)

enum {
	/* Open conversations that one change is carried over to at once; to the others with their
	 * next step. */
	EK_API_SLA_SCANNED = 2000,
	EK_API_SLA_NAMED = 500, /* that a preview names */
};

struct ek_api_sla_edit {
	struct ek_api_edit edit; /* first */
	struct ek_cmd cmd;
	uint64_t id;                      /* 0 = new */
	const struct ek_views_value *was; /* NULL = new */
	bool is_whole;                    /* what is not said is not set */
	bool is_deleted;
	/* what is asked for */
	struct ek_patch_at body;
	struct ek_patch_at applies_at;
	struct ek_patch_at teams_at;
	struct ek_patch_at targets_at;
	ek_str name; /* p NULL = not said */
	bool has_teams;
	bool has_where;
	struct ek_api_ids teams;
	struct ek_filter where;
	struct ek_patch_value targets[EK_API_SLA_TARGETS];
	struct ek_patch_value calendar;
	struct ek_patch_value pauses;
	struct ek_patch_value warn;
	struct ek_patch_value position;
	/* what it becomes */
	struct ek_views_value row[EK_CONTENT_SLA_POLICIES_WIDTH];
	struct ek_api_sla_policy policy;
	ek_str fields;
	/* what that does */
	struct ek_api_sla *steps;
	ek_conversation_id *ids; /* of steps */
	uint32_t step_count;
	uint32_t matched; /* open conversations to which it applies, or applied */
	uint32_t late;    /* whose deadline is over at once */
	ek_conversation_id *late_ids;
	uint32_t late_count;
};

bool ek_api_sla_knows_all(const struct ek_filter_node *node);
/* On the writer's thread, once row is what it becomes: the steps of open conversations, counts, and
 * the command that tells the engine. */
bool ek_api_sla_scan(struct ek_turn *t, struct ek_api_sla_edit *e) EK_MUST_CHECK;
/* In made: their clocks. */
void ek_api_sla_scan_put(struct ek_turn *t, const struct ek_api_sla_edit *e);

#endif
