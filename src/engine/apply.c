#include "engine/apply.h"

void ek_apply_event(struct ek_engine *e, const struct ek_event *v)
{
	ek_assert(v->seq == e->seq + 1);
	ek_assert(v->at.ms >= e->now);
	e->seq = v->seq;
	e->now = v->at.ms;
	if (!ek_apply_conv(e, v) && !ek_apply_people(e, v))
		(void)ek_apply_settings(e, v); /* the rest changes nothing here: epochs, erasures */
}
