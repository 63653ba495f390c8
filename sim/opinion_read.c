#include "model/calendar.h"
#include "sim/opinion_inside.h"

#include <string.h>

uint16_t ek_opinion_word(struct ek_opinion *o, ek_str s)
{
	if (s.p == NULL || s.n == 0)
		return 0;
	for (uint32_t i = 1; i < o->word_count; i++) {
		if (o->words[i].n == s.n && memcmp(o->words[i].text, s.p, s.n) == 0)
			return (uint16_t)i;
	}
	ek_assert(o->word_count < O_WORDS && s.n < sizeof o->words[0].text);
	memcpy(o->words[o->word_count].text, s.p, s.n);
	o->words[o->word_count].n = s.n;
	return (uint16_t)o->word_count++;
}

bool ek_opinion_word_is(const struct ek_opinion *o, uint16_t word, const char *text)
{
	return word != 0 && ek_str_is((ek_str){o->words[word].text, o->words[word].n}, text);
}

struct o_talk *ek_opinion_find_talk(struct ek_opinion *o, ek_conversation_id id)
{
	return id.v == 0 || id.v > o->talk_count ? NULL : &o->talks[id.v];
}

struct o_mate *ek_opinion_find_mate(struct ek_opinion *o, ek_teammate_id id)
{
	if (id.v == 0 || id.v > o->mate_count || o->mates[id.v].deleted)
		return NULL;
	return &o->mates[id.v];
}

struct o_team *ek_opinion_find_team(struct ek_opinion *o, ek_team_id id)
{
	if (id.v == 0 || id.v > o->team_count || o->teams[id.v].deleted)
		return NULL;
	return &o->teams[id.v];
}

/* Section 13: the nearest set value wins. */
const struct o_value *ek_opinion_setting(const struct ek_opinion *o, int setting, uint32_t team,
					 uint32_t mate)
{
	if (mate != 0 && o->mates[mate].set[setting].kind != EK_VALUE_UNSET)
		return &o->mates[mate].set[setting];
	if (team != 0 && o->teams[team].set[setting].kind != EK_VALUE_UNSET)
		return &o->teams[team].set[setting];
	return o->set[setting].kind != EK_VALUE_UNSET ? &o->set[setting] : &o->preset[setting];
}

int64_t ek_opinion_number(const struct ek_opinion *o, int setting, uint32_t team, uint32_t mate)
{
	const struct o_value *v = ek_opinion_setting(o, setting, team, mate);
	return v->kind == EK_VALUE_INT ? v->i : EK_NONE;
}

const struct ek_calendar *ek_opinion_calendar(const struct ek_opinion *o, uint32_t team)
{
	const struct o_value *v = &o->set[EK_SET_CALENDAR];
	if (team != 0 && o->teams[team].set[EK_SET_CALENDAR].kind != EK_VALUE_UNSET)
		v = &o->teams[team].set[EK_SET_CALENDAR];
	return v->kind == EK_VALUE_CALENDAR ? o->hours[v->i] : NULL;
}

int64_t ek_opinion_add(const struct ek_calendar *cal, int64_t from, int64_t span)
{
	return ek_calendar_add(cal, (ek_time){from}, (ek_span){span}).ms;
}

bool ek_opinion_balanced(const struct ek_opinion *o, uint32_t team)
{
	return team != 0 && ek_opinion_number(o, EK_SET_METHOD, team, 0) == EK_METHOD_BALANCED;
}

bool ek_opinion_waits(const struct ek_opinion *o, const struct o_talk *c)
{
	return c->state == EK_STATE_OPEN && c->teammate == 0 && c->offered == 0 &&
	       ek_opinion_balanced(o, c->team);
}

static bool uncounted(const struct ek_opinion *o, const struct o_talk *c)
{
	const struct o_value *tags = ek_opinion_setting(o, EK_SET_UNCOUNTED_TAGS, 0, 0);
	for (uint32_t i = 0; i < c->tag_count; i++) {
		for (uint32_t k = 0; k < tags->n; k++) {
			if (tags->cells[k].s == c->tags[i])
				return true;
		}
	}
	return false;
}

/* What it weighs in a load: section 7. */
int64_t ek_opinion_weight(const struct ek_opinion *o, const struct o_talk *c)
{
	return uncounted(o, c) ? 0 : ek_opinion_points(o, c);
}

/* What room it needs: its points, or 1 when its tag isn't counted. */
int64_t ek_opinion_points(const struct ek_opinion *o, const struct o_talk *c)
{
	const struct o_value *points = ek_opinion_setting(o, EK_SET_CLASS_POINTS, 0, 0);
	const char *name = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, c->klass);
	if (uncounted(o, c))
		return 1;
	for (uint32_t k = 0; k < points->n; k++) {
		if (ek_opinion_word_is(o, points->cells[k].s, name))
			return points->cells[k].i;
	}
	return 1;
}

