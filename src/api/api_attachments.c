#include "api/api_attachments.h"

#include <string.h>
#include <strings.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "auth/vault.h"
#include "base/utf8.h"
#include "channels/scan.h"
#include "model/limits.h"

enum { WIDTH = EK_CONTENT_ATTACHMENTS_WIDTH, BOUNDARY_MAX = 70, SCANS_MAX = 4 /* that wait */ };

static const struct ek_views_value *row_at(const struct ek_api_attachments *a, uint32_t i)
{
	return a->rows + (size_t)i * WIDTH;
}

/* ---- named in a part */

/* Whether it is the caller's to use: uploaded by them, and nowhere yet. */
static bool is_own(const struct ek_turn *t, const struct ek_views_value *row)
{
	const struct ek_views_value *who = &row[EK_CONTENT_ATTACHMENTS_TEAMMATE];
	bool is_same = who->kind == EK_VIEWS_INT ? who->i == t->self.v : t->self.v == 0;
	return is_same && row[EK_CONTENT_ATTACHMENTS_PART].kind != EK_VIEWS_INT;
}

bool ek_api_attachments_take(struct ek_turn *t, const struct ek_patch_at *at,
			     struct ek_api_attachments *out)
{
	uint32_t n;
	*out = (struct ek_api_attachments){0};
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_LIMIT_ATTACHMENTS, &n))
		return false;
	struct ek_views_value *rows = ek_turn_get(t, (n + 1) * WIDTH * sizeof *rows);
	if (rows == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at place = ek_patch_row(at, i);
		const struct ek_views_value *row;
		uint64_t id;
		bool found;
		if (!ek_patch_id(&place, EK_IDENT_ATTACHMENT, &id))
			continue;
		for (uint32_t k = 0; k < out->n; k++) {
			if (rows[k * WIDTH].i == (int64_t)id)
				return ek_patch_fault(&place, EK_FAULT_REPEATED, NULL);
		}
		if (!ek_turn_row(t, EK_CONTENT_ATTACHMENTS, (int64_t)id, &row, &found))
			return false;
		if (!found || !is_own(t, row))
			return ek_patch_fault(&place, EK_FAULT_NOT_FOUND, NULL);
		memcpy(&rows[out->n++ * WIDTH], row, WIDTH * sizeof *rows);
	}
	out->rows = rows;
	return true;
}

bool ek_api_attachments_load(struct ek_turn *t, struct ek_api_attachments_of of,
			     struct ek_api_attachments *out)
{
	const struct ek_views_value args[] = {ek_views_int(of.conversation.v),
					      ek_views_int((int64_t)of.part)};
	struct ek_turn_rows rows;
	*out = (struct ek_api_attachments){0};
	if (!ek_turn_select(t,
			    "SELECT * FROM attachments WHERE conversation = $1 AND "
			    "(part = $2 OR $2 = 0) ORDER BY attachment",
			    args, 2, &rows))
		return false;
	ek_assert(rows.n == 0 || rows.columns == WIDTH);
	*out = (struct ek_api_attachments){rows.v, rows.n};
	return true;
}

ek_str ek_api_attachments_print(struct ek_turn *t, const struct ek_api_attachments *a)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < a->n; i++)
		ek_json_int(&j, row_at(a, i)[EK_CONTENT_ATTACHMENTS_ATTACHMENT].i);
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

void ek_api_attachments_write_one(struct ek_json *j, const struct ek_views_value *row)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ATTACHMENT,
		      (uint64_t)row[EK_CONTENT_ATTACHMENTS_ATTACHMENT].i);
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_CONTENT_ATTACHMENTS_NAME]));
	ek_api_put_text(j, "type", ek_turn_text(&row[EK_CONTENT_ATTACHMENTS_TYPE]));
	ek_api_put_int(j, "bytes", ek_turn_int(&row[EK_CONTENT_ATTACHMENTS_BYTES]));
	ek_json_object_end(j);
}

void ek_api_attachments_write(struct ek_turn *t, const struct ek_api_attachments *a)
{
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < a->n; i++)
		ek_api_attachments_write_one(&t->out, row_at(a, i));
	ek_json_list_end(&t->out);
}

void ek_api_attachments_put(struct ek_turn *t, const struct ek_api_attachments *a,
			    struct ek_api_attachments_of of)
{
	for (uint32_t i = 0; i < a->n; i++) {
		struct ek_views_value v[WIDTH];
		memcpy(v, row_at(a, i), sizeof v);
		v[EK_CONTENT_ATTACHMENTS_PART] = ek_views_int((int64_t)of.part);
		v[EK_CONTENT_ATTACHMENTS_CONVERSATION] = ek_views_int(of.conversation.v);
		ek_turn_put(t, EK_CONTENT_ATTACHMENTS, v);
	}
}

