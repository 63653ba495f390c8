/* state -- the engine's inside: every struct, and who owns what. Included by src/engine only.
 *
 * Primary state (what events say; saved, hashed) is marked P. Everything else is derived from it
 * and is built again by a load: loads, lanes, trees, due times.
 * Objects live in pools and are named by their ids; index 0 is nobody. Pools grow only while an
 * event is applied, before it looks at any object. Running out of memory ends the process
 * (ek_assert): what was acknowledged is on disk.
 */
#ifndef EK_ENGINE_STATE_H
#define EK_ENGINE_STATE_H

#include "base/arena.h"
#include "engine/engine.h"
#include "model/limits.h"
#include "model/setting.h"

enum {
	EK_STATE_INLINE = 4,   /* keys at hand in a heap */
	EK_STATE_KEYS = 12,    /* bound + 10 order keys, one of which may take two places */
	EK_STATE_CLASSES = 6,  /* capacity classes, from 1 */
	EK_STATE_INTAKE = 100, /* intake_max at most */
	EK_STATE_OPENED = 10,  /* overflow levels at most */
	EK_STATE_PACE = 128,   /* givings of a team inbox that are remembered */

	EK_STATE_COOLDOWNS = EK_LIMIT_COOLDOWNS,
	EK_STATE_TEXT = EK_LIMIT_TEXT_BYTES,
	EK_STATE_NEEDS = EK_LIMIT_NEEDS,
	EK_STATE_TAGS = EK_LIMIT_TAGS,
	EK_STATE_ATTRIBUTES = EK_LIMIT_ATTRIBUTES,
	EK_STATE_ROWS = EK_LIMIT_BULK_ROWS,
	EK_STATE_MEMBERSHIPS = EK_LIMIT_MEMBERSHIPS,
	EK_STATE_MATES = EK_LIMIT_TEAMMATES,
	EK_STATE_TEAMS = EK_LIMIT_TEAMS,
	EK_STATE_SCHEDULED = EK_LIMIT_SCHEDULED,
	EK_STATE_SHIFTS = EK_LIMIT_SHIFTS,
	EK_STATE_CONTACTS = EK_LIMIT_CONTACTS,
	EK_STATE_VERSIONS = EK_LIMIT_VERSIONS,
	EK_STATE_GROUP_SLOTS = 1024,
	EK_STATE_UNLIMITED = 0x7fffffff,
};

/* The longest length of time that a command may give: a year. */
#define EK_STATE_SPAN (366 * 86400000LL)

/* Instants that a command may give: the years 1 to 9999, as on the wire. */
#define EK_STATE_TIME_MIN (-62135596800000LL)
#define EK_STATE_TIME_MAX 253402300799999LL

/* A setting's value as kept: texts are symbols. P */
struct cell {
	int64_t i;
	uint32_t sym;
};
struct kept {
	uint8_t kind; /* enum ek_value_kind */
	int64_t i;
	uint32_t n;
	struct cell *cells; /* owned */
};
struct own {
	uint8_t setting;
	struct kept v;
};
struct owns {
	struct own *v; /* ascending by setting */
	uint32_t n;
	uint32_t cap;
};

struct need {
	uint32_t skill; /* symbol */
	uint8_t level;
	bool required;
	bool relaxed; /* dropped for this stay in the queue */
	int64_t relax_after_ms;
};
struct attribute {
	uint32_t name;
	uint32_t value;
};
struct cooldown {
	uint32_t mate;
	int64_t until;
};

/* What few conversations have. P */
struct extra {
	struct need *needs;
	struct attribute *attributes;
	uint32_t *tags;
	struct cooldown *cooldowns;
	uint8_t need_count;
	uint8_t attribute_count;
	uint8_t tag_count;
	uint8_t cooldown_count;
	bool has_wall; /* it sleeps until a local time */
	int64_t wall;
};

