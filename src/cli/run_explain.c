/* explain and queue: asked of the state as the log tells it. */
#include "cli/run.h"

#include <string.h>

#include "cli/names.h"
#include "cli/place.h"
#include "cli/rate.h"
#include "cli/words.h"
#include "engine/explain.h"
#include "engine/look.h"
#include "metrics/estimate.h"
#include "store/body.h"
#include "store/walk.h"
#include "sys/heap.h"
#include "wire/explain_json.h"
#include "writer/replay.h"

enum { TURN_MEMORY = 1 << 30, ANSWER_MAX = 256 * 1024 * 1024, ROWS = 50 };

/* A log, opened to be asked; and the state at its end. */
struct asked {
	struct ek_cli *cli;
	struct ek_log *log;
	struct ek_names *names;
	struct ek_engine *engine;
	struct ek_arena arena;
	struct ek_json json;
};

static bool open_asked(struct asked *a, struct ek_cli *cli, struct ek_err *err)
{
	const struct ek_replay_options now = {.alloc = ek_heap_alloc(), .from_snapshot = true};
	*a = (struct asked){.cli = cli};
	ek_arena_init(&a->arena, ek_heap_alloc(), TURN_MEMORY);
	ek_json_init(&a->json, ek_heap_alloc(), ANSWER_MAX);
	return ek_place_open(cli, EK_LOG_READ, &a->log, err) && ek_names_open(&a->names, err) &&
	       ek_names_load(a->names, a->log, err) &&
	       ek_replay_open(a->log, &now, &a->engine, err);
}

static void close_asked(struct asked *a)
{
	ek_engine_close(&a->engine);
	ek_names_close(&a->names);
	ek_log_close(&a->log);
	ek_json_fini(&a->json);
	ek_arena_fini(&a->arena);
}

static bool is_json(const struct asked *a)
{
	return ek_cli_has(a->cli, EK_CLI_JSON);
}

static struct ek_words words(const struct asked *a)
{
	return (struct ek_words){a->cli, a->names};
}

static bool put_json(struct asked *a, bool written, struct ek_err *err)
{
	if (!written)
		return ek_fail(err, EK_NO_MEMORY, "the answer is too large");
	return ek_cli_put_json(a->cli, &a->json, err);
}

/* ---- finding an assignment in the log */

struct search {
	uint32_t assignment;   /* wanted; 0 = any */
	uint32_t conversation; /* wanted; 0 = any */
	uint64_t only_seq;     /* wanted; 0 = any */
	/* found */
	uint64_t seq;  /* 0 = not yet; else the last that was */
	uint64_t stop; /* the state before it */
	uint8_t cause_kind;
	/* on the way */
	uint8_t first_kind; /* of the command's events */
	uint64_t hold_seq;  /* the last hold.ended */
	uint64_t hold_cause;
	uint32_t hold_of;
};

static uint64_t cause_of(const struct ek_event *e)
{
	return e->cause_seq == 0 ? e->seq : e->cause_seq;
}

static bool is_wanted(const struct search *s, const struct ek_event *e)
{
	const struct ek_assignment_made *m = &e->assignment_made;
	return e->kind == EK_EVENT_ASSIGNMENT_MADE &&
	       (s->assignment == 0 || m->assignment.v == s->assignment) &&
	       (s->conversation == 0 || m->conversation.v == s->conversation) &&
	       (s->only_seq == 0 || e->seq == s->only_seq);
}

static bool search_event(void *ctx, const struct ek_body_reader *r, const struct ek_event *e,
			 struct ek_err *err)
{
	struct search *s = ctx;
	(void)err;
	if (e == NULL)
		return true;
	if (r->left + 1 == r->count)
		s->first_kind = e->kind;
	if (e->kind == EK_EVENT_HOLD_ENDED) {
		s->hold_seq = e->seq;
		s->hold_cause = cause_of(e);
		s->hold_of = e->hold_ended.conversation.v;
	}
	if (!is_wanted(s, e))
		return true;
	bool after_hold = s->hold_seq != 0 && s->hold_seq + 1 == e->seq &&
			  s->hold_cause == cause_of(e) &&
			  s->hold_of == e->assignment_made.conversation.v;
	s->seq = e->seq;
	s->stop = after_hold ? e->seq - 2 : e->seq - 1;
	s->cause_kind = s->first_kind;
	return true;
}