void ek_api_attachments_erase(struct ek_turn *t, const struct ek_api_attachments *a)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct ek_writer_erasure what = {
			EK_CONTENT_ATTACHMENTS, EK_CONTENT_ATTACHMENTS_ATTACHMENT,
			row_at(a, i)[EK_CONTENT_ATTACHMENTS_ATTACHMENT]};
		ek_turn_erase(t, &what);
		ek_api_attachments_erase_key(
			t, ek_turn_text(&row_at(a, i)[EK_CONTENT_ATTACHMENTS_PLACE]));
	}
}

void ek_api_attachments_erase_key(struct ek_turn *t, ek_str place)
{
	const struct ek_writer_erasure what = {EK_CONTENT_FILE_KEYS, EK_CONTENT_FILE_KEYS_PLACE,
					       ek_views_text(place)};
	if (place.n > 0)
		ek_turn_erase(t, &what);
}

bool ek_api_attachments_read(const struct ek_turn *t, const struct ek_api_attachments_file *file,
			     struct ek_disk_bytes *out, struct ek_err *err)
{
	const struct ek_vault vault = {ek_guard_seal(t), t->api->options.directory, file->below,
				       t->reader};
	return ek_vault_read(&vault, file->place, (struct ek_vault_room){file->max, &t->out.alloc},
			     out, err);
}

void ek_api_attachments_remove(struct ek_turn *t, const struct ek_api_attachments *a)
{
	for (uint32_t i = 0; i < a->n && t->api->options.directory != NULL; i++) {
		const struct ek_worker_file file = {
			t->api->options.directory, EK_API_ATTACHMENTS_DIRECTORY,
			ek_turn_text(&row_at(a, i)[EK_CONTENT_ATTACHMENTS_PLACE])};
		ek_worker_remove(t->api->worker, &file);
	}
}

/* ---- reading multipart/form-data (RFC 7578): the first part that has a file name */

struct upload {
	ek_str name;
	ek_str type;
	ek_str bytes;
	struct ek_vault_file file;
	uint8_t hash[EK_HASH_BYTES];
	const struct ek_api_attachments_upload *of; /* NULL = a teammate's */
};

static bool unreadable(struct ek_turn *t, const char *why)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_MALFORMED, "%s", why);
}

/* Where a text begins in another; n when it is not in it. */
static size_t find(ek_str in, size_t from, ek_str what)
{
	while (from + what.n <= in.n) {
		const char *p = memchr(in.p + from, what.p[0], in.n - from - what.n + 1);
		if (p == NULL)
			break;
		from = (size_t)(p - in.p);
		if (memcmp(p, what.p, what.n) == 0)
			return from;
		from++;
	}
	return in.n;
}

/* The value of a parameter such as boundary=x or filename="y"; p NULL when it is not there. */
static ek_str parameter(ek_str line, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i + n + 1 < line.n; i++) {
		bool starts = i > 0 && (line.p[i - 1] == ' ' || line.p[i - 1] == ';');
		if (!starts || line.p[i + n] != '=' || strncasecmp(line.p + i, name, n) != 0)
			continue;
		size_t from = i + n + 1;
		bool is_quoted = line.p[from] == '"';
		from += is_quoted;
		size_t to = from;
		while (to < line.n && line.p[to] != (is_quoted ? '"' : ';'))
			to++;
		return (ek_str){line.p + from, (uint32_t)(to - from)};
	}
	return (ek_str){NULL, 0};
}

static bool begins(ek_str line, const char *name)
{
	size_t n = strlen(name);
	return line.n >= n && strncasecmp(line.p, name, n) == 0;
}

/* One line of a part's headers. */
static void take_header(struct upload *u, ek_str line)
{
	static const char type[] = "content-type:";
	if (begins(line, "content-disposition:"))
		u->name = parameter(line, "filename");
	if (!begins(line, type))
		return;
	uint32_t from = sizeof type - 1;
	while (from < line.n && line.p[from] == ' ')
		from++;
	uint32_t to = from;
	while (to < line.n && line.p[to] != ';' && line.p[to] != ' ')
		to++;
	u->type = (ek_str){line.p + from, to - from};
}

/* Headers from `at` to an empty line; returns where the bytes begin, 0 when there is none. */
static size_t take_headers(struct upload *u, ek_str body, size_t at)
{
	u->name = u->type = (ek_str){NULL, 0};
	for (;;) {
		size_t end = find(body, at, EK_S("\r\n"));
		if (end == body.n)
			return 0;
		if (end == at)
			return end + 2;
		take_header(u, (ek_str){body.p + at, (uint32_t)(end - at)});
		at = end + 2;
	}
}

