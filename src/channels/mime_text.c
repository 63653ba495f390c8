/* Charsets and texts: whatever came, UTF-8 goes on. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/mime_inside.h"

static const char replacement[] = "\xEF\xBF\xBD";

/* Names in mails, and what iconv is asked for. Where a name is used for more than it says, the
 * wider set: Korean programs call CP949 ks_c_5601-1987 or euc-kr, and everybody calls windows-1252
 * iso-8859-1 (WHATWG Encoding Standard, section 4.2). */
static const struct {
	const char *name;
	const char *iconv;
} charsets[] = {
	{"euc-kr", "CP949"},
	{"euckr", "CP949"},
	{"ks_c_5601-1987", "CP949"},
	{"ks_c_5601", "CP949"},
	{"ksc5601", "CP949"},
	{"ksc_5601", "CP949"},
	{"cp949", "CP949"},
	{"x-windows-949", "CP949"},
	{"windows-949", "CP949"},
	{"uhc", "CP949"},
	{"johab", "JOHAB"},
	{"iso-2022-kr", "ISO-2022-KR"},
	{"windows-1256", "CP1256"},
	{"cp1256", "CP1256"},
	{"iso-8859-6", "ISO-8859-6"},
	{"iso-8859-6-i", "ISO-8859-6"},
	{"iso-8859-6-e", "ISO-8859-6"},
	{"asmo-708", "ISO-8859-6"},
	{"iso-8859-1", "CP1252"},
	{"latin1", "CP1252"},
	{"windows-1252", "CP1252"},
	{"cp1252", "CP1252"},
	{"iso-8859-2", "ISO-8859-2"},
	{"iso-8859-3", "ISO-8859-3"},
	{"iso-8859-4", "ISO-8859-4"},
	{"iso-8859-5", "ISO-8859-5"},
	{"iso-8859-7", "ISO-8859-7"},
	{"iso-8859-8", "ISO-8859-8"},
	{"iso-8859-8-i", "ISO-8859-8"},
	{"iso-8859-9", "CP1254"},
	{"iso-8859-13", "ISO-8859-13"},
	{"iso-8859-15", "ISO-8859-15"},
	{"iso-8859-16", "ISO-8859-16"},
	{"windows-1250", "CP1250"},
	{"windows-1251", "CP1251"},
	{"windows-1253", "CP1253"},
	{"windows-1254", "CP1254"},
	{"windows-1255", "CP1255"},
	{"windows-1257", "CP1257"},
	{"windows-1258", "CP1258"},
	{"windows-874", "CP874"},
	{"tis-620", "CP874"},
	{"koi8-r", "KOI8-R"},
	{"koi8-u", "KOI8-U"},
	{"shift_jis", "CP932"},
	{"shift-jis", "CP932"},
	{"sjis", "CP932"},
	{"windows-31j", "CP932"},
	{"cp932", "CP932"},
	{"iso-2022-jp", "ISO-2022-JP-3"},
	{"euc-jp", "EUC-JP"},
	{"gb2312", "GB18030"},
	{"gbk", "GB18030"},
	{"gb18030", "GB18030"},
	{"big5", "BIG5-HKSCS"},
	{"big5-hkscs", "BIG5-HKSCS"},
	{"macintosh", "MACINTOSH"},
	{"utf-7", "UTF-7"},
	{"utf-16", "UTF-16"},
	{"utf-16le", "UTF-16LE"},
	{"utf-16be", "UTF-16BE"},
	{"utf-32", "UTF-32"},
};
/* What GMime asks for by itself in headers. */
static const char *const others[] = {
	"EUC-KR", "ISO-8859-1", "ISO-2022-JP", "SHIFT_JIS", "ISO-8859-9", "GB2312", "GBK",
	"BIG5",   "US-ASCII",   "UTF-8",       "KSC5601",   "EUC-CN",     "UHC"};

struct ek_mime_tables {
	uint32_t n;
	iconv_t v[2 * (EK_LEN(charsets) + EK_LEN(others))];
};

