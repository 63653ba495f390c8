/* team_inside -- what the files of the simulated team share. See team.h. */
#ifndef EK_SIM_TEAM_INSIDE_H
#define EK_SIM_TEAM_INSIDE_H

#include "base/arena.h"
#include "base/rng.h"
#include "model/calendar.h"
#include "model/setting.h"
#include "sim/team.h"
#include "sim/team_life.h"

enum {
	TEAM_SECOND = 1000,
	TEAM_MINUTE = 60 * TEAM_SECOND,
	TEAM_HOUR = 60 * TEAM_MINUTE,
	TEAM_DAY = 24 * TEAM_HOUR,
	TEAM_LANGUAGES = 3,
	TEAM_PARTS_KNOWN = 16, /* parts of a conversation of which it is known what they say */
	TEAM_PARTS_MAX = 14,   /* beyond that nobody writes any more */
	TEAM_SKILLS = 6,
	TEAM_NEEDS = 2,
	TEAM_SETS = 20,
	TEAM_NOBODY = 255,
};

enum { TEAM_BILLING, TEAM_TECHNICAL, TEAM_ORDERS, TEAM_ONBOARDING, TEAM_KOREAN, TEAM_ARABIC };
/* In the order of their names, as settings want them. */
enum { SKILL_API, SKILL_AR, SKILL_EN, SKILL_KO, SKILL_REFUNDS, SKILL_VAT, SKILL_NONE };

/* ---- tables */

struct team_hours {
	uint8_t days; /* bit 0 = Monday */
	uint8_t from; /* local hours */
	uint8_t to;
};
struct team_desk {
	const char *name;
	uint8_t language;
	uint8_t zone;
	uint8_t rank;
	uint8_t chat_percent;
	uint16_t per_day;  /* conversations of an ordinary weekday */
	uint16_t answer_s; /* work that an answer takes, about */
	uint16_t first_min;
	uint16_t next_min;
	struct team_hours hours[2]; /* office hours; days 0 = none */
};
const struct team_desk *ek_team_desk(uint32_t inbox);

struct team_job {
	const char *name;
	const char *mail;             /* before the @ */
	uint8_t inbox;                /* served first; TEAM_NOBODY = none */
	uint8_t second;               /* helped out; TEAM_NOBODY = none */
	uint8_t days;                 /* that they work; bit 0 = Monday */
	uint8_t from;                 /* local half hours at which they begin */
	uint8_t limit;                /* 0 = the workspace's */
	char skills[TEAM_SKILLS + 1]; /* a digit each, '0' = none */
};
const struct team_job *ek_team_job(uint32_t person);
uint8_t ek_team_zone(uint32_t person);
uint8_t ek_team_role(uint32_t person);
/* In that week after `from`. */
bool ek_team_is_on_holiday(uint32_t person, int32_t week);
/* Who joins later, in the second week. */
enum { TEAM_NEWCOMER = 39, TEAM_MANAGER = 37, TEAM_ADMIN = 38 };

/* Arrivals of an hour in a thousand of a day's, of a weekday in a hundred of an ordinary one's. */
uint32_t ek_team_hour_share(int language, uint32_t hour);
uint32_t ek_team_day_share(int language, uint32_t weekday);
const char *ek_team_skill(uint32_t skill);

struct team_topic {
	const char *tag;
	const char *title; /* '#' stands for a number, '~' for the contact's name */
	const char *opening;
	const char *answer;
	uint8_t skill; /* asked for, or SKILL_NONE */
};
struct team_topics {
	const struct team_topic *v;
	uint32_t n;
};
/* What people of a language write to an inbox about. */
struct team_topics ek_team_topics(uint32_t inbox);

struct team_list {
	const char *const *v;
	uint32_t n;
};
/* What somebody says, apart from opening and first answer. */
enum team_says {
	SAYS_OPENING,
	SAYS_MORE,   /* the contact asks on */
	SAYS_AGAIN,  /* the contact comes back */
	SAYS_THANKS, /* the contact */
	SAYS_ANSWER, /* the first */
	SAYS_ON,     /* a teammate goes on */
	SAYS_CHECK,  /* a teammate asks whether all is well */
	SAYS_NOTE,   /* among teammates */
	SAYS_COUNT
};
struct team_words {
	struct team_list given; /* Latin letters behind a '|' where the name has others */
	struct team_list family;
	struct team_list says[SAYS_COUNT]; /* SAYS_OPENING: details after it; SAYS_ANSWER: before */
	bool family_first;
};
const struct team_words *ek_team_words(int language);
const struct team_words *ek_team_words_english(void);
const struct team_words *ek_team_words_korean(void);
const struct team_words *ek_team_words_arabic(void);
struct team_topics ek_team_topics_english(uint32_t inbox);
struct team_topics ek_team_topics_korean(void);
struct team_topics ek_team_topics_arabic(void);

