/* sample_surveys -- the sample's contacts were asked how it was, and some answered.
 *
 * Two surveys over all team inboxes, CSAT and NPS, with what became of every close of the four
 * weeks: left out, drawn or not, asked, answered, with words, and low scores that the team looked
 * after. No contact is asked twice. Both are switched off: a sample asks nobody, and nothing of it
 * leaves the server. The facts are noted at the end of the sample; what they are about, and when it
 * was closed, is the past's.
 */
#ifndef EK_SERVER_SAMPLE_SURVEYS_H
#define EK_SERVER_SAMPLE_SURVEYS_H

#include "sim/team.h"
#include "sys/text.h"
#include "writer/writer.h"

enum { EK_SAMPLE_REPLIERS = 8 };

/* Who answered publicly in a conversation, each once, the last one last. */
struct ek_sample_repliers {
	uint32_t v[EK_SAMPLE_REPLIERS];
	uint32_t n;
};
void ek_sample_surveys_heard(struct ek_sample_repliers *r, ek_teammate_id who);

struct ek_sample_surveys {
	struct ek_writer *writer; /* all below are borrowed for the call */
	const struct ek_team *team;
	struct ek_text *text;
	const struct ek_sample_repliers *repliers; /* by conversation, from the team's first */
	uint64_t seed;
	ek_time from;
	ek_time now;
};

/* To be committed by the caller. Errors: the writer's; NO_MEMORY. Cost: O(conversations). */
bool ek_sample_surveys_put(const struct ek_sample_surveys *s, struct ek_err *err) EK_MUST_CHECK;

#endif
