#include "metrics/follow_state.h"

#include <string.h>

#include "base/fnv.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

static void free_texts(struct ek_follow *f, struct follow_texts *t);

bool ek_follow_open(struct ek_alloc alloc, struct ek_columns *columns, struct ek_follow **out,
		    struct ek_err *err)
{
	struct ek_follow *f = ek_alloc_get(&alloc, sizeof *f);
	*out = f;
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for figures");
	memset(f, 0, sizeof *f);
	f->alloc = alloc;
	f->columns = columns;
	f->at_ms = EK_NONE;
	ek_versions_init(&f->versions, alloc);
	ek_table_init(&f->talk_places, alloc);
	ek_table_init(&f->contact_places, alloc);
	ek_table_init(&f->topics.places, alloc);
	for (int i = 0; i < EK_FOLLOW_LABELS; i++)
		ek_table_init(&f->labels[i].places, alloc);
	ek_table_init(&f->asks, alloc);
	ek_table_init(&f->spam, alloc);
	ek_table_init(&f->same, alloc);
	return true;
}

void ek_follow_close(struct ek_follow **out)
{
	struct ek_follow *f = *out;
	if (f == NULL)
		return;
	struct ek_alloc a = f->alloc;
	ek_follow_free_contacts(f);
	ek_follow_free_workers(f);
	free_texts(f, &f->topics);
	for (int i = 0; i < EK_FOLLOW_LABELS; i++)
		free_texts(f, &f->labels[i]);
	ek_versions_fini(&f->versions);
	ek_table_fini(&f->talk_places);
	ek_table_fini(&f->contact_places);
	ek_table_fini(&f->asks);
	ek_table_fini(&f->spam);
	ek_table_fini(&f->same);
	ek_alloc_free(&a, f->talks, f->talk_cap * sizeof *f->talks);
	ek_alloc_free(&a, f->open, f->open_cap * sizeof *f->open);
	ek_alloc_free(&a, f->gone, f->gone_cap * sizeof *f->gone);
	ek_alloc_free(&a, f->zone_since, f->zone_count * sizeof *f->zone_since);
	ek_alloc_free(&a, f->has_rows, f->has_cap * sizeof *f->has_rows);
	ek_alloc_free(&a, f, sizeof *f);
	*out = NULL;
}

bool ek_follow_room(struct ek_follow *f, void **p, uint32_t *cap, uint32_t n, size_t width)
{
	if (n <= *cap)
		return true;
	uint32_t wide = *cap == 0 ? 8 : *cap * 2;
	if (wide < n)
		wide = n;
	char *v = f->alloc.resize(f->alloc.ctx, *p, *cap * width, wide * width);
	if (v == NULL) {
		f->broken = true;
		return false;
	}
	memset(v + *cap * width, 0, (wide - *cap) * width);
	f->bytes += (wide - *cap) * width;
	*p = v;
	*cap = wide;
	return true;
}

/* ---- topics */

static uint64_t hash_of(ek_str s)
{
	return ek_fnv(EK_FNV_BEGIN, s.p, s.n);
}

static uint32_t find_text(const struct follow_texts *t, ek_str text)
{
	uint32_t at = ek_table_get(&t->places, hash_of(text));
	while (at != 0 && !ek_str_equal(t->v[at - 1].s, text))
		at = t->v[at - 1].next;
	return at;
}

/* Its number, made if need be; 0 without memory. */
static uint32_t number_text(struct ek_follow *f, struct follow_texts *t, ek_str s)
{
	uint32_t at = find_text(t, s);
	void *v = t->v;
	if (at != 0 || !ek_follow_room(f, &v, &t->cap, t->n + 1, sizeof *t->v))
		return at;
	t->v = v;
	char *text = ek_alloc_get(&f->alloc, s.n + 1);
	uint64_t hash = hash_of(s);
	uint32_t next = ek_table_get(&t->places, hash);
	if (text == NULL || !ek_table_put(&t->places, hash, t->n + 1)) {
		ek_alloc_free(&f->alloc, text, s.n + 1);
		f->broken = true;
		return 0;
	}
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	f->bytes += s.n + 1;
	t->v[t->n++] = (struct follow_text){{text, s.n}, next};
	return t->n;
}

static ek_str text_at(const struct follow_texts *t, uint32_t i)
{
	return i == 0 || i > t->n ? (ek_str){NULL, 0} : t->v[i - 1].s;
}

