#include "api/api_conversation_set.h"

#include <string.h>

#include "engine/look.h"

/* The bit of a field in ek_cmd.has. */
static uint32_t bit_of(size_t offset)
{
	const struct ek_record *r = ek_cmd_record(EK_CMD_CONVERSATION_UPDATE);
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].offset == offset)
			return UINT32_C(1) << i;
	}
	return 0;
}

bool ek_api_conversation_profile(struct ek_turn *t, ek_conversation_id id,
				 struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH])
{
	const struct ek_views_value *row;
	struct ek_conversation_view view;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_CONVERSATION_PROFILES, id.v, &row, &found))
		return false;
	if (found) {
		memcpy(v, row, EK_CONTENT_CONVERSATION_PROFILES_WIDTH * sizeof *v);
		return true;
	}
	memset(v, 0, EK_CONTENT_CONVERSATION_PROFILES_WIDTH * sizeof *v);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(id.v);
	if (ek_look_conversation(t->engine, id, &view)) {
		v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_id(view.contact.v);
		v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(view.started.ms);
	}
	return true;
}

bool ek_api_conversation_attributes_set(struct ek_turn *t, ek_conversation_id id, ek_str stored,
					const struct ek_pairs *set, ek_str *out)
{
	struct ek_conversation_detail now;
	struct ek_err err;
	/* If there is none such the command says so. */
	if (stored.p == NULL && ek_look_detail(t->engine, id, t->arena, &now, &err)) {
		stored = ek_api_conversation_print(t, &now.attributes);
		if (stored.p == NULL)
			return false;
	}
	return ek_api_conversation_merge(t, stored, set, out);
}

void ek_api_conversation_tags_set(struct ek_cmd *cmd, const struct ek_texts *words)
{
	cmd->conversation_update.tags = *words;
	cmd->has |= bit_of(offsetof(struct ek_cmd_conversation_update, tags));
}

/* ---- beside another command */

static bool add_tag(struct ek_turn *t, struct ek_api_conversation_set *s, uint64_t tag,
		    ek_str *words, uint32_t *n)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)tag), ek_views_int(s->id.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT g.word, g.name, c.tag FROM tags g LEFT JOIN conversation_tags "
			    "c ON c.tag = g.tag AND c.conversation = $2 WHERE g.tag = $1 AND "
			    "g.deleted_ms IS NULL",
			    args, 2, &rows))
		return false;
	if (rows.n == 0)
		return true;
	s->there[s->n] = tag;
	s->names[s->n] = ek_turn_text(&rows.v[1]);
	s->is_new[s->n++] = rows.v[2].kind != EK_VIEWS_INT;
	ek_str word = ek_turn_text(&rows.v[0]);
	for (uint32_t i = 0; i < *n; i++)
		if (ek_str_equal(words[i], word))
			return true;
	words[(*n)++] = word;
	return true;
}

static bool check_tags(struct ek_turn *t, struct ek_api_conversation_set *s, struct ek_cmd *cmd)
{
	struct ek_conversation_detail d;
	struct ek_err err;
	if (s->tag_count == 0)
		return true;
	if (!ek_look_detail(t->engine, s->id, t->arena, &d, &err))
		return ek_problem_err(&t->problem, &err);
	uint32_t n = d.tags.n;
	ek_str *words = ek_turn_get(t, (n + s->tag_count) * sizeof *words);
	s->there = ek_turn_get(t, s->tag_count * sizeof *s->there);
	s->names = ek_turn_get(t, s->tag_count * sizeof *s->names);
	s->is_new = ek_turn_get(t, s->tag_count * sizeof *s->is_new);
	if (words == NULL || s->there == NULL || s->names == NULL || s->is_new == NULL)
		return false;
	if (n > 0)
		memcpy(words, d.tags.v, n * sizeof *words);
	for (uint32_t i = 0; i < s->tag_count; i++)
		if (!add_tag(t, s, s->tags[i], words, &n))
			return false;
	if (n > d.tags.n)
		ek_api_conversation_tags_set(cmd, &(struct ek_texts){words, n});
	return true;
}

bool ek_api_conversation_set_check(struct ek_turn *t, struct ek_api_conversation_set *s,
				   struct ek_cmd *cmd)
{
	struct ek_views_value *kept = &s->profile[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES];
	ek_str out;
	s->n = 0;
	if (!check_tags(t, s, cmd))
		return false;
	if (s->attributes.n == 0)
		return true;
	cmd->conversation_update.attributes = s->attributes;
	if (!ek_api_conversation_profile(t, s->id, s->profile) ||
	    !ek_api_conversation_attributes_set(t, s->id, ek_turn_text(kept), &s->attributes, &out))
		return false;
	*kept = ek_views_text(out);
	return true;
}

void ek_api_conversation_set_put(struct ek_turn *t, struct ek_api_conversation_set *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct ek_views_value v[EK_CONTENT_CONVERSATION_TAGS_WIDTH] = {
			ek_views_int(s->id.v), ek_views_int((int64_t)s->there[i]),
			ek_views_id(t->self.v), ek_views_int(t->now.ms)};
		if (s->is_new[i])
			ek_turn_put(t, EK_CONTENT_CONVERSATION_TAGS, v);
	}
	if (s->attributes.n == 0)
		return;
	s->profile[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, s->profile);
}