/* ---- state */

enum team_plan_kind {
	PLAN_ARRIVE,  /* who = inbox */
	PLAN_GIVE_UP, /* who = conversation, and so on */
	PLAN_CONTACT, /* what = enum team_says */
	PLAN_TARGET,
	PLAN_AFTER,
	PLAN_PASS, /* what = person */
	PLAN_MOVE, /* what = inbox */
	PLAN_DAY,  /* who = person, and so on */
	PLAN_COME,
	PLAN_REST, /* what = index of a reason, extra = how long */
	PLAN_BACK,
	PLAN_LEAVE,
	PLAN_PAUSE,
	PLAN_BEAT,
	PLAN_START,
	PLAN_DONE,
	PLAN_SHIFTS,
	PLAN_CHANGE, /* who = which */
	PLAN_COUNT
};
struct team_plan {
	int64_t at;
	uint64_t n; /* in order of planning, so that equal times keep it */
	uint32_t who;
	int32_t extra;
	uint16_t turn; /* must still be that of whom it concerns, where that matters */
	uint8_t kind;
	uint8_t what;
};

enum { STEP_IDLE, STEP_STARTING, STEP_WORKING };
struct team_mate {
	uint32_t id;   /* 0: not made yet */
	uint16_t turn; /* counts comings and goings */
	bool at_desk;
	uint8_t step;
	uint32_t work;  /* what they work on; conversations by index + 1 */
	uint32_t first; /* what waits for them */
	uint32_t last;
	int64_t done_at;
	int64_t leaves_at;
};

struct team_conv {
	uint64_t says; /* 4 bits a part */
	int64_t last_part_at;
	uint32_t contact; /* index */
	uint32_t next;    /* behind it in the list of work; index + 1 */
	uint16_t turn;    /* counts what was written */
	uint16_t number;
	uint8_t inbox; /* where it is */
	uint8_t began; /* where it began */
	uint8_t mate;  /* who holds it, TEAM_NOBODY */
	uint8_t topic;
	uint8_t state; /* enum ek_state; 0: none of ours */
	uint8_t left;  /* answers that it takes yet */
	uint8_t parts;
	uint8_t returns;
	uint8_t assignments;
	uint8_t handovers;
	uint8_t reopens;
	bool is_chat;
	bool is_first;
	bool is_listed;  /* in a list of work */
	bool is_given;   /* ever */
	bool waits;      /* for a teammate */
	bool is_thanks;  /* nothing to answer */
	bool is_coming;  /* its contact will write */
	bool is_checked; /* its time came */
	bool is_answered;
};

struct team_flow {
	int64_t hour;  /* begin of the hour that is looked at */
	uint32_t slot; /* next in it */
	uint32_t rate; /* arrivals a slot, in a million */
};

struct ek_team {
	struct ek_team_options o;
	struct ek_alloc alloc;
	struct ek_rng arrivals, people, work;
	bool failed;
	uint32_t setup; /* steps done */
	int32_t day0;   /* date of `from` in the first zone */
	struct ek_team_pattern blip, shift;
	uint32_t inbox_ids[EK_TEAM_INBOXES];
	uint32_t inbox_count;
	uint32_t mate_count;
	struct team_mate mates[EK_TEAM_PEOPLE];
	struct team_flow flows[EK_TEAM_INBOXES];
	struct ek_week_hours weeks[EK_TEAM_INBOXES][14];
	struct ek_calendar calendars[EK_TEAM_INBOXES];
	struct team_conv *convs; /* from conv_first on */
	uint32_t conv_first, conv_count, conv_cap;
	uint8_t *contacts;       /* 1: wrote */
	struct team_plan *plans; /* a heap */
	uint32_t plan_count, plan_cap;
	uint64_t planned;
	struct team_conv pending; /* what was asked to be made last */
	uint8_t awaits;           /* the kind of command whose outcome is taken as ours */
	uint32_t about;           /* of which conversation, when a message was asked for */
	uint8_t says;             /* what the message says that was asked for last */
	int64_t version;          /* of the settings, as last changed by us */
	/* what the command borrows */
	struct ek_set sets[TEAM_SETS];
	struct ek_cell cells[32];
	struct ek_need needs[TEAM_NEEDS];
	struct ek_pair pairs[1];
	ek_str tags[1];
	ek_team_id teams[2];
	struct ek_shift shifts[16];
};