int64_t ek_opinion_load(const struct ek_opinion *o, uint32_t mate)
{
	int64_t sum = 0;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		const struct o_talk *c = &o->talks[i];
		if (c->state == EK_STATE_OPEN && (c->teammate == mate || c->offered == mate))
			sum += ek_opinion_weight(o, c);
	}
	return sum;
}

static const struct ek_zone *home_zone(const struct ek_opinion *o, uint32_t mate)
{
	return o->mates[mate].zone != NULL ? o->mates[mate].zone : o->zone;
}

int64_t ek_opinion_step_start(const struct ek_opinion *o, uint32_t mate, const struct o_cell *step)
{
	int64_t first = ek_opinion_number(o, EK_SET_RAMP_START, 0, mate);
	return first == EK_NONE
		       ? EK_NONE
		       : ek_calendar_day_start(home_zone(o, mate), (int32_t)(first + step->i)).ms;
}

const struct o_cell *ek_opinion_step(const struct ek_opinion *o, uint32_t mate)
{
	const struct o_value *steps = ek_opinion_setting(o, EK_SET_RAMP_STEPS, 0, 0);
	const struct o_cell *holds = NULL;
	for (uint32_t k = 0; k + 2 < steps->n; k += 3) {
		int64_t start = ek_opinion_step_start(o, mate, &steps->cells[k]);
		if (start != EK_NONE && start <= o->now)
			holds = &steps->cells[k];
	}
	return holds;
}

int64_t ek_opinion_limit(const struct ek_opinion *o, uint32_t mate)
{
	int64_t limit = ek_opinion_number(o, EK_SET_LIMIT, 0, mate);
	const struct o_cell *step = ek_opinion_step(o, mate);
	if (limit == EK_NONE || limit == 0 || step == NULL)
		return limit;
	int64_t lowered = limit * step[1].i / 1000;
	return lowered < 1 ? 1 : lowered;
}

int64_t ek_opinion_margin(const struct ek_opinion *o, uint32_t team)
{
	const struct o_value *v = &o->teams[team].set[EK_SET_SHIFT_MARGIN_MS];
	if (v->kind == EK_VALUE_AUTO)
		return o->teams[team].margin;
	return v->kind == EK_VALUE_INT ? v->i : 0;
}

bool ek_opinion_cooling(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate)
{
	return c->cooled[mate] != EK_NONE && o->now < c->cooled[mate];
}

int64_t ek_opinion_level_at(const struct ek_opinion *o, const struct o_talk *c, uint32_t k)
{
	const struct o_cell *level = &o->teams[c->team].set[EK_SET_OVERFLOW].cells[k * 4];
	if (level[2].i == EK_CLOCK_CALENDAR)
		return c->queued + level[1].i;
	return ek_opinion_add(ek_opinion_calendar(o, c->team), c->queued, level[1].i);
}

static bool level_open(const struct ek_opinion *o, const struct o_talk *c, uint32_t k)
{
	if ((c->opened >> k & 1) != 0)
		return true;
	int64_t at = ek_opinion_level_at(o, c, k);
	return at != EK_NONE && at <= o->now;
}

int ek_opinion_level_of(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate)
{
	const struct o_mate *p = &o->mates[mate];
	if (c->team == 0)
		return O_LEVEL_NONE;
	if (p->member[c->team].level != 0)
		return p->member[c->team].level == EK_LEVEL_PRIMARY ? 0 : 1;
	const struct o_value *levels = &o->teams[c->team].set[EK_SET_OVERFLOW];
	for (uint32_t k = 0; k * 4 < levels->n; k++) {
		int64_t team = levels->cells[k * 4].i;
		if (team < O_TEAMS && p->member[team].level != 0 && level_open(o, c, k))
			return (int)(2 + k);
	}
	return O_LEVEL_NONE;
}

/* Section 12: when so much of the team's office hours has passed without the holder's doing. */
int64_t ek_opinion_untouched(const struct ek_opinion *o, const struct o_talk *c, int setting)
{
	int64_t span = ek_opinion_number(o, setting, c->team, 0);
	if (c->state != EK_STATE_OPEN || c->teammate == 0 || c->team == 0 || c->since == EK_NONE ||
	    span == EK_NONE)
		return EK_NONE;
	int64_t start = c->since > c->touched ? c->since : c->touched;
	return ek_opinion_add(ek_opinion_calendar(o, c->team), start, span);
}
