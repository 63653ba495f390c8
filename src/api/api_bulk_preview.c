/* From a draft to a preview: judged on the worker, kept by the writer. */
#include "api/api_bulk.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"

static const char *const results[] = {"change", "same", "blocked"};

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)});
}

/* ---- keeping it */

static void put_edit(struct ek_turn *t, const struct ek_api_bulk_draft *d, uint64_t id,
		     struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH])
{
	v[EK_CONTENT_BULK_EDITS_BULK_EDIT] = ek_views_int((int64_t)id);
	v[EK_CONTENT_BULK_EDITS_STATE] = word("preview");
	v[EK_CONTENT_BULK_EDITS_RESOURCE] = word(ek_api_bulk_resources()[d->resource]);
	v[EK_CONTENT_BULK_EDITS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_BULK_EDITS_SCOPE] = ek_views_text(d->scope);
	v[EK_CONTENT_BULK_EDITS_CHANGES] = ek_views_text(d->asked);
	v[EK_CONTENT_BULK_EDITS_NOTE] = ek_views_text(d->note);
	v[EK_CONTENT_BULK_EDITS_BASED_ON] = ek_views_int((int64_t)d->based_on);
	v[EK_CONTENT_BULK_EDITS_MATCHED] = ek_views_int(d->matched);
	v[EK_CONTENT_BULK_EDITS_CHANGE_COUNT] = ek_views_int(d->totals[EK_API_BULK_CHANGE]);
	v[EK_CONTENT_BULK_EDITS_SAME_COUNT] = ek_views_int(d->totals[EK_API_BULK_SAME]);
	v[EK_CONTENT_BULK_EDITS_BLOCKED_COUNT] = ek_views_int(d->totals[EK_API_BULK_BLOCKED]);
	v[EK_CONTENT_BULK_EDITS_BLOCKED] = ek_views_text(d->blocked);
	v[EK_CONTENT_BULK_EDITS_EFFECT] = ek_views_text(d->effect);
	v[EK_CONTENT_BULK_EDITS_UNDOES] =
		ek_views_int(d->undoes == 0 ? EK_NONE : (int64_t)d->undoes);
	v[EK_CONTENT_BULK_EDITS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_BULK_EDITS_EXPIRES_MS] = ek_views_int(t->now.ms + EK_API_BULK_LIVES_MS);
	v[EK_CONTENT_BULK_EDITS_REVISION] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_BULK_EDITS, v);
}

static void put_rows(struct ek_turn *t, const struct ek_api_bulk_draft *d, uint64_t id)
{
	for (uint32_t i = 0; i < d->n; i++) {
		const struct ek_api_bulk_row *row = &d->rows[i];
		struct ek_views_value v[EK_CONTENT_BULK_ROWS_WIDTH] = {0};
		v[EK_CONTENT_BULK_ROWS_BULK_EDIT] = ek_views_int((int64_t)id);
		v[EK_CONTENT_BULK_ROWS_ROW] = ek_views_int(row->row);
		v[EK_CONTENT_BULK_ROWS_OBJECT] =
			ek_views_int(row->object == 0 ? EK_NONE : row->object);
		v[EK_CONTENT_BULK_ROWS_STATE] = word(results[row->result]);
		v[EK_CONTENT_BULK_ROWS_CODE] = word(row->code);
		v[EK_CONTENT_BULK_ROWS_BEFORE] = ek_views_text(row->before);
		v[EK_CONTENT_BULK_ROWS_AFTER] = ek_views_text(row->after);
		ek_turn_put(t, EK_CONTENT_BULK_ROWS, v);
	}
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct ek_api_bulk_draft *d = t->state;
	struct ek_views_value *v = ek_turn_get(t, EK_CONTENT_BULK_EDITS_WIDTH * sizeof *v);
	char path[64];
	(void)answer;
	if (v == NULL)
		return;
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_BULK_EDITS);
	put_edit(t, d, id, v);
	put_rows(t, d, id);
	size_t n = ek_format(path, sizeof path, "/api/v1/bulk-edits/bulk_%llu",
			     (unsigned long long)id);
	t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
	t->status = 201;
	ek_api_bulk_answer(t, v);
}

/* ---- on the worker */

static void judge(struct ek_turn *t, struct ek_worker *w)
{
	struct ek_api_bulk_draft *d = t->state;
	struct ek_engine *engine = NULL;
	struct ek_err err;
	bool ok = ek_worker_now(w, &engine, &err) || ek_problem_err(&t->problem, &err);
	t->engine = engine;
	ok = ok && (!d->has_filter || ek_api_bulk_find(t, d)) && ek_api_bulk_judge(t, d) &&
	     ek_api_bulk_try(t, d);
	t->engine = NULL;
	if (!ok && ek_problem_is_none(&t->problem))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	d->write = (struct ek_turn_write){.made = made};
	ek_turn_write(t, &d->write);
}

void ek_api_bulk_preview(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	t->state = d;
	/* The number of rows is bounded; what they need is more than other requests do. */
	if (t->arena->max < EK_API_BULK_MEMORY)
		t->arena->max = EK_API_BULK_MEMORY;
	if (ek_problem_is_none(&t->problem))
		ek_worker_submit(t->api->worker, t, judge);
	else
		ek_turn_reply(t, 0);
}

void ek_api_create_bulk_edit(struct ek_turn *t)
{
	struct ek_api_bulk_draft *d = EK_TURN_NEW(t, struct ek_api_bulk_draft);
	if (t->arena->max < EK_API_BULK_MEMORY)
		t->arena->max = EK_API_BULK_MEMORY;
	if (d == NULL || !ek_turn_may(t, EK_MAY_BULK_CREATE, NULL) || !ek_api_bulk_bind(t, d)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_bulk_preview(t, d);
}