static bool search_log(struct asked *a, struct search *s, struct ek_err *err)
{
	struct ek_arena arena;
	const struct ek_walk walk = {a->log, &arena, search_event, s};
	ek_arena_init(&arena, ek_heap_alloc(), TURN_MEMORY);
	bool ok = ek_walk_run(&walk, (struct ek_log_span){1, 0}, err);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- receipts */

struct fetch {
	uint64_t seq;
	struct ek_arena *arena;
	struct ek_event event;
};

static bool fetch_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct fetch *f = ctx;
	struct ek_body_reader r;
	ek_body_open(&r, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		enum ek_body_step step = ek_body_next(&r);
		if (step == EK_BODY_END || step == EK_BODY_BAD)
			return ek_fail(err, EK_DAMAGE, "event %llu cannot be read",
				       (unsigned long long)f->seq);
		if (step == EK_BODY_EVENT && r.seq == f->seq)
			break;
	}
	/* Its texts stand in the row, which goes: so the row's bytes are kept too. */
	uint8_t *bytes = ek_arena_get(f->arena, r.event.n);
	if (bytes == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for an event");
	memcpy(bytes, r.event.p, r.event.n);
	r.event.p = bytes;
	return ek_codec_read(&r.event, f->arena, &f->event, NULL, err);
}

static bool explain_made(struct asked *a, const struct search *s, struct ek_err *err)
{
	struct fetch f = {.seq = s->seq, .arena = &a->arena};
	struct ek_explain_receipt receipt;
	struct ek_engine *before = NULL;
	const struct ek_replay_options options = {
		.alloc = ek_heap_alloc(), .to = s->stop, .from_snapshot = true};
	if (!ek_log_each(a->log, (struct ek_log_span){s->seq, s->seq}, fetch_row, &f, err))
		return false;
	bool ok = s->stop == 0 ? ek_engine_open(options.alloc, &before, err)
			       : ek_replay_open(a->log, &options, &before, err);
	ok = ok && ek_explain_receipt(before, &f.event, &a->arena, &receipt, err);
	if (ok) {
		receipt.cause_kind = s->cause_kind;
		struct ek_words w = words(a);
		if (is_json(a))
			ok = put_json(a, ek_explain_json_receipt(&a->json, &receipt), err);
		else
			ek_words_receipt(&w, &receipt);
	}
	ek_engine_close(&before);
	return ok;
}

/* "17", or "seq:88122". */
static bool read_assignment(const char *word, struct search *s, struct ek_err *err)
{
	bool is_seq = strncmp(word, "seq:", 4) == 0;
	uint64_t n = 0;
	const char *p = is_seq ? word + 4 : word;
	bool ok = *p != '\0';
	for (; *p != '\0' && ok; p++) {
		ok = *p >= '0' && *p <= '9' && n < INT64_MAX / 20;
		n = 10 * n + (uint64_t)(*p - '0');
	}
	if (!ok || n == 0 || (!is_seq && n > UINT32_MAX))
		return ek_fail(err, EK_USAGE,
			       "expected an assignment's number or seq:N, got \"%s\"", word);
	s->only_seq = is_seq ? n : 0;
	s->assignment = is_seq ? 0 : (uint32_t)n;
	return true;
}

bool ek_run_explain_assignment(struct ek_cli *cli, struct ek_err *err)
{
	struct asked a;
	struct search s = {.seq = 0};
	if (!read_assignment(cli->words[0], &s, err))
		return false;
	bool ok = open_asked(&a, cli, err) && search_log(&a, &s, err);
	if (ok && s.seq == 0)
		ok = ek_fail(err, EK_NOT_FOUND, "there is no assignment %s", cli->words[0]);
	ok = ok && explain_made(&a, &s, err);
	close_asked(&a);
	return ok;
}

/* ---- conversations and teammates */

static bool explain_waiting(struct asked *a, ek_conversation_id id, struct ek_err *err)
{
	struct ek_explain_waiting x;
	struct ek_rate rate;
	if (!ek_explain_waiting(a->engine, id, &a->arena, &x, err) ||
	    !ek_rate_find(a->log, a->engine, x.team, &rate, err))
		return false;
	ek_estimate_fill(&x, rate.given, rate.open);
	struct ek_words w = words(a);
	if (is_json(a))
		return put_json(a, ek_explain_json_waiting(&a->json, &x), err);
	ek_words_waiting(&w, &x);
	return true;
}

static bool explain_conversation(struct asked *a, struct ek_err *err)
{
	struct ek_conversation_view v;
	struct search s = {.seq = 0};
	ek_conversation_id id;
	if (!ek_names_read(a->names, EK_WRITER_NAME_CONVERSATION, a->cli->words[0], &id.v, err))
		return false;
	if (!ek_look_conversation(a->engine, id, &v))
		return ek_fail(err, EK_NOT_FOUND, "there is no conversation %s", a->cli->words[0]);
	if (v.state == EK_STATE_OPEN && v.teammate.v == 0 && ek_time_is_set(v.queued_at)) {
		struct ek_err why;
		if (explain_waiting(a, id, &why))
			return true;
		if (why.code != EK_CONFLICT) {
			*err = why;
			return false;
		}
	}
	s.conversation = id.v;
	if (!search_log(a, &s, err))
		return false;
	if (s.seq == 0)
		return ek_fail(
			err, EK_NOT_FOUND,
			"conversation %s was given to nobody, and waits in no queue: it is %s%s",
			a->cli->words[0], ek_enums_wire(EK_ENUM_STATE, v.state),
			v.team.v == 0 ? ", in no team inbox" : "");
	return explain_made(a, &s, err);
}

bool ek_run_explain_conversation(struct ek_cli *cli, struct ek_err *err)
{
	struct asked a;
	bool ok = open_asked(&a, cli, err) && explain_conversation(&a, err);
	close_asked(&a);
	return ok;
}

static bool explain_teammate(struct asked *a, struct ek_err *err)
{
	ek_teammate_id id;
	struct ek_explain_nothing x;
	if (!ek_names_read(a->names, EK_WRITER_NAME_TEAMMATE, a->cli->words[0], &id.v, err) ||
	    !ek_explain_nothing(a->engine, id, &a->arena, &x, err))
		return false;
	struct ek_words w = words(a);
	if (is_json(a))
		return put_json(a, ek_explain_json_nothing(&a->json, &x), err);
	ek_words_nothing(&w, &x);
	return true;
}

bool ek_run_explain_teammate(struct ek_cli *cli, struct ek_err *err)
{
	struct asked a;
	bool ok = open_asked(&a, cli, err) && explain_teammate(&a, err);
	close_asked(&a);
	return ok;
}

/* ---- queue */

static bool one_page(struct asked *a, const struct ek_explain_query *query,
		     struct ek_explain_queue *q, struct ek_err *err)
{
	struct ek_words w = words(a);
	ek_arena_reset(&a->arena);
	if (!ek_explain_queue(a->engine, query, &a->arena, q, err))
		return false;
	if (is_json(a))
		return put_json(a, ek_explain_json_queue(&a->json, q), err);
	ek_words_queue(&w, q, query->from == 1);
	return true;
}

/* Pages of at most EK_EXPLAIN_PAGE rows, until there are as many as were asked for. */
static bool print_queue(struct asked *a, struct ek_explain_query *query, uint64_t limit,
			struct ek_err *err)
{
	struct ek_explain_queue q;
	do {
		query->limit = limit < EK_EXPLAIN_PAGE ? (uint32_t)limit : EK_EXPLAIN_PAGE;
		if (!one_page(a, query, &q, err))
			return false;
		limit -= q.row_count < limit ? q.row_count : limit;
		query->from = q.next;
	} while (limit > 0 && q.next != 0);
	if (is_json(a))
		return true;
	if (q.total == 0)
		ek_cli_say(a->cli, "nothing waits");
	else if (q.next != 0)
		ek_cli_say(a->cli, "%u wait in all; more with --place %u", q.total, q.next);
	return true;
}

bool ek_run_queue(struct ek_cli *cli, struct ek_err *err)
{
	struct asked a;
	uint64_t place;
	uint64_t limit;
	if (!ek_cli_number(cli, EK_CLI_LIMIT, ROWS, &limit, err) ||
	    !ek_cli_number(cli, EK_CLI_PLACE, 1, &place, err))
		return false;
	if (limit < 1 || place < 1 || place > UINT32_MAX)
		return ek_fail(err, EK_USAGE, "--limit and --place: expected numbers from 1");
	struct ek_explain_query query = {.from = (uint32_t)place};
	bool ok = open_asked(&a, cli, err) &&
		  (!ek_cli_has(cli, EK_CLI_TEAM) ||
		   ek_names_read(a.names, EK_WRITER_NAME_TEAM, cli->options[EK_CLI_TEAM],
				 &query.team.v, err)) &&
		  print_queue(&a, &query, limit, err);
	close_asked(&a);
	return ok;
}
