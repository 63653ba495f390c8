/* api_arrival -- rules on arrival where conversations are made: which hold, and what they set.
 *
 *   ek_api_arrival_facts   what is known of it, folded
 *   ek_api_arrival_load    the rules in force
 *   ek_api_arrival_run     what they say; what was said by who makes it stands above them
 *   ek_api_arrival_give    what they set, into the command that begins it
 *   ek_api_arrival_put     in made: which rule did what, for GET /conversations/{id}/arrival
 *
 * Where there are rules they are read with each conversation: a question to the store, and reading
 * them. A team or tag that is gone by then is left out, so that a stale rule turns nobody away. */
#ifndef EK_API_API_ARRIVAL_H
#define EK_API_API_ARRIVAL_H

#include "api/api_conversation.h"
#include "wire/arrival.h"

struct ek_api_arrival_source {
	uint8_t channel; /* enum ek_capacity_class; 0 = api */
	ek_contact_id contact;
	ek_conversation_id before; /* conversations older than this; 0 = all there are */
	ek_str title;              /* p NULL = none, as below */
	ek_str text;
	ek_str recipient;
	ek_str sender; /* whose address it came from; p NULL = the contact's */
};
/* Of a contact's tier and address the store is asked. False with a problem. */
bool ek_api_arrival_facts(struct ek_turn *t, const struct ek_api_arrival_source *of,
			  struct ek_arrival *out) EK_MUST_CHECK;

/* Asks once whether there are any; from then on a workspace without rules asks nothing. */
bool ek_api_arrival_open(struct ek_api *api, struct ek_err *err) EK_MUST_CHECK;
/* The HTTP thread: some are about to be made. */
void ek_api_arrival_expect(struct ek_api *api);
/* The HTTP thread, or the writer's. As they are kept: not folded; version 0 when none were ever
 * made. False with a problem. */
bool ek_api_arrival_load(struct ek_turn *t, struct ek_arrival_rules *out) EK_MUST_CHECK;
/* For a run. */
bool ek_api_arrival_fold(struct ek_turn *t, struct ek_arrival_rules *rules) EK_MUST_CHECK;

struct ek_api_arrival {
	struct ek_arrival facts;
	struct ek_arrival_rules rules;
	struct ek_arrival_outcome outcome;
};
/* Of what holds, without what is gone. False with a problem. */
bool ek_api_arrival_run(struct ek_turn *t, struct ek_api_arrival *a) EK_MUST_CHECK;
/* All that rules set but the team: into a conversation.create, for its rows, and which SLA policy
 * the turn's clocks follow. */
struct ek_api_arrival_given {
	struct ek_api_conversation_tags tags;
	ek_str attributes; /* JSON; p NULL = none */
};
bool ek_api_arrival_give(struct ek_turn *t, const struct ek_arrival_set *set, struct ek_cmd *cmd,
			 struct ek_api_arrival_given *given) EK_MUST_CHECK;
/* In made: the rows of its tags. */
void ek_api_arrival_put_tags(struct ek_turn *t, const struct ek_api_conversation_tags *tags,
			     ek_conversation_id conversation);
void ek_api_arrival_put(struct ek_turn *t, const struct ek_api_arrival *a,
			ek_conversation_id conversation);
/* Shape [ArrivalDid]. */
void ek_api_arrival_write_did(struct ek_json *j, const struct ek_arrival_outcome *outcome);

#endif
