/* opinion_inside -- the second opinion's state, for its own files only. See opinion.h.
 *
 * Index 0 of the arrays of teams, teammates and conversations is never used: an id is its place.
 * Times are plain milliseconds here, EK_NONE = absent; every function works at o->now.
 */
#ifndef EK_SIM_OPINION_INSIDE_H
#define EK_SIM_OPINION_INSIDE_H

#include "model/setting.h"
#include "sim/opinion.h"

enum {
	O_TEAMS = EK_OPINION_TEAMS_MAX + 1,
	O_MATES = EK_OPINION_TEAMMATES_MAX + 1,
	O_TALKS = EK_OPINION_CONVERSATIONS_MAX + 1,
	O_CELLS = 16,
	O_WORDS = 128,
	O_NEEDS = 4,
	O_ATTRIBUTES = 4,
	O_TAGS = 4,
	O_SHIFTS = 8,
	O_CHANGES = 1500,
	O_SCHEDULED = 400,
	O_FACTS = 20000,
	O_KEPT = 1000,
	O_LEVEL_NONE = -1, /* levels: 0 primary, 1 secondary, 2 + k the k-th overflow */
};

struct o_cell {
	int64_t i;
	uint16_t s; /* word */
};
struct o_value {
	uint8_t kind; /* enum ek_value_kind */
	uint8_t n;
	int64_t i;
	struct o_cell cells[O_CELLS];
};

struct o_team {
	bool deleted;
	struct o_value set[EK_SET_COUNT];
	int64_t margin;         /* of margin.set */
	int64_t pointer_joined; /* last receiver's place in the rotation; EK_NONE = none yet */
	uint32_t pointer_id;
	int64_t counted;       /* its givings, since when; EK_NONE = not */
	uint32_t counted_from; /* the first of all givings that counts */
	int64_t looked;        /* whether its order costs deadlines, last; EK_NONE */
	int64_t told;
};

struct o_member {
	uint8_t level;  /* 0 = no member */
	int64_t joined; /* its number among all joinings */
};

struct o_mate {
	bool deleted;
	bool deactivated;
	uint8_t presence;
	uint8_t cause;
	int64_t stopped; /* being active; at first: created */
	int64_t activity;
	int64_t paused; /* until */
	int64_t given_at;
	uint64_t given_nth;
	struct o_member member[O_TEAMS];
	const struct ek_zone *zone;
	struct ek_shift shifts[O_SHIFTS];
	uint32_t shift_count;
	struct o_value set[EK_SET_COUNT];
};

struct o_need {
	uint16_t skill;
	uint8_t min_level;
	bool required;
	int64_t relax_after;
};

struct o_talk {
	uint32_t id;
	uint32_t contact;
	uint8_t channel;
	uint8_t klass;
	uint8_t state;
	uint32_t team;
	uint32_t teammate;
	int64_t priority;
	int64_t complexity;
	int64_t sla;
	int64_t started;
	int64_t since;  /* the contact waits for an answer */
	int64_t queued; /* queue entry, or when it last became unassigned or was moved */
	int64_t until;  /* snoozed */
	int64_t wall;   /* the local time that this is */
	struct o_need needs[O_NEEDS];
	uint32_t need_count;
	struct {
		uint16_t name;
		uint16_t value;
	} attributes[O_ATTRIBUTES];
	uint32_t attribute_count;
	uint16_t tags[O_TAGS];
	uint32_t tag_count;
	int64_t cooled[O_MATES]; /* until when, for that teammate; EK_NONE = not */
	uint32_t known;          /* whom continuity prefers */
	bool fresh;              /* entered since the last settle, preferring somebody */
	bool held;               /* for `known`, until held_until */
	int64_t held_until;
	uint32_t opened; /* bit k: overflow level k opened because nobody was there */
	uint32_t offered;
	int64_t offer_until;
	uint32_t overtaken;
	bool pending;    /* round robin without retry tries it once, at the next settle */
	int64_t touched; /* given, woken, reopened, or its holder looked or wrote */
	int64_t looked;  /* last counted opening by its holder in this holding */
};

