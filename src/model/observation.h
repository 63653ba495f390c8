/* observation -- what a replay shows beside the facts: who could have been given work, and when.
 *
 * Made by engine/watch.h while a log is replayed, folded by metrics/fairness.h. Borrowed for the
 * call.
 */
#ifndef EK_MODEL_OBSERVATION_H
#define EK_MODEL_OBSERVATION_H

#include "model/enums.h"

enum ek_observation_kind {
	EK_OBSERVATION_ON =
		1, /* from now on the teammate could get an ordinary one of this team inbox */
	EK_OBSERVATION_OFF,      /* from now on not */
	EK_OBSERVATION_DECISION, /* the router gave one to the teammate */
	EK_OBSERVATION_CLOSE,    /* one that the teammate held was closed */
};

struct ek_observation {
	uint8_t kind; /* enum ek_observation_kind */
	ek_time at;   /* never before the one before */
	ek_teammate_id teammate;
	ek_team_id team; /* 0 = none; of a closing only */
	/* of a decision */
	uint8_t chosen_by;  /* EK_CHOSEN_BY_* */
	uint8_t complexity; /* 1-5 */
	bool outside;       /* outside day_hours or at a weekend, for the teammate */
	/* who could have been given it, each once, the chosen among them */
	const uint32_t *eligible;
	uint32_t eligible_count;
};

/* Returns false to stop. */
typedef bool ek_observation_sink(void *ctx, const struct ek_observation *o);

#endif
