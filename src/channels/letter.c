#include "channels/letter.h"

#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"
#include "sys/hash.h"
#include "wire/disposition.h"

enum { COLUMNS = 76, WORD_BYTES = 39, LINE_BYTES = 57, BOUNDARY = 40, CHUNK = 65536 };

/* ---- bytes */

static void put(struct ek_letter_bytes *b, const char *p, size_t n)
{
	if (b->is_broken || n > EK_LETTER_MAX - b->n) {
		b->is_broken = true;
		return;
	}
	if (b->n + n > b->cap) {
		size_t cap = (b->n + n) * 2 + CHUNK;
		char *q = b->alloc.resize(b->alloc.ctx, b->p, b->cap, cap);
		if (q == NULL) {
			b->is_broken = true;
			return;
		}
		b->p = q;
		b->cap = cap;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void put_text(struct ek_letter_bytes *b, const char *s)
{
	put(b, s, strlen(s));
}

/* Base64 of at most LINE_BYTES bytes. Source: RFC 4648. */
static void put_base64(struct ek_letter_bytes *b, const char *p, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char out[LINE_BYTES / 3 * 4 + 4];
	size_t k = 0;
	ek_assert(n <= LINE_BYTES);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t left = (uint32_t)(n - i);
		uint32_t v = (uint32_t)(uint8_t)p[i] << 16;
		v |= left > 1 ? (uint32_t)(uint8_t)p[i + 1] << 8 : 0;
		v |= left > 2 ? (uint32_t)(uint8_t)p[i + 2] : 0;
		out[k++] = digits[v >> 18];
		out[k++] = digits[v >> 12 & 63];
		out[k++] = left > 1 ? digits[v >> 6 & 63] : '=';
		out[k++] = left > 2 ? digits[v & 63] : '=';
	}
	put(b, out, k);
}

/* ---- headers */

/* A header as it is written: how far the line is. */
struct header {
	struct ek_letter_bytes *b;
	size_t column;
};

static void fold(struct header *h)
{
	put_text(h->b, "\r\n ");
	h->column = 1;
}

static void add(struct header *h, const char *p, size_t n)
{
	put(h->b, p, n);
	h->column += n;
}

static struct header begin(struct ek_letter_bytes *b, const char *name)
{
	struct header h = {b, 0};
	add(&h, name, strlen(name));
	add(&h, ": ", 2);
	return h;
}

static void end(struct header *h)
{
	put_text(h->b, "\r\n");
}

/* Encoded words, each a whole number of characters. Controls come as blanks. */
static void add_encoded(struct header *h, ek_str s)
{
	for (uint32_t at = 0; at < s.n;) {
		char piece[WORD_BYTES];
		ek_str rest = {s.p + at, s.n - at};
		uint32_t n = ek_utf8_cut(rest, WORD_BYTES);
		if (n == 0)
			n = rest.n < WORD_BYTES ? rest.n : WORD_BYTES; /* no text: as bytes */
		for (uint32_t i = 0; i < n; i++)
			piece[i] = (uint8_t)rest.p[i] < ' ' || rest.p[i] == 0x7f ? ' ' : rest.p[i];
		if (at > 0 || h->column + 12 + (n + 2) / 3 * 4 > COLUMNS)
			fold(h);
		add(h, "=?UTF-8?B?", 10);
		put_base64(h->b, piece, n);
		add(h, "?=", 2);
		at += n;
	}
}

/* Whether it can stand as it is, folded at its blanks. */
static bool is_simple(ek_str s)
{
	uint32_t word = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];
		bool marks = c == '=' && i + 1 < s.n && s.p[i + 1] == '?';
		word = c == ' ' ? 0 : word + 1;
		if (c < ' ' || c >= 0x7f || marks || word > COLUMNS)
			return false;
	}
	return true;
}

static void add_prose(struct header *h, ek_str s)
{
	if (!is_simple(s)) {
		add_encoded(h, s);
		return;
	}
	for (uint32_t at = 0; at < s.n;) {
		uint32_t n = at;
		while (n < s.n && (n == at || s.p[n] != ' '))
			n++;
		/* A blank before each word but the first: where the line is folded. */
		bool is_blank = s.p[at] == ' ';
		if (is_blank && h->column + (n - at) > COLUMNS && n > at + 1) {
			put_text(h->b, "\r\n");
			h->column = 0;
		}
		add(h, s.p + at, n - at);
		at = n;
	}
}

