/* From the log into deliveries. */
#include "channels/hooks_state.h"

#include <string.h>

#include "auth/secret.h"
#include "base/rfc3339.h"
#include "store/walk.h"

static bool wants(const struct ek_hooks_one *w, const struct ek_event *e)
{
	if (!w->is_active || w->seq == EK_NONE || (uint64_t)w->seq >= e->seq)
		return false;
	return !w->has_types || (w->types[e->kind / 64] >> e->kind % 64 & 1) != 0;
}

/* {"type": ..., "timestamp": ..., "data": {"seq": ..., and the event}} */
static bool make_body(struct ek_hooks *h, const struct ek_event *e, ek_str *out)
{
	char head[160], at[EK_RFC3339_TIME_MAX + 1];
	ek_json_reset(&h->json);
	if (!h->options.tell(h->options.ctx, e, &h->json) || !ek_json_is_whole(&h->json))
		return false;
	ek_str event = ek_json_written(&h->json);
	at[ek_rfc3339_print(e->at, at)] = 0;
	size_t n = ek_format(head, sizeof head,
			     "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"seq\":%llu,",
			     ek_event_record(e->kind)->wire, at, (unsigned long long)e->seq);
	char *p = ek_arena_get(&h->arena, n + event.n);
	if (p == NULL)
		return false;
	memcpy(p, head, n);
	memcpy(p + n, event.p + 1, event.n - 1);
	p[n + event.n - 1] = '}';
	*out = (ek_str){p, (uint32_t)(n + event.n)};
	return true;
}

static bool take(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		 struct ek_err *err)
{
	struct ek_hooks *h = ctx;
	ek_str body = {NULL, 0};
	bool is_told = true;
	(void)at;
	if (e == NULL)
		return true;
	/* All of one event go together. */
	if (h->row_count + h->set.n > EK_HOOKS_ROWS)
		return ek_fail(err, EK_CONFLICT, "enough");
	for (uint32_t i = 0; i < h->set.n && is_told && !ek_event_is_silent(e->kind); i++) {
		if (!wants(&h->set.v[i], e))
			continue;
		is_told = body.p != NULL || make_body(h, e, &body);
		if (!is_told)
			continue;
		const char *type = ek_event_record(e->kind)->wire;
		h->rows[h->row_count++] =
			(struct ek_hooks_row){.hook = h->set.v[i].id,
					      .seq = e->seq,
					      .at = h->now,
					      .type = {type, (uint32_t)strlen(type)},
					      .body = body};
	}
	h->to_seq = e->seq;
	return true;
}

/* The least that one which is on has. */
static bool find_first(const struct ek_hooks *h, uint64_t *out)
{
	bool any = false;
	for (uint32_t i = 0; i < h->set.n; i++) {
		const struct ek_hooks_one *w = &h->set.v[i];
		if (!w->is_active || w->seq == EK_NONE || (any && (uint64_t)w->seq >= *out))
			continue;
		*out = (uint64_t)w->seq;
		any = true;
	}
	return any;
}

bool ek_hooks_follow(struct ek_hooks *h, struct ek_err *err)
{
	uint64_t first = 0;
	if (!find_first(h, &first) || h->options.seal == NULL)
		return true;
	if (!ek_log_refresh(h->log, err))
		return false;
	/* What nobody wanted is not looked at again, though the store does not say so yet. */
	if (first < h->looked && h->looked_sum == h->set_sum)
		first = h->looked;
	uint64_t head = ek_log_head(h->log)->seq;
	if (first >= head)
		return true;
	const uint64_t last = head - first > EK_HOOKS_PAGE ? first + EK_HOOKS_PAGE : head;
	const struct ek_walk walk = {h->log, &h->events, take, h};
	bool ok = ek_walk_run(&walk, (struct ek_log_span){first + 1, last}, err) ||
		  (err->code == EK_CONFLICT && h->to_seq > first);
	if (ok && h->row_count == 0) {
		h->looked = h->to_seq;
		h->looked_sum = h->set_sum;
	}
	h->is_behind = ok && h->to_seq < head;
	return ok;
}

/* ---- on the writer's thread */

void ek_hooks_print_message(char out[EK_HOOKS_MESSAGE + 1])
{
	uint8_t bytes[18];
	ek_secret_random(bytes, sizeof bytes);
	size_t n = ek_format(out, EK_HOOKS_MESSAGE + 1, "msg_");
	(void)ek_secret_base64url(bytes, sizeof bytes, out + n, EK_HOOKS_MESSAGE + 1 - n);
}

static void put_row(struct ek_hooks *h, struct ek_writer *w, const struct ek_hooks_row *row)
{
	struct ek_views_value v[EK_HOOKS_WIDTH] = {0};
	char message[EK_HOOKS_MESSAGE + 1];
	ek_hooks_print_message(message);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY] =
		ek_views_int(h->options.new_id(h->options.ctx, w, EK_CONTENT_WEBHOOK_DELIVERIES));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK] = ek_views_int((int64_t)row->hook);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_MESSAGE] =
		ek_views_text((ek_str){message, (uint32_t)strlen(message)});
	v[EK_CONTENT_WEBHOOK_DELIVERIES_TYPE] = ek_views_text(row->type);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_SEQ] = ek_views_int((int64_t)row->seq);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_BODY] = ek_views_text(row->body);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_STATE] = ek_views_text(EK_S("waiting"));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS] = ek_views_int(0);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS] = ek_views_int(row->at.ms);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_CREATED_MS] = ek_views_int(row->at.ms);
	ek_writer_add(w, EK_CONTENT_WEBHOOK_DELIVERIES, v);
}

/* One that was changed since is followed in the next round, by what it says now. */
static bool is_same(const struct ek_hooks_one *before, const struct ek_hooks_one *now)
{
	return before != NULL && now != NULL && before->revision == now->revision &&
	       before->seq == now->seq && before->is_active == now->is_active;
}

void ek_hooks_put_rows(struct ek_hooks *h, struct ek_writer *w)
{
	if (h->row_count == 0)
		return;
	for (uint32_t i = 0; i < h->again.n; i++) {
		struct ek_hooks_one *now = &h->again.v[i];
		struct ek_hooks_one *before = ek_hooks_find(&h->set, now->id);
		if (!now->is_active || !is_same(before, now) || (uint64_t)now->seq >= h->to_seq)
			continue;
		for (uint32_t k = 0; k < h->row_count; k++)
			if (h->rows[k].hook == now->id)
				put_row(h, w, &h->rows[k]);
		now->seq = (int64_t)h->to_seq;
		now->is_moved = true;
	}
}
