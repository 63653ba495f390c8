/* The two sides of a row: read from the state, printed, read again. */
#include "api/api_bulk.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_text.h"
#include "wire/keep.h"
#include "wire/value_json.h"

enum { MEMBERS_MAX = 256 };

static const char memberships_key[] = "memberships";

const char *const *ek_api_bulk_resources(void)
{
	static const char *const names[] = {"teammates", "memberships", "conversations", NULL};
	return names;
}

static bool is_text(uint8_t kind)
{
	return kind == EK_API_BULK_NAME || kind == EK_API_BULK_LANGUAGES ||
	       kind == EK_API_BULK_TAGS;
}

bool ek_api_bulk_equal(const struct ek_api_bulk_field *a, const struct ek_api_bulk_field *b)
{
	ek_assert(a->kind == b->kind);
	if (a->kind == EK_API_BULK_SETTING)
		return ek_value_equal(&a->value, &b->value);
	if (is_text(a->kind))
		return (a->s.p == NULL) == (b->s.p == NULL) && ek_str_equal(a->s, b->s);
	return a->i == b->i && (a->kind != EK_API_BULK_STATE || a->until.ms == b->until.ms);
}

/* ---- what is */

static bool read_text(struct ek_turn *t, const char *sql, int64_t id, ek_str *out)
{
	const struct ek_views_value key = ek_views_int(id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*out = rows.n == 0 ? (ek_str){NULL, 0} : ek_turn_text(&rows.v[0]);
	return true;
}

static bool read_languages(struct ek_turn *t, int64_t id, ek_str *out)
{
	if (!read_text(t, "SELECT languages FROM people WHERE teammate = $1", id, out))
		return false;
	if (out->p == NULL)
		*out = EK_S("[]");
	return true;
}

static bool read_tags(struct ek_turn *t, int64_t id, ek_str *out)
{
	const struct ek_views_value key = ek_views_int(id);
	struct ek_turn_rows rows;
	struct ek_json j;
	if (!ek_turn_select(
		    t, "SELECT tag FROM conversation_tags WHERE conversation = $1 ORDER BY tag",
		    &key, 1, &rows))
		return false;
	if (rows.n == 0) {
		*out = EK_S("[]");
		return true;
	}
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < rows.n; i++)
		ek_json_id(&j, EK_IDENT_TAG, (uint64_t)ek_turn_int(&rows.v[i]));
	ek_json_list_end(&j);
	*out = ek_api_text_take(t, &j);
	return out->p != NULL;
}

static int level_of(const struct ek_turn *t, uint32_t mate, uint32_t team)
{
	struct ek_membership_view m;
	const ek_teammate_id id = {mate};
	for (uint32_t i = 0; ek_look_membership(t->engine, id, i, &m); i++)
		if (m.team.v == team)
			return m.level;
	return 0;
}

static bool now_setting(struct ek_turn *t, int64_t object, struct ek_api_bulk_field *f)
{
	const struct ek_look_ask ask = {{EK_SCOPE_TEAMMATE, (uint32_t)object}, f->setting};
	struct ek_setting_view view;
	struct ek_err err;
	if (!ek_look_setting(t->engine, ask, t->arena, &view, &err))
		return ek_problem_err(&t->problem, &err);
	f->value = view.own;
	return true;
}

static void now_conversation(const struct ek_conversation_view *c, struct ek_api_bulk_field *f)
{
	f->until = EK_NO_TIME;
	if (f->kind == EK_API_BULK_HOLDER) {
		f->i = c->teammate.v;
	} else if (f->kind == EK_API_BULK_TEAM) {
		f->i = c->team.v;
	} else {
		f->i = c->state;
		f->until = c->state == EK_STATE_SNOOZED ? c->snoozed_until : EK_NO_TIME;
	}
}

