/* Webhooks: subscriptions. The secret is told once and kept sealed, as it signs what is sent. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "model/event.h"
#include "wire/list.h"

/* whsec_ and base64 of 32 bytes. Source: Standard Webhooks, "Signature scheme". */
enum { URL_MAX = 2000, TYPES_MAX = 100, WEBHOOKS_MAX = 50, KEY = 32, TEXT = 6 + 44 };

struct webhook {
	struct ek_views_value row[EK_CONTENT_WEBHOOKS_WIDTH];
	uint8_t key[KEY];
	uint8_t sealed[KEY + EK_SEAL_MORE];
	char text[TEXT + 1];
	const struct ek_views_value *found;
	uint64_t id;
};

/* ---- writing */

static void put_webhook(struct ek_json *j, const struct ek_views_value *v)
{
	ek_api_put_id(j, "id", EK_IDENT_WEBHOOK,
		      (uint64_t)ek_turn_int(&v[EK_CONTENT_WEBHOOKS_WEBHOOK]));
	ek_api_put_text(j, "url", ek_turn_text(&v[EK_CONTENT_WEBHOOKS_URL]));
	ek_api_put_raw(j, "types", ek_turn_text(&v[EK_CONTENT_WEBHOOKS_EVENTS]));
	ek_api_put_bool(j, "active",
			!ek_str_is(ek_turn_text(&v[EK_CONTENT_WEBHOOKS_STATE]), "disabled"));
	ek_api_put_time(j, "last_success_at", EK_NO_TIME);
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_WEBHOOKS_CREATED_MS])});
}

/* Base64 with padding, as receivers' libraries read it. Source: RFC 4648, section 4. */
static void print_secret(const uint8_t key[KEY], char out[TEXT + 1])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 6;
	memcpy(out, "whsec_", 6);
	for (size_t i = 0; i < KEY; i += 3) {
		uint32_t left = KEY - (uint32_t)i;
		uint32_t v = (uint32_t)key[i] << 16;
		v |= left > 1 ? (uint32_t)key[i + 1] << 8 : 0;
		v |= left > 2 ? (uint32_t)key[i + 2] : 0;
		out[n++] = digits[v >> 18];
		out[n++] = digits[v >> 12 & 63];
		out[n++] = left > 1 ? digits[v >> 6 & 63] : '=';
		out[n++] = left > 2 ? digits[v & 63] : '=';
	}
	ek_assert(n == TEXT);
	out[n] = 0;
}

/* ---- GET /webhooks */

