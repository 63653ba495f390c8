#include "api/api_edit.h"

#include "api/api_effect.h"
#include "api/api_put.h"
#include "base/fnv.h"
#include "engine/explain.h"

/* ---- tags */

static int64_t revision_of(ek_str json)
{
	uint64_t digest = ek_fnv(EK_FNV_BEGIN, json.p, json.n);
	return (int64_t)(digest & (uint64_t)EK_IDENT_LAST);
}

void ek_api_edit_tag(struct ek_turn *t, ek_str json)
{
	ek_turn_set_etag(t, revision_of(json));
}

static void write_current(const void *ctx, struct ek_json *j)
{
	const ek_str *json = ctx;
	ek_api_put_raw(j, "current", *json);
}

bool ek_api_edit_match(struct ek_turn *t, ek_str json)
{
	if (ek_turn_if_match(t, revision_of(json)))
		return true;
	ek_str *current = EK_TURN_NEW(t, ek_str);
	if (t->problem.type == EK_PROBLEM_VERSION_MISMATCH && current != NULL) {
		*current = json;
		t->problem.more = write_current;
		t->problem.more_ctx = current;
	}
	return false;
}

/* ---- trying */

void ek_api_edit_command(struct ek_turn *t, struct ek_api_edit *edit, struct ek_cmd *cmd)
{
	if (cmd != NULL)
		cmd->by = t->by;
	edit->write.cmd = cmd;
	t->write.cmd = cmd;
	t->call.request.cmd = cmd;
}

static void try_it(struct ek_turn *t)
{
	const struct ek_api_edit *edit = t->state;
	struct ek_explain_preview preview;
	struct ek_api_change_fields f;
	struct ek_err err;
	if (edit->write.check != NULL && !edit->write.check(t))
		return;
	struct ek_cmd *cmd = edit->write.cmd; /* the check may have made it */
	if (cmd != NULL) {
		cmd->by = t->by;
		const struct ek_explain_ask ask = {cmd, t->now};
		if (!ek_explain_preview(t->engine, &ask, t->arena, &preview, &err)) {
			ek_problem_err(&t->problem, &err);
			return;
		}
	}
	ek_api_change_open(t, &f);
	if (edit->diff != NULL)
		edit->diff(t, &f);
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "dry_run", true);
	ek_api_put_raw(&t->out, "changes", ek_api_change_close(t, &f));
	ek_json_key(&t->out, "effect");
	if (cmd == NULL)
		ek_json_null(&t->out);
	else if (!ek_api_effect_write(t, &preview))
		return;
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, ek_engine_seq(t->engine));
	ek_json_object_end(&t->out);
}

void ek_api_edit_do(struct ek_turn *t, const struct ek_api_edit *edit)
{
	ek_assert(t->state == edit);
	if (t->dry_run)
		ek_turn_look(t, try_it);
	else
		ek_turn_write(t, &edit->write);
}
