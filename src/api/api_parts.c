/* What was written in a conversation: messages, notes, whispers, summaries of handovers, and what
 * was forwarded to somebody outside. */
#include <string.h>

#include "api/api_act.h"
#include "api/api_articles.h"
#include "api/api_forward.h"
#include "api/api_put.h"
#include "api/api_ready.h"
#include "api/handlers.h"
#include "api/page.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/list.h"

/* What a part is made of, in the order of SELECT. */
#define PART_COLUMNS \
	"p.part, p.conversation, p.kind, p.author_kind, p.author, p.body, p.attachments, " \
	"p.created_ms, p.redacted_ms, p.seq, k.public, p.details"
enum {
	PART,
	CONVERSATION,
	KIND,
	AUTHOR_KIND,
	AUTHOR,
	BODY,
	FILES,
	CREATED,
	REDACTED,
	SEQ,
	PUBLIC,
	DETAILS
};

/* ---- one as JSON */

static void write_author(struct ek_json *j, const struct ek_views_value *v)
{
	ek_str kind = ek_turn_text(&v[AUTHOR_KIND]);
	bool is_contact = ek_str_is(kind, "contact");
	bool is_teammate = ek_str_is(kind, "teammate");
	ek_json_object(j);
	ek_api_put_text(j, "kind", is_contact || is_teammate ? kind : EK_S("system"));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      is_teammate && v[AUTHOR].kind == EK_VIEWS_INT ? (uint64_t)v[AUTHOR].i : 0);
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, is_contact ? ek_turn_text(&v[PUBLIC]) : (ek_str){NULL, 0});
	ek_json_object_end(j);
}

static bool is_forward(const struct ek_views_value *v)
{
	return ek_str_is(ek_turn_text(&v[KIND]), "forward");
}

static void write_part(struct ek_turn *t, const struct ek_views_value *v,
		       const struct ek_api_attachments *files, const struct ek_views_value *mail)
{
	struct ek_json *j = &t->out;
	bool is_redacted = v[REDACTED].kind == EK_VIEWS_INT;
	t->out.style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_PART, (uint64_t)v[PART].i);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, (uint64_t)v[CONVERSATION].i);
	ek_api_put_text(j, "kind", ek_turn_text(&v[KIND]));
	ek_json_key(j, "author");
	write_author(j, v);
	ek_api_put_text(j, "text", is_redacted ? (ek_str){NULL, 0} : ek_turn_text(&v[BODY]));
	ek_json_key(j, "attachments");
	ek_api_attachments_write(t, files);
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[CREATED])});
	ek_api_put_bool(j, "redacted", is_redacted);
	ek_json_key(j, "mail");
	ek_api_mail_write(t, mail);
	ek_json_key(j, "forward");
	ek_api_forward_write(t, is_forward(v) ? ek_turn_text(&v[DETAILS]) : (ek_str){NULL, 0});
	ek_api_put_int(j, "seq", ek_turn_int(&v[SEQ]));
	ek_json_object_end(j);
}

/* Most have no files, and say so themselves. */
static void write_stored(struct ek_turn *t, const struct ek_views_value *v,
			 const struct ek_turn_rows *mails)
{
	struct ek_api_attachments files = {0};
	const struct ek_api_attachments_of of = {(uint64_t)v[PART].i,
						 {(uint32_t)v[CONVERSATION].i}};
	ek_str ids = ek_turn_text(&v[FILES]);
	bool can_be_mail = ek_str_is(ek_turn_text(&v[KIND]), "message") || is_forward(v);
	if (ids.n > 2 && !ek_api_attachments_load(t, of, &files))
		return;
	write_part(t, v, &files, can_be_mail ? ek_api_mail_among(mails, of.part) : NULL);
}

/* ---- the list */

static const struct ek_list_column columns[EK_LIST_parts_COUNT] = {
	[EK_LIST_parts_id] = {EK_LIST_NUMBER, "p.part", NULL},
	[EK_LIST_parts_kind] = {EK_LIST_TEXT, "p.kind", NULL},
	[EK_LIST_parts_at] = {EK_LIST_NUMBER, "p.created_ms", NULL},
};

