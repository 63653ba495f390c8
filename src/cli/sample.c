#include "cli/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "sys/heap.h"

enum {
	TEAMS = 6,
	MATES = 40,
	LINE = 480,
	HOURS = 24,
	MINUTE = 60000,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
};
#define FIRST_DAY 1809907200000LL /* Monday, 2027-05-10, UTC */

struct team {
	const char *ref;
	const char *settings;
	uint8_t share;      /* of arrivals, in a hundred */
	int32_t handle_min; /* median */
	int32_t patience_min;
	int32_t due_min; /* deadline for the first answer; 0 = none */
};
static const struct team teams[TEAMS] = {
	{"orders", "\"rank\":2,\"inbox_limit\":4", 30, 9, 45, 60},
	{"returns", "\"rank\":3", 20, 12, 60, 120},
	{"billing", "\"rank\":2,\"release_cooldown_ms\":1200000", 18, 14, 50, 90},
	{"technical", "\"rank\":3", 16, 25, 90, 180},
	{"vip", "\"rank\":1,\"continuity_hold_ms\":600000", 6, 15, 20, 15},
	{"partners", "\"method\":\"round_robin\",\"rank\":4", 10, 18, 120, 0},
};
static const char *const languages[] = {"lang:en", "lang:ko", "lang:ar"};
/* Arrivals of each hour in a thousand of a day's. */
static const uint16_t by_hour[HOURS] = {4,  2,  2,  2,  3,  6,  14, 34, 72, 98, 104, 92,
					70, 76, 84, 80, 72, 58, 42, 32, 22, 16, 10,  5};
/* Arrivals of each weekday in a hundred of an ordinary one's; Monday first. */
static const uint8_t by_weekday[7] = {118, 106, 100, 98, 92, 34, 26};

/* A line of the day, kept until the day is sorted. */
struct line {
	int64_t at;
	uint32_t n; /* in order of making, so that equal times keep it */
	char text[LINE];
};

/* Chance is asked once a statement: the order of a call's arguments is the compiler's. */
struct sample {
	const struct ek_sample_options *o;
	struct ek_rng rng;
	struct ek_alloc alloc;
	struct line *lines; /* of the day */
	uint32_t count, cap;
	uint32_t made; /* conversations so far */
	bool failed;
};

static uint32_t below(struct sample *s, uint32_t n)
{
	return ek_rng_below(&s->rng, n);
}