struct o_change {
	uint32_t version;
	bool scheduled; /* a version even when nothing changes */
	uint8_t scope;
	uint32_t id;
	uint8_t setting;
	struct o_value before;
	struct o_value after;
};
struct o_later {
	int64_t at;
	uint8_t scope;
	uint32_t id;
	uint8_t setting;
	uint32_t schedule; /* rows of one command share it */
	bool done;
	struct o_value value;
};
/* Somebody was given a conversation by the router, returned from an absence, or answered a contact.
 * */
struct o_fact {
	uint32_t teammate;
	uint32_t contact;
	int64_t at;
};
struct o_facts {
	struct o_fact v[O_FACTS];
	uint32_t n;
};

struct ek_opinion {
	int64_t now;
	int64_t settled; /* time of the last settle */
	struct ek_actor by;
	uint32_t version;
	bool versioned; /* this command has its version */
	uint32_t schedules;
	uint64_t givings;
	int64_t joinings;
	struct o_value preset[EK_SET_COUNT]; /* what holds when nobody set one */
	struct o_value set[EK_SET_COUNT];
	const struct ek_zone *zone; /* NULL = UTC */
	struct o_team teams[O_TEAMS];
	struct o_mate mates[O_MATES];
	struct o_talk talks[O_TALKS];
	uint32_t team_count;
	uint32_t mate_count;
	uint32_t talk_count;
	struct o_change changes[O_CHANGES];
	uint32_t change_count;
	struct o_later later[O_SCHEDULED];
	uint32_t later_count;
	struct o_facts taken;
	struct o_facts returned;
	struct o_facts answers;
	struct o_facts handed; /* of an inbox (in `contact`) to somebody, but to heirs */
	struct ek_opinion_decision decisions[EK_OPINION_DECISIONS_MAX];
	uint32_t decision_count;
	struct {
		char text[24];
		uint32_t n;
	} words[O_WORDS];
	uint32_t word_count;
	void *kept[O_KEPT]; /* calendars and zones; given back at close */
	/* Every one that was ever set, once; a value's number is its place. */
	const struct ek_calendar *hours[O_KEPT];
	uint32_t hours_count;
	uint32_t kept_count;
};

/* opinion_read.c: what holds now. team, mate: 0 = none. */
uint16_t ek_opinion_word(struct ek_opinion *o, ek_str s); /* 0 for none */
bool ek_opinion_word_is(const struct ek_opinion *o, uint16_t word, const char *text);
const struct o_value *ek_opinion_setting(const struct ek_opinion *o, int setting, uint32_t team,
					 uint32_t mate);
int64_t ek_opinion_number(const struct ek_opinion *o, int setting, uint32_t team, uint32_t mate);
const struct ek_calendar *ek_opinion_calendar(const struct ek_opinion *o, uint32_t team);
int64_t ek_opinion_add(const struct ek_calendar *cal, int64_t from, int64_t span);
bool ek_opinion_balanced(const struct ek_opinion *o, uint32_t team);
bool ek_opinion_waits(const struct ek_opinion *o, const struct o_talk *c);
int64_t ek_opinion_points(const struct ek_opinion *o, const struct o_talk *c);
int64_t ek_opinion_weight(const struct ek_opinion *o, const struct o_talk *c);
int64_t ek_opinion_load(const struct ek_opinion *o, uint32_t mate);
int64_t ek_opinion_limit(const struct ek_opinion *o, uint32_t mate); /* EK_NONE = unlimited */
/* The ramp step that holds for them; NULL = none. Three cells: day, permille, complexity. */
const struct o_cell *ek_opinion_step(const struct ek_opinion *o, uint32_t mate);
int64_t ek_opinion_step_start(const struct ek_opinion *o, uint32_t mate, const struct o_cell *step);
int64_t ek_opinion_margin(const struct ek_opinion *o, uint32_t team);
bool ek_opinion_cooling(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate);
/* When overflow level k opens by its clock; EK_NONE = never. */
int64_t ek_opinion_level_at(const struct ek_opinion *o, const struct o_talk *c, uint32_t k);
int ek_opinion_level_of(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate);
int64_t ek_opinion_untouched(const struct ek_opinion *o, const struct o_talk *c, int setting);

/* opinion_eligible.c: section 2. waived: bit n set = test n is not asked. The first failed. */
int ek_opinion_test(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate,
		    uint32_t waived);
bool ek_opinion_nobody(const struct ek_opinion *o, const struct o_talk *c);

