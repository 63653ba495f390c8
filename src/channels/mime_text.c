/* Charsets and texts: whatever came, UTF-8 goes on. */
#include <errno.h>
#include <iconv.h>
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

void ek_mime_load_charsets(void)
{
	/* Left open on purpose: an open one keeps its table loaded. */
	for (size_t i = 0; i < EK_LEN(charsets); i++) {
		(void)iconv_open("UTF-8", charsets[i].iconv);
		(void)iconv_open(charsets[i].iconv, "UTF-8");
	}
	for (size_t i = 0; i < EK_LEN(others); i++) {
		(void)iconv_open("UTF-8", others[i]);
		(void)iconv_open(others[i], "UTF-8");
	}
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

enum { WIDENED_MAX = 24 * 1024 * 1024 }; /* a longer message is not copied */

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

ek_str ek_mime_widen(struct ek_mime *m, ek_str raw)
{
	char *copy = NULL;
	const char *p = raw.n == 0 ? NULL : memchr(raw.p, '=', raw.n);
	while (p != NULL && raw.n <= WIDENED_MAX) {
		uint32_t at = (uint32_t)(p - raw.p);
		int row = narrow_at(p, raw.n - at);
		if (row >= 0 && copy == NULL) {
			copy = (char *)(uintptr_t)ek_mime_keep(m, raw).p;
			if (copy == NULL)
				break;
		}
		if (row >= 0)
			memcpy(copy + at, narrow[row].wide, strlen(narrow[row].wide));
		p = memchr(p + 1, '=', raw.n - at - 1);
	}
	return copy == NULL ? raw : (ek_str){copy, raw.n};
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
