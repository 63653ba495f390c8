/* Files read back: what they are, and their bytes. Who may is asked each time, through what the
 * file hangs on: the part that names it, in its conversation; before that, whoever uploaded it. */
#include <string.h>
#include <strings.h>

#include "api/api_attachments.h"
#include "api/api_conversation.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "model/limits.h"
#include "wire/disposition.h"

struct reading {
	int64_t id;
	const struct ek_views_value *row;
	/* Of the part that names it: kind, team, reader; NULL = none does yet. */
	const struct ek_views_value *part;
	ek_conversation_id conversation;
	void (*answer)(struct ek_turn *t);
	void (*answered)(struct ek_turn *t); /* the turn's own */
	char disposition[EK_DISPOSITION_MAX];
};
enum { KIND, TEAM, READER };

static bool missing(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static bool load(struct ek_turn *t, struct reading *r)
{
	struct ek_turn_rows rows;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_ATTACHMENTS, r->id, &r->row, &found))
		return false;
	if (!found)
		return missing(t);
	if (r->row[EK_CONTENT_ATTACHMENTS_PART].kind != EK_VIEWS_INT)
		return true;
	if (!ek_turn_select(t, "SELECT kind, team, reader, conversation FROM parts WHERE part = $1",
			    &r->row[EK_CONTENT_ATTACHMENTS_PART], 1, &rows))
		return false;
	if (rows.n == 0)
		return missing(t);
	r->part = rows.v;
	r->conversation.v = (uint32_t)ek_turn_int(&rows.v[3]);
	return true;
}

/* What was uploaded and is in no part is for whoever uploaded it. */
static bool may_draft(struct ek_turn *t, const struct reading *r)
{
	const struct ek_views_value *who = &r->row[EK_CONTENT_ATTACHMENTS_TEAMMATE];
	bool is_own = who->kind == EK_VIEWS_INT ? who->i == t->self.v : t->self.v == 0;
	const struct ek_may_object o = {.owner = t->self};
	return is_own && ek_may_is(&t->actor, EK_MAY_ATTACHMENT_READ, &o);
}

static bool may_part(struct ek_turn *t, const struct reading *r,
		     const struct ek_api_conversation_object *o)
{
	ek_str kind = ek_turn_text(&r->part[KIND]);
	ek_team_id team = {0};
	struct ek_may_object whisper = {.teams = &team};
	if (!ek_str_is(kind, "whisper"))
		return ek_may_is(&t->actor, EK_MAY_CONVERSATION_READ, &o->may) &&
		       (ek_str_is(kind, "message") ||
			ek_may_is(&t->actor, EK_MAY_NOTE_READ, &o->may));
	if (r->part[TEAM].kind == EK_VIEWS_INT) {
		team.v = (uint32_t)r->part[TEAM].i;
		whisper.team_count = 1;
	}
	if (r->part[READER].kind == EK_VIEWS_INT)
		whisper.owner.v = (uint32_t)r->part[READER].i;
	/* As its part is read: in a conversation that one may read. */
	return ek_may_is(&t->actor, EK_MAY_CONVERSATION_READ, &o->may) &&
	       ek_may_is(&t->actor, EK_MAY_WHISPER_READ, &whisper);
}

static void go_on(struct ek_turn *t)
{
	struct reading *r = t->state;
	t->answered = r->answered;
	if (ek_problem_is_none(&t->problem))
		r->answer(t);
	else
		ek_turn_reply(t, 0);
}

/* The views lag behind a conversation that was just made: then the engine says whose it is. */
static void look(struct ek_turn *t)
{
	struct reading *r = t->state;
	struct ek_api_conversation_object o;
	if (ek_api_conversation_live(t, r->conversation, &o) && !may_part(t, r, &o))
		missing(t);
}

/* answer is called, on whatever thread, once the caller may. */
static void read_one(struct ek_turn *t, void (*answer)(struct ek_turn *t))
{
	struct reading *r = EK_TURN_NEW(t, struct reading);
	struct ek_api_conversation_object o;
	uint64_t id = 0;
	bool ok = r != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_ATTACHMENT, &id);
	if (ok) {
		r->id = (int64_t)id;
		r->answer = answer;
		t->state = r;
		ok = load(t, r);
	}
	if (ok && r->part == NULL && !may_draft(t, r))
		ok = missing(t);
	ok = ok && (r->part == NULL || ek_api_conversation_stored(t, r->conversation, &o));
	if (!ok) {
		ek_turn_reply(t, 0);
	} else if (r->part == NULL || may_part(t, r, &o)) {
		answer(t);
	} else {
		r->answered = t->answered;
		t->answered = go_on;
		ek_turn_look(t, look);
	}
}

/* ---- what it is */

static void write_row(struct ek_turn *t)
{
	const struct reading *r = t->state;
	ek_api_attachments_write_one(&t->out, r->row);
	ek_turn_reply(t, 200);
}

void ek_api_get_attachment(struct ek_turn *t)
{
	read_one(t, write_row);
}

/* ---- its bytes */

/* What a browser may show in place: pictures that hold no script. */
static bool is_picture(ek_str type)
{
	return ek_str_is(type, "image/png") || ek_str_is(type, "image/jpeg") ||
	       ek_str_is(type, "image/webp") || ek_str_is(type, "image/gif");
}

static void set_headers(struct ek_turn *t, struct reading *r)
{
	ek_str type = ek_turn_text(&r->row[EK_CONTENT_ATTACHMENTS_TYPE]);
	ek_disposition_print(ek_turn_text(&r->row[EK_CONTENT_ATTACHMENTS_NAME]), is_picture(type),
			     r->disposition);
	t->disposition = r->disposition;
	t->type = ek_api_attachments_type(type);
	t->policy = "sandbox; default-src 'none'";
	t->cache = "private, no-store";
}

static bool take_bytes(struct ek_turn *t, const struct reading *r, struct ek_err *err)
{
	const struct ek_api_attachments_file file = {
		EK_API_ATTACHMENTS_DIRECTORY, ek_turn_text(&r->row[EK_CONTENT_ATTACHMENTS_PLACE]),
		EK_LIMIT_ATTACHMENT_BYTES};
	struct ek_disk_bytes bytes;
	if (!ek_api_attachments_read(t, &file, &bytes, err))
		return false;
	ek_json_plain(&t->out, (ek_str){(const char *)bytes.p, (uint32_t)bytes.n});
	ek_alloc_free(&t->out.alloc, bytes.p, bytes.n > 0 ? bytes.n : 1);
	return true;
}

/* Disks are slow: on the worker's thread. */
static void read_bytes(struct ek_turn *t, struct ek_worker *w)
{
	struct reading *r = t->state;
	struct ek_err err;
	(void)w;
	/* One that is gone was blanked meanwhile. */
	if (take_bytes(t, r, &err))
		set_headers(t, r);
	else if (err.code == EK_NOT_FOUND)
		missing(t);
	else
		ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 200);
}

static void send_bytes(struct ek_turn *t)
{
	ek_worker_submit(t->api->worker, t, read_bytes);
}

void ek_api_get_attachment_content(struct ek_turn *t)
{
	read_one(t, send_bytes);
}

void ek_api_attachments_send(struct ek_turn *t, const struct ek_views_value *row)
{
	struct reading *r = EK_TURN_NEW(t, struct reading);
	if (r == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	r->row = row;
	t->state = r;
	send_bytes(t);
}
