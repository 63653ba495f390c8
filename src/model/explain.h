/* explain -- explanations as plain structs: receipt/1, why_waiting/1, why_nothing/1, queue/1,
 * unblock/1 and preview/1. Filled by engine/explain.h, written by wire/explain_json.h.
 *
 * They hold tests and arguments, never sentences: those are made in the reader's language. Arrays
 * live in the arena given by the caller; texts borrow from the engine until its next change. A
 * presence reason never appears. Ids 0, times and numbers EK_NONE, texts with p NULL are absent.
 * Source: spec routing, sections 15 and 16.
 */
#ifndef EK_MODEL_EXPLAIN_H
#define EK_MODEL_EXPLAIN_H

#include "model/enums.h"
#include "model/value.h"

/* A test that failed, with its arguments; which of them are there depends on the test:
 *   at_limit {load, limit}         at_inbox_limit {held, limit}
 *   too_complex {complexity, max}  at_class_limit {class, load, limit}
 *   released, paused {until}       lacks_skill {skill}
 *   held_for_other {teammate}      primary_not_empty {team, waiting}
 *   intake {used, max}
 */
struct ek_explain_why {
	EK_C_TEST test; /* 0 = every test passes */
	EK_C_CAPACITY_CLASS capacity_class;
	int64_t is;   /* load, held, complexity, used, waiting */
	int64_t most; /* limit, max */
	ek_time until;
	ek_teammate_id teammate;
	ek_team_id team;
	ek_str skill;
};

/* What told a conversation from the next in the queue. */
enum ek_explain_decided {
	EK_EXPLAIN_LAST = 0, /* nothing follows */
	EK_EXPLAIN_KEY = 1,  /* an order key */
	EK_EXPLAIN_BOUND = 2,
	EK_EXPLAIN_ID = 3, /* all keys are equal */
};
struct ek_explain_decider {
	uint8_t kind; /* enum ek_explain_decided */
	EK_C_ORDER_KEY key;
	EK_C_BOUND bound;
	ek_str attribute; /* name, of the key `attribute` */
};

/* One order key of a conversation as people read it: priority as given, times in milliseconds, an
 * attribute's value as text. */
struct ek_explain_sort {
	EK_C_ORDER_KEY key;
	ek_str attribute;
	int64_t value; /* EK_NONE = absent */
	ek_str text;   /* of an attribute */
};

/* ---- changes ---- */

/* The kinds of single changes, in the order in which they are tried. */
enum ek_explain_kind {
	EK_EXPLAIN_LIMIT = 1,
	EK_EXPLAIN_INBOX_LIMIT = 2,
	EK_EXPLAIN_PRESENCE = 3, /* to active */
	EK_EXPLAIN_RESUME = 4,   /* a pause ended */
	EK_EXPLAIN_LEVEL = 5,    /* level or membership */
	EK_EXPLAIN_SKILL = 6,
	EK_EXPLAIN_GATE = 7,
	EK_EXPLAIN_HELPERS = 8,
};
struct ek_explain_change {
	uint8_t kind; /* enum ek_explain_kind; 0 = no change */
	EK_C_SCOPE scope;
	uint32_t id;      /* of the team or teammate; 0 = the workspace */
	ek_team_id team;  /* LEVEL: where */
	EK_C_LEVEL level; /* LEVEL: 0 = no member */
	uint8_t setting;  /* LIMIT, INBOX_LIMIT, SKILL, GATE, HELPERS */
	struct ek_value value;
};
/* The first single change that alters what is explained. */
struct ek_explain_nearest {
	struct ek_explain_change change; /* kind 0 = none was found */
	ek_teammate_id then;             /* who gets it */
	bool cut;                        /* not every change was tried */
};

/* ---- receipt/1 ---- */

