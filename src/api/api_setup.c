/* The first run: with the printed code somebody becomes the owner; then it is over for good. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_notice.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/api_sign_in.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "sys/zone.h"

/* The owner begins with all four roles, for every team. */
enum {
	ROLES = 1 << EK_ROLE_TEAMMATE | 1 << EK_ROLE_LEAD | 1 << EK_ROLE_MANAGER |
		1 << EK_ROLE_ADMIN,
};

struct setup {
	ek_str name, name_key;
	ek_str email, email_key;
	ek_str language;
	ek_str workspace; /* p NULL = not said */
	struct ek_zone zone;
	ek_str password;
	ek_str hash;
	struct ek_cmd cmd;
	struct ek_cmd rows[2];
};

bool ek_api_setup_code(struct ek_api *api, char *out, size_t cap)
{
	return ek_guard_make_code(api, out, cap);
}

void ek_api_get_setup(struct ek_turn *t)
{
	static const char *const languages[] = {"en", "ko", "ar"};
	bool owned = false;
	bool is_sample = false;
	int64_t mailbox = 0;
	if (!ek_query_end(&t->query) || !ek_guard_is_owned(t, &owned) ||
	    !ek_api_sample_is(t, &is_sample) ||
	    !ek_api_notice_mailbox(t, (ek_conversation_id){0}, &mailbox)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "open", !owned);
	ek_api_put_bool(&t->out, "sample", is_sample);
	ek_api_put_bool(&t->out, "resets", mailbox != 0);
	ek_json_key(&t->out, "languages");
	ek_json_list(&t->out);
	for (size_t i = 0; i < EK_LEN(languages); i++)
		ek_json_word(&t->out, languages[i]);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

/* ---- POST /setup/owner */

enum { CODE, NAME, EMAIL, PASSWORD, LANGUAGE, ZONE, WORKSPACE };

static bool bind_zone(struct ek_turn *t, const struct ek_patch_value *v, struct setup *s)
{
	struct ek_err err;
	ek_str zone = v->state == EK_PATCH_VALUE ? v->s : EK_S("Etc/UTC");
	return ek_zone_load(zone, t->arena, &s->zone, &err) ||
	       ek_patch_fault(&v->at, EK_FAULT_BAD_TIME,
			      "This is no time zone, such as Europe/Paris.");
}

static bool bind(struct ek_turn *t, struct setup *s)
{
	static const struct ek_patch_rule rules[] = {
		{"code", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_API_SIGN_IN_CODE, NULL},
		{"name", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"email", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"password", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_PASSWORD_MAX, NULL},
		{"language", EK_PATCH_OF_TEXT, 0, 0, 2, 35, NULL},
		{"zone", EK_PATCH_OF_TEXT, 0, 0, 1, EK_ZONE_NAME_MAX, NULL},
		{"workspace", EK_PATCH_OF_TEXT, 0, 0, 1, EK_LIMIT_TEXT_BYTES, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	bool ok = ek_patch_bind(&root, rules, EK_LEN(rules), v);
	ok = v[NAME].state == EK_PATCH_VALUE && ek_api_text_name(t, &v[NAME].at, &s->name) && ok;
	ok = v[EMAIL].state == EK_PATCH_VALUE && ek_api_text_email(t, &v[EMAIL].at, &s->email) &&
	     ok;
	s->language = v[LANGUAGE].state == EK_PATCH_VALUE ? v[LANGUAGE].s : EK_S("en");
	ok = ek_guard_language(&v[LANGUAGE].at, s->language) && ok;
	ok = bind_zone(t, &v[ZONE], s) && ok;
	s->workspace = v[WORKSPACE].s;
	s->password = v[PASSWORD].s;
	if (v[PASSWORD].state == EK_PATCH_VALUE) {
		const struct ek_password_context about = {s->name, s->email, s->workspace};
		ok = ek_guard_judge(&v[PASSWORD].at, s->password, &about) && ok;
	}
	if (v[CODE].state == EK_PATCH_VALUE && !ek_guard_is_code(t, v[CODE].s))
		ok = ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				    "this is not the code that the server printed at its start");
	return ok;
}

static bool is_open(struct ek_turn *t)
{
	bool owned;
	if (!ek_guard_is_owned(t, &owned))
		return false;
	return !owned || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
					"there is an owner; the first run is over");
}

static void put_setting(struct ek_turn *t, const char *name, ek_str json)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = ek_views_text((ek_str){name, (uint32_t)strlen(name)});
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = ek_views_text(json);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_SERVER_SETTINGS, v);
}

