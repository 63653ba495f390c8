/* Tags: words on conversations. */
#include <string.h>

#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_tag.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/list.h"

/* ---- words */

bool ek_api_tag_word(struct ek_turn *t, uint64_t tag, ek_str *word)
{
	static const char sql[] = "SELECT word FROM tags WHERE tag = $1 AND deleted_ms IS NULL";
	const struct ek_views_value key = ek_views_int((int64_t)tag);
	struct ek_turn_rows rows;
	*word = (ek_str){NULL, 0};
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n > 0)
		*word = ek_turn_text(&rows.v[0]);
	return true;
}

bool ek_api_tag_of(struct ek_turn *t, ek_str word, uint64_t *tag)
{
	static const char sql[] = "SELECT tag FROM tags WHERE word = $1 AND deleted_ms IS NULL";
	const struct ek_views_value key = ek_views_text(word);
	struct ek_turn_rows rows;
	*tag = 0;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n > 0)
		*tag = (uint64_t)rows.v[0].i;
	return true;
}

/* ---- list */

static const struct ek_list_column columns[EK_LIST_tags_COUNT] = {
	[EK_LIST_tags_id] = {EK_LIST_NUMBER, "g.tag", NULL},
	[EK_LIST_tags_name] = {EK_LIST_TEXT, "g.name", "g.name_key"},
};

static void write_tag(struct ek_turn *t, uint64_t id, ek_str name, int64_t used)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_TAG, id);
	ek_api_put_text(j, "name", name);
	ek_api_put_int(j, "used", used);
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

static bool read_list(struct ek_turn *t, const struct ek_list *list, struct ek_api_list *l)
{
	const struct ek_api_list_ask ask = {.list = list, .where = "g.deleted_ms IS NULL"};
	return ek_api_list_query(t, list, NULL, l) && ek_turn_may(t, EK_MAY_TAG_READ, NULL) &&
	       ek_api_list_fetch(t, &ask, l);
}

void ek_api_list_tags(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_TAGS),
		.columns = columns,
		.select = "g.tag, g.name, (SELECT count(*) FROM conversation_tags l "
			  "WHERE l.tag = g.tag)",
		.from = "tags g",
		.id = "g.tag",
		.searches = {{EK_CONTENT_TAGS, NULL}},
		.search_count = 1,
	};
	struct ek_api_list l;
	if (read_list(t, &list, &l)) {
		ek_api_list_begin(t, &l);
		for (uint32_t i = 0; i < l.rows.n; i++) {
			const struct ek_views_value *v = ek_api_list_at(&l, i);
			write_tag(t, (uint64_t)v[0].i, ek_turn_text(&v[1]), ek_turn_int(&v[2]));
		}
		ek_api_list_end(t, &l);
	}
	ek_turn_reply(t, 200);
}

/* ---- changes */

struct edit {
	struct ek_api_edit edit;
	uint64_t id; /* 0 while it is made */
	ek_str name;
	ek_str key;
	bool is_word_taken; /* the log's word of another tag, there or gone */
	int64_t used;
	const struct ek_views_value *row; /* as it was */
};

static bool load(struct ek_turn *t, struct edit *e)
{
	static const char sql[] = "SELECT count(*) FROM conversation_tags WHERE tag = $1";
	const struct ek_views_value key = ek_views_int((int64_t)e->id);
	struct ek_turn_rows rows;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_TAGS, (int64_t)e->id, &e->row, &found) ||
	    !ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	e->used = rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	found = found && e->row[EK_CONTENT_TAGS_DELETED_MS].kind == EK_VIEWS_NULL;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static bool is_free(struct ek_turn *t, const struct edit *e)
{
	static const char sql[] =
		"SELECT 1 FROM tags WHERE name_key = $1 AND tag <> $2 AND deleted_ms IS NULL";
	const struct ek_views_value args[] = {ek_views_text(e->key), ek_views_int((int64_t)e->id)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	return rows.n == 0 ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "another tag has this name");
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	static const char *const names[] = {"name"};
	struct ek_patch_at body;
	if (!ek_query_end(&t->query) || !ek_turn_body(t, &body) || (e->id != 0 && !load(t, e)) ||
	    !ek_turn_may(t, EK_MAY_TAG_EDIT, NULL))
		return false;
	struct ek_patch_at name = ek_patch_member(&body, "name");
	if (!ek_patch_members(&body, names, EK_LEN(names)))
		return false;
	if (ek_patch_state(&name) == EK_PATCH_ABSENT)
		return ek_patch_fault(&name, EK_FAULT_MISSING, "A tag needs a name.");
	if (ek_api_text_name(t, &name, &e->name))
		e->key = ek_api_list_fold(t, e->name);
	return ek_problem_is_none(&t->problem);
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct edit *e = t->state;
	ek_str before = {NULL, 0};
	if (e->row != NULL)
		before = ek_turn_text(&e->row[EK_CONTENT_TAGS_NAME]);
	ek_api_change_text(f, "name", before, e->name);
}

