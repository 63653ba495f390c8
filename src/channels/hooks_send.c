/* What is due is sent; what came of it is written. */
#include "channels/hooks_state.h"

#include <string.h>

#include "auth/secret.h"
#include "auth/sign.h"
#include "base/utf8.h"

enum { HEADERS = 1024, PLACE = 40 };

/* ---- what comes back */

/* Texts alone are kept, and of them whole characters. */
static uint32_t keep(const struct ek_fetch_answer *a, char out[EK_HOOKS_ANSWER])
{
	ek_str body = a->body;
	if (body.n > EK_HOOKS_ANSWER)
		body.n = EK_HOOKS_ANSWER;
	/* It may have been cut inside a character. */
	for (int i = 0; i < 4 && body.n > 0 && !ek_utf8_is_text(body); i++)
		body.n--;
	if (body.n == 0 || !ek_utf8_is_text(body) || memchr(body.p, 0, body.n) != NULL)
		return 0;
	memcpy(out, body.p, body.n);
	return body.n;
}

static void done(void *ctx, const struct ek_fetch_answer *a)
{
	struct ek_hooks_sent *s = ctx;
	struct ek_hooks *h = s->hooks;
	ek_thread_lock_take(h->lock);
	s->outcome = a->outcome;
	s->status = a->status;
	s->ms = a->ms;
	s->answer_n = keep(a, s->answer);
	s->is_done = true;
	ek_thread_lock_give(h->lock);
	ek_rounds_nudge(h->rounds);
}

bool ek_hooks_has_results(struct ek_hooks *h)
{
	bool any = false;
	ek_thread_lock_take(h->lock);
	for (uint32_t i = 0; i < EK_HOOKS_SENT && !any; i++)
		any = h->sent[i].is_used && h->sent[i].is_done;
	ek_thread_lock_give(h->lock);
	return any;
}

static ek_str text_at(const struct ek_hooks_sent *s, uint32_t column)
{
	const struct ek_views_value *v = &s->row[column];
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){"", 0};
}

static struct ek_hooks_verdict judge(struct ek_hooks *h, const struct ek_hooks_sent *s,
				     const struct ek_hooks_one *one)
{
	const struct ek_hooks_try t = {
		.attempts = (uint32_t)s->row[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS].i,
		.outcome = s->outcome,
		.status = s->status,
		.wait_ms = s->ms,
		.has_event = s->row[EK_CONTENT_WEBHOOK_DELIVERIES_SEQ].kind == EK_VIEWS_INT,
		.is_test = ek_str_is(text_at(s, EK_CONTENT_WEBHOOK_DELIVERIES_TYPE), EK_HOOKS_TEST),
		.created = {s->row[EK_CONTENT_WEBHOOK_DELIVERIES_CREATED_MS].i},
		.success = one->success == EK_NONE ? EK_NO_TIME : (ek_time){one->success},
		.now = h->now,
		.chance = (uint32_t)((h->chance ^ (uint64_t)s->delivery * 2654435761u) % 401),
	};
	return ek_hooks_judge(&t);
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static void put_delivery(struct ek_hooks *h, struct ek_writer *w, struct ek_hooks_sent *s)
{
	static const char *const states[] = {[EK_HOOKS_WAITS] = "waiting",
					     [EK_HOOKS_DELIVERED] = "delivered",
					     [EK_HOOKS_DEAD] = "dead"};
	struct ek_views_value *v = s->row;
	bool is_tried = s->outcome != EK_FETCH_RESTING && s->outcome != EK_FETCH_LOST;
	v[EK_CONTENT_WEBHOOK_DELIVERIES_STATE] = word(states[s->verdict.end]);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS] = ek_views_int(s->verdict.attempts);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS] =
		ek_views_int(ek_time_is_set(s->verdict.next) ? s->verdict.next.ms : EK_NONE);
	if (is_tried) {
		v[EK_CONTENT_WEBHOOK_DELIVERIES_TRIED_MS] = ek_views_int(h->now.ms);
		v[EK_CONTENT_WEBHOOK_DELIVERIES_OUTCOME] = word(ek_fetch_word(s->outcome));
		v[EK_CONTENT_WEBHOOK_DELIVERIES_STATUS] =
			ek_views_int(s->status == 0 ? EK_NONE : (int64_t)s->status);
		v[EK_CONTENT_WEBHOOK_DELIVERIES_TOOK_MS] = ek_views_int(s->ms);
		v[EK_CONTENT_WEBHOOK_DELIVERIES_ANSWER] =
			ek_views_text((ek_str){s->answer_n == 0 ? NULL : s->answer, s->answer_n});
	}
	ek_writer_add(w, EK_CONTENT_WEBHOOK_DELIVERIES, v);
}

