/* What a drive says: assignments, refusals, and how it all went. */
#include "cli/drive_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/look.h"
#include "sys/clock.h"
#include "writer/replay.h"

enum { SHOWN_MATES = 12, SHOWN_REFUSALS = 10 };

/* ---- one line each */

static void fail(struct drive *d)
{
	if (!d->failed)
		(void)ek_fail(&d->why, EK_NO_MEMORY, "no memory for what is to be told");
	d->failed = true;
}

static void put(struct drive *d, const char *p, size_t n)
{
	struct drive_text *o = &d->out;
	if (o->cap - o->n < n) {
		size_t cap = o->cap == 0 ? 65536 : o->cap;
		while (cap - o->n < n)
			cap *= 2;
		char *more = d->alloc.resize(d->alloc.ctx, o->p, o->cap, cap);
		if (more == NULL) {
			fail(d);
			return;
		}
		o->p = more;
		o->cap = cap;
	}
	if (n > 0)
		memcpy(o->p + o->n, p, n);
	o->n += n;
}

void ek_drive_tell_out(struct drive *d)
{
	ek_cli_put(d->cli, d->out.p, d->out.n);
	d->out.n = 0;
}

static bool is_json(const struct drive *d)
{
	return ek_cli_has(d->cli, EK_CLI_JSON);
}

static struct ek_json *begin_line(struct drive *d)
{
	ek_json_reset(&d->line);
	ek_json_object(&d->line);
	return &d->line;
}

/* The object, less its end. */
static void put_line(struct drive *d)
{
	ek_json_object_end(&d->line);
	if (!ek_json_is_whole(&d->line)) {
		fail(d);
		return;
	}
	ek_str text = ek_json_written(&d->line);
	put(d, text.p, text.n - 1);
}

static void put_time(struct ek_json *j, ek_time t, bool is_text)
{
	char text[EK_CLI_TIME];
	ek_json_key(j, "at");
	if (is_text && ek_cli_time(t, text)[0] != '-')
		ek_json_word(j, text);
	else
		ek_json_int(j, t.ms);
}

static void put_id(struct drive *d, enum ek_writer_name kind, uint32_t id)
{
	ek_str name = ek_names_of(d->names, kind, id);
	if (id == 0)
		ek_json_null(&d->line);
	else if (name.p != NULL)
		ek_json_text(&d->line, name);
	else
		ek_json_uint(&d->line, id);
}

/* A name, or a number, for people. */
static const char *say_id(const struct drive *d, enum ek_writer_name kind, uint32_t id,
			  char out[208])
{
	ek_str name = ek_names_of(d->names, kind, id);
	if (id == 0 || name.p == NULL) {
		ek_format(out, 208, "%u", id);
		return id == 0 ? "-" : out;
	}
	memcpy(out, name.p, name.n < 207 ? name.n : 207);
	out[name.n < 207 ? name.n : 207] = '\0';
	return out;
}

static void say_assignment(struct drive *d, const struct ek_event *e)
{
	const struct ek_assignment_made *made = &e->assignment_made;
	char line[800];
	char at[EK_CLI_TIME];
	char names[3][208];
	size_t n = ek_format(line, sizeof line, "%s  %s to %s  (%s, %s)\n", ek_cli_time(e->at, at),
			     say_id(d, EK_WRITER_NAME_CONVERSATION, made->conversation.v, names[0]),
			     say_id(d, EK_WRITER_NAME_TEAMMATE, made->teammate.v, names[1]),
			     say_id(d, EK_WRITER_NAME_TEAM, made->team.v, names[2]),
			     ek_enums_wire(EK_ENUM_HOW, made->how));
	put(d, line, n);
}

static void tell_assignment(struct drive *d, const struct ek_event *e)
{
	const struct ek_assignment_made *made = &e->assignment_made;
	if (!is_json(d)) {
		if (ek_cli_has(d->cli, EK_CLI_ASSIGNMENTS))
			say_assignment(d, e);
		return;
	}
	struct ek_json *j = begin_line(d);
	put_time(j, e->at, d->cause.at_is_text);
	ek_json_key(j, "conversation");
	put_id(d, EK_WRITER_NAME_CONVERSATION, made->conversation.v);
	ek_json_key(j, "teammate");
	put_id(d, EK_WRITER_NAME_TEAMMATE, made->teammate.v);
	ek_json_key(j, "team");
	put_id(d, EK_WRITER_NAME_TEAM, made->team.v);
	ek_json_key(j, "how");
	ek_json_word(j, ek_enums_wire(EK_ENUM_HOW, made->how));
	ek_json_key(j, "seq");
	ek_json_uint(j, e->seq);
	put_line(d);
	put(d, "}\n", 2);
}

