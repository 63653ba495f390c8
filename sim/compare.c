/* compare -- the engine against the second opinion, over as many histories as there is time for.
 *
 * usage: compare [--seed S] [--count N] [--events K] [--saves M] [--verbose]
 * Plays histories S, S + 1, ... of K commands each. After every command both must have refused
 * alike, or decided alike and in the same order, and look alike; the engine's events applied to a
 * second engine must give the same saved bytes, and what was saved must load and save as the same
 * bytes (looked at every M commands, 50 if not said; 0 = never).
 * The first difference of a history is told with the one line that plays it again and the commands
 * before it. Ends with `N passed, N failed`; exit code 1 if any failed.
 */
#include "engine/engine.h"
#include "engine/explain.h"
#include "engine/look.h"
#include "sim/history.h"
#include "sim/script.h"
#include "sys/heap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAST = 14, LINE = 900, STUCK = 2000, WHY_BYTES = 16 << 20 };

struct options {
	uint64_t seed;
	uint64_t count;
	uint32_t events;
	uint32_t saves;
	bool verbose;
};

struct bytes {
	char *p;
	size_t n;
	size_t cap;
};

struct play {
	struct ek_engine *engine;
	struct ek_engine *replica;
	struct ek_opinion *opinion;
	struct ek_history *history;
	int64_t now;
	bool verbose;
	char last[LAST][LINE]; /* the last commands, as a ring */
	uint32_t last_count;
	char why[LINE]; /* empty while all is alike */
	struct ek_opinion_decision ours[EK_OPINION_DECISIONS_MAX];
	uint32_t our_count;
	struct ek_opinion_decision theirs[EK_OPINION_DECISIONS_MAX];
	uint32_t their_count;
};

/* Keeps the first difference only. */
static void differ(struct play *p, const char *format, ...) EK_PRINTF(2, 3);
static void differ(struct play *p, const char *format, ...)
{
	va_list list;
	if (p->why[0] != '\0')
		return;
	va_start(list, format);
	vsnprintf(p->why, sizeof p->why, format, list);
	va_end(list);
}

static const char *refusal(enum ek_code code)
{
	return code == EK_OK ? "accepted" : ek_err_wire(code);
}

static void remember(struct play *p, const struct ek_cmd *cmd, int64_t at)
{
	char *line = p->last[p->last_count++ % LAST];
	int n = snprintf(line, LINE, "%lld ", (long long)at);
	ek_script_show(cmd, line + n, LINE - (size_t)n);
	if (p->verbose)
		printf("%s\n", line);
}

static void take_event(struct play *p, const struct ek_event *e)
{
	struct ek_opinion_decision *d = &p->theirs[p->their_count];
	struct ek_err err;
	if (p->why[0] == '\0' && !ek_engine_apply(p->replica, e, &err))
		differ(p, "replay refuses event %llu: %s", (unsigned long long)e->seq, err.msg);
	if (p->verbose) {
		char line[LINE];
		ek_script_show_event(e, line, sizeof line);
		printf("    %s\n", line);
	}
	if (p->their_count == EK_LEN(p->theirs))
		return;
	if (e->kind == EK_EVENT_ASSIGNMENT_MADE) {
		*d = (struct ek_opinion_decision){e->assignment_made.conversation,
						  e->assignment_made.teammate,
						  e->assignment_made.how, false, false};
		p->their_count++;
	} else if (e->kind == EK_EVENT_OFFER_MADE) {
		*d = (struct ek_opinion_decision){e->offer_made.conversation,
						  e->offer_made.teammate, EK_HOW_OFFER, true,
						  false};
		p->their_count++;
	} else if (e->kind == EK_EVENT_SLA_PRESSURE) {
		*d = (struct ek_opinion_decision){.conversation = e->sla_pressure.conversation,
						  .pressed = true};
		p->their_count++;
	}
}

/* Asks both; decisions add up in p, refusals are compared here. */
static void submit(struct play *p, const struct ek_cmd *cmd, int64_t at)
{
	struct ek_err err = {.code = EK_OK};
	struct ek_events events = {NULL, 0};
	remember(p, cmd, at);
	struct ek_opinion_answer ours = ek_opinion_submit(p->opinion, cmd, (ek_time){at});
	bool done = ek_engine_submit(p->engine, cmd, (ek_time){at}, &events, &err);
	enum ek_code theirs = done ? EK_OK : err.code;
	if (ours.refused != theirs)
		differ(p, "the engine says %s (%s), the opinion %s", refusal(theirs),
		       done ? "" : err.msg, refusal(ours.refused));
	for (uint32_t i = 0; i < ours.n && p->our_count < EK_LEN(p->ours); i++)
		p->ours[p->our_count++] = ours.v[i];
	for (uint32_t i = 0; done && i < events.n; i++)
		take_event(p, &events.v[i]);
	p->now = at;
}

