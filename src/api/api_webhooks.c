/* Webhooks: subscriptions. The secret is told once and kept sealed, as it signs what is sent. Who
 * sends is channels/hooks.h. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "auth/sign.h"
#include "channels/hooks.h"
#include "model/event.h"
#include "wire/list.h"

enum { URL_MAX = 2000, TYPES_MAX = 100 };

/* What is shown of one, in the order of every question here. */
enum { ID, URL, TYPES, STATE, CREATED, SUCCESS, ROTATED, WAITING, WIDTH };
#define SHOWN \
	"w.webhook, w.url, w.events, w.state, w.created_ms, s.success_ms, s.rotated_ms," \
	" (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.webhook" \
	" AND d.state = 'waiting')"
#define FROM "webhooks w LEFT JOIN webhook_states s ON s.webhook = w.webhook"

struct webhook {
	uint64_t id;
	struct ek_views_value row[EK_CONTENT_WEBHOOKS_WIDTH];
	struct ek_views_value state[EK_CONTENT_WEBHOOK_STATES_WIDTH];
	struct ek_views_value shown[WIDTH];
	struct ek_patch_value next[3]; /* url, types, active */
	struct ek_views_value types;
	struct ek_sign_key key;
	uint8_t sealed[EK_SIGN_KEY + EK_SEAL_MORE];
	char text[EK_SIGN_SECRET + 1];
};

/* ---- writing */

static ek_time time_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (ek_time){v->i} : EK_NO_TIME;
}

static void put_webhook(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_time rotating = time_of(&v[ROTATED]);
	ek_str state = ek_turn_text(&v[STATE]);
	if (ek_time_is_set(rotating) && rotating.ms <= t->now.ms)
		rotating = EK_NO_TIME;
	ek_api_put_id(j, "id", EK_IDENT_WEBHOOK, (uint64_t)ek_turn_int(&v[ID]));
	ek_api_put_text(j, "url", ek_turn_text(&v[URL]));
	ek_api_put_raw(j, "types", ek_turn_text(&v[TYPES]));
	ek_api_put_bool(j, "active", ek_str_is(state, "active"));
	ek_api_put_text(j, "state", state);
	ek_api_put_int(j, "waiting", ek_turn_int(&v[WAITING]));
	ek_api_put_time(j, "last_success_at", time_of(&v[SUCCESS]));
	ek_api_put_time(j, "rotating_until", rotating);
	ek_api_put_time(j, "created_at", time_of(&v[CREATED]));
}

/* ---- GET /webhooks, /webhooks/{id} */

void ek_api_list_webhooks(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_webhooks_id] = {EK_LIST_NUMBER, "w.webhook", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_WEBHOOKS),
		.columns = columns,
		.select = SHOWN,
		.from = FROM,
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
		put_webhook(t, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

static bool read_shown(struct ek_turn *t, struct webhook *s)
{
	const struct ek_views_value id = ek_views_int((int64_t)s->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SHOWN " FROM " FROM " WHERE w.webhook = $1", &id, 1,
			    &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->shown, rows.v, sizeof s->shown);
	return true;
}

static struct webhook *begin(struct ek_turn *t)
{
	struct webhook *s = EK_TURN_NEW(t, struct webhook);
	t->state = s;
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_WEBHOOK, &s->id) &&
		  ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL);
	return ok ? s : NULL;
}

