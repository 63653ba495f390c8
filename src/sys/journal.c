#include "sys/journal.h"

#include <string.h>
#include <unistd.h>

#include "base/rfc3339.h"
#include "sys/clock.h"

struct line {
	char p[EK_JOURNAL_LINE];
	size_t n;
};

static void add(struct line *l, const char *s)
{
	l->n += ek_format(l->p + l->n, sizeof l->p - 2 - l->n, "%s", s);
}

/* Of a value only what cannot end the line or the text it stands in. */
static void add_clean(struct line *l, const char *s, bool json)
{
	for (; *s != 0 && l->n < sizeof l->p - 16; s++) {
		unsigned char c = (unsigned char)*s;
		bool breaks = c < 0x20 || c == 0x7f || (!json && c == ' ');
		if (json && (c == '"' || c == '\\'))
			l->p[l->n++] = '\\';
		l->p[l->n++] = breaks ? (json ? ' ' : '_') : (char)c;
	}
	l->p[l->n] = 0;
}

static void add_field(struct line *l, const struct ek_journal_field *f, bool json)
{
	char number[32];
	ek_format(number, sizeof number, "%lld", (long long)f->number);
	add(l, json ? ",\"" : " ");
	add(l, f->name);
	add(l, json ? "\":" : "=");
	if (f->text == NULL) {
		add(l, number);
		return;
	}
	add(l, json ? "\"" : "");
	add_clean(l, f->text, json);
	add(l, json ? "\"" : "");
}

void ek_journal_say(const struct ek_journal *j, enum ek_journal_level level, const char *event,
		    const struct ek_journal_field *fields)
{
	static const char *const levels[] = {"info", "warning", "error"};
	struct line l = {.n = 0};
	char at[EK_RFC3339_TIME_MAX + 1];
	at[ek_rfc3339_print(ek_clock_wall(), at)] = 0;
	add(&l, j->json ? "{\"at\":\"" : "");
	add(&l, at);
	add(&l, j->json ? "\",\"level\":\"" : " ");
	add(&l, levels[level]);
	add(&l, j->json ? "\",\"event\":\"" : " ");
	add(&l, event);
	add(&l, j->json ? "\"" : "");
	/* Room for the longest number and the end is kept: an entry is always whole. */
	for (; fields != NULL && fields->name != NULL && l.n < sizeof l.p - 256; fields++)
		add_field(&l, fields, j->json);
	add(&l, j->json ? "}" : "");
	l.p[l.n++] = '\n';
	/* Nobody could be told that the journal cannot be written. */
	ssize_t written = write(j->fd, l.p, l.n);
	(void)written;
}

void ek_journal_say_why(const struct ek_journal *j, enum ek_journal_level level, const char *event,
			const struct ek_err *err)
{
	const struct ek_journal_field fields[] = {
		{"code", ek_err_wire(err->code), 0}, {"why", err->msg, 0}, {NULL, NULL, 0}};
	ek_journal_say(j, level, event, fields);
}
