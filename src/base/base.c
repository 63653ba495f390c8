#include "base/base.h"

#include <stdarg.h>
#include <string.h>

static const struct {
	const char *wire;
	int http;
	int exit;
} codes[] = {
	[EK_OK] = {"ok", 200, 0},
#define X(num, NAME, wire, http, exit, doc) [num] = {wire, http, exit},
#include "schema/errors.def"
#undef X
};

/* Where formatted bytes go: always room for the final NUL. */
struct sink {
	char *out;
	size_t n;
	size_t cap;
};

static void put(struct sink *s, char c)
{
	if (s->n + 1 < s->cap)
		s->out[s->n++] = c;
}

static void put_text(struct sink *s, const char *text)
{
	for (const char *p = text != NULL ? text : "(null)"; *p != '\0'; p++)
		put(s, *p);
}

static void put_number(struct sink *s, uint64_t v, bool negative)
{
	char digits[20];
	size_t n = 0;
	do {
		digits[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	if (negative)
		put(s, '-');
	while (n > 0)
		put(s, digits[--n]);
}

static void put_signed(struct sink *s, int64_t v)
{
	put_number(s, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

/* The conversions after one or more 'l' or 'z': d and u only. Returns the last character read. */
static const char *put_long(struct sink *s, const char *f, va_list *ap)
{
	bool is_size = *f == 'z';
	while (*f == 'l' || *f == 'z')
		f++;
	if (is_size)
		put_number(s, va_arg(*ap, size_t), false);
	else if (*f == 'd')
		put_signed(s, va_arg(*ap, long long));
	else
		put_number(s, va_arg(*ap, unsigned long long), false);
	return f;
}

/* %.*s and %.3s: so many bytes at most; below 0, all of it. Returns the last character read. What
 * else has a precision would be read as another type than it was given. */
static const char *put_part(struct sink *s, const char *f, va_list *ap)
{
	int n = 0;
	f++;
	if (*f == '*') {
		n = va_arg(*ap, int);
		f++;
	} else {
		for (; *f >= '0' && *f <= '9' && n < INT16_MAX; f++)
			n = n * 10 + (*f - '0');
	}
	ek_assert(*f == 's');
	const char *text = va_arg(*ap, const char *);
	for (int i = 0; (n < 0 || i < n) && text[i] != '\0'; i++)
		put(s, text[i]);
	return f;
}

static void format_all(struct sink *s, const char *fmt, va_list *ap)
{
	for (const char *f = fmt; *f != '\0'; f++) {
		if (*f != '%') {
			put(s, *f);
			continue;
		}
		f++;
		if (*f == 's')
			put_text(s, va_arg(*ap, const char *));
		else if (*f == 'd')
			put_signed(s, va_arg(*ap, int));
		else if (*f == 'u')
			put_number(s, va_arg(*ap, unsigned), false);
		else if (*f == 'c')
			put(s, (char)va_arg(*ap, int));
		else if (*f == '%')
			put(s, '%');
		else if (*f == '.')
			f = put_part(s, f, ap);
		else
			f = put_long(s, f, ap);
	}
	if (s->cap > 0)
		s->out[s->n] = '\0';
}

size_t ek_format(char *out, size_t cap, const char *fmt, ...)
{
	struct sink s = {out, 0, cap};
	va_list ap;
	va_start(ap, fmt);
	format_all(&s, fmt, &ap);
	va_end(ap);
	return s.n;
}

bool ek_err_set(struct ek_err *err, enum ek_code code, const char *where, const char *fmt, ...)
{
	ek_assert(err != NULL);
	ek_assert(code != EK_OK);
	struct sink s = {err->msg, 0, sizeof err->msg};
	va_list ap;
	va_start(ap, fmt);
	format_all(&s, fmt, &ap);
	va_end(ap);
	err->code = code;
	err->where = where;
	return false;
}

const char *ek_err_wire(enum ek_code code)
{
	ek_assert((size_t)code < EK_LEN(codes) && codes[code].wire != NULL);
	return codes[code].wire;
}

int ek_err_http(enum ek_code code)
{
	ek_assert((size_t)code < EK_LEN(codes) && codes[code].wire != NULL);
	return codes[code].http;
}

int ek_err_exit(enum ek_code code)
{
	ek_assert((size_t)code < EK_LEN(codes) && codes[code].wire != NULL);
	return codes[code].exit;
}

bool ek_str_equal(ek_str a, ek_str b)
{
	return a.n == b.n && ek_str_compare(a, b) == 0;
}

bool ek_str_is(ek_str s, const char *text)
{
	uint32_t i = 0;
	while (i < s.n && text[i] != '\0' && s.p[i] == text[i])
		i++;
	return i == s.n && text[i] == '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

ek_str ek_str_trimmed(ek_str s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = (ek_str){s.p + 1, s.n - 1};
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

int ek_str_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int ek_str_compare(ek_str a, ek_str b)
{
	uint32_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}