static void add_change(struct ek_turn *t, const struct edit *e)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	diff(t, &f);
	struct ek_api_change change = {.resource = "tag", .object = e->id};
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
}

static void tell(struct ek_turn *t, uint64_t id)
{
	ek_turn_tells(t, (struct ek_cmd_content_change){.tag = (int64_t)id, .view = EK_NONE});
}

static bool check_create(struct ek_turn *t)
{
	static const char sql[] = "SELECT 1 FROM tags WHERE word = $1";
	struct edit *e = t->state;
	const struct ek_views_value word = ek_views_text(e->name);
	struct ek_turn_rows rows;
	tell(t, ek_turn_next_id(t, EK_CONTENT_TAGS));
	if (!is_free(t, e) || !ek_turn_select(t, sql, &word, 1, &rows))
		return false;
	e->is_word_taken = rows.n > 0;
	return true;
}

static void made_create(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	struct ek_views_value v[EK_CONTENT_TAGS_WIDTH] = {0};
	char id[EK_IDENT_MAX];
	(void)a;
	e->id = ek_turn_new_id(t, EK_CONTENT_TAGS);
	size_t n = ek_ident_print(EK_IDENT_TAG, e->id, id);
	ek_str word = e->is_word_taken ? (ek_str){id, (uint32_t)n} : e->name;
	v[EK_CONTENT_TAGS_TAG] = ek_views_int((int64_t)e->id);
	v[EK_CONTENT_TAGS_NAME] = ek_views_text(e->name);
	v[EK_CONTENT_TAGS_NAME_KEY] = ek_views_text(e->key);
	v[EK_CONTENT_TAGS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_TAGS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_TAGS_WORD] = ek_views_text(word);
	ek_turn_put(t, EK_CONTENT_TAGS, v);
	add_change(t, e);
	t->status = 201;
	write_tag(t, e->id, e->name, 0);
}

void ek_api_create_tag(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !bind(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	e->edit = (struct ek_api_edit){{.check = check_create, .made = made_create}, diff};
	ek_api_edit_do(t, &e->edit);
}

static bool check_update(struct ek_turn *t)
{
	struct edit *e = t->state;
	return load(t, e) && is_free(t, e);
}

static void made_update(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	struct ek_views_value v[EK_CONTENT_TAGS_WIDTH];
	(void)a;
	memcpy(v, e->row, sizeof v);
	v[EK_CONTENT_TAGS_NAME] = ek_views_text(e->name);
	v[EK_CONTENT_TAGS_NAME_KEY] = ek_views_text(e->key);
	v[EK_CONTENT_TAGS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TAGS, v);
	add_change(t, e);
	write_tag(t, e->id, e->name, e->used);
}

void ek_api_update_tag(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !ek_turn_id(t, "id", EK_IDENT_TAG, &e->id) || !bind(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	tell(t, e->id);
	e->edit = (struct ek_api_edit){{.check = check_update, .made = made_update}, diff};
	ek_api_edit_do(t, &e->edit);
}

/* ---- deleting */

static void write_removed(struct ek_turn *t, const struct edit *e)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_TAG, e->id);
	ek_api_put_int(j, "used", e->used);
	ek_api_put_int(j, "seq", t->dry_run ? EK_NONE : (int64_t)t->seq);
	if (t->dry_run)
		ek_api_put_bool(j, "dry_run", true);
	ek_json_object_end(j);
}

static bool check_delete(struct ek_turn *t)
{
	return load(t, t->state);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	struct ek_views_value v[EK_CONTENT_TAGS_WIDTH];
	(void)a;
	memcpy(v, e->row, sizeof v);
	v[EK_CONTENT_TAGS_DELETED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_TAGS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TAGS, v);
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_CONVERSATION_TAGS,
						     EK_CONTENT_CONVERSATION_TAGS_TAG,
						     ek_views_int((int64_t)e->id)});
	add_change(t, e);
	write_removed(t, e);
}

static void try_delete(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (load(t, e))
		write_removed(t, e);
}

void ek_api_delete_tag(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_TAG, &e->id) ||
	    !ek_turn_may(t, EK_MAY_TAG_EDIT, NULL)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	tell(t, e->id);
	if (t->dry_run)
		ek_turn_look(t, try_delete);
	else
		ek_turn_write(t,
			      &(struct ek_turn_write){.check = check_delete, .made = made_delete});
}
