#include "api/api_server_settings.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_edit.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/trends.h"
#include "channels/fetch.h"
#include "model/limits.h"
#include "sys/zone.h"

#define SAMPLE "sample_workspace"

/* The rows, and what holds where there is none. */
enum {
	NAME,
	ZONE,
	LANGUAGES,
	FACTOR,
	RETENTION,
	ALARMS,
	NETWORKS,
	PORTS,
	NOTICES,
	HOST,
	PORT,
	USER,
	ROWS
};
static const struct {
	const char *row;
	const char *usual;
} table[ROWS] = {
	[NAME] = {"name", "\"Evenkeel\""},
	[ZONE] = {"zone", "\"Etc/UTC\""},
	[LANGUAGES] = {"languages", "[\"en\",\"ko\",\"ar\"]"},
	[FACTOR] = {"second_factor", "\"none\""},
	[RETENTION] = {"retention_days", "null"},
	[ALARMS] = {EK_TRENDS_ALARMS, "1"},
	[NETWORKS] = {"outbound_networks", "[]"},
	[PORTS] = {"outbound_ports", "[]"},
	[NOTICES] = {"notice_mailbox", "null"},
	[HOST] = {"mail_host", "null"},
	[PORT] = {"mail_port", "null"},
	[USER] = {"mail_user", "null"},
};
#define PASSWORD_ROW "mail_password"

enum { RETENTION_MIN = 30, RETENTION_MAX = 36500, PASSWORD_MAX = 256 };

struct settings {
	struct ek_api_edit edit;
	ek_str now[ROWS];
	bool is_said[ROWS]; /* has a row */
	bool has_password;
	/* of PATCH; p NULL = stays */
	ek_str next[ROWS];
	bool sets_password;
	bool clears_password;
	uint8_t sealed[PASSWORD_MAX + EK_SEAL_MORE];
	uint32_t sealed_n;
	struct ek_zone zone;
	struct ek_cmd cmd;
};

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* ---- reading */

static bool read_rows(struct ek_turn *t, struct settings *s)
{
	struct ek_turn_rows rows;
	for (uint32_t i = 0; i < ROWS; i++) {
		s->now[i] = text_of(table[i].usual);
		s->is_said[i] = false;
	}
	s->has_password = false;
	if (!ek_turn_select(t,
			    "SELECT name, value, CASE WHEN secret IS NULL THEN 0 ELSE 1 END"
			    " FROM server_settings",
			    NULL, 0, &rows))
		return false;
	for (uint32_t r = 0; r < rows.n; r++) {
		const struct ek_views_value *v = rows.v + (size_t)r * rows.columns;
		ek_str name = ek_turn_text(&v[0]);
		if (ek_str_is(name, PASSWORD_ROW))
			s->has_password = ek_turn_int(&v[2]) == 1;
		for (uint32_t i = 0; i < ROWS; i++) {
			if (!ek_str_is(name, table[i].row) || v[1].kind != EK_VIEWS_TEXT)
				continue;
			s->now[i] = ek_turn_text(&v[1]);
			s->is_said[i] = true;
		}
	}
	return true;
}

static ek_str document(struct ek_turn *t, const struct settings *s)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	for (uint32_t i = NAME; i <= NOTICES; i++)
		ek_api_put_raw(&j, table[i].row, s->now[i]);
	ek_json_key(&j, "mail");
	ek_json_object(&j);
	ek_api_put_raw(&j, "host", s->now[HOST]);
	ek_api_put_raw(&j, "port", s->now[PORT]);
	ek_api_put_raw(&j, "user", s->now[USER]);
	ek_api_put_bool(&j, "password_set", s->has_password);
	ek_json_object_end(&j);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void answer(struct ek_turn *t, const struct settings *s)
{
	ek_str json = document(t, s);
	if (json.p == NULL)
		return;
	ek_api_edit_tag(t, json);
	ek_json_raw(&t->out, json);
}

