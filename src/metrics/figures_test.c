/* What each metric promises, as small scenes: a line of events, a question, the answer. 600 is
 * 10:00 of a Monday, 14400 ten days on; the words are those of figures_scene.h. */
#include "metrics/figures_scene.h"

struct sum {
	uint32_t counted, left;
	double value;
	const char *why;
};

static bool add(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct sum *s = ctx;
	(void)err;
	s->counted += item->counted;
	s->left += !item->counted;
	s->value += item->counted ? item->value : 0;
	s->why = item->why != NULL ? item->why : s->why;
	return true;
}

/* Because five are needed for a value, small scenes are checked by their receipts. */
struct row {
	const char *name;
	const char *script;
	const char *question;
	uint64_t n;
	double value; /* summed: seconds, or what is in the numerator */
	uint64_t open, young;
};

static void check(const struct row *r)
{
	struct scene s;
	struct asked q;
	struct ek_figure out;
	struct sum sum = {0};
	const struct ek_figures_reader reader = {add, &sum};
	ek_figures_scene_begin(&s, r->script);
	ek_figures_scene_read_question(&q, r->question);
	struct ek_figures_ask a = ek_figures_scene_question(&q.want);
	if (!ek_figures_ask(s.f, &a, &out, &s.err))
		fail_msg("%s: %s", r->name, s.err.msg);
	assert_true(ek_figures_receipt(s.f, &a, &reader, &s.err));
	if (out.n != r->n || sum.counted != r->n || fabs(sum.value - r->value) > 1e-9 ||
	    out.open != r->open || out.not_yet_known != r->young)
		fail_msg("%s: n %llu (%u), value %f, open %llu, young %llu, %s", r->name,
			 (unsigned long long)out.n, sum.counted, sum.value,
			 (unsigned long long)out.open, (unsigned long long)out.not_yet_known,
			 sum.why == NULL ? "" : sum.why);
	ek_figures_scene_end(&s);
}

static void check_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(&rows[i]);
}