static void free_texts(struct ek_follow *f, struct follow_texts *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		ek_alloc_free(&f->alloc, (void *)(uintptr_t)t->v[i].s.p, t->v[i].s.n + 1);
	ek_alloc_free(&f->alloc, t->v, t->cap * sizeof *t->v);
	ek_table_fini(&t->places);
}

uint32_t ek_follow_topic_find(const struct ek_follow *f, ek_str topic)
{
	return find_text(&f->topics, topic);
}

uint32_t ek_follow_topic_of(struct ek_follow *f, const struct ek_texts *tags)
{
	return tags->n == 0 ? 0 : number_text(f, &f->topics, tags->v[0]);
}

uint16_t ek_follow_label_find(const struct ek_follow *f, enum ek_follow_label of, ek_str label)
{
	return (uint16_t)find_text(&f->labels[of], label);
}

uint16_t ek_follow_label_of(struct ek_follow *f, enum ek_follow_label of, ek_str label)
{
	bool is_full = f->labels[of].n == UINT16_MAX - 1;
	return is_full ? ek_follow_label_find(f, of, label)
		       : (uint16_t)number_text(f, &f->labels[of], label);
}

uint32_t ek_follow_label_count(const struct ek_follow *f, enum ek_follow_label of)
{
	return f->labels[of].n;
}

ek_str ek_follow_label(const struct ek_follow *f, enum ek_follow_label of, uint32_t i)
{
	return text_at(&f->labels[of], i);
}

uint32_t ek_follow_topic_count(const struct ek_follow *f)
{
	return f->topics.n;
}

ek_str ek_follow_topic(const struct ek_follow *f, uint32_t i)
{
	return text_at(&f->topics, i);
}

/* ---- rows */

int32_t ek_follow_week(int32_t date)
{
	int32_t days = date + 3; /* 1970-01-01 was a Thursday */
	return days >= 0 ? days / 7 : -((6 - days) / 7);
}

static int32_t date_at(const struct ek_follow *f, uint32_t team, uint32_t at)
{
	ek_time t = {(int64_t)at * 1000};
	return ek_calendar_date(ek_versions_zone(&f->versions, team), t);
}

static void note_cells(struct ek_follow *f, uint32_t team)
{
	void *v = f->has_rows;
	if (ek_follow_room(f, &v, &f->has_cap, team + 1, sizeof *f->has_rows)) {
		f->has_rows = v;
		f->has_rows[team] = 1;
	}
}

void ek_follow_fill_cells(struct ek_follow *f, struct ek_columns_row *row)
{
	bool is_first = row->measure == EK_MEASURE_FIRST;
	bool is_answer = is_first || row->measure == EK_MEASURE_NEXT;
	bool is_spell = row->measure == EK_MEASURE_ASSIGN && (row->flags & EK_FOLLOW_FIRST) != 0;
	row->in_cells =
		(is_answer || is_spell) && (row->flags & (EK_FOLLOW_DROPPED | EK_FOLLOW_SPAM)) == 0;
	if (!row->in_cells)
		return;
	row->team_value = is_answer ? row->office : row->calendar;
	row->mate_value = is_first ? (uint32_t)(row->extra[0] >> 32) : row->office;
	row->team_day = date_at(f, row->team, row->at);
	row->team_week = ek_follow_week(row->team_day);
	row->all_week = ek_follow_week(date_at(f, 0, row->at));
	note_cells(f, row->team);
	note_cells(f, 0);
}

uint32_t ek_follow_emit(struct ek_follow *f, struct ek_columns_row *row)
{
	uint32_t place = 0;
	row->known = f->now;
	if (f->spam.n > 0 && row->measure != EK_MEASURE_WORK &&
	    (row->flags & EK_FOLLOW_HISTORY) == 0 && ek_table_get(&f->spam, row->ref) != 0)
		row->flags |= EK_FOLLOW_SPAM;
	ek_follow_fill_cells(f, row);
	if (f->broken || !ek_columns_append(f->columns, row, &place)) {
		f->broken = true;
		return 0;
	}
	return place + 1;
}

struct ek_columns_row ek_follow_row(const struct ek_follow *f, const struct follow_talk *t,
				    int measure)
{
	return (struct ek_columns_row){
		.measure = (uint8_t)measure,
		.channel = t->channel,
		.at = f->now,
		.team = t->team,
		.topic = t->topic,
		.tier = t->tier,
		.area = t->area,
		.ref = t->id,
	};
}