enum { WHISPER_TEAMS = 4 };
struct listing {
	struct ek_list list;
	struct ek_page page;
	ek_conversation_id id;
	ek_team_id teams[WHISPER_TEAMS]; /* of whispers that a lead may read */
	uint32_t team_count;
};

/* A whisper is for the leads of the team that it was written in, and for one person. */
static bool find_whisper_teams(struct ek_turn *t, struct listing *l)
{
	const struct ek_views_value key = ek_views_int(l->id.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT DISTINCT team FROM parts WHERE conversation = $1 AND kind = "
			    "'whisper' AND team IS NOT NULL",
			    &key, 1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n && l->team_count < WHISPER_TEAMS; i++) {
		ek_team_id team = {(uint32_t)ek_turn_int(&rows.v[(size_t)i * rows.columns])};
		const struct ek_may_object o = {.teams = &team, .team_count = 1};
		if (ek_may_is(&t->actor, EK_MAY_WHISPER_READ, &o))
			l->teams[l->team_count++] = team;
	}
	return true;
}

static bool select_parts(struct ek_turn *t, struct listing *l,
			 const struct ek_api_conversation_object *o)
{
	struct ek_page *p = &l->page;
	if (!find_whisper_teams(t, l))
		return false;
	bool notes = ek_may_is(&t->actor, EK_MAY_NOTE_READ, &o->may);
	p->where = "p.conversation = $1 AND (p.kind = 'message' OR "
		   "(p.kind IN ('note', 'summary', 'forward') AND $2 = 1) OR "
		   "(p.kind = 'whisper' AND (p.reader = $3 OR p.team IN ($4, $5, $6, $7))))";
	p->args[0] = ek_views_int(l->id.v);
	p->args[1] = ek_views_int(notes);
	p->args[2] = ek_views_int(t->self.v != 0 ? (int64_t)t->self.v : -1);
	p->n = 3 + WHISPER_TEAMS;
	for (uint32_t i = 0; i < WHISPER_TEAMS; i++)
		p->args[3 + i] = ek_views_int(i < l->team_count ? l->teams[i].v : 0);
	return ek_page_select(t, p);
}

static void write_page(struct ek_turn *t, struct listing *l)
{
	uint64_t ends[2] = {0, 0};
	struct ek_turn_rows mails = {0};
	for (uint32_t i = 0; i < l->page.l.rows.n; i++) {
		uint64_t part = (uint64_t)ek_api_list_at(&l->page.l, i)[PART].i;
		ends[0] = i == 0 || part < ends[0] ? part : ends[0];
		ends[1] = part > ends[1] ? part : ends[1];
	}
	if (l->page.l.rows.n > 0 && !ek_api_mail_of_parts(t, l->id, ends, &mails))
		return;
	ek_api_list_begin(t, &l->page.l);
	for (uint32_t i = 0; i < l->page.l.rows.n; i++)
		write_stored(t, ek_api_list_at(&l->page.l, i), &mails);
	ek_api_list_end(t, &l->page.l);
}

/* The views lag behind a conversation that was just made: then the engine says whose it is. */
static void look_and_list(struct ek_turn *t)
{
	struct listing *l = t->state;
	struct ek_api_conversation_object o;
	if (ek_api_conversation_live(t, l->id, &o) &&
	    ek_turn_may(t, EK_MAY_CONVERSATION_READ, &o.may) && select_parts(t, l, &o))
		write_page(t, l);
}

void ek_api_list_parts(struct ek_turn *t)
{
	struct listing *l = EK_TURN_NEW(t, struct listing);
	struct ek_api_conversation_object o;
	uint64_t id = 0;
	bool ok = l != NULL && ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id);
	if (ok) {
		l->id.v = (uint32_t)id;
		l->list = (struct ek_list){
			.table = ek_list_table(EK_LIST_PARTS),
			.columns = columns,
			.select = PART_COLUMNS,
			.from = "parts p LEFT JOIN contacts k ON k.contact = p.author AND "
				"p.author_kind = 'contact'",
			.id = "p.part",
		};
		l->page.list = &l->list;
		t->state = l;
		ok = ek_page_read(t, &l->page) && ek_api_conversation_stored(t, l->id, &o);
	}
	if (ok && !ek_may_is(&t->actor, EK_MAY_CONVERSATION_READ, &o.may)) {
		ek_turn_look(t, look_and_list);
		return;
	}
	if (ok && select_parts(t, l, &o))
		write_page(t, l);
	ek_turn_reply(t, 200);
}

