/* What a change of an SLA policy does to the conversations that are open now. */
#include "api/api_sla_policies.h"

#include <string.h>

#include "api/api_settings.h"
#include "engine/look.h"

enum { EXAMINED_MAX = 20000 };
/* Stands for the id of a policy that has none yet. */
#define NEW_ID ((uint64_t)EK_IDENT_LAST)

bool ek_api_sla_knows_all(const struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF)
		return ek_api_sla_knows(node->field);
	bool all = true;
	for (uint32_t i = 0; i < node->n; i++)
		all = ek_api_sla_knows_all(&node->children[i]) && all;
	return all;
}

/* All policies, as they are once this one is what it becomes. */
struct scan {
	struct ek_api_sla_policies policies;
	struct ek_api_sla_policy was;
	struct ek_api_sla_policy is;
	bool has_was;
	bool has_is;
	uint64_t id;
	struct ek_turn_rows chosen; /* conversations for which rules chose it, ascending */
	struct ek_cmd *rows;
	uint32_t row_count;
};

static int64_t position_of(struct ek_turn *t, uint64_t id)
{
	const struct ek_views_value *row;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_SLA_POLICIES, (int64_t)id, &row, &found) || !found)
		return EK_NONE;
	return ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_POSITION]);
}

static bool put_in_place(struct ek_turn *t, const struct ek_api_sla_edit *e, struct scan *s)
{
	struct ek_api_sla_policies all;
	int64_t position = ek_turn_int(&e->row[EK_CONTENT_SLA_POLICIES_POSITION]);
	bool is_put = !s->has_is;
	if (!ek_api_sla_load(t, &all))
		return false;
	s->policies.v = ek_turn_get(t, ((size_t)all.n + 1) * sizeof *s->policies.v);
	if (s->policies.v == NULL)
		return false;
	for (uint32_t i = 0; i < all.n; i++) {
		const struct ek_api_sla_policy *p = &all.v[i];
		if (p->id == e->id)
			continue;
		int64_t other = position_of(t, p->id);
		if (!is_put && (other > position || (other == position && p->id > s->id))) {
			s->policies.v[s->policies.n++] = s->is;
			is_put = true;
		}
		s->policies.v[s->policies.n++] = *p;
	}
	if (!is_put)
		s->policies.v[s->policies.n++] = s->is;
	return true;
}

static bool read_chosen(struct ek_turn *t, struct scan *s)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)s->id),
					      ek_views_int(EXAMINED_MAX)};
	return ek_turn_select(t,
			      "SELECT conversation FROM (SELECT conversation FROM arrivals WHERE"
			      " sla_policy = $1 ORDER BY conversation DESC LIMIT $2) AS newest"
			      " ORDER BY conversation",
			      args, EK_LEN(args), &s->chosen);
}

static bool is_chosen(const struct scan *s, ek_conversation_id id)
{
	uint32_t from = 0;
	uint32_t to = s->chosen.n;
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;
		int64_t at = ek_turn_int(&s->chosen.v[middle]);
		if (at == id.v)
			return true;
		if (at < id.v)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static bool begin(struct ek_turn *t, struct ek_api_sla_edit *e, struct scan *s)
{
	s->id = e->id == 0 ? NEW_ID : e->id;
	s->has_was = e->was != NULL;
	s->has_is = !e->is_deleted;
	if (s->has_was && !ek_api_sla_read(t, e->was, &s->was))
		return false;
	if (s->has_is && !ek_api_sla_read(t, e->row, &s->is))
		return false;
	s->is.id = s->id;
	s->rows = ek_turn_get(t, EK_API_SLA_SCANNED * sizeof *s->rows);
	e->steps = ek_turn_get(t, EK_API_SLA_SCANNED * sizeof *e->steps);
	e->ids = ek_turn_get(t, EK_API_SLA_SCANNED * sizeof *e->ids);
	e->late_ids = ek_turn_get(t, EK_API_SLA_NAMED * sizeof *e->late_ids);
	return s->rows != NULL && e->steps != NULL && e->ids != NULL && e->late_ids != NULL &&
	       put_in_place(t, e, s) && read_chosen(t, s);
}

/* By its team alone, which costs nothing to know. */
static bool may_concern(const struct ek_api_sla_policy *p, ek_team_id team)
{
	bool is_one = p->team_count == 0 && team.v != 0;
	for (uint32_t i = 0; i < p->team_count; i++)
		is_one = is_one || p->teams[i] == team.v;
	return is_one;
}

static bool is_concerned(const struct scan *s, const struct ek_conversation_view *v)
{
	if (v->state != EK_STATE_OPEN && v->state != EK_STATE_SNOOZED)
		return false;
	return (s->has_is && may_concern(&s->is, v->team)) ||
	       (s->has_was && may_concern(&s->was, v->team)) || is_chosen(s, v->id);
}

static bool had_it(const struct scan *s, const struct ek_api_sla *step)
{
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		const struct ek_api_sla_clock *c = &step->old[i];
		if (c->policy == s->id &&
		    (c->status == EK_API_SLA_RUNNING || c->status == EK_API_SLA_PAUSED))
			return true;
	}
	return false;
}

