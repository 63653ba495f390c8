#include "wire/explain_json.h"

#include "model/event.h"
#include "wire/ident.h"
#include "wire/value_json.h"

/* ---- small pieces ---- */

static void write_int(struct ek_json *j, int64_t v)
{
	if (v == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, v);
}

static void put_int(struct ek_json *j, const char *key, int64_t v)
{
	ek_json_key(j, key);
	write_int(j, v);
}

static void put_time(struct ek_json *j, const char *key, ek_time t)
{
	ek_json_key(j, key);
	ek_json_time(j, t);
}

static void put_conversation(struct ek_json *j, const char *key, ek_conversation_id id)
{
	ek_json_key(j, key);
	ek_json_id(j, EK_IDENT_CONVERSATION, id.v);
}

static void put_team(struct ek_json *j, const char *key, ek_team_id id)
{
	ek_json_key(j, key);
	ek_json_id(j, EK_IDENT_TEAM, id.v);
}

static void put_teammate(struct ek_json *j, const char *key, ek_teammate_id id)
{
	ek_json_key(j, key);
	ek_json_id(j, EK_IDENT_TEAMMATE, id.v);
}

/* The same of a colleague, whom not every reader may know: then it is left out. */
static void put_colleague(struct ek_json *j, const char *key, ek_teammate_id id)
{
	if (id.v == 0 || ek_json_sees(j, id.v))
		put_teammate(j, key, id);
}

