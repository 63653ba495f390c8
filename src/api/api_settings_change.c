/* Changing the settings of one place. */
#include "api/api_audit.h"
#include "api/api_presence.h"
#include "api/api_put.h"
#include "api/api_settings.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"

struct change {
	struct ek_api_edit edit; /* first */
	struct ek_cmd cmd;
	struct ek_cmd rows[2];
	uint32_t row_count;
	struct ek_api_settings_wish wish;
	ek_str note;
	ek_str fields; /* that differ, of the change log */
};

static void write_current(const void *ctx, struct ek_json *j)
{
	const ek_str *json = ctx;
	ek_api_put_raw(j, "current", *json);
}

/* If-Match; who is too late is shown how it stands. */
static bool matches(struct ek_turn *t, const struct change *c)
{
	uint32_t revision = 0;
	if (!ek_api_settings_revision(t, c->wish.place.at, &revision))
		return false;
	if (ek_turn_if_match(t, revision))
		return true;
	if (t->problem.type != EK_PROBLEM_VERSION_MISMATCH)
		return false;
	ek_str *current = EK_TURN_NEW(t, ek_str);
	ek_api_settings_write(t, c->wish.place.at, 0);
	if (current == NULL)
		return false;
	*current = ek_turn_copy(t, ek_json_written(&t->out));
	ek_json_reset(&t->out);
	t->etag[0] = '\0';
	t->problem.more = write_current;
	t->problem.more_ctx = current;
	return false;
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct change *c = t->state;
	ek_api_settings_diff(t, &c->wish, f);
}

/* Who the place is for may have changed since the HTTP thread looked. */
static bool check(struct ek_turn *t)
{
	struct change *c = t->state;
	struct ek_api_settings_place now;
	struct ek_api_change_fields f;
	if (!ek_api_settings_there(t, c->wish.place.at, &now))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (!ek_api_settings_refs(t, &c->wish) || !matches(t, c))
		return false;
	ek_api_change_open(t, &f);
	diff(t, &f);
	c->fields = ek_api_change_close(t, &f);
	return ek_problem_is_none(&t->problem);
}

/* The version that it made; 0 = none: for later, or nothing differed. */
static uint32_t version_of(const struct ek_answer *a)
{
	for (uint32_t i = 0; i < a->events.n; i++) {
		if (a->events.v[i].kind == EK_EVENT_SETTINGS_CHANGED)
			return (uint32_t)a->events.v[i].settings_changed.version;
	}
	return 0;
}

/* Which names, for the audit log; no values, as texts are among them. */
static ek_str print_names(struct ek_turn *t, const struct ek_api_settings_wish *w)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_json_key(&j, "settings");
	ek_json_list(&j);
	for (uint32_t i = 0; i < w->sets.n; i++)
		ek_json_word(&j, ek_setting_row(w->sets.v[i].setting)->wire);
	if (w->calendar != 0)
		ek_json_word(&j, "calendar");
	ek_json_list_end(&j);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void note_change(struct ek_turn *t, const struct change *c, uint32_t version)
{
	const struct ek_look_at at = c->wish.place.at;
	bool is_team = at.scope == EK_SCOPE_TEAM;
	bool is_mate = at.scope == EK_SCOPE_TEAMMATE;
	ek_api_change_add(t, &(struct ek_api_change){.resource = "settings",
						     .object = at.id,
						     .team = {is_team ? at.id : 0},
						     .teammate = {is_mate ? at.id : 0},
						     .fields = c->fields,
						     .note = c->note,
						     .version = version});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "settings.changed",
						   .object_kind = is_team   ? "team"
								  : is_mate ? "teammate"
									    : NULL,
						   .object = at.id,
						   .team = {is_team ? at.id : 0},
						   .details = print_names(t, &c->wish)});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct change *c = t->state;
	const struct ek_look_at at = c->wish.place.at;
	if (c->wish.calendar != 0)
		ek_api_calendars_use(t, at.scope == EK_SCOPE_TEAM ? at.id : 0, c->wish.calendar);
	if (answer->first_seq != 0)
		note_change(t, c, version_of(answer));
	if (at.scope == EK_SCOPE_WORKSPACE)
		ek_api_presence_sync(t);
	ek_api_settings_write(t, at, t->seq);
}

static bool bind(struct ek_turn *t, struct change *c)
{
	static const struct ek_patch_rule rules[] = {
		{.name = "set", .type = EK_PATCH_OF_ANY, .flags = EK_PATCH_REQUIRED},
		{.name = "effective_at", .type = EK_PATCH_OF_TIME, .flags = EK_PATCH_NULLABLE},
		{.name = "note",
		 .type = EK_PATCH_OF_TEXT,
		 .flags = EK_PATCH_NULLABLE,
		 .hi = EK_LIMIT_TEXT_BYTES},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_turn_body(t, &c->wish.body))
		return false;
	bool ok = ek_patch_bind(&c->wish.body, rules, EK_LEN(rules), v);
	c->wish.effective_at = EK_NO_TIME;
	if (v[1].state == EK_PATCH_VALUE && v[1].i > t->now.ms)
		c->wish.effective_at = (ek_time){v[1].i};
	if (v[2].state == EK_PATCH_VALUE)
		c->note = v[2].s;
	return v[0].state == EK_PATCH_VALUE && ek_api_settings_take(t, &c->wish, false) && ok;
}

static void update(struct ek_turn *t, struct ek_look_at at)
{
	struct change *c = EK_TURN_NEW(t, struct change);
	t->state = c;
	bool ok = c != NULL && ek_api_settings_place(t, at, &c->wish.place) &&
		  ek_api_settings_may_see(t, &c->wish.place, true) && bind(t, c);
	if (!ek_query_end(&t->query) || !ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_settings_rows(&c->wish, c->rows, &c->row_count);
	c->cmd = ek_api_settings_command(c->rows, c->row_count);
	c->edit = (struct ek_api_edit){.write = {.cmd = &c->cmd, .check = check, .made = made},
				       .diff = diff};
	ek_api_edit_do(t, &c->edit);
}

void ek_api_update_workspace_settings(struct ek_turn *t)
{
	update(t, (struct ek_look_at){EK_SCOPE_WORKSPACE, 0});
}

void ek_api_update_team_settings(struct ek_turn *t)
{
	uint64_t id = 0;
	if (ek_turn_id(t, "id", EK_IDENT_TEAM, &id))
		update(t, (struct ek_look_at){EK_SCOPE_TEAM, (uint32_t)id});
	else
		ek_turn_reply(t, 0);
}

void ek_api_update_teammate_settings(struct ek_turn *t)
{
	uint64_t id = 0;
	if (ek_turn_id(t, "id", EK_IDENT_TEAMMATE, &id))
		update(t, (struct ek_look_at){EK_SCOPE_TEAMMATE, (uint32_t)id});
	else
		ek_turn_reply(t, 0);
}