static const struct row waiting[] = {
	{"M1 from the first message to the first answer",
	 "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 3", "first_response_time team 1", 1, 25 * 60,
	 0, 0},
	{"M1 of a person from their assignment", "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 3",
	 "first_response_time mate 3", 1, 15 * 60, 0, 0},
	{"M1 of who replied, not of who has it", "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 4",
	 "first_response_time mate 3", 0, 0, 0, 0},
	{"M1 bot counted as response: it is not", "600 arrive 1 1 7; 601 reply 1 0; 625 reply 1 3",
	 "first_response_time team 1", 1, 25 * 60, 0, 0},
	{"M1 a note is no response", "600 arrive 1 1 7; 601 note 1 3; 625 reply 1 3",
	 "first_response_time team 1", 1, 25 * 60, 0, 0},
	{"M1 what a teammate began has none",
	 "600 begun 1 1 7; 605 reply 1 3; 620 ask 1; 625 reply 1 3", "first_response_time team 1",
	 0, 0, 0, 0},
	{"M1 after a close by a person, opening again is M2's",
	 "600 arrive 1 1 7; 605 reply 1 3; 610 close 1; 620 ask 1; 620 again 1; 640 reply 1 3",
	 "first_response_time team 1", 1, 5 * 60, 0, 0},
	{"M2 which has it: a re-open restarts one clock, not nothing or everything",
	 "600 arrive 1 1 7; 605 reply 1 3; 610 close 1; 620 ask 1; 620 again 1; 640 reply 1 3",
	 "next_response_time team 1", 1, 20 * 60, 0, 0},
	{"M1 of what a bot closed, from the opening again",
	 "600 arrive 1 1 7; 601 reply 1 0; 602 close 1; 700 ask 1; 700 again 1; 710 reply 1 3",
	 "first_response_time team 1", 1, 10 * 60, 0, 0},
	{"M1 no answer yet is no time, but waits (null is not zero)",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 610 reply 1 3", "first_response_time team 1", 1,
	 10 * 60, 1, 0},
	{"M1 open items dropped: waiting then, answered since",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 610 reply 1 3; 700 reply 2 3",
	 "first_response_time team 1 asof 650", 1, 10 * 60, 1, 0},
	{"M1 by office hours: Friday 16:50 to Monday 9:10", "6770 arrive 1 1 7; 10630 reply 1 3",
	 "first_response_time team 1", 1, 20 * 60, 0, 0},
	{"M1 by the calendar: the clock switch", "6770 arrive 1 1 7; 10630 reply 1 3",
	 "first_response_time team 1 calendar", 1, 3860 * 60, 0, 0},
	{"M1 on each team's hours for the part it held",
	 "1010 arrive 1 1 7; 1030 move 1 2; 1050 reply 1 3", "first_response_time team 2", 1,
	 (10 + 20) * 60, 0, 0},
	{"M1 hours that change in the middle split it",
	 "600 arrive 1 1 7; 620 days 1 0; 640 reply 1 3", "first_response_time team 1", 1, 20 * 60,
	 0, 0},
	{"M1 snooze treated differently by SLA and metric: it stops neither",
	 "600 arrive 1 1 7; 605 snooze 1; 640 reply 1 3", "first_response_time team 1", 1, 40 * 60,
	 0, 0},
	{"M1 bucket is the reply: a creation-date filter on a reply metric would find it",
	 "600 arrive 1 1 7; 1500 reply 1 3", "first_response_time team 1 until 1440 asof 1600", 0,
	 0, 0, 0},
	{"M2 five messages in a row are one burst",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 611 ask 1; 612 ask 1; 613 ask 1; 614 ask 1; "
	 "620 reply 1 3",
	 "next_response_time team 1", 1, 10 * 60, 0, 0},
	{"M2 a note does not end a burst",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 611 note 1 3; 612 ask 1; 620 reply 1 3",
	 "next_response_time team 1", 1, 10 * 60, 0, 0},
	{"M2 the longest of a conversation",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 620 reply 1 3; 630 ask 1; 635 reply 1 3",
	 "next_response_time longest team 1", 1, 10 * 60, 0, 0},
	{"M3 the first spell", "600 arrive 1 1 7; 612 give 1 3; 620 queue 1; 650 give 1 4",
	 "time_to_assignment team 1", 1, 12 * 60, 0, 0},
	{"M3 reassignment opens a new spell: their sum",
	 "600 arrive 1 1 7; 612 give 1 3; 620 queue 1; 650 give 1 4",
	 "time_to_assignment sum team 1", 1, 42 * 60, 0, 0},
	{"M4 a chat until its answer, the time before it was given included",
	 "600 arrive 1 1 7 2; 601 give 1 3; 602:30 reply 1 3", "queue_wait team 1", 1, 150, 0, 0},
	{"M4 of calls, those who left apart",
	 "600 call 1 40 1 60; 601 call 2 9 0 0; 602 call 3 10 1 60", "queue_wait team 1", 2, 50, 0,
	 0},
	{"M16 of the past: a chat answered, one closed without an answer, one that is neither",
	 "1440 was 1 9 300 400 400 0 0 0 2; 1441 was 2 9 0 500 500 0 0 0 2; "
	 "1442 was 3 9 0 0 0 0 0 0 2; 1443 was 4 9 0 500 500 0 0 0",
	 "abandonment raw team 1", 2, 1, 0, 0},
	{"M16 of the past: answered, by whom is unknown: in neither part",
	 "1440 was 1 9 300 400 400 0 0 0 2 1; 1441 was 2 9 300 400 400 0 0 0 2",
	 "abandonment raw team 1", 1, 0, 0, 0},
	{"M16 what a bot alone resolved never reached a human queue: in neither part",
	 "600 arrive 1 1 7 2; 601 reply 1 0; 602 close 1; 603 arrive 2 1 8 2; 604 reply 2 3",
	 "abandonment raw team 1", 1, 0, 0, 0},
	{"M16 a bot's answer is none: who then asks again, and gets none, gave up",
	 "600 arrive 1 1 7 2; 601 reply 1 0; 602 ask 1; 603 close 1; 604 pass",
	 "abandonment raw team 1", 1, 1, 0, 0},
	{"M16 nor is it once a person has the chat",
	 "600 arrive 1 1 7 2; 600:30 give 1 3; 601 "
	 "reply 1 0; 602 close 1; 603 pass",
	 "abandonment raw team 1", 1, 1, 0, 0},
	{"M16 what a bot alone resolved, opened again and left: from then on",
	 "600 arrive 1 1 7 2; 601 reply 1 0; 602 close 1; 700 ask 1; 700 again 1; 710 close 1; "
	 "711 pass",
	 "abandonment raw team 1", 1, 1, 0, 0},
	{"M4 who left", "600 call 1 40 1 60; 601 call 2 9 0 0; 602 call 3 10 1 60",
	 "queue_wait left team 1", 1, 9, 0, 0},
};