/* What every event touches comes first. "d": derived. */
struct conv {
	uint8_t state; /* enum ek_state; 0 = no such conversation */
	uint8_t channel;
	uint8_t cls;
	uint8_t priority;
	uint8_t complexity;
	uint8_t bound; /* EK_BOUND_*; 0 = none */
	bool anyway;   /* anyway.opened during this stay */
	bool sla_missed;
	bool sla_slipped;
	bool alerted; /* nobody.alert during this stranding */
	bool nudged;
	bool held_once; /* its hold of this stay is over for good */
	bool rr_once;   /* came new or by a rule: has one turn of a rotation; not kept */
	uint8_t offer_level;
	uint16_t opened; /* bits: overflow levels open */
	uint32_t team;
	uint32_t mate;     /* who holds it, or held it when it was closed */
	uint32_t extra;    /* in the pool of extras, or 0 */
	uint32_t node;     /* d: in the pool of waits; 0 = in no lane */
	uint32_t over;     /* d: its block of overtaking; 0 = in none */
	uint32_t offer_to; /* live offer, or 0 */
	uint32_t hold_for; /* live hold, or 0 */
	uint32_t known;    /* continuity: who comes first during this stay */
	int64_t sla_due;   /* open deadline, EK_NONE */
	int64_t waiting_since;
	int64_t queued_at; /* when it last became unassigned in a team or was moved; EK_NONE */
	int64_t started;
	int64_t stranded_from; /* EK_NONE = somebody is there */
	uint64_t changed_seq;
	uint32_t overtaken; /* while it is in a lane: see ek_overtake_count */
	uint32_t next;      /* d: list of what a teammate holds, open or snoozed */
	uint32_t prev;      /* d */
	uint32_t assignment;
	uint32_t contact;
	uint16_t points;    /* d: counted in the holder's load */
	uint16_t resnoozed; /* snoozes that ended in another without an answer */
	int64_t touch_from; /* start of the untouched clock */
	int64_t opened_at;  /* last conversation.opened of this holding */
	int64_t hold_until;
	int64_t offer_until;
	int64_t snoozed_until;
	int64_t closed_at;
};

/* A conversation's place in a lane. Derived. */
struct wait {
	uint32_t conv;
	uint32_t lane;
	int64_t key[EK_STATE_KEYS];
};

/* The same as the heap holds it: the first keys at hand, the rest in struct wait. */
struct entry {
	int64_t key[EK_STATE_INLINE];
	uint32_t wait;
};

/* Neighbours by waiting since in one team, and how often each was overtaken (engine/overtake.h):
 * own, and what its part has added. Derived. */
enum { EK_STATE_OVER_BLOCK = 64 };
struct over_block {
	uint32_t count;
	uint32_t team;
	uint64_t lifted; /* bits: those that a bound has lifted */
	uint32_t conv[EK_STATE_OVER_BLOCK];
	int64_t since[EK_STATE_OVER_BLOCK];
	int32_t own[EK_STATE_OVER_BLOCK];
};

/* A block in its team's row. */
struct over_part {
	int64_t since; /* of its first */
	uint32_t conv;
	uint32_t block;
	uint32_t add; /* times that all of it were overtaken */
	int32_t most; /* the largest own that is not lifted */
};

/* Conversations of one team inbox that anyone either can or cannot take alike. Derived. */
struct lane {
	uint32_t team;
	uint32_t only; /* the one conversation of a lane of its own, or 0 */
	uint32_t needset;
	uint16_t opened;
	uint8_t points; /* room it asks for */
	uint8_t cls;
	uint8_t complexity;
	bool anyway;
	bool ready;         /* on the list of lanes to try */
	uint32_t ready_for; /* the one teammate who might take from it now; 0 = anyone */
	bool gated;         /* on the list of lanes that only a gate holds back */
	bool flipped;       /* on the list of lanes whose being stranded changed */
	struct entry *heap; /* owned; 0 is the best, four children each */
	uint32_t heap_cap;
	uint32_t head; /* the best conversation; 0 = empty */
	uint32_t count;
	uint32_t place;   /* in the team's list of non-empty lanes + 1 */
	uint32_t present; /* members at open levels, active, limit above 0, skilled */
	uint32_t next;    /* in its bucket of the table of lanes */
	bool used;
};

/* What skills a lane asks for; interned, kept for the engine's life. Derived. */
struct needset {
	uint64_t mask;     /* bits that a candidate must have */
	uint64_t required; /* bits of the required ones */
	uint32_t next;     /* in its bucket */
	uint8_t n;
	struct {
		uint32_t skill;
		uint8_t level;
		bool required;
	} v[16];
};

/* A teammate as candidate for one team inbox. Derived. */
struct cand {
	uint32_t mate;
	uint32_t team;
	uint32_t left, right;
	uint32_t load;
	uint32_t limit; /* EK_STATE_UNLIMITED */
	uint64_t given; /* seq of the last giving */
	uint64_t skills;
	uint32_t room;
	uint8_t complexity;
	bool local_ok;      /* passes off_shift and at_inbox_limit for this team inbox */
	bool share;         /* compared by share of the limit */
	uint64_t skills_or; /* of the subtree, as all below */
	uint32_t room_max;
	uint8_t complexity_max;
	bool local_or;
};