static const char *word_for(const struct ek_opinion_decision *d)
{
	if (d->pressed)
		return "leads are told";
	return d->offered ? "offered" : ek_enums_wire(EK_ENUM_HOW, d->how);
}

static void say_decisions(char *out, size_t cap, const struct ek_opinion_decision *v, uint32_t n)
{
	size_t used = 0;
	out[0] = '\0';
	for (uint32_t i = 0; i < n && used + 1 < cap; i++) {
		int wrote = snprintf(out + used, cap - used, "%s%u>%u %s", i == 0 ? "" : ", ",
				     v[i].conversation.v, v[i].teammate.v, word_for(&v[i]));
		used += wrote > 0 ? (size_t)wrote : 0;
	}
}

static void compare_decisions(struct play *p)
{
	char ours[400];
	char theirs[400];
	bool same = p->our_count == p->their_count;
	for (uint32_t i = 0; same && i < p->our_count; i++)
		same = p->ours[i].conversation.v == p->theirs[i].conversation.v &&
		       p->ours[i].teammate.v == p->theirs[i].teammate.v &&
		       p->ours[i].how == p->theirs[i].how &&
		       p->ours[i].offered == p->theirs[i].offered &&
		       p->ours[i].pressed == p->theirs[i].pressed;
	if (same)
		return;
	say_decisions(ours, sizeof ours, p->ours, p->our_count);
	say_decisions(theirs, sizeof theirs, p->theirs, p->their_count);
	differ(p, "the engine gives [%s], the opinion [%s]", theirs, ours);
}

static void compare_number(struct play *p, const char *what, uint32_t id, int64_t theirs,
			   int64_t ours)
{
	if (theirs != ours)
		differ(p, "%s of %u: the engine has %lld, the opinion %lld", what, id,
		       (long long)theirs, (long long)ours);
}

static void compare_conversation(struct play *p, uint32_t id)
{
	struct ek_conversation_view ours;
	struct ek_conversation_view theirs;
	struct ek_teammate_view holder;
	ek_opinion_conversation(p->opinion, (ek_conversation_id){id}, &ours);
	if (!ek_look_conversation(p->engine, (ek_conversation_id){id}, &theirs)) {
		differ(p, "the engine has no conversation %u", id);
		return;
	}
	bool gone = ek_opinion_teammate(p->opinion, ours.teammate, &holder) && holder.deleted;
	compare_number(p, "conversation state", id, theirs.state, ours.state);
	compare_number(p, "conversation team", id, theirs.team.v, ours.team.v);
	if (!gone)
		compare_number(p, "holder", id, theirs.teammate.v, ours.teammate.v);
	compare_number(p, "waiting since", id, theirs.waiting_since.ms, ours.waiting_since.ms);
	compare_number(p, "snoozed until", id, theirs.snoozed_until.ms, ours.snoozed_until.ms);
	compare_number(p, "sla due", id, theirs.sla_due.ms, ours.sla_due.ms);
	if (!ek_time_is_set(ours.queued_at))
		return;
	compare_number(p, "queue entry", id, theirs.queued_at.ms, ours.queued_at.ms);
	compare_number(p, "overtaken", id, theirs.overtaken, ours.overtaken);
}

static void compare_teammate(struct play *p, uint32_t id)
{
	struct ek_teammate_view ours;
	struct ek_teammate_view theirs;
	ek_opinion_teammate(p->opinion, (ek_teammate_id){id}, &ours);
	bool found = ek_look_teammate(p->engine, (ek_teammate_id){id}, &theirs);
	if (ours.deleted)
		return;
	if (!found) {
		differ(p, "the engine has no teammate %u", id);
		return;
	}
	compare_number(p, "presence", id, theirs.presence, ours.presence);
	compare_number(p, "load", id, theirs.load, ours.load);
	compare_number(p, "open count", id, theirs.open_count, ours.open_count);
	compare_number(p, "limit", id, theirs.limit, ours.limit);
	compare_number(p, "last given", id, theirs.last_given.ms, ours.last_given.ms);
}

static void compare_team(struct play *p, uint32_t id)
{
	struct ek_team_view ours;
	struct ek_team_view theirs;
	ek_opinion_team(p->opinion, (ek_team_id){id}, &ours);
	bool found = ek_look_team(p->engine, (ek_team_id){id}, &theirs);
	if (ours.deleted)
		return;
	if (!found) {
		differ(p, "the engine has no team %u", id);
		return;
	}
	compare_number(p, "method", id, theirs.method, ours.method);
	compare_number(p, "waiting in team", id, theirs.waiting_count, ours.waiting_count);
}

