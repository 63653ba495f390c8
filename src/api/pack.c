#include "api/pack.h"

#include <stdlib.h>
#include <string.h>

#include "sys/hash.h"

enum { MEMORY = 8 * 1024 * 1024, DIGITS = 10, TAG_DIGITS = 32 };

/* One line. */
struct row {
	ek_str path;
	ek_str type;
	enum ek_accept_coding coding;
	ek_str body;
	uint32_t line;
};

struct ek_pack {
	struct ek_arena arena;
	struct ek_alloc alloc;
	struct row *rows;
	struct ek_pack_file *files; /* by path */
	uint32_t row_count;
	uint32_t count;
};

struct reader {
	struct ek_pack *pack;
	ek_str head; /* what is left of the lines */
	ek_str body;
	uint32_t line;
	struct ek_err *err;
};

/* ---- lines */

static bool refuse(struct reader *r, const char *what)
{
	return ek_fail(r->err, EK_USAGE, "line %u: %s", r->line, what);
}

/* Where the lines end: after the first empty one. 0 = nowhere. */
static uint32_t find_body(ek_str bytes)
{
	uint32_t begin = 0;
	for (uint32_t lines = 0; lines <= EK_PACK_LINES && begin < bytes.n; lines++) {
		const char *end = memchr(bytes.p + begin, '\n', bytes.n - begin);
		if (end == NULL)
			return 0;
		uint32_t next = (uint32_t)(end - bytes.p) + 1;
		if (next == begin + 1)
			return next;
		begin = next;
	}
	return 0;
}

/* What comes before the mark, which is passed over; false when there is no mark. */
static bool take(ek_str *line, char mark, ek_str *out)
{
	const char *end = line->n == 0 ? NULL : memchr(line->p, mark, line->n);
	if (end == NULL)
		return false;
	*out = (ek_str){line->p, (uint32_t)(end - line->p)};
	uint32_t taken = out->n + 1;
	*line = (ek_str){line->p + taken, line->n - taken};
	return true;
}

static bool read_number(ek_str s, uint64_t *out)
{
	*out = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (uint64_t)(s.p[i] - '0');
	}
	return s.n > 0 && s.n <= DIGITS;
}

/* A path as a request writes it, and with nothing in it that has another spelling. */
static bool is_path(ek_str s)
{
	if (s.n < 2 || s.n > EK_PACK_PATH || s.p[0] != '/')
		return false;
	for (uint32_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c <= ' ' || c > '~' || strchr("%?#\\", c) != NULL)
			return false;
		if (c == '/' && (i + 1 == s.n || s.p[i + 1] == '/' || s.p[i + 1] == '.'))
			return false;
	}
	return true;
}

static bool is_type(ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	}
	return s.n > 0 && s.n <= EK_PACK_TYPE;
}

static bool read_coding(ek_str s, enum ek_accept_coding *out)
{
	for (int k = 0; k < EK_ACCEPT_CODINGS; k++) {
		*out = (enum ek_accept_coding)k;
		if (ek_str_is(s, ek_accept_coding_name(*out)))
			return true;
	}
	return false;
}

static bool read_row(struct reader *r, struct row *out)
{
	ek_str coding, offset, length;
	uint64_t from, n;
	r->line++;
	out->line = r->line;
	if (!take(&r->head, '\t', &out->path) || !take(&r->head, '\t', &out->type) ||
	    !take(&r->head, '\t', &coding) || !take(&r->head, '\t', &offset) ||
	    !take(&r->head, '\n', &length))
		return refuse(r, "expected path, type, coding, offset and length");
	if (!is_path(out->path))
		return refuse(r, "that is no path of a file");
	if (!is_type(out->type))
		return refuse(r, "that is no type");
	if (!read_coding(coding, &out->coding))
		return refuse(r, "the coding is none of identity, gzip and br");
	if (!read_number(offset, &from) || !read_number(length, &n))
		return refuse(r, "offset and length are whole numbers");
	if (from > r->body.n || n > r->body.n - from)
		return refuse(r, "its bytes lie behind the end");
	out->body = (ek_str){r->body.p + from, (uint32_t)n};
	return true;
}