/* A display name: quoted where it is ASCII. */
static void add_name(struct header *h, ek_str name)
{
	if (!is_simple(name)) {
		add_encoded(h, name);
		return;
	}
	add(h, "\"", 1);
	for (uint32_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			add(h, "\\", 1);
		add(h, name.p + i, 1);
	}
	add(h, "\"", 1);
}

/* <text>: an address or an id; what could end it is left out. */
static void add_angled(struct header *h, ek_str s)
{
	if (h->column + s.n + 2 > COLUMNS && h->column > 1)
		fold(h);
	add(h, "<", 1);
	for (uint32_t i = 0; i < s.n && i < 900; i++) {
		uint8_t c = (uint8_t)s.p[i];
		if (c > ' ' && c < 0x7f && c != '<' && c != '>')
			add(h, s.p + i, 1);
	}
	add(h, ">", 1);
}

static void put_addresses(struct ek_letter_bytes *b, const char *name, const ek_str *v, uint32_t n)
{
	struct header h = begin(b, name);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			add(&h, ", ", 2);
		add_angled(&h, v[i]);
	}
	end(&h);
}

static void put_ids(struct ek_letter_bytes *b, const char *name, const ek_str *v, uint32_t n)
{
	struct header h = begin(b, name);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			add(&h, " ", 1);
		add_angled(&h, v[i]);
	}
	end(&h);
}

/* "Sun, 22 Nov 2026 17:45:00 +0000" */
static void put_date(struct ek_letter_bytes *b, ek_time at)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
	char iso[EK_RFC3339_TIME_MAX];
	char text[64];
	if (at.ms < 0 || ek_rfc3339_print(at, iso) != EK_RFC3339_TIME_MAX)
		return;
	const char *month = months + ((iso[5] - '0') * 10 + iso[6] - '1') * 3;
	const char *day = days + at.ms / 86400000 % 7 * 3;
	size_t n = 0;
	memcpy(text, "Date: ", 6);
	n = 6;
	memcpy(text + n, day, 3);
	memcpy(text + n + 3, ", ", 2);
	memcpy(text + n + 5, iso + 8, 2);
	text[n + 7] = ' ';
	memcpy(text + n + 8, month, 3);
	text[n + 11] = ' ';
	memcpy(text + n + 12, iso, 4);
	text[n + 16] = ' ';
	memcpy(text + n + 17, iso + 11, 8);
	memcpy(text + n + 25, " +0000\r\n", 8);
	put(b, text, n + 33);
}

static void put_head(const struct ek_letter *l, struct ek_letter_bytes *b)
{
	put_date(b, l->date);
	struct header h = begin(b, "From");
	if (l->name.n > 0) {
		add_name(&h, l->name);
		add(&h, " ", 1);
	}
	add_angled(&h, l->from);
	end(&h);
	put_addresses(b, "To", l->to, l->to_count);
	if (l->cc_count > 0)
		put_addresses(b, "Cc", l->cc, l->cc_count);
	if (l->reply_to.n > 0)
		put_addresses(b, "Reply-To", &l->reply_to, 1);
	h = begin(b, "Subject");
	add_prose(&h, l->subject);
	end(&h);
	put_ids(b, "Message-ID", &l->message_id, 1);
	if (l->reference_count > 0) {
		put_ids(b, "In-Reply-To", &l->references[l->reference_count - 1], 1);
		put_ids(b, "References", l->references, l->reference_count);
	}
	if (l->is_automatic)
		put_text(b, "Auto-Submitted: auto-generated\r\n");
	put_text(b, "MIME-Version: 1.0\r\n");
}

/* ---- bodies */

static size_t line_end(ek_str s, uint32_t at)
{
	return s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : s.p[at] == '\n' ? 1 : 0;
}

/* Whether a byte stands for itself: a blank at a line's end does not, nor does a dot at its
 * beginning, which would end the message for a server that forgot to add one. */
