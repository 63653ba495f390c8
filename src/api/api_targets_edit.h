/* api_targets_edit -- what is asked for when a target is set or changed, and the rules that it must
 * keep (spec metrics, T1 to T6). */
#ifndef EK_API_API_TARGETS_EDIT_H
#define EK_API_API_TARGETS_EDIT_H

#include "api/api_targets.h"

enum ek_api_targets_member {
	EK_API_TARGETS_METRIC,
	EK_API_TARGETS_VARIANT,
	EK_API_TARGETS_STATISTIC,
	EK_API_TARGETS_CLOCK,
	EK_API_TARGETS_SCOPE,
	EK_API_TARGETS_PERIOD,
	EK_API_TARGETS_SINCE,
	EK_API_TARGETS_COMPARATOR,
	EK_API_TARGETS_THE_VALUE,
	EK_API_TARGETS_UPPER,
	EK_API_TARGETS_MINIMUM_N,
	EK_API_TARGETS_GOAL,
	EK_API_TARGETS_OWNER,
	EK_API_TARGETS_REASON,
	EK_API_TARGETS_REVIEW,
	EK_API_TARGETS_REWARD,
	EK_API_TARGETS_OVERRIDE,
	EK_API_TARGETS_MEMBERS
};

struct ek_api_targets_edit {
	struct ek_api_target g; /* what it becomes */
	bool is_new;
	bool is_asked; /* only graded, not kept */
	bool is_gone;
	bool has_override; /* this request has one */
	bool has_since;
	struct ek_patch_at body;
	struct ek_patch_value v[EK_API_TARGETS_MEMBERS];
	struct ek_api_targets_judged judged; /* once judged */
	ek_str status, last;                 /* shape TargetStatus */
	struct ek_attain_target was_wanted;  /* of a change */
	ek_str was_json, json;               /* the target as it is told in logs; p NULL = none */
};

/* The body of a new one, or of one that is only graded; judges the rights. On the HTTP thread.
 * False with the problem. */
bool ek_api_targets_edit_new(struct ek_turn *t, struct ek_api_targets_edit *e,
			     bool is_asked) EK_MUST_CHECK;
/* The body of a change; g was loaded. */
bool ek_api_targets_edit_change(struct ek_turn *t, struct ek_api_targets_edit *e) EK_MUST_CHECK;
/* On a worker's thread: facts, grade, override, reward. Takes and gives the fold. */
bool ek_api_targets_edit_judge(struct ek_turn *t, struct ek_api_targets_edit *e) EK_MUST_CHECK;
/* Sets json. */
bool ek_api_targets_edit_print(struct ek_turn *t, struct ek_api_targets_edit *e) EK_MUST_CHECK;

#endif