/* A sentence may have been cut in the middle of a character. */
static ek_str sentence(const struct ek_err *why)
{
	const ek_str whole = {why->msg, (uint32_t)strlen(why->msg)};
	return (ek_str){whole.p, ek_utf8_cut(whole, whole.n)};
}

void ek_drive_tell_refused(struct drive *d, const struct drive_ask *ask, const struct ek_err *why)
{
	ek_str text = sentence(why);
	d->refused++;
	if (!is_json(d)) {
		if (d->refused > SHOWN_REFUSALS)
			return;
		char line[400];
		char at[EK_CLI_TIME];
		size_t n = ek_format(line, sizeof line,
				     "%s  line %llu refused: %s: ", ek_cli_time(ask->at, at),
				     (unsigned long long)d->line_number, ek_err_wire(why->code));
		put(d, line, n);
		put(d, text.p, text.n);
		put(d, "\n", 1);
		return;
	}
	struct ek_json *j = begin_line(d);
	put_time(j, ask->at, d->cause.at_is_text);
	ek_json_key(j, "line");
	if (d->cause.line != NULL)
		ek_json_uint(j, d->line_number);
	else
		ek_json_null(j); /* a simulated closing */
	ek_json_key(j, "refused");
	ek_json_word(j, ek_err_wire(why->code));
	ek_json_key(j, "detail");
	ek_json_text(j, text);
	put_line(d);
	put(d, "}\n", 2);
}

/* ---- events */

static struct drive_mate *mate_of(struct drive *d, uint32_t id)
{
	uint32_t before = d->mate_cap;
	if (!ek_drive_grow(d, &d->mates, &d->mate_cap, (uint64_t)id + 1, sizeof *d->mates))
		return NULL;
	memset(d->mates + before, 0, (d->mate_cap - before) * sizeof *d->mates);
	return &d->mates[id];
}

static bool bind(struct drive *d, enum ek_writer_name kind, uint32_t id)
{
	const struct ek_cmd_line *line = d->cause.line;
	return line == NULL || line->ref.p == NULL ||
	       ek_names_set(d->names, kind, id, line->ref, &d->why);
}

static bool note_given(struct drive *d, const struct ek_event *e)
{
	struct drive_mate *m = mate_of(d, e->assignment_made.teammate.v);
	if (m == NULL || !ek_drive_given(d, e))
		return false;
	m->assigned++;
	tell_assignment(d, e);
	return true;
}

static bool note_ended(struct drive *d, const struct ek_event *e)
{
	struct drive_mate *m = mate_of(d, e->assignment_ended.teammate.v);
	if (m != NULL && e->assignment_ended.reason == EK_ENDED_CLOSED)
		m->closed++;
	return m != NULL;
}

static bool note(struct drive *d, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_CONVERSATION_ARRIVED:
		d->arrived++;
		return bind(d, EK_WRITER_NAME_CONVERSATION,
			    e->conversation_arrived.conversation.v) &&
		       ek_drive_arrived(d, e);
	case EK_EVENT_TEAMMATE_CREATED:
		return bind(d, EK_WRITER_NAME_TEAMMATE, e->teammate_created.teammate.v) &&
		       mate_of(d, e->teammate_created.teammate.v) != NULL;
	case EK_EVENT_TEAM_CREATED:
		return bind(d, EK_WRITER_NAME_TEAM, e->team_created.team.v);
	case EK_EVENT_ASSIGNMENT_MADE:
		return note_given(d, e);
	case EK_EVENT_ASSIGNMENT_ENDED:
		return note_ended(d, e);
	case EK_EVENT_CONVERSATION_CLOSED:
		if (d->cause.abandons == e->conversation_closed.conversation.v)
			d->abandoned++;
		else
			d->closed++;
		return true;
	default:
		return true;
	}
}