enum ek_explain_result {
	EK_EXPLAIN_BLOCKED = 0,
	EK_EXPLAIN_ELIGIBLE = 1,
	EK_EXPLAIN_CHOSEN = 2,
};
struct ek_explain_considered {
	ek_teammate_id teammate;
	EK_C_LEVEL level;          /* 0 = serves it not: given by a person */
	uint8_t result;            /* enum ek_explain_result */
	struct ek_explain_why why; /* BLOCKED */
	uint32_t load;             /* points, of the others */
	int64_t limit;             /* EK_NONE = unlimited */
	ek_time last_given;
};
struct ek_explain_ahead {
	ek_conversation_id conversation;
	struct ek_explain_why
		why; /* test 0: they could have taken it (given by a person, or in rotation) */
};

enum { EK_EXPLAIN_AHEAD = 50 };

struct ek_explain_receipt {
	uint64_t seq;
	ek_time at;
	ek_conversation_id conversation;
	ek_team_id team;
	ek_teammate_id teammate;
	EK_C_HOW how;
	uint64_t cause_seq;
	uint8_t cause_kind; /* enum ek_event_kind of the event at cause_seq, for the caller to look
			       up */
	uint32_t settings_version;
	struct {
		uint32_t place; /* 0 = it stood in no queue */
		uint32_t of;
		struct ek_explain_decider decided_by;
		const struct ek_explain_ahead *ahead; /* better placed, at most EK_EXPLAIN_AHEAD */
		uint32_t ahead_count;
		uint32_t ahead_more;
	} queue;
	EK_C_CHOSEN_BY chosen_by;
	ek_teammate_id runner_up;
	const struct ek_explain_considered *considered;
	uint32_t considered_count;
	struct ek_explain_nearest nearest;
};

/* ---- why_waiting/1 ---- */

struct ek_explain_blocker {
	EK_C_TEST test;
	const ek_teammate_id *teammates; /* ascending */
	uint32_t n;
};
enum ek_explain_refused {
	EK_EXPLAIN_ESTIMATED = 0,
	EK_EXPLAIN_TOO_FEW = 1,  /* fewer than 10 assignments to judge by */
	EK_EXPLAIN_STRANDED = 2, /* nobody is there */
};
struct ek_explain_estimate {
	uint8_t refused; /* enum ek_explain_refused */
	ek_span low;
	ek_span high;
	uint32_t sample;
};
struct ek_explain_waiting {
	uint64_t seq;
	ek_time at;
	ek_conversation_id conversation;
	ek_team_id team;
	uint32_t place;
	uint32_t of;
	uint32_t team_place;
	uint32_t team_of;
	ek_time waiting_since; /* absent: nobody waits for an answer */
	ek_time queued_at;
	const struct ek_explain_sort *sort;
	uint32_t sort_count;
	uint32_t overtaken;
	ek_teammate_id held_for;
	bool stranded;
	uint32_t overflow_open; /* levels beyond primary and secondary */
	ek_team_id next_team;   /* the next level to open; 0 = none */
	ek_time next_at;
	const struct ek_explain_blocker *blockers;
	uint32_t blocker_count;
	struct ek_explain_nearest nearest;
	struct ek_explain_estimate estimate; /* filled by the caller, unless refused as stranded */
};

/* Of one that has just been given back. */
struct ek_explain_place {
	uint32_t place; /* in the whole queue, from 1; 0 = waits in none */
	uint32_t of;
	EK_C_TEST main_test; /* the commonest blocker; 0 = it has no members */
};

/* ---- why_nothing/1 ---- */

enum ek_explain_state {
	EK_EXPLAIN_NEXT = 1,
	EK_EXPLAIN_IN_TURN = 2,
	EK_EXPLAIN_STOPPED = 3, /* blocked */
};
enum ek_explain_from {
	EK_EXPLAIN_FROM_WORKSPACE = 1,
	EK_EXPLAIN_FROM_TEAMMATE = 2,
	EK_EXPLAIN_FROM_RAMP = 3,
};
struct ek_explain_count {
	EK_C_TEST test;
	uint32_t count;
};
struct ek_explain_inbox {
	ek_team_id team;
	EK_C_LEVEL level;
	uint32_t waiting;
	uint8_t state;             /* enum ek_explain_state */
	uint32_t turn;             /* IN_TURN: from 2 */
	struct ek_explain_why why; /* STOPPED; test 0: the team inbox gives out by hand alone */
	const struct ek_explain_count *not_for_you; /* in the order of the tests */
	uint32_t not_for_you_count;
};
struct ek_explain_nothing {
	uint64_t seq;
	ek_time at;
	ek_teammate_id teammate;
	EK_C_PRESENCE presence;
	uint32_t load;
	int64_t limit;
	uint8_t limit_from;                   /* enum ek_explain_from */
	const struct ek_explain_inbox *teams; /* in order of joining */
	uint32_t team_count;
	struct ek_explain_nearest nearest;
};

