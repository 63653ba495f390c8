/* A change tried on a copy of the state. */
#include "engine/explain_inside.h"

#include "engine/config.h"
#include "engine/queue.h"
#include "engine/stay.h"

/* ---- as a result, and as a command ---- */

/* A teammate's skills with one more, or a higher one; names ascend. */
static bool put_skills(struct hunt *h, const struct edit *x, struct ek_value *out,
		       struct ek_err *err)
{
	const struct ek_engine *e = h->e;
	const struct kept *k = ek_config_find(e, EK_SET_SKILLS, 0, x->id);
	uint32_t n = k == NULL ? 0 : k->n;
	struct ek_cell *cells = ek_explain_room(h->arena, n + 1, sizeof *cells, err);
	if (cells == NULL)
		return false;
	uint32_t to = 0;
	struct ek_cell more = {x->level, e->symbols[x->skill]};
	bool done = false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_cell c = {k->cells[i].i, e->symbols[k->cells[i].sym]};
		bool same = k->cells[i].sym == x->skill;
		if (!done && (same || ek_str_compare(more.s, c.s) < 0)) {
			cells[to++] = more;
			done = true;
		}
		if (!same)
			cells[to++] = c;
	}
	if (!done)
		cells[to++] = more;
	*out = (struct ek_value){.kind = EK_VALUE_LIST, .n = to, .cells = cells};
	return true;
}

bool ek_explain_put(struct hunt *h, const struct edit *x, struct ek_explain_change *out,
		    struct ek_err *err)
{
	static const uint8_t settings[] = {
		[EK_EXPLAIN_LIMIT] = EK_SET_LIMIT,
		[EK_EXPLAIN_INBOX_LIMIT] = EK_SET_INBOX_LIMIT,
		[EK_EXPLAIN_PRESENCE] = 0,
		[EK_EXPLAIN_RESUME] = 0,
		[EK_EXPLAIN_LEVEL] = 0,
		[EK_EXPLAIN_SKILL] = EK_SET_SKILLS,
		[EK_EXPLAIN_GATE] = EK_SET_SECONDARY_GATE,
		[EK_EXPLAIN_HELPERS] = EK_SET_HELPER_ORDER,
	};
	*out = (struct ek_explain_change){
		.kind = x->kind,
		.scope = EK_SCOPE_TEAMMATE,
		.id = x->id,
		.setting = settings[x->kind],
		.value = ek_value_int(x->value),
	};
	if (x->kind == EK_EXPLAIN_INBOX_LIMIT)
		out->scope = EK_SCOPE_TEAM;
	if (x->kind == EK_EXPLAIN_GATE || x->kind == EK_EXPLAIN_HELPERS)
		out->scope = EK_SCOPE_WORKSPACE;
	if (x->kind == EK_EXPLAIN_LEVEL) {
		out->team.v = x->team;
		out->level = x->level;
	}
	return x->kind != EK_EXPLAIN_SKILL || put_skills(h, x, &out->value, err);
}

struct ek_cmd ek_explain_command(const struct ek_explain_change *c, struct ek_set *set)
{
	struct ek_cmd cmd;
	if (c->kind == EK_EXPLAIN_PRESENCE) {
		cmd = ek_cmd_make(EK_CMD_PRESENCE_SET);
		cmd.presence_set.teammate.v = c->id;
		cmd.presence_set.presence = EK_PRESENCE_ACTIVE;
		return cmd;
	}
	if (c->kind == EK_EXPLAIN_RESUME) {
		cmd = ek_cmd_make(EK_CMD_INTAKE_RESUME);
		cmd.intake_resume.teammate.v = c->id;
		return cmd;
	}
	if (c->kind == EK_EXPLAIN_LEVEL && c->level == 0) {
		cmd = ek_cmd_make(EK_CMD_MEMBERSHIP_REMOVE);
		cmd.membership_remove = (struct ek_cmd_membership_remove){{c->id}, c->team};
		return cmd;
	}
	if (c->kind == EK_EXPLAIN_LEVEL) {
		cmd = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
		cmd.membership_set = (struct ek_cmd_membership_set){{c->id}, c->team, c->level};
		return cmd;
	}
	cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	*set = (struct ek_set){c->setting, c->value};
	cmd.settings_change.scope = c->scope;
	cmd.settings_change.id = c->id;
	cmd.settings_change.set = (struct ek_sets){set, 1};
	return cmd;
}

