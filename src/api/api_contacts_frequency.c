/* How often a contact came to us: distinct approaches in the last 7, 30 and 90 days, over all
 * channels and team inboxes, what about, and how many were a move to another channel on the same
 * matter within a day (spec metrics, M15). */
#include <stdlib.h>
#include <string.h>

#include "api/api_contact.h"
#include "api/api_fold.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "model/calendar.h"

enum {
	SPANS = 3,
	APPROACHES_MAX = 2000, /* a contact that comes more often in 90 days is no person */
	IDS_MAX = 500,         /* of contacts that were merged into one */
	TOPICS_MAX = 20,       /* told; those of the most approaches */
};
static const int64_t spans[SPANS] = {7, 30, 90};

struct approach {
	int64_t at_ms;
	ek_str topic; /* p NULL = none; lives as long as the turn */
	uint8_t channel;
	bool is_told; /* its topic, to this caller */
};

struct frequency {
	struct ek_api_contact contact;
	struct ek_turn *t;
	uint64_t ids[IDS_MAX];
	uint32_t id_count;
	struct approach v[APPROACHES_MAX];
	uint32_t n;
};

struct topic {
	ek_str name;
	uint32_t n[SPANS];
};

static bool is_theirs(const struct frequency *q, uint64_t contact)
{
	for (uint32_t i = 0; i < q->id_count; i++)
		if (q->ids[i] == contact)
			return true;
	return false;
}

static bool take(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct frequency *q = ctx;
	struct ek_turn *t = q->t;
	const struct ek_may_object object = {.teams = &item->team, .team_count = 1};
	if (!item->counted || item->contact == 0 || !is_theirs(q, item->contact))
		return true;
	if (q->n == APPROACHES_MAX)
		return ek_fail(err, EK_LIMIT, "more than %d approaches", APPROACHES_MAX);
	struct approach a = {.at_ms = item->start.ms,
			     .channel = item->channel,
			     .is_told = ek_may_is(&t->actor, EK_MAY_FIGURES_TEAM, &object)};
	if (item->topic.p != NULL && item->topic.n > 0) {
		a.topic = ek_turn_copy(t, item->topic);
		if (a.topic.p == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for a topic");
	}
	q->v[q->n++] = a;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct approach *x = a, *y = b;
	return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static bool is_same_matter(const struct approach *a, const struct approach *b)
{
	return a->topic.p == NULL || b->topic.p == NULL || ek_str_equal(a->topic, b->topic);
}

/* They came on another channel within the day before, on the same matter. */
static bool is_hop(const struct frequency *q, uint32_t i)
{
	const struct approach *a = &q->v[i];
	for (uint32_t k = i; k > 0; k--) {
		const struct approach *b = &q->v[k - 1];
		if (a->at_ms - b->at_ms > EK_CALENDAR_DAY_MS)
			return false;
		if (b->channel != a->channel && is_same_matter(a, b))
			return true;
	}
	return false;
}

static bool is_within(const struct frequency *q, uint32_t i, uint32_t span)
{
	return q->v[i].at_ms > q->t->now.ms - spans[span] * EK_CALENDAR_DAY_MS;
}

static int by_often(const void *a, const void *b)
{
	const struct topic *x = a, *y = b;
	if (x->n[SPANS - 1] != y->n[SPANS - 1])
		return x->n[SPANS - 1] > y->n[SPANS - 1] ? -1 : 1;
	uint32_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = n == 0 ? 0 : memcmp(x->name.p, y->name.p, n);
	return order != 0 ? order : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static uint32_t topics_of(const struct frequency *q, struct topic *out)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < q->n; i++) {
		uint32_t k = 0;
		if (q->v[i].topic.p == NULL || !q->v[i].is_told)
			continue;
		while (k < n && !ek_str_equal(out[k].name, q->v[i].topic))
			k++;
		if (k == n)
			out[n++] = (struct topic){.name = q->v[i].topic};
		for (uint32_t s = 0; s < SPANS; s++)
			out[k].n[s] += is_within(q, i, s);
	}
	if (n > 0)
		qsort(out, n, sizeof *out, by_often);
	return n < TOPICS_MAX ? n : TOPICS_MAX;
}

static void put_topics(struct ek_json *j, const struct topic *v, uint32_t n, uint32_t span)
{
	ek_json_key(j, "topics");
	ek_json_list(j);
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].n[span] == 0)
			continue;
		ek_json_object(j);
		ek_api_put_text(j, "topic", v[i].name);
		ek_api_put_int(j, "approaches", v[i].n[span]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_answer(struct ek_turn *t, const struct frequency *q)
{
	struct ek_json *j = &t->out;
	struct topic *topics = ek_turn_get(t, (q->n + 1) * sizeof *topics);
	uint32_t topic_count = topics == NULL ? 0 : topics_of(q, topics);
	ek_json_object(j);
	ek_api_put_time(j, "as_of", t->now);
	ek_json_key(j, "spans");
	ek_json_list(j);
	for (uint32_t s = 0; s < SPANS; s++) {
		uint32_t n = 0, hops = 0;
		for (uint32_t i = 0; i < q->n; i++) {
			bool is_in = is_within(q, i, s);
			n += is_in;
			hops += is_in && is_hop(q, i);
		}
		ek_json_object(j);
		ek_api_put_int(j, "days", spans[s]);
		ek_api_put_int(j, "approaches", n);
		ek_api_put_int(j, "channel_hops", hops);
		put_topics(j, topics, topic_count, s);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

/* Itself, and what was merged into it. */
static bool read_ids(struct ek_turn *t, struct frequency *q)
{
	const struct ek_views_value id = ek_views_int(q->contact.id);
	struct ek_turn_rows rows;
	q->ids[q->id_count++] = q->contact.id;
	if (!ek_turn_select(t, "SELECT contact FROM contacts WHERE merged_into = $1 LIMIT 499", &id,
			    1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n && q->id_count < IDS_MAX; i++)
		q->ids[q->id_count++] = (uint64_t)ek_turn_int(&rows.v[i]);
	return true;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct frequency *q = t->state;
	const struct ek_figures_reader reader = {take, q};
	const struct ek_figures_ask ask = {
		.metric = EK_METRIC_CONTACT_FREQUENCY,
		.from = {t->now.ms - spans[SPANS - 1] * EK_CALENDAR_DAY_MS},
		.until = {t->now.ms + 1000},
		.as_of = EK_NO_TIME};
	struct ek_err err;
	(void)w;
	const struct ek_figures *f = read_ids(t, q) ? ek_api_fold_take(t) : NULL;
	if (f != NULL) {
		bool ok = ek_figures_seq(f) == 0 || ek_figures_receipt(f, &ask, &reader, &err);
		ek_api_fold_give(t);
		if (q->n > 0)
			qsort(q->v, q->n, sizeof *q->v, by_time);
		if (ok)
			put_answer(t, q);
		else
			ek_problem_err(&t->problem, &err);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_contact_frequency(struct ek_turn *t)
{
	struct frequency *q = EK_TURN_NEW(t, struct frequency);
	t->state = q;
	if (q != NULL)
		q->t = t;
	if (q != NULL && ek_query_end(&t->query) &&
	    ek_api_contact_may(t, EK_MAY_CONTACT_TIMELINE_READ, &q->contact))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
