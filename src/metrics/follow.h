/* follow -- what is going on with each conversation, call and person, told by events; and what was
 * measured, told to columns.
 *
 * A fold: the same events give the same rows, whether they come in one go or in two. Its state is
 * bounded by what goes on: a conversation is forgotten EK_FOLLOW_WINDOW_S after its close (one that
 * is opened again later is found again in the rows), a contact as long after the last approach.
 * About 500 bytes an open conversation, 100 a contact, 300 a person. Not for several threads.
 *
 * Where the specification leaves room:
 *   answer      a public part of a named teammate; notes and parts of nobody in particular are none
 *   live chat   its queue wait ends with the first public answer; closed without one it was given
 *               up then, as nobody is told that its visitor has gone
 *   topic       the first tag at that moment; where one side has none, the contact alone decides
 *   tier        the attributes "tier" and "product_area" at that moment, where they order or route;
 *               no others are facts, and what was imported has none
 *   hand-over   to another person, or to another team inbox, after the first person; a move and the
 *               assignment that follows it are one
 *   attended    nobody attends while away; a stretch that nothing ends is taken as ended when 12 h
 *               old. A person in several team inboxes is free for each with an equal part
 *   spam        a conversation with the tag "spam": its rows stay and are left out of figures while
 *               it has the tag, and its approaches are nobody's repeats
 *   merged      contacts are one from then on, for what was before too; taken apart, they are not
 *   the past    of an imported conversation that was opened again, when is unknown: it counts as
 *               within the window; one that was open when it came is open until then, not now
 * Source: spec metrics, section 2.
 */
#ifndef EK_METRICS_FOLLOW_H
#define EK_METRICS_FOLLOW_H

#include "metrics/columns.h"
#include "metrics/versions.h"
#include "model/event.h"

enum { EK_FOLLOW_WINDOW_S = 30 * 86400 };
/* So many legs of an approach are told apart; further ones go to the last. */
enum { EK_FOLLOW_LEGS = 6 };

/* Flags of rows. */
enum {
	EK_FOLLOW_HISTORY = 1 << 0,  /* imported: ref is import << 32 | item, else a conversation */
	EK_FOLLOW_DROPPED = 1 << 1,  /* FIRST, NEXT, ASSIGN, QUEUE: it was closed instead; SPELL:
				      * what is known of it ends there */
	EK_FOLLOW_FIRST = 1 << 2,    /* ASSIGN, CLOSE: of its conversation */
	EK_FOLLOW_ANSWERED = 1 << 3, /* QUEUE, SURVEY */
	EK_FOLLOW_LEFT = 1 << 4,     /* QUEUE: given up by the customer */
	EK_FOLLOW_WHOLE = 1 << 5,    /* HANDLE: the sum of an approach; else a leg */
	EK_FOLLOW_MET = 1 << 6,      /* SLA */
	EK_FOLLOW_SOLE = 1 << 7,     /* CLOSE: nobody else took part */
	EK_FOLLOW_HANDED = 1 << 8,   /* CLOSE: there was a hand-over */
	EK_FOLLOW_STRANGER = 1 << 9, /* CLOSE, APPROACH: whose it was is unknown */
	EK_FOLLOW_UNDONE = 1 << 10,  /* CLOSE: opened again, by whomever */
	EK_FOLLOW_DELIVERED = 1 << 11, /* SURVEY */
	EK_FOLLOW_AGAIN = 1 << 12,     /* APPROACH: opened again by the customer */
	EK_FOLLOW_FORM = 13,           /* SURVEY: the form, 1 to 3, shifted by this */
	EK_FOLLOW_SPAM = 1 << 15,      /* its conversation was nobody's matter */
};

/* Why a row is mended; patches say it. */
enum ek_follow_cause {
	EK_FOLLOW_LATE,     /* facts came late */
	EK_FOLLOW_IMPORTED, /* the past was brought in */
	EK_FOLLOW_MERGED,   /* contacts were merged, or taken apart */
	EK_FOLLOW_SPAMMED,  /* spam was removed, or was none */
	EK_FOLLOW_REOPENED, /* what was closed was opened again */
	EK_FOLLOW_CAUSES
};
/* A conversation with this tag is spam, and in no figure while it has it. */
#define EK_FOLLOW_SPAM_TAG "spam"

