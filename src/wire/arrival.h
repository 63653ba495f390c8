/* arrival -- rules on arrival: what is decided about a conversation as it comes in.
 *
 *   {"version":3,"rules":[{"id":"rule_1","name":"Korean mail","active":true,
 *     "when":{"all":[{"field":"language","op":"in","value":["ko"]}]},
 *     "set":{"team":"team_2","priority":2,"tags":["tag_4"],"attributes":{"tier":"gold"}},
 *     "stop":false}]}
 *
 * The rules are one ordered list with a version. Each whose `when` holds (a filter over the fields
 * of the list `arrivals`, schema/lists.def) sets what it names: of team, priority and complexity
 * the last to say it wins; tags and attributes add up; one that stops ends the list. They look at
 * nothing but the facts, so a run is the same for a preview, an arrival and its explanation.
 *
 * Texts of facts are to be folded (store/search.h), as are those of the rules (ek_arrival_fold).
 * Limits: EK_LIMIT_RULES rules; those of a filter. Everything lives in the arena it is given.
 * Cost of a run: O(leaves + bytes looked in for each leaf).
 */
#ifndef EK_WIRE_ARRIVAL_H
#define EK_WIRE_ARRIVAL_H

#include "base/language.h"
#include "model/value.h"
#include "wire/filter.h"
#include "wire/patch.h"

/* What rules set. */
struct ek_arrival_set {
	bool has_priority, has_complexity, has_attributes;
	bool notes_language; /* as the attribute `language` */
	uint64_t team;       /* 0 = none */
	uint64_t sla_policy; /* 0 = none */
	int64_t priority;
	int64_t complexity;
	const uint64_t *tags;
	uint32_t tag_count;
	struct ek_pairs attributes; /* by name, ascending */
};

/* What is known of what arrives; of texts p NULL = not known. */
struct ek_arrival {
	uint8_t channel; /* enum ek_capacity_class */
	enum ek_language language;
	ek_str from;    /* address of who wrote */
	ek_str to;      /* address that they wrote to */
	ek_str subject; /* folded, as all below */
	ek_str text;
	ek_str tier;   /* of the contact */
	bool is_known; /* the contact has written before */
	/* What who makes it says of it: stands above all rules. NULL = nothing. */
	const struct ek_arrival_set *said;
};

struct ek_arrival_rule {
	uint64_t id; /* 0 = one that is made now */
	ek_str name;
	bool is_active;
	bool stops;
	const struct ek_filter_node *when; /* NULL = always */
	struct ek_arrival_set set;
	struct ek_patch_at at; /* where it stands in what was read */
};
struct ek_arrival_rules {
	uint32_t version; /* 0 = there are none yet */
	uint32_t n;
	struct ek_arrival_rule *v;
};

/* The list at this place: what was sent, or is kept. False, with faults in the problem. */
bool ek_arrival_bind(const struct ek_patch_at *list, struct ek_arrival_rules *out) EK_MUST_CHECK;
/* As it is kept: a list of rules. */
void ek_arrival_write(struct ek_json *j, const struct ek_arrival_rules *rules);
/* What one sets. */
void ek_arrival_write_set(struct ek_json *j, const struct ek_arrival_set *set);

/* Folds the texts of all rules, with this; p NULL of what it gives back: no memory, and false. */
typedef ek_str ek_arrival_folder(void *ctx, ek_str text);
bool ek_arrival_fold(struct ek_arrival_rules *rules, struct ek_arena *arena,
		     ek_arrival_folder *fold, void *ctx) EK_MUST_CHECK;

/* What came of a run. */
struct ek_arrival_outcome {
	const struct ek_arrival_rule **did; /* in their order */
	uint32_t did_count;
	struct ek_arrival_set set; /* of all together */
};
/* False: no memory. */
bool ek_arrival_run(const struct ek_arrival_rules *rules, const struct ek_arrival *facts,
		    struct ek_arena *arena, struct ek_arrival_outcome *out) EK_MUST_CHECK;

#endif
