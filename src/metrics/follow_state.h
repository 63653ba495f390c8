/* follow_state -- what a fold remembers; shared by the files of follow. */
#ifndef EK_METRICS_FOLLOW_STATE_H
#define EK_METRICS_FOLLOW_STATE_H

#include "metrics/columns_inside.h"
#include "metrics/follow.h"

enum {
	FOLLOW_SEEN = 8, /* people of a conversation; more are not told apart */
	FOLLOW_LEGS = EK_FOLLOW_LEGS,
	FOLLOW_ATTENDED_S = 30 * 60,
	FOLLOW_STUCK_S = 12 * 3600,
	FOLLOW_QUARTER_S = 15 * 60,
};

/* An interval that runs: office hours are counted up to `since`, as the team changes. */
struct follow_clock {
	bool runs;
	uint32_t start, since, office;
};

struct follow_leg {
	uint32_t mate, team;
	double ms;
};

struct follow_talk {
	uint32_t id; /* 0 = free; next is then the next free place + 1 */
	uint32_t next;
	uint64_t who; /* key of its contact; 0 = unknown */
	uint32_t team, topic;
	uint32_t mate;       /* who has it; of a closed one who had it */
	uint32_t last;       /* who had it last, were it nobody's now */
	uint16_t tier, area; /* numbers of labels */
	uint8_t channel, state;
	bool spoken;   /* a part, or a contact that waited when it arrived */
	bool replied;  /* a person answered publicly */
	bool machine;  /* a machine answered, and the customer wrote no more */
	bool handled;  /* a person had it or answered */
	bool recalled; /* it had been forgotten: when it began is not known any more */
	bool moved;    /* to another team inbox; the next assignment belongs to that */
	uint32_t created;
	struct follow_clock wait; /* the customer's, for an answer */
	struct follow_clock mine; /* the same, since its holder has it */
	struct follow_clock life;
	struct follow_clock back; /* ours, for the customer */
	uint32_t back_office, back_calendar;
	struct follow_clock alone; /* unassigned in a team inbox */
	uint32_t spells;
	uint32_t queued;     /* a live chat that waits for its first answer; 0 = not */
	uint32_t open_since; /* with this team and holder; 0 = closed */
	uint32_t handovers, warm, returned;
	uint32_t seen[FOLLOW_SEEN];
	uint32_t seen_count; /* may be above FOLLOW_SEEN by one: "more" */
	struct follow_leg legs[FOLLOW_LEGS];
	uint32_t leg_count;
	uint32_t leg_rows[FOLLOW_LEGS]; /* while it is being closed */
	uint32_t closes;
	uint32_t closed;    /* when; 0 = open */
	uint32_t close_row; /* the last; place + 1 */
	uint32_t listed;    /* place in `open` + 1; 0 = closed */
};

struct follow_recent {
	uint32_t at, topic;
	uint64_t ref;
	uint32_t approach_row; /* place + 1 */
	uint32_t close_row;    /* place + 1 of its first close */
	uint32_t closed;
};

struct follow_contact {
	uint64_t key; /* 0 = free */
	uint32_t next;
	uint32_t touched; /* event time */
	struct follow_recent *v;
	uint32_t n, cap;
};

/* A stretch in which somebody attends to a conversation. */
struct follow_stretch {
	uint32_t talk, team;
	uint32_t start, end;         /* end 0 = it runs */
	uint32_t leg_row, whole_row; /* place + 1 once the conversation is closed */
};

struct follow_turn {
	uint32_t at;
	bool active;
};

struct follow_part {
	uint32_t team;
	double union_ms, sum_ms, free_ms;
};

struct follow_worker {
	bool active;      /* now */
	bool was_active;  /* at `settled` */
	uint32_t settled; /* up to when time is accounted for */
	struct follow_stretch *v;
	uint32_t n, cap;
	struct follow_turn *turns;
	uint32_t turn_count, turn_cap;
	uint32_t *teams;
	uint32_t team_count, team_cap;
	struct follow_part *parts; /* of the quarter that `settled` is in */
	uint32_t part_count, part_cap;
};

struct follow_text {
	ek_str s; /* owned */
	uint32_t next;
};

/* Texts by number, from 1. */
struct follow_texts {
	struct ek_table places; /* hash -> number */
	struct follow_text *v;
	uint32_t n, cap;
};

struct follow_gone {
	uint32_t talk, closed;
};

struct ek_follow {
	struct ek_alloc alloc;
	struct ek_columns *columns;
	struct ek_versions versions;
	bool broken; /* memory ran out */
	uint64_t seq;
	int64_t at_ms;
	uint32_t now, hour, day;
	uint64_t bytes;
	struct ek_table talk_places; /* id -> place + 1 */
	struct follow_talk *talks;
	uint32_t talk_count, talk_cap, talk_free;
	uint32_t *open; /* places of those that are not closed */
	uint32_t open_count, open_cap;
	struct follow_gone *gone; /* closed ones in order, a ring */
	uint32_t gone_first, gone_count, gone_cap;
	struct ek_table contact_places;
	struct follow_contact *contacts;
	uint32_t contact_count, contact_cap, contact_free;
	struct follow_worker *workers; /* by teammate */
	uint32_t worker_count;
	struct follow_texts topics;
	struct follow_texts labels[EK_FOLLOW_LABELS];
	struct ek_table asks; /* number -> place + 1 */
	struct ek_table spam; /* conversation -> since when */
	struct ek_table same; /* contact -> the one that it was merged into */
	int64_t *zone_since;  /* by team */
	uint8_t *has_rows;    /* by team: something is in cells */
	uint32_t zone_count, has_cap;
};