static void load(struct ek_mime_tables *t, const char *name)
{
	const iconv_t none = (iconv_t)(intptr_t)-1;
	const iconv_t both[] = {iconv_open("UTF-8", name), iconv_open(name, "UTF-8")};
	for (size_t i = 0; i < EK_LEN(both); i++)
		if (both[i] != none)
			t->v[t->n++] = both[i];
}

bool ek_mime_load(struct ek_mime_tables **tables, struct ek_err *err)
{
	struct ek_mime_tables *t = calloc(1, sizeof *t);
	*tables = t;
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for charsets");
	for (size_t i = 0; i < EK_LEN(charsets); i++)
		load(t, charsets[i].iconv);
	for (size_t i = 0; i < EK_LEN(others); i++)
		load(t, others[i]);
	return true;
}

void ek_mime_end(struct ek_mime_tables **tables)
{
	struct ek_mime_tables *t = *tables;
	for (uint32_t i = 0; t != NULL && i < t->n; i++)
		iconv_close(t->v[i]);
	free(t);
	*tables = NULL;
}

ek_str ek_mime_keep(struct ek_mime *m, ek_str s)
{
	/* One byte more, so that what is asked for by NUL-terminated name can be too. */
	char *p = ek_arena_get(m->arena, (size_t)s.n + 1);
	if (p == NULL) {
		m->no_memory = true;
		return (ek_str){NULL, 0};
	}
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (ek_str){p, s.n};
}

/* Bytes of the well-formed character at p; 0 = none. */
static uint32_t character(const char *p, uint32_t left)
{
	unsigned char first = (unsigned char)*p;
	uint32_t n = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
	return n <= left && ek_utf8_is_text((ek_str){p, n}) ? n : 0;
}

ek_str ek_mime_mend(struct ek_mime *m, ek_str s)
{
	if (ek_utf8_is_text(s))
		return ek_mime_keep(m, s);
	char *out = ek_arena_get(m->arena, 3 * (size_t)s.n + 1);
	uint32_t n = 0;
	if (out == NULL) {
		m->no_memory = true;
		return (ek_str){NULL, 0};
	}
	for (uint32_t i = 0; i < s.n;) {
		uint32_t len = character(s.p + i, s.n - i);
		if (len > 0) {
			memcpy(out + n, s.p + i, len);
			n += len;
		} else if (s.p[i] != '\0') {
			memcpy(out + n, replacement, 3);
			n += 3;
		}
		i += len > 0 ? len : 1;
	}
	return (ek_str){out, n};
}

ek_str ek_mime_plain(struct ek_mime *m, ek_str s)
{
	s = ek_mime_mend(m, s);
	if (s.p != NULL)
		s.n = ek_utf8_strip((char *)(uintptr_t)s.p, s.n);
	return s;
}

ek_str ek_mime_line(struct ek_mime *m, const char *s, uint32_t max)
{
	if (s == NULL)
		return (ek_str){NULL, 0};
	size_t given = strlen(s);
	ek_str from = {s, (uint32_t)(given < 64 * (size_t)1024 ? given : 64 * (size_t)1024)};
	from = ek_mime_mend(m, from);
	if (from.p == NULL)
		return from;
	char *out = ek_arena_get(m->arena, (size_t)from.n + 1);
	if (out == NULL) {
		m->no_memory = true;
		return (ek_str){NULL, 0};
	}
	uint32_t n = 0;
	for (uint32_t i = 0; i < from.n; i++) {
		bool is_blank = from.p[i] != '\0' && strchr(" \t\r\n", from.p[i]) != NULL;
		if (is_blank && (n == 0 || out[n - 1] == ' '))
			continue;
		out[n++] = is_blank ? ' ' : from.p[i];
	}
	n = ek_utf8_straighten(out, ek_utf8_strip(out, n));
	n = ek_utf8_cut((ek_str){out, n}, max);
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n == 0 ? (ek_str){NULL, 0} : (ek_str){out, n};
}

/* ---- names that mean more than they say, in headers */

enum {
	WIDENED_MAX = 24 * 1024 * 1024, /* a longer message is not copied */
	WORDS_MAX = 40,
	WORD_MAX = 800,
};