/* Candidates of one team inbox at one level whose gates open and close together. Derived. */
struct pool {
	uint8_t level;  /* EK_LEVEL_PRIMARY or _SECONDARY */
	uint32_t group; /* 0 = no gate */
	uint32_t root;
};

/* Teammates with the same set of primaries that count for the strict gate. Derived. */
struct group {
	uint32_t *teams; /* ascending */
	uint32_t team_count;
	uint32_t nonempty;
	uint32_t members;
	struct {
		uint32_t team;
		uint32_t count;
	} * reach; /* team inboxes that its members help */
	uint32_t reach_count;
	uint32_t reach_cap;
	uint32_t next; /* in its bucket */
};

struct serve {
	/* P */
	uint32_t team;
	uint8_t level;
	uint64_t joined; /* seq */
	/* derived */
	uint32_t cand;
	uint32_t pool_group;
};
struct holding {
	uint32_t team;
	uint32_t count;
};

struct mate {
	/* P */
	uint8_t exists; /* 1 = yes, 2 = deleted */
	bool deactivated;
	uint8_t presence;
	uint8_t presence_cause;
	bool landing;      /* returned from a real absence; landing_until holds */
	int16_t ramp_step; /* index that holds; -1 = before the first, or none */
	uint32_t reason;   /* symbol */
	int64_t presence_since;
	int64_t inactive_since; /* when they stopped being active; EK_NONE = active */
	int64_t returned_at;    /* last return that counts as landing; EK_NONE */
	int64_t paused_until;   /* EK_NONE = not paused */
	int64_t given_at;
	uint64_t given_seq; /* 0 = never */
	uint64_t changed_seq;
	struct owns own;
	struct ek_shift *shifts;
	uint32_t shift_count;
	struct ek_zone zone; /* owned; name.n 0 = the workspace's */
	struct serve *serves;
	uint32_t serve_count;
	uint32_t serve_cap;
	int64_t *intake; /* ring of automatic assignments; NULL until the first */
	uint8_t intake_n;
	uint8_t intake_at; /* next place */
	bool intake_full;  /* test 12 fails, until intake.freed */
	uint32_t *off;     /* team inboxes whose shift gate is shut for them */
	uint32_t off_count;
	uint32_t off_cap;
	/* outside log and hash */
	int64_t seen_at;
	/* derived */
	uint32_t first; /* list of what they hold */
	uint32_t load;
	uint32_t open_count;
	uint32_t offers;
	uint32_t class_load[EK_STATE_CLASSES];
	struct holding *holdings;
	uint32_t holding_count;
	uint32_t holding_cap;
	uint32_t limit; /* effective; EK_STATE_UNLIMITED */
	uint8_t complexity_max;
	uint64_t skills; /* bits */
	uint32_t group;
	bool present; /* active, limit above 0 */
	bool loose;   /* out of the trees, on the list of those who changed */
	bool in_trees;
	uint32_t due_at;
};

struct member {
	uint32_t mate;
};

/* How fast a team inbox gives out work, counted since the first conversation with a deadline waited
 * there; see engine/pressure.h. P */
struct pace {
	int64_t from;    /* since when it is counted */
	int64_t told_at; /* the last sla.pressure; EK_NONE */
	uint8_t n;
	uint8_t at; /* next place */
	int64_t given[EK_STATE_PACE];
};

struct team {
	/* P */
	uint8_t exists;    /* 1 = yes, 2 = deleted */
	uint32_t rr_last;  /* the last receiver of the rotation; 0 = none yet */
	uint64_t rr_place; /* their seq of joining, should they leave */
	int64_t margin_ms; /* median handling time, for `auto` */
	uint64_t changed_seq;
	struct owns own;
	struct ek_calendar *calendar; /* owned; NULL = none set here */
	struct pace *pace;            /* owned; NULL = not counted */
	/* outside log and hash */
	int64_t looked_at; /* for pressure; EK_NONE = not yet */
	/* derived */
	uint32_t missed; /* of those that lie in its lanes: deadlines */
	uint32_t due_at;
	bool looking;           /* for pressure, once this command has settled */
	struct member *members; /* in order of joining */
	uint32_t member_count;
	uint32_t member_cap;
	uint32_t *lanes;      /* non-empty ones */
	uint64_t *lane_masks; /* beside lanes: skills that each asks for */
	uint32_t lane_count;
	uint32_t lane_cap;
	uint32_t lane_mask_cap;
	struct pool *pools;
	uint32_t pool_count;
	uint32_t pool_cap;
	uint32_t *groups; /* that count this team among their primaries */
	uint32_t group_count;
	uint32_t group_cap;
	uint32_t *helped; /* teams whose overflow names this one */
	uint32_t helped_count;
	uint32_t helped_cap;
	struct over_part *over_row; /* by waiting since */
	uint32_t over_parts, over_row_cap;
	uint32_t waiting; /* in its queue (balanced) */
	uint32_t parked;  /* unassigned and open, other methods */
	bool rr_dirty;    /* round robin should try again */
	/* settings that hold here, looked up once */
	uint8_t method;
	bool rr_retry, rr_respect_limits, offer_mode, shift_gate, share;
	uint8_t when_nobody, on_reopen;
	uint32_t rank;
	uint32_t inbox_limit; /* EK_STATE_UNLIMITED */
	int64_t release_cooldown_ms, continuity_hold_ms, alert_after_ms, anyway_after_ms;
	int64_t nudge_after_ms, return_after_ms, overtake_max, wait_max_ms, sla_reply_ms;
	struct {
		uint32_t team;
		int64_t after_ms;
		bool office_hours;
		bool respect_gate;
	} overflow[EK_STATE_OPENED];
	uint8_t overflow_count;
};

