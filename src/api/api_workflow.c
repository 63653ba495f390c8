#include "api/api_workflow.h"

#include "api/api_put.h"
#include "wire/field_json.h"

enum { LABEL = 200, TEXT = 4000, ID = 9999 };

static void bind_tags(const struct ek_patch_at *at, struct ek_workflow_branch *b)
{
	uint32_t n = 0;
	if (ek_patch_state(at) == EK_PATCH_ABSENT || !ek_patch_list(at, 0, EK_WORKFLOW_SETS, &n))
		return;
	uint64_t *tags = ek_arena_get(at->of->arena, (n + 1) * sizeof *tags);
	if (tags == NULL) {
		ek_problem_set(at->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		if (!ek_patch_id(&row, EK_IDENT_TAG, &tags[i]))
			return;
		for (uint32_t k = 0; k < i; k++)
			if (tags[k] == tags[i])
				ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
	}
	b->tags = tags;
	b->tag_count = n;
}

static void bind_attributes(const struct ek_patch_at *at, struct ek_workflow_branch *b)
{
	struct ek_err err;
	struct ek_take take = {.arena = at->of->arena, .err = &err, .name = at->name};
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return;
	if (ek_patch_state(at) == EK_PATCH_NULL)
		ek_patch_fault(at, EK_FAULT_NOT_NULL, NULL);
	else if (!ek_field_json_read(&take, EK_FT_PAIRS, at->json, &b->attributes))
		ek_patch_fault(at, EK_FAULT_REFUSED, err.msg);
	else if (b->attributes.n > EK_WORKFLOW_SETS)
		ek_patch_fault(at, EK_FAULT_REFUSED, "An answer sets at most 8 attributes.");
}

static void bind_branch(const struct ek_patch_at *at, struct ek_workflow_branch *b)
{
	enum { R_LABEL, R_NEXT, R_PRIORITY, R_TAGS, R_ATTRIBUTES, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[R_LABEL] = {"label", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, LABEL, NULL},
		[R_NEXT] = {"next", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, ID, NULL},
		[R_PRIORITY] = {"priority", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 0, 3, NULL},
		[R_TAGS] = {"tags", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_ATTRIBUTES] = {"attributes", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	ek_patch_bind(at, rules, MEMBERS, v);
	*b = (struct ek_workflow_branch){.label = v[R_LABEL].s, .priority = EK_NONE};
	if (v[R_NEXT].state == EK_PATCH_VALUE)
		b->next = (uint32_t)v[R_NEXT].i;
	if (v[R_PRIORITY].state == EK_PATCH_VALUE)
		b->priority = v[R_PRIORITY].i;
	bind_tags(&v[R_TAGS].at, b);
	bind_attributes(&v[R_ATTRIBUTES].at, b);
}

static void bind_step(const struct ek_patch_at *at, struct ek_workflow_step *s)
{
	enum { R_ID, R_TITLE, R_TEXT, R_END, R_BRANCHES, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[R_ID] = {"id", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 1, ID, NULL},
		[R_TITLE] = {"title", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, LABEL, NULL},
		[R_TEXT] = {"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, TEXT, NULL},
		[R_END] = {"end", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[R_BRANCHES] = {"branches", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	ek_patch_bind(at, rules, MEMBERS, v);
	*s = (struct ek_workflow_step){.id = (uint32_t)v[R_ID].i, .title = v[R_TITLE].s};
	if (v[R_TEXT].state == EK_PATCH_VALUE)
		s->text = v[R_TEXT].s;
	s->is_end = v[R_END].state == EK_PATCH_VALUE && v[R_END].i != 0;
	const struct ek_patch_at *branches = &v[R_BRANCHES].at;
	if (v[R_BRANCHES].state == EK_PATCH_ABSENT ||
	    !ek_patch_list(branches, 0, EK_WORKFLOW_BRANCHES, &s->n))
		return;
	for (uint32_t i = 0; i < s->n; i++) {
		struct ek_patch_at row = ek_patch_row(branches, i);
		bind_branch(&row, &s->branches[i]);
	}
	if (s->is_end && s->n > 0)
		ek_patch_fault(branches, EK_FAULT_CONFLICT, "An end leads nowhere.");
}

bool ek_api_workflow_bind(const struct ek_patch_at *list, struct ek_workflow *out)
{
	uint32_t n;
	out->n = 0;
	if (!ek_patch_list(list, 1, EK_WORKFLOW_STEPS, &n))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(list, i);
		struct ek_workflow_step s;
		bind_step(&row, &s);
		if (ek_workflow_find(out, s.id) != NULL) {
			struct ek_patch_at id = ek_patch_member(&row, "id");
			ek_patch_fault(&id, EK_FAULT_REPEATED, NULL);
		}
		out->v[out->n++] = s;
	}
	return ek_problem_is_none(list->of->problem);
}

bool ek_api_workflow_read(struct ek_turn *t, ek_str kept, struct ek_workflow *out)
{
	struct ek_patch b;
	bool ok = ek_patch_open(&b, kept, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&b);
	ok = ok && ek_api_workflow_bind(&root, out);
	ek_patch_close(&b);
	return ok;
}

void ek_api_workflow_write_set(struct ek_json *j, const struct ek_workflow_branch *b)
{
	ek_json_key(j, "tags");
	ek_json_list(j);
	for (uint32_t i = 0; i < b->tag_count; i++)
		ek_json_id(j, EK_IDENT_TAG, b->tags[i]);
	ek_json_list_end(j);
	ek_json_key(j, "attributes");
	ek_field_json_write(j, EK_FT_PAIRS, &b->attributes, false);
}

void ek_api_workflow_write_step(struct ek_json *j, const struct ek_workflow_step *s)
{
	ek_json_object(j);
	ek_api_put_int(j, "id", s->id);
	ek_api_put_text(j, "title", s->title);
	ek_api_put_text(j, "text", s->text);
	ek_api_put_bool(j, "end", s->is_end);
	ek_json_key(j, "branches");
	ek_json_list(j);
	for (uint32_t i = 0; i < s->n; i++) {
		const struct ek_workflow_branch *b = &s->branches[i];
		ek_json_object(j);
		ek_api_put_text(j, "label", b->label);
		ek_api_put_int(j, "next", b->next == 0 ? EK_NONE : b->next);
		ek_api_put_int(j, "priority", b->priority);
		ek_api_workflow_write_set(j, b);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

void ek_api_workflow_write(struct ek_json *j, const struct ek_workflow *w)
{
	ek_json_list(j);
	for (uint32_t i = 0; i < w->n; i++)
		ek_api_workflow_write_step(j, &w->v[i]);
	ek_json_list_end(j);
}
