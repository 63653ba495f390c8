/* SLA policies and clocks as they are kept. How they run: api_sla_step.c. */
#include "api/api_sla.h"

#include <string.h>

#include "api/api_put.h"
#include "engine/look.h"
#include "wire/list.h"

static const char *const targets[] = {"first_response", "next_response", "time_to_close"};
static const char *const statuses[] = {NULL, "running", "paused", "met", "missed", "cancelled"};

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static uint32_t place(const char *const *words, uint32_t n, ek_str s, uint32_t from)
{
	uint32_t i = from;
	while (i < n && !ek_str_is(s, words[i]))
		i++;
	return i;
}

/* ---- policies, as they are kept */

static bool read_scope(struct ek_turn *t, ek_str json, struct ek_api_sla_policy *out)
{
	struct ek_patch body;
	struct ek_filter_reader r;
	struct ek_filter filter = {NULL, 0};
	uint32_t n = 0;
	bool ok = ek_patch_open(&body, json, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&body);
	struct ek_patch_at teams = ek_patch_member(&root, "teams");
	struct ek_patch_at where = ek_patch_member(&root, "where");
	ok = ok && ek_patch_list(&teams, 0, UINT32_MAX, &n);
	uint64_t *ids = ok ? ek_turn_get(t, (n + 1) * sizeof *ids) : NULL;
	for (uint32_t i = 0; ids != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&teams, i);
		ok = ek_patch_id(&row, EK_IDENT_TEAM, &ids[i]) && ok;
	}
	if (ok && ek_patch_state(&where) == EK_PATCH_VALUE) {
		ek_filter_init(&r, t->arena, &t->problem, ek_list_table(EK_LIST_CONVERSATIONS));
		ok = ek_filter_read(&r, where.json, "/where", &filter);
	}
	ek_patch_close(&body);
	out->teams = ids;
	out->team_count = n;
	out->root = filter.root;
	return ok && ids != NULL;
}

bool ek_api_sla_read(struct ek_turn *t, const struct ek_views_value *row,
		     struct ek_api_sla_policy *out)
{
	int64_t calendar = ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_CALENDAR]);
	*out = (struct ek_api_sla_policy){
		.id = (uint64_t)ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_POLICY]),
		.calendar_id = calendar == EK_NONE ? 0 : (uint64_t)calendar,
		.pauses = ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_PAUSE_WHILE_SNOOZED]) == 1,
	};
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++)
		out->targets[i].ms =
			ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS + i]);
	if (!read_scope(t, ek_turn_text(&row[EK_CONTENT_SLA_POLICIES_APPLIES_TO]), out))
		return false;
	if (out->calendar_id == 0)
		return true;
	struct ek_calendar *hours = EK_TURN_NEW(t, struct ek_calendar);
	bool found = false;
	if (hours == NULL || !ek_api_calendars_load(t, out->calendar_id, hours, &found))
		return false;
	out->calendar = found ? hours : NULL;
	return true;
}

bool ek_api_sla_load(struct ek_turn *t, struct ek_api_sla_policies *out)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT * FROM sla_policies WHERE deleted_ms IS NULL ORDER BY position,"
			    " policy",
			    NULL, 0, &rows))
		return false;
	out->n = rows.n;
	out->v = ek_turn_get(t, (rows.n + 1) * sizeof *out->v);
	for (uint32_t i = 0; out->v != NULL && i < rows.n; i++) {
		if (!ek_api_sla_read(t, rows.v + (size_t)i * rows.columns, &out->v[i]))
			return false;
	}
	return out->v != NULL;
}

bool ek_api_sla_is_there(struct ek_turn *t, uint64_t policy, bool *found)
{
	const struct ek_views_value *row;
	if (!ek_turn_row(t, EK_CONTENT_SLA_POLICIES, (int64_t)policy, &row, found))
		return false;
	*found = *found && ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_DELETED_MS]) == EK_NONE;
	return true;
}

/* ---- clocks, as they are kept */

static ek_time time_of(const struct ek_views_value *v)
{
	return (ek_time){ek_turn_int(v)};
}

/* Of several policies that had a clock for a target, the one that began last. */
static bool read_clocks(struct ek_turn *t, ek_conversation_id id, struct ek_api_sla *out)
{
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT target, status, policy, started_ms, spent_ms, due_ms, ended_ms"
			    " FROM sla_clocks WHERE conversation = $1 AND status <> 'cancelled'"
			    " ORDER BY started_ms, policy",
			    &key, 1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = &rows.v[7 * (size_t)i];
		uint32_t target = place(targets, EK_API_SLA_TARGETS, ek_turn_text(&v[0]), 0);
		uint32_t status = place(statuses, EK_LEN(statuses), ek_turn_text(&v[1]), 1);
		if (target == EK_API_SLA_TARGETS || status == EK_LEN(statuses))
			continue;
		int64_t spent = ek_turn_int(&v[4]);
		out->clocks[target] = (struct ek_api_sla_clock){
			.policy = (uint64_t)ek_turn_int(&v[2]),
			.status = (uint8_t)status,
			.started = time_of(&v[3]),
			.spent = {spent == EK_NONE ? 0 : spent},
			.due = time_of(&v[5]),
			.ended = time_of(&v[6]),
		};
	}
	return true;
}