static bool now_field(struct ek_turn *t, int64_t object, struct ek_api_bulk_field *f)
{
	struct ek_conversation_view c;
	switch (f->kind) {
	case EK_API_BULK_SETTING:
		return now_setting(t, object, f);
	case EK_API_BULK_NAME:
		return read_text(t, "SELECT name FROM people WHERE teammate = $1", object, &f->s);
	case EK_API_BULK_LANGUAGES:
		return read_languages(t, object, &f->s);
	case EK_API_BULK_TAGS:
		return read_tags(t, object, &f->s);
	case EK_API_BULK_LEVEL:
		f->i = level_of(t, ek_api_bulk_mate_of(object),
				f->team != 0 ? f->team : ek_api_bulk_team_of(object));
		return true;
	default:
		if (ek_look_conversation(t->engine, (ek_conversation_id){(uint32_t)object}, &c))
			now_conversation(&c, f);
		return true;
	}
}

static bool is_conversation(uint8_t kind)
{
	return kind == EK_API_BULK_TAGS || kind == EK_API_BULK_HOLDER || kind == EK_API_BULK_TEAM ||
	       kind == EK_API_BULK_STATE;
}

static bool is_there(const struct ek_turn *t, int64_t object, const struct ek_api_bulk_side *as)
{
	struct ek_conversation_view c;
	struct ek_teammate_view m;
	if (as->n > 0 && is_conversation(as->v[0].kind))
		return ek_look_conversation(t->engine, (ek_conversation_id){(uint32_t)object}, &c);
	const ek_teammate_id mate = {ek_api_bulk_mate_of(object)};
	return ek_look_teammate(t->engine, mate, &m) && !m.deleted;
}

bool ek_api_bulk_now(struct ek_turn *t, int64_t object, const struct ek_api_bulk_side *as,
		     struct ek_api_bulk_side *out, bool *found)
{
	*out = (struct ek_api_bulk_side){ek_turn_get(t, (as->n + 1) * sizeof *out->v), as->n};
	if (out->v == NULL)
		return false;
	*found = is_there(t, object, as);
	for (uint32_t i = 0; i < as->n; i++) {
		struct ek_api_bulk_field *f = &out->v[i];
		*f = as->v[i];
		if (*found && !now_field(t, object, f))
			return false;
	}
	return true;
}

/* ---- printed */

static void print_level(struct ek_json *j, const struct ek_api_bulk_field *f)
{
	if (f->i == 0)
		ek_json_null(j);
	else
		ek_json_word(j, ek_enums_wire(EK_ENUM_LEVEL, (int)f->i));
}

static void print_one(struct ek_json *j, const struct ek_api_bulk_field *f)
{
	switch (f->kind) {
	case EK_API_BULK_SETTING:
		ek_json_key(j, ek_setting_row(f->setting)->wire);
		ek_value_json_write(j, f->setting, &f->value);
		break;
	case EK_API_BULK_NAME:
		ek_api_put_text(j, "name", f->s);
		break;
	case EK_API_BULK_LANGUAGES:
		ek_api_put_raw(j, "languages", f->s);
		break;
	case EK_API_BULK_TAGS:
		ek_api_put_raw(j, "tags", f->s);
		break;
	case EK_API_BULK_LEVEL:
		ek_json_key(j, "level");
		print_level(j, f);
		break;
	case EK_API_BULK_HOLDER:
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, (uint64_t)f->i);
		break;
	case EK_API_BULK_TEAM:
		ek_api_put_id(j, "team", EK_IDENT_TEAM, (uint64_t)f->i);
		break;
	default:
		ek_api_put_enum(j, "state", EK_ENUM_STATE, (int)f->i);
		if (f->i == EK_STATE_SNOOZED)
			ek_api_put_time(j, "snoozed_until", f->until);
		break;
	}
}

static void print_teams(struct ek_json *j, const struct ek_api_bulk_side *side)
{
	char name[EK_IDENT_MAX];
	bool is_open = false;
	for (uint32_t i = 0; i < side->n; i++) {
		const struct ek_api_bulk_field *f = &side->v[i];
		if (f->kind != EK_API_BULK_LEVEL || f->team == 0)
			continue;
		if (!is_open) {
			ek_json_key(j, memberships_key);
			ek_json_object(j);
			is_open = true;
		}
		size_t n = ek_ident_print(EK_IDENT_TEAM, f->team, name);
		ek_json_key_text(j, (ek_str){name, (uint32_t)n});
		print_level(j, f);
	}
	if (is_open)
		ek_json_object_end(j);
}

