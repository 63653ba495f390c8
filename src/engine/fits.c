#include "engine/fits.h"

#include <string.h>

enum { IDS_MAX = (1 << 30) - 1 }; /* due times keep a kind above an id */

bool ek_fits_refuse(const struct ek_event *v, const char *what, struct ek_err *err)
{
	return ek_fail(err, EK_DAMAGE, "event %llu (%s) cannot follow: %s",
		       (unsigned long long)v->seq, ek_event_record(v->kind)->wire, what);
}

bool ek_fits_time(ek_time t)
{
	return t.ms == EK_NONE || (t.ms >= EK_STATE_TIME_MIN && t.ms <= EK_STATE_TIME_MAX);
}

bool ek_fits_past(const struct ek_event *v, ek_time t)
{
	return ek_fits_time(t) && (t.ms == EK_NONE || t.ms <= v->at.ms);
}

bool ek_fits_mate(const struct ek_engine *e, uint32_t mate)
{
	return mate >= 1 && mate <= e->mate_count && e->mates[mate].exists == 1;
}

bool ek_fits_team(const struct ek_engine *e, uint32_t team)
{
	return team >= 1 && team <= e->team_count && e->teams[team].exists == 1;
}

bool ek_fits_team_or_none(const struct ek_engine *e, uint32_t team)
{
	return team == 0 || ek_fits_team(e, team);
}

/* ---- ids ---- */

/* How many of a kind there are, and the most there may be. */
static uint32_t count(const struct ek_engine *e, uint8_t type, uint32_t *most)
{
	switch (type) {
	case EK_FT_CONVERSATION:
		*most = IDS_MAX;
		return e->conv_count;
	case EK_FT_TEAMMATE:
		*most = EK_STATE_MATES;
		return e->mate_count;
	case EK_FT_TEAM:
		*most = EK_STATE_TEAMS;
		return e->team_count;
	default:
		*most = EK_STATE_CONTACTS;
		return EK_STATE_CONTACTS;
	}
}

static bool is_new(const struct ek_event *v)
{
	return v->kind == EK_EVENT_CONVERSATION_ARRIVED || v->kind == EK_EVENT_TEAMMATE_CREATED ||
	       v->kind == EK_EVENT_TEAM_CREATED;
}

/* A fact names what it is about in its first field; only hours and zones may be the workspace's. */
static bool may_lack(const struct ek_event *v, const struct ek_field *f)
{
	return f->offset != 0 || v->kind == EK_EVENT_CALENDAR_CHANGED ||
	       v->kind == EK_EVENT_ZONE_CHANGED;
}

static bool check_id(const struct ek_engine *e, const struct ek_event *v, const struct ek_field *f,
		     struct ek_err *err)
{
	uint32_t id;
	uint32_t most = 0;
	memcpy(&id, (const char *)ek_event_body(v) + f->offset, sizeof id);
	uint32_t there = count(e, f->type, &most);
	bool ok = id <= there && (id != 0 || may_lack(v, f));
	if (is_new(v) && f->offset == 0)
		ok = id == there + 1 && id <= most;
	return ok ||
	       ek_fail(err, EK_DAMAGE, "event %llu (%s): `%s` %u is not there",
		       (unsigned long long)v->seq, ek_event_record(v->kind)->wire, f->name, id);
}

static bool check_ids(const struct ek_engine *e, const struct ek_event *v,
		      const struct ek_record *r, struct ek_err *err)
{
	for (uint32_t i = 0; i < r->field_count; i++) {
		uint8_t type = r->fields[i].type;
		bool is_id = type == EK_FT_CONVERSATION || type == EK_FT_TEAMMATE ||
			     type == EK_FT_TEAM || type == EK_FT_CONTACT;
		if (is_id && !check_id(e, v, &r->fields[i], err))
			return false;
	}
	return true;
}

bool ek_fits_event(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_record *r = ek_event_record(v->kind);
	if (r == NULL)
		return ek_fail(err, EK_TOO_NEW, "event kind %u is not known to this version",
			       v->kind);
	if (v->at.ms < e->now)
		return ek_fail(err, EK_DAMAGE, "event %llu lies before the one before it",
			       (unsigned long long)v->seq);
	if (v->at.ms < EK_STATE_TIME_MIN || v->at.ms > EK_STATE_TIME_MAX)
		return ek_fits_refuse(v, "it lies outside the years 1 to 9999", err);
	return check_ids(e, v, r, err) && ek_fits_conv(e, v, err) && ek_fits_people(e, v, err) &&
	       ek_fits_settings(e, v, err);
}