static bool read_tags(struct ek_turn *t, ek_conversation_id id, struct ek_api_sla *out)
{
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT tag FROM conversation_tags WHERE conversation = $1", &key, 1,
			    &rows))
		return false;
	uint64_t *tags = ek_turn_get(t, (rows.n + 1) * sizeof *tags);
	for (uint32_t i = 0; tags != NULL && i < rows.n; i++)
		tags[i] = (uint64_t)ek_turn_int(&rows.v[i]);
	out->tags = tags;
	out->tag_count = rows.n;
	return tags != NULL;
}

static bool read_chosen(struct ek_turn *t, ek_conversation_id id, struct ek_api_sla *out)
{
	const struct ek_views_value *row;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_ARRIVALS, id.v, &row, &found))
		return false;
	int64_t policy = found ? ek_turn_int(&row[EK_CONTENT_ARRIVALS_SLA_POLICY]) : EK_NONE;
	out->chosen = policy == EK_NONE ? 0 : (uint64_t)policy;
	return true;
}

bool ek_api_sla_facts(struct ek_turn *t, ek_conversation_id id, struct ek_api_sla *out)
{
	struct ek_conversation_view v;
	if (!ek_look_conversation(t->engine, id, &v))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	*out = (struct ek_api_sla){
		.team = v.team,
		.priority = v.priority,
		.complexity = v.complexity,
		.capacity_class = v.capacity_class,
		.is_asleep = v.state == EK_STATE_SNOOZED,
		.is_closed = v.state == EK_STATE_CLOSED,
		.started = v.started,
		.waiting_since = v.waiting_since,
		.at = t->now,
		.until = EK_NO_TIME,
		.due_before = v.sla_due,
	};
	return read_tags(t, id, out) && read_chosen(t, id, out) && read_clocks(t, id, out);
}

/* ---- one step */

bool ek_api_sla_follow(struct ek_turn *t, struct ek_api_sla *s)
{
	struct ek_api_sla_policies policies;
	if (!ek_api_sla_load(t, &policies))
		return false;
	ek_api_sla_step(&policies, s);
	return true;
}

/* ---- telling */

struct ek_cmd ek_api_sla_update(const struct ek_api_sla *s, ek_conversation_id id)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	const struct ek_record *r = ek_cmd_record(EK_CMD_CONVERSATION_UPDATE);
	cmd.conversation_update.conversation = id;
	cmd.conversation_update.sla_due = s->due;
	for (uint32_t i = 0; i < r->field_count; i++) {
		size_t at = r->fields[i].offset;
		if (at == offsetof(struct ek_cmd_conversation_update, conversation) ||
		    at == offsetof(struct ek_cmd_conversation_update, sla_due))
			cmd.has |= 1u << i;
	}
	return cmd;
}

static bool is_open(const struct ek_api_sla_clock *c)
{
	return c->policy != 0 &&
	       (c->status == EK_API_SLA_RUNNING || c->status == EK_API_SLA_PAUSED);
}

static void put_clock(struct ek_turn *t, ek_conversation_id id, uint32_t target,
		      const struct ek_api_sla_clock *c)
{
	struct ek_views_value v[EK_CONTENT_SLA_CLOCKS_WIDTH] = {0};
	v[EK_CONTENT_SLA_CLOCKS_CONVERSATION] = ek_views_int(id.v);
	v[EK_CONTENT_SLA_CLOCKS_POLICY] = ek_views_int((int64_t)c->policy);
	v[EK_CONTENT_SLA_CLOCKS_TARGET] = ek_views_text(word(targets[target]));
	v[EK_CONTENT_SLA_CLOCKS_STATUS] = ek_views_text(word(statuses[c->status]));
	v[EK_CONTENT_SLA_CLOCKS_STARTED_MS] = ek_views_int(c->started.ms);
	v[EK_CONTENT_SLA_CLOCKS_SPENT_MS] = ek_views_int(c->spent.ms);
	v[EK_CONTENT_SLA_CLOCKS_DUE_MS] = ek_views_int(c->due.ms);
	v[EK_CONTENT_SLA_CLOCKS_ENDED_MS] = ek_views_int(c->ended.ms);
	ek_turn_put(t, EK_CONTENT_SLA_CLOCKS, v);
}

static bool same(const struct ek_api_sla_clock *a, const struct ek_api_sla_clock *b)
{
	return a->policy == b->policy && a->status == b->status && a->started.ms == b->started.ms &&
	       a->spent.ms == b->spent.ms && a->due.ms == b->due.ms && a->ended.ms == b->ended.ms;
}

void ek_api_sla_put(struct ek_turn *t, const struct ek_api_sla *s, ek_conversation_id id)
{
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		const struct ek_api_sla_clock *now = &s->clocks[i];
		struct ek_api_sla_clock old = s->old[i];
		if (same(now, &old))
			continue;
		if (old.policy != 0 && old.policy != now->policy && is_open(&old)) {
			old.status = EK_API_SLA_CANCELLED;
			old.ended = s->at;
			put_clock(t, id, i, &old);
		}
		if (now->policy != 0)
			put_clock(t, id, i, now);
	}
}