ek_str ek_api_bulk_print(struct ek_turn *t, const struct ek_api_bulk_side *side)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	for (uint32_t i = 0; i < side->n; i++) {
		if (side->v[i].kind != EK_API_BULK_LEVEL || side->v[i].team == 0)
			print_one(&j, &side->v[i]);
	}
	print_teams(&j, side);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

/* ---- read again: what we printed ourselves */

static int level_from(const struct ek_patch_at *at)
{
	int level = 0;
	if (ek_patch_state(at) == EK_PATCH_VALUE)
		ek_patch_enum(at, EK_ENUM_LEVEL, &level);
	return level;
}

static void read_teams(const struct ek_patch_at *at, struct ek_api_bulk_side *out)
{
	struct ek_patch_name_list names;
	if (!ek_patch_names(at, MEMBERS_MAX, &names))
		return;
	for (uint32_t i = 0; i < names.n; i++) {
		struct ek_patch_at one = ek_patch_member(at, names.v[i]);
		uint64_t team = 0;
		ek_str name = {names.v[i], (uint32_t)strlen(names.v[i])};
		if (!ek_ident_read(name, EK_IDENT_TEAM, &team))
			continue;
		out->v[out->n++] = (struct ek_api_bulk_field){
			.kind = EK_API_BULK_LEVEL, .team = (uint32_t)team, .i = level_from(&one)};
	}
}

static bool read_setting(struct ek_turn *t, const struct ek_patch_at *at, int setting,
			 struct ek_api_bulk_field *f)
{
	struct ek_err err;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = at->name};
	f->kind = EK_API_BULK_SETTING;
	f->setting = (uint8_t)setting;
	return ek_value_json_read(&take, setting, at->json, &f->value) ||
	       ek_problem_err(&t->problem, &err);
}

/* A list, as it was written. */
static bool read_list(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out)
{
	return ek_keep_value(at->json, t->arena, out) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static void read_state(const struct ek_patch_at *root, const struct ek_patch_at *at,
		       struct ek_api_bulk_field *f)
{
	struct ek_patch_at until = ek_patch_member(root, "snoozed_until");
	int state = 0;
	f->kind = EK_API_BULK_STATE;
	f->until = EK_NO_TIME;
	if (ek_patch_enum(at, EK_ENUM_STATE, &state))
		f->i = state;
	if (ek_patch_state(&until) == EK_PATCH_VALUE)
		ek_patch_time(&until, &f->until);
}

static void read_id(const struct ek_patch_at *at, uint8_t kind, struct ek_api_bulk_field *f)
{
	uint64_t id = 0;
	f->kind = kind;
	if (ek_patch_state(at) == EK_PATCH_VALUE)
		ek_patch_id(at, kind == EK_API_BULK_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE, &id);
	f->i = (int64_t)id;
}

static bool read_member(struct ek_turn *t, const struct ek_patch_at *root, const char *name,
			struct ek_api_bulk_side *out)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	struct ek_api_bulk_field f = {0};
	int setting = ek_setting_number((ek_str){name, (uint32_t)strlen(name)});
	bool ok = true;
	if (strcmp(name, memberships_key) == 0) {
		read_teams(&at, out);
		return true;
	}
	if (strcmp(name, "snoozed_until") == 0)
		return true;
	if (setting != 0) {
		ok = read_setting(t, &at, setting, &f);
	} else if (strcmp(name, "name") == 0) {
		f.kind = EK_API_BULK_NAME;
		if (ek_patch_state(&at) == EK_PATCH_VALUE)
			ek_patch_text(&at, 0, UINT16_MAX, &f.s);
	} else if (strcmp(name, "languages") == 0 || strcmp(name, "tags") == 0) {
		f.kind = name[0] == 't' ? EK_API_BULK_TAGS : EK_API_BULK_LANGUAGES;
		ok = read_list(t, &at, &f.s);
	} else if (strcmp(name, "level") == 0) {
		f.kind = EK_API_BULK_LEVEL;
		f.i = level_from(&at);
	} else if (strcmp(name, "state") == 0) {
		read_state(root, &at, &f);
	} else {
		read_id(&at, strcmp(name, "team") == 0 ? EK_API_BULK_TEAM : EK_API_BULK_HOLDER, &f);
	}
	out->v[out->n++] = f;
	return ok;
}

