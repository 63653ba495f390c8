/* Webhooks: subscriptions. The secret is told once and kept sealed, as it signs what is sent. Who
 * sends is channels/hooks.h. */
#include <string.h>

#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_signer.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "channels/hooks.h"
#include "model/event.h"
#include "wire/list.h"

enum { URL_MAX = 2000, TYPES_MAX = 100 };

/* What is shown of one, in the order of every question here. */
enum { ID, URL, TYPES, STATE, CREATED, SUCCESS, ROTATED, WAITING, REVISION, WIDTH };
#define SHOWN \
	"w.webhook, w.url, w.events, w.state, w.created_ms, s.success_ms, s.rotated_ms," \
	" (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.webhook" \
	" AND d.state = 'waiting'), w.revision"
#define FROM "webhooks w LEFT JOIN webhook_states s ON s.webhook = w.webhook"

struct webhook {
	struct ek_api_signer signer;
	struct ek_views_value row[EK_CONTENT_WEBHOOKS_WIDTH];
	struct ek_views_value state[EK_CONTENT_WEBHOOK_STATES_WIDTH];
	struct ek_views_value shown[WIDTH];
	struct ek_patch_value next[3]; /* url, types, active */
	struct ek_views_value types;
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
	const struct ek_views_value id = ek_views_int((int64_t)s->signer.id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SHOWN " FROM " FROM " WHERE w.webhook = $1", &id, 1,
			    &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->shown, rows.v, sizeof s->shown);
	return true;
}

static struct webhook *make(struct ek_turn *t);

static struct webhook *begin(struct ek_turn *t)
{
	struct webhook *s = make(t);
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_WEBHOOK, &s->signer.id) &&
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
		ek_turn_set_etag(t, ek_turn_int(&s->shown[REVISION]));
	}
	ek_turn_reply(t, 200);
}

/* ---- what is asked for */

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

/* ---- what is kept of it: api_signer.h */

/* The state, and what is shown of both rows. */
static void keep_state(struct ek_turn *t)
{
	struct webhook *s = t->state;
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
	s->state[EK_CONTENT_WEBHOOK_STATES_WEBHOOK] = ek_views_int((int64_t)s->signer.id);
	s->state[EK_CONTENT_WEBHOOK_STATES_SEQ] = ek_views_int((int64_t)ek_engine_seq(t->engine));
}

static void show(struct ek_turn *t)
{
	const struct webhook *s = t->state;
	put_webhook(t, s->shown);
}

static bool read_rows(struct ek_turn *t)
{
	struct webhook *s = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WEBHOOKS, (int64_t)s->signer.id, &row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, row, sizeof s->row);
	if (!read_shown(t, s) ||
	    !ek_turn_row(t, EK_CONTENT_WEBHOOK_STATES, (int64_t)s->signer.id, &row, &found))
		return false;
	if (found)
		memcpy(s->state, row, sizeof s->state);
	return true;
}

static void begin_rows(struct ek_turn *t)
{
	struct webhook *s = t->state;
	s->row[EK_CONTENT_WEBHOOKS_WEBHOOK] = ek_views_int((int64_t)s->signer.id);
	s->row[EK_CONTENT_WEBHOOKS_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_WEBHOOKS_CREATED_MS] = ek_views_int(t->now.ms);
	set_out(t, s);
}

static void take_next(struct ek_turn *t)
{
	struct webhook *s = t->state;
	const struct ek_patch_value *active = &s->next[2];
	bool was_on = ek_str_is(ek_turn_text(&s->row[EK_CONTENT_WEBHOOKS_STATE]), "active");
	if (s->next[0].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_WEBHOOKS_URL] = ek_views_text(s->next[0].s);
	if (s->next[1].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_WEBHOOKS_EVENTS] = s->types;
	if (active->state == EK_PATCH_VALUE && active->i != 0 && !was_on)
		set_out(t, s);
	else if (active->state == EK_PATCH_VALUE && active->i == 0 && was_on)
		s->row[EK_CONTENT_WEBHOOKS_STATE] = ek_views_text(EK_S("disabled"));
}

static void set_rotating(struct ek_turn *t, ek_time until)
{
	struct webhook *s = t->state;
	s->state[EK_CONTENT_WEBHOOK_STATES_WEBHOOK] = ek_views_int((int64_t)s->signer.id);
	s->state[EK_CONTENT_WEBHOOK_STATES_ROTATED_MS] = ek_views_int(until.ms);
}

static struct webhook *make(struct ek_turn *t)
{
	static const struct ek_api_signer_kind kind = {
		.name = "webhook",
		.goes_out = true,
		.table = EK_CONTENT_WEBHOOKS,
		.secret = EK_CONTENT_WEBHOOKS_SECRET,
		.before = EK_CONTENT_WEBHOOKS_SECRET_BEFORE,
		.revision = EK_CONTENT_WEBHOOKS_REVISION,
		.updated = EK_CONTENT_WEBHOOKS_UPDATED_MS,
		.count = "SELECT count(*) FROM webhooks",
		.max = EK_HOOKS_MAX,
		.read = read_rows,
		.begin = begin_rows,
		.take = take_next,
		.rotating = set_rotating,
		.keep = keep_state,
		.show = show,
	};
	struct webhook *s = EK_TURN_NEW(t, struct webhook);
	t->state = s;
	if (s == NULL)
		return NULL;
	s->signer = (struct ek_api_signer){.kind = &kind, .row = s->row};
	return s;
}

/* ---- POST, PATCH, rotate, DELETE */

void ek_api_create_webhook(struct ek_turn *t)
{
	struct webhook *s = make(t);
	if (s == NULL || !ek_query_end(&t->query) || !bind(t, s, true) ||
	    !ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL))
		ek_turn_reply(t, 0);
	else
		ek_api_signer_create(t);
}

void ek_api_update_webhook(struct ek_turn *t)
{
	struct webhook *s = begin(t);
	if (s == NULL || !bind(t, s, false))
		ek_turn_reply(t, 0);
	else
		ek_api_signer_update(t);
}

void ek_api_rotate_webhook_secret(struct ek_turn *t)
{
	if (begin(t) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_api_signer_rotate(t);
}

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
	const struct webhook *s = t->state;
	(void)a;
	for (size_t i = 0; i < EK_LEN(all); i++)
		ek_turn_erase(t, &(struct ek_writer_erasure){
					 .table = all[i].table,
					 .column = all[i].column,
					 .value = ek_views_int((int64_t)s->signer.id)});
	ek_api_signer_note(t, "deleted");
	t->status = 204;
}

void ek_api_delete_webhook(struct ek_turn *t)
{
	if (begin(t) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = read_rows, .made = deleted});
}