/* Who last answered a contact. P */
struct contact {
	uint32_t mate;
	int64_t at;
};

struct change {
	uint32_t version;
	uint8_t scope;
	uint32_t id;
	uint8_t setting;
	struct kept before, after;
};
struct scheduled {
	uint32_t id;
	uint8_t scope;
	uint32_t object;
	int64_t at;
	struct owns set;
};

struct due {
	int64_t at;
	uint32_t what; /* kind in the top two bits, id below */
};

struct order_key {
	uint8_t key;
	bool reverse;
	uint32_t attribute;
};

struct ek_engine {
	struct ek_alloc alloc;
	uint64_t bytes;
	uint64_t steps;
	uint64_t broken[EK_PROMISE_END];
	/* P */
	uint64_t seq;
	int64_t now;          /* time of the last event or command */
	uint32_t version;     /* of settings */
	uint32_t schedules;   /* ids given */
	uint32_t assignments; /* ids given */
	struct kept settings[EK_SET_COUNT];
	struct ek_zone zone; /* the workspace's; name.n 0 = UTC */
	struct ek_calendar *calendar;
	struct conv *convs; /* 1..conv_count */
	uint32_t conv_count, conv_cap;
	struct mate *mates;
	uint32_t mate_count, mate_cap;
	struct team *teams;
	uint32_t team_count, team_cap;
	struct contact *contacts;
	uint32_t contact_count, contact_cap;
	struct change *changes; /* of the last versions, in order */
	uint32_t change_count, change_cap;
	struct scheduled *scheduled;
	uint32_t scheduled_count, scheduled_cap;
	ek_str *symbols; /* 1..symbol_count; bytes owned */
	uint32_t symbol_count, symbol_cap;
	uint32_t *symbol_table; /* open addressing, a power of two */
	uint32_t symbol_slots;
	struct extra *extras;
	uint32_t extra_count, extra_cap;
	/* derived */
	struct wait *waits;
	uint32_t *wait_at; /* beside waits: place in the lane's heap */
	uint32_t wait_at_cap;
	uint32_t wait_count, wait_cap, wait_free;
	struct over_block *over_blocks; /* 1.. */
	uint32_t over_count, over_cap, over_free;
	struct lane *lanes;
	uint32_t lane_count, lane_cap, lane_free;
	uint32_t *lane_table;
	uint32_t lane_slots;
	uint32_t *emptied; /* lanes that lost their last conversation */
	uint32_t emptied_count, emptied_cap;
	struct needset *needsets; /* 1..needset_count; 0 = no needs */
	uint32_t needset_count, needset_cap;
	uint32_t needset_table[256];
	struct cand *cands;
	uint32_t cand_count, cand_cap, cand_free;
	struct group *groups;
	uint32_t group_count, group_cap, group_free;
	uint32_t group_table[EK_STATE_GROUP_SLOTS];
	uint32_t *conv_due; /* beside convs: place in the heap of due times + 1 */
	uint32_t conv_due_cap;
	struct due *dues; /* 4-ary heap by (at, what) */
	uint32_t due_count, due_cap;
	uint32_t work_due; /* place of the workspace's own entry + 1 */
	/* the work of one settle */
	uint32_t *loose;
	uint32_t loose_count, loose_cap;
	uint32_t *ready;
	uint32_t ready_count, ready_cap;
	uint32_t *gated;
	uint32_t gated_count, gated_cap;
	uint32_t *flipped;
	uint32_t flipped_count, flipped_cap;
	uint32_t *rr_teams; /* rotations to try again */
	uint32_t rr_count, rr_cap;
	uint32_t *entered; /* conversations whose stay in the queue began */
	uint32_t entered_count, entered_cap;
	uint32_t *seen; /* who did something during this command */
	uint32_t seen_count, seen_cap;
	uint32_t *looks; /* teams to be looked at for pressure */
	uint32_t look_count, look_cap;
	uint32_t anyway_lanes;
	uint32_t rotations; /* teams that go by round robin */
	/* settings that hold, looked up once */
	struct order_key keys[10];
	uint8_t key_count;
	bool gate_assignable, helpers_equal, saveable;
	bool by_deadline;  /* the order goes by deadlines, missed ones first */
	bool class_limits; /* somebody has, or had, a class limit */
	/* the command being decided */
	struct ek_event *out;
	uint32_t out_count, out_cap;
	uint64_t first_seq;    /* of the command's first event */
	struct ek_actor by;    /* of the events that the command itself makes */
	uint32_t bulk_version; /* of settings, once this command made one */
	bool audit;            /* check every promise in full, for tests */
	struct ek_arena turn;  /* bytes that the events of this command borrow */
};