static const struct {
	const char *name;
	const char *wide;
} narrow[] = {
	{"=?euc-kr?", "=?uhc*ko?"},
	{"=?cp949?", "=?uhc*k?"},
	{"=?ks_c_5601-1987?", "=?uhc*ko-ko-ko-k?"},
	{"=?ksc5601?", "=?uhc*kor?"},
	{"=?iso-8859-1?", "=?cp1252*eng?"},
	{"=euc-kr''", "=uhc'kor'"},
	{"=cp949''", "=uhc'ko'"},
};

/* The row whose name stands at p; -1 = none. */
static int narrow_at(const char *p, uint32_t left)
{
	for (size_t i = 0; i < EK_LEN(narrow); i++) {
		size_t n = strlen(narrow[i].name);
		if (n <= left && strncasecmp(p, narrow[i].name, n) == 0)
			return (int)i;
	}
	return -1;
}

/* The bytes, to be changed: a copy of those that came, made when it is needed. NULL: no memory. */
static char *own(struct ek_mime *m, ek_str *s, bool *is_own)
{
	if (!*is_own) {
		*s = ek_mime_keep(m, *s);
		*is_own = s->p != NULL;
	}
	return (char *)(uintptr_t)s->p;
}

static bool widen_names(struct ek_mime *m, ek_str *s, bool *is_own)
{
	for (uint32_t at = 0; at < s->n; at++) {
		const char *p = memchr(s->p + at, '=', s->n - at);
		if (p == NULL)
			break;
		at = (uint32_t)(p - s->p);
		int row = narrow_at(p, s->n - at);
		if (row < 0)
			continue;
		char *to = own(m, s, is_own);
		if (to == NULL)
			return false;
		memcpy(to + at, narrow[row].wide, strlen(narrow[row].wide));
	}
	return true;
}

/* A word "=?charset?B?payload?=". */
struct word {
	const char *charset;
	size_t charset_n;
	const char *payload;
	size_t payload_n;
	const char *end; /* behind it */
};

static const char *mark_within(const char *p, const char *end, ptrdiff_t most)
{
	return p >= end ? NULL : memchr(p, '?', (size_t)(end - p < most ? end - p : most));
}

static bool read_word(const char *p, const char *end, struct word *w)
{
	if (end - p < 8 || p[0] != '=' || p[1] != '?')
		return false;
	const char *mark = mark_within(p + 2, end, 60);
	if (mark == NULL || end - mark < 4 || (mark[1] | 0x20) != 'b' || mark[2] != '?')
		return false;
	*w = (struct word){p + 2, (size_t)(mark - p - 2), mark + 3, 0, NULL};
	mark = mark_within(mark + 3, end, WORD_MAX);
	if (mark == NULL || end - mark < 2 || mark[1] != '=')
		return false;
	w->payload_n = (size_t)(mark - w->payload);
	w->end = mark + 2;
	return true;
}

/* Decodes the payload behind what is there. */
static void decode_word(const struct word *w, unsigned char *out, size_t *n)
{
	gint state = 0;
	guint save = 0;
	*n += g_base64_decode_step(w->payload, w->payload_n, out + *n, &state, &save);
}

/* The words of one charset that stand here side by side. Returns where they end; NULL: there are
 * not two, or none but the last is padded. Their bytes are in out. */
static const char *read_run(const char *p, const char *end, unsigned char *out, size_t *n)
{
	struct word first, w;
	bool is_padded = false;
	*n = 0;
	if (!read_word(p, end, &first))
		return NULL;
	decode_word(&first, out, n);
	const char *last = first.end;
	const char *padded = first.payload + first.payload_n - (first.payload_n > 0);
	for (uint32_t words = 1; words < WORDS_MAX; words++) {
		const char *next = last;
		while (next < end && *next != '\0' && strchr(" \t\r\n", *next) != NULL)
			next++;
		if (!read_word(next, end, &w) || w.charset_n != first.charset_n ||
		    strncasecmp(w.charset, first.charset, w.charset_n) != 0)
			break;
		is_padded |= *padded == '=';
		padded = w.payload + w.payload_n - (w.payload_n > 0);
		decode_word(&w, out, n);
		last = w.end;
	}
	return is_padded ? last : NULL;
}

/* GMime decodes neighbouring words of one charset as one, and stops at the padding of the first. So
 * they become one, with blanks behind it. */