static void compare_states(struct play *p)
{
	for (uint32_t i = 1; i <= ek_opinion_conversation_count(p->opinion); i++)
		compare_conversation(p, i);
	for (uint32_t i = 1; i <= ek_opinion_teammate_count(p->opinion); i++)
		compare_teammate(p, i);
	for (uint32_t i = 1; i <= ek_opinion_team_count(p->opinion); i++)
		compare_team(p, i);
	compare_number(p, "settings version", 0, ek_engine_settings_version(p->engine),
		       ek_opinion_version(p->opinion));
	for (int promise = 1; promise < EK_PROMISE_END; promise++) {
		if (ek_engine_broken(p->engine, promise) != 0)
			differ(p, "broken: %s", ek_enums_wire(EK_ENUM_PROMISE, promise));
	}
}

static void compare_all(struct play *p)
{
	if (p->why[0] == '\0')
		compare_decisions(p);
	if (p->why[0] == '\0')
		compare_states(p);
	p->our_count = 0;
	p->their_count = 0;
}

/* The earlier of the two; EK_NONE when neither waits for anything. */
static int64_t next_due(const struct play *p)
{
	int64_t ours = ek_opinion_due(p->opinion).ms;
	int64_t theirs = ek_engine_next_due(p->engine).ms;
	if (ours == EK_NONE || theirs == EK_NONE)
		return ours == EK_NONE ? theirs : ours;
	return ours < theirs ? ours : theirs;
}

/* Lets everything happen that falls due until then, each at its time. */
static void let_pass(struct play *p, int64_t until)
{
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	for (uint32_t n = 0; p->why[0] == '\0'; n++) {
		int64_t due = next_due(p);
		if (due == EK_NONE || due > until)
			return;
		if (n == STUCK) {
			differ(p, "something stays due: engine %lld, opinion %lld, now %lld",
			       (long long)ek_engine_next_due(p->engine).ms,
			       (long long)ek_opinion_due(p->opinion).ms, (long long)p->now);
			return;
		}
		submit(p, &tick, due < p->now ? p->now : due);
		compare_all(p);
	}
}

