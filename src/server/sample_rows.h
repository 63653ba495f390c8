/* sample_rows -- content of a sample's conversations: a profile, its parts and its deadline. */
#ifndef EK_SERVER_SAMPLE_ROWS_H
#define EK_SERVER_SAMPLE_ROWS_H

#include "sys/text.h"
#include "writer/writer.h"

struct ek_sample_talk {
	ek_conversation_id conversation;
	ek_contact_id contact;
	ek_str title;
	bool is_chat;
	ek_time at;
	ek_time updated;
	/* The store's own, where it keeps them. */
	uint32_t part_count;
	uint32_t assignment_count;
	uint32_t handover_count;
	uint32_t reopen_count;
};
/* Errors: the writer's. */
bool ek_sample_rows_put_talk(struct ek_writer *w, struct ek_text *text,
			     const struct ek_sample_talk *talk, struct ek_err *err) EK_MUST_CHECK;

struct ek_sample_part {
	int64_t id;
	ek_conversation_id conversation;
	uint64_t seq;
	ek_contact_id contact;   /* who wrote; 0 = */
	ek_teammate_id teammate; /* this one; both 0: nobody, and it is a change */
	bool is_chat;
	ek_str text;
	ek_team_id team;
	ek_time at;
};
bool ek_sample_rows_put_part(struct ek_writer *w, const struct ek_sample_part *part,
			     struct ek_err *err) EK_MUST_CHECK;

/* The deadline that is shown: of the team inbox's policy, which has its number. */
struct ek_sample_clock {
	ek_conversation_id conversation;
	int64_t policy;
	bool is_first; /* first_response; else next_response */
	const char *status;
	ek_time started;
	ek_time due;
	ek_time ended; /* EK_NO_TIME = it runs */
};
bool ek_sample_rows_put_clock(struct ek_writer *w, const struct ek_sample_clock *clock,
			      struct ek_err *err) EK_MUST_CHECK;
/* The one that runs in a conversation, if one does. */
bool ek_sample_rows_put_running(struct ek_writer *w, ek_conversation_id id,
				struct ek_err *err) EK_MUST_CHECK;

/* The form in which names are compared; as it was where it has none. Borrows from text's next
 * answer. */
struct ek_views_value ek_sample_rows_folded(struct ek_text *text, ek_str s);

#endif