/* Room for `need` elements in a pool; what is new is zeroed. Moves the pool: take no pointer
 * across. */
void *ek_state_room(struct ek_engine *e, void *p, uint32_t *cap, uint32_t need, size_t size);
#define ROOM(e, p, cap, need) ((p) = ek_state_room((e), (p), &(cap), (need), sizeof *(p)))
/* Plain memory, counted; NULL for 0 bytes. */
void *ek_state_get(struct ek_engine *e, size_t n);
void ek_state_free(struct ek_engine *e, void *p, size_t n);
/* Appends a number to a list. */
void ek_state_push(struct ek_engine *e, uint32_t **list, uint32_t *count, uint32_t *cap,
		   uint32_t v);

/* Ascending. Cost: O(n^1.3); nothing is allocated. Source: Shell, CACM 2(7), 1959. */
void ek_state_sort(uint32_t *v, uint32_t n);

/* The number of a text; makes one if need be. 0 for an absent text. */
uint32_t ek_state_symbol(struct ek_engine *e, ek_str text);
/* The same, 0 when it is not known. */
uint32_t ek_state_known_symbol(const struct ek_engine *e, ek_str text);

void ek_state_symbol_free(struct ek_engine *e, uint32_t symbol);

/* Copies and frees of what objects own. */
struct kept ek_state_keep(struct ek_engine *e, const struct ek_value *v);
struct kept ek_state_kept_copy(struct ek_engine *e, const struct kept *v);
void ek_state_kept_free(struct ek_engine *e, struct kept *v);
/* As a value for an event; its cells live in the turn's arena. */
struct ek_value ek_state_value(struct ek_engine *e, const struct kept *v);
struct kept *ek_state_own(struct owns *owns, int setting);
void ek_state_own_set(struct ek_engine *e, struct owns *owns, int setting, struct kept v);
void ek_state_owns_free(struct ek_engine *e, struct owns *owns);
struct ek_zone ek_state_zone(struct ek_engine *e, const struct ek_zone *zone);
void ek_state_zone_free(struct ek_engine *e, struct ek_zone *zone);
struct ek_calendar *ek_state_calendar(struct ek_engine *e, const struct ek_calendar *calendar);
void ek_state_calendar_free(struct ek_engine *e, struct ek_calendar **calendar);
struct extra *ek_state_extra(struct ek_engine *e, uint32_t conv);
void ek_state_extra_free(struct ek_engine *e, struct extra *x);
/* Memory of the turn; never NULL. */
void *ek_state_turn(struct ek_engine *e, size_t n);

/* Whether a team inbox's shift gate is shut for a teammate. */
static inline bool ek_state_is_off(const struct mate *m, uint32_t team)
{
	for (uint32_t i = 0; i < m->off_count; i++) {
		if (m->off[i] == team)
			return true;
	}
	return false;
}

static inline struct serve *ek_state_serve(const struct mate *m, uint32_t team)
{
	for (uint32_t i = 0; i < m->serve_count; i++) {
		if (m->serves[i].team == team)
			return &m->serves[i];
	}
	return NULL;
}

/* When its contact began to wait; if nobody waits, when it entered the queue. */
static inline int64_t ek_state_since(const struct conv *c)
{
	return c->waiting_since != EK_NONE ? c->waiting_since : c->queued_at;
}

#endif
