/* What is mended later: contacts that turn out to be one, or two after all; spam. The rows say then
 * what they would have said had it been known before, and patches what they said. */
#include "metrics/follow_state.h"

#include <string.h>

enum { DAY_S = 86400 };

/* An approach, with the first close of what it was about. */
struct link {
	struct follow_recent recent; /* topic: when it came */
	uint32_t known;
	uint32_t closed_topic;
	uint32_t gap, repeat;
};
struct links {
	struct link *v;
	uint32_t n, cap;
	struct ek_table refs; /* conversation -> place + 1 of its first approach */
};

void ek_follow_mend(struct ek_follow *f, struct ek_columns_patch p, int64_t is)
{
	struct ek_columns_of *of = &f->columns->of[p.measure];
	/* An import takes a while: what it says of itself is no restatement. */
	if (p.cause == EK_FOLLOW_IMPORTED && p.what == EK_COLUMNS_EXTRA1 &&
	    (uint64_t)of->known[p.row] + DAY_S >= f->now) {
		of->extra[1][p.row] = is;
		return;
	}
	p.known = f->now;
	if (!ek_columns_mend(f->columns, &p, is))
		f->broken = true;
}

uint64_t ek_follow_whose(const struct ek_follow *f, uint64_t who)
{
	uint32_t into = f->same.n == 0 || who == 0 ? 0 : ek_table_get(&f->same, who);
	return into == 0 ? who : into;
}

/* ---- approaches of one contact, linked anew */

static bool add_link(struct ek_follow *f, struct links *l, uint32_t row)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_APPROACH];
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 16 : l->cap * 2;
		struct link *v =
			f->alloc.resize(f->alloc.ctx, l->v, l->cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return false;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = (struct link){.recent = {.at = of->at[row],
						.topic = of->topic[row],
						.ref = of->ref[row],
						.approach_row = row + 1},
				     .known = of->known[row]};
	return true;
}

/* From the first row that was known at `floor`. */
static uint32_t first_known(const struct ek_columns_of *of, uint32_t floor)
{
	uint32_t i = of->n;
	while (floor > 0 && i > 0 && of->known[i - 1] >= floor)
		i--;
	return floor == 0 ? 0 : i;
}

/* Older ones that something may still follow: what was open for long. */
static bool gather_recent(struct ek_follow *f, uint64_t who, uint32_t before, struct links *l)
{
	uint32_t at = before == 0 ? 0 : ek_table_get(&f->contact_places, who);
	const struct follow_contact *c = at == 0 ? NULL : &f->contacts[at - 1];
	bool ok = true;
	for (uint32_t i = 0; ok && c != NULL && i < c->n; i++) {
		if (c->v[i].approach_row > before)
			continue;
		ok = add_link(f, l, c->v[i].approach_row - 1);
		if (ok && ek_table_get(&l->refs, c->v[i].ref) == 0)
			ok = ek_table_put(&l->refs, c->v[i].ref, l->n);
	}
	return ok;
}

static bool gather(struct ek_follow *f, uint64_t who, uint32_t floor, struct links *l)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_APPROACH];
	const struct ek_columns_of *ends = &f->columns->of[EK_MEASURE_CLOSE];
	uint32_t first = first_known(of, floor);
	bool ok = gather_recent(f, who, first, l);
	for (uint32_t i = first; ok && i < of->n; i++) {
		if ((uint64_t)of->extra[0][i] != who || (of->flags[i] & EK_FOLLOW_SPAM) != 0)
			continue;
		ok = add_link(f, l, i);
		if (ok && ek_table_get(&l->refs, of->ref[i]) == 0)
			ok = ek_table_put(&l->refs, of->ref[i], l->n);
	}
	for (uint32_t i = first_known(ends, floor); ok && l->n > 0 && i < ends->n; i++) {
		uint32_t at = (ends->flags[i] & EK_FOLLOW_FIRST) == 0
				      ? 0
				      : ek_table_get(&l->refs, ends->ref[i]);
		if (at == 0)
			continue;
		l->v[at - 1].recent.close_row = i + 1;
		l->v[at - 1].recent.closed = ends->at[i];
		l->v[at - 1].closed_topic = ends->topic[i];
	}
	return ok;
}

