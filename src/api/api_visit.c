#include "api/api_visit.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/survey.h"
#include "api/visits.h"
#include "auth/secret.h"
#include "base/utf8.h"
#include "engine/explain.h"
#include "engine/look.h"

#define HEADER "Ek-Visitor"
#define MINUTE INT64_C(60000)

/* ---- who asks */

static bool missing(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static bool find_inbox(struct ek_turn *t, struct ek_api_visit *v)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_CHAT_INBOXES, (int64_t)v->inbox, &v->box, &found))
		return false;
	return (found && v->box[EK_CONTENT_CHAT_INBOXES_DELETED_MS].kind == EK_VIEWS_NULL) ||
	       missing(t);
}

/* Whom a host vouches for has one conversation, on whichever device; one that was erased is none.
 */
static bool find_conversation(struct ek_turn *t, struct ek_api_visit *v)
{
	static const char own[] =
		"SELECT max(p.conversation) FROM visitors w JOIN conversation_profiles p"
		" ON p.conversation = w.conversation AND " EK_API_CONVERSATION_IS_THERE
		" WHERE w.visitor = $1";
	static const char everywhere[] =
		"SELECT max(p.conversation) FROM visitors w JOIN conversation_profiles p"
		" ON p.conversation = w.conversation AND " EK_API_CONVERSATION_IS_THERE
		" WHERE w.contact = $1 AND w.inbox = $2 AND w.verified = 1";
	const struct ek_views_value args[] = {v->is_verified
						      ? v->visitor[EK_CONTENT_VISITORS_CONTACT]
						      : v->visitor[EK_CONTENT_VISITORS_VISITOR],
					      ek_views_int((int64_t)v->inbox)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, v->is_verified ? everywhere : own, args, v->is_verified ? 2 : 1,
			    &rows))
		return false;
	v->conversation.v =
		rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT ? (uint32_t)rows.v[0].i : 0;
	return true;
}

bool ek_api_visit_again(struct ek_turn *t, struct ek_api_visit *v)
{
	const struct ek_views_value args[] = {ek_views_blob(v->hash, sizeof v->hash),
					      ek_views_int((int64_t)v->inbox)};
	struct ek_turn_rows rows;
	v->visitor = NULL;
	v->conversation.v = 0;
	if (!v->has_secret)
		return true;
	if (!ek_turn_select(t,
			    "SELECT v.* FROM visitors v JOIN contacts k ON k.contact ="
			    " v.contact AND k.erased_ms IS NULL WHERE v.hash = $1 AND v.inbox = $2",
			    args, 2, &rows))
		return false;
	if (rows.n == 0)
		return true;
	v->visitor = rows.v;
	v->is_verified = ek_turn_int(&rows.v[EK_CONTENT_VISITORS_VERIFIED]) == 1;
	return find_conversation(t, v);
}

bool ek_api_visit_may_write(struct ek_turn *t, const struct ek_api_visit *v)
{
	struct ek_turn_rows rows = {0};
	if (v->visitor == NULL)
		return true;
	if (!ek_turn_select(t,
			    "SELECT r.contact FROM contacts k JOIN contacts r ON r.contact ="
			    " COALESCE(k.merged_into, k.contact) WHERE k.contact = $1 AND"
			    " r.blocked_ms IS NOT NULL",
			    &v->visitor[EK_CONTENT_VISITORS_CONTACT], 1, &rows))
		return false;
	return rows.n == 0 || ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
					     "what this visitor writes is not taken any more");
}

/* A key that two visitors chose alike is two keys. */
static void own_key(struct ek_turn *t, const struct ek_api_visit *v)
{
	uint8_t both[2 * EK_HASH_BYTES];
	if (!t->has_key)
		return;
	memcpy(both, t->key.key, EK_HASH_BYTES);
	memcpy(both + EK_HASH_BYTES, v->hash, EK_HASH_BYTES);
	ek_hash_once(both, sizeof both, t->key.key);
}

bool ek_api_visit_begin(struct ek_turn *t, enum ek_may right, bool needs_visitor,
			struct ek_api_visit *v)
{
	const struct ek_may_object own = {.is_visitors = true};
	struct ek_secret secret;
	*v = (struct ek_api_visit){0};
	/* Whoever else the request could be: here it is a visitor's. */
	t->actor = (struct ek_may_actor){.kind = EK_MAY_KIND_VISITOR};
	t->self.v = 0;
	t->sign_in = t->token = 0;
	t->by = (struct ek_actor){.kind = EK_ACTOR_SYSTEM};
	t->out.style.reader = 0;
	if (!ek_turn_id(t, "inbox", EK_IDENT_CHAT_INBOX, &v->inbox) || !find_inbox(t, v) ||
	    !ek_turn_may(t, right, &own))
		return false;
	v->has_secret = ek_secret_cookie_read(ek_http_header(t->http, HEADER), &secret);
	if (v->has_secret)
		ek_secret_hash(&secret, v->hash);
	ek_secret_wipe(&secret, sizeof secret);
	own_key(t, v);
	if (!ek_api_visit_again(t, v) ||
	    (right == EK_MAY_VISIT_WRITE && !ek_api_visit_may_write(t, v)))
		return false;
	return v->visitor != NULL || !needs_visitor ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
}

