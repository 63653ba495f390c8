#include "wire/explain_json.h"

#include "model/event.h"
#include "wire/value_json.h"

/* ---- small pieces ---- */

static void put_int(struct ek_json *j, const char *key, int64_t v)
{
	ek_json_key(j, key);
	if (v == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, v);
}

static void put_id(struct ek_json *j, const char *key, uint32_t id)
{
	put_int(j, key, id == 0 ? EK_NONE : (int64_t)id);
}

static void put_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

static void put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	if (word == NULL)
		ek_json_null(j);
	else
		ek_json_word(j, word);
}

static void put_enum(struct ek_json *j, const char *key, enum ek_enum which, int number)
{
	put_word(j, key, ek_enums_wire(which, number));
}

static void begin(struct ek_json *j, const char *shape, uint64_t seq, ek_time at)
{
	ek_json_object(j);
	put_word(j, "shape", shape);
	ek_json_key(j, "seq");
	ek_json_uint(j, seq);
	put_int(j, "at", at.ms);
}

static bool finish(struct ek_json *j)
{
	ek_json_object_end(j);
	return ek_json_is_whole(j);
}

/* ---- tests ---- */

static void put_pair(struct ek_json *j, const char *is, const char *most,
		     const struct ek_explain_why *w)
{
	put_int(j, is, w->is);
	put_int(j, most, w->most);
}

static void put_args(struct ek_json *j, const struct ek_explain_why *w)
{
	switch (w->test) {
	case EK_TEST_AT_CLASS_LIMIT:
		put_enum(j, "class", EK_ENUM_CAPACITY_CLASS, w->capacity_class);
		put_pair(j, "load", "limit", w);
		break;
	case EK_TEST_AT_LIMIT:
		put_pair(j, "load", "limit", w);
		break;
	case EK_TEST_AT_INBOX_LIMIT:
		put_pair(j, "held", "limit", w);
		break;
	case EK_TEST_TOO_COMPLEX:
		put_pair(j, "complexity", "max", w);
		break;
	case EK_TEST_INTAKE:
		put_pair(j, "used", "max", w);
		break;
	case EK_TEST_LACKS_SKILL:
		ek_json_key(j, "skill");
		ek_json_text(j, w->skill);
		break;
	case EK_TEST_RELEASED:
	case EK_TEST_PAUSED:
		put_int(j, "until", w->until.ms);
		break;
	case EK_TEST_HELD_FOR_OTHER:
		put_id(j, "teammate", w->teammate.v);
		break;
	case EK_TEST_PRIMARY_NOT_EMPTY:
		put_id(j, "team", w->team.v);
		put_int(j, "waiting", w->is);
		break;
	default:
		break;
	}
}

static void put_why(struct ek_json *j, const struct ek_explain_why *w)
{
	put_enum(j, "test", EK_ENUM_TEST, w->test);
	ek_json_key(j, "args");
	ek_json_object(j);
	put_args(j, w);
	ek_json_object_end(j);
}

