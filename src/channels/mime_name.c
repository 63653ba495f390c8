/* Names and types of attachments: what a sender says is shown, and never believed. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/mime_inside.h"

/* ---- types */

static const struct {
	const char *magic;
	uint32_t n;
	uint32_t at;
	const char *type;
	const char *suffix;
} types[] = {
	{"\x89PNG\r\n\x1A\n", 8, 0, "image/png", "png"},
	{"\xFF\xD8\xFF", 3, 0, "image/jpeg", "jpg"},
	{"GIF87a", 6, 0, "image/gif", "gif"},
	{"GIF89a", 6, 0, "image/gif", "gif"},
	{"WEBP", 4, 8, "image/webp", "webp"},
	{"BM", 2, 0, "image/bmp", "bmp"},
	{"II*\0", 4, 0, "image/tiff", "tif"},
	{"MM\0*", 4, 0, "image/tiff", "tif"},
	{"ftypheic", 8, 4, "image/heic", "heic"},
	{"%PDF-", 5, 0, "application/pdf", "pdf"},
	{"PK\x03\x04", 4, 0, "application/zip", "zip"},
	{"PK\x05\x06", 4, 0, "application/zip", "zip"},
	{"\x1F\x8B", 2, 0, "application/gzip", "gz"},
	{"7z\xBC\xAF\x27\x1C", 6, 0, "application/x-7z-compressed", "7z"},
	{"Rar!\x1A\x07", 6, 0, "application/vnd.rar", "rar"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 0, "application/x-ole-storage", "doc"},
	{"{\\rtf", 5, 0, "application/rtf", "rtf"},
	{"ftyp", 4, 4, "video/mp4", "mp4"},
	{"\x1A\x45\xDF\xA3", 4, 0, "video/webm", "webm"},
	{"OggS", 4, 0, "audio/ogg", "ogg"},
	{"ID3", 3, 0, "audio/mpeg", "mp3"},
	{"WAVE", 4, 8, "audio/wav", "wav"},
};

/* What a container may be named by its sender, as its first bytes say no more: the content is
 * never unpacked. */
static const struct {
	const char *found;
	const char *declared;
} within[] = {
	{"application/zip",
	 "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"application/zip",
	 "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"application/zip", "application/vnd.oasis.opendocument.text"},
	{"application/zip", "application/vnd.oasis.opendocument.spreadsheet"},
	{"application/zip", "application/hwp+zip"},
	{"application/x-ole-storage", "application/msword"},
	{"application/x-ole-storage", "application/vnd.ms-excel"},
	{"application/x-ole-storage", "application/vnd.ms-powerpoint"},
	{"application/x-ole-storage", "application/vnd.ms-outlook"},
	{"application/x-ole-storage", "application/x-hwp"},
	{"application/x-ole-storage", "application/haansofthwp"},
	{"video/mp4", "audio/mp4"},
	{"video/mp4", "video/quicktime"},
};

/* Text that shows no more than it says. HTML and SVG are not among them. */
static const char *const texts[] = {"text/plain",          "text/csv",
				    "text/calendar",       "text/vcard",
				    "message/rfc822",      "message/delivery-status",
				    "text/rfc822-headers", "application/json"};

static bool is_text(ek_str s)
{
	/* The last character may be cut. */
	for (uint32_t cut = 0; cut < 4 && cut <= s.n; cut++)
		if (ek_utf8_is_text((ek_str){s.p, s.n - cut}))
			return true;
	return memchr(s.p, '\0', s.n) == NULL;
}

const char *ek_mime_sniff(ek_str first, const char *declared)
{
	for (size_t i = 0; i < EK_LEN(types); i++) {
		if (first.n < types[i].at + types[i].n ||
		    memcmp(first.p + types[i].at, types[i].magic, types[i].n) != 0)
			continue;
		for (size_t k = 0; k < EK_LEN(within); k++)
			if (strcmp(types[i].type, within[k].found) == 0 &&
			    strcmp(declared, within[k].declared) == 0)
				return within[k].declared;
		return types[i].type;
	}
	for (size_t i = 0; i < EK_LEN(texts); i++)
		if (strcmp(declared, texts[i]) == 0 && is_text(first))
			return texts[i];
	return "application/octet-stream";
}

static const char *suffix_of(const char *type)
{
	for (size_t i = 0; i < EK_LEN(types); i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].suffix;
	if (strcmp(type, "message/rfc822") == 0)
		return "eml";
	if (strcmp(type, "text/calendar") == 0)
		return "ics";
	return strncmp(type, "text/", 5) == 0 ? "txt" : "bin";
}

/* ---- names */

/* What nobody sees: from and to, of three bytes in UTF-8 (U+200B to U+200F, U+2028, U+2029, U+2060
 * to U+2064, U+FEFF). */
static const unsigned char unseen[][2][3] = {
	{{0xE2, 0x80, 0x8B}, {0xE2, 0x80, 0x8F}},
	{{0xE2, 0x80, 0xA8}, {0xE2, 0x80, 0xA9}},
	{{0xE2, 0x81, 0xA0}, {0xE2, 0x81, 0xA4}},
	{{0xEF, 0xBB, 0xBF}, {0xEF, 0xBB, 0xBF}},
};

static bool is_unseen(const char *p)
{
	for (size_t i = 0; i < EK_LEN(unseen); i++)
		if (memcmp(p, unseen[i][0], 3) >= 0 && memcmp(p, unseen[i][1], 3) <= 0)
			return true;
	return false;
}

static uint32_t take_unseen(char *p, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n;) {
		/* U+00AD, the soft hyphen */
		bool soft = n - i >= 2 && memcmp(p + i, "\xC2\xAD", 2) == 0;
		if (n - i >= 3 && is_unseen(p + i))
			i += 3;
		else if (soft)
			i += 2;
		else
			p[kept++] = p[i++];
	}
	return kept;
}