static ek_str json_text(struct ek_turn *t, ek_str s)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_text(&j, s);
	return ek_api_text_take(t, &j);
}

static void put_settings(struct ek_turn *t, const struct setup *s, ek_teammate_id who)
{
	char id[EK_IDENT_MAX];
	uint32_t n = (uint32_t)ek_ident_print(EK_IDENT_TEAMMATE, who.v, id);
	put_setting(t, "owner", json_text(t, (ek_str){id, n}));
	put_setting(t, "zone", json_text(t, s->zone.name));
	if (s->workspace.p != NULL)
		put_setting(t, "name", json_text(t, s->workspace));
}

static void put_person(struct ek_turn *t, const struct setup *s, ek_teammate_id who)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	ek_json_text(&j, s->language);
	ek_json_list_end(&j);
	v[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_id(who.v);
	v[EK_CONTENT_PEOPLE_NAME] = ek_views_text(s->name);
	v[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(s->name_key);
	v[EK_CONTENT_PEOPLE_EMAIL] = ek_views_text(s->email);
	v[EK_CONTENT_PEOPLE_EMAIL_KEY] = ek_views_text(s->email_key);
	v[EK_CONTENT_PEOPLE_STATE] = ek_views_text(EK_S("active"));
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(ROLES);
	v[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text(ek_api_text_take(t, &j));
	v[EK_CONTENT_PEOPLE_LANGUAGE] = ek_views_text(s->language);
	v[EK_CONTENT_PEOPLE_ZONE] = ek_views_text(s->zone.name);
	v[EK_CONTENT_PEOPLE_THEME] = ek_views_text(EK_S("system"));
	v[EK_CONTENT_PEOPLE_SHORTCUTS] = ek_views_text(EK_S("{}"));
	v[EK_CONTENT_PEOPLE_PASSWORD] = ek_views_text(s->hash);
	v[EK_CONTENT_PEOPLE_PASSWORD_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PEOPLE_RIGHTS_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PEOPLE_REVISION] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_PEOPLE, v);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct setup *s = t->state;
	const struct ek_api_sign_in what = {.teammate = {answer->id}};
	t->self = what.teammate;
	put_person(t, s, what.teammate);
	put_settings(t, s, what.teammate);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "owner.created",
						   .object_kind = "teammate",
						   .object = answer->id});
	ek_api_sign_in_answer(t, &what, false);
	t->status = 201;
}

static void hashed(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct setup *s = t->state;
	(void)is_right;
	s->hash = hash;
	s->rows[0] = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	s->rows[1] = ek_cmd_make(EK_CMD_ZONE_SET);
	s->rows[1].zone_set.zone = s->zone;
	s->cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	s->cmd.bulk_apply.rows = (struct ek_rows){s->rows, EK_LEN(s->rows)};
	if (hash.p == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a password");
	ek_turn_write(t, &(struct ek_turn_write){.cmd = &s->cmd, .check = is_open, .made = made});
}

void ek_api_create_owner(struct ek_turn *t)
{
	struct setup *s = EK_TURN_NEW(t, struct setup);
	char network[EK_THROTTLE_NETWORK];
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && is_open(t) &&
		  ek_guard_take(t, EK_THROTTLE_SIGN_IN_NETWORK,
				ek_throttle_network(t->http->peer, network)) &&
		  bind(t, s);
	if (ok) {
		s->name_key = ek_api_list_fold(t, s->name);
		s->email_key = ek_api_list_fold(t, s->email);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_guard_password(
		t, &(struct ek_guard_ask){.is_new = true, .password = s->password, .then = hashed});
}