void ek_api_get_server_settings(struct ek_turn *t)
{
	struct settings *s = EK_TURN_NEW(t, struct settings);
	if (s != NULL && ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_SERVER_SETTINGS, NULL) &&
	    read_rows(t, s))
		answer(t, s);
	ek_turn_reply(t, 200);
}

/* ---- binding */

static ek_str json_text(struct ek_turn *t, ek_str s)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_text(&j, s);
	return ek_api_text_take(t, &j);
}

static ek_str json_int(struct ek_turn *t, int64_t v)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_int(&j, v);
	return ek_api_text_take(t, &j);
}

static void bind_text(struct ek_turn *t, const struct ek_patch_value *v, ek_str *out)
{
	if (v->state == EK_PATCH_VALUE)
		*out = json_text(t, v->s);
	else if (v->state == EK_PATCH_NULL)
		*out = EK_S("null");
}

static void bind_int(struct ek_turn *t, const struct ek_patch_value *v, ek_str *out)
{
	if (v->state == EK_PATCH_VALUE)
		*out = json_int(t, v->i);
	else if (v->state == EK_PATCH_NULL)
		*out = EK_S("null");
}

static void bind_zone(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	struct ek_err err;
	if (v->state != EK_PATCH_VALUE)
		return;
	if (!ek_zone_load(v->s, t->arena, &s->zone, &err)) {
		ek_patch_fault(&v->at, EK_FAULT_BAD_TIME,
			       "This is no time zone, such as Europe/Paris.");
		return;
	}
	s->next[ZONE] = json_text(t, v->s);
}

static void bind_languages(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	static const char *const words[] = {"en", "ko", "ar", NULL};
	struct ek_json j;
	uint32_t n;
	uint32_t which;
	uint32_t seen = 0;
	if (v->state != EK_PATCH_VALUE || !ek_patch_list(&v->at, 1, 3, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		if (!ek_patch_word(&row, words, &which))
			continue;
		if ((seen >> which & 1) != 0)
			ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		seen |= 1u << which;
		ek_json_word(&j, words[which]);
	}
	ek_json_list_end(&j);
	s->next[LANGUAGES] = ek_api_text_take(t, &j);
}

/* What is shown of a host that another could read the password of, is not kept with it. */
static void bind_password(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	const struct ek_seal *seal = ek_guard_seal(t);
	s->sets_password = v->state == EK_PATCH_VALUE;
	s->clears_password = v->state == EK_PATCH_NULL;
	if (!s->sets_password)
		return;
	if (seal == NULL) {
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			       "this server has no master key: give it a directory for one");
		return;
	}
	ek_seal_put(seal, EK_S(PASSWORD_ROW), v->s.p, v->s.n, s->sealed);
	s->sealed_n = v->s.n + EK_SEAL_MORE;
}