/* What it was about, as known then. */
static uint32_t topic_at(const struct link *l, uint32_t then)
{
	bool was_closed = l->recent.close_row != 0 && l->recent.closed <= then;
	return was_closed && l->closed_topic != 0 ? l->closed_topic : l->recent.topic;
}

static void note(uint32_t *least, uint32_t from, uint32_t to)
{
	uint32_t since = to > from ? to - from : 1;
	if (to >= from && since <= EK_FOLLOW_WINDOW_S && (*least == 0 || since < *least))
		*least = since;
}

static void note_repeat(struct link *solved, const struct link *x)
{
	const struct follow_recent *s = &solved->recent;
	uint32_t then = x->known > s->closed ? x->known : s->closed;
	if (s->close_row != 0 && x->recent.at >= s->closed &&
	    (s->ref == x->recent.ref ||
	     ek_follow_is_same(topic_at(solved, then),
			       x->known > s->closed ? x->recent.topic : topic_at(x, then))))
		note(&solved->repeat, s->closed, x->recent.at);
}

/* a was known before b. */
static void pair(struct link *a, struct link *b)
{
	bool is_match = a->recent.ref == b->recent.ref ||
			ek_follow_is_same(topic_at(a, b->known), b->recent.topic);
	if (is_match && a->recent.at <= b->recent.at)
		note(&b->gap, a->recent.at, b->recent.at);
	else if (is_match)
		note(&a->gap, b->recent.at, a->recent.at);
	note_repeat(a, b);
	note_repeat(b, a);
}

static void join(struct links *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		struct link *b = &l->v[i];
		for (uint32_t k = i; k > 0; k--) {
			struct link *a = &l->v[k - 1];
			uint32_t last = a->recent.closed > a->known ? a->recent.closed : a->known;
			if ((uint64_t)last + EK_FOLLOW_WINDOW_S < b->recent.at)
				continue;
			pair(a, b);
		}
	}
}

/* The gap of what came before `from` is as it was; of long before, not all that it rests on was
 * looked at. */
static void write_link(struct ek_follow *f, const struct link *l, uint8_t cause, uint32_t from)
{
	struct ek_columns_patch p = {.row = l->recent.approach_row - 1,
				     .measure = EK_MEASURE_APPROACH,
				     .what = EK_COLUMNS_EXTRA1,
				     .cause = cause};
	if (l->known >= from)
		ek_follow_mend(f, p, l->gap);
	if (l->recent.close_row == 0)
		return;
	p.measure = EK_MEASURE_CLOSE;
	p.row = l->recent.close_row - 1;
	uint64_t was = (uint64_t)f->columns->of[EK_MEASURE_CLOSE].extra[1][p.row];
	uint32_t again = (uint32_t)(was >> 32);
	uint32_t repeat = again != 0 && (l->repeat == 0 || again < l->repeat) ? again : l->repeat;
	ek_follow_mend(f, p, (int64_t)((was & 0xffffffff00000000u) | repeat));
}

/* What may still be followed by something. */
static void remember(struct ek_follow *f, uint64_t who, const struct links *l)
{
	struct follow_contact *c = ek_follow_contact(f, who);
	if (c == NULL)
		return;
	c->n = 0;
	c->touched = f->now;
	for (uint32_t i = 0; i < l->n; i++) {
		struct follow_recent r = l->v[i].recent;
		void *v = c->v;
		r.topic = topic_at(&l->v[i], f->now);
		if (!ek_follow_is_recent(f, &r))
			continue;
		if (!ek_follow_room(f, &v, &c->cap, c->n + 1, sizeof *c->v))
			return;
		c->v = v;
		c->v[c->n++] = r;
	}
}

/* What bears on rows since `from` (0 = all) of a contact is linked anew. Cost: a pass over the
 * approaches and closes of two windows before it and since, and pairs of the contact's own. */