void ek_api_list_webhooks(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_webhooks_id] = {EK_LIST_NUMBER, "w.webhook", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_WEBHOOKS),
		.columns = columns,
		.select = "w.webhook, w.url, w.events, NULL, NULL, w.state, w.failures, w.teammate,"
			  " w.created_ms",
		.from = "webhooks w",
		.id = "w.webhook",
	};
	const struct ek_api_list_ask ask = {.list = &list, .where = ""};
	struct ek_api_list l;
	if (!ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		ek_json_object(&t->out);
		put_webhook(&t->out, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- POST /webhooks */

/* https, a host, and no user in front of it; whom it may reach is judged when it is called. */
static void bind_url(const struct ek_patch_value *v)
{
	static const char scheme[] = "https://";
	ek_str s = v->s;
	size_t n = sizeof scheme - 1;
	bool ok = s.n > n && memcmp(s.p, scheme, n) == 0;
	size_t host = n;
	while (ok && host < s.n && s.p[host] != '/' && s.p[host] != '?' && s.p[host] != '#') {
		ok = s.p[host] != '@' && s.p[host] != '\\';
		host++;
	}
	for (uint32_t i = 0; ok && i < s.n; i++)
		ok = (uint8_t)s.p[i] > ' ' && (uint8_t)s.p[i] < 0x7f && s.p[i] != '#';
	if (!ok || host == n)
		ek_patch_fault(&v->at, EK_FAULT_REFUSED,
			       "This is no https:// address that can be called.");
}

static void bind_types(struct ek_turn *t, const struct ek_patch_value *v,
		       struct ek_views_value *out)
{
	struct ek_json j;
	uint32_t n;
	ek_str text;
	if (v->state != EK_PATCH_VALUE || !ek_patch_list(&v->at, 0, TYPES_MAX, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		if (!ek_patch_text(&row, 1, 60, &text))
			continue;
		if (ek_event_number(text) == 0)
			ek_patch_fault(&row, EK_FAULT_NOT_ONE_OF, "There is no such event.");
		ek_json_text(&j, text);
	}
	ek_json_list_end(&j);
	*out = ek_views_text(ek_api_text_take(t, &j));
}

static bool bind(struct ek_turn *t, struct webhook *s)
{
	static const struct ek_patch_rule rules[] = {
		{"url", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, URL_MAX, NULL},
		{"types", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (v[0].state == EK_PATCH_VALUE)
		bind_url(&v[0]);
	bind_types(t, &v[1], &s->row[EK_CONTENT_WEBHOOKS_EVENTS]);
	s->row[EK_CONTENT_WEBHOOKS_URL] = ek_views_text(v[0].s);
	if (ek_guard_seal(t) == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			       "this server has no master key: give it a directory for one");
	return ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL) && ek_problem_is_none(&t->problem);
}

static bool check_count(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT count(*) FROM webhooks", NULL, 0, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < WEBHOOKS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "there are at most %d of these",
			      WEBHOOKS_MAX);
}

static void answer_with(struct ek_turn *t, ek_str secret)
{
	const struct webhook *s = t->state;
	ek_json_object(&t->out);
	put_webhook(&t->out, s->row);
	ek_api_put_text(&t->out, "secret", secret);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void created(struct ek_turn *t, const struct ek_answer *answer)
{
	struct webhook *s = t->state;
	char place[32];
	(void)answer;
	s->id = ek_turn_new_id(t, EK_CONTENT_WEBHOOKS);
	ek_secret_random(s->key, sizeof s->key);
	size_t n = ek_format(place, sizeof place, "webhook %llu", (unsigned long long)s->id);
	ek_seal_put(ek_guard_seal(t), (ek_str){place, (uint32_t)n}, s->key, sizeof s->key,
		    s->sealed);
	print_secret(s->key, s->text);
	ek_secret_wipe(s->key, sizeof s->key);
	s->row[EK_CONTENT_WEBHOOKS_WEBHOOK] = ek_views_int((int64_t)s->id);
	s->row[EK_CONTENT_WEBHOOKS_SECRET] = ek_views_blob(s->sealed, sizeof s->sealed);
	s->row[EK_CONTENT_WEBHOOKS_STATE] = ek_views_text(EK_S("active"));
	s->row[EK_CONTENT_WEBHOOKS_FAILURES] = ek_views_int(0);
	s->row[EK_CONTENT_WEBHOOKS_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_WEBHOOKS_CREATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_WEBHOOKS_UPDATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_WEBHOOKS_REVISION] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_WEBHOOKS, s->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "webhook.created",
						   .object_kind = "webhook",
						   .object = s->id});
	answer_with(t, (ek_str){NULL, 0});
	t->status = 201;
}

static void tell(struct ek_turn *t)
{
	struct webhook *s = t->state;
	ek_json_reset(&t->out);
	answer_with(t, (ek_str){s->text, TEXT});
	ek_secret_wipe(s->text, sizeof s->text);
}

void ek_api_create_webhook(struct ek_turn *t)
{
	struct webhook *s = EK_TURN_NEW(t, struct webhook);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) || !bind(t, s))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_count, .made = created, .tell = tell});
}

/* ---- DELETE /webhooks/{id} */

static bool check_delete(struct ek_turn *t)
{
	struct webhook *s = t->state;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WEBHOOKS, (int64_t)s->id, &s->found, &found))
		return false;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void deleted(struct ek_turn *t, const struct ek_answer *answer)
{
	struct webhook *s = t->state;
	(void)answer;
	ek_turn_erase(t, &(struct ek_writer_erasure){.table = EK_CONTENT_WEBHOOKS,
						     .column = EK_CONTENT_WEBHOOKS_WEBHOOK,
						     .value = ek_views_int((int64_t)s->id)});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "webhook.deleted",
						   .object_kind = "webhook",
						   .object = s->id});
	t->status = 204;
}

void ek_api_delete_webhook(struct ek_turn *t)
{
	struct webhook *s = EK_TURN_NEW(t, struct webhook);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_WEBHOOK, &s->id) ||
	    !ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_delete, .made = deleted});
}