bool ek_api_bulk_read(struct ek_turn *t, ek_str json, struct ek_api_bulk_side *out)
{
	struct ek_patch_name_list names = {NULL, 0};
	struct ek_patch b;
	*out = (struct ek_api_bulk_side){NULL, 0};
	if (json.p == NULL)
		return true;
	bool ok = ek_patch_open(&b, json, t->arena, &t->problem);
	if (ok) {
		struct ek_patch_at root = ek_patch_root(&b);
		struct ek_patch_at teams = ek_patch_member(&root, memberships_key);
		struct ek_patch_name_list more = {NULL, 0};
		ok = ek_patch_names(&root, MEMBERS_MAX, &names);
		if (ok && ek_patch_state(&teams) == EK_PATCH_VALUE)
			ok = ek_patch_names(&teams, MEMBERS_MAX, &more);
		out->v = ok ? ek_turn_get(t, (names.n + more.n + 1) * sizeof *out->v) : NULL;
		ok = out->v != NULL;
		for (uint32_t i = 0; ok && i < names.n; i++)
			ok = read_member(t, &root, names.v[i], out);
	}
	ek_patch_close(&b);
	return ok && ek_problem_is_none(&t->problem);
}

/* ---- names and ids */

void ek_api_bulk_name(const struct ek_api_bulk_field *f, char out[EK_API_BULK_NAME_MAX])
{
	static const char *const names[] = {
		[EK_API_BULK_NAME] = "name",       [EK_API_BULK_LANGUAGES] = "languages",
		[EK_API_BULK_LEVEL] = "level",     [EK_API_BULK_TAGS] = "tags",
		[EK_API_BULK_HOLDER] = "teammate", [EK_API_BULK_TEAM] = "team",
		[EK_API_BULK_STATE] = "state",
	};
	if (f->kind == EK_API_BULK_LEVEL && f->team != 0)
		ek_format(out, EK_API_BULK_NAME_MAX, "%s.team_%u", memberships_key, f->team);
	else if (f->kind == EK_API_BULK_SETTING)
		ek_format(out, EK_API_BULK_NAME_MAX, "%s", ek_setting_row(f->setting)->wire);
	else
		ek_format(out, EK_API_BULK_NAME_MAX, "%s", names[f->kind]);
}

size_t ek_api_bulk_id(uint8_t resource, int64_t object, char out[EK_API_BULK_ID_MAX])
{
	if (resource == EK_API_BULK_CONVERSATIONS)
		return ek_ident_print(EK_IDENT_CONVERSATION, (uint64_t)object, out);
	if (resource == EK_API_BULK_TEAMMATES)
		return ek_ident_print(EK_IDENT_TEAMMATE, (uint64_t)object, out);
	size_t n = ek_ident_print(EK_IDENT_TEAM, ek_api_bulk_team_of(object), out);
	out[n++] = '/';
	return n + ek_ident_print(EK_IDENT_TEAMMATE, ek_api_bulk_mate_of(object), out + n);
}

bool ek_api_bulk_id_read(uint8_t resource, ek_str s, int64_t *object)
{
	uint64_t id = 0;
	uint64_t mate = 0;
	if (resource != EK_API_BULK_MEMBERSHIPS) {
		bool ok = ek_ident_read(s,
					resource == EK_API_BULK_TEAMMATES ? EK_IDENT_TEAMMATE
									  : EK_IDENT_CONVERSATION,
					&id);
		*object = (int64_t)id;
		return ok;
	}
	const char *slash = s.n == 0 ? NULL : memchr(s.p, '/', s.n);
	if (slash == NULL)
		return false;
	uint32_t n = (uint32_t)(slash - s.p);
	const ek_str left = {s.p, n};
	const ek_str right = {slash + 1, s.n - n - 1};
	if (!ek_ident_read(left, EK_IDENT_TEAM, &id) ||
	    !ek_ident_read(right, EK_IDENT_TEAMMATE, &mate) || id > INT32_MAX)
		return false;
	*object = ek_api_bulk_pair((uint32_t)id, (uint32_t)mate);
	return true;
}