/* Names that are devices on Windows, whatever suffix they have. */
static bool is_device(ek_str s)
{
	static const char *const names[] = {"con", "prn", "aux", "nul"};
	uint32_t n = 0;
	while (n < s.n && s.p[n] != '.')
		n++;
	for (size_t i = 0; n == 3 && i < EK_LEN(names); i++)
		if (strncasecmp(s.p, names[i], 3) == 0)
			return true;
	return n == 4 && s.p[3] >= '0' && s.p[3] <= '9' &&
	       (strncasecmp(s.p, "com", 3) == 0 || strncasecmp(s.p, "lpt", 3) == 0);
}

/* In place: what means something to a file system goes. Returns the bytes left. */
static uint32_t tame(char *p, uint32_t n)
{
	uint32_t from = 0;
	for (uint32_t i = 0; i < n; i++)
		if (p[i] == '/' || p[i] == '\\')
			from = i + 1;
	memmove(p, p + from, n - from);
	n -= from;
	for (uint32_t i = 0; i < n; i++)
		if (p[i] != '\0' && strchr("<>:\"|?*", p[i]) != NULL)
			p[i] = '_';
	n = take_unseen(p, n);
	for (from = 0; from < n && (p[from] == '.' || p[from] == ' ');)
		from++;
	memmove(p, p + from, n - from);
	n -= from;
	while (n > 0 && (p[n - 1] == '.' || p[n - 1] == ' '))
		n--;
	return n;
}

/* At most max bytes, with the suffix, if that is short. */
static uint32_t shorten(char *p, uint32_t n, uint32_t max)
{
	uint32_t dot = n;
	if (n <= max)
		return n;
	while (dot > 0 && n - dot < 12 && p[dot - 1] != '.')
		dot--;
	uint32_t tail = dot > 0 && p[dot - 1] == '.' ? n - dot + 1 : 0;
	uint32_t head = ek_utf8_cut((ek_str){p, n - tail}, max - tail);
	memmove(p + head, p + n - tail, tail);
	return head + tail;
}

ek_str ek_mime_name(struct ek_mime *m, const char *given, const char *type, uint32_t nth)
{
	ek_str line = ek_mime_line(m, given, 4 * EK_MAIL_NAME_MAX);
	ek_str own = ek_mime_keep(m, line);
	char *p = (char *)(uintptr_t)own.p;
	uint32_t n = p == NULL || own.n == 0 ? 0 : tame(p, own.n);
	char made[64];
	if (n > 0 && is_device((ek_str){p, n})) {
		/* One byte more than there was: the place that keep leaves behind a text. */
		memmove(p + 1, p, n);
		p[0] = '_';
		n++;
	}
	if (n > 0)
		return (ek_str){p, shorten(p, n, EK_MAIL_NAME_MAX)};
	size_t len = ek_format(made, sizeof made, "attachment-%u.%s", nth + 1, suffix_of(type));
	return ek_mime_keep(m, (ek_str){made, (uint32_t)len});
}
