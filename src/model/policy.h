/* policy -- the rules of a workspace as one value: what a policy file says, and what an engine
 * holds.
 *
 * Written and read as text by wire/policy_text.h; taken from an engine, compared with it, tested
 * and checked by engine/policy.h. Teams are named by their place among `teams`, from 1, teammates
 * by theirs; also where a setting's value names a team (default_team, overflow). Names are
 * content: the engine knows ids only.
 *
 * Everything lives in the arena that it was made in, or borrows from the text that it was read
 * from. Source: spec routing, sections 13 and 16 (6).
 */
#ifndef EK_MODEL_POLICY_H
#define EK_MODEL_POLICY_H

#include "base/arena.h"
#include "model/cmd.h"
#include "model/setting.h"

struct ek_policy_set {
	uint8_t setting;
	uint32_t line; /* where it stands in the text; 0 = not from a text */
	struct ek_value value;
};

/* The workspace, a team, or a teammate. */
struct ek_policy_section {
	ek_str name;                /* of a team; e-mail of a teammate */
	uint32_t line;              /* of its heading; 0 = not from a text, or not there */
	uint32_t id;                /* in the engine; 0 = not there yet */
	struct ek_policy_set *sets; /* ascending by setting, each once */
	uint32_t set_count;
	struct ek_calendar
		*calendar; /* of a calendar setting that is EK_VALUE_CALENDAR; else NULL */
	/* teammates: places of teams, ascending, none in both */
	uint32_t *primary;
	uint32_t *secondary;
	uint32_t primary_count;
	uint32_t secondary_count;
	uint32_t primary_line;
	uint32_t secondary_line;
};

enum ek_policy_when { EK_POLICY_GIVEN = 1, EK_POLICY_WHEN, EK_POLICY_THEN };
enum ek_policy_form {
	EK_POLICY_HOLDS = 1, /* NAME holds N in TEAM */
	EK_POLICY_LIMIT,     /* NAME limit N */
	EK_POLICY_BECOMES,   /* NAME becomes PRESENCE */
	EK_POLICY_ARRIVES,   /* ID arrives in TEAM [field=value...] */
	EK_POLICY_CLOSES,    /* NAME closes ID */
	EK_POLICY_RELEASES,  /* NAME releases ID */
	EK_POLICY_SNOOZES,   /* NAME snoozes ID */
	EK_POLICY_PASS,      /* N min pass */
	EK_POLICY_GOES,      /* ID goes to NAME */
	EK_POLICY_WAITS,     /* ID waits because TEST NAME */
	EK_POLICY_QUEUE,     /* queue is ID, ID... */
};

/* One line of a test. What its form does not name is 0. */
struct ek_policy_step {
	uint8_t when; /* enum ek_policy_when */
	uint8_t form; /* enum ek_policy_form */
	uint32_t line;
	uint32_t mate;         /* place */
	ek_str who;            /* how the text names them */
	uint32_t team;         /* place */
	uint32_t label;        /* of a conversation: place among the test's labels, from 1 */
	int64_t number;        /* EK_NONE = null */
	uint8_t listed;        /* a presence, or a test of eligibility */
	const uint32_t *queue; /* labels */
	uint32_t queue_count;
	struct ek_pairs fields; /* as written */
	/* what they say; sla_due counts from the arrival. NULL but for ARRIVES */
	const struct ek_cmd_conversation_create *arrival;
};

struct ek_policy_test {
	ek_str name;
	uint32_t line;
	struct ek_policy_step *steps;
	uint32_t step_count;
	ek_str *labels; /* what the conversations are called */
	uint32_t label_count;
};

struct ek_policy {
	struct ek_policy_section workspace;
	struct ek_policy_section *teams;
	struct ek_policy_section *mates;
	struct ek_policy_test *tests;
	uint32_t team_count;
	uint32_t mate_count;
	uint32_t test_count;
};

/* Bounds on one policy. Teams, teammates and memberships: model/limits.h. */
enum {
	EK_POLICY_BYTES_MAX = 16 * 1024 * 1024, /* of text */
	EK_POLICY_TESTS_MAX = 1000,
	EK_POLICY_STEPS_MAX = 10000,        /* of one test */
	EK_POLICY_HOLDS_MAX = 1000,         /* of one line */
	EK_POLICY_PASS_MAX = 366 * 24 * 60, /* minutes of one line */
};

/* Its value of a setting, or NULL when the section says nothing of it. */
const struct ek_value *ek_policy_find(const struct ek_policy_section *s, int setting);
/* The value that holds: of the section, else of the workspace, else the default. */
struct ek_value ek_policy_holds(const struct ek_policy *p, const struct ek_policy_section *s,
				int setting);
/* Puts a value into a section in its place; false without memory. The setting must not be there. */
bool ek_policy_put(struct ek_policy_section *s, struct ek_arena *arena,
		   struct ek_policy_set set) EK_MUST_CHECK;

/* Names in order, for finding: entries are filled by the owner, then sorted. */
struct ek_policy_entry {
	ek_str name;
	uint32_t place; /* from 1 */
};
struct ek_policy_index {
	struct ek_policy_entry *v;
	uint32_t n;
};
/* Sorts by name, then place. False without memory. Cost: O(n log n), whatever the names. */
bool ek_policy_index_sort(struct ek_policy_index *x, struct ek_arena *arena) EK_MUST_CHECK;
/* The lowest place of that name, 0 = none; *count says how many have it. O(log n + count). */
uint32_t ek_policy_index_find(const struct ek_policy_index *x, ek_str name, uint32_t *count);

#endif
