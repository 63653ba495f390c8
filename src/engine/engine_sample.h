/* engine_sample -- commands drawn by chance, for tests: every kind, aimed at what is there, so that
 * most of them lead to something. The same seed and states give the same commands. */
#ifndef EK_ENGINE_ENGINE_SAMPLE_H
#define EK_ENGINE_ENGINE_SAMPLE_H

#include "base/rng.h"
#include "engine/engine.h"

struct ek_engine_sample {
	struct ek_rng rng;
	const struct ek_engine *engine; /* whose conversations and people are named */
	int64_t now;                    /* the time that the caller will submit at */
	/* what the command borrows */
	struct ek_set sets[1];
	struct ek_cell cells[8];
	struct ek_need needs[3];
	struct ek_pair pairs[1];
	ek_str tags[2];
	struct ek_shift shifts[3];
	struct ek_cmd rows[3];
};

/* The next command; it borrows from the sample and holds until the next. At most some 150
 * conversations, 14 teammates and 6 teams come to be. */
void ek_engine_sample(struct ek_engine_sample *sample, struct ek_cmd *cmd);

#endif
