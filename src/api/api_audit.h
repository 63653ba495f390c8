/* api_audit -- rows of the audit log: who did what, when, from where and why; never content.
 *
 *   ek_api_audit_add(t, &(struct ek_api_audit){.action = "token.created", .object_kind = "token",
 *                                              .object = id});
 *
 * Rows are chained (store/audit.h).
 * Nobody changes or removes one. Source: spec security, section 12. */
#ifndef EK_API_API_AUDIT_H
#define EK_API_API_AUDIT_H

#include "api/turn.h"

/* Actions are "thing.done". Those whose object is a person (object_kind "teammate") are about them,
 * and they may read them. */
struct ek_api_audit {
	const char *action;
	/* teammate team token sign_in invitation webhook calendar_feed wallboard conversation
	 * contact bulk_edit job look sla_policy calendar chat_inbox article workflow; NULL = the
	 * workspace. */
	const char *object_kind;
	uint64_t object;
	ek_team_id team; /* whose leads may read it; 0 = of no team */
	ek_str reason;   /* p NULL = none */
	ek_str details;  /* JSON object without names or texts; p NULL = {} */
};

/* In made. Who it was is the turn's: self, token, peer. */
void ek_api_audit_add(struct ek_turn *t, const struct ek_api_audit *entry);

#endif
