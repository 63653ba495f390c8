#include "store/report.h"

#include <string.h>

#include "schema/reports.def"

struct column {
	const char *name;
	const char *expression;
	const char *doc;
};

/* clang-format off */
#define COLUMN(name, expression, doc) {#name, expression, doc},
#define X(name, NAME, from, doc) \
	static const struct column name##_columns[] = {REPORT_##name(COLUMN)};
REPORTS(X)
#undef X
#undef COLUMN

static const struct {
	const char *name;
	const char *from;
	const char *doc;
	const struct column *columns;
	uint32_t count;
} reports[] = {
#define X(name, NAME, from, doc) \
	{"report_" #name, from, doc, name##_columns, EK_LEN(name##_columns)},
	REPORTS(X)
#undef X
};
/* clang-format on */

uint32_t ek_report_count(void)
{
	return EK_LEN(reports);
}

const char *ek_report_name(uint32_t i)
{
	return reports[i].name;
}

const char *ek_report_doc(uint32_t i)
{
	return reports[i].doc;
}

uint32_t ek_report_columns(uint32_t i)
{
	return reports[i].count;
}

const char *ek_report_column(uint32_t i, uint32_t column, const char **doc)
{
	*doc = reports[i].columns[column].doc;
	return reports[i].columns[column].name;
}

struct text {
	char *p;
	size_t n;
};

static void add(struct text *t, const char *s, size_t n)
{
	ek_assert(t->n + n < EK_REPORT_TEXT_MAX);
	memcpy(t->p + t->n, s, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void add_text(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

/* An expression, with @x@ as the time out of the milliseconds x. */
static void add_expression(struct text *t, const char *s, enum ek_views_dialect dialect)
{
	bool sqlite = dialect == EK_VIEWS_SQLITE;
	for (bool is_inside = false; *s != '\0'; is_inside = !is_inside) {
		size_t n = strcspn(s, "@");
		if (is_inside)
			add_text(t, sqlite ? "strftime('%Y-%m-%dT%H:%M:%fZ', " : "to_timestamp(");
		add(t, s, n);
		if (is_inside)
			add_text(t, sqlite ? " / 1000.0, 'unixepoch')" : " / 1000.0)");
		s += n + (s[n] == '@');
	}
}

void ek_report_create(uint32_t i, enum ek_views_dialect dialect, char out[EK_REPORT_TEXT_MAX])
{
	struct text t = {out, 0};
	add_text(&t, dialect == EK_VIEWS_SQLITE ? "CREATE VIEW " : "CREATE OR REPLACE VIEW ");
	add_text(&t, reports[i].name);
	add_text(&t, " AS SELECT ");
	for (uint32_t c = 0; c < reports[i].count; c++) {
		add_text(&t, c == 0 ? "" : ", ");
		add_expression(&t, reports[i].columns[c].expression, dialect);
		add_text(&t, " AS ");
		add_text(&t, reports[i].columns[c].name);
	}
	add_text(&t, " FROM ");
	add_text(&t, reports[i].from);
}