static bool read_rows(struct reader *r)
{
	struct ek_pack *p = r->pack;
	for (uint32_t i = 0; i < r->head.n; i++)
		p->row_count += r->head.p[i] == '\n' ? 1 : 0;
	if (p->row_count == 0)
		return ek_fail(r->err, EK_USAGE, "it holds no file");
	p->rows = ek_arena_get(&p->arena, p->row_count * sizeof *p->rows);
	p->files = ek_arena_zero(&p->arena, p->row_count * sizeof *p->files);
	if (p->rows == NULL || p->files == NULL)
		return ek_fail(r->err, EK_NO_MEMORY, "no memory for a pack");
	for (uint32_t i = 0; i < p->row_count; i++) {
		if (!read_row(r, &p->rows[i]))
			return false;
	}
	return true;
}

/* ---- files */

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;
	int by_path = ek_str_compare(x->path, y->path);
	return by_path != 0 ? by_path : (int)x->coding - (int)y->coding;
}

static void print_tag(ek_str bytes, char out[EK_PACK_TAG])
{
	uint8_t hash[EK_HASH_BYTES];
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_once(bytes.p, bytes.n, hash);
	ek_hash_hex(hash, hex);
	hex[TAG_DIGITS] = 0;
	ek_format(out, EK_PACK_TAG, "\"%s\"", hex);
}

static const char *ended(struct ek_pack *p, ek_str s)
{
	char *text = ek_arena_get(&p->arena, s.n + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	return text;
}

/* Adds a row, in order of path and coding, to the file that it belongs to. */
static bool add_row(struct reader *r, const struct row *row)
{
	struct ek_pack *p = r->pack;
	struct ek_pack_file *f = p->count == 0 ? NULL : &p->files[p->count - 1];
	r->line = row->line;
	if (f == NULL || !ek_str_equal(f->path, row->path)) {
		if (row->coding != EK_ACCEPT_IDENTITY)
			return refuse(r, "the file is not there as identity");
		f = &p->files[p->count++];
		f->path = row->path;
		f->type = ended(p, row->type);
		if (f->type == NULL)
			return ek_fail(r->err, EK_NO_MEMORY, "no memory for a pack");
	} else if ((f->codings >> row->coding & 1) != 0) {
		return refuse(r, "the file is there twice");
	} else if (!ek_str_is(row->type, f->type)) {
		return refuse(r, "the file has two types");
	}
	f->codings |= 1u << row->coding;
	f->bodies[row->coding].bytes = row->body;
	print_tag(row->body, f->bodies[row->coding].tag);
	return true;
}

static bool fill(struct reader *r, ek_str bytes)
{
	if (bytes.n > EK_PACK_BYTES)
		return ek_fail(r->err, EK_LIMIT, "it has more than %d bytes", EK_PACK_BYTES);
	uint32_t body = find_body(bytes);
	if (body == 0)
		return ek_fail(r->err, EK_USAGE, "no empty line within %d lines", EK_PACK_LINES);
	r->head = (ek_str){bytes.p, body - 1};
	r->body = (ek_str){bytes.p + body, bytes.n - body};
	if (!read_rows(r))
		return false;
	struct ek_pack *p = r->pack;
	qsort(p->rows, p->row_count, sizeof *p->rows, compare_rows);
	for (uint32_t i = 0; i < p->row_count; i++) {
		if (!add_row(r, &p->rows[i]))
			return false;
	}
	return true;
}

bool ek_pack_open(ek_str bytes, struct ek_alloc alloc, struct ek_pack **out, struct ek_err *err)
{
	*out = NULL;
	struct ek_pack *p = ek_alloc_get(&alloc, sizeof *p);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a pack");
	*p = (struct ek_pack){.alloc = alloc};
	ek_arena_init(&p->arena, alloc, MEMORY);
	struct reader r = {.pack = p, .err = err};
	bool ok = fill(&r, bytes);
	if (!ok)
		ek_pack_close(&p);
	*out = p;
	return ok;
}

void ek_pack_close(struct ek_pack **pack)
{
	struct ek_pack *p = *pack;
	if (p == NULL)
		return;
	struct ek_alloc alloc = p->alloc;
	ek_arena_fini(&p->arena);
	ek_alloc_free(&alloc, p, sizeof *p);
	*pack = NULL;
}

/* ---- finding */

const struct ek_pack_file *ek_pack_find(const struct ek_pack *p, ek_str path)
{
	uint32_t low = 0;
	uint32_t high = p->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = ek_str_compare(path, p->files[middle].path);
		if (order == 0)
			return &p->files[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

uint32_t ek_pack_count(const struct ek_pack *p)
{
	return p->count;
}