static const struct row working[] = {
	{"M5 of a call: talk, hold and what comes after", "600 call 1 20 1 300 60 1 30; 700 pass",
	 "handle_time team 1", 1, 330, 0, 0},
	{"M5 of text: from the latest of message, assignment and opening to the next part",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 610 look 1 3; 622 reply 1 "
	 "3; "
	 "630 close 1; 700 pass",
	 "handle_time team 1", 1, 12 * 60, 0, 0},
	{"M5 the overnight gap is not handle time: at most 30 minutes each",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 680 reply 1 3; 690 close "
	 "1; "
	 "760 pass",
	 "handle_time team 1", 1, 30 * 60, 0, 0},
	{"M5 nor what lies after going away",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 611 away 3; 680 reply 1 3; "
	 "690 close 1; 760 pass",
	 "handle_time team 1", 1, 10 * 60, 0, 0},
	{"M5 two at once get half each",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 600 arrive 2 1 8; 601 give 1 3; 601 give "
	 "2 3; "
	 "611 reply 1 3; 611 reply 2 3; 620 close 1; 620 close 2; 700 pass",
	 "handle_time team 1", 2, 10 * 60, 0, 0},
	{"M5 a transferred approach is one approach",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 "handle_time team 1", 1, 9 * 60, 0, 0},
	{"M5 with two legs",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 "handle_time leg team 1", 2, 9 * 60, 0, 0},
	{"M5 of which a person has their own",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 "handle_time mate 4", 1, 4 * 60, 0, 0},
	{"M9 messages are not approaches; opening again is one",
	 "600 arrive 1 1 7; 601 ask 1; 602 ask 1; 605 close 1; 610 ask 1; 610 again 1",
	 "volume team 1", 2, 2, 0, 0},
	{"M9 what a teammate began is none until the customer writes",
	 "600 begun 1 1 7; 601 reply 1 3; 602 begun 2 1 8; 603 ask 2", "volume team 1", 1, 1, 0, 0},
	{"M9 by topic", "600 arrive 1 1 7 1 1; 601 arrive 2 1 8 1 2", "volume team 1 topic login",
	 1, 1, 0, 0},
	{"M9 without a topic", "600 arrive 1 1 7 1 1; 601 arrive 2 1 8", "volume team 1 topic -", 1,
	 1, 0, 0},
	{"M9 by tier: as it was at the approach, not as it is now (R3)",
	 "600 arrive 1 1 7 1 0 2; 601 arrive 2 1 8; 602 arrive 3 1 9; 603 label 2 1; 604 label 1 3",
	 "volume team 1 tier gold", 1, 1, 0, 0},
	{"M9 without a tier",
	 "600 arrive 1 1 7 1 0 2; 601 arrive 2 1 8; 602 arrive 3 1 9; 603 label 2 1",
	 "volume team 1 tier -", 2, 2, 0, 0},
	{"M9 of a tier that never came up", "600 arrive 1 1 7 1 0 2", "volume team 1 tier iron", 0,
	 0, 0, 0},
	{"M9 by product area", "600 arrive 1 1 7 1 0 1; 601 arrive 2 1 8", "volume team 1 area app",
	 1, 1, 0, 0},
	{"M1 by the tier at the answer, and what of it waits",
	 "600 arrive 1 1 7; 601 arrive 2 1 8 1 0 2; 603 label 1 1; 610 reply 1 3",
	 "first_response_time team 1 tier gold", 1, 600, 1, 0},
	{"M9 by hour of the day, whatever the day",
	 "599:59 arrive 1 1 7; 600 arrive 2 1 8; 659:59 arrive 3 1 9; 660 arrive 4 1 6; "
	 "2040 arrive 5 1 5",
	 "volume team 1 hour 11", 3, 3, 0, 0},
	{"M4 of an hour: by when it was queued; what waits now is of none",
	 "659 arrive 1 1 7 2; 660 arrive 2 1 8 2; 661 reply 1 3; 662 reply 2 3; 663 arrive 3 1 9 2",
	 "queue_wait team 1 hour 11", 1, 120, 0, 0},
	{"M10 what is not closed at midnight, snoozed too",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 602 arrive 3 1 9; 603 snooze 2; 604 close 3; 1500 "
	 "close 1; "
	 "1600 pass",
	 "backlog team 1 until 1440", 2, 2, 2, 0},
	{"M10 its ages", "600 arrive 1 1 7; 602 arrive 3 1 9; 604 close 3; 1500 close 1; 1600 pass",
	 "backlog age team 1 until 1440", 1, 840 * 60, 1, 0},
	{"M10 of a person, as it was then",
	 "600 arrive 1 1 7; 610 give 1 3; 1450 give 1 4; 1600 pass", "backlog mate 3 until 1440", 1,
	 1, 1, 0},
	{"M10 the oldest unanswered",
	 "600 arrive 1 1 7; 605 reply 1 3; 700 ask 1; 900 arrive 2 1 8; 1500 reply 1 3; 1600 pass",
	 "backlog oldest_unanswered team 1 until 1440", 2, (740 + 540) * 60, 2, 0},
	{"M10 of the past: what was open when it was brought in was so until then",
	 "1440 was 1 9 0 0 0 0 0 0; 1441 was 2 9 300 400 400 0 0 0; 1500 pass",
	 "backlog team 1 until 1435", 1, 1, 1, 0},
	{"M10 and does not wait now: it is history, nobody works on it here",
	 "1440 was 1 9 0 0 0 0 0 0; 1441 arrive 1 1 7; 1500 pass", "backlog team 1", 1, 1, 1, 0},
	{"M18 met and missed, of who had it then",
	 "600 arrive 1 1 7; 601 give 1 3; 610 met 1; 611 give 1 4; 620 missed 1",
	 "sla_attainment mate 3", 1, 1, 0, 0},
	{"M18 SLA target looked up with today's priority: a later one rewrites nothing",
	 "600 arrive 1 1 7; 601 give 1 3; 610 missed 1; 620 rank 1 3; 630 reply 1 3; 640 close 1",
	 "sla_attainment team 1", 1, 0, 0, 0},
	{"M19 from a bot or queue to the first person is none",
	 "600 arrive 1 1 7; 601 reply 1 0; 602 give 1 3; 605 reply 1 3; 610 close 1",
	 "transfers team 1", 1, 0, 0, 0},
	{"M19 a move and the assignment that follows are one",
	 "600 arrive 1 1 7; 602 give 1 3; 605 move 1 2; 606 give 1 4; 610 close 1",
	 "transfers mean team 2", 1, 1, 0, 0},
	{"M19 to another and back are two, one returned",
	 "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4; 606 give 1 3; 610 close 1",
	 "transfers mean team 1", 1, 2, 0, 0},
	{"M19 returned", "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4; 606 give 1 3; 610 close 1",
	 "transfers returned team 1", 1, 1, 0, 0},
	{"M19 warm: the receiver accepted",
	 "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4 3; 610 close 1", "transfers warm team 1", 1,
	 1, 0, 0},
	{"M20 of calls held",
	 "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 602 call 3 5 1 100; 700 pass",
	 "holds team 1", 2, 1, 0, 0},
	{"M20 holds per call", "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 "holds per_call team 1", 2, 2, 0, 0},
	{"M20 time over held calls", "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 "holds time_over_held team 1", 1, 60, 0, 0},
	{"M20 and over all", "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 "holds time_over_all team 1", 2, 60, 0, 0},
};

/* 14400 = ten days on. */
static const struct row outcomes[] = {
	{"M11 to the first close",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 720 close 1; 14400 pass",
	 "resolution_time first team 1", 1, 3600, 0, 0},
	{"M11 to the last: one conversation closed twice is not counted as two solved",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 720 close 1; 14400 pass",
	 "resolution_time team 1", 1, 120 * 60, 0, 0},
	{"M11 not before a week has passed", "600 arrive 1 1 7; 660 close 1; 10000 pass",
	 "resolution_time team 1", 0, 0, 0, 1},
	{"M11 less what was spent waiting for the customer",
	 "600 arrive 1 1 7; 610 reply 1 3; 640 ask 1; 650 reply 1 3; 660 close 1; 14400 pass",
	 "resolution_time customer_wait team 1", 1, (60 - 30 - 10) * 60, 0, 0},
	{"M11 and what is still open",
	 "600 arrive 1 1 7; 660 close 1; 700 arrive 2 1 8; 14400 pass", "resolution_time team 1", 1,
	 3600, 1, 0},
	{"M11 of what was created then, what is solved within a week",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 602 arrive 3 1 9; 660 close 1; 12000 close 2; 14400 "
	 "pass",
	 "resolution_time solved_in_window team 1", 3, 1, 1, 0},
	{"M12 solved", "600 arrive 1 1 7; 660 close 1; 14400 pass",
	 "first_contact_resolution team 1", 1, 1, 0, 0},
	{"M12 immature cohort: not yet known", "600 arrive 1 1 7; 660 close 1; 10000 pass",
	 "first_contact_resolution team 1", 0, 0, 0, 1},
	{"M12 not when they came again by another way, on another conversation",
	 "600 arrive 1 1 7 1 1; 660 close 1; 3000 arrive 2 2 7 2 1; 14400 pass",
	 "first_contact_resolution team 1", 1, 0, 0, 0},
	{"M12 on another topic is another matter",
	 "600 arrive 1 1 7 1 1; 660 close 1; 3000 arrive 2 1 7 1 2; 14400 pass",
	 "first_contact_resolution team 1 until 3000 asof 14400", 1, 1, 0, 0},
	{"M12 opened again and come anew is one repeat",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 710 arrive 2 1 7; 720 close 1; "
	 "14400 pass",
	 "first_contact_resolution team 1", 1, 0, 0, 0},
	{"M12 after eight days is no repeat",
	 "600 arrive 1 1 7; 660 close 1; 12240 arrive 2 1 7; 14400 pass",
	 "first_contact_resolution team 1", 1, 1, 0, 0},
	{"M12 strict: no hand-over either",
	 "600 arrive 1 1 7; 601 give 1 3; 602 give 1 4; 660 close 1; 14400 pass",
	 "first_contact_resolution strict team 1", 1, 0, 0, 0},
	{"M12 of a person only where nobody else took part",
	 "600 arrive 1 1 7; 601 give 1 3; 602 reply 1 4; 660 close 1; 14400 pass",
	 "first_contact_resolution mate 3", 0, 0, 0, 0},
	{"M12 of the past, imported in any order",
	 "1440 was 2 9 1000 1010 1010 0 0 0; 1441 was 1 9 300 400 400 0 0 0; 14400 pass",
	 "first_contact_resolution team 1", 2, 1, 0, 0},
	{"M13 closes that were opened again",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; "
	 "720 close 1; 14400 pass",
	 "reopen_rate team 1", 2, 1, 0, 0},
	{"M13 by a teammate is none",
	 "600 arrive 1 1 7; 660 close 1; 700 again 1 1; 720 close 1; "
	 "14400 pass",
	 "reopen_rate team 1", 2, 0, 0, 0},
	{"M13 of the past: two closes, the first opened again",
	 "1440 was 1 9 300 400 900 1 0 0; 14400 pass", "reopen_rate team 1", 2, 1, 0, 0},
	{"M14 a second approach of a contact, by whatever way",
	 "600 arrive 1 1 7 1; 700 arrive 2 1 7 2; 800 arrive 3 1 8 1", "repeat_contact team 1", 3,
	 1, 0, 0},
	{"M14 inside thirty days, not inside seven", "600 arrive 1 1 7 1; 12240 arrive 2 1 7 2",
	 "repeat_contact 30d team 1", 2, 1, 0, 0},
	{"M14 seven", "600 arrive 1 1 7 1; 12240 arrive 2 1 7 2", "repeat_contact team 1", 2, 0, 0,
	 0},
	{"opened again after it was forgotten: another approach, nothing restarts",
	 "600 arrive 1 1 7; 610 reply 1 3; 660 close 1; 60000 pass; 70000 ask 1; 70000 again 1; "
	 "70010 reply 1 3; 70020 close 1; 90000 pass",
	 "resolution_time team 1 until 60000", 1, 3600, 0, 0},
	{"as a new approach",
	 "600 arrive 1 1 7; 610 reply 1 3; 660 close 1; 60000 pass; 70000 ask 1; "
	 "70000 again 1; 70010 reply 1 3",
	 "volume team 1", 2, 2, 0, 0},
};

static const struct row surveys[] = {
	{"M22 not before the window is over",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 10000 pass", "nps team 1", 0, 0, 0, 1},
	{"M22 the last answer counts",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 603 score 1 4; "
	 "12000 pass",
	 "nps team 1", 1, 4, 0, 0},
	{"M22 a late one does not",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 11000 score 1 4 1; 12000 pass",
	 "nps team 1", 1, 10, 0, 0},
	{"M23 survey credited to assignee at answer time: it is who answered then",
	 "500 arrive 5 1 7; 501 give 5 3; 502 reply 5 3; 540 close 5; 600 survey 1 2 5 3; 601 "
	 "deliver 1; "
	 "602 give 5 4; 603 score 1 5; 12000 pass",
	 "csat mate 3", 1, 1, 0, 0},
	{"M23 rating credited to owner instead of replier: it is not",
	 "500 arrive 5 1 7; 501 give 5 4; 502 reply 5 3; 540 close 5; 600 survey 1 2 5 3; 601 "
	 "deliver 1; "
	 "603 score 1 5; 12000 pass",
	 "csat mate 4", 0, 0, 0, 0},
	{"M23 4 and 5 are satisfied",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 600 survey 3 2 7 3; 602 score 1 5; 603 score 2 "
	 "4; "
	 "604 score 3 3; 12000 pass",
	 "csat team 1", 3, 2, 0, 0},
	{"Q5 answered of delivered",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 600 survey 3 2 7 3; 601 deliver 1; 601 deliver "
	 "2; "
	 "602 score 1 5; 12000 pass",
	 "csat response_rate team 1", 2, 1, 0, 0},
	{"Q5 what came back was not delivered",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 601 deliver 1; 601 deliver 2; 602 score 1 5; "
	 "603 return 2; 12000 pass",
	 "csat response_rate team 1", 1, 1, 0, 0},
	{"Q5 whoever answered was reached, though a letter came back",
	 "600 survey 1 2 5 3; 601 deliver 1; 602 score 1 5; 603 return 1; 12000 pass",
	 "csat response_rate team 1", 1, 1, 0, 0},
	{"Q5 what came back may still be delivered another way",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 601 deliver 1; 601 deliver 2; 602 return 2; "
	 "603 deliver 2; 604 score 1 5; 12000 pass",
	 "csat response_rate team 1", 2, 1, 0, 0},
	{"Q5 whoever answers too late was reached",
	 "600 survey 1 1 5 3; 600 survey 2 1 6 3; 601 deliver 1; 602 score 1 9; "
	 "11000 score 2 4 1; 12000 pass",
	 "nps response_rate team 1", 2, 1, 0, 0},
	{"other forms are other metrics'", "600 survey 1 2 5 3; 602 score 1 5; 12000 pass",
	 "nps team 1", 0, 0, 0, 0},
};

static void how_customers_wait(void **state)
{
	(void)state;
	check_all(waiting, EK_LEN(waiting));
}

static void how_people_work(void **state)
{
	(void)state;
	check_all(working, EK_LEN(working));
}

static void what_came_of_it(void **state)
{
	(void)state;
	check_all(outcomes, EK_LEN(outcomes));
}

static void what_people_say(void **state)
{
	(void)state;
	check_all(surveys, EK_LEN(surveys));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_customers_wait),
		cmocka_unit_test(how_people_work),
		cmocka_unit_test(what_came_of_it),
		cmocka_unit_test(what_people_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