void ek_api_get_webhook(struct ek_turn *t)
{
	struct webhook *s = begin(t);
	if (s != NULL && read_shown(t, s)) {
		ek_json_object(&t->out);
		put_webhook(t, s->shown);
		ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

/* ---- POST /webhooks */

/* Where the host begins; 0: it is no address of the web. */
static uint32_t scheme_of(ek_str s)
{
	static const char *const schemes[] = {"https://", "http://"};
	for (size_t i = 0; i < EK_LEN(schemes); i++) {
		uint32_t n = (uint32_t)strlen(schemes[i]);
		if (s.n > n && memcmp(s.p, schemes[i], n) == 0)
			return n;
	}
	return 0;
}

/* A host, and no user in front of it; whom it may reach is judged when it is called. */
static void bind_url(const struct ek_patch_value *v)
{
	ek_str s = v->s;
	uint32_t n = scheme_of(s);
	uint32_t host = n;
	bool ok = n > 0;
	while (ok && host < s.n && s.p[host] != '/' && s.p[host] != '?' && s.p[host] != '#') {
		ok = s.p[host] != '@' && s.p[host] != '\\';
		host++;
	}
	for (uint32_t i = 0; ok && i < s.n; i++)
		ok = (uint8_t)s.p[i] > ' ' && (uint8_t)s.p[i] < 0x7f && s.p[i] != '#';
	if (!ok || host == n)
		ek_patch_fault(&v->at, EK_FAULT_REFUSED,
			       "This is no https:// or http:// address that can be called.");
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

static bool bind(struct ek_turn *t, struct webhook *s, bool is_new)
{
	const uint8_t must = is_new ? EK_PATCH_REQUIRED : 0;
	const struct ek_patch_rule rules[] = {
		{"url", EK_PATCH_OF_TEXT, 0, must, 1, URL_MAX, NULL},
		{"types", EK_PATCH_OF_ANY, 0, must, 0, 0, NULL},
		{"active", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, is_new ? 2 : 3, s->next);
	if (s->next[0].state == EK_PATCH_VALUE)
		bind_url(&s->next[0]);
	bind_types(t, &s->next[1], &s->types);
	return ek_problem_is_none(&t->problem);
}

/* ---- rows */

static void make_secret(struct ek_turn *t, struct webhook *s)
{
	char place[32];
	s->key.n = EK_SIGN_KEY;
	ek_secret_random(s->key.v, EK_SIGN_KEY);
	size_t n = ek_format(place, sizeof place, "webhook %llu", (unsigned long long)s->id);
	ek_seal_put(ek_guard_seal(t), (ek_str){place, (uint32_t)n}, s->key.v, EK_SIGN_KEY,
		    s->sealed);
	ek_sign_print(&s->key, s->text);
	ek_secret_wipe(&s->key, sizeof s->key);
	s->row[EK_CONTENT_WEBHOOKS_SECRET] = ek_views_blob(s->sealed, sizeof s->sealed);
}

static bool has_key(struct ek_turn *t)
{
	return ek_guard_seal(t) != NULL ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			      "this server has no master key: give it a directory for one");
}

/* Both rows, as they are to be, and what is shown of them. */
static void put_rows(struct ek_turn *t, struct webhook *s)
{
	s->row[EK_CONTENT_WEBHOOKS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_WEBHOOKS, s->row);
	ek_turn_put(t, EK_CONTENT_WEBHOOK_STATES, s->state);
	s->shown[ID] = s->row[EK_CONTENT_WEBHOOKS_WEBHOOK];
	s->shown[URL] = s->row[EK_CONTENT_WEBHOOKS_URL];
	s->shown[TYPES] = s->row[EK_CONTENT_WEBHOOKS_EVENTS];
	s->shown[STATE] = s->row[EK_CONTENT_WEBHOOKS_STATE];
	s->shown[CREATED] = s->row[EK_CONTENT_WEBHOOKS_CREATED_MS];
	s->shown[SUCCESS] = s->state[EK_CONTENT_WEBHOOK_STATES_SUCCESS_MS];
	s->shown[ROTATED] = s->state[EK_CONTENT_WEBHOOK_STATES_ROTATED_MS];
	if (s->shown[WAITING].kind == EK_VIEWS_NULL)
		s->shown[WAITING] = ek_views_int(0);
}

/* From here on its events are told. */
static void set_out(struct ek_turn *t, struct webhook *s)
{
	s->row[EK_CONTENT_WEBHOOKS_STATE] = ek_views_text(EK_S("active"));
	s->row[EK_CONTENT_WEBHOOKS_FAILURES] = ek_views_int(0);
	s->state[EK_CONTENT_WEBHOOK_STATES_WEBHOOK] = ek_views_int((int64_t)s->id);
	s->state[EK_CONTENT_WEBHOOK_STATES_SEQ] = ek_views_int((int64_t)ek_engine_seq(t->engine));
}

static void note(struct ek_turn *t, const char *action)
{
	const struct webhook *s = t->state;
	ek_api_audit_add(t, &(struct ek_api_audit){
				    .action = action, .object_kind = "webhook", .object = s->id});
}

static void answer(struct ek_turn *t)
{
	const struct webhook *s = t->state;
	ek_json_object(&t->out);
	put_webhook(t, s->shown);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void answer_with(struct ek_turn *t, ek_str secret)
{
	const struct webhook *s = t->state;
	ek_json_object(&t->out);
	put_webhook(t, s->shown);
	ek_api_put_text(&t->out, "secret", secret);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void tell(struct ek_turn *t)
{
	struct webhook *s = t->state;
	ek_json_reset(&t->out);
	answer_with(t, (ek_str){s->text, (uint32_t)strlen(s->text)});
	ek_secret_wipe(s->text, sizeof s->text);
}

/* With nothing pending: both rows as they are. */
static bool check_there(struct ek_turn *t)
{
	struct webhook *s = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WEBHOOKS, (int64_t)s->id, &row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, row, sizeof s->row);
	if (!read_shown(t, s) ||
	    !ek_turn_row(t, EK_CONTENT_WEBHOOK_STATES, (int64_t)s->id, &row, &found))
		return false;
	if (found)
		memcpy(s->state, row, sizeof s->state);
	int64_t revision = ek_turn_int(&s->row[EK_CONTENT_WEBHOOKS_REVISION]);
	s->row[EK_CONTENT_WEBHOOKS_REVISION] = ek_views_int(revision + 1);
	return true;
}

/* ---- POST /webhooks */

static bool check_count(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT count(*) FROM webhooks", NULL, 0, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < EK_HOOKS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "there are at most %d of these",
			      EK_HOOKS_MAX);
}

static void created(struct ek_turn *t, const struct ek_answer *a)
{
	struct webhook *s = t->state;
	(void)a;
	s->id = ek_turn_new_id(t, EK_CONTENT_WEBHOOKS);
	s->row[EK_CONTENT_WEBHOOKS_WEBHOOK] = ek_views_int((int64_t)s->id);
	s->row[EK_CONTENT_WEBHOOKS_URL] = ek_views_text(s->next[0].s);
	s->row[EK_CONTENT_WEBHOOKS_EVENTS] = s->types;
	s->row[EK_CONTENT_WEBHOOKS_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_WEBHOOKS_CREATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_WEBHOOKS_REVISION] = ek_views_int(1);
	make_secret(t, s);
	set_out(t, s);
	put_rows(t, s);
	note(t, "webhook.created");
	answer_with(t, (ek_str){NULL, 0});
	t->status = 201;
}

void ek_api_create_webhook(struct ek_turn *t)
{
	struct webhook *s = EK_TURN_NEW(t, struct webhook);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) || !bind(t, s, true) ||
	    !ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL) || !has_key(t))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_count, .made = created, .tell = tell});
}