bool ek_api_visit_take(struct ek_turn *t, enum ek_throttle what, ek_str key)
{
	const struct ek_throttle_ask ask = {.what = what, .key = key, .now = t->now};
	struct ek_throttle_answer a = ek_throttle_take(t->api->throttle, &ask);
	if (a.is_allowed)
		return true;
	t->problem.retry_s = (uint32_t)ek_throttle_seconds(a.retry_after);
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

bool ek_api_visit_take_network(struct ek_turn *t, enum ek_throttle what)
{
	char key[EK_THROTTLE_NETWORK];
	return ek_api_visit_take(t, what, ek_throttle_network(t->http->peer, key));
}

/* ---- how it is */

bool ek_api_visit_look(struct ek_api *api, struct ek_engine *engine, ek_conversation_id id,
		       struct ek_api_visit_state *out)
{
	struct ek_conversation_view c;
	struct ek_explain_waiting x;
	struct ek_err err;
	*out = (struct ek_api_visit_state){0};
	if (id.v == 0 || !ek_look_conversation(engine, id, &c))
		return false;
	out->is_closed = c.state == EK_STATE_CLOSED;
	out->team = c.team;
	out->teammate = c.teammate;
	if (!ek_explain_team_place(engine, id, &x))
		return true;
	/* What cannot be estimated is not told. */
	if (!ek_wait_estimate_often(engine, api->writer_reader, ek_visits_rates(api->visits), &x,
				    &err) ||
	    x.estimate.refused != EK_EXPLAIN_ESTIMATED)
		return true;
	out->is_expected = true;
	out->place = x.team_place;
	out->low_minutes = x.estimate.low.ms / MINUTE;
	out->high_minutes = (x.estimate.high.ms + MINUTE - 1) / MINUTE;
	return true;
}

/* ---- as JSON */

struct name {
	char *out;
	uint32_t cap;
	bool is_first_alone;
	bool found;
};

static bool take_name(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct name *name = ctx;
	ek_str s = ek_turn_text(&v[0]);
	(void)n;
	(void)err;
	for (uint32_t i = 1; i < s.n && name->is_first_alone; i++)
		if (s.p[i] == ' ')
			s.n = i;
	s.n = s.p == NULL ? 0 : ek_utf8_cut(s, name->cap);
	memcpy(name->out, s.n > 0 ? s.p : "", s.n);
	name->out[s.n] = 0;
	name->found = s.n > 0;
	return true;
}

static bool read_name(struct ek_reader *reader, const char *sql, uint32_t id, struct name *name)
{
	const struct ek_views_value key = ek_views_int(id);
	const struct ek_reader_question q = {sql, &key, 1};
	struct ek_err err;
	name->out[0] = 0;
	name->found = false;
	return id == 0 || ek_reader_each(reader, &q, take_name, name, &err);
}

bool ek_api_visit_name(struct ek_reader *reader, ek_teammate_id teammate,
		       char out[EK_API_VISIT_NAME + 1])
{
	struct name name = {out, EK_API_VISIT_NAME, true, false};
	return read_name(reader, "SELECT name FROM people WHERE teammate = $1", teammate.v, &name);
}

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

struct address {
	bool found;
	uint64_t ask;
};

static bool take_ask(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct address *a = ctx;
	(void)n;
	(void)err;
	a->ask = (uint64_t)v[0].i;
	a->found = true;
	return true;
}

/* Where to say how it was: of a survey that asks about it, not answered yet. */
static bool put_survey(const struct ek_api_visit_asking *a, struct ek_json *j, bool is_closed)
{
	const struct ek_views_value key = ek_views_int(a->conversation.v);
	const struct ek_reader_question q = {"SELECT ask FROM survey_asks WHERE conversation = $1"
					     " AND hash IS NOT NULL AND answered_ms IS NULL"
					     " ORDER BY ask",
					     &key, 1};
	struct address found = {.found = false};
	char url[512];
	struct ek_err err;
	ek_str text = {NULL, 0};
	if (is_closed && a->shows_survey && !ek_reader_each(a->reader, &q, take_ask, &found, &err))
		return false;
	if (found.found && ek_survey_address(a->api, a->reader, found.ask, url, sizeof url))
		text = ended(url);
	ek_api_put_text(j, "survey_url", text);
	return true;
}

bool ek_api_visit_write_state(const struct ek_api_visit_asking *a, struct ek_json *j,
			      const struct ek_api_visit_state *s)
{
	char team_text[EK_API_VISIT_NAME + 1];
	char mate[EK_API_VISIT_NAME + 1];
	struct name team = {team_text, EK_API_VISIT_NAME, false, false};
	if (!read_name(a->reader, "SELECT name FROM team_profiles WHERE team = $1", s->team.v,
		       &team) ||
	    !ek_api_visit_name(a->reader, s->teammate, mate))
		return false;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_CONVERSATION, a->conversation.v);
	ek_api_put_word(j, "state", s->is_closed ? "closed" : "open");
	ek_api_put_text(j, "team_name", team.found ? ended(team_text) : (ek_str){NULL, 0});
	ek_json_key(j, "teammate");
	if (mate[0] == 0) {
		ek_json_null(j);
	} else {
		ek_json_object(j);
		ek_api_put_text(j, "display_name", ended(mate));
		ek_json_object_end(j);
	}
	bool ok = put_survey(a, j, s->is_closed);
	ek_json_object_end(j);
	return ok;
}

void ek_api_visit_write_expectation(struct ek_json *j, const struct ek_api_visit_state *s)
{
	if (!s->is_expected) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_int(j, "low_minutes", s->low_minutes);
	ek_api_put_int(j, "high_minutes", s->high_minutes);
	ek_api_put_int(j, "place", s->place);
	ek_json_object_end(j);
}
