#include "channels/hooks_state.h"

#include <string.h>

#include "auth/secret.h"
#include "sys/heap.h"

enum {
	REST_MS = 200,
	FOLLOW_MS = 20,
	IDLE_MS = 1000,  /* without a webhook */
	BEHIND_MS = 20,  /* with more to follow */
	LONG_MS = 10000, /* after what could not be done */
	PRUNE_MS = 60 * 60 * 1000,
	DAY_MS = 24 * 60 * 60 * 1000,
};

static void complain(struct ek_hooks *h, const char *event, const struct ek_err *err)
{
	ek_journal_say_why(h->options.journal, EK_JOURNAL_ERROR, event, err);
}

/* ---- the webhooks */

struct reading {
	struct ek_arena *arena;
	struct ek_hooks_set *set;
};

/* Words of events hold no quotes: one that stands there in quotes is meant. */
static void read_types(struct ek_hooks_one *w, ek_str json)
{
	char text[64];
	for (int kind = 1; kind < EK_EVENT_COUNT && kind < 64 * EK_HOOKS_TYPES; kind++) {
		const struct ek_record *record = ek_event_record(kind);
		if (record == NULL)
			continue;
		size_t n = ek_format(text, sizeof text, "\"%s\"", record->wire);
		if (memmem(json.p, json.n, text, n) == NULL)
			continue;
		w->has_types = true;
		w->types[kind / 64] |= UINT64_C(1) << kind % 64;
	}
}

static int64_t number(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : EK_NONE;
}

static bool take_hook(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct reading *r = ctx;
	bool ok = true;
	if (r->set->n == EK_HOOKS_MAX)
		return true;
	ek_assert(n == EK_CONTENT_WEBHOOKS_WIDTH + 3);
	struct ek_hooks_one *w = &r->set->v[r->set->n++];
	*w = (struct ek_hooks_one){.id = (uint64_t)v[0].i};
	for (uint32_t i = 0; i < EK_CONTENT_WEBHOOKS_WIDTH; i++) {
		w->row[i] = v[i];
		if ((v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB) && v[i].n > 0)
			w->row[i].p = ek_arena_str(r->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for webhooks");
	const struct ek_views_value *state = &w->row[EK_CONTENT_WEBHOOKS_STATE];
	const struct ek_views_value *types = &w->row[EK_CONTENT_WEBHOOKS_EVENTS];
	w->revision = number(&w->row[EK_CONTENT_WEBHOOKS_REVISION]);
	w->is_active =
		state->kind == EK_VIEWS_TEXT && ek_str_is((ek_str){state->p, state->n}, "active");
	if (types->kind == EK_VIEWS_TEXT)
		read_types(w, (ek_str){types->p, types->n});
	v += EK_CONTENT_WEBHOOKS_WIDTH;
	w->seq = number(&v[0]);
	w->success = number(&v[1]);
	w->rotated = number(&v[2]);
	return true;
}

bool ek_hooks_read(struct ek_hooks *h, struct ek_arena *arena, struct ek_hooks_set *out,
		   struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT w.*, s.seq, s.success_ms, s.rotated_ms FROM webhooks w"
		" LEFT JOIN webhook_states s ON s.webhook = w.webhook ORDER BY w.webhook",
		NULL, 0};
	struct reading r = {arena, out};
	ek_arena_reset(arena);
	out->n = 0;
	return ek_reader_each(h->reader, &q, take_hook, &r, err);
}

struct ek_hooks_one *ek_hooks_find(struct ek_hooks_set *set, uint64_t id)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (set->v[i].id == id)
			return &set->v[i];
	return NULL;
}

/* ---- whom an administrator lists */

static void read_ports(struct ek_hooks *h, ek_str json)
{
	uint32_t port = 0;
	for (uint32_t i = 0; i < json.n && h->port_count < EK_FETCH_PORTS; i++) {
		bool is_digit = json.p[i] >= '0' && json.p[i] <= '9';
		if (is_digit && port <= UINT16_MAX)
			port = port * 10 + (uint32_t)(json.p[i] - '0');
		if (!is_digit && port > 0 && port <= UINT16_MAX)
			h->ports[h->port_count++] = (uint16_t)port;
		port = is_digit ? port : 0;
	}
}

static bool take_setting(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_hooks *h = ctx;
	const ek_str value = {v[1].p, v[1].n};
	(void)n;
	(void)err;
	if (v[1].kind != EK_VIEWS_TEXT)
		return true;
	if (ek_str_is((ek_str){v[0].p, v[0].n}, "outbound_ports"))
		read_ports(h, value);
	else
		ek_outbound_list_read(value, &h->listed);
	return true;
}