/* ---- PATCH /webhooks/{id} */

static void updated(struct ek_turn *t, const struct ek_answer *a)
{
	struct webhook *s = t->state;
	bool was_on = ek_str_is(ek_turn_text(&s->row[EK_CONTENT_WEBHOOKS_STATE]), "active");
	(void)a;
	if (s->next[0].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_WEBHOOKS_URL] = ek_views_text(s->next[0].s);
	if (s->next[1].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_WEBHOOKS_EVENTS] = s->types;
	if (s->next[2].state == EK_PATCH_VALUE && s->next[2].i != 0 && !was_on)
		set_out(t, s);
	else if (s->next[2].state == EK_PATCH_VALUE && s->next[2].i == 0 && was_on)
		s->row[EK_CONTENT_WEBHOOKS_STATE] = ek_views_text(EK_S("disabled"));
	put_rows(t, s);
	note(t, "webhook.updated");
	answer(t);
}

void ek_api_update_webhook(struct ek_turn *t)
{
	struct webhook *s = begin(t);
	if (s == NULL || !bind(t, s, false))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_there, .made = updated});
}

/* ---- POST /webhooks/{id}/rotate-secret */

static void rotated(struct ek_turn *t, const struct ek_answer *a)
{
	struct webhook *s = t->state;
	(void)a;
	s->row[EK_CONTENT_WEBHOOKS_SECRET_BEFORE] = s->row[EK_CONTENT_WEBHOOKS_SECRET];
	make_secret(t, s);
	s->state[EK_CONTENT_WEBHOOK_STATES_WEBHOOK] = ek_views_int((int64_t)s->id);
	s->state[EK_CONTENT_WEBHOOK_STATES_ROTATED_MS] =
		ek_views_int(t->now.ms + EK_HOOKS_ROTATE_MS);
	put_rows(t, s);
	note(t, "webhook.secret_rotated");
	answer_with(t, (ek_str){NULL, 0});
}

void ek_api_rotate_webhook_secret(struct ek_turn *t)
{
	struct webhook *s = begin(t);
	if (s == NULL || !has_key(t))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_there, .made = rotated, .tell = tell});
}

/* ---- DELETE /webhooks/{id} */

static void deleted(struct ek_turn *t, const struct ek_answer *a)
{
	static const struct {
		enum ek_content table;
		uint32_t column;
	} all[] = {
		{EK_CONTENT_WEBHOOKS, EK_CONTENT_WEBHOOKS_WEBHOOK},
		{EK_CONTENT_WEBHOOK_STATES, EK_CONTENT_WEBHOOK_STATES_WEBHOOK},
		{EK_CONTENT_WEBHOOK_DELIVERIES, EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK},
	};
	struct webhook *s = t->state;
	(void)a;
	for (size_t i = 0; i < EK_LEN(all); i++)
		ek_turn_erase(t,
			      &(struct ek_writer_erasure){.table = all[i].table,
							  .column = all[i].column,
							  .value = ek_views_int((int64_t)s->id)});
	note(t, "webhook.deleted");
	t->status = 204;
}

void ek_api_delete_webhook(struct ek_turn *t)
{
	if (begin(t) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_there, .made = deleted});
}
