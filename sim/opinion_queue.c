/* The order of the queue, section 3, with the bounds of section 16. */
#include "sim/opinion_inside.h"

struct key {
	bool absent; /* stays last, reversed or not */
	int64_t first;
	int64_t second;
};

/* Waiting since, or queue entry when nobody waits for an answer. */
int64_t ek_opinion_seniority(const struct o_talk *c)
{
	return c->since != EK_NONE ? c->since : c->queued;
}

static struct key sla_key(const struct ek_opinion *o, const struct o_talk *c)
{
	bool saveable = ek_opinion_number(o, EK_SET_SLA_ORDER, 0, 0) == EK_SLA_ORDER_SAVEABLE;
	int64_t reply = ek_opinion_number(o, EK_SET_SLA_REPLY_MS, c->team, 0);
	if (c->sla == EK_NONE)
		return (struct key){.absent = true};
	return (struct key){false, saveable && c->sla < o->now + reply, c->sla};
}

static struct key attribute_key(const struct ek_opinion *o, const struct o_talk *c, uint16_t name)
{
	const struct o_value *orders = ek_opinion_setting(o, EK_SET_ATTRIBUTE_ORDERS, 0, 0);
	uint16_t value = 0;
	for (uint32_t i = 0; i < c->attribute_count; i++) {
		if (c->attributes[i].name == name)
			value = c->attributes[i].value;
	}
	for (uint32_t k = 0; k < orders->n; k += 1 + (uint32_t)orders->cells[k].i) {
		if (orders->cells[k].s != name || value == 0)
			continue;
		for (int64_t place = 1; place <= orders->cells[k].i; place++) {
			if (orders->cells[k + (uint32_t)place].s == value)
				return (struct key){false, place, 0};
		}
	}
	return (struct key){.absent = true};
}

static struct key key_of(const struct ek_opinion *o, const struct o_talk *c,
			 const struct o_cell *by)
{
	switch (by->i / 2) {
	case EK_ORDER_KEY_PRIORITY:
		return (struct key){false, -c->priority, 0};
	case EK_ORDER_KEY_SLA:
		return sla_key(o, c);
	case EK_ORDER_KEY_INBOX_RANK:
		return (struct key){false, ek_opinion_number(o, EK_SET_RANK, c->team, 0), 0};
	case EK_ORDER_KEY_WAITING_SINCE:
		return (struct key){false, ek_opinion_seniority(c), 0};
	case EK_ORDER_KEY_STARTED:
		return (struct key){false, c->started, 0};
	default:
		return attribute_key(o, c, by->s);
	}
}

static int compare(struct key a, struct key b, bool reverse)
{
	if (a.absent || b.absent)
		return (int)a.absent - (int)b.absent;
	int less = a.first < b.first || (a.first == b.first && a.second < b.second);
	int more = a.first > b.first || (a.first == b.first && a.second > b.second);
	return reverse ? less - more : more - less;
}

static bool is_bound(const struct ek_opinion *o, const struct o_talk *c)
{
	if (!ek_opinion_waits(o, c))
		return false;
	int64_t overtakes = ek_opinion_number(o, EK_SET_OVERTAKE_MAX, c->team, 0);
	int64_t wait = ek_opinion_number(o, EK_SET_WAIT_MAX_MS, c->team, 0);
	return (overtakes != EK_NONE && c->overtaken >= overtakes) ||
	       (wait != EK_NONE && o->now >= ek_opinion_seniority(c) + wait);
}

bool ek_opinion_before(const struct ek_opinion *o, const struct o_talk *a, const struct o_talk *b)
{
	bool bound = is_bound(o, a);
	if (bound != is_bound(o, b))
		return bound;
	if (bound && ek_opinion_seniority(a) != ek_opinion_seniority(b))
		return ek_opinion_seniority(a) < ek_opinion_seniority(b);
	const struct o_value *keys = ek_opinion_setting(o, EK_SET_ORDER_KEYS, 0, 0);
	for (uint32_t i = 0; i < keys->n; i++) {
		const struct o_cell *by = &keys->cells[i];
		int order = compare(key_of(o, a, by), key_of(o, b, by), by->i % 2 != 0);
		if (order != 0)
			return order < 0;
	}
	return a->id < b->id;
}

void ek_opinion_sort(const struct ek_opinion *o, uint32_t *ids, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		for (uint32_t k = i; k > 0; k--) {
			if (!ek_opinion_before(o, &o->talks[ids[k]], &o->talks[ids[k - 1]]))
				break;
			uint32_t swap = ids[k];
			ids[k] = ids[k - 1];
			ids[k - 1] = swap;
		}
	}
}

uint32_t ek_opinion_all_waiting(const struct ek_opinion *o, uint32_t ids[O_TALKS])
{
	uint32_t n = 0;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		if (ek_opinion_waits(o, &o->talks[i]))
			ids[n++] = i;
	}
	ek_opinion_sort(o, ids, n);
	return n;
}