/* ---- adding one */

static const char *const kinds[] = {"message", "note", "whisper", "forward", NULL};
enum { MESSAGE, NOTE, WHISPER, FORWARD };
static const char *const authors[] = {"contact", "teammate", NULL};

struct adding {
	struct ek_api_act act; /* first */
	int kind;
	ek_str text;
	bool is_contacts;
	struct ek_api_attachments files;
	struct ek_api_mail_copies copies;
	struct ek_api_forward forward;
	struct ek_api_ready_uses ready;
	struct ek_api_articles_sent articles;
	const struct ek_views_value *mail; /* that goes out with it; NULL = none */
};

static void write_added(struct ek_turn *t, const struct ek_api_conversation_part *p, uint64_t id)
{
	const struct adding *a = t->state;
	struct ek_turn_rows rows;
	ek_str public = {NULL, 0};
	const struct ek_views_value key = ek_views_id(p->contact.v);
	/* The contact may be known; its row is older than this commit. */
	if (p->contact.v != 0 &&
	    ek_turn_select(t, "SELECT public FROM contacts WHERE contact = $1", &key, 1, &rows) &&
	    rows.n > 0)
	public = ek_turn_text(&rows.v[0]);
	const struct ek_views_value v[] = {
		[PART] = ek_views_int((int64_t)id),
		[CONVERSATION] = ek_views_int(p->conversation.v),
		[KIND] = ek_views_text((ek_str){p->kind, (uint32_t)strlen(p->kind)}),
		[AUTHOR_KIND] = ek_views_text(p->is_contacts       ? EK_S("contact")
					      : p->teammate.v != 0 ? EK_S("teammate")
								   : EK_S("rule")),
		[AUTHOR] = ek_views_id(p->is_contacts ? p->contact.v : p->teammate.v),
		[BODY] = ek_views_text(p->text),
		[FILES] = ek_views_text(EK_S("[]")),
		[CREATED] = ek_views_int(t->now.ms),
		[REDACTED] = ek_views_int(EK_NONE),
		[SEQ] = ek_views_int((int64_t)t->seq),
		[PUBLIC] = ek_views_text(public),
		[DETAILS] = ek_views_text(p->details),
	};
	write_part(t, v, &a->files, a->mail);
}

static void made_part(struct ek_turn *t, const struct ek_answer *answer)
{
	struct adding *a = t->state;
	struct ek_conversation_view v = {0};
	if (!ek_look_conversation(t->engine, a->act.id, &v))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	const struct ek_api_conversation_part part = {
		.conversation = a->act.id,
		.kind = kinds[a->kind],
		.is_contacts = a->is_contacts,
		.contact = a->is_contacts ? v.contact : (ek_contact_id){0},
		.teammate = a->is_contacts ? (ek_teammate_id){0} : t->self,
		.channel = v.channel,
		.text = a->text,
		.attachments = ek_api_attachments_print(t, &a->files),
		.details = a->kind == FORWARD ? ek_api_forward_details(t, &a->forward)
					      : (ek_str){NULL, 0},
		.reader = a->kind == WHISPER ? v.teammate : (ek_teammate_id){0},
		.team = v.team,
	};
	uint64_t id = ek_api_conversation_put_part(t, &part);
	ek_api_attachments_put(t, &a->files, (struct ek_api_attachments_of){id, a->act.id});
	ek_api_ready_put(t, &a->ready, id, a->act.id);
	ek_api_articles_put(t, &a->articles, a->act.id, id);
	ek_api_conversation_put_reopened(t, answer, a->act.id);
	const struct ek_api_mail_part goes = {id,     a->act.id, v.contact,
					      v.team, v.channel, a->copies};
	if (a->kind == MESSAGE && !a->is_contacts)
		a->mail = ek_api_mail_put(t, &goes);
	if (a->kind == FORWARD)
		a->mail = ek_api_forward_put(t, &a->forward, &goes);
	t->status = 201;
	t->location = ek_api_conversation_path(t, a->act.id);
	write_added(t, &part, id);
}