static void put_counts(struct ek_json *j, const char *key, const struct ek_explain_count *v,
		       uint32_t n)
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < n; i++) {
		ek_json_object(j);
		put_enum(j, "test", EK_ENUM_TEST, v[i].test);
		put_int(j, "count", v[i].count);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_blockers(struct ek_json *j, const struct ek_explain_blocker *v, uint32_t n)
{
	ek_json_key(j, "blockers");
	ek_json_list(j);
	for (uint32_t i = 0; i < n; i++) {
		ek_json_object(j);
		put_enum(j, "test", EK_ENUM_TEST, v[i].test);
		ek_json_key(j, "teammates");
		ek_json_list(j);
		for (uint32_t k = 0; k < v[i].n; k++)
			ek_json_int(j, v[i].teammates[k].v);
		ek_json_list_end(j);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

/* ---- order ---- */

static void write_key(struct ek_json *j, int key, ek_str attribute)
{
	if (key == EK_ORDER_KEY_ATTRIBUTE)
		ek_json_text_after(j, "attribute:", attribute);
	else
		ek_json_word(j, ek_enums_wire(EK_ENUM_ORDER_KEY, key));
}

static void put_decider(struct ek_json *j, const struct ek_explain_decider *d)
{
	ek_json_key(j, "decided_by");
	if (d->kind == EK_EXPLAIN_KEY)
		write_key(j, d->key, d->attribute);
	else if (d->kind == EK_EXPLAIN_BOUND)
		ek_json_word(j, ek_enums_wire(EK_ENUM_BOUND, d->bound));
	else if (d->kind == EK_EXPLAIN_ID)
		ek_json_word(j, "id");
	else
		ek_json_null(j);
}

static void write_sort_value(struct ek_json *j, const struct ek_explain_sort *s)
{
	if (s->key == EK_ORDER_KEY_ATTRIBUTE)
		ek_json_text(j, s->text);
	else if (s->value == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, s->value);
}

/* ---- changes ---- */

static void put_set(struct ek_json *j, const struct ek_explain_change *c)
{
	ek_json_key(j, "set");
	ek_json_object(j);
	if (c->kind == EK_EXPLAIN_PRESENCE) {
		put_enum(j, "presence", EK_ENUM_PRESENCE, EK_PRESENCE_ACTIVE);
	} else if (c->kind == EK_EXPLAIN_RESUME) {
		put_int(j, "paused_until", EK_NONE);
	} else if (c->kind == EK_EXPLAIN_LEVEL) {
		put_enum(j, "level", EK_ENUM_LEVEL, c->level);
	} else {
		ek_json_key(j, ek_setting_row(c->setting)->wire);
		ek_value_json_write(j, c->setting, &c->value);
	}
	ek_json_object_end(j);
}

static void write_change(struct ek_json *j, const struct ek_explain_change *c)
{
	ek_json_object(j);
	put_enum(j, "scope", EK_ENUM_SCOPE, c->scope);
	put_id(j, "id", c->id);
	if (c->kind == EK_EXPLAIN_LEVEL)
		put_id(j, "team", c->team.v);
	put_set(j, c);
	ek_json_object_end(j);
}

static void put_nearest(struct ek_json *j, const struct ek_explain_nearest *n)
{
	ek_json_key(j, "nearest_change");
	if (n->change.kind == 0) {
		ek_json_null(j);
		if (n->cut)
			put_bool(j, "nearest_change_cut", true);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, "change");
	write_change(j, &n->change);
	put_id(j, "then", n->then.v);
	ek_json_object_end(j);
}

/* ---- receipt/1 ---- */

static void put_cause(struct ek_json *j, const struct ek_explain_receipt *r)
{
	const struct ek_record *record = r->cause_kind == 0 ? NULL : ek_event_record(r->cause_kind);
	ek_json_key(j, "cause");
	ek_json_object(j);
	ek_json_key(j, "seq");
	ek_json_uint(j, r->cause_seq);
	put_word(j, "type", record == NULL ? NULL : record->wire);
	ek_json_object_end(j);
}

static void put_queue(struct ek_json *j, const struct ek_explain_receipt *r)
{
	ek_json_key(j, "queue");
	if (r->queue.place == 0) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	put_int(j, "place", r->queue.place);
	put_int(j, "of", r->queue.of);
	put_decider(j, &r->queue.decided_by);
	ek_json_key(j, "ahead");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->queue.ahead_count; i++) {
		ek_json_object(j);
		put_id(j, "conversation", r->queue.ahead[i].conversation.v);
		put_why(j, &r->queue.ahead[i].why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	if (r->queue.ahead_more > 0)
		put_int(j, "ahead_more", r->queue.ahead_more);
	ek_json_object_end(j);
}

static void write_considered(struct ek_json *j, const struct ek_explain_considered *c)
{
	static const char *const results[] = {"blocked", "eligible", "chosen"};
	ek_json_object(j);
	put_id(j, "teammate", c->teammate.v);
	put_enum(j, "level", EK_ENUM_LEVEL, c->level);
	put_word(j, "result", results[c->result]);
	if (c->result == EK_EXPLAIN_BLOCKED) {
		put_why(j, &c->why);
	} else {
		put_int(j, "load", c->load);
		put_int(j, "limit", c->limit);
		put_int(j, "last_given", c->last_given.ms);
	}
	ek_json_object_end(j);
}

bool ek_explain_json_receipt(struct ek_json *j, const struct ek_explain_receipt *r)
{
	begin(j, "receipt/1", r->seq, r->at);
	put_id(j, "conversation", r->conversation.v);
	put_id(j, "team", r->team.v);
	put_id(j, "teammate", r->teammate.v);
	put_enum(j, "how", EK_ENUM_HOW, r->how);
	put_cause(j, r);
	put_int(j, "settings_version", r->settings_version);
	put_queue(j, r);
	put_enum(j, "chosen_by", EK_ENUM_CHOSEN_BY, r->chosen_by);
	put_id(j, "runner_up", r->runner_up.v);
	ek_json_key(j, "considered");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->considered_count; i++)
		write_considered(j, &r->considered[i]);
	ek_json_list_end(j);
	put_nearest(j, &r->nearest);
	return finish(j);
}

/* ---- why_waiting/1 ---- */

static void put_sort(struct ek_json *j, const struct ek_explain_waiting *w)
{
	ek_json_key(j, "sort");
	ek_json_list(j);
	for (uint32_t i = 0; i < w->sort_count; i++) {
		ek_json_object(j);
		ek_json_key(j, "key");
		write_key(j, w->sort[i].key, w->sort[i].attribute);
		ek_json_key(j, "value");
		write_sort_value(j, &w->sort[i]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_levels(struct ek_json *j, const struct ek_explain_waiting *w)
{
	ek_json_key(j, "levels_open");
	ek_json_list(j);
	for (int i = EK_LEVEL_PRIMARY; i <= EK_LEVEL_SECONDARY + (w->overflow_open > 0); i++)
		ek_json_word(j, ek_enums_wire(EK_ENUM_LEVEL, i));
	ek_json_list_end(j);
	ek_json_key(j, "next_level");
	if (w->next_team.v == 0) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	put_id(j, "team", w->next_team.v);
	put_int(j, "at", w->next_at.ms);
	ek_json_object_end(j);
}

static void put_estimate(struct ek_json *j, const struct ek_explain_estimate *e)
{
	static const char *const refused[] = {NULL, "too_few", "stranded"};
	ek_json_key(j, "estimate");
	if (e->refused != EK_EXPLAIN_ESTIMATED) {
		ek_json_null(j);
	} else {
		ek_json_object(j);
		put_int(j, "low_ms", e->low.ms);
		put_int(j, "high_ms", e->high.ms);
		put_int(j, "sample", e->sample);
		ek_json_object_end(j);
	}
	put_word(j, "estimate_refused", refused[e->refused]);
}

bool ek_explain_json_waiting(struct ek_json *j, const struct ek_explain_waiting *w)
{
	begin(j, "why_waiting/1", w->seq, w->at);
	put_id(j, "conversation", w->conversation.v);
	put_id(j, "team", w->team.v);
	put_int(j, "place", w->place);
	put_int(j, "of", w->of);
	put_int(j, "team_place", w->team_place);
	put_int(j, "team_of", w->team_of);
	put_int(j, "waiting_since", w->waiting_since.ms);
	put_int(j, "queued_at", w->queued_at.ms);
	put_sort(j, w);
	put_int(j, "overtaken", w->overtaken);
	put_id(j, "held_for", w->held_for.v);
	put_bool(j, "stranded", w->stranded);
	put_levels(j, w);
	put_blockers(j, w->blockers, w->blocker_count);
	put_nearest(j, &w->nearest);
	put_estimate(j, &w->estimate);
	return finish(j);
}

/* ---- why_nothing/1 ---- */

static void write_inbox(struct ek_json *j, const struct ek_explain_inbox *t)
{
	static const char *const states[] = {NULL, "next", "in_turn", "blocked"};
	ek_json_object(j);
	put_id(j, "team", t->team.v);
	put_enum(j, "level", EK_ENUM_LEVEL, t->level);
	put_int(j, "waiting", t->waiting);
	put_word(j, "state", states[t->state]);
	put_id(j, "turn", t->turn);
	put_why(j, &t->why);
	put_counts(j, "waiting_not_for_you", t->not_for_you, t->not_for_you_count);
	ek_json_object_end(j);
}

bool ek_explain_json_nothing(struct ek_json *j, const struct ek_explain_nothing *n)
{
	static const char *const from[] = {NULL, "workspace", "teammate", "ramp"};
	begin(j, "why_nothing/1", n->seq, n->at);
	put_id(j, "teammate", n->teammate.v);
	put_enum(j, "presence", EK_ENUM_PRESENCE, n->presence);
	put_int(j, "load", n->load);
	put_int(j, "limit", n->limit);
	put_word(j, "limit_from", from[n->limit_from]);
	ek_json_key(j, "teams");
	ek_json_list(j);
	for (uint32_t i = 0; i < n->team_count; i++)
		write_inbox(j, &n->teams[i]);
	ek_json_list_end(j);
	put_nearest(j, &n->nearest);
	return finish(j);
}

/* ---- queue/1 ---- */

static void write_row(struct ek_json *j, const struct ek_explain_row *r, uint32_t keys)
{
	ek_json_object(j);
	put_int(j, "place", r->place);
	put_id(j, "conversation", r->conversation.v);
	put_id(j, "team", r->team.v);
	ek_json_key(j, "sort");
	ek_json_list(j);
	for (uint32_t i = 0; i < keys; i++)
		write_sort_value(j, &r->sort[i]);
	ek_json_list_end(j);
	put_decider(j, &r->decided_by);
	put_int(j, "waiting_since", r->waiting_since.ms);
	put_int(j, "overtaken", r->overtaken);
	put_enum(j, "bound", EK_ENUM_BOUND, r->bound);
	put_id(j, "held_for", r->held_for.v);
	put_bool(j, "stranded", r->stranded);
	put_enum(j, "main_test", EK_ENUM_TEST, r->main_test);
	ek_json_object_end(j);
}

bool ek_explain_json_queue(struct ek_json *j, const struct ek_explain_queue *q)
{
	begin(j, "queue/1", q->seq, q->at);
	put_int(j, "settings_version", q->settings_version);
	ek_json_key(j, "order_keys");
	ek_json_list(j);
	for (uint32_t i = 0; i < q->key_count; i++) {
		ek_json_object(j);
		ek_json_key(j, "key");
		write_key(j, q->keys[i].key, q->keys[i].attribute);
		put_bool(j, "reverse", q->reverse[i]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	put_int(j, "total", q->total);
	put_id(j, "next", q->next);
	ek_json_key(j, "rows");
	ek_json_list(j);
	for (uint32_t i = 0; i < q->row_count; i++)
		write_row(j, &q->rows[i], q->key_count);
	ek_json_list_end(j);
	return finish(j);
}

/* ---- unblock/1 ---- */

static void put_stuck(struct ek_json *j, const struct ek_explain_unblock *u)
{
	ek_json_key(j, "waiting");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->waiting_count; i++) {
		ek_json_object(j);
		put_id(j, "conversation", u->waiting[i].conversation.v);
		put_id(j, "team", u->waiting[i].team.v);
		put_blockers(j, u->waiting[i].blockers, u->waiting[i].blocker_count);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	put_int(j, "waiting_total", u->waiting_total);
}

static void put_people(struct ek_json *j, const struct ek_explain_unblock *u)
{
	ek_json_key(j, "people");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->people_count; i++) {
		const struct ek_explain_free *f = &u->people[i];
		ek_json_object(j);
		put_id(j, "teammate", f->teammate.v);
		put_int(j, "load", f->load);
		put_int(j, "limit", f->limit);
		put_counts(j, "blockers", f->blockers, f->blocker_count);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	put_int(j, "people_total", u->people_total);
}

bool ek_explain_json_unblock(struct ek_json *j, const struct ek_explain_unblock *u)
{
	begin(j, "unblock/1", u->seq, u->at);
	put_stuck(j, u);
	put_people(j, u);
	ek_json_key(j, "ways");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->way_count; i++) {
		const struct ek_explain_way *w = &u->ways[i];
		ek_json_object(j);
		ek_json_key(j, "changes");
		ek_json_list(j);
		for (uint32_t k = 0; k < w->change_count; k++)
			write_change(j, &w->changes[k]);
		ek_json_list_end(j);
		put_int(j, "moved", w->moved);
		put_int(j, "people", w->people);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	put_bool(j, "cut", u->cut);
	return finish(j);
}

/* ---- preview/1 ---- */

static void write_move(struct ek_json *j, const struct ek_explain_move *m)
{
	ek_json_object(j);
	put_id(j, "conversation", m->conversation.v);
	put_id(j, "from_team", m->from_team.v);
	put_id(j, "from", m->from.v);
	put_id(j, "team", m->to_team.v);
	put_id(j, "to", m->to.v);
	put_bool(j, "offered", m->offered);
	ek_json_object_end(j);
}

bool ek_explain_json_preview(struct ek_json *j, const struct ek_explain_preview *p)
{
	begin(j, "preview/1", p->seq, p->at);
	ek_json_key(j, "moves");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->move_count; i++)
		write_move(j, &p->moves[i]);
	ek_json_list_end(j);
	ek_json_key(j, "ineligible");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->shut_count; i++) {
		ek_json_object(j);
		put_id(j, "teammate", p->shut[i].teammate.v);
		put_id(j, "team", p->shut[i].team.v);
		put_why(j, &p->shut[i].why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_key(j, "deserted");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->deserted_count; i++)
		ek_json_int(j, p->deserted[i].v);
	ek_json_list_end(j);
	return finish(j);
}