static bool keep_bytes(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	if (b->n + n > b->cap) {
		b->cap = (b->n + n) * 2;
		b->p = realloc(b->p, b->cap);
		ek_assert(b->p != NULL);
	}
	if (n != 0)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static bool same_bytes(const struct bytes *a, const struct bytes *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Saved, loaded, saved again; and what replaying the events gives. */
static void compare_saved(struct play *p)
{
	struct bytes live = {0};
	struct bytes replayed = {0};
	struct bytes loaded = {0};
	struct ek_engine *fresh = NULL;
	struct ek_err err = {.code = EK_OK};
	bool saved = ek_engine_save(p->engine, keep_bytes, &live) &&
		     ek_engine_save(p->replica, keep_bytes, &replayed);
	if (!saved)
		differ(p, "the engine does not save");
	else if (!same_bytes(&live, &replayed))
		differ(p, "replaying the events gives another state");
	else if (!ek_engine_open(ek_heap_alloc(), &fresh, &err) ||
		 !ek_engine_load(fresh, live.p, live.n, &err))
		differ(p, "what was saved does not load: %s", err.msg);
	else if (!ek_engine_save(fresh, keep_bytes, &loaded) || !same_bytes(&live, &loaded))
		differ(p, "what was loaded saves as other bytes");
	ek_engine_close(&fresh);
	free(live.p);
	free(replayed.p);
	free(loaded.p);
}

/* Who fails which test first for one of those that wait: each time another. */
static void compare_why(struct play *p, uint32_t nth)
{
	ek_conversation_id ids[EK_OPINION_CONVERSATIONS_MAX];
	struct ek_explain_waiting why;
	struct ek_arena arena;
	struct ek_err err = {.code = EK_OK};
	uint32_t n = ek_opinion_queue(p->opinion, ids, EK_LEN(ids));
	if (n == 0)
		return;
	ek_conversation_id c = ids[nth % n];
	ek_arena_init(&arena, ek_heap_alloc(), WHY_BYTES);
	if (!ek_explain_waiting(p->engine, c, &arena, &why, &err))
		differ(p, "why %u waits: %s", c.v, err.msg);
	for (uint32_t i = 0; p->why[0] == '\0' && i < why.blocker_count; i++) {
		const struct ek_explain_blocker *b = &why.blockers[i];
		for (uint32_t k = 0; k < b->n; k++)
			compare_number(p, "first failed test of a teammate", b->teammates[k].v,
				       b->test, ek_opinion_why_not(p->opinion, c, b->teammates[k]));
	}
	ek_arena_fini(&arena);
}

static void play_all(struct play *p, uint32_t events, uint32_t saves)
{
	struct ek_cmd cmd;
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	ek_time at = {0};
	for (uint32_t i = 0; i < events && p->why[0] == '\0'; i++) {
		ek_history_next(p->history, p->opinion, &cmd, &at);
		if (cmd.kind != EK_CMD_SERVER_STARTED)
			let_pass(p, at.ms);
		if (p->why[0] != '\0')
			return;
		submit(p, &cmd, at.ms);
		if (cmd.kind == EK_CMD_SERVER_STARTED)
			submit(p, &tick, at.ms);
		compare_all(p);
		if (saves != 0 && i % saves == saves - 1 && p->why[0] == '\0')
			compare_saved(p);
		if (saves != 0 && i % saves == saves - 1 && p->why[0] == '\0')
			compare_why(p, i / saves);
	}
}

static void tell(const struct play *p, uint64_t seed, uint32_t events)
{
	printf("seed %llu: %s\n  again: compare --seed %llu --count 1 --events %u\n",
	       (unsigned long long)seed, p->why, (unsigned long long)seed, events);
	uint32_t first = p->last_count > LAST ? p->last_count - LAST : 0;
	for (uint32_t i = first; i < p->last_count; i++)
		printf("  %s\n", p->last[i % LAST]);
}

/* What waits, and who could take it as the opinion sees it. */
static void tell_waiting(const struct play *p)
{
	ek_conversation_id ids[EK_OPINION_CONVERSATIONS_MAX];
	struct ek_conversation_view v;
	uint32_t n = ek_opinion_queue(p->opinion, ids, EK_LEN(ids));
	for (uint32_t i = 0; i < n; i++) {
		ek_opinion_conversation(p->opinion, ids[i], &v);
		printf("  waits %u in %u since %lld queued %lld overtaken %u:", v.id.v, v.team.v,
		       (long long)v.waiting_since.ms, (long long)v.queued_at.ms, v.overtaken);
		for (uint32_t t = 1; t <= ek_opinion_teammate_count(p->opinion); t++) {
			int test = ek_opinion_why_not(p->opinion, ids[i], (ek_teammate_id){t});
			if (test != EK_TEST_NOT_MEMBER)
				printf(" %u %s", t,
				       test == 0 ? "eligible" : ek_enums_wire(EK_ENUM_TEST, test));
		}
		printf("\n");
	}
}

static bool play(const struct options *options, uint64_t seed)
{
	struct play *p = calloc(1, sizeof *p);
	struct ek_err err = {.code = EK_OK};
	ek_assert(p != NULL);
	p->verbose = options->verbose;
	p->opinion = ek_opinion_open();
	p->history = ek_history_open(seed);
	ek_assert(p->opinion != NULL && p->history != NULL);
	if (ek_engine_open(ek_heap_alloc(), &p->engine, &err) &&
	    ek_engine_open(ek_heap_alloc(), &p->replica, &err))
		play_all(p, options->events, options->saves);
	else
		differ(p, "the engine does not open: %s", err.msg);
	bool same = p->why[0] == '\0';
	if (!same)
		tell(p, seed, options->events);
	if (!same && p->verbose)
		tell_waiting(p);
	ek_engine_close(&p->engine);
	ek_engine_close(&p->replica);
	ek_opinion_close(&p->opinion);
	ek_history_close(&p->history);
	free(p);
	return same;
}

static bool read_options(int argc, char **argv, struct options *out)
{
	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;
		if (strcmp(argv[i], "--verbose") == 0)
			out->verbose = true;
		else if (more && strcmp(argv[i], "--seed") == 0)
			out->seed = strtoull(argv[++i], NULL, 10);
		else if (more && strcmp(argv[i], "--count") == 0)
			out->count = strtoull(argv[++i], NULL, 10);
		else if (more && strcmp(argv[i], "--events") == 0)
			out->events = (uint32_t)strtoul(argv[++i], NULL, 10);
		else if (more && strcmp(argv[i], "--saves") == 0)
			out->saves = (uint32_t)strtoul(argv[++i], NULL, 10);
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options options = {
		.seed = 1, .count = 100, .events = 300, .saves = 50, .verbose = false};
	uint64_t failed = 0;
	if (!read_options(argc, argv, &options)) {
		fprintf(stderr, "usage: compare [--seed S] [--count N] [--events K] [--saves M] "
				"[--verbose]\n");
		return 2;
	}
	for (uint64_t i = 0; i < options.count; i++)
		failed += !play(&options, options.seed + i);
	printf("%llu passed, %llu failed\n", (unsigned long long)(options.count - failed),
	       (unsigned long long)failed);
	return failed == 0 ? 0 : 1;
}