static bool read_listed(struct ek_hooks *h, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT name, value FROM server_settings"
		" WHERE name = 'outbound_networks' OR name = 'outbound_ports'",
		NULL, 0};
	h->listed.n = 0;
	h->port_count = 0;
	return ek_reader_each(h->reader, &q, take_setting, h, err);
}

/* ---- what is too old */

static bool take_old(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_hooks *h = ctx;
	(void)n;
	(void)err;
	if (h->old_count < EK_HOOKS_PAGE)
		h->old[h->old_count++] = v[0].i;
	return true;
}

static bool find_old(struct ek_hooks *h, struct ek_err *err)
{
	const struct ek_views_value before =
		ek_views_int(h->now.ms - (int64_t)EK_HOOKS_KEEP_DAYS * DAY_MS);
	const struct ek_reader_question q = {
		"SELECT delivery FROM webhook_deliveries WHERE created_ms < $1 LIMIT 256", &before,
		1};
	if (ek_time_is_set(h->pruned) && h->now.ms - h->pruned.ms < PRUNE_MS)
		return true;
	if (!ek_reader_each(h->reader, &q, take_old, h, err))
		return false;
	/* As many again may be there. */
	if (h->old_count < EK_HOOKS_PAGE)
		h->pruned = h->now;
	return true;
}

/* ---- the commit */

static bool check(void *ctx, struct ek_err *err)
{
	struct ek_hooks *h = ctx;
	return ek_hooks_read(h, &h->fresh, &h->again, err);
}

static void put_hook(struct ek_hooks *h, struct ek_writer *w, struct ek_hooks_one *one)
{
	struct ek_views_value v[EK_CONTENT_WEBHOOK_STATES_WIDTH] = {0};
	v[EK_CONTENT_WEBHOOK_STATES_WEBHOOK] = ek_views_int((int64_t)one->id);
	v[EK_CONTENT_WEBHOOK_STATES_SEQ] = ek_views_int(one->seq);
	v[EK_CONTENT_WEBHOOK_STATES_SUCCESS_MS] = ek_views_int(one->success);
	v[EK_CONTENT_WEBHOOK_STATES_ROTATED_MS] = ek_views_int(one->rotated);
	if (one->is_moved)
		ek_writer_add(w, EK_CONTENT_WEBHOOK_STATES, v);
	one->row[EK_CONTENT_WEBHOOKS_REVISION] = ek_views_int(one->revision + 1);
	one->row[EK_CONTENT_WEBHOOKS_UPDATED_MS] = ek_views_int(h->now.ms);
	if (one->is_changed)
		ek_writer_add(w, EK_CONTENT_WEBHOOKS, one->row);
}

/* One from before deliveries were kept: it begins now. */
static bool is_new(const struct ek_hooks_one *one)
{
	return one->is_active && one->seq == EK_NONE;
}

static bool has_new(const struct ek_hooks *h)
{
	for (uint32_t i = 0; i < h->set.n; i++)
		if (is_new(&h->set.v[i]))
			return true;
	return false;
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_hooks *h = ctx;
	(void)a;
	ek_hooks_put_rows(h, w);
	ek_hooks_put_results(h, w);
	for (uint32_t i = 0; i < h->again.n; i++) {
		struct ek_hooks_one *one = &h->again.v[i];
		if (is_new(one)) {
			one->seq = (int64_t)ek_engine_seq(ek_writer_engine(w));
			one->is_moved = true;
		}
		if (one->is_changed || one->is_moved)
			put_hook(h, w, one);
	}
	for (uint32_t i = 0; i < h->old_count; i++) {
		const struct ek_writer_erasure what = {
			.table = EK_CONTENT_WEBHOOK_DELIVERIES,
			.column = EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY,
			.value = ek_views_int(h->old[i])};
		ek_writer_remove(w, &what);
	}
}

static bool commit(struct ek_hooks *h, struct ek_err *err)
{
	struct ek_err refused;
	struct ek_group_call call = {
		.request = {.check = check, .check_ctx = h, .by = {.kind = EK_ACTOR_SYSTEM}},
		.made = made,
		.ctx = h};
	if (h->row_count == 0 && h->old_count == 0 && !has_new(h) && !ek_hooks_has_results(h))
		return true;
	bool ok = ek_group_do(h->options.group, &call, &refused, err) &&
		  (refused.code == EK_OK || ek_fail(err, refused.code, "%s", refused.msg));
	ek_hooks_forget_results(h, ok);
	return ok;
}

/* ---- a round */

static bool is_idle(struct ek_hooks *h)
{
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++)
		if (h->sent[i].is_used)
			return false;
	return h->set.n == 0;
}

