/* team -- a support team that might be: six team inboxes, forty people, three languages, at work.
 *
 * Commands with virtual times, one by one, from a seed; what the engine makes of them is told back,
 * and decides what comes next: who was given a conversation looks at it, answers, asks, snoozes,
 * hands over and closes; contacts write, write again, come back another day. Arrivals follow the
 * hours and weekdays of Europe/Berlin, Asia/Seoul and Asia/Riyadh, each with its own weekend.
 * People have shifts, breaks, sick days and holidays; now and then one forgets to say that they
 * left.
 *
 * Hidden in it, for whoever looks for patterns: a blip (ek_team_blip) and a lasting shift
 * (ek_team_shift), in the second and third week after `from`.
 *
 * Names, addresses, titles and texts are content: they are in no command, and are told by the
 * accessors below, the same for the same seed. Addresses are at example.org (people) and
 * example.com (contacts). Whole numbers only. The same seed, times and answers give the same bytes.
 *
 * Cost: about 80 bytes a conversation and 24 a contact; a command costs O(log n) in what is planned
 * (some thousand). Not for several threads at once.
 */
#ifndef EK_SIM_TEAM_H
#define EK_SIM_TEAM_H

#include "engine/engine.h"

enum {
	EK_TEAM_INBOXES = 6,
	EK_TEAM_PEOPLE = 40,
	EK_TEAM_ZONES = 3,
	EK_TEAM_CONTACTS = 9000,
	EK_TEAM_TEXT = 768, /* no name, address, title or text is longer, its NUL included */
};

struct ek_team;

struct ek_team_options {
	uint64_t seed;
	/* The workspace is made at `from`; what the engine heard before must not be later. */
	ek_time from;
	ek_time to; /* after from; no command is later */
	/* EK_TEAM_ZONES of them, ek_team_zone_name(0..), borrowed for as long as the team. */
	const struct ek_zone *zones;
	uint32_t contacts;      /* how many might write; 0 = EK_TEAM_CONTACTS */
	uint32_t contact_first; /* id of the first of them; 0 = 1 */
	uint32_t per_cent;      /* of the usual conversations a day; 0 = 100 */
};

/* The IANA name of a zone that the options must bring; static. */
ek_str ek_team_zone_name(uint32_t zone);

/* The team is the caller's, to be closed. Errors: NO_MEMORY; INVALID_VALUE for times or numbers out
 * of range. */
bool ek_team_open(const struct ek_team_options *options, struct ek_alloc alloc,
		  struct ek_team **team, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_team_close(struct ek_team **team);

/* The next command and its time, which never goes back. What it borrows is the team's and holds
 * until the next call. A refusal is no harm. False: there is none until `to`, or memory ran out. */
bool ek_team_next(struct ek_team *team, struct ek_cmd *cmd, ek_time *at);
/* Moves `to`, so that a workspace that was made until now goes on; for a server, second by second.
 * Earlier than before: no effect. */
void ek_team_go_on(struct ek_team *team, ek_time to);
ek_time ek_team_until(const struct ek_team *team); /* `to` */
bool ek_team_is_out_of_memory(const struct ek_team *team);

/* What came of a command, or of a timer: every event, in order, before the next command is asked
 * for. team is a struct ek_team *, so that this can be ek_writer_options.made. Conversations and
 * people that others made are left alone. */
void ek_team_made(void *team, const struct ek_events *events);

/* ---- patterns */

/* Conversations of one team inbox that arrive from..until are `times_percent` of the usual. */
struct ek_team_pattern {
	uint32_t inbox;
	ek_time from;
	ek_time until; /* EK_NO_TIME: lasting */
	uint32_t times_percent;
};
struct ek_team_pattern ek_team_blip(const struct ek_team *team);
struct ek_team_pattern ek_team_shift(const struct ek_team *team);

/* ---- content */

enum ek_team_language { EK_TEAM_ENGLISH, EK_TEAM_KOREAN, EK_TEAM_ARABIC };
/* BCP 47: "en", "ko", "ar"; static. */
ek_str ek_team_language_tag(int language);

struct ek_team_inbox {
	ek_team_id id; /* 0: not made yet */
	ek_str name;
	uint8_t language; /* enum ek_team_language */
	uint8_t zone;
	ek_span first_reply; /* promised, in its office hours */
	ek_span next_reply;
};
/* i < EK_TEAM_INBOXES. Texts are static. */
struct ek_team_inbox ek_team_inbox(const struct ek_team *team, uint32_t i);

struct ek_team_person {
	ek_teammate_id id; /* 0: not made yet */
	ek_str name;       /* static */
	char email[64];
	uint8_t languages; /* bit per enum ek_team_language; the lowest is not always the first */
	uint8_t language;  /* the first */
	uint8_t zone;
	uint8_t role;   /* enum ek_role: the highest */
	uint32_t inbox; /* that they serve first, or lead; EK_TEAM_INBOXES = none */
};
/* i < EK_TEAM_PEOPLE, in the order in which they are made. */
void ek_team_person(const struct ek_team *team, uint32_t i, struct ek_team_person *out);

struct ek_team_contact {
	char name[96];
	char email[96]; /* each has another */
	uint8_t language;
	uint8_t zone;
	ek_str tier; /* "gold", "silver" or "standard"; static */
};
/* False: none of ours. */
bool ek_team_contact(const struct ek_team *team, ek_contact_id id, struct ek_team_contact *out);

/* As it is now. */
struct ek_team_talk {
	ek_contact_id contact;
	bool is_first; /* of its contact */
	bool is_chat;  /* else e-mail */
	uint8_t language;
	uint32_t inbox;      /* where it began */
	uint32_t part_count; /* the opening included */
	uint32_t assignment_count;
	uint32_t handover_count;
	uint32_t reopen_count;
	ek_time last_part_at;
	ek_str tag; /* what it is about; static */
};
/* False: none of ours. */
bool ek_team_talk(const struct ek_team *team, ek_conversation_id id, struct ek_team_talk *out);
/* All of ours lie in first..first + count - 1. */
void ek_team_talks(const struct ek_team *team, ek_conversation_id *first, uint32_t *count);
/* Its title; always ended, cut between characters at cap. Returns the length; 0: none of ours. */
size_t ek_team_title(const struct ek_team *team, ek_conversation_id id, char *out, size_t cap);
/* Its n-th text: 0 is what the contact opened it with (told by conversation.arrived), then one for
 * each message.added. As ek_team_title; 0 too when there is no such part. */
size_t ek_team_text(const struct ek_team *team, ek_conversation_id id, uint32_t n, char *out,
		    size_t cap);

#endif