/* Which command it is, and which right it takes. */
static void choose(struct ek_turn *t, struct adding *a)
{
	uint64_t based_on = a->act.cmd.based_on;
	static const enum ek_may rights[] = {EK_MAY_MESSAGE_WRITE, EK_MAY_NOTE_WRITE,
					     EK_MAY_WHISPER_WRITE, EK_MAY_MESSAGE_FORWARD};
	a->act.right = rights[a->kind];
	if (a->kind == MESSAGE && a->is_contacts) {
		a->act.cmd = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
		a->act.cmd.contact_message.conversation = a->act.id;
	} else if (a->kind == MESSAGE) {
		a->act.cmd = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
		a->act.cmd.teammate_message = (struct ek_cmd_teammate_message){a->act.id, t->self};
	} else {
		a->act.cmd = ek_cmd_make(EK_CMD_NOTE_ADD);
		a->act.cmd.note_add = (struct ek_cmd_note_add){a->act.id, t->self};
	}
	a->act.cmd.based_on = based_on;
	/* A whisper is no fact that others hear of. */
	a->act.is_content = a->kind == WHISPER;
}

enum {
	R_KIND,
	R_TEXT,
	R_AUTHOR,
	R_FILES,
	R_CC,
	R_BCC,
	R_READY,
	R_ARTICLES,
	R_TO,
	R_FORWARDS,
	R_PART,
	R_WITH_FILES,
	R_BASED_ON,
	MEMBERS
};

/* Who gets it: copies of a message, or somebody outside. */
static void take_whom(struct ek_turn *t, struct adding *a, const struct ek_patch_value *v)
{
	const struct ek_api_forward_in in = {v[R_TO].at, v[R_FORWARDS].at, v[R_PART].at,
					     v[R_WITH_FILES].at};
	const struct ek_api_forward_of of = {a->kind == FORWARD, a->act.id, &a->files};
	ek_api_mail_take(t, &v[R_CC].at, &a->copies.cc);
	ek_api_mail_take(t, &v[R_BCC].at, &a->copies.bcc);
	if ((a->copies.cc.p != NULL || a->copies.bcc.p != NULL) &&
	    (a->kind != MESSAGE || a->is_contacts))
		ek_patch_fault(&v[a->copies.cc.p != NULL ? R_CC : R_BCC].at, EK_FAULT_CONFLICT,
			       "copies are of a teammate's message");
	ek_api_forward_take(t, &in, &of, &a->forward);
}

