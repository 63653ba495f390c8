/* What a visitor may read: the messages of their own conversation, and the files in them. Notes,
 * whispers, summaries and what servers of mail said are not among them. */
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "sys/heap.h"

enum { PART_MAX = 2 * EK_LIMIT_PART_BYTES + 256 * 1024 };

/* ---- one as JSON */

static void put_file(struct ek_json *j, uint64_t inbox, const struct ek_views_value *v)
{
	char path[96];
	size_t n = ek_format(path, sizeof path, "%s/visit/ci_%llu/files/att_%lld", EK_ROUTE_PREFIX,
			     (unsigned long long)inbox, (long long)v[0].i);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ATTACHMENT, (uint64_t)v[0].i);
	ek_api_put_text(j, "name", ek_turn_text(&v[1]));
	ek_api_put_text(j, "type", ek_turn_text(&v[2]));
	ek_api_put_int(j, "size", ek_turn_int(&v[3]));
	ek_api_put_text(j, "url", (ek_str){path, (uint32_t)n});
	ek_json_object_end(j);
}

void ek_api_visit_write_file(struct ek_json *j, uint64_t inbox, const struct ek_views_value *row)
{
	const struct ek_views_value v[] = {
		row[EK_CONTENT_ATTACHMENTS_ATTACHMENT], row[EK_CONTENT_ATTACHMENTS_NAME],
		row[EK_CONTENT_ATTACHMENTS_TYPE], row[EK_CONTENT_ATTACHMENTS_BYTES]};
	put_file(j, inbox, v);
}

void ek_api_visit_write_own(struct ek_json *j, const struct ek_api_visit_part *p)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_PART, p->id);
	ek_api_put_time(j, "at", p->at);
	ek_api_put_word(j, "from", "contact");
	ek_api_put_text(j, "name", (ek_str){NULL, 0});
	ek_api_put_text(j, "text", p->text);
	ek_json_key(j, "files");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->files->n; i++) {
		const struct ek_views_value *row =
			p->files->rows + (size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH;
		ek_api_visit_write_file(j, p->inbox, row);
	}
	ek_json_list_end(j);
	ek_api_put_time(j, "seen_at", EK_NO_TIME);
	ek_json_object_end(j);
}

/* ---- the rows: a part as often as it has files, or once */

enum { PART, AUTHOR_KIND, BODY, CREATED, REDACTED, NAME, SEEN, SEEN_MS, FILE_ID, COLUMNS = 12 };
#define SELECT(order) \
	"SELECT p.part, p.author_kind, p.body, p.created_ms, p.redacted_ms, m.name, c.mate_part," \
	" c.mate_ms, a.attachment, a.name, a.type, a.bytes FROM (SELECT part, author_kind, " \
	"author," \
	" body, created_ms, redacted_ms FROM parts WHERE conversation = $1 AND part > $2 AND" \
	" kind = 'message' AND author_kind IN ('contact', 'teammate', 'rule') ORDER BY " \
	"part " order \
	" LIMIT 50) AS p LEFT JOIN people m ON p.author_kind = 'teammate' AND m.teammate =" \
	" p.author LEFT JOIN chats c ON c.conversation = $1 LEFT JOIN attachments a ON" \
	" a.conversation = $1 AND a.part = p.part ORDER BY p.part, a.attachment"

struct writing {
	const struct ek_api_visit_pages *of;
	struct ek_json json;
	uint64_t part; /* open in json; 0 = none */
	bool seen_by_mate;
	ek_time seen;
	bool ended;
};

static ek_str first_name(ek_str s)
{
	for (uint32_t i = 1; i < s.n; i++)
		if (s.p[i] == ' ')
			s.n = i;
	return s;
}

static void begin_part(struct writing *w, const struct ek_views_value *v)
{
	struct ek_json *j = &w->json;
	bool is_contact = ek_str_is(ek_turn_text(&v[AUTHOR_KIND]), "contact");
	bool is_redacted = v[REDACTED].kind == EK_VIEWS_INT;
	w->part = (uint64_t)v[PART].i;
	w->seen = is_contact && v[SEEN].kind == EK_VIEWS_INT && v[SEEN].i >= v[PART].i
			  ? (ek_time){ek_turn_int(&v[SEEN_MS])}
			  : EK_NO_TIME;
	ek_json_reset(j);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_PART, w->part);
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[CREATED])});
	ek_api_put_word(j, "from", is_contact ? "contact" : "teammate");
	ek_api_put_text(j, "name",
			is_contact ? (ek_str){NULL, 0} : first_name(ek_turn_text(&v[NAME])));
	ek_api_put_text(j, "text", is_redacted ? (ek_str){NULL, 0} : ek_turn_text(&v[BODY]));
	ek_json_key(j, "files");
	ek_json_list(j);
}

static void end_part(struct writing *w)
{
	struct ek_json *j = &w->json;
	if (w->part == 0 || w->ended)
		return;
	ek_json_list_end(j);
	ek_api_put_time(j, "seen_at", w->seen);
	ek_json_object_end(j);
	w->ended = !ek_json_is_whole(j) || !w->of->visit(w->of->ctx, w->part, ek_json_written(j));
	w->part = 0;
}

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct writing *w = ctx;
	(void)n;
	(void)err;
	if (w->part != (uint64_t)v[PART].i) {
		end_part(w);
		begin_part(w, v);
	}
	if (v[FILE_ID].kind == EK_VIEWS_INT)
		put_file(&w->json, w->of->inbox, &v[FILE_ID]);
	return true;
}

bool ek_api_visit_parts(const struct ek_api_visit_pages *p, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(p->conversation.v),
					      ek_views_int((int64_t)p->after)};
	const struct ek_reader_question q = {p->after == 0 ? SELECT("DESC") : SELECT("ASC"), args,
					     2};
	struct writing w = {.of = p};
	ek_json_init(&w.json, ek_heap_alloc(), PART_MAX);
	w.json.style.is_api = true;
	bool ok = ek_reader_each(p->reader, &q, take_row, &w, err);
	if (ok)
		end_part(&w);
	ek_json_fini(&w.json);
	return ok;
}

/* ---- GET /visit/{inbox}/parts */

static bool add(void *ctx, uint64_t id, ek_str json)
{
	struct ek_turn *t = ctx;
	(void)id;
	ek_json_raw(&t->out, json);
	return true;
}

void ek_api_list_visit_parts(struct ek_turn *t)
{
	struct ek_api_visit v;
	uint64_t after = 0;
	struct ek_err err;
	(void)ek_query_id(&t->query, "after", EK_IDENT_PART, &after);
	if (!ek_query_end(&t->query) || !ek_api_visit_begin(t, EK_MAY_VISIT_READ, true, &v)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_api_visit_pages pages = {.reader = t->reader,
						 .inbox = v.inbox,
						 .conversation = v.conversation,
						 .after = after,
						 .visit = add,
						 .ctx = t};
	ek_json_object(&t->out);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	if (v.conversation.v != 0 && !ek_api_visit_parts(&pages, &err))
		ek_problem_err(&t->problem, &err);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}