static void add(struct sample *s, int64_t at, const char *text)
{
	if (s->count == s->cap) {
		uint32_t cap = s->cap == 0 ? 4096 : 2 * s->cap;
		void *p = s->alloc.resize(s->alloc.ctx, s->lines, s->cap * sizeof *s->lines,
					  cap * sizeof *s->lines);
		if (p == NULL) {
			s->failed = true;
			return;
		}
		s->lines = p;
		s->cap = cap;
	}
	struct line *l = &s->lines[s->count];
	l->at = at;
	l->n = s->count++;
	ek_format(l->text, LINE, "%s", text);
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a;
	const struct line *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

static void flush(struct sample *s)
{
	char at[EK_CLI_TIME];
	if (s->count > 0)
		qsort(s->lines, s->count, sizeof *s->lines, compare_lines);
	for (uint32_t i = 0; i < s->count; i++)
		ek_cli_print(s->o->cli, "{\"at\":\"%s\",%s}\n",
			     ek_cli_time((ek_time){s->lines[i].at}, at), s->lines[i].text);
	s->count = 0;
}

/* ---- the workspace */

static void make_teams(struct sample *s)
{
	char text[LINE];
	add(s, FIRST_DAY,
	    "\"cmd\":\"settings.change\",\"scope\":\"workspace\",\"set\":{\"limit\":5,"
	    "\"order_keys\":[\"priority\",\"sla\",\"inbox_rank\",\"waiting_since\"],"
	    "\"enough_allowed\":true,\"overtake_max\":40,\"on_reopen\":\"to_team\"}");
	add(s, FIRST_DAY, "\"cmd\":\"zone.set\",\"zone\":\"Europe/Paris\"");
	add(s, FIRST_DAY,
	    "\"cmd\":\"calendar.set\",\"zone\":\"Europe/Paris\",\"week\":["
	    "{\"day\":1,\"from\":\"07:00\",\"to\":\"22:00\"},"
	    "{\"day\":2,\"from\":\"07:00\",\"to\":\"22:00\"},"
	    "{\"day\":3,\"from\":\"07:00\",\"to\":\"22:00\"},"
	    "{\"day\":4,\"from\":\"07:00\",\"to\":\"22:00\"},"
	    "{\"day\":5,\"from\":\"07:00\",\"to\":\"22:00\"}]");
	for (int t = 0; t < TEAMS; t++) {
		ek_format(text, LINE, "\"cmd\":\"team.create\",\"ref\":\"%s\",%s", teams[t].ref,
			  teams[t].settings);
		add(s, FIRST_DAY, text);
	}
	add(s, FIRST_DAY,
	    "\"cmd\":\"settings.change\",\"scope\":\"team\",\"id\":\"vip\",\"set\":{\"overflow\":["
	    "{\"team\":\"orders\",\"after_ms\":600000,\"clock\":\"calendar\"}]}");
	add(s, FIRST_DAY,
	    "\"cmd\":\"settings.change\",\"scope\":\"team\",\"id\":\"technical\",\"set\":"
	    "{\"overflow\":[{\"team\":\"billing\",\"after_ms\":3600000}]}");
}

/* Teammate m serves this team first; a third of them also helps the next. */
static int home_of(uint32_t m)
{
	static const uint8_t places[] = {0, 0, 0, 1, 1, 2, 2, 3, 3, 5};
	return m % 13 == 12 ? 4 : places[m % EK_LEN(places)];
}

static void make_mate(struct sample *s, uint32_t m)
{
	char text[LINE];
	int home = home_of(m);
	bool helps = m % 3 == 0;
	int next = home == 4 ? 0 : (home + 1) % 4;
	bool second = below(s, 100) < 45;
	size_t n = ek_format(text, LINE,
			     "\"cmd\":\"teammate.create\",\"ref\":\"t%u\",\"primary\":[\"%s\"],"
			     "\"secondary\":[%s%s%s],\"skills\":{\"lang:en\":%u",
			     m + 1, teams[home].ref, helps ? "\"" : "",
			     helps ? teams[next].ref : "", helps ? "\"" : "", 3 + below(s, 3));
	if (second) {
		const char *language = languages[1 + below(s, 2)];
		n += ek_format(text + n, LINE - n, ",\"%s\":%u", language, 2 + below(s, 4));
	}
	n += ek_format(text + n, LINE - n, "}");
	if (m % 7 == 3)
		ek_format(text + n, LINE - n, ",\"limit\":%u", 3 + below(s, 5));
	add(s, FIRST_DAY + (int64_t)(m + 1) * MINUTE / 4, text);
}

/* ---- a day */

static void presence(struct sample *s, int64_t at, uint32_t m, const char *what)
{
	char text[LINE];
	ek_format(text, LINE, "\"cmd\":\"presence.set\",\"teammate\":\"t%u\",\"presence\":\"%s\"",
		  m + 1, what);
	add(s, at, text);
}

/* Comes, has a break, says that's enough now and then, goes. Two shifts; few at weekends. */
static void work_day(struct sample *s, int64_t day, uint32_t weekday, uint32_t m)
{
	bool is_weekend = weekday >= 5;
	if (below(s, 100) < (is_weekend ? 80u : 8u))
		return;
	int64_t from = day + (m % 2 == 0 ? 6 : 11) * (int64_t)HOUR + below(s, 30) * (int64_t)MINUTE;
	int64_t until = from + 8 * (int64_t)HOUR + below(s, 45) * (int64_t)MINUTE;
	int64_t rest = from + (3 * 60 + below(s, 90)) * (int64_t)MINUTE;
	presence(s, from, m, "active");
	presence(s, rest, m, "away");
	presence(s, rest + (25 + below(s, 20)) * (int64_t)MINUTE, m, "active");
	if (below(s, 100) < 12) {
		char text[LINE];
		ek_format(text, LINE,
			  "\"cmd\":\"intake.pause\",\"teammate\":\"t%u\",\"by\":\"person:t%u\"",
			  m + 1, m + 1);
		add(s, until - (60 + below(s, 60)) * (int64_t)MINUTE, text);
	}
	presence(s, until, m, below(s, 4) == 0 ? "away" : "away_reassigning");
}

static int pick_team(struct sample *s)
{
	uint32_t at = below(s, 100);
	int t = 0;
	while (t < TEAMS - 1 && at >= teams[t].share)
		at -= teams[t++].share;
	return t;
}

/* A length of time around a median: the sum of three gives a hump, one in eight takes three times
 * that. */
static int64_t around(struct sample *s, int32_t minutes)
{
	uint32_t range = (uint32_t)minutes * MINUTE * 2 / 3;
	int64_t ms = 0;
	for (int i = 0; i < 3; i++)
		ms += below(s, range);
	return (below(s, 8) == 0 ? 3 * ms : ms) + 30000;
}

/* What may still happen to a conversation: a contact who writes again, a nap, a lead who moves it.
 * */
static void follow_up(struct sample *s, int64_t at, uint32_t c)
{
	char text[LINE];
	uint32_t what = below(s, 100);
	int64_t soon = at + (20 + below(s, 160)) * (int64_t)1000;
	int64_t later = at + (180 + below(s, 600)) * (int64_t)MINUTE;
	if (what < 10)
		ek_format(text, LINE,
			  "\"cmd\":\"contact.message\",\"conversation\":\"c%u\",\"by\":\"rule\"",
			  c);
	else if (what < 15)
		ek_format(text, LINE,
			  "\"cmd\":\"conversation.snooze\",\"conversation\":\"c%u\",\"working_ms\":"
			  "%u",
			  c, (2 + below(s, 20)) * MINUTE);
	else if (what < 17)
		ek_format(text, LINE,
			  "\"cmd\":\"conversation.move\",\"conversation\":\"c%u\",\"team\":\"%s\"",
			  c, teams[pick_team(s)].ref);
	else if (what < 19)
		ek_format(text, LINE, "\"cmd\":\"conversation.release\",\"conversation\":\"c%u\"",
			  c);
	else if (what < 21)
		ek_format(text, LINE,
			  "\"cmd\":\"conversation.update\",\"conversation\":\"c%u\",\"priority\":3",
			  c);
	else
		return;
	add(s, what < 10 ? later : soon, text);
}

static void arrive(struct sample *s, int64_t at)
{
	char text[LINE];
	char due[EK_CLI_TIME];
	const struct team *t = &teams[pick_team(s)];
	uint32_t c = ++s->made;
	uint32_t language = below(s, 100);
	uint32_t contact = below(s, 1 + c * 3 / 4);
	bool is_chat = below(s, 3) == 0;
	uint32_t haste = below(s, 60);
	size_t n = ek_format(text, LINE,
			     "\"cmd\":\"conversation.create\",\"ref\":\"c%u\",\"contact\":\"k%u\","
			     "\"channel\":\"%s\",\"team\":\"%s\",\"priority\":%u",
			     c, contact, is_chat ? "chat" : "email", t->ref,
			     haste < 5    ? 2u
			     : haste < 16 ? 1u
					  : 0u);
	char since[EK_CLI_TIME];
	n += ek_format(text + n, LINE - n, ",\"waiting_since\":\"%s\"",
		       ek_cli_time((ek_time){at}, since));
	if (t->due_min > 0)
		n += ek_format(text + n, LINE - n, ",\"sla_due\":\"%s\"",
			       ek_cli_time((ek_time){at + t->due_min * (int64_t)MINUTE}, due));
	if (language < 22)
		n += ek_format(text + n, LINE - n, ",\"needs\":[\"%s\"]",
			       languages[1 + language % 2]);
	int64_t handle = around(s, t->handle_min);
	int64_t patience = around(s, t->patience_min) + 5 * MINUTE;
	ek_format(text + n, LINE - n, ",\"sim\":{\"handle_ms\":%lld,\"patience_ms\":%lld}",
		  (long long)handle, (long long)patience);
	add(s, at, text);
	follow_up(s, at, c);
}

/* What a lead changes now and then. */
static void change_settings(struct sample *s, int64_t day, uint32_t n)
{
	static const char *const changes[] = {
		"\"scope\":\"workspace\",\"set\":{\"limit\":6}",
		"\"scope\":\"workspace\",\"set\":{\"secondary_gate\":\"assignable\"}",
		"\"scope\":\"team\",\"id\":\"returns\",\"set\":{\"inbox_limit\":5}",
		"\"scope\":\"workspace\",\"set\":{\"limit\":5,\"helper_order\":\"equal\"}",
		"\"scope\":\"team\",\"id\":\"orders\",\"set\":{\"inbox_limit\":null}",
		"\"scope\":\"workspace\",\"set\":{\"helper_order\":\"primary_first\"}",
	};
	char text[LINE];
	if (n % 4 != 2)
		return;
	ek_format(text, LINE, "\"cmd\":\"settings.change\",%s", changes[n / 4 % EK_LEN(changes)]);
	add(s, day + 9 * (int64_t)HOUR + below(s, 240) * (int64_t)MINUTE, text);
}

/* Lines of the evening may belong after midnight: those wait for the next day's sorting. */
static void keep_late(struct sample *s, int64_t end)
{
	if (s->count > 0)
		qsort(s->lines, s->count, sizeof *s->lines, compare_lines);
	uint32_t early = 0;
	while (early < s->count && s->lines[early].at < end)
		early++;
	uint32_t late = s->count - early;
	s->count = early;
	flush(s);
	memmove(s->lines, s->lines + early, late * sizeof *s->lines);
	s->count = late;
	for (uint32_t i = 0; i < late; i++)
		s->lines[i].n = i;
}

static void one_day(struct sample *s, uint32_t n)
{
	int64_t day = FIRST_DAY + (int64_t)(n + 1) * DAY;
	uint32_t weekday = (n + 1) % 7;
	uint32_t arrivals = 520u * by_weekday[weekday] / 100;
	for (uint32_t m = 0; m < MATES; m++)
		work_day(s, day, weekday, m);
	change_settings(s, day, n);
	for (uint32_t h = 0; h < HOURS; h++) {
		uint32_t mean = arrivals * by_hour[h] / 1000;
		uint32_t count = mean / 2 + below(s, mean + 1);
		for (uint32_t i = 0; i < count && !s->failed; i++)
			arrive(s, day + (int64_t)h * HOUR + below(s, HOUR));
	}
	keep_late(s, day + DAY);
}

bool ek_sample_print(const struct ek_sample_options *options, struct ek_err *err)
{
	struct sample s = {.o = options, .rng = {options->seed}, .alloc = ek_heap_alloc()};
	make_teams(&s);
	for (uint32_t m = 0; m < MATES; m++)
		make_mate(&s, m);
	flush(&s);
	for (uint32_t n = 0; n < options->days && !s.failed; n++)
		one_day(&s, n);
	flush(&s);
	ek_alloc_free(&s.alloc, s.lines, s.cap * sizeof *s.lines);
	return !s.failed || ek_fail(err, EK_NO_MEMORY, "no memory for a day");
}
