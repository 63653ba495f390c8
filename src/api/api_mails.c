/* Mail that is held. */
#include <string.h>

#include "api/api_attachments.h"
#include "api/api_audit.h"
#include "api/api_mail.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

/* ---- GET /held-mails */

enum { MAIL, MAILBOX, TEAM, REASON, ADDRESS, NAME, SUBJECT, BYTES, AT, DETAIL };
#define SELECT \
	"m.mail, m.mailbox, b.team, m.reason, m.address, m.name, m.subject, m.bytes, " \
	"m.created_ms, m.detail"

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static void write_held(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_MAIL, id_of(&v[MAIL]));
	ek_api_put_id(j, "mailbox", EK_IDENT_MAILBOX, id_of(&v[MAILBOX]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&v[TEAM]));
	ek_api_put_text(j, "reason", ek_turn_text(&v[REASON]));
	ek_api_put_text(j, "address", ek_turn_text(&v[ADDRESS]));
	ek_api_put_text(j, "name", ek_turn_text(&v[NAME]));
	ek_api_put_text(j, "subject", ek_turn_text(&v[SUBJECT]));
	ek_api_put_int(j, "bytes", ek_turn_int(&v[BYTES]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[AT])});
	ek_api_put_text(j, "detail", ek_turn_text(&v[DETAIL]));
	ek_json_object_end(j);
}

void ek_api_list_held_mails(struct ek_turn *t)
{
	static const struct ek_list_column columns[EK_LIST_held_mails_COUNT] = {
		[EK_LIST_held_mails_id] = {EK_LIST_NUMBER, "m.mail", NULL},
		[EK_LIST_held_mails_mailbox] = {EK_LIST_NUMBER, "m.mailbox", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_HELD_MAILS),
		.columns = columns,
		.select = SELECT,
		.from = "mails m JOIN mailboxes b ON b.mailbox = m.mailbox",
		.id = "m.mail",
	};
	struct ek_page p = {.list = &list,
			    .right = EK_MAY_MAIL_HELD,
			    .reach = {.team = "b.team"},
			    .where = "m.state = 'held'"};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_held(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- release, discard */

struct change {
	uint64_t id;
	const char *state;
	const struct ek_views_value *row;
};

static bool may_change(struct ek_turn *t, struct change *c)
{
	const struct ek_views_value key = ek_views_int((int64_t)c->id);
	struct ek_turn_rows rows;
	bool found = false;
	if (!ek_turn_select(t,
			    "SELECT b.team FROM mails m JOIN mailboxes b ON b.mailbox = m.mailbox "
			    "WHERE m.mail = $1 AND m.direction = 'in' AND m.part IS NULL",
			    &key, 1, &rows) ||
	    !ek_turn_row(t, EK_CONTENT_MAILS, (int64_t)c->id, &c->row, &found))
		return false;
	const ek_team_id team = {rows.n > 0 ? (uint32_t)id_of(&rows.v[0]) : 0};
	const struct ek_may_object object = {
		.is_absent = rows.n == 0 || !found, .teams = &team, .team_count = team.v != 0};
	return ek_turn_may(t, EK_MAY_MAIL_HELD, &object);
}

static bool check_change(struct ek_turn *t)
{
	struct change *c = t->state;
	return may_change(t, c) &&
	       (ek_str_is(ek_turn_text(&c->row[EK_CONTENT_MAILS_STATE]), "held") ||
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is held no more"));
}

static void made_change(struct ek_turn *t, const struct ek_answer *a)
{
	const struct change *c = t->state;
	struct ek_views_value v[EK_CONTENT_MAILS_WIDTH];
	bool is_gone = strcmp(c->state, "discarded") == 0;
	(void)a;
	memcpy(v, c->row, sizeof v);
	v[EK_CONTENT_MAILS_STATE] = ek_views_text((ek_str){c->state, (uint32_t)strlen(c->state)});
	if (is_gone) {
		/* What says that it was here, so that it does not come again, is no text. */
		ek_api_attachments_erase_key(t, ek_turn_text(&c->row[EK_CONTENT_MAILS_PLACE]));
		v[EK_CONTENT_MAILS_PLACE] = ek_views_text((ek_str){NULL, 0});
		v[EK_CONTENT_MAILS_ADDRESS] = ek_views_text((ek_str){NULL, 0});
		v[EK_CONTENT_MAILS_NAME] = ek_views_text((ek_str){NULL, 0});
		v[EK_CONTENT_MAILS_SUBJECT] = ek_views_text((ek_str){NULL, 0});
	}
	ek_turn_put(t, EK_CONTENT_MAILS, v);
	ek_api_audit_add(
		t, &(struct ek_api_audit){.action = is_gone ? "mail.discarded" : "mail.released",
					  .object_kind = "mail",
					  .object = c->id});
	t->status = 200;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_MAIL, c->id);
	ek_api_put_word(&t->out, "state", c->state);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void tell_change(struct ek_turn *t)
{
	const struct change *c = t->state;
	if (strcmp(c->state, "discarded") == 0)
		ek_api_mail_forget(t, c->row);
	ek_api_mail_nudge(t);
}

static void change(struct ek_turn *t, const char *state)
{
	struct change *c = EK_TURN_NEW(t, struct change);
	t->state = c;
	bool ok = c != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_MAIL, &c->id) && may_change(t, c);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	c->state = state;
	ek_turn_write(t, &(struct ek_turn_write){
				 .check = check_change, .made = made_change, .tell = tell_change});
}

void ek_api_release_held_mail(struct ek_turn *t)
{
	change(t, "release");
}

void ek_api_discard_held_mail(struct ek_turn *t)
{
	change(t, "discarded");
}