/* ---- memory: false, and broken, when there is none */

/* Makes room for n entries of `width` at *p, of which *cap are there. New room is zeroed. */
bool ek_follow_room(struct ek_follow *f, void **p, uint32_t *cap, uint32_t n, size_t width);

/* ---- rows */

/* What of a row goes into which cells; in_cells is set. */
void ek_follow_fill_cells(struct ek_follow *f, struct ek_columns_row *row);
/* Appends; weeks and cells are filled in. Returns place + 1, 0 when broken. */
uint32_t ek_follow_emit(struct ek_follow *f, struct ek_columns_row *row);
/* A row of that measure about a conversation as it stands, at = now. */
struct ek_columns_row ek_follow_row(const struct ek_follow *f, const struct follow_talk *t,
				    int measure);
uint32_t ek_follow_topic_of(struct ek_follow *f, const struct ek_texts *tags);
/* Its number; those beyond UINT16_MAX - 1 are not told from none. */
uint16_t ek_follow_label_of(struct ek_follow *f, enum ek_follow_label of, ek_str label);

/* ---- clocks */

void ek_follow_start(struct follow_clock *c, uint32_t at);
/* Counts office hours up to `at`, of the team that has it until then. */
void ek_follow_tick(const struct ek_follow *f, struct follow_clock *c, uint32_t team, uint32_t at);

/* ---- conversations; NULL when unknown (and broken, or of before) */

struct follow_talk *ek_follow_find(struct ek_follow *f, uint32_t id);
struct follow_talk *ek_follow_new(struct ek_follow *f, uint32_t id);
void ek_follow_forget(struct ek_follow *f, uint32_t id);
/* A person had it or answered. */
void ek_follow_saw(struct follow_talk *t, uint32_t mate);
/* The stretch of being open with this team and holder ends; another begins unless closed. */
void ek_follow_split(struct ek_follow *f, struct follow_talk *t, bool goes_on);

/* Into and out of the list of those that are not closed. */
void ek_follow_list(struct ek_follow *f, struct follow_talk *t);
void ek_follow_unlist(struct ek_follow *f, struct follow_talk *t);

/* What a file understands of events; false: not its own. */
bool ek_follow_of_talk(struct ek_follow *f, const struct ek_event *e);
bool ek_follow_of_giving(struct ek_follow *f, const struct ek_event *e);
bool ek_follow_of_work(struct ek_follow *f, const struct ek_event *e);
bool ek_follow_of_past(struct ek_follow *f, const struct ek_event *e);
bool ek_follow_of_survey(struct ek_follow *f, const struct ek_event *e);

/* ---- closes (follow_end.c) */

void ek_follow_end(struct ek_follow *f, struct follow_talk *t);
void ek_follow_again(struct ek_follow *f, struct follow_talk *t, bool by_customer);

/* ---- contacts (follow_contact.c) */

struct follow_approach {
	uint64_t who;
	uint32_t at, topic;
	uint64_t ref;
};
/* Row and links of an approach; row.extra is filled in. */
void ek_follow_approach(struct ek_follow *f, struct ek_columns_row *row, uint64_t who);
/* The first close of what `ref` is about: later approaches of the contact are its repeats. */
void ek_follow_solved(struct ek_follow *f, const struct follow_approach *a, uint32_t close_row);
/* Made if need be; NULL: broken. */
struct follow_contact *ek_follow_contact(struct ek_follow *f, uint64_t key);
/* Whether something may still come after it. */
bool ek_follow_is_recent(const struct ek_follow *f, const struct follow_recent *r);
/* Whether two topics may be one matter; 0 = none. */
bool ek_follow_is_same(uint32_t topic, uint32_t other);
void ek_follow_sweep_contacts(struct ek_follow *f);
void ek_follow_free_contacts(struct ek_follow *f);

/* ---- what is mended later (follow_mend.c) */

/* The row says `is` from now on. */
void ek_follow_mend(struct ek_follow *f, struct ek_columns_patch p, int64_t is);
/* Whose approaches are counted together with those of a contact. */
uint64_t ek_follow_whose(const struct ek_follow *f, uint64_t who);
/* Merged or taken apart. */
bool ek_follow_of_contact(struct ek_follow *f, const struct ek_event *e);
/* Tags of a conversation are others: it may be spam now, or none. */
void ek_follow_judge_spam(struct ek_follow *f, uint32_t talk, const struct ek_texts *tags);

/* ---- work (follow_work.c) */

void ek_follow_attend(struct ek_follow *f, const struct follow_talk *t, uint32_t mate);
void ek_follow_leave(struct ek_follow *f, uint32_t talk, uint32_t mate);
/* Rows of handle time of what was just closed. */
void ek_follow_handled(struct ek_follow *f, struct follow_talk *t);
void ek_follow_settle_all(struct ek_follow *f);
void ek_follow_free_workers(struct ek_follow *f);

#endif