static bool join_words(struct ek_mime *m, ek_str *s, bool *is_own)
{
	unsigned char bytes[WORDS_MAX * WORD_MAX];
	for (uint32_t at = 0; at < s->n; at++) {
		const char *p = memchr(s->p + at, '=', s->n - at);
		size_t n;
		if (p == NULL)
			break;
		at = (uint32_t)(p - s->p);
		const char *last = read_run(p, s->p + s->n, bytes, &n);
		if (last == NULL)
			continue;
		uint32_t end = (uint32_t)(last - s->p);
		uint32_t payload = at + 5 + (uint32_t)(mark_within(p + 2, last, 60) - p - 2);
		char *to = own(m, s, is_own);
		if (to == NULL)
			return false;
		char *joined = g_base64_encode(bytes, n);
		size_t len = strlen(joined);
		memset(to + payload, ' ', end - payload);
		memcpy(to + payload, joined, len);
		memcpy(to + payload + len, "?=", 2);
		g_free(joined);
		at = end - 1;
	}
	return true;
}

ek_str ek_mime_widen(struct ek_mime *m, ek_str raw)
{
	bool is_own = false;
	if (raw.n == 0 || raw.n > WIDENED_MAX)
		return raw;
	(void)(widen_names(m, &raw, &is_own) && join_words(m, &raw, &is_own));
	return raw;
}

/* ---- bytes of some charset */

static const char *iconv_name(const char *charset)
{
	for (size_t i = 0; charset != NULL && i < EK_LEN(charsets); i++)
		if (strcasecmp(charset, charsets[i].name) == 0)
			return charsets[i].iconv;
	return NULL;
}

bool ek_mime_looks_korean(ek_str s)
{
	uint32_t hangul = 0, other = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		unsigned char a = (unsigned char)s.p[i];
		if (a < 0x80)
			continue;
		unsigned char b = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if (a >= 0xB0 && a <= 0xC8 && b >= 0xA1) {
			hangul++;
			i++;
		} else {
			other++;
		}
	}
	return hangul >= 2 && hangul / 8 >= other;
}

/* Room for what n bytes can become: three bytes each, U+FFFD as well. */
static bool convert(iconv_t cd, ek_str in, char *out, size_t room, uint32_t *n)
{
	char *from = (char *)(uintptr_t)in.p, *to = out;
	size_t left = in.n, free_bytes = room;
	while (left > 0) {
		if (iconv(cd, &from, &left, &to, &free_bytes) != (size_t)-1)
			break;
		if (errno == E2BIG || free_bytes < 3)
			return false;
		memcpy(to, replacement, 3);
		to += 3;
		free_bytes -= 3;
		from++;
		left--;
	}
	(void)iconv(cd, NULL, NULL, &to, &free_bytes);
	*n = (uint32_t)(to - out);
	return true;
}

ek_str ek_mime_utf8(struct ek_mime *m, const char *charset, ek_str bytes)
{
	const char *name = iconv_name(charset);
	/* Many say one thing and send UTF-8; that does not happen by chance. A text of seven bits
	 * is well-formed too, and may yet be ISO-2022 or UTF-7. */
	bool is_stateful = name != NULL &&
			   (strncmp(name, "ISO-2022", 8) == 0 || strncmp(name, "UTF-", 4) == 0);
	if (!is_stateful && ek_utf8_is_text(bytes))
		return ek_mime_keep(m, bytes);
	if (name == NULL && charset != NULL && strncasecmp(charset, "utf", 3) == 0)
		return ek_mime_mend(m, bytes);
	if (name == NULL)
		name = ek_mime_looks_korean(bytes) ? "CP949" : "CP1252";
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return ek_mime_mend(m, bytes);
	size_t room = 4 * (size_t)bytes.n + 16;
	char *out = ek_arena_get(m->arena, room);
	uint32_t n = 0;
	bool ok = out != NULL && convert(cd, bytes, out, room, &n);
	iconv_close(cd);
	if (out == NULL) {
		m->no_memory = true;
		return (ek_str){NULL, 0};
	}
	return ek_mime_mend(m, ok ? (ek_str){out, n} : bytes);
}