/* Another number when the webhooks are others, or were changed. */
static uint64_t sum_of(const struct ek_hooks_set *set)
{
	uint64_t sum = set->n;
	for (uint32_t i = 0; i < set->n; i++) {
		const struct ek_hooks_one *w = &set->v[i];
		const uint64_t parts[] = {w->id, (uint64_t)w->revision, (uint64_t)w->seq,
					  w->is_active};
		for (size_t k = 0; k < EK_LEN(parts); k++)
			sum = (sum ^ parts[k]) * UINT64_C(0x100000001b3);
	}
	return sum;
}

static bool go_round(struct ek_hooks *h, struct ek_err *err)
{
	bool follows = !ek_time_is_set(h->followed) || h->now.ms - h->followed.ms >= FOLLOW_MS ||
		       h->now.ms < h->followed.ms;
	h->row_count = 0;
	h->to_seq = 0;
	h->old_count = 0;
	h->is_behind = false;
	if (!ek_hooks_read(h, &h->arena, &h->set, err))
		return false;
	h->set_sum = sum_of(&h->set);
	if (is_idle(h))
		return find_old(h, err) && commit(h, err);
	if (follows && !ek_hooks_follow(h, err))
		return false;
	h->followed = follows ? h->now : h->followed;
	return find_old(h, err) && commit(h, err) && read_listed(h, err) && ek_hooks_send(h, err);
}

static ek_span run(void *ctx)
{
	struct ek_hooks *h = ctx;
	struct ek_err err;
	h->now = h->options.now(h->options.ctx);
	if (!go_round(h, &err)) {
		if (err.code != EK_BUSY)
			complain(h, "webhooks_wait", &err);
		return (ek_span){LONG_MS};
	}
	return (ek_span){is_idle(h) ? IDLE_MS : h->is_behind ? BEHIND_MS : REST_MS};
}

/* ---- open, close */

static bool open_parts(struct ek_hooks *h, struct ek_err *err)
{
	const struct ek_log_options log = {.where = h->options.where, .mode = EK_LOG_READ};
	const struct ek_rounds_options rounds = {run, h, {REST_MS}};
	h->rows = ek_alloc_get(&h->alloc, EK_HOOKS_ROWS * sizeof *h->rows);
	if (h->rows == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for webhooks");
	bool ok = ek_thread_lock_open(&h->lock, err) && ek_log_open(&log, &h->log, err) &&
		  ek_reader_open(h->options.where, &h->reader, err) &&
		  ek_rounds_open(&rounds, &h->rounds, err);
	h->options.where = NULL;
	return ok;
}

bool ek_hooks_open(const struct ek_hooks_options *options, struct ek_hooks **hooks,
		   struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_hooks *h = ek_alloc_get(&alloc, sizeof *h);
	*hooks = NULL;
	if (h == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for webhooks");
	memset(h, 0, sizeof *h);
	h->options = *options;
	h->alloc = alloc;
	h->followed = EK_NO_TIME;
	h->pruned = EK_NO_TIME;
	ek_secret_random(&h->chance, sizeof h->chance);
	ek_arena_init(&h->arena, alloc, EK_HOOKS_ARENA);
	ek_arena_init(&h->events, alloc, EK_HOOKS_ARENA);
	ek_arena_init(&h->fresh, alloc, EK_HOOKS_ARENA);
	ek_json_init(&h->json, alloc, EK_HOOKS_BODY);
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++) {
		h->sent[i].hooks = h;
		ek_arena_init(&h->sent[i].arena, alloc, EK_HOOKS_SENT_ARENA);
	}
	bool ok = open_parts(h, err);
	if (!ok)
		ek_hooks_close(&h);
	*hooks = h;
	return ok;
}

void ek_hooks_end(struct ek_hooks *h)
{
	if (h != NULL)
		ek_rounds_end(h->rounds);
}

void ek_hooks_close(struct ek_hooks **hooks)
{
	struct ek_hooks *h = *hooks;
	if (h == NULL)
		return;
	struct ek_alloc alloc = h->alloc;
	ek_rounds_close(&h->rounds);
	ek_reader_close(&h->reader);
	ek_log_close(&h->log);
	ek_thread_lock_close(&h->lock);
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++)
		ek_arena_fini(&h->sent[i].arena);
	ek_json_fini(&h->json);
	ek_arena_fini(&h->fresh);
	ek_arena_fini(&h->events);
	ek_arena_fini(&h->arena);
	ek_alloc_free(&alloc, h->rows, EK_HOOKS_ROWS * sizeof *h->rows);
	ek_alloc_free(&alloc, h, sizeof *h);
	*hooks = NULL;
}

struct ek_hooks_counts ek_hooks_counts(struct ek_hooks *h)
{
	ek_thread_lock_take(h->lock);
	struct ek_hooks_counts counts = h->counts;
	ek_thread_lock_give(h->lock);
	return counts;
}