void ek_drive_note(void *drive, const struct ek_events *events)
{
	struct drive *d = drive;
	for (uint32_t i = 0; i < events->n; i++) {
		d->events++;
		if (!note(d, &events->v[i]))
			d->failed = true;
	}
}

/* ---- the summary */

struct sums {
	struct ek_err *err;
	char hash[2 * EK_HASH_BYTES + 1];
	int64_t mean, p50, p90, max;
	uint64_t waiting;
	uint64_t ms;
	uint64_t per_second;
};

static int compare_waits(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Nearest rank: the value at place ceil(percent * n / 100). */
static int64_t percentile(const struct drive *d, uint64_t percent)
{
	return d->waits[(percent * d->wait_count + 99) / 100 - 1];
}

static void sum_waits(struct drive *d, struct sums *s)
{
	s->mean = s->p50 = s->p90 = s->max = EK_NONE;
	if (d->wait_count == 0)
		return;
	int64_t n = d->wait_count;
	int64_t sum = 0;
	for (uint32_t i = 0; i < d->wait_count; i++)
		sum += d->waits[i];
	qsort(d->waits, d->wait_count, sizeof *d->waits, compare_waits);
	s->mean = (2 * sum + n) / (2 * n); /* half up; waits are never negative */
	s->p50 = percentile(d, 50);
	s->p90 = percentile(d, 90);
	s->max = d->waits[d->wait_count - 1];
}

static bool sum_up(struct drive *d, struct sums *s)
{
	uint8_t hash[EK_HASH_BYTES];
	const struct ek_engine *e = d->begun ? ek_drive_engine(d) : NULL;
	*s = (struct sums){.err = s->err};
	sum_waits(d, s);
	for (uint32_t id = 1; e != NULL && id <= ek_look_team_count(e); id++) {
		struct ek_team_view v;
		if (ek_look_team(e, (ek_team_id){id}, &v) && !v.deleted)
			s->waiting += v.waiting_count;
	}
	for (int p = 1; e != NULL && p < EK_PROMISE_END; p++)
		d->broken += ek_engine_broken(e, p);
	s->ms = (ek_clock_mono_ns() - d->begun_ns) / 1000000;
	s->per_second = d->events * 1000 / (s->ms == 0 ? 1 : s->ms);
	if (e != NULL && !ek_replay_hash(e, hash, s->err))
		return false;
	if (e != NULL)
		ek_hash_hex(hash, s->hash);
	return true;
}

static void put_number(struct ek_json *j, const char *key, uint64_t n)
{
	ek_json_key(j, key);
	ek_json_uint(j, n);
}

static void put_wait(struct ek_json *j, const char *key, int64_t ms)
{
	ek_json_key(j, key);
	if (ms == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, ms);
}

static void put_mates(struct drive *d)
{
	struct ek_json *j = &d->line;
	uint32_t count = d->begun ? ek_look_teammate_count(ek_drive_engine(d)) : 0;
	ek_json_key(j, "teammates");
	ek_json_object(j);
	for (uint32_t id = 1; id <= count; id++) {
		char name[208];
		const struct drive_mate none = {0, 0};
		const struct drive_mate *m = id < d->mate_cap ? &d->mates[id] : &none;
		ek_json_key(j, say_id(d, EK_WRITER_NAME_TEAMMATE, id, name));
		ek_json_object(j);
		put_number(j, "assigned", m->assigned);
		put_number(j, "closed", m->closed);
		ek_json_object_end(j);
	}
	ek_json_object_end(j);
}

static void put_summary(struct drive *d, const struct sums *s)
{
	struct ek_json *j = begin_line(d);
	put_number(j, "arrived", d->arrived);
	put_number(j, "assigned", d->wait_count);
	put_number(j, "closed", d->closed);
	put_number(j, "abandoned", d->abandoned);
	put_number(j, "waiting", s->waiting);
	ek_json_key(j, "wait_ms");
	ek_json_object(j);
	put_wait(j, "mean", s->mean);
	put_wait(j, "p50", s->p50);
	put_wait(j, "p90", s->p90);
	put_wait(j, "max", s->max);
	ek_json_object_end(j);
	put_mates(d);
	put_number(j, "promises_broken", d->broken);
	ek_json_key(j, "state_hash");
	ek_json_word(j, s->hash);
	put_number(j, "events", d->events);
	put_line(d);
	/* The one number that is no whole one; no decision comes of it. */
	char rest[96];
	size_t n = ek_format(rest, sizeof rest,
			     ",\"seconds\":%llu.%u%u%u,\"events_per_second\":%llu}\n",
			     (unsigned long long)s->ms / 1000, (unsigned)(s->ms / 100 % 10),
			     (unsigned)(s->ms / 10 % 10), (unsigned)(s->ms % 10),
			     (unsigned long long)s->per_second);
	put(d, rest, n);
}

/* "141 s", "1.5 s", "12 min": short, for people. */
static const char *say_span(int64_t ms, char out[32])
{
	if (ms == EK_NONE)
		ek_format(out, 32, "-");
	else if (ms < 10000)
		ek_format(out, 32, "%lld.%lld s", (long long)ms / 1000, (long long)ms % 1000 / 100);
	else if (ms < 600000)
		ek_format(out, 32, "%lld s", (long long)ms / 1000);
	else
		ek_format(out, 32, "%lld min", (long long)ms / 60000);
	return out;
}

/* Those who were given the most, the most first. */
static void say_mates(struct drive *d)
{
	uint32_t count = d->begun ? ek_look_teammate_count(ek_drive_engine(d)) : 0;
	uint32_t last = 0;
	uint64_t last_n = UINT64_MAX;
	uint32_t shown = 0;
	ek_cli_print(d->cli, "\n%-20s %10s %10s\n", "teammate", "assigned", "closed");
	for (; shown < SHOWN_MATES && shown < count; shown++) {
		uint32_t best = 0;
		for (uint32_t id = 1; id <= count && id < d->mate_cap; id++) {
			uint64_t n = d->mates[id].assigned;
			bool is_left = n < last_n || (n == last_n && id > last);
			if (is_left && (best == 0 || n > d->mates[best].assigned))
				best = id;
		}
		if (best == 0)
			break;
		char name[208];
		last = best;
		last_n = d->mates[best].assigned;
		ek_cli_print(d->cli, "%-20s %10llu %10llu\n",
			     say_id(d, EK_WRITER_NAME_TEAMMATE, best, name),
			     (unsigned long long)last_n, (unsigned long long)d->mates[best].closed);
	}
	if (shown < count)
		ek_cli_print(d->cli, "and %u more\n", count - shown);
}

static void say_summary(struct drive *d, const struct sums *s)
{
	char spans[4][32];
	ek_cli_print(d->cli,
		     "lines refused: %llu\n\narrived %llu, given to somebody %u, closed %llu, "
		     "abandoned %llu, waiting %llu\nwait until first given: mean %s, half within "
		     "%s, nine in ten within "
		     "%s, longest %s\n",
		     (unsigned long long)d->refused, (unsigned long long)d->arrived, d->wait_count,
		     (unsigned long long)d->closed, (unsigned long long)d->abandoned,
		     (unsigned long long)s->waiting, say_span(s->mean, spans[0]),
		     say_span(s->p50, spans[1]), say_span(s->p90, spans[2]),
		     say_span(s->max, spans[3]));
	say_mates(d);
	ek_cli_print(d->cli,
		     "\npromises broken: %llu\n%llu events in %llu.%03u s, %llu a second\nstate "
		     "hash %s\n",
		     (unsigned long long)d->broken, (unsigned long long)d->events,
		     (unsigned long long)s->ms / 1000, (unsigned)(s->ms % 1000),
		     (unsigned long long)s->per_second, s->hash);
}

bool ek_drive_tell_summary(struct drive *d, struct ek_err *err)
{
	struct sums s = {.err = err};
	if (!sum_up(d, &s))
		return false;
	if (is_json(d))
		put_summary(d, &s);
	else
		say_summary(d, &s);
	if (d->failed) {
		*err = d->why;
		return false;
	}
	ek_drive_tell_out(d);
	return ek_cli_flush(d->cli, err);
}