static void take_part(struct ek_turn *t, struct adding *a)
{
	static const struct ek_patch_rule rules[MEMBERS] = {
		[R_KIND] = {"kind", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, kinds},
		[R_TEXT] = {"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_PART_BYTES,
			    NULL},
		[R_AUTHOR] = {"author", EK_PATCH_OF_WORD, 0, 0, 0, 0, authors},
		[R_FILES] = {"attachments", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_CC] = {"cc", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_BCC] = {"bcc", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_READY] = {"ready_answers", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_ARTICLES] = {"articles", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_TO] = {"to", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_FORWARDS] = {"forwards", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_PART] = {"part", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_WITH_FILES] = {"with_files", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[R_BASED_ON] = EK_API_ACT_BASED_ON,
	};
	struct ek_patch_value v[MEMBERS] = {0};
	if (!ek_turn_body(t, &a->act.root))
		return;
	ek_patch_bind(&a->act.root, rules, MEMBERS, v);
	ek_api_act_base(&a->act, &v[R_BASED_ON]);
	a->kind = (int)v[R_KIND].i;
	a->text = v[R_TEXT].s;
	a->is_contacts = v[R_AUTHOR].state == EK_PATCH_VALUE && v[R_AUTHOR].i == 0;
	if (a->is_contacts && a->kind != MESSAGE)
		ek_patch_fault(&v[R_AUTHOR].at, EK_FAULT_CONFLICT,
			       "a contact writes messages alone");
	ek_api_attachments_take(t, &v[R_FILES].at, &a->files);
	ek_api_articles_take(t, &v[R_ARTICLES].at, &a->articles);
	ek_api_ready_take(t, &v[R_READY].at, a->text, &a->ready);
	take_whom(t, a, v);
}

static void tell_part(struct ek_turn *t)
{
	const struct adding *a = t->state;
	if (a->mail != NULL)
		ek_api_mail_nudge(t);
}

static bool fits_mail(struct ek_turn *t, const struct adding *a)
{
	struct ek_conversation_view v = {0};
	if (a->kind != MESSAGE || a->is_contacts || !ek_look_conversation(t->engine, a->act.id, &v))
		return true;
	const struct ek_api_mail_part goes = {.conversation = a->act.id,
					      .contact = v.contact,
					      .team = v.team,
					      .channel = v.channel};
	return ek_api_mail_fits(t, &goes, ek_api_attachments_bytes(&a->files));
}

static bool check_part(struct ek_turn *t)
{
	struct adding *a = t->state;
	return ek_api_articles_check(t, &a->articles) &&
	       ek_api_attachments_fit(t, a->act.id, &a->files) && fits_mail(t, a) &&
	       (a->kind != FORWARD || ek_api_forward_check(t, a->act.id));
}

void ek_api_create_part(struct ek_turn *t)
{
	struct adding *a = EK_TURN_NEW(t, struct adding);
	if (a == NULL || !ek_api_act_begin(t, &a->act, EK_CMD_TEAMMATE_MESSAGE)) {
		ek_turn_reply(t, 0);
		return;
	}
	take_part(t, a);
	choose(t, a);
	if (a->articles.n > 0 || a->files.n > 0 || a->kind == FORWARD)
		a->act.check = check_part;
	a->act.made = made_part;
	a->act.tell = tell_part;
	ek_api_act_do(t, &a->act);
}

/* ---- redacting one */

struct redaction {
	struct ek_api_act act; /* first */
	uint64_t part;
	struct ek_views_value row[EK_CONTENT_PARTS_WIDTH];
	struct ek_api_attachments files;
	const struct ek_views_value *mail; /* as it was */
};

/* Whether the caller may know that it is there. */
static bool may_see(struct ek_turn *t, const struct ek_views_value *row,
		    const struct ek_api_conversation_object *o)
{
	ek_team_id team = {(uint32_t)(row[EK_CONTENT_PARTS_TEAM].kind == EK_VIEWS_INT
					      ? row[EK_CONTENT_PARTS_TEAM].i
					      : 0)};
	struct ek_may_object whisper = {.teams = &team, .team_count = team.v != 0};
	if (row[EK_CONTENT_PARTS_READER].kind == EK_VIEWS_INT)
		whisper.owner.v = (uint32_t)row[EK_CONTENT_PARTS_READER].i;
	ek_str kind = ek_turn_text(&row[EK_CONTENT_PARTS_KIND]);
	if (ek_str_is(kind, "whisper"))
		return ek_may_is(&t->actor, EK_MAY_WHISPER_READ, &whisper);
	return !ek_str_is(kind, "change") &&
	       ek_may_is(&t->actor, EK_MAY_CONVERSATION_READ, &o->may);
}

static bool check_redaction(struct ek_turn *t)
{
	struct redaction *r = t->state;
	struct ek_api_conversation_object o;
	const struct ek_views_value *row;
	bool found;
	if (!ek_api_conversation_live(t, r->act.id, &o) ||
	    !ek_turn_row(t, EK_CONTENT_PARTS, (int64_t)r->part, &row, &found))
		return false;
	if (!found || ek_turn_int(&row[EK_CONTENT_PARTS_CONVERSATION]) != r->act.id.v ||
	    !may_see(t, row, &o))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	bool is_mate = ek_str_is(ek_turn_text(&row[EK_CONTENT_PARTS_AUTHOR_KIND]), "teammate");
	if (is_mate && row[EK_CONTENT_PARTS_AUTHOR].kind == EK_VIEWS_INT)
		o.may.owner.v = (uint32_t)row[EK_CONTENT_PARTS_AUTHOR].i;
	memcpy(r->row, row, sizeof r->row);
	return ek_turn_may(t, EK_MAY_PART_REDACT, &o.may) &&
	       ek_api_attachments_load(t, (struct ek_api_attachments_of){r->part, r->act.id},
				       &r->files);
}

static void made_redaction(struct ek_turn *t, const struct ek_answer *answer)
{
	struct redaction *r = t->state;
	struct ek_views_value *v = r->row;
	struct ek_turn_rows rows;
	ek_str public = {NULL, 0};
	const struct ek_api_attachments none = {0};
	(void)answer;
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(EK_S(""));
	v[EK_CONTENT_PARTS_ATTACHMENTS] = ek_views_text(EK_S("[]"));
	if (v[EK_CONTENT_PARTS_REDACTED_MS].kind != EK_VIEWS_INT) {
		v[EK_CONTENT_PARTS_REDACTED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_PARTS_REDACTED_BY] = ek_views_id(t->self.v);
	}
	ek_turn_put(t, EK_CONTENT_PARTS, v);
	ek_api_attachments_erase(t, &r->files);
	r->mail = ek_api_mail_find(t, (uint64_t)v[EK_CONTENT_PARTS_PART].i);
	const struct ek_views_value *mail =
		ek_api_mail_cancel(t, (uint64_t)v[EK_CONTENT_PARTS_PART].i);
	if (ek_str_is(ek_turn_text(&v[EK_CONTENT_PARTS_AUTHOR_KIND]), "contact") &&
	    ek_turn_select(t, "SELECT public FROM contacts WHERE contact = $1",
			   &v[EK_CONTENT_PARTS_AUTHOR], 1, &rows) &&
	    rows.n > 0)
	public = ek_turn_text(&rows.v[0]);
	const struct ek_views_value said[] = {
		[PART] = v[EK_CONTENT_PARTS_PART],
		[CONVERSATION] = v[EK_CONTENT_PARTS_CONVERSATION],
		[KIND] = v[EK_CONTENT_PARTS_KIND],
		[AUTHOR_KIND] = v[EK_CONTENT_PARTS_AUTHOR_KIND],
		[AUTHOR] = v[EK_CONTENT_PARTS_AUTHOR],
		[BODY] = v[EK_CONTENT_PARTS_BODY],
		[FILES] = v[EK_CONTENT_PARTS_ATTACHMENTS],
		[CREATED] = v[EK_CONTENT_PARTS_CREATED_MS],
		[REDACTED] = v[EK_CONTENT_PARTS_REDACTED_MS],
		[SEQ] = v[EK_CONTENT_PARTS_SEQ],
		[PUBLIC] = ek_views_text(public),
		[DETAILS] = v[EK_CONTENT_PARTS_DETAILS],
	};
	write_part(t, said, &none, mail);
}

static void tell_redaction(struct ek_turn *t)
{
	const struct redaction *r = t->state;
	ek_api_attachments_remove(t, &r->files);
	ek_api_mail_forget(t, r->mail);
}

void ek_api_redact_part(struct ek_turn *t)
{
	struct redaction *r = EK_TURN_NEW(t, struct redaction);
	if (r == NULL || !ek_api_act_begin(t, &r->act, EK_CMD_CONVERSATION_UPDATE) ||
	    !ek_turn_id(t, "part", EK_IDENT_PART, &r->part)) {
		ek_turn_reply(t, 0);
		return;
	}
	/* So that everyone who shows it reads it again. */
	r->act.cmd.conversation_update.conversation = r->act.id;
	r->act.right = EK_MAY_CONVERSATION_FIND; /* at least; the rest in check_redaction */
	r->act.check = check_redaction;
	r->act.made = made_redaction;
	r->act.tell = tell_redaction;
	ek_api_act_do(t, &r->act);
}