static bool take_multipart(struct ek_turn *t, ek_str boundary, struct upload *u)
{
	char mark[BOUNDARY_MAX + 8];
	ek_str body = t->http->body;
	if (boundary.p == NULL || boundary.n == 0 || boundary.n > BOUNDARY_MAX)
		return unreadable(t, "multipart/form-data needs a boundary");
	memcpy(mark, "\r\n--", 4);
	memcpy(mark + 4, boundary.p, boundary.n);
	ek_str delimiter = {mark, boundary.n + 4};
	ek_str first = {mark + 2, boundary.n + 2};
	size_t at = find(body, 0, first);
	if (at != 0)
		return unreadable(t, "the body does not begin with its boundary");
	at = first.n;
	while (at + 2 <= body.n && memcmp(body.p + at, "\r\n", 2) == 0) {
		size_t from = take_headers(u, body, at + 2);
		/* The line end before the bytes may be the delimiter's own when there are none. */
		size_t to = from == 0 ? body.n : find(body, from - 2, delimiter);
		if (to == body.n)
			return unreadable(t, "a part of the body does not end");
		to = to < from ? from : to;
		u->bytes = (ek_str){body.p + from, (uint32_t)(to - from)};
		if (u->name.p != NULL)
			return true;
		at = to + delimiter.n;
	}
	return unreadable(t, "no part of the body has a file name");
}

/* ---- what is taken */

/* What may be kept and shown; nothing that a browser would run. */
static const char *const types[] = {
	"image/png",
	"image/jpeg",
	"image/gif",
	"image/webp",
	"application/pdf",
	"text/plain",
	"text/csv",
	"application/zip",
	"application/json",
	"application/msword",
	"application/vnd.ms-excel",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"application/vnd.oasis.opendocument.text",
	"application/vnd.oasis.opendocument.spreadsheet",
	"audio/mpeg",
	"audio/ogg",
	"video/mp4",
	"video/webm",
	"message/rfc822",
};

static const char *find_type(ek_str type)
{
	for (size_t i = 0; i < EK_LEN(types); i++) {
		if (type.n == strlen(types[i]) && strncasecmp(type.p, types[i], type.n) == 0)
			return types[i];
	}
	return NULL;
}

const char *ek_api_attachments_type(ek_str stored)
{
	const char *known = find_type(stored);
	return known != NULL ? known : "application/octet-stream";
}

/* A path is nothing that we want to know, and a name is read in one direction. */
static bool clean_name(struct ek_turn *t, struct upload *u)
{
	for (uint32_t i = u->name.n; i > 0; i--) {
		if (u->name.p[i - 1] == '/' || u->name.p[i - 1] == '\\') {
			u->name = (ek_str){u->name.p + i, u->name.n - i};
			break;
		}
	}
	if (!ek_utf8_is_turning(u->name))
		return true;
	char *p = ek_turn_get(t, u->name.n);
	if (p == NULL)
		return false;
	memcpy(p, u->name.p, u->name.n);
	u->name = (ek_str){p, ek_utf8_straighten(p, u->name.n)};
	return true;
}

static bool check_upload(struct ek_turn *t, struct upload *u)
{
	if (!clean_name(t, u))
		return false;
	if (u->name.n == 0 || u->name.n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain(u->name))
		return ek_problem_set(&t->problem, EK_PROBLEM_INVALID_VALUE,
				      "a file's name has 1 to %d bytes, and no control characters",
				      EK_LIMIT_TEXT_BYTES);
	const char *known = find_type(u->type);
	if (known != NULL) {
		u->type.p = known;
		return true;
	}
	return ek_problem_set(&t->problem, EK_PROBLEM_UNSUPPORTED_MEDIA_TYPE,
			      "files of this type are not taken");
}

/* ---- keeping it */

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct upload *u = t->state;
	struct ek_views_value v[WIDTH] = {0};
	struct ek_views_value key[EK_CONTENT_FILE_KEYS_WIDTH] = {0};
	(void)answer;
	v[EK_CONTENT_ATTACHMENTS_ATTACHMENT] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_ATTACHMENTS));
	v[EK_CONTENT_ATTACHMENTS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_ATTACHMENTS_NAME] = ek_views_text(u->name);
	v[EK_CONTENT_ATTACHMENTS_TYPE] = ek_views_text(u->type);
	v[EK_CONTENT_ATTACHMENTS_BYTES] = ek_views_int(u->bytes.n);
	v[EK_CONTENT_ATTACHMENTS_HASH] = ek_views_blob(u->hash, sizeof u->hash);
	v[EK_CONTENT_ATTACHMENTS_PLACE] = ek_views_text((ek_str){u->file.place, EK_VAULT_PLACE});
	v[EK_CONTENT_ATTACHMENTS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_ATTACHMENTS, v);
	ek_vault_row(&u->file, t->now, key);
	ek_turn_put(t, EK_CONTENT_FILE_KEYS, key);
	t->status = 201;
	t->out.style.is_api = true;
	if (u->of != NULL)
		u->of->made(t, u->of->ctx, v);
	else
		ek_api_attachments_write_one(&t->out, v);
}

