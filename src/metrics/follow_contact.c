/* Whether the same contact came again: approaches of a month, each with the first close of what it
 * was about. Facts of the past may come in any order. */
#include "metrics/follow_state.h"

#include <string.h>

enum { KEPT_S = 2 * 86400 }; /* what an import touched, however old */

struct follow_contact *ek_follow_contact(struct ek_follow *f, uint64_t key)
{
	uint32_t at = ek_table_get(&f->contact_places, key);
	void *v = f->contacts;
	if (at != 0)
		return &f->contacts[at - 1];
	at = f->contact_free;
	if (at != 0) {
		f->contact_free = f->contacts[at - 1].next;
	} else {
		if (!ek_follow_room(f, &v, &f->contact_cap, f->contact_count + 1,
				    sizeof *f->contacts))
			return NULL;
		f->contacts = v;
		at = ++f->contact_count;
	}
	if (!ek_table_put(&f->contact_places, key, at)) {
		f->broken = true;
		return NULL;
	}
	f->contacts[at - 1].key = key;
	return &f->contacts[at - 1];
}

bool ek_follow_is_same(uint32_t topic, uint32_t other)
{
	return topic == other || topic == 0 || other == 0;
}

/* Whether it is an approach on the same matter: its own conversation always is. */
static bool is_match(const struct follow_recent *a, const struct follow_recent *b)
{
	return a->ref == b->ref || ek_follow_is_same(a->topic, b->topic);
}

/* Facts of an import, or of an instant that is past, mend rows that were there before. */
static struct ek_columns_patch patch_of(int measure, uint32_t row, uint64_t ref)
{
	bool is_past = ref >> 32 != 0;
	return (struct ek_columns_patch){.row = row,
					 .measure = (uint8_t)measure,
					 .what = EK_COLUMNS_EXTRA1,
					 .cause = is_past ? EK_FOLLOW_IMPORTED : EK_FOLLOW_LATE};
}

static void note_gap(struct ek_follow *f, const struct follow_recent *early,
		     const struct follow_recent *late, bool is_new)
{
	int64_t *gaps = f->columns->of[EK_MEASURE_APPROACH].extra[1];
	int64_t gap = late->at > early->at ? late->at - early->at : 1;
	if (late->approach_row == 0 || gap > EK_FOLLOW_WINDOW_S)
		return;
	uint32_t row = late->approach_row - 1;
	if (gaps[row] != 0 && gap >= gaps[row])
		return;
	if (is_new)
		gaps[row] = gap;
	else
		ek_follow_mend(f, patch_of(EK_MEASURE_APPROACH, row, early->ref), gap);
}

static void note_repeat(struct ek_follow *f, const struct follow_recent *solved, uint32_t at,
			uint64_t by)
{
	struct ek_columns_of *of = &f->columns->of[EK_MEASURE_CLOSE];
	if (solved->close_row == 0 || at < solved->closed ||
	    at - solved->closed > EK_FOLLOW_WINDOW_S)
		return;
	uint64_t extra = (uint64_t)of->extra[1][solved->close_row - 1];
	uint32_t had = (uint32_t)extra;
	uint32_t since = at > solved->closed ? at - solved->closed : 1;
	if (had != 0 && since >= had)
		return;
	int64_t is = (int64_t)((extra & 0xffffffff00000000u) | since);
	/* What comes as it happens is known before the close is old enough to count. */
	if (at >= f->now)
		of->extra[1][solved->close_row - 1] = is;
	else
		ek_follow_mend(f, patch_of(EK_MEASURE_CLOSE, solved->close_row - 1, by), is);
}

void ek_follow_approach(struct ek_follow *f, struct ek_columns_row *row, uint64_t who)
{
	if (who == 0)
		row->flags |= EK_FOLLOW_STRANGER;
	row->extra[0] = (int64_t)who;
	row->extra[1] = 0;
	uint32_t place = ek_follow_emit(f, row);
	bool is_spam = (row->flags & EK_FOLLOW_SPAM) != 0;
	struct follow_contact *c =
		is_spam || who == 0 || place == 0 ? NULL : ek_follow_contact(f, who);
	if (c == NULL)
		return;
	void *v = c->v;
	if (!ek_follow_room(f, &v, &c->cap, c->n + 1, sizeof *c->v))
		return;
	c->v = v;
	c->touched = f->now;
	const struct follow_recent is = {
		.at = row->at, .topic = row->topic, .ref = row->ref, .approach_row = place};
	for (uint32_t i = 0; i < c->n; i++) {
		if (!is_match(&is, &c->v[i]))
			continue;
		if (c->v[i].at <= is.at)
			note_gap(f, &c->v[i], &is, true);
		else
			note_gap(f, &is, &c->v[i], false);
		note_repeat(f, &c->v[i], is.at, is.ref);
	}
	c->v[c->n++] = is;
}

void ek_follow_solved(struct ek_follow *f, const struct follow_approach *a, uint32_t close_row)
{
	uint32_t at = ek_table_get(&f->contact_places, a->who);
	if (at == 0 || close_row == 0)
		return;
	struct follow_contact *c = &f->contacts[at - 1];
	struct follow_recent *own = NULL;
	for (uint32_t i = 0; i < c->n && own == NULL; i++) {
		if (c->v[i].ref == a->ref)
			own = &c->v[i];
	}
	if (own == NULL)
		return;
	own->close_row = close_row;
	own->closed = a->at;
	own->topic = a->topic != 0 ? a->topic : own->topic;
	for (uint32_t i = 0; i < c->n; i++) {
		if (&c->v[i] != own && is_match(own, &c->v[i]))
			note_repeat(f, own, c->v[i].at, own->ref);
	}
}

bool ek_follow_is_recent(const struct ek_follow *f, const struct follow_recent *r)
{
	uint32_t last = r->closed > r->at ? r->closed : r->at;
	bool is_open = r->close_row == 0 && ek_table_get(&f->talk_places, r->ref) != 0;
	return is_open || (uint64_t)last + EK_FOLLOW_WINDOW_S >= f->now;
}

/* Drops what is past its window; gives back a contact of whom nothing is left. */
void ek_follow_sweep_contacts(struct ek_follow *f)
{
	for (uint32_t k = 0; k < f->contact_count; k++) {
		struct follow_contact *c = &f->contacts[k];
		if (c->key == 0 || c->touched + KEPT_S > f->now)
			continue;
		uint32_t n = 0;
		for (uint32_t i = 0; i < c->n; i++) {
			if (ek_follow_is_recent(f, &c->v[i]))
				c->v[n++] = c->v[i];
		}
		c->n = n;
		if (n > 0)
			continue;
		ek_table_drop(&f->contact_places, c->key);
		ek_alloc_free(&f->alloc, c->v, c->cap * sizeof *c->v);
		f->bytes -= c->cap * sizeof *c->v;
		*c = (struct follow_contact){.next = f->contact_free};
		f->contact_free = k + 1;
	}
}

void ek_follow_free_contacts(struct ek_follow *f)
{
	for (uint32_t k = 0; k < f->contact_count; k++)
		ek_alloc_free(&f->alloc, f->contacts[k].v,
			      f->contacts[k].cap * sizeof *f->contacts[k].v);
	ek_alloc_free(&f->alloc, f->contacts, f->contact_cap * sizeof *f->contacts);
}