/* ---- team_plan.c */
void ek_team_plan(struct ek_team *t, struct team_plan plan);
bool ek_team_plan_next(struct ek_team *t, int64_t until, struct team_plan *plan);
/* Room for one more; false: out of memory. */
bool ek_team_grow(struct ek_team *t, void *list, uint32_t *cap, uint32_t count, size_t size);

/* ---- each makes a command of a plan, or nothing */
bool ek_team_setup(struct ek_team *t, struct ek_cmd *cmd);
bool ek_team_change(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
void ek_team_plan_changes(struct ek_team *t);
void ek_team_arrive_plan(struct ek_team *t, uint32_t inbox);
bool ek_team_arrive(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
void ek_team_arrive_patterns(struct ek_team *t);
bool ek_team_presence(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
bool ek_team_shifts(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
bool ek_team_work(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
bool ek_team_write(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);

/* ---- team_arrive.c */

/* Arrivals of a slot of ten seconds of that hour, in a million. */
enum { TEAM_SLOT = 10 * TEAM_SECOND };
uint32_t ek_team_arrive_rate(const struct ek_team *t, uint32_t inbox, int64_t hour);
/* A conversation that might arrive then. */
struct team_conv ek_team_arrive_conv(struct ek_team *t, uint32_t inbox, int64_t at);
struct team_sender {
	ek_contact_id id;
	ek_str tier;
};
/* The command borrows from the team until the next one. */
void ek_team_arrive_cmd(struct ek_team *t, const struct team_conv *c,
			const struct team_sender *from, int64_t at, struct ek_cmd *cmd);

/* ---- team_people.c */
enum { TEAM_BREAK, TEAM_LUNCH, TEAM_MEETING, TEAM_TRAINING, TEAM_OVER };
ek_str ek_team_away_reason(uint8_t which);
void ek_team_join(struct ek_team *t, uint32_t person, int64_t at);
/* When a person's day at that local date begins and ends; false: they are off. */
bool ek_team_day(const struct ek_team *t, uint32_t person, int32_t date, int64_t *from,
		 int64_t *until);

/* ---- team_work.c */
void ek_team_list(struct ek_team *t, uint32_t conv, int64_t at);
void ek_team_unlist(struct ek_team *t, uint32_t conv);
/* Whoever is at their desk and idle takes up what waits for them. */
void ek_team_resume(struct ek_team *t, uint32_t person, int64_t at);
void ek_team_drop_work(struct ek_team *t, uint32_t person);

/* ---- team_words.c */

/* One text; topic TEAM_NOBODY: it is not known what it is about. */
struct team_saying {
	uint32_t inbox;
	uint8_t topic;
	uint8_t says;       /* enum team_says */
	uint64_t pick;      /* which of those that fit */
	const char *number; /* what '#' and '~' stand for */
	const char *name;
};
size_t ek_team_say(const struct team_saying *s, char *out, size_t cap);
size_t ek_team_say_title(const struct team_saying *s, char *out, size_t cap);

/* ---- small things */
struct team_conv *ek_team_conv(const struct ek_team *t, uint32_t id);
struct ek_actor ek_team_by(const struct ek_team *t, uint32_t person);
/* A length of time around a mean: mostly near it, one in eight three times as long. */
int64_t ek_team_around(struct ek_rng *rng, int64_t ms);
/* A number that only depends on the seed and what is given. */
uint64_t ek_team_hash(const struct ek_team *t, uint64_t a, uint64_t b);
ek_str ek_team_str(const char *text);

/* ---- team_life.c, team_life_step.c */
enum { TEAM_LIFE_REFUSED = 64 };
struct ek_team_life {
	struct ek_alloc alloc;
	struct ek_team *team; /* tables, zones and hours; nothing is planned in it */
	struct ek_arena arena;
	struct ek_rng rng;
	int64_t began;
	int64_t pace;
	int64_t last; /* when it was last asked; EK_NONE = never */
	/* What is known of the time since it was opened. */
	int64_t seen_at[EK_TEAM_PEOPLE];
	uint32_t works_on[EK_TEAM_PEOPLE];   /* conversation */
	uint32_t refused[TEAM_LIFE_REFUSED]; /* conversations, the last of them */
	uint32_t refused_count;
	bool no_reasons; /* those that are known here are none of the workspace's */
	struct ek_cmd rows[2];
};

static inline uint32_t ek_team_conv_id(const struct ek_team *t, const struct team_conv *c)
{
	return t->conv_first + (uint32_t)(c - t->convs);
}

#endif