static void relink(struct ek_follow *f, uint64_t who, uint32_t from, uint8_t cause)
{
	struct links l = {.n = 0};
	uint32_t floor = from > 2 * EK_FOLLOW_WINDOW_S ? from - 2 * EK_FOLLOW_WINDOW_S : 0;
	ek_table_init(&l.refs, f->alloc);
	bool ok = gather(f, who, floor, &l);
	if (ok)
		join(&l);
	for (uint32_t i = 0; ok && i < l.n; i++) {
		const struct follow_recent *r = &l.v[i].recent;
		uint32_t last = r->closed > l.v[i].known ? r->closed : l.v[i].known;
		if (floor == 0 || (uint64_t)last + EK_FOLLOW_WINDOW_S >= from)
			write_link(f, &l.v[i], cause, from);
	}
	if (ok)
		remember(f, who, &l);
	f->broken = f->broken || !ok;
	ek_table_fini(&l.refs);
	ek_alloc_free(&f->alloc, l.v, l.cap * sizeof *l.v);
}

/* ---- contacts */

static void set_talk(struct ek_follow *f, uint64_t ref, uint64_t who)
{
	struct follow_talk *t = ek_follow_find(f, (uint32_t)ref);
	if (t != NULL)
		t->who = who;
}

static void set_who(struct ek_follow *f, uint32_t row, uint64_t who)
{
	const struct ek_columns_patch p = {.row = row,
					   .measure = EK_MEASURE_APPROACH,
					   .what = EK_COLUMNS_EXTRA0,
					   .cause = EK_FOLLOW_MERGED};
	ek_follow_mend(f, p, (int64_t)who);
	set_talk(f, f->columns->of[EK_MEASURE_APPROACH].ref[row], who);
}

static void merged(struct ek_follow *f, uint32_t kept, uint32_t other)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_APPROACH];
	for (uint32_t i = 0; i < of->n; i++) {
		if ((uint64_t)of->extra[0][i] == other)
			set_who(f, i, kept);
	}
	for (uint32_t i = 0; i < f->talk_count; i++) {
		if (f->talks[i].id != 0 && f->talks[i].who == other)
			f->talks[i].who = kept;
	}
	struct follow_contact *c = ek_follow_contact(f, other);
	if (c != NULL)
		c->n = 0;
	f->broken = f->broken || !ek_table_put(&f->same, other, kept);
	relink(f, kept, 0, EK_FOLLOW_MERGED);
}

/* Rows that were the other's before are so again; what came to the one since stays there. */
static void apart(struct ek_follow *f, uint32_t kept, uint32_t other)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_APPROACH];
	ek_table_drop(&f->same, other);
	for (uint32_t i = f->columns->patch_count; i > 0; i--) {
		const struct ek_columns_patch *p = &f->columns->patches[i - 1];
		if (p->measure == EK_MEASURE_APPROACH && p->what == EK_COLUMNS_EXTRA0 &&
		    p->was == (int64_t)other && of->extra[0][p->row] == (int64_t)kept)
			set_who(f, p->row, other);
	}
	relink(f, kept, 0, EK_FOLLOW_MERGED);
	relink(f, other, 0, EK_FOLLOW_MERGED);
}

bool ek_follow_of_contact(struct ek_follow *f, const struct ek_event *e)
{
	const struct ek_contact_updated *c = &e->contact_updated;
	if (e->kind != EK_EVENT_CONTACT_UPDATED)
		return false;
	if (c->merged.v != 0 && c->merged.v != c->contact.v)
		merged(f, c->contact.v, c->merged.v);
	if (c->apart.v != 0 && c->apart.v != c->contact.v)
		apart(f, c->contact.v, c->apart.v);
	return true;
}

/* ---- spam */