static void switch_off(struct ek_hooks *h, struct ek_hooks_one *one, const char *state)
{
	const struct ek_journal_field fields[] = {
		{"webhook", NULL, (int64_t)one->id}, {"state", state, 0}, {NULL, NULL, 0}};
	one->row[EK_CONTENT_WEBHOOKS_STATE] = word(state);
	one->is_active = false;
	one->is_changed = true;
	ek_journal_say(h->options.journal, EK_JOURNAL_WARNING, "webhook_switched_off", fields);
}

static void put_result(struct ek_hooks *h, struct ek_writer *w, struct ek_hooks_sent *s)
{
	struct ek_hooks_one *one = ek_hooks_find(&h->again, s->hook);
	/* Its webhook was deleted, and its deliveries with it. */
	if (one == NULL)
		return;
	s->verdict = judge(h, s, one);
	put_delivery(h, w, s);
	if (s->verdict.end == EK_HOOKS_DELIVERED) {
		one->success = h->now.ms;
		one->is_moved = one->seq != EK_NONE;
	}
	if (one->is_active && (s->verdict.is_gone || s->verdict.has_failed))
		switch_off(h, one, s->verdict.is_gone ? "gone" : "failed");
}

void ek_hooks_put_results(struct ek_hooks *h, struct ek_writer *w)
{
	ek_thread_lock_take(h->lock);
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++) {
		struct ek_hooks_sent *s = &h->sent[i];
		s->verdict.end = 0;
		s->is_written = s->is_used && s->is_done;
		if (s->is_written)
			put_result(h, w, s);
	}
	ek_thread_lock_give(h->lock);
}

static void count(struct ek_hooks *h, const struct ek_hooks_sent *s)
{
	bool is_tried = s->outcome != EK_FETCH_RESTING && s->outcome != EK_FETCH_LOST;
	h->counts.delivered += s->verdict.end == EK_HOOKS_DELIVERED;
	h->counts.dead += s->verdict.end == EK_HOOKS_DEAD;
	h->counts.failed += s->verdict.end != 0 && s->verdict.end != EK_HOOKS_DELIVERED && is_tried;
}

void ek_hooks_forget_results(struct ek_hooks *h, bool committed)
{
	ek_thread_lock_take(h->lock);
	for (uint32_t i = 0; i < EK_HOOKS_SENT && committed; i++) {
		struct ek_hooks_sent *s = &h->sent[i];
		if (!s->is_written)
			continue;
		count(h, s);
		s->is_used = false;
		s->is_written = false;
	}
	ek_thread_lock_give(h->lock);
}

/* ---- what goes out */

/* A secret that is sealed; false: it cannot be opened. */
static bool open_secret(const struct ek_hooks *h, const struct ek_hooks_one *one, uint32_t column,
			struct ek_sign_key *key)
{
	const struct ek_views_value *v = &one->row[column];
	char place[PLACE];
	struct ek_err err;
	if (v->kind != EK_VIEWS_BLOB || h->options.seal == NULL)
		return false;
	size_t n = ek_format(place, sizeof place, "webhook %llu", (unsigned long long)one->id);
	struct ek_seal_out out = {key->v, sizeof key->v, 0};
	bool ok = ek_seal_get(h->options.seal, (ek_str){place, (uint32_t)n}, (ek_str){v->p, v->n},
			      &out, &err);
	key->n = (uint32_t)out.n;
	return ok && key->n >= EK_SIGN_KEY_MIN;
}

static bool sign(const struct ek_hooks *h, const struct ek_hooks_one *one,
		 const struct ek_sign_message *m, char out[2 * EK_SIGN_TEXT + 2])
{
	struct ek_sign_key key;
	struct ek_err err;
	bool ok = open_secret(h, one, EK_CONTENT_WEBHOOKS_SECRET, &key) &&
		  ek_sign_make(&key, m, out, &err);
	size_t n = ok ? strlen(out) : 0;
	if (ok && one->rotated != EK_NONE && one->rotated > h->now.ms &&
	    open_secret(h, one, EK_CONTENT_WEBHOOKS_SECRET_BEFORE, &key)) {
		out[n++] = ' ';
		ok = ek_sign_make(&key, m, out + n, &err);
	}
	ek_secret_wipe(&key, sizeof key);
	return ok;
}