static void bind_mail(struct ek_turn *t, const struct ek_patch_at *at, struct settings *s)
{
	static const struct ek_patch_rule rules[] = {
		{"host", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, 253, NULL},
		{"port", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, 65535, NULL},
		{"user", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, 254, NULL},
		{"password", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, PASSWORD_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	(void)ek_patch_bind(at, rules, EK_LEN(rules), v);
	bind_text(t, &v[0], &s->next[HOST]);
	bind_int(t, &v[1], &s->next[PORT]);
	bind_text(t, &v[2], &s->next[USER]);
	bind_password(t, &v[3], s);
}

static void bind_network(const struct ek_patch_at *at, struct ek_json *j)
{
	static const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 100, NULL},
		{"network", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 64, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_outbound_net net;
	(void)ek_patch_bind(at, rules, EK_LEN(rules), v);
	if (v[0].state != EK_PATCH_VALUE || v[1].state != EK_PATCH_VALUE)
		return;
	if (!ek_outbound_net_read(v[1].s, &net))
		ek_patch_fault(&v[1].at, EK_FAULT_REFUSED,
			       "This is no network, such as 10.20.0.0/16 or fd00::/8.");
	ek_json_object(j);
	ek_api_put_text(j, "name", v[0].s);
	ek_api_put_text(j, "network", v[1].s);
	ek_json_object_end(j);
}

/* Whom the fetcher may call though an address is not global: channels/fetch.h. */
static void bind_networks(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	struct ek_json j;
	uint32_t n;
	if (v->state != EK_PATCH_VALUE || !ek_patch_list(&v->at, 0, EK_FETCH_NETS, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		bind_network(&row, &j);
	}
	ek_json_list_end(&j);
	s->next[NETWORKS] = ek_api_text_take(t, &j);
}

static void bind_ports(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	struct ek_json j;
	uint32_t n;
	if (v->state != EK_PATCH_VALUE || !ek_patch_list(&v->at, 0, EK_FETCH_PORTS, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		int64_t port;
		if (ek_patch_int(&row, 1, UINT16_MAX, &port))
			ek_json_int(&j, port);
	}
	ek_json_list_end(&j);
	s->next[PORTS] = ek_api_text_take(t, &j);
}

/* Which mailbox sends what the program itself writes: channels/notice.h. */
static void bind_notices(struct ek_turn *t, const struct ek_patch_value *v, struct settings *s)
{
	struct ek_turn_rows rows;
	char text[EK_IDENT_MAX];
	if (v->state == EK_PATCH_NULL)
		s->next[NOTICES] = EK_S("null");
	if (v->state != EK_PATCH_VALUE)
		return;
	const struct ek_views_value id = ek_views_int(v->i);
	if (!ek_turn_select(t, "SELECT 1 FROM mailboxes WHERE mailbox = $1 AND deleted_ms IS NULL",
			    &id, 1, &rows))
		return;
	if (rows.n == 0)
		ek_patch_fault(&v->at, EK_FAULT_NOT_FOUND, NULL);
	size_t n = ek_ident_print(EK_IDENT_MAILBOX, (uint64_t)v->i, text);
	s->next[NOTICES] = json_text(t, (ek_str){text, (uint32_t)n});
}

static bool bind(struct ek_turn *t, struct settings *s)
{
	static const char *const factors[] = {"none", "leads", "all", NULL};
	static const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_TEXT, 0, 0, 1, EK_LIMIT_TEXT_BYTES, NULL},
		{"zone", EK_PATCH_OF_TEXT, 0, 0, 1, EK_ZONE_NAME_MAX, NULL},
		{"languages", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"second_factor", EK_PATCH_OF_WORD, 0, 0, 0, 0, factors},
		{"retention_days", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, RETENTION_MIN,
		 RETENTION_MAX, NULL},
		{EK_TRENDS_ALARMS, EK_PATCH_OF_INT, 0, 0, 1, EK_TRENDS_ALARMS_MAX, NULL},
		{"outbound_networks", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"outbound_ports", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"notice_mailbox", EK_PATCH_OF_ID, EK_IDENT_MAILBOX, EK_PATCH_NULLABLE, 0, 0, NULL},
		{"mail", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), v);
	bind_text(t, &v[NAME], &s->next[NAME]);
	bind_zone(t, &v[ZONE], s);
	bind_languages(t, &v[LANGUAGES], s);
	if (v[FACTOR].state == EK_PATCH_VALUE)
		s->next[FACTOR] = json_text(t, text_of(factors[v[FACTOR].i]));
	bind_int(t, &v[RETENTION], &s->next[RETENTION]);
	bind_int(t, &v[ALARMS], &s->next[ALARMS]);
	bind_networks(t, &v[NETWORKS], s);
	bind_ports(t, &v[PORTS], s);
	bind_notices(t, &v[NOTICES], s);
	if (v[NOTICES + 1].state == EK_PATCH_VALUE)
		bind_mail(t, &v[NOTICES + 1].at, s);
	return ek_turn_may(t, EK_MAY_SERVER_SETTINGS, NULL) && ek_problem_is_none(&t->problem);
}

/* ---- PATCH */

static bool check(struct ek_turn *t)
{
	struct settings *s = t->state;
	if (!read_rows(t, s))
		return false;
	ek_str json = document(t, s);
	return json.p != NULL && ek_api_edit_match(t, json);
}

static void put_row(struct ek_turn *t, const char *name, ek_str json, struct ek_views_value secret)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = ek_views_text(text_of(name));
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = ek_views_text(json);
	v[EK_CONTENT_SERVER_SETTINGS_SECRET] = secret;
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_SERVER_SETTINGS, v);
}