/* ---- queue/1 ---- */

struct ek_explain_query {
	ek_team_id team; /* 0 = all */
	EK_C_TEST test;  /* rows with this commonest blocker; 0 = all */
	uint32_t from;   /* the first place wanted, from 1 */
	uint32_t limit;  /* rows, 1 to EK_EXPLAIN_PAGE */
};
enum { EK_EXPLAIN_PAGE = 500 };
struct ek_explain_row {
	uint32_t place;
	ek_conversation_id conversation;
	ek_team_id team;
	const struct ek_explain_sort *sort; /* as many as there are order keys */
	struct ek_explain_decider decided_by;
	ek_time waiting_since;
	uint32_t overtaken;
	EK_C_BOUND bound;
	ek_teammate_id held_for;
	bool stranded;
	EK_C_TEST main_test; /* the commonest blocker, of equals the first; 0 = it has no members */
};
struct ek_explain_queue {
	uint64_t seq;
	ek_time at;
	uint32_t settings_version;
	const struct ek_explain_sort *keys; /* key and attribute alone */
	const bool *reverse;                /* of each key */
	uint32_t key_count;
	uint32_t total; /* rows that the filters let pass */
	uint32_t next;  /* place to go on from; 0 = that was all */
	const struct ek_explain_row *rows;
	uint32_t row_count;
};

/* ---- unblock/1: work waits while people are free ---- */

enum { EK_EXPLAIN_TRIES = 200, EK_EXPLAIN_LISTED = 200 };

struct ek_explain_stuck {
	ek_conversation_id conversation;
	ek_team_id team;
	const struct ek_explain_blocker *blockers;
	uint32_t blocker_count;
};
struct ek_explain_free {
	ek_teammate_id teammate;
	uint32_t load;
	int64_t limit;
	const struct ek_explain_count
		*blockers; /* of what waits where they serve, by first failed test */
	uint32_t blocker_count;
};
struct ek_explain_way {
	struct ek_explain_change changes[2];
	uint32_t change_count;
	uint32_t moved;  /* conversations given out at once */
	uint32_t people; /* whom the changes concern */
};
struct ek_explain_unblock {
	uint64_t seq;
	ek_time at;
	const struct ek_explain_stuck *waiting; /* in queue order, the first EK_EXPLAIN_LISTED */
	uint32_t waiting_count;
	uint32_t waiting_total;
	const struct ek_explain_free
		*people; /* active and below limit, by id, the first EK_EXPLAIN_LISTED */
	uint32_t people_count;
	uint32_t people_total;
	const struct ek_explain_way *ways; /* most moved first, then fewest people */
	uint32_t way_count;
	bool cut; /* not every change was tried */
};

/* ---- preview/1 ---- */

struct ek_explain_move {
	ek_conversation_id conversation;
	ek_team_id from_team;
	ek_team_id to_team;
	ek_teammate_id from; /* 0 = nobody */
	ek_teammate_id to;   /* 0 = it waits, or is nobody's */
	bool offered;        /* to them, for them to accept */
};
struct ek_explain_shut {
	ek_teammate_id teammate;
	ek_team_id team;
	struct ek_explain_why why;
};
struct ek_explain_preview {
	uint64_t seq; /* the state that it was made on */
	ek_time at;
	const struct ek_explain_move *moves; /* by conversation */
	uint32_t move_count;
	const struct ek_explain_shut
		*shut; /* could get an ordinary conversation there, no longer can */
	uint32_t shut_count;
	const ek_team_id *deserted; /* lost their last active member */
	uint32_t deserted_count;
};

#endif
