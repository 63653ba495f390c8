/* What makes a row so: the commands for the fields that differ. */
#include "api/api_bulk.h"

#include <string.h>

#include "model/limits.h"

static struct ek_cmd *grow(struct ek_turn *t, struct ek_api_bulk_commands *c)
{
	if (c->n < c->cap)
		return &c->v[c->n];
	uint32_t cap = c->cap == 0 ? 64 : 2 * c->cap;
	struct ek_cmd *v = ek_turn_get(t, cap * sizeof *v);
	uint32_t *rows = ek_turn_get(t, cap * sizeof *rows);
	if (v == NULL || rows == NULL)
		return NULL;
	if (c->n > 0) {
		memcpy(v, c->v, c->n * sizeof *v);
		memcpy(rows, c->rows, c->n * sizeof *rows);
	}
	c->v = v;
	c->rows = rows;
	c->cap = cap;
	return &c->v[c->n];
}

static bool add(struct ek_turn *t, struct ek_api_bulk_commands *out, const struct ek_cmd *cmd)
{
	struct ek_cmd *to = grow(t, out);
	if (to == NULL)
		return false;
	*to = *cmd;
	/* Every field that is not named is absent all the same. */
	to->has = (1u << ek_cmd_record(cmd->kind)->field_count) - 1;
	out->n++;
	return true;
}

/* All settings that differ, in one command. */
static bool add_settings(struct ek_turn *t, const struct ek_api_bulk_row *row,
			 struct ek_api_bulk_commands *out)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->sides[1].n; i++)
		n += row->sides[1].v[i].kind == EK_API_BULK_SETTING &&
		     !ek_api_bulk_equal(&row->sides[0].v[i], &row->sides[1].v[i]);
	if (n == 0)
		return true;
	struct ek_set *sets = ek_turn_get(t, n * sizeof *sets);
	if (sets == NULL)
		return false;
	cmd.settings_change.scope = EK_SCOPE_TEAMMATE;
	cmd.settings_change.id = (uint32_t)row->object;
	cmd.settings_change.set = (struct ek_sets){sets, n};
	n = 0;
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *f = &row->sides[1].v[i];
		if (f->kind == EK_API_BULK_SETTING && !ek_api_bulk_equal(&row->sides[0].v[i], f))
			sets[n++] = (struct ek_set){f->setting, f->value};
	}
	return add(t, out, &cmd);
}

static bool add_level(struct ek_turn *t, const struct ek_api_bulk_row *row,
		      const struct ek_api_bulk_field *f, struct ek_api_bulk_commands *out)
{
	const ek_teammate_id mate = {ek_api_bulk_mate_of(row->object)};
	const ek_team_id team = {f->team != 0 ? f->team : ek_api_bulk_team_of(row->object)};
	struct ek_cmd cmd =
		ek_cmd_make(f->i != 0 ? EK_CMD_MEMBERSHIP_SET : EK_CMD_MEMBERSHIP_REMOVE);
	if (f->i != 0)
		cmd.membership_set = (struct ek_cmd_membership_set){mate, team, (EK_C_LEVEL)f->i};
	else
		cmd.membership_remove = (struct ek_cmd_membership_remove){mate, team};
	return add(t, out, &cmd);
}

/* The names by which the engine knows the tags of a list of ids. */
static bool tag_names(struct ek_turn *t, ek_str json, struct ek_texts *out)
{
	struct ek_patch b;
	uint32_t n = 0;
	bool ok = ek_patch_open(&b, json, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&b);
	ok = ok && ek_patch_list(&root, 0, EK_LIMIT_TAGS, &n);
	ek_str *v = ok ? ek_turn_get(t, (n + 1) * sizeof *v) : NULL;
	*out = (struct ek_texts){v, 0};
	for (uint32_t i = 0; v != NULL && ok && i < n; i++) {
		struct ek_patch_at at = ek_patch_row(&root, i);
		struct ek_turn_rows rows;
		uint64_t id = 0;
		ok = ek_patch_id(&at, EK_IDENT_TAG, &id);
		const struct ek_views_value key = ek_views_int((int64_t)id);
		ok = ok &&
		     ek_turn_select(t, "SELECT word FROM tags WHERE tag = $1", &key, 1, &rows);
		if (ok && rows.n > 0)
			v[out->n++] = ek_turn_text(&rows.v[0]);
	}
	ek_patch_close(&b);
	return ok && v != NULL;
}