/* ---- trying ---- */

/* The settle that is explained looked at every lane; so does the one on the copy. A conversation
 * that a rotation tries once has its turn again. */
static void ready_all(struct hunt *h, struct ek_engine *copy)
{
	for (uint32_t i = 1; i <= copy->team_count; i++) {
		ek_queue_team_ready(copy, i);
		if (copy->teams[i].rr_retry)
			ek_stay_rotate(copy, i);
	}
	if (h->conv == 0 || h->how != EK_HOW_ROUND_ROBIN)
		return;
	if (copy->teams[copy->convs[h->conv].team].rr_retry)
		return;
	copy->convs[h->conv].rr_once = true;
	ek_state_push(copy, &copy->entered, &copy->entered_count, &copy->entered_cap, h->conv);
}

static void look_at(const struct hunt *h, const struct ek_events *events, struct trial *out)
{
	for (uint32_t i = 0; i < events->n; i++) {
		const struct ek_event *v = &events->v[i];
		uint32_t conv = 0;
		uint32_t mate = 0;
		if (v->kind == EK_EVENT_ASSIGNMENT_MADE) {
			conv = v->assignment_made.conversation.v;
			mate = v->assignment_made.teammate.v;
		} else if (v->kind == EK_EVENT_OFFER_MADE) {
			conv = v->offer_made.conversation.v;
			mate = v->offer_made.teammate.v;
		}
		if (conv == 0)
			continue;
		out->moved++;
		bool wanted = h->mate != 0 ? mate == h->mate : conv == h->conv;
		if (wanted && out->to == 0)
			out->to = mate;
	}
}

/* A copy as the state is. A short hunt mostly ends with its first trial: that has one of its own.
 * Else there is one for all, which goes back after each. */
static bool begin(struct hunt *h, struct ek_err *err)
{
	if (h->rewind != NULL) {
		ek_rewind_back(h->rewind);
		return true;
	}
	if (h->copy == NULL && h->edits.n <= EK_EXPLAIN_SHORT)
		return ek_engine_copy(h->e, &h->copy, err);
	ek_engine_close(&h->copy);
	if (!ek_rewind_open(h->e->alloc, &h->rewind, err) ||
	    !ek_engine_copy_into(h->e, ek_rewind_alloc(h->rewind), &h->copy, err))
		return false;
	return ek_rewind_mark(h->rewind) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for a copy of the state");
}

bool ek_explain_settled(struct hunt *h, bool *yes, struct ek_err *err)
{
	struct ek_cmd nothing = ek_cmd_make(EK_CMD_TICK);
	struct ek_events events = {NULL, 0};
	struct ek_err refused = {0};
	if (!begin(h, err))
		return false;
	ready_all(h, h->copy);
	*yes = ek_engine_submit(h->copy, &nothing, h->at, &events, &refused) && events.n == 0;
	return true;
}

void ek_explain_tried(struct hunt *h)
{
	if (h->rewind == NULL)
		ek_engine_close(&h->copy);
	ek_rewind_close(&h->rewind);
	h->copy = NULL;
}

bool ek_explain_try(struct hunt *h, const struct edit *v, uint32_t n, struct trial *out,
		    struct ek_err *err)
{
	*out = (struct trial){0};
	h->tries++;
	if (!begin(h, err))
		return false;
	bool ok = true;
	ready_all(h, h->copy);
	for (uint32_t i = 0; ok && i < n; i++) {
		struct ek_explain_change change;
		struct ek_set set;
		struct ek_events events = {NULL, 0};
		struct ek_err refused = {0};
		ok = ek_explain_put(h, &v[i], &change, err);
		if (!ok)
			break;
		struct ek_cmd cmd = ek_explain_command(&change, &set);
		if (ek_engine_submit(h->copy, &cmd, h->at, &events, &refused))
			look_at(h, &events, out);
	}
	return ok;
}