static bool call(struct ek_hooks *h, const struct ek_hooks_one *one, struct ek_hooks_sent *s,
		 struct ek_err *err)
{
	char headers[HEADERS], message[EK_HOOKS_MESSAGE + 1], signature[2 * EK_SIGN_TEXT + 2];
	const struct ek_views_value *url = &one->row[EK_CONTENT_WEBHOOKS_URL];
	const struct ek_sign_message m = {
		.id = text_at(s, EK_CONTENT_WEBHOOK_DELIVERIES_MESSAGE),
		.at_s = h->now.ms / 1000,
		.body = text_at(s, EK_CONTENT_WEBHOOK_DELIVERIES_BODY),
	};
	if (m.id.n > EK_HOOKS_MESSAGE || !sign(h, one, &m, signature))
		return ek_fail(err, EK_DAMAGE, "the secret of webhook %llu cannot be opened",
			       (unsigned long long)one->id);
	memcpy(message, m.id.p, m.id.n);
	message[m.id.n] = 0;
	size_t n = ek_format(headers, sizeof headers,
			     "Content-Type: application/json\nwebhook-id: %s\n"
			     "webhook-timestamp: %lld\nwebhook-signature: %s\n",
			     message, (long long)m.at_s, signature);
	const struct ek_fetch_request r = {
		.url = {url->p, url->n},
		.headers = {headers, (uint32_t)n},
		.body = m.body,
		.keep = EK_HOOKS_ANSWER,
		.nets = h->listed.v,
		.net_count = h->listed.n,
		.ports = h->ports,
		.port_count = h->port_count,
		.done = done,
		.ctx = s,
	};
	return ek_fetch_ask(h->options.fetch, &r, err);
}

struct due {
	struct ek_hooks *h;
	uint64_t hook;
	uint32_t room; /* how many more may be under way */
	struct ek_hooks_sent *taken[EK_HOOKS_AT_ONCE];
	uint32_t n;
};

static bool is_under_way(const struct ek_hooks *h, int64_t delivery)
{
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++)
		if (h->sent[i].is_used && h->sent[i].delivery == delivery)
			return true;
	return false;
}

static struct ek_hooks_sent *find_free(struct ek_hooks *h)
{
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++)
		if (!h->sent[i].is_used)
			return &h->sent[i];
	return NULL;
}

static bool take_due(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct due *d = ctx;
	struct ek_hooks_sent *s = find_free(d->h);
	bool ok = true;
	(void)n;
	if (d->n >= d->room || s == NULL || is_under_way(d->h, v[0].i))
		return true;
	ek_arena_reset(&s->arena);
	for (uint32_t i = 0; i < EK_HOOKS_WIDTH; i++) {
		s->row[i] = v[i];
		if ((v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB) && v[i].n > 0)
			s->row[i].p = ek_arena_str(&s->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a delivery");
	s->delivery = v[0].i;
	s->hook = d->hook;
	s->is_used = true;
	s->is_done = false;
	d->taken[d->n++] = s;
	return true;
}

static uint32_t room_of(const struct ek_hooks *h, uint64_t hook)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < EK_HOOKS_SENT; i++)
		n += h->sent[i].is_used && h->sent[i].hook == hook;
	return n < EK_HOOKS_AT_ONCE ? EK_HOOKS_AT_ONCE - n : 0;
}

static bool send_of(struct ek_hooks *h, const struct ek_hooks_one *one, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)one->id),
					      ek_views_int(h->now.ms)};
	const struct ek_reader_question q = {
		"SELECT d.* FROM webhook_deliveries d WHERE d.webhook = $1 AND d.state = 'waiting'"
		" AND d.next_ms <= $2 ORDER BY d.next_ms, d.delivery LIMIT 16",
		args, 2};
	struct due d = {.h = h, .hook = one->id, .room = room_of(h, one->id)};
	bool ok = d.room == 0 || ek_reader_each(h->reader, &q, take_due, &d, err);
	for (uint32_t i = 0; i < d.n; i++) {
		/* One that could not be asked is due in the next round too. */
		if (!ok || !call(h, one, d.taken[i], err)) {
			ok = false;
			d.taken[i]->is_used = false;
		}
	}
	return ok;
}

bool ek_hooks_send(struct ek_hooks *h, struct ek_err *err)
{
	for (uint32_t i = 0; i < h->set.n; i++) {
		/* In turn, so that none is always the first. */
		const struct ek_hooks_one *one = &h->set.v[(i + h->turn) % h->set.n];
		if (one->is_active && !send_of(h, one, err))
			return false;
	}
	h->turn++;
	return true;
}