/* Extras of rows:
 *   FIRST     [0] the replier's own wait: office << 32 | calendar
 *   HANDLE    [0] milliseconds
 *   WORK      office: union of time on approaches, calendar: sum of it, [0] active and free; all ms
 *   APPROACH  [0] whose (a key), [1] seconds since the last approach of that contact and topic; 0 =
 *             none in the window
 *   SPELL     [0] when the conversation was created
 *   CLOSE     [0] spent waiting for the customer: office << 32 | calendar; [1] seconds until the
 *             customer opened it again << 32 | until any further approach; 0 = not so
 *   TRANSFER  [0] warm << 48 | returned << 32 | hand-overs
 *   HOLD      office: talk, calendar: hold; [0] holds, EK_NONE = unknown
 *   SURVEY    office: which survey, 0 = imported; [0] score, EK_NONE = none; [1] until when an
 *             answer counts
 * Times and lengths are seconds. The end of an interval is `at` where the bucket is its end, else
 * start + calendar (QUEUE, SPELL and SURVEY: as columns say). */

struct ek_follow;

bool ek_follow_open(struct ek_alloc alloc, struct ek_columns *columns, struct ek_follow **f,
		    struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_follow_close(struct ek_follow **f);
/* Errors: NO_MEMORY; then only close. */
bool ek_follow_event(struct ek_follow *f, const struct ek_event *e,
		     struct ek_err *err) EK_MUST_CHECK;

uint64_t ek_follow_seq(const struct ek_follow *f);
ek_time ek_follow_at(const struct ek_follow *f);
uint64_t ek_follow_bytes(const struct ek_follow *f);
const struct ek_versions *ek_follow_versions(const struct ek_follow *f);
/* Since when rows of a team have been put into cells by the zone that holds now; INT64_MIN: all. */
int64_t ek_follow_zone_since(const struct ek_follow *f, uint32_t team);
uint32_t ek_follow_topic_count(const struct ek_follow *f);
/* i: from 1, as in rows. */
ek_str ek_follow_topic(const struct ek_follow *f, uint32_t i);
/* The number of a topic; 0 = it never came up. */
uint32_t ek_follow_topic_find(const struct ek_follow *f, ek_str topic);
/* The same of what narrows beside the topic. */
enum ek_follow_label { EK_FOLLOW_TIER, EK_FOLLOW_AREA, EK_FOLLOW_LABELS };
uint32_t ek_follow_label_count(const struct ek_follow *f, enum ek_follow_label of);
ek_str ek_follow_label(const struct ek_follow *f, enum ek_follow_label of, uint32_t i);
uint16_t ek_follow_label_find(const struct ek_follow *f, enum ek_follow_label of, ek_str label);
/* The local week of a date: from Monday, days since 1970 / 7. */
int32_t ek_follow_week(int32_t date);

/* What teammates, by number below ek_follow_mates, did in the quarter of an hour that is in no row
 * yet: milliseconds on approaches at all, on each of them summed, and active and free. */
struct ek_follow_work {
	double together, sum, free;
};
uint32_t ek_follow_mates(const struct ek_follow *f);
struct ek_follow_work ek_follow_running(const struct ek_follow *f, uint32_t mate);

/* What is open now, as rows that have no end yet. */
enum ek_follow_open_kind {
	EK_FOLLOW_OPEN_FIRST,  /* waits for a first answer */
	EK_FOLLOW_OPEN_NEXT,   /* waits for a further one */
	EK_FOLLOW_OPEN_ASSIGN, /* unassigned in a team inbox */
	EK_FOLLOW_OPEN_SPELL,  /* not closed */
	EK_FOLLOW_OPEN_WHOLE,  /* not closed; start: when it was created */
	EK_FOLLOW_OPEN_QUEUE,  /* a live chat that nobody answered yet */
};
/* Since when a conversation is spam; 0 = it is none. */
uint32_t ek_follow_spam_since(const struct ek_follow *f, uint64_t conversation);
/* The i-th that is not closed, 0 <= i < ek_follow_talk_count, in no order; false: nothing of that
 * kind there. Fills
 * start, office and calendar (up to the last event), team, mate, topic, channel, ref, flags and
 * extra[0]. */
uint32_t ek_follow_talk_count(const struct ek_follow *f);
bool ek_follow_talk(const struct ek_follow *f, uint32_t i, int kind, struct ek_columns_row *out);

#endif