/* ---- clocks */

void ek_follow_start(struct follow_clock *c, uint32_t at)
{
	*c = (struct follow_clock){true, at, at, 0};
}

void ek_follow_tick(const struct ek_follow *f, struct follow_clock *c, uint32_t team, uint32_t at)
{
	if (!c->runs || at <= c->since)
		return;
	c->office += ek_versions_elapsed(&f->versions, team, c->since, at);
	c->since = at;
}

/* ---- time */

/* Since when cells go by the zone that holds: the change is now, unless nothing is in cells yet. */
static void note_zones(struct ek_follow *f, const struct ek_event *e)
{
	void *v = f->zone_since;
	uint32_t had = f->zone_count;
	uint32_t n = f->versions.team_count > f->has_cap ? f->versions.team_count : f->has_cap;
	if (!ek_follow_room(f, &v, &f->zone_count, n + 1, sizeof *f->zone_since))
		return;
	f->zone_since = v;
	for (uint32_t i = had; i < f->zone_count; i++)
		f->zone_since[i] = INT64_MIN;
	for (uint32_t i = 0; i < f->zone_count; i++) {
		if (i < f->has_cap && f->has_rows[i] != 0)
			f->zone_since[i] = e->at.ms;
	}
}

int64_t ek_follow_zone_since(const struct ek_follow *f, uint32_t team)
{
	return team < f->zone_count ? f->zone_since[team] : INT64_MIN;
}

/* What is closed and past its window goes. */
static void forget_old(struct ek_follow *f)
{
	while (f->gone_count > 0) {
		struct follow_gone g = f->gone[f->gone_first];
		if (g.closed + EK_FOLLOW_WINDOW_S >= f->now)
			return;
		struct follow_talk *t = ek_follow_find(f, g.talk);
		if (t != NULL && t->closed == g.closed)
			ek_follow_forget(f, g.talk);
		f->gone_first = (f->gone_first + 1) % f->gone_cap;
		f->gone_count--;
	}
}

static void pass_time(struct ek_follow *f, const struct ek_event *e)
{
	f->seq = e->seq;
	f->at_ms = e->at.ms;
	f->now = ek_columns_second(e->at);
	if (f->now / HOUR_S == f->hour)
		return;
	f->hour = f->now / HOUR_S;
	ek_follow_settle_all(f);
	if (f->now / DAY_S == f->day)
		return;
	f->day = f->now / DAY_S;
	forget_old(f);
	ek_follow_sweep_contacts(f);
	/* the day before: elsewhere it may not be over */
	int32_t yesterday = date_at(f, 0, f->now) - 1;
	ek_columns_seal(f->columns, yesterday, ek_follow_week(yesterday));
}

bool ek_follow_event(struct ek_follow *f, const struct ek_event *e, struct ek_err *err)
{
	if (!ek_versions_event(&f->versions, e))
		f->broken = true;
	if (ek_versions_is_about(e))
		note_zones(f, e);
	pass_time(f, e);
	(void)(ek_follow_of_talk(f, e) || ek_follow_of_giving(f, e) || ek_follow_of_work(f, e) ||
	       ek_follow_of_past(f, e) || ek_follow_of_survey(f, e) || ek_follow_of_contact(f, e));
	return !f->broken || ek_fail(err, EK_NO_MEMORY, "no memory for figures");
}

uint32_t ek_follow_spam_since(const struct ek_follow *f, uint64_t conversation)
{
	return f->spam.n == 0 ? 0 : ek_table_get(&f->spam, conversation);
}

uint64_t ek_follow_seq(const struct ek_follow *f)
{
	return f->seq;
}

ek_time ek_follow_at(const struct ek_follow *f)
{
	return (ek_time){f->at_ms};
}

uint64_t ek_follow_bytes(const struct ek_follow *f)
{
	return sizeof *f + f->bytes + f->versions.bytes + ek_table_bytes(&f->talk_places) +
	       ek_table_bytes(&f->contact_places) + ek_table_bytes(&f->topics.places) +
	       ek_table_bytes(&f->labels[EK_FOLLOW_TIER].places) +
	       ek_table_bytes(&f->labels[EK_FOLLOW_AREA].places) + ek_table_bytes(&f->asks) +
	       ek_table_bytes(&f->spam) + ek_table_bytes(&f->same);
}

const struct ek_versions *ek_follow_versions(const struct ek_follow *f)
{
	return &f->versions;
}