static bool add_tags(struct ek_turn *t, const struct ek_api_bulk_row *row,
		     const struct ek_api_bulk_field *f, struct ek_api_bulk_commands *out)
{
	const struct ek_record *record = ek_cmd_record(EK_CMD_CONVERSATION_UPDATE);
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	cmd.conversation_update.conversation.v = (uint32_t)row->object;
	if (!tag_names(t, f->s, &cmd.conversation_update.tags) || !add(t, out, &cmd))
		return false;
	out->v[out->n - 1].has = 0;
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (record->fields[i].offset == offsetof(struct ek_cmd_conversation_update, tags))
			out->v[out->n - 1].has = 1u << i;
	}
	return true;
}

static bool add_state(struct ek_turn *t, ek_conversation_id id, const struct ek_api_bulk_field *f,
		      struct ek_api_bulk_commands *out)
{
	struct ek_cmd cmd = ek_cmd_make(f->i == EK_STATE_CLOSED    ? EK_CMD_CONVERSATION_CLOSE
					: f->i == EK_STATE_SNOOZED ? EK_CMD_CONVERSATION_SNOOZE
								   : EK_CMD_CONVERSATION_REOPEN);
	if (f->i == EK_STATE_CLOSED) {
		cmd.conversation_close.conversation = id;
	} else if (f->i == EK_STATE_SNOOZED) {
		cmd.conversation_snooze.conversation = id;
		cmd.conversation_snooze.until = f->until;
	} else {
		cmd.conversation_reopen.conversation = id;
	}
	return add(t, out, &cmd);
}

static bool add_conversation(struct ek_turn *t, const struct ek_api_bulk_row *row,
			     const struct ek_api_bulk_field *f, struct ek_api_bulk_commands *out)
{
	const ek_conversation_id id = {(uint32_t)row->object};
	struct ek_cmd cmd;
	if (f->kind == EK_API_BULK_TAGS)
		return add_tags(t, row, f, out);
	if (f->kind == EK_API_BULK_STATE)
		return add_state(t, id, f, out);
	if (f->kind == EK_API_BULK_HOLDER) {
		cmd = ek_cmd_make(EK_CMD_CONVERSATION_ASSIGN);
		cmd.conversation_assign.conversation = id;
		cmd.conversation_assign.teammate.v = (uint32_t)f->i;
	} else {
		cmd = ek_cmd_make(EK_CMD_CONVERSATION_MOVE);
		cmd.conversation_move.conversation = id;
		cmd.conversation_move.team.v = (uint32_t)f->i;
	}
	return add(t, out, &cmd);
}

static bool add_field(struct ek_turn *t, const struct ek_api_bulk_row *row,
		      const struct ek_api_bulk_field *f, struct ek_api_bulk_commands *out)
{
	switch (f->kind) {
	case EK_API_BULK_SETTING:
	case EK_API_BULK_NAME:
	case EK_API_BULK_LANGUAGES:
		return true; /* in one command, or content */
	case EK_API_BULK_LEVEL:
		return add_level(t, row, f, out);
	default:
		return add_conversation(t, row, f, out);
	}
}

bool ek_api_bulk_add(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_row *row,
		     struct ek_api_bulk_commands *out)
{
	if (resource == EK_API_BULK_TEAMMATES && !add_settings(t, row, out))
		return false;
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *f = &row->sides[1].v[i];
		if (!ek_api_bulk_equal(&row->sides[0].v[i], f) && !add_field(t, row, f, out))
			return false;
	}
	return true;
}

struct ek_cmd ek_api_bulk_command(const struct ek_api_bulk_commands *c, uint32_t from, uint32_t n)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	cmd.has = 1;
	cmd.bulk_apply.rows = (struct ek_rows){c->v + from, n};
	return cmd;
}
