/* Files of visitors: uploaded, then named in a message; read back by who may read that message.
 * What no message names within a day goes. */
#include <string.h>
#include <strings.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "base/utf8.h"
#include "model/limits.h"

enum { KEPT_MS = 24 * 3600000, TYPE_MAX = 100 };

struct putting {
	struct ek_api_visit visit;
	struct ek_api_attachments_upload upload;
	struct ek_api_attachments stale;
};

/* ---- what is called how */

/* Percent-decoded (RFC 8187) up to a semicolon or blank, into out; 0 for what cannot be read. */
static uint32_t decode(ek_str s, char *out)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s.n && s.p[i] != ';' && s.p[i] != ' '; i++) {
		char c = s.p[i];
		if (c == '%') {
			int high = i + 2 < s.n ? ek_str_hex(s.p[i + 1]) : -1;
			int low = i + 2 < s.n ? ek_str_hex(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return 0;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[n++] = c;
	}
	return n;
}

/* attachment; filename*=UTF-8''name%20of%20it; what is none has the usual name. */
static ek_str name_of(struct ek_turn *t)
{
	static const char mark[] = "filename*=UTF-8''";
	const uint32_t n = sizeof mark - 1;
	ek_str h = ek_http_header(t->http, "Content-Disposition");
	ek_str name = {NULL, 0};
	uint32_t from = 0;
	while (from + n <= h.n && strncasecmp(h.p + from, mark, n) != 0)
		from++;
	char *out = h.p == NULL || from + n > h.n ? NULL : ek_turn_get(t, h.n);
	if (out != NULL)
		name = (ek_str){out, decode((ek_str){h.p + from + n, h.n - from - n}, out)};
	if (name.n == 0 || !ek_utf8_is_plain(name))
		return EK_S("file");
	return (ek_str){out, ek_utf8_cut(name, EK_LIMIT_TEXT_BYTES)};
}

static ek_str type_of(struct ek_turn *t)
{
	ek_str type = ek_http_header(t->http, "Content-Type");
	uint32_t n = 0;
	while (n < type.n && type.p[n] != ';' && type.p[n] != ' ' && n < TYPE_MAX)
		n++;
	return type.p == NULL ? EK_S("") : (ek_str){type.p, n};
}

/* ---- POST */

static void erase_stale(struct ek_turn *t, struct putting *p)
{
	const struct ek_views_value before = ek_views_int(t->now.ms - KEPT_MS);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT a.* FROM visitor_files f JOIN attachments a ON a.attachment ="
			    " f.attachment AND a.part IS NULL WHERE f.created_ms < $1 LIMIT 10",
			    &before, 1, &rows))
		return;
	p->stale = (struct ek_api_attachments){rows.v, rows.n};
	ek_api_attachments_erase(t, &p->stale);
	for (uint32_t i = 0; i < rows.n; i++)
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_VISITOR_FILES,
							     EK_CONTENT_VISITOR_FILES_ATTACHMENT,
							     rows.v[(size_t)i * rows.columns]});
}

static void made(struct ek_turn *t, void *ctx, const struct ek_views_value *row)
{
	struct putting *p = ctx;
	struct ek_views_value v[EK_CONTENT_VISITOR_FILES_WIDTH] = {0};
	v[EK_CONTENT_VISITOR_FILES_ATTACHMENT] = row[EK_CONTENT_ATTACHMENTS_ATTACHMENT];
	v[EK_CONTENT_VISITOR_FILES_INBOX] = ek_views_int((int64_t)p->visit.inbox);
	v[EK_CONTENT_VISITOR_FILES_HASH] = ek_views_blob(p->visit.hash, sizeof p->visit.hash);
	v[EK_CONTENT_VISITOR_FILES_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_VISITOR_FILES, v);
	erase_stale(t, p);
	ek_api_visit_write_file(&t->out, p->visit.inbox, row);
}

static void tell(struct ek_turn *t, void *ctx)
{
	const struct putting *p = ctx;
	ek_api_attachments_remove(t, &p->stale);
}

static bool has_room(struct ek_turn *t, const struct putting *p)
{
	const struct ek_views_value *who = p->visit.visitor;
	const struct ek_api_attachments_visitor of = {
		p->visit.hash, {who == NULL ? 0 : (uint32_t)who[EK_CONTENT_VISITORS_CONTACT].i}};
	const struct ek_views_value key = ek_views_blob(p->visit.hash, sizeof p->visit.hash);
	struct ek_turn_rows rows;
	if (!ek_api_attachments_visitor_has_room(t, &of, t->http->body.n))
		return false;
	if (!ek_turn_select(t, "SELECT count(*) FROM visitor_files WHERE hash = $1", &key, 1,
			    &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < EK_API_VISIT_FILES ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "there are %d files that no message names: send them first",
			      EK_API_VISIT_FILES);
}

void ek_api_create_visit_file(struct ek_turn *t)
{
	struct putting *p = EK_TURN_NEW(t, struct putting);
	bool ok = p != NULL && ek_query_end(&t->query) &&
		  ek_api_visit_begin(t, EK_MAY_VISIT_WRITE, false, &p->visit);
	if (ok && !p->visit.has_secret)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
	if (!ok || !has_room(t, p)) {
		ek_turn_reply(t, 0);
		return;
	}
	p->upload = (struct ek_api_attachments_upload){.name = name_of(t),
						       .type = type_of(t),
						       .bytes = t->http->body,
						       .made = made,
						       .tell = tell,
						       .ctx = p};
	ek_api_attachments_keep(t, &p->upload);
}

/* ---- GET */

void ek_api_get_visit_file(struct ek_turn *t)
{
	struct ek_api_visit v;
	struct ek_turn_rows rows;
	uint64_t id;
	if (!ek_query_end(&t->query) || !ek_api_visit_begin(t, EK_MAY_VISIT_READ, true, &v) ||
	    !ek_turn_id(t, "id", EK_IDENT_ATTACHMENT, &id)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_views_value args[] = {ek_views_int((int64_t)id),
					      ek_views_int(v.conversation.v)};
	bool ok = ek_turn_select(
		t,
		"SELECT a.* FROM attachments a JOIN parts p ON p.part = a.part AND p.kind = "
		"'message'"
		" AND p.author_kind IN ('contact', 'teammate', 'rule') AND p.redacted_ms IS NULL"
		" WHERE a.attachment = $1 AND a.conversation = $2",
		args, 2, &rows);
	if (ok && rows.n == 0)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (ok)
		ek_api_attachments_send(t, rows.v);
	else
		ek_turn_reply(t, 0);
}
