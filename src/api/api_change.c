#include "api/api_change.h"

#include <string.h>

enum { FIELDS_MAX = 4 * 1024 * 1024 };

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static struct ek_views_value id_or_null(uint64_t id)
{
	return ek_views_int(id == 0 ? EK_NONE : (int64_t)id);
}

uint64_t ek_api_change_add(struct ek_turn *t, const struct ek_api_change *c)
{
	struct ek_views_value v[EK_CONTENT_CHANGES_WIDTH] = {0};
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_CHANGES);
	v[EK_CONTENT_CHANGES_CHANGE] = ek_views_int((int64_t)id);
	v[EK_CONTENT_CHANGES_SEQ] = ek_views_int((int64_t)t->seq);
	v[EK_CONTENT_CHANGES_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CHANGES_BY_KIND] =
		ek_views_text(word(ek_enums_wire(EK_ENUM_ACTOR, t->by.kind)));
	v[EK_CONTENT_CHANGES_BY_ID] = id_or_null(t->by.id);
	v[EK_CONTENT_CHANGES_RESOURCE] = ek_views_text(word(c->resource));
	v[EK_CONTENT_CHANGES_OBJECT] = id_or_null(c->object);
	v[EK_CONTENT_CHANGES_TEAM] = id_or_null(c->team.v);
	v[EK_CONTENT_CHANGES_TEAMMATE] = id_or_null(c->teammate.v);
	v[EK_CONTENT_CHANGES_FIELDS] = ek_views_text(c->fields.p != NULL ? c->fields : EK_S("{}"));
	v[EK_CONTENT_CHANGES_NOTE] = ek_views_text(c->note);
	v[EK_CONTENT_CHANGES_VERSION] = id_or_null(c->version);
	v[EK_CONTENT_CHANGES_BULK_EDIT] = id_or_null(c->bulk_edit);
	v[EK_CONTENT_CHANGES_UNDOES] = id_or_null(c->undoes);
	ek_turn_put(t, EK_CONTENT_CHANGES, v);
	return id;
}

/* ---- fields */

void ek_api_change_open(const struct ek_turn *t, struct ek_api_change_fields *f)
{
	f->n = 0;
	ek_json_init(&f->j, t->out.alloc, FIELDS_MAX);
	f->j.style.is_api = true;
	f->j.style.sees_names = true;
	ek_json_object(&f->j);
}

static bool same(ek_str a, ek_str b)
{
	return (a.p == NULL) == (b.p == NULL) && (a.p == NULL || ek_str_equal(a, b));
}

static void begin(struct ek_api_change_fields *f, const char *name)
{
	f->n++;
	ek_json_key(&f->j, name);
	ek_json_object(&f->j);
	ek_json_key(&f->j, "before");
}

static void put_int(struct ek_json *j, int64_t v)
{
	if (v == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, v);
}

void ek_api_change_text(struct ek_api_change_fields *f, const char *name, ek_str before,
			ek_str after)
{
	if (same(before, after))
		return;
	begin(f, name);
	ek_json_text(&f->j, before);
	ek_json_key(&f->j, "after");
	ek_json_text(&f->j, after);
	ek_json_object_end(&f->j);
}

void ek_api_change_int(struct ek_api_change_fields *f, const char *name, int64_t before,
		       int64_t after)
{
	if (before == after)
		return;
	begin(f, name);
	put_int(&f->j, before);
	ek_json_key(&f->j, "after");
	put_int(&f->j, after);
	ek_json_object_end(&f->j);
}

void ek_api_change_bool(struct ek_api_change_fields *f, const char *name, bool before, bool after)
{
	if (before == after)
		return;
	begin(f, name);
	ek_json_bool(&f->j, before);
	ek_json_key(&f->j, "after");
	ek_json_bool(&f->j, after);
	ek_json_object_end(&f->j);
}

void ek_api_change_raw(struct ek_api_change_fields *f, const char *name, ek_str before,
		       ek_str after)
{
	if (same(before, after))
		return;
	begin(f, name);
	ek_json_raw(&f->j, before);
	ek_json_key(&f->j, "after");
	ek_json_raw(&f->j, after);
	ek_json_object_end(&f->j);
}

ek_str ek_api_change_close(struct ek_turn *t, struct ek_api_change_fields *f)
{
	ek_json_object_end(&f->j);
	ek_str out = EK_S("{}");
	bool ok = ek_json_is_whole(&f->j);
	if (ok)
		out = ek_arena_str(t->arena, ek_json_written(&f->j), &ok);
	if (!ok) {
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a change");
		out = EK_S("{}");
	}
	ek_json_fini(&f->j);
	return out;
}
