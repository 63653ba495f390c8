#include "engine/fits.h"

#include <string.h>

/* The most an id may be, and whether 0 may stand. */
static uint32_t most(const struct ek_engine *e, const struct ek_event *v, uint8_t type)
{
	switch (type) {
	case EK_FT_CONVERSATION:
		return e->conv_count + (v->kind == EK_EVENT_CONVERSATION_ARRIVED);
	case EK_FT_TEAMMATE:
		return e->mate_count + (v->kind == EK_EVENT_TEAMMATE_CREATED);
	case EK_FT_TEAM:
		return e->team_count + (v->kind == EK_EVENT_TEAM_CREATED);
	case EK_FT_CONTACT:
		return EK_STATE_CONTACTS;
	default:
		return UINT32_MAX;
	}
}

static bool is_new(const struct ek_event *v)
{
	return v->kind == EK_EVENT_CONVERSATION_ARRIVED || v->kind == EK_EVENT_TEAMMATE_CREATED ||
	       v->kind == EK_EVENT_TEAM_CREATED;
}

static bool check_id(const struct ek_engine *e, const struct ek_event *v, const struct ek_field *f,
		     struct ek_err *err)
{
	uint32_t id;
	memcpy(&id, (const char *)ek_event_body(v) + f->offset, sizeof id);
	uint32_t last = most(e, v, f->type);
	bool first = f->offset == 0;
	if (id <= last &&
	    (!first || id != 0 || f->type == EK_FT_TEAM || f->type == EK_FT_TEAMMATE) &&
	    (!first || !is_new(v) || id == last))
		return true;
	return ek_fail(err, EK_DAMAGE, "event %llu (%s): `%s` %u is not there",
		       (unsigned long long)v->seq, ek_event_record(v->kind)->wire, f->name, id);
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
	for (uint32_t i = 0; i < r->field_count; i++) {
		uint8_t type = r->fields[i].type;
		bool id = type == EK_FT_CONVERSATION || type == EK_FT_TEAMMATE ||
			  type == EK_FT_TEAM || type == EK_FT_CONTACT;
		if (id && !check_id(e, v, &r->fields[i], err))
			return false;
	}
	return true;
}
