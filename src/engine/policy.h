/* policy -- the rules of a workspace as one value: taken from an engine, put into one, tested,
 * checked.
 *
 * The engine knows ids; names come from the caller. As text: wire/policy_text.h. Source: spec
 * routing, section 16 (6).
 */
#ifndef EK_ENGINE_POLICY_H
#define EK_ENGINE_POLICY_H

#include "engine/engine.h"
#include "model/policy.h"

/* The name of a team (kind EK_FT_TEAM) or teammate (EK_FT_TEAMMATE); p NULL = it has none, and is
 * called team-7 or teammate-7. Borrowed until the policy is no longer needed. */
struct ek_policy_names {
	ek_str (*get)(void *ctx, enum ek_field_type kind, uint32_t id);
	void *ctx;
};

/* What the engine holds: teams and teammates by id, every setting that is set (at the workspace:
 * that differs from the default), memberships, calendars. What is scheduled for later is not part
 * of it, nor are tests. Borrows from the engine until its next change. Errors: CONFLICT when two
 * have one name; NO_MEMORY. Cost: O(teams + teammates x log n). */
bool ek_policy_take(const struct ek_engine *engine, const struct ek_policy_names *names,
		    struct ek_arena *arena, struct ek_policy *out,
		    struct ek_err *err) EK_MUST_CHECK;

/* The edits that lead from one policy to another. What `now` has and `to` has not is left alone,
 * if it is a team or teammate, and unset, if it is a setting or membership of one that both have.
 * */
struct ek_policy_plan {
	const struct ek_policy *now; /* given: of ek_policy_take */
	struct ek_policy *to;        /* given: calendars must have their zones' shifts */
	struct ek_cmd cmd;           /* policy.apply; no rows: nothing is to be done */
	uint32_t left_alone;         /* teams and teammates that `to` does not name */
};
/* Makes cmd, and fills the ids of `to`, also those that its new teams and teammates will have when
 * cmd is submitted to this engine: name them then. Errors: LIMIT (bulk_rows), NO_MEMORY. */
bool ek_policy_make_plan(const struct ek_engine *engine, struct ek_arena *arena,
			 struct ek_policy_plan *plan, struct ek_err *err) EK_MUST_CHECK;

/* An empty workspace to which the policy was applied, everybody active for a month: where tests
 * begin. It is Monday, 4 January 2027, 10:00 in the zone of the workspace's calendar, at first
 * UTC. The engine is the caller's. Errors: those of the edits. */
bool ek_policy_stage(struct ek_alloc alloc, struct ek_policy *p, struct ek_arena *arena,
		     struct ek_engine **engine, struct ek_err *err) EK_MUST_CHECK;
/* What became of a test: line 0 = it passed, else the line that did not hold and what happened. */
struct ek_policy_verdict {
	uint32_t line;
	char said[400];
};
/* Runs one test on a copy of the stage. Contacts of arrivals begin to wait on arrival; a snooze
 * lasts until the contact writes. Errors: NO_MEMORY. Cost: a copy, and the lines. */
bool ek_policy_try(const struct ek_engine *stage, const struct ek_policy *p, uint32_t test,
		   struct ek_policy_verdict *out, struct ek_err *err) EK_MUST_CHECK;

/* What looks wrong in a policy. */
struct ek_policy_finding {
	uint32_t line;    /* 0 = none */
	const char *rule; /* "overflow_to_itself"; static */
	bool is_note;     /* not a finding: says what was not looked at */
	char text[300];
};
struct ek_policy_findings {
	struct ek_policy_finding *v;
	uint32_t n;
};
/* never_empty: for each team by place, whether something waited in it all of the last seven days;
 * NULL = not known. Errors: NO_MEMORY. Cost: O(memberships + overflow levels). */
bool ek_policy_lint(const struct ek_policy *p, const bool *never_empty, struct ek_arena *arena,
		    struct ek_policy_findings *out, struct ek_err *err) EK_MUST_CHECK;

#endif