/* opinion_queue.c: section 3. */
int64_t ek_opinion_seniority(const struct o_talk *c);
bool ek_opinion_before(const struct ek_opinion *o, const struct o_talk *a, const struct o_talk *b);
/* Sorts ids of conversations, best first. */
void ek_opinion_sort(const struct ek_opinion *o, uint32_t *ids, uint32_t n);
uint32_t ek_opinion_all_waiting(const struct ek_opinion *o, uint32_t ids[O_TALKS]);

/* opinion_settle.c: sections 4, 5 and 10. */
void ek_opinion_settle(struct ek_opinion *o);

/* opinion_life.c: section 8 and 9. */
void ek_opinion_enter(struct ek_opinion *o, struct o_talk *c);
void ek_opinion_hold(struct ek_opinion *o, struct o_talk *c);
void ek_opinion_to_team(struct ek_opinion *o, struct o_talk *c);
void ek_opinion_give(struct ek_opinion *o, struct o_talk *c, uint32_t mate, int how);
void ek_opinion_offer(struct ek_opinion *o, struct o_talk *c, uint32_t mate);
void ek_opinion_cool(struct ek_opinion *o, struct o_talk *c, uint32_t mate);
void ek_opinion_presence(struct ek_opinion *o, uint32_t mate, int to, int cause);
void ek_opinion_wake(struct ek_opinion *o, struct o_talk *c);
void ek_opinion_reopen(struct ek_opinion *o, struct o_talk *c, int rule);
void ek_opinion_activity(struct ek_opinion *o, uint32_t mate);
void ek_opinion_default_team(struct ek_opinion *o);
void ek_opinion_fact(struct o_facts *facts, struct o_fact fact);
bool ek_opinion_leaving(const struct ek_opinion *o, uint32_t mate); /* away and reassigning */

/* Section 12: what sleeps until a local time by these hours (team 0: the workspace's), or by the
 * workspace's zone, wakes when that is now. */
void ek_opinion_hours_changed(struct ek_opinion *o, uint32_t team);
void ek_opinion_zone_changed(struct ek_opinion *o);

/* opinion_pressure.c: section 16, point 9. When a team is next looked at; EK_NONE = not. */
void ek_opinion_count(struct ek_opinion *o, const struct o_talk *c);
int64_t ek_opinion_look_at(const struct ek_opinion *o, uint32_t team);
void ek_opinion_pressure(struct ek_opinion *o);

/* opinion_put.c: settings. Applies one value and what follows from it at once. */
void ek_opinion_put(struct ek_opinion *o, struct o_change change);
enum ek_code ek_opinion_settings_change(struct ek_opinion *o, const struct ek_cmd *cmd);
enum ek_code ek_opinion_settings_undo(struct ek_opinion *o, const struct ek_cmd *cmd);
enum ek_code ek_opinion_settings_cancel(struct ek_opinion *o, const struct ek_cmd *cmd);
/* Sets of a new team or teammate: checked first, put later. */
enum ek_code ek_opinion_sets_check(const struct ek_opinion *o, int scope, struct ek_sets sets);
void ek_opinion_sets_put(struct ek_opinion *o, int scope, uint32_t id, struct ek_sets sets);
void ek_opinion_defaults(struct ek_opinion *o);

/* opinion_talk.c, opinion_people.c, opinion_hours.c: the commands. */
enum ek_code ek_opinion_talk_cmd(struct ek_opinion *o, const struct ek_cmd *cmd);
/* Contacts that turn out to be one person, or two again. */
void ek_opinion_contact(struct ek_opinion *o, const struct ek_cmd_content_change *c);
enum ek_code ek_opinion_people_cmd(struct ek_opinion *o, const struct ek_cmd *cmd);
enum ek_code ek_opinion_hours_cmd(struct ek_opinion *o, const struct ek_cmd *cmd);

/* opinion_time.c: everything that is due at o->now, without the settle. */
void ek_opinion_fire(struct ek_opinion *o);

/* NULL when there is none, or it was deleted. */
struct o_talk *ek_opinion_find_talk(struct ek_opinion *o, ek_conversation_id id);
struct o_mate *ek_opinion_find_mate(struct ek_opinion *o, ek_teammate_id id);
struct o_team *ek_opinion_find_team(struct ek_opinion *o, ek_team_id id);

#endif