static void tell(struct ek_turn *t)
{
	const struct upload *u = t->state;
	if (u->of != NULL)
		u->of->tell(t, u->of->ctx);
}

/* What others did before stands on disk, so that `made` of an owner may look at it. */
static bool check_nothing(struct ek_turn *t)
{
	(void)t;
	return true;
}

/* What the scanner for malware does not answer for is not kept. */
static bool is_safe(struct ek_turn *t, const struct upload *u, struct ek_worker *w)
{
	const struct ek_scan scan = {t->api->options.scanner, ek_worker_is_ending, w};
	struct ek_scan_result found;
	struct ek_err err;
	if (!ek_scan_file(&scan, u->bytes, &found, &err)) {
		ek_journal_say_why(t->api->options.journal, EK_JOURNAL_WARNING, "scanner_failed",
				   &err);
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
				      "the scanner for malware does not answer, and without it no "
				      "file is taken: try again in a moment");
	}
	enum ek_problem_type problem =
		found.verdict == EK_SCAN_FOUND ? EK_PROBLEM_INFECTED : EK_PROBLEM_NOT_SCANNED;
	return found.verdict == EK_SCAN_NOTHING ||
	       ek_problem_set(&t->problem, problem, "%s", found.text);
}

/* Disks are slow: on the worker's thread. */
static void keep(struct ek_turn *t, struct ek_worker *w)
{
	struct upload *u = t->state;
	struct ek_err err;
	const struct ek_vault vault = {ek_guard_seal(t), t->api->options.directory,
				       EK_API_ATTACHMENTS_DIRECTORY, NULL};
	struct ek_turn_write write = {.made = made};
	if (u->of != NULL) {
		write.check = check_nothing;
		write.tell = tell;
	}
	(void)w;
	ek_hash_once(u->bytes.p, u->bytes.n, u->hash);
	if (ek_vault_put(&vault, u->bytes, &u->file, &err)) {
		ek_turn_write(t, &write);
		return;
	}
	ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 0);
}

/* Scanners are slower: on a thread of theirs, and without a transaction that others wait for. */
static void scan(struct ek_turn *t, struct ek_worker *w)
{
	ek_reader_end(t->reader);
	if (is_safe(t, t->state, w))
		keep(t, w);
	else
		ek_turn_reply(t, 0);
}

/* Whole bodies wait, and others need room for theirs. */
static bool can_wait(struct ek_turn *t)
{
	return ek_worker_waiting(t->api->scanning) < SCANS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			      "too many files wait for the scanner for malware: try again in a "
			      "moment");
}

static bool read_upload(struct ek_turn *t, struct upload *u)
{
	static const char multipart[] = "multipart/form-data";
	ek_str type = ek_http_header(t->http, "Content-Type");
	if (type.p == NULL || !begins(type, multipart))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNSUPPORTED_MEDIA_TYPE,
				      "an upload is multipart/form-data");
	return take_multipart(t, parameter(type, "boundary"), u) &&
	       ek_turn_may(t, EK_MAY_ATTACHMENT_UPLOAD, NULL) && check_upload(t, u);
}

static void submit(struct ek_turn *t, struct upload *u, bool ok)
{
	if (ok && (t->api->options.directory == NULL || ek_guard_seal(t) == NULL))
		ok = ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
				    "there is no directory to keep files in");
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = u;
	if (t->api->scanning == NULL)
		ek_worker_submit(t->api->worker, t, keep);
	else if (can_wait(t))
		ek_worker_submit(t->api->scanning, t, scan);
	else
		ek_turn_reply(t, 0);
}

void ek_api_attachments_keep(struct ek_turn *t, const struct ek_api_attachments_upload *of)
{
	struct upload *u = EK_TURN_NEW(t, struct upload);
	if (u != NULL)
		*u = (struct upload){
			.name = of->name, .type = of->type, .bytes = of->bytes, .of = of};
	submit(t, u, u != NULL && check_upload(t, u));
}

void ek_api_create_attachment(struct ek_turn *t)
{
	struct upload *u = EK_TURN_NEW(t, struct upload);
	submit(t, u, u != NULL && ek_query_end(&t->query) && read_upload(t, u));
}
