/* Where I am signed in; ending one, and this one. */
#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_sign_in.h"
#include "api/caller.h"
#include "api/handlers.h"
#include "wire/list.h"

static const struct ek_list_column columns[] = {
	[EK_LIST_sign_ins_id] = {EK_LIST_NUMBER, "s.sign_in", NULL},
	[EK_LIST_sign_ins_at] = {EK_LIST_NUMBER, "s.created_ms", NULL},
};

/* When it was last seen is for expiry alone, and not told. */
static void put_row(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_SIGN_IN, (uint64_t)ek_turn_int(&v[0]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[1])});
	ek_api_put_text(j, "from", ek_turn_text(&v[2]));
	ek_api_put_text(j, "program", ek_turn_text(&v[3]));
	ek_api_put_bool(j, "current", ek_turn_int(&v[0]) == t->sign_in);
	ek_api_put_time(j, "expires_at", (ek_time){ek_turn_int(&v[4])});
	ek_json_object_end(j);
}

void ek_api_list_my_sign_ins(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_SIGN_INS),
		.columns = columns,
		.select = "s.sign_in, s.created_ms, s.address, s.agent, s.expires_ms",
		.from = "sign_ins s",
		.id = "s.sign_in",
	};
	const struct ek_views_value args[] = {
		ek_views_int(t->self.v),
		ek_views_int(t->now.ms),
		ek_views_int(t->now.ms - EK_CALLER_IDLE_MS),
	};
	const struct ek_api_list_ask ask = {
		.list = &list,
		.where = "s.teammate = $1 AND s.ended_ms IS NULL AND s.expires_ms > $2"
			 " AND s.seen_ms > $3 AND s.created_ms >= (SELECT COALESCE(p.rights_ms, 0)"
			 " FROM people p WHERE p.teammate = $1)",
		.args = args,
		.n = EK_LEN(args),
	};
	struct ek_api_list l;
	const struct ek_may_object own = ek_may_own(&t->actor);
	if (!ek_turn_may(t, EK_MAY_ME_SIGN_INS, &own) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		put_row(t, ek_api_list_at(&l, i));
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- ending */

struct ending {
	uint64_t id;
	const struct ek_views_value *row;
	const char *why;
};

static bool check(struct ek_turn *t)
{
	struct ending *s = t->state;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_SIGN_INS, (int64_t)s->id, &s->row, &found))
		return false;
	bool stands = found && s->row[EK_CONTENT_SIGN_INS_ENDED_MS].kind == EK_VIEWS_NULL &&
		      ek_turn_int(&s->row[EK_CONTENT_SIGN_INS_TEAMMATE]) == t->self.v;
	return stands || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ending *s = t->state;
	(void)answer;
	ek_api_sign_in_end(t, s->row, s->why);
	t->status = 204;
}

static void end(struct ek_turn *t, uint64_t id, const char *why)
{
	struct ending *s = EK_TURN_NEW(t, struct ending);
	if (s != NULL)
		*s = (struct ending){.id = id, .why = why};
	t->state = s;
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}

void ek_api_end_my_sign_in(struct ek_turn *t)
{
	uint64_t id = 0;
	const struct ek_may_object own = ek_may_own(&t->actor);
	bool ok = ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_SIGN_IN, &id) &&
		  ek_turn_may(t, EK_MAY_ME_SIGN_INS, &own);
	if (ok)
		end(t, id, "revoked");
	else
		ek_turn_reply(t, 0);
}

/* The cookie stays where it is: it opens nothing any more, and tells this browser from a
 * stranger's at the next sign-in. */
void ek_api_sign_out(struct ek_turn *t)
{
	const struct ek_may_object own = ek_may_own(&t->actor);
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_SIGN_OUT, &own))
		end(t, t->sign_in, "sign_out");
	else
		ek_turn_reply(t, 0);
}
