/* GET /audit-log. Who is not an administrator sees what is about them, and what was done in the
 * teams that they lead or manage. */
#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "store/contact.h"
#include "wire/list.h"

#define BY "CASE WHEN a.actor_kind = 'teammate' THEN a.actor END"
#define ABOUT "CASE WHEN a.object_kind = 'teammate' THEN a.object END"

enum { ID, AT, KIND, ACTOR, TOKEN, ACTION, OBJECT_KIND, OBJECT, TEAM, ADDRESS, REASON, DETAILS };

static const struct ek_list_column columns[] = {
	[EK_LIST_audit_id] = {EK_LIST_NUMBER, "a.entry", NULL},
	[EK_LIST_audit_by] = {EK_LIST_NUMBER, BY, NULL},
	[EK_LIST_audit_teammate] = {EK_LIST_NUMBER, ABOUT, NULL},
	[EK_LIST_audit_team] = {EK_LIST_NUMBER, "a.team", NULL},
	[EK_LIST_audit_action] = {EK_LIST_TEXT, "a.action", NULL},
	[EK_LIST_audit_at] = {EK_LIST_NUMBER, "a.at_ms", NULL},
};

/* Words of object_kind that are ids on the wire. */
static const struct {
	const char *word;
	enum ek_ident_kind kind;
} kinds[] = {
	{"teammate", EK_IDENT_TEAMMATE},
	{"team", EK_IDENT_TEAM},
	{"token", EK_IDENT_TOKEN},
	{"sign_in", EK_IDENT_SIGN_IN},
	{"invitation", EK_IDENT_INVITE},
	{"webhook", EK_IDENT_WEBHOOK},
	{"source", EK_IDENT_SOURCE},
	{"mailbox", EK_IDENT_MAILBOX},
	{"calendar_feed", EK_IDENT_FEED},
	{"wallboard", EK_IDENT_WALLBOARD},
	{"conversation", EK_IDENT_CONVERSATION},
	{"contact", EK_IDENT_CONTACT},
	{"bulk_edit", EK_IDENT_BULK},
	{"job", EK_IDENT_JOB},
	{"look", EK_IDENT_LOOK},
	{"sla_policy", EK_IDENT_SLA},
	{"calendar", EK_IDENT_CALENDAR},
	{"chat_inbox", EK_IDENT_CHAT_INBOX},
	{"article", EK_IDENT_ARTICLE},
	{"workflow", EK_IDENT_WORKFLOW},
};

/* The object's id; what has none is called by its word. */
static void put_object(struct ek_json *j, const struct ek_views_value *v)
{
	ek_str word = ek_turn_text(&v[OBJECT_KIND]);
	int64_t id = ek_turn_int(&v[OBJECT]);
	char contact[EK_CONTACT_PUBLIC + 1];
	ek_json_key(j, "object");
	for (size_t i = 0; id > 0 && word.p != NULL && i < EK_LEN(kinds); i++) {
		if (!ek_str_is(word, kinds[i].word))
			continue;
		if (kinds[i].kind == EK_IDENT_CONTACT) {
			ek_contact_public((uint32_t)id, contact);
			ek_ident_write_contact(j, (ek_str){contact, EK_CONTACT_PUBLIC});
		} else {
			ek_ident_write(j, kinds[i].kind, (uint64_t)id);
		}
		return;
	}
	ek_json_text(j, word);
}

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static void put_row(struct ek_json *j, const struct ek_views_value *v)
{
	ek_str kind = ek_turn_text(&v[KIND]);
	bool person = ek_str_is(kind, "teammate");
	bool about = v[OBJECT_KIND].kind == EK_VIEWS_TEXT &&
		     ek_str_is(ek_turn_text(&v[OBJECT_KIND]), "teammate");
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_AUDIT, id_of(&v[ID]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[AT])});
	ek_json_key(j, "by");
	ek_json_object(j);
	ek_api_put_enum(j, "kind", EK_ENUM_ACTOR,
			person                      ? EK_ACTOR_PERSON
			: ek_str_is(kind, "system") ? EK_ACTOR_SYSTEM
						    : EK_ACTOR_RULE);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, person ? id_of(&v[ACTOR]) : 0);
	ek_api_put_int(j, "rule", EK_NONE);
	ek_json_object_end(j);
	ek_api_put_id(j, "token", EK_IDENT_TOKEN, id_of(&v[TOKEN]));
	ek_api_put_text(j, "action", ek_turn_text(&v[ACTION]));
	put_object(j, v);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&v[TEAM]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, about ? id_of(&v[OBJECT]) : 0);
	ek_api_put_text(j, "from", ek_turn_text(&v[ADDRESS]));
	ek_api_put_text(j, "reason", ek_turn_text(&v[REASON]));
	ek_api_put_raw(j, "details", ek_turn_text(&v[DETAILS]));
	ek_json_object_end(j);
}

/* How far the caller sees: everything, or by these words over $1, who they are. False when they may
 * not ask at all. */
static bool reach(struct ek_turn *t, const char **where)
{
	static const char some[] =
		"((a.object_kind = 'teammate' AND a.object = $1)"
		" OR (a.actor_kind = 'teammate' AND a.actor = $1"
		" AND COALESCE(a.object_kind, '') <> 'teammate')"
		" OR a.team IN (SELECT r.team FROM team_roles r WHERE r.teammate = $1"
		" AND r.role IN (2, 3)))";
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	struct ek_may_reach r = ek_may_reach(&t->actor, EK_MAY_AUDIT_READ, teams);
	*where = r.is_everything ? "" : some;
	const struct ek_may_object own = ek_may_own(&t->actor);
	return r.verdict.answer == EK_MAY_ANSWER_ALLOWED || ek_turn_may(t, EK_MAY_AUDIT_READ, &own);
}

void ek_api_list_audit_log(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_AUDIT),
		.columns = columns,
		.select =
			"a.entry, a.at_ms, a.actor_kind, a.actor, a.token, a.action, a.object_kind,"
			" a.object, a.team, a.address, a.reason, a.details",
		.from = "audit a",
		.id = "a.entry",
	};
	struct ek_api_list l;
	struct ek_views_value self = ek_views_int(t->self.v);
	struct ek_api_list_ask ask = {.list = &list, .args = &self};
	bool ok = reach(t, &ask.where);
	ask.n = ok && ask.where[0] != 0 ? 1 : 0;
	if (!ok || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		put_row(&t->out, ek_api_list_at(&l, i));
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}
