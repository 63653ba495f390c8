/* Webhooks: what was sent and is to be. Who sends is channels/hooks.h; here rows are read, and set
 * out anew. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "channels/hooks.h"
#include "wire/list.h"

enum { WIDTH = EK_CONTENT_WEBHOOK_DELIVERIES_WIDTH };

struct delivery {
	uint64_t hook;
	uint64_t id;
	struct ek_views_value row[WIDTH];
	char message[EK_HOOKS_MESSAGE + 1];
};

static ek_time time_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (ek_time){v->i} : EK_NO_TIME;
}

static void put_delivery(struct ek_json *j, const struct ek_views_value *v)
{
	ek_api_put_id(j, "id", EK_IDENT_DELIVERY,
		      (uint64_t)ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY]));
	ek_api_put_id(j, "webhook", EK_IDENT_WEBHOOK,
		      (uint64_t)ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK]));
	ek_api_put_text(j, "message", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_MESSAGE]));
	ek_api_put_text(j, "type", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_TYPE]));
	ek_api_put_int(j, "event", ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_SEQ]));
	ek_api_put_text(j, "state", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_STATE]));
	ek_api_put_int(j, "attempts", ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS]));
	ek_api_put_time(j, "next_at", time_of(&v[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS]));
	ek_api_put_time(j, "created_at", time_of(&v[EK_CONTENT_WEBHOOK_DELIVERIES_CREATED_MS]));
	ek_api_put_time(j, "tried_at", time_of(&v[EK_CONTENT_WEBHOOK_DELIVERIES_TRIED_MS]));
	ek_api_put_text(j, "outcome", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_OUTCOME]));
	ek_api_put_int(j, "status", ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_STATUS]));
	ek_api_put_int(j, "took_ms", ek_turn_int(&v[EK_CONTENT_WEBHOOK_DELIVERIES_TOOK_MS]));
	ek_api_put_text(j, "request", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_BODY]));
	ek_api_put_text(j, "answer", ek_turn_text(&v[EK_CONTENT_WEBHOOK_DELIVERIES_ANSWER]));
}

static struct delivery *begin(struct ek_turn *t)
{
	struct delivery *s = EK_TURN_NEW(t, struct delivery);
	t->state = s;
	bool ok = s != NULL && ek_turn_id(t, "id", EK_IDENT_WEBHOOK, &s->hook) &&
		  ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL);
	return ok ? s : NULL;
}

static bool is_there(struct ek_turn *t, bool *is_on)
{
	const struct delivery *s = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WEBHOOKS, (int64_t)s->hook, &row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	*is_on = ek_str_is(ek_turn_text(&row[EK_CONTENT_WEBHOOKS_STATE]), "active");
	return true;
}

static bool check_on(struct ek_turn *t)
{
	bool is_on = false;
	return is_there(t, &is_on) && ek_api_sample_lets_out(t) &&
	       (is_on || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
					"the webhook is switched off: nothing is sent"));
}

/* ---- GET /webhooks/{id}/deliveries */

void ek_api_list_webhook_deliveries(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_webhook_deliveries_id] = {EK_LIST_NUMBER, "d.delivery", NULL},
		[EK_LIST_webhook_deliveries_type] = {EK_LIST_TEXT, "d.type", NULL},
		[EK_LIST_webhook_deliveries_state] = {EK_LIST_TEXT, "d.state", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_WEBHOOK_DELIVERIES),
		.columns = columns,
		.select = "d.delivery, d.webhook, d.message, d.type, d.seq, d.body, d.state,"
			  " d.attempts, d.next_ms, d.created_ms, d.tried_ms, d.outcome, d.status,"
			  " d.took_ms, d.answer",
		.from = "webhook_deliveries d",
		.id = "d.delivery",
	};
	struct delivery *s = begin(t);
	bool is_on;
	struct ek_api_list l;
	if (s == NULL || !is_there(t, &is_on)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_views_value hook = ek_views_int((int64_t)s->hook);
	const struct ek_api_list_ask ask = {
		.list = &list, .where = "d.webhook = $1", .args = &hook, .n = 1};
	if (!ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		ek_json_object(&t->out);
		put_delivery(&t->out, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- what is set out */

static void answer(struct ek_turn *t)
{
	const struct delivery *s = t->state;
	ek_turn_put(t, EK_CONTENT_WEBHOOK_DELIVERIES, s->row);
	ek_json_object(&t->out);
	put_delivery(&t->out, s->row);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
	t->status = 202;
}

static ek_str test_body(struct ek_turn *t)
{
	const struct delivery *s = t->state;
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_word(&j, "type", EK_HOOKS_TEST);
	ek_api_put_time(&j, "timestamp", t->now);
	ek_json_key(&j, "data");
	ek_json_object(&j);
	ek_api_put_id(&j, "webhook", EK_IDENT_WEBHOOK, s->hook);
	ek_json_object_end(&j);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void tested(struct ek_turn *t, const struct ek_answer *a)
{
	struct delivery *s = t->state;
	struct ek_views_value *v = s->row;
	(void)a;
	ek_hooks_print_message(s->message);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_WEBHOOK_DELIVERIES));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK] = ek_views_int((int64_t)s->hook);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_MESSAGE] =
		ek_views_text((ek_str){s->message, (uint32_t)strlen(s->message)});
	v[EK_CONTENT_WEBHOOK_DELIVERIES_TYPE] = ek_views_text(EK_S(EK_HOOKS_TEST));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_BODY] = ek_views_text(test_body(t));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_STATE] = ek_views_text(EK_S("waiting"));
	v[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS] = ek_views_int(0);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_CREATED_MS] = ek_views_int(t->now.ms);
	answer(t);
}

void ek_api_test_webhook(struct ek_turn *t)
{
	if (!ek_query_end(&t->query) || begin(t) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_on, .made = tested});
}

/* ---- POST /webhooks/{id}/deliveries/{delivery}/replay */

static bool check_replay(struct ek_turn *t)
{
	struct delivery *s = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WEBHOOK_DELIVERIES, (int64_t)s->id, &row, &found))
		return false;
	if (!found || ek_turn_int(&row[EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK]) != (int64_t)s->hook)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, row, sizeof s->row);
	/* It may be under way: what comes of that would be written over this. */
	if (ek_str_is(ek_turn_text(&row[EK_CONTENT_WEBHOOK_DELIVERIES_STATE]), "waiting"))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it waits to be sent already");
	return check_on(t);
}

static void replayed(struct ek_turn *t, const struct ek_answer *a)
{
	struct delivery *s = t->state;
	(void)a;
	s->row[EK_CONTENT_WEBHOOK_DELIVERIES_STATE] = ek_views_text(EK_S("waiting"));
	s->row[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS] = ek_views_int(0);
	s->row[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS] = ek_views_int(t->now.ms);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "webhook.replayed",
						   .object_kind = "webhook",
						   .object = s->hook});
	answer(t);
}

void ek_api_replay_webhook_delivery(struct ek_turn *t)
{
	struct delivery *s = ek_query_end(&t->query) ? begin(t) : NULL;
	if (s == NULL || !ek_turn_id(t, "delivery", EK_IDENT_DELIVERY, &s->id))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_replay, .made = replayed});
}