static bool is_new_host(const struct settings *s)
{
	return s->next[HOST].p != NULL && !ek_str_equal(s->next[HOST], s->now[HOST]);
}

static void put_password(struct ek_turn *t, struct settings *s, bool new_host)
{
	if (s->sets_password)
		put_row(t, PASSWORD_ROW, EK_S("null"), ek_views_blob(s->sealed, s->sealed_n));
	else if (s->has_password && (new_host || s->clears_password))
		put_row(t, PASSWORD_ROW, EK_S("null"), (struct ek_views_value){0});
	else
		return;
	s->has_password = s->sets_password;
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "secret.changed",
						   .reason = EK_S(PASSWORD_ROW)});
}

/* A password is told as one that is there or is not. */
static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct settings *s = t->state;
	bool keeps = s->has_password && !s->clears_password && !is_new_host(s);
	for (uint32_t i = 0; i < ROWS; i++)
		if (s->next[i].p != NULL)
			ek_api_change_raw(f, table[i].row, s->now[i], s->next[i]);
	if (s->sets_password)
		ek_api_change_raw(f, PASSWORD_ROW, EK_S("\"before\""), EK_S("\"new\""));
	else if (s->has_password && !keeps)
		ek_api_change_raw(f, PASSWORD_ROW, EK_S("\"before\""), EK_S("null"));
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	struct settings *s = t->state;
	struct ek_api_change_fields f;
	bool new_host = is_new_host(s);
	(void)a;
	ek_api_change_open(t, &f);
	for (uint32_t i = 0; i < ROWS; i++) {
		if (s->next[i].p == NULL)
			continue;
		/* Also what is so already: said is more than not said, see the first invitation. */
		put_row(t, table[i].row, s->next[i], (struct ek_views_value){0});
		if (ek_str_equal(s->next[i], s->now[i]))
			continue;
		ek_api_change_raw(&f, table[i].row, s->now[i], s->next[i]);
		ek_api_audit_add(t, &(struct ek_api_audit){.action = "server_setting.changed",
							   .reason = text_of(table[i].row)});
		s->now[i] = s->next[i];
	}
	put_password(t, s, new_host);
	bool differs = f.n > 0;
	ek_str fields = ek_api_change_close(t, &f);
	if (differs)
		(void)ek_api_change_add(
			t, &(struct ek_api_change){.resource = "server", .fields = fields});
	answer(t, s);
}

/* The rules of charts follow what is borne. */
static void look_over(struct ek_turn *t)
{
	ek_trends_nudge(t->api);
}

void ek_api_update_server_settings(struct ek_turn *t)
{
	struct settings *s = EK_TURN_NEW(t, struct settings);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) || !bind(t, s) || !read_rows(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	if (s->next[ZONE].p != NULL && !ek_str_equal(s->next[ZONE], s->now[ZONE])) {
		s->cmd = ek_cmd_make(EK_CMD_ZONE_SET);
		s->cmd.zone_set.zone = s->zone;
		s->edit.write.cmd = &s->cmd;
	}
	s->edit.write.check = check;
	s->edit.write.made = made;
	if (s->next[ALARMS].p != NULL)
		s->edit.write.tell = look_over;
	s->edit.diff = diff;
	ek_api_edit_do(t, &s->edit);
}

/* ---- the first invitation */

void ek_api_server_settings_invited(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT name FROM server_settings WHERE name = 'second_factor'"
			    " OR name = '" SAMPLE "'",
			    NULL, 0, &rows) ||
	    rows.n > 0)
		return;
	put_row(t, table[FACTOR].row, EK_S("\"leads\""), (struct ek_views_value){0});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "server_setting.changed",
						   .reason = text_of(table[FACTOR].row)});
}
