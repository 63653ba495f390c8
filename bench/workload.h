/* workload -- the work on which every benchmarked router is measured: one file, the same for all.
 *
 * A file holds the state to start from and the events that follow. Whoever replays it must give out
 * the same conversations to the same teammates: tally.h folds the decisions into a digest.
 *
 * The rules that a replay follows, after every event:
 *   as long as there is one, take the best waiting conversation that has an eligible teammate, and
 *   give it to the best of them.
 *   - best conversation: least key (vip_rank, sla, waiting, started, rank of its inbox, id);
 *   - eligible: active, below the limit, has the needed skill, member of the inbox; a secondary
 *     member only while nothing that the same teammate could take waits where that one is primary;
 *   - best teammate: primary before secondary, fewest open, longest since last given, least id.
 *
 * Nothing here is shared with Evenkeel itself, so that its router is measured against strangers.
 * A program that measures has nobody to answer to: every failure prints a sentence and ends it.
 */
#ifndef EK_BENCH_WORKLOAD_H
#define EK_BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	EK_WORKLOAD_SKILLS = 16,
	EK_WORKLOAD_INBOXES_MAX = 6, /* that one teammate serves */
	EK_WORKLOAD_ID_MAX = 1 << 24,
	EK_WORKLOAD_NO_SLA = 0x7fffffff,
	EK_WORKLOAD_NOBODY = -1,
};

enum ek_workload_kind {
	EK_WORKLOAD_ARRIVE, /* subject: conversation, whose row says the rest */
	EK_WORKLOAD_REPLY,  /* subject: conversation; it waits since `waiting`, wakes if snoozed */
	EK_WORKLOAD_CLOSE,  /* subject: conversation */
	EK_WORKLOAD_SNOOZE, /* subject: conversation; its teammate keeps it, the slot is free */
	EK_WORKLOAD_PRESENCE, /* subject: teammate; value 1 active, 0 away */
	EK_WORKLOAD_LIMIT,    /* subject: teammate; value: the new limit */
	EK_WORKLOAD_REASSIGN, /* subject: conversation; to `inbox`, with nobody */
	EK_WORKLOAD_KINDS,
};

enum ek_workload_state {
	EK_WORKLOAD_WAITING,
	EK_WORKLOAD_ASSIGNED,
	EK_WORKLOAD_SNOOZED,
	EK_WORKLOAD_CLOSED,
	EK_WORKLOAD_FUTURE, /* not arrived yet */
};

struct ek_workload_header {
	char magic[8];
	uint32_t mates;
	uint32_t asked_waiting; /* as asked of the generator */
	uint32_t inboxes;
	uint32_t events;
	uint32_t convs_first; /* ids below are there at the start */
	uint32_t convs;       /* with those that arrive */
	uint32_t seed;
	uint32_t regime; /* 0 backlog, 1 spare */
	uint64_t last_given;
};

struct ek_workload_mate {
	uint8_t active;
	uint8_t limit;
	uint8_t primaries;   /* the first so many of inbox[] */
	uint8_t secondaries; /* and the next so many */
	uint16_t inbox[EK_WORKLOAD_INBOXES_MAX];
	uint32_t skills; /* bit s-1 set: has skill s */
	uint32_t open;
	uint32_t last_given; /* number of the last giving; 0 = never */
};

/* Times in seconds on a clock of the file's own. */
struct ek_workload_conv {
	uint32_t sla;
	uint32_t waiting;
	uint32_t started;
	uint16_t inbox;
	uint8_t vip_rank; /* 0 most urgent .. 3 */
	uint8_t need;     /* skill 1..16; 0 none */
	int32_t mate;     /* or EK_WORKLOAD_NOBODY */
	uint32_t state;
};

struct ek_workload_event {
	uint8_t kind;
	uint8_t value;
	uint16_t inbox;
	uint32_t subject;
	uint32_t waiting;
};

struct ek_workload {
	struct ek_workload_header head;
	uint8_t *rank; /* of each inbox, 0 first */
	struct ek_workload_mate *mates;
	struct ek_workload_conv *convs;
	struct ek_workload_event *events;
};

/* Reads a file that ek_workload_save wrote on a machine of the same byte order. */
void ek_workload_load(struct ek_workload *w, const char *path);
void ek_workload_save(const struct ek_workload *w, const char *path);
void ek_workload_free(struct ek_workload *w);

/* What a command line says: a whole number up to max; 0 or nothing means `otherwise`. */
uint32_t ek_workload_number(const char *text, uint32_t max, uint32_t otherwise);

/* Whether the mate has the skill (0: none is needed). */
static inline bool ek_workload_has_skill(uint32_t skills, uint8_t need)
{
	return need == 0 || (skills >> (need - 1) & 1u) != 0;
}

/* Zeroed memory, or the end. */
void *ek_workload_zero(uint64_t n, uint64_t size);
/* *items, of *cap pieces, grown so that index n fits. */
void *ek_workload_grow(void *items, uint32_t n, uint32_t *cap, uint64_t size);
/* The whole of a text file, ended with NUL; the caller frees it. */
char *ek_workload_text(const char *path);

void ek_workload_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
