#include "wire/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"
#include "model/limits.h"

static bool refuse(const struct ek_series *s, struct ek_err *err, const char *what)
{
	return ek_fail(err, EK_USAGE, "line %llu: %s", (unsigned long long)s->line, what);
}

/* A cell as it may be shown in a message: short, and without what a terminal would act on. */
static const char *shown(ek_str cell, char out[EK_SERIES_CELL])
{
	static const char *const none = "bytes that are no text";
	out[0] = '\0';
	if (!ek_utf8_is_plain(cell))
		return none;
	uint32_t n = ek_utf8_cut(cell, EK_SERIES_CELL - 1);
	if (n > 0)
		memcpy(out, cell.p, n);
	out[n] = '\0';
	return out;
}

static bool refuse_cell(const struct ek_series *s, struct ek_err *err, const char *expected,
			ek_str cell)
{
	char text[EK_SERIES_CELL];
	return ek_fail(err, EK_USAGE, "line %llu: expected %s, got \"%s\"",
		       (unsigned long long)s->line, expected, shown(cell, text));
}

static ek_str trimmed(ek_str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (ek_str){s.p + 1, s.n - 1};
	while (s.n > 0 && strchr(" \t\r", s.p[s.n - 1]) != NULL && s.p[s.n - 1] != '\0')
		s.n--;
	return s;
}

static ek_str unquoted(ek_str s)
{
	s = trimmed(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return trimmed((ek_str){s.p + 1, s.n - 2});
	return s;
}

/* The cells of a line; false when there are too few or too many. */
static bool cut(ek_str line, ek_str cells[EK_SERIES_COLUMNS], uint32_t *count)
{
	*count = 0;
	while (*count < EK_SERIES_COLUMNS) {
		const char *comma = line.n > 0 ? memchr(line.p, ',', line.n) : NULL;
		uint32_t n = comma == NULL ? line.n : (uint32_t)(comma - line.p);
		cells[(*count)++] = unquoted((ek_str){line.p, n});
		if (comma == NULL)
			return *count >= 2;
		line = (ek_str){line.p + n + 1, line.n - n - 1};
	}
	return false;
}

static bool read_day(ek_str cell, int32_t *day)
{
	char text[EK_RFC3339_DATE_MAX];
	if (cell.n != 7)
		return ek_rfc3339_read_date(cell, day);
	memcpy(text, cell.p, 7);
	memcpy(text + 7, "-01", 3);
	return ek_rfc3339_read_date((ek_str){text, sizeof text}, day);
}

static uint32_t digits(ek_str s, uint32_t at)
{
	uint32_t n = 0;
	while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
		n++;
	return n;
}

/* Where a sign ends that may stand there. */
static uint32_t after_sign(ek_str s, uint32_t at)
{
	return at < s.n && (s.p[at] == '-' || s.p[at] == '+') ? at + 1 : at;
}

/* [sign] digits [. digits] [e [sign] digits], and nothing else: no words, no hexadecimals. */
static bool is_number(ek_str s)
{
	uint32_t at = after_sign(s, 0), n = digits(s, at);
	at += n;
	if (at < s.n && s.p[at] == '.') {
		uint32_t more = digits(s, at + 1);
		n += more;
		at += more + 1;
	}
	if (n == 0)
		return false;
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at = after_sign(s, at + 1);
		n = digits(s, at);
		at += n;
	}
	return n > 0 && at == s.n;
}

static bool read_number(ek_str cell, double *out)
{
	char text[EK_SERIES_CELL];
	if (cell.n >= sizeof text || !is_number(cell))
		return false;
	memcpy(text, cell.p, cell.n);
	text[cell.n] = '\0';
	*out = strtod(text, NULL);
	return isfinite(*out) && fabs(*out) <= EK_SERIES_VALUE_MAX;
}

static bool read_cells(const struct ek_series *s, const ek_str *cells, struct ek_series_row *row,
		       struct ek_err *err)
{
	*row = (struct ek_series_row){.day = 0};
	if (!read_day(cells[0], &row->day))
		return refuse_cell(s, err, "a date like 2027-03-28", cells[0]);
	if (s->rows > 0 && row->day <= s->last_day)
		return ek_fail(err, EK_USAGE,
			       "line %llu: expected a date after that of line %llu; sort the "
			       "lines, one for each date",
			       (unsigned long long)s->line, (unsigned long long)s->row_line);
	row->has_value = cells[1].n > 0;
	if (row->has_value && !read_number(cells[1], &row->value))
		return refuse_cell(s, err, "a number like 12.5, at most 1e12", cells[1]);
	if (s->columns == 3 && cells[2].n > 0 &&
	    (!read_number(cells[2], &row->denominator) || row->denominator < 0))
		return refuse_cell(s, err, "a denominator of at least 0", cells[2]);
	return true;
}

static void take_header(struct ek_series *s, const ek_str *cells, uint32_t count)
{
	s->columns = count;
	(void)shown(cells[1], s->name);
}

bool ek_series_line(struct ek_series *s, ek_str line, struct ek_series_row *row, bool *has_row,
		    struct ek_err *err)
{
	ek_str cells[EK_SERIES_COLUMNS];
	uint32_t count;
	int32_t day;
	*has_row = false;
	s->line++;
	if (s->line == 1 && line.n >= 3 && memcmp(line.p, "\xef\xbb\xbf", 3) == 0)
		line = (ek_str){line.p + 3, line.n - 3};
	line = trimmed(line);
	if (line.n == 0)
		return true;
	if (!cut(line, cells, &count))
		return refuse(s, err, "expected date,value or date,value,denominator");
	if (s->columns == 0 && !read_day(cells[0], &day)) {
		take_header(s, cells, count);
		return true;
	}
	if (s->columns == 0)
		s->columns = count;
	if (count != s->columns)
		return refuse(s, err,
			      s->columns == 3 ? "expected 3 columns as before"
					      : "expected 2 columns as before");
	if (s->rows == EK_LIMIT_SERIES_POINTS)
		return ek_fail(err, EK_LIMIT, "line %llu: more than %d rows",
			       (unsigned long long)s->line, EK_LIMIT_SERIES_POINTS);
	if (!read_cells(s, cells, row, err))
		return false;
	s->rows++;
	s->last_day = row->day;
	s->row_line = s->line;
	*has_row = true;
	return true;
}