/* Clocks of this policy run anew, from where they began: its targets may be others now. */
static void restart(const struct scan *s, struct ek_api_sla *step)
{
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		struct ek_api_sla_clock *c = &step->clocks[i];
		if (c->policy == s->id && c->status == EK_API_SLA_RUNNING)
			c->policy = NEW_ID - 1;
	}
}

static void keep(struct ek_api_sla_edit *e, struct scan *s, ek_conversation_id id,
		 const struct ek_api_sla *step)
{
	e->steps[e->step_count] = *step;
	e->ids[e->step_count++] = id;
	if (step->is_changed)
		s->rows[s->row_count++] = ek_api_sla_update(step, id);
}

static bool examine(struct ek_turn *t, struct ek_api_sla_edit *e, struct scan *s,
		    ek_conversation_id id)
{
	struct ek_api_sla step;
	struct ek_api_sla_clock before[EK_API_SLA_TARGETS];
	if (!ek_api_sla_facts(t, id, &step))
		return false;
	memcpy(before, step.clocks, sizeof before);
	restart(s, &step);
	ek_api_sla_step(&s->policies, &step);
	memcpy(step.old, before, sizeof before);
	bool applies = step.policy == s->id;
	bool had = had_it(s, &step);
	if (!applies && !had)
		return true;
	e->matched += e->is_deleted ? had : applies;
	if (applies && ek_time_is_set(step.due) && step.due.ms < t->now.ms) {
		if (e->late_count < EK_API_SLA_NAMED)
			e->late_ids[e->late_count++] = id;
		e->late++;
	}
	if (e->step_count < EK_API_SLA_SCANNED)
		keep(e, s, id, &step);
	return true;
}

bool ek_api_sla_scan(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct scan s = {.rows = NULL};
	uint32_t count = ek_look_conversation_count(t->engine);
	uint32_t examined = 0;
	struct ek_conversation_view v;
	if (!begin(t, e, &s))
		return false;
	for (uint32_t i = 1; i <= count && examined < EXAMINED_MAX; i++) {
		if (!ek_look_conversation(t->engine, (ek_conversation_id){i}, &v) ||
		    !is_concerned(&s, &v))
			continue;
		examined++;
		if (!examine(t, e, &s, v.id))
			return false;
	}
	if (s.row_count > 0) {
		e->cmd = ek_api_settings_command(s.rows, s.row_count);
		e->cmd.by = t->by;
	}
	return true;
}

void ek_api_sla_scan_put(struct ek_turn *t, const struct ek_api_sla_edit *e)
{
	for (uint32_t i = 0; i < e->step_count; i++) {
		struct ek_api_sla step = e->steps[i];
		for (uint32_t k = 0; k < EK_API_SLA_TARGETS; k++) {
			if (step.clocks[k].policy == NEW_ID)
				step.clocks[k].policy = e->id;
			/* Clocks of this policy that ended with it. */
			if (step.clocks[k].policy == NEW_ID - 1)
				step.clocks[k].policy = e->id;
		}
		ek_api_sla_put(t, &step, e->ids[i]);
	}
}