/* Whether the reader may know all names. */
static bool sees_all(const struct ek_json *j)
{
	return ek_json_sees(j, 0);
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
	put_time(j, "at", at);
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
		put_time(j, "until", w->until);
		break;
	case EK_TEST_HELD_FOR_OTHER:
		put_colleague(j, "teammate", w->teammate);
		break;
	case EK_TEST_PRIMARY_NOT_EMPTY:
		put_team(j, "team", w->team);
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

/* Those whom the reader may know, and how many besides. */
static void put_blocked(struct ek_json *j, const struct ek_explain_blocker *b)
{
	uint32_t others = 0;
	ek_json_key(j, "teammates");
	ek_json_list(j);
	for (uint32_t k = 0; k < b->n; k++) {
		if (ek_json_sees(j, b->teammates[k].v))
			ek_json_id(j, EK_IDENT_TEAMMATE, b->teammates[k].v);
		else
			others++;
	}
	ek_json_list_end(j);
	if (!sees_all(j))
		put_int(j, "others", others);
}

static void put_blockers(struct ek_json *j, const struct ek_explain_blocker *v, uint32_t n)
{
	ek_json_key(j, "blockers");
	ek_json_list(j);
	for (uint32_t i = 0; i < n; i++) {
		ek_json_object(j);
		put_enum(j, "test", EK_ENUM_TEST, v[i].test);
		put_blocked(j, &v[i]);
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
	switch (s->key) {
	case EK_ORDER_KEY_ATTRIBUTE:
		ek_json_text(j, s->text);
		return;
	case EK_ORDER_KEY_SLA:
	case EK_ORDER_KEY_WAITING_SINCE:
	case EK_ORDER_KEY_STARTED:
		ek_json_time(j, (ek_time){s->value});
		return;
	default:
		write_int(j, s->value);
	}
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

/* Whether it names nobody whom the reader may not know. */
static bool is_told(const struct ek_json *j, const struct ek_explain_change *c)
{
	return c->scope != EK_SCOPE_TEAMMATE || ek_json_sees(j, c->id);
}

static void write_change(struct ek_json *j, const struct ek_explain_change *c)
{
	ek_json_object(j);
	put_enum(j, "scope", EK_ENUM_SCOPE, c->scope);
	ek_json_key(j, "id");
	ek_json_id(j, c->scope == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE, c->id);
	if (c->kind == EK_EXPLAIN_LEVEL)
		put_team(j, "team", c->team);
	put_set(j, c);
	ek_json_object_end(j);
}

static void put_nearest(struct ek_json *j, const struct ek_explain_nearest *n)
{
	if (n->change.kind != 0 && !is_told(j, &n->change))
		return;
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
	put_colleague(j, "then", n->then);
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

/* Whether the reader may know what stood before it, and why this teammate could not take it. */
static bool is_ahead_told(const struct ek_json *j, const struct ek_explain_receipt *r,
			  const struct ek_explain_ahead *a)
{
	return sees_all(j) || (ek_json_sees(j, r->teammate.v) && a->why.test != EK_TEST_NOT_MEMBER);
}

static void put_ahead(struct ek_json *j, const struct ek_explain_receipt *r)
{
	uint32_t more = r->queue.ahead_more;
	ek_json_key(j, "ahead");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->queue.ahead_count; i++) {
		const struct ek_explain_ahead *a = &r->queue.ahead[i];
		if (!is_ahead_told(j, r, a)) {
			more++;
			continue;
		}
		ek_json_object(j);
		put_conversation(j, "conversation", a->conversation);
		put_why(j, &a->why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	if (more > 0)
		put_int(j, "ahead_more", more);
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
	put_ahead(j, r);
	ek_json_object_end(j);
}

static void write_considered(struct ek_json *j, const struct ek_explain_considered *c)
{
	static const char *const results[] = {"blocked", "eligible", "chosen"};
	ek_json_object(j);
	put_teammate(j, "teammate", c->teammate);
	put_enum(j, "level", EK_ENUM_LEVEL, c->level);
	put_word(j, "result", results[c->result]);
	if (c->result == EK_EXPLAIN_BLOCKED) {
		put_why(j, &c->why);
	} else {
		put_int(j, "load", c->load);
		put_int(j, "limit", c->limit);
		put_time(j, "last_given", c->last_given);
	}
	ek_json_object_end(j);
}

/* Of those whom the reader may not know, how many fared how. */
static void put_others(struct ek_json *j, const struct ek_explain_receipt *r)
{
	struct ek_explain_count tests[EK_TEST_END] = {0};
	uint32_t results[EK_EXPLAIN_CHOSEN + 1] = {0};
	uint32_t n = 0;
	for (uint8_t t = 0; t < EK_TEST_END; t++) {
		tests[n].test = t;
		tests[n].count = 0;
		for (uint32_t i = 0; i < r->considered_count; i++) {
			const struct ek_explain_considered *c = &r->considered[i];
			if (c->result == EK_EXPLAIN_BLOCKED && c->why.test == t &&
			    !ek_json_sees(j, c->teammate.v))
				tests[n].count++;
		}
		n += tests[n].count > 0;
	}
	for (uint32_t i = 0; i < r->considered_count; i++)
		results[r->considered[i].result] += !ek_json_sees(j, r->considered[i].teammate.v);
	ek_json_key(j, "others");
	ek_json_object(j);
	put_int(j, "chosen", results[EK_EXPLAIN_CHOSEN]);
	put_int(j, "eligible", results[EK_EXPLAIN_ELIGIBLE]);
	put_counts(j, "blocked", tests, n);
	ek_json_object_end(j);
}

static void put_considered(struct ek_json *j, const struct ek_explain_receipt *r)
{
	ek_json_key(j, "considered");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->considered_count; i++) {
		if (ek_json_sees(j, r->considered[i].teammate.v))
			write_considered(j, &r->considered[i]);
	}
	ek_json_list_end(j);
	if (!sees_all(j))
		put_others(j, r);
}

bool ek_explain_json_receipt(struct ek_json *j, const struct ek_explain_receipt *r)
{
	begin(j, "receipt/1", r->seq, r->at);
	put_conversation(j, "conversation", r->conversation);
	put_team(j, "team", r->team);
	put_teammate(j, "teammate", r->teammate);
	put_enum(j, "how", EK_ENUM_HOW, r->how);
	put_cause(j, r);
	put_int(j, "settings_version", r->settings_version);
	put_queue(j, r);
	put_enum(j, "chosen_by", EK_ENUM_CHOSEN_BY, r->chosen_by);
	put_colleague(j, "runner_up", r->runner_up);
	put_considered(j, r);
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
	put_team(j, "team", w->next_team);
	put_time(j, "at", w->next_at);
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
	put_conversation(j, "conversation", w->conversation);
	put_team(j, "team", w->team);
	put_int(j, "place", w->place);
	put_int(j, "of", w->of);
	put_int(j, "team_place", w->team_place);
	put_int(j, "team_of", w->team_of);
	put_time(j, "waiting_since", w->waiting_since);
	put_time(j, "queued_at", w->queued_at);
	put_sort(j, w);
	put_int(j, "overtaken", w->overtaken);
	put_colleague(j, "held_for", w->held_for);
	put_bool(j, "stranded", w->stranded);
	put_levels(j, w);
	put_blockers(j, w->blockers, w->blocker_count);
	put_nearest(j, &w->nearest);
	put_estimate(j, &w->estimate);
	return finish(j);
}

/* ---- why_nothing/1 ---- */

static void put_turn(struct ek_json *j, const struct ek_explain_inbox *t)
{
	static const char *const states[] = {NULL, "next", "in_turn", "blocked"};
	put_word(j, "state", states[t->state]);
	put_int(j, "turn", t->turn == 0 ? EK_NONE : (int64_t)t->turn);
	put_why(j, &t->why);
}

void ek_explain_json_turn(struct ek_json *j, ek_teammate_id teammate,
			  const struct ek_explain_inbox *t)
{
	ek_json_object(j);
	put_teammate(j, "teammate", teammate);
	put_enum(j, "level", EK_ENUM_LEVEL, t->level);
	put_turn(j, t);
	ek_json_object_end(j);
}

static void write_inbox(struct ek_json *j, const struct ek_explain_inbox *t)
{
	ek_json_object(j);
	put_team(j, "team", t->team);
	put_enum(j, "level", EK_ENUM_LEVEL, t->level);
	put_int(j, "waiting", t->waiting);
	put_turn(j, t);
	put_counts(j, "waiting_not_for_you", t->not_for_you, t->not_for_you_count);
	ek_json_object_end(j);
}

bool ek_explain_json_nothing(struct ek_json *j, const struct ek_explain_nothing *n)
{
	static const char *const from[] = {NULL, "workspace", "teammate", "ramp"};
	begin(j, "why_nothing/1", n->seq, n->at);
	put_teammate(j, "teammate", n->teammate);
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

void ek_explain_json_queue_row(struct ek_json *j, const struct ek_explain_row *r, uint32_t keys)
{
	ek_json_object(j);
	put_int(j, "place", r->place);
	put_conversation(j, "conversation", r->conversation);
	put_team(j, "team", r->team);
	ek_json_key(j, "sort");
	ek_json_list(j);
	for (uint32_t i = 0; i < keys; i++)
		write_sort_value(j, &r->sort[i]);
	ek_json_list_end(j);
	put_decider(j, &r->decided_by);
	put_time(j, "waiting_since", r->waiting_since);
	put_int(j, "overtaken", r->overtaken);
	put_enum(j, "bound", EK_ENUM_BOUND, r->bound);
	put_colleague(j, "held_for", r->held_for);
	put_bool(j, "stranded", r->stranded);
	put_enum(j, "main_test", EK_ENUM_TEST, r->main_test);
	ek_json_object_end(j);
}

void ek_explain_json_order(struct ek_json *j, const struct ek_explain_queue *q)
{
	ek_json_list(j);
	for (uint32_t i = 0; i < q->key_count; i++) {
		ek_json_object(j);
		ek_json_key(j, "key");
		write_key(j, q->keys[i].key, q->keys[i].attribute);
		put_bool(j, "reverse", q->reverse[i]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void begin_queue(struct ek_json *j, const struct ek_explain_queue *q)
{
	begin(j, "queue/1", q->seq, q->at);
	put_int(j, "settings_version", q->settings_version);
	ek_json_key(j, "order_keys");
	ek_explain_json_order(j, q);
}

static void put_rows(struct ek_json *j, const char *key, const struct ek_explain_queue *q)
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < q->row_count; i++)
		ek_explain_json_queue_row(j, &q->rows[i], q->key_count);
	ek_json_list_end(j);
}

bool ek_explain_json_queue(struct ek_json *j, const struct ek_explain_queue *q)
{
	ek_assert(!j->style.is_api);
	begin_queue(j, q);
	put_int(j, "total", q->total);
	put_int(j, "next", q->next == 0 ? EK_NONE : (int64_t)q->next);
	put_rows(j, "rows", q);
	return finish(j);
}

bool ek_explain_json_queue_page(struct ek_json *j, const struct ek_explain_queue *q,
				const struct ek_json_page *page)
{
	begin_queue(j, q);
	put_rows(j, "data", q);
	ek_json_page(j, page);
	return finish(j);
}

/* ---- unblock/1 ---- */

static void put_stuck(struct ek_json *j, const struct ek_explain_unblock *u)
{
	ek_json_key(j, "waiting");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->waiting_count; i++) {
		ek_json_object(j);
		put_conversation(j, "conversation", u->waiting[i].conversation);
		put_team(j, "team", u->waiting[i].team);
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
		if (!ek_json_sees(j, f->teammate.v))
			continue;
		ek_json_object(j);
		put_teammate(j, "teammate", f->teammate);
		put_int(j, "load", f->load);
		put_int(j, "limit", f->limit);
		put_counts(j, "blockers", f->blockers, f->blocker_count);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	put_int(j, "people_total", u->people_total);
}

static bool is_way_told(const struct ek_json *j, const struct ek_explain_way *w)
{
	bool told = true;
	for (uint32_t k = 0; k < w->change_count; k++)
		told = told && is_told(j, &w->changes[k]);
	return told;
}

static void write_way(struct ek_json *j, const struct ek_explain_way *w)
{
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

bool ek_explain_json_unblock(struct ek_json *j, const struct ek_explain_unblock *u)
{
	begin(j, "unblock/1", u->seq, u->at);
	put_stuck(j, u);
	put_people(j, u);
	ek_json_key(j, "ways");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->way_count; i++) {
		if (is_way_told(j, &u->ways[i]))
			write_way(j, &u->ways[i]);
	}
	ek_json_list_end(j);
	put_bool(j, "cut", u->cut);
	return finish(j);
}

/* ---- preview/1 ---- */

/* Whether the reader may know of it: all may be known, or it is to them or from them. */
static bool is_move_told(const struct ek_json *j, const struct ek_explain_move *m)
{
	return ek_json_sees(j, m->from.v) || ek_json_sees(j, m->to.v);
}

static void write_move(struct ek_json *j, const struct ek_explain_move *m)
{
	ek_json_object(j);
	put_conversation(j, "conversation", m->conversation);
	put_team(j, "from_team", m->from_team);
	put_colleague(j, "from", m->from);
	put_team(j, "team", m->to_team);
	put_colleague(j, "to", m->to);
	put_bool(j, "offered", m->offered);
	ek_json_object_end(j);
}

static void put_moves(struct ek_json *j, const struct ek_explain_preview *p)
{
	uint32_t others = 0;
	ek_json_key(j, "moves");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->move_count; i++) {
		if (is_move_told(j, &p->moves[i]))
			write_move(j, &p->moves[i]);
		else
			others++;
	}
	ek_json_list_end(j);
	if (!sees_all(j))
		put_int(j, "moves_others", others);
}

static void put_ineligible(struct ek_json *j, const struct ek_explain_preview *p)
{
	uint32_t others = 0;
	ek_json_key(j, "ineligible");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->shut_count; i++) {
		if (!ek_json_sees(j, p->shut[i].teammate.v)) {
			others++;
			continue;
		}
		ek_json_object(j);
		put_teammate(j, "teammate", p->shut[i].teammate);
		put_team(j, "team", p->shut[i].team);
		put_why(j, &p->shut[i].why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	if (!sees_all(j))
		put_int(j, "ineligible_others", others);
}

bool ek_explain_json_preview(struct ek_json *j, const struct ek_explain_preview *p)
{
	begin(j, "preview/1", p->seq, p->at);
	put_moves(j, p);
	put_ineligible(j, p);
	ek_json_key(j, "deserted");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->deserted_count; i++)
		ek_json_id(j, EK_IDENT_TEAM, p->deserted[i].v);
	ek_json_list_end(j);
	return finish(j);
}