static bool is_plain(ek_str s, uint32_t i, bool is_first)
{
	uint8_t c = (uint8_t)s.p[i];
	if (c == ' ' || c == '\t')
		return i + 1 < s.n && line_end(s, i + 1) == 0;
	return c > ' ' && c < 0x7f && c != '=' && !(c == '.' && is_first);
}

/* Quoted-printable. Source: RFC 2045, section 6.7. */
static void put_quoted(struct ek_letter_bytes *b, ek_str s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t column = 0;
	for (uint32_t i = 0; i < s.n;) {
		size_t ends = line_end(s, i);
		if (ends > 0) {
			put_text(b, "\r\n");
			column = 0;
			i += (uint32_t)ends;
			continue;
		}
		if (column + 3 > COLUMNS - 1) {
			put_text(b, "=\r\n");
			column = 0;
		}
		uint8_t c = (uint8_t)s.p[i];
		bool plain = is_plain(s, i, column == 0);
		const char coded[] = {'=', hex[c >> 4], hex[c & 15]};
		put(b, plain ? s.p + i : coded, plain ? 1 : 3);
		column += plain ? 1 : 3;
		i++;
	}
	put_text(b, "\r\n");
}

static void put_prose(const struct ek_letter *l, struct ek_letter_bytes *b)
{
	put_text(b, "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	put_quoted(b, l->text);
}

static void put_file(const struct ek_letter_file *f, struct ek_letter_bytes *b)
{
	char disposition[EK_DISPOSITION_MAX];
	ek_disposition_print(f->name, false, disposition);
	put_text(b, "Content-Type: ");
	put_text(b, f->type);
	put_text(b, "\r\nContent-Disposition: ");
	put_text(b, disposition);
	put_text(b, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	for (uint32_t at = 0; at < f->bytes.n && !b->is_broken; at += LINE_BYTES) {
		uint32_t n = f->bytes.n - at < LINE_BYTES ? f->bytes.n - at : LINE_BYTES;
		put_base64(b, f->bytes.p + at, n);
		put_text(b, "\r\n");
	}
}

/* In neither coding can "=_" stand. */
static void make_boundary(const struct ek_letter *l, char out[BOUNDARY])
{
	uint8_t hash[EK_HASH_BYTES];
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_once(l->message_id.p, l->message_id.n, hash);
	ek_hash_hex(hash, hex);
	hex[32] = 0;
	ek_format(out, BOUNDARY, "=_%s", hex);
}

static void put_parts(const struct ek_letter *l, struct ek_letter_bytes *b)
{
	char boundary[BOUNDARY];
	make_boundary(l, boundary);
	put_text(b, "Content-Type: multipart/mixed; boundary=\"");
	put_text(b, boundary);
	put_text(b, "\"\r\n\r\n--");
	put_text(b, boundary);
	put_text(b, "\r\n");
	put_prose(l, b);
	for (uint32_t i = 0; i < l->file_count; i++) {
		put_text(b, "--");
		put_text(b, boundary);
		put_text(b, "\r\n");
		put_file(&l->files[i], b);
	}
	put_text(b, "--");
	put_text(b, boundary);
	put_text(b, "--\r\n");
}

/* ---- the whole */

bool ek_letter_is_address(ek_str s)
{
	uint32_t ats = 0;
	uint32_t at = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];
		if (c <= ' ' || c >= 0x7f || memchr("<>()[],;:\\\"", c, 11) != NULL)
			return false;
		at = c == '@' ? i : at;
		ats += c == '@';
	}
	return ats == 1 && at > 0 && at + 1 < s.n && s.n <= EK_LETTER_ADDRESS;
}

bool ek_letter_write(const struct ek_letter *letter, struct ek_letter_bytes *out,
		     struct ek_err *err)
{
	put_head(letter, out);
	if (letter->file_count > 0)
		put_parts(letter, out);
	else
		put_prose(letter, out);
	if (!out->is_broken)
		return true;
	return ek_fail(err, EK_LIMIT, "a mail is at most %d bytes long", EK_LETTER_MAX);
}

void ek_letter_free(struct ek_letter_bytes *out)
{
	ek_alloc_free(&out->alloc, out->p, out->cap);
	out->p = NULL;
	out->n = out->cap = 0;
}