/* As it was appended, for its cells. */
static struct ek_columns_row row_at(const struct ek_follow *f, int measure, uint32_t i)
{
	const struct ek_columns_of *of = &f->columns->of[measure];
	return (struct ek_columns_row){
		.measure = (uint8_t)measure,
		.flags = of->flags[i],
		.at = of->at[i],
		.start = of->start[i],
		.office = of->office[i],
		.calendar = of->calendar[i],
		.team = of->team[i],
		.mate = of->mate[i],
		.extra = {of->extra[0] == NULL ? 0 : of->extra[0][i]},
	};
}

/* Cells that do not hold what they should are not read for what was until now. */
static void distrust(struct ek_follow *f, uint32_t team)
{
	void *v = f->zone_since;
	uint32_t had = f->zone_count;
	if (!ek_follow_room(f, &v, &f->zone_count, team + 1, sizeof *f->zone_since))
		return;
	f->zone_since = v;
	for (uint32_t i = had; i < f->zone_count; i++)
		f->zone_since[i] = INT64_MIN;
	f->zone_since[team] = f->zone_since[0] = f->at_ms;
}

static void set_spam(struct ek_follow *f, int measure, uint32_t i, bool is)
{
	struct ek_columns_row row = row_at(f, measure, i);
	const struct ek_columns_patch p = {.row = i,
					   .measure = (uint8_t)measure,
					   .what = EK_COLUMNS_FLAGS,
					   .cause = EK_FOLLOW_SPAMMED};
	row.flags = (uint16_t)(row.flags & ~EK_FOLLOW_SPAM);
	ek_follow_fill_cells(f, &row);
	if (row.in_cells && is && !ek_columns_take(f->columns, &row))
		distrust(f, row.team);
	if (row.in_cells && !is && !ek_columns_put(f->columns, &row))
		f->broken = true;
	ek_follow_mend(f, p, is ? row.flags | EK_FOLLOW_SPAM : row.flags);
}

static void spam_rows(struct ek_follow *f, uint32_t talk, uint32_t from, bool is)
{
	for (int m = 0; m < EK_MEASURE_END; m++) {
		const struct ek_columns_of *of = &f->columns->of[m];
		for (uint32_t i = m == EK_MEASURE_WORK ? of->n : first_known(of, from); i < of->n;
		     i++) {
			bool is_so = (of->flags[i] & EK_FOLLOW_SPAM) != 0;
			if (of->ref[i] == talk && (of->flags[i] & EK_FOLLOW_HISTORY) == 0 &&
			    is_so != is)
				set_spam(f, m, i, is);
		}
	}
}

/* Upper and lower case of ASCII are one. */
static bool is_spam(const struct ek_texts *tags)
{
	static const char word[] = EK_FOLLOW_SPAM_TAG;
	for (uint32_t i = 0; i < tags->n; i++) {
		uint32_t k = 0;
		while (k < tags->v[i].n && k < sizeof word - 1 &&
		       (tags->v[i].p[k] | 0x20) == word[k])
			k++;
		if (k == sizeof word - 1 && tags->v[i].n == k)
			return true;
	}
	return false;
}

static uint64_t who_of(const struct ek_follow *f, uint32_t talk)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_APPROACH];
	for (uint32_t i = of->n; i > 0; i--) {
		if (of->ref[i - 1] == talk && (of->flags[i - 1] & EK_FOLLOW_HISTORY) == 0)
			return (uint64_t)of->extra[0][i - 1];
	}
	return 0;
}

void ek_follow_judge_spam(struct ek_follow *f, uint32_t talk, const struct ek_texts *tags)
{
	bool is = is_spam(tags);
	if (is == (ek_follow_spam_since(f, talk) != 0))
		return;
	const struct follow_talk *t = ek_follow_find(f, talk);
	uint32_t from = t == NULL || t->recalled ? 0 : t->created;
	uint64_t who = t != NULL ? t->who : who_of(f, talk);
	if (!is)
		ek_table_drop(&f->spam, talk);
	else if (!ek_table_put(&f->spam, talk, f->now == 0 ? 1 : f->now))
		f->broken = true;
	spam_rows(f, talk, from, is);
	if (who != 0)
		relink(f, who, from, EK_FOLLOW_SPAMMED);
}
