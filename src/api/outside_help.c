#include "api/outside_help.h"

#include <string.h>

#include "api/api_edit.h"
#include "api/api_state.h"
#include "wire/accept.h"
#include "wire/form.h"
#include "wire/ident.h"

enum { LANGUAGES = EK_API_ARTICLES_LANGUAGES, WORDS_BYTES = 200, PAGES_MAX = 1000 };
static const char *const tags[LANGUAGES] = {"en", "ko", "ar"};

/* What the path asks for. */
struct place {
	bool is_style;
	bool has_language;
	uint32_t language;
	uint64_t article; /* 0 = the start page */
	bool is_wrong;
};

static bool begins(ek_str s, const char *with)
{
	size_t n = strlen(with);
	return s.n >= n && memcmp(s.p, with, n) == 0;
}

static struct place read_place(const struct ek_turn *t)
{
	const uint32_t skip = sizeof EK_OUTSIDE_HELP - 1;
	ek_str rest = {t->http->path.p + skip, t->http->path.n - skip};
	struct place p = {.is_style = ek_str_is(rest, "/style.css")};
	int wanted =
		ek_accept_language(ek_http_header(t->http, "Accept-Language"), tags, LANGUAGES);
	p.language = wanted < 0 ? 0 : (uint32_t)wanted;
	if (p.is_style || rest.n <= 1)
		return p;
	for (uint32_t l = 0; l < LANGUAGES && !p.has_language; l++) {
		bool is_this = memcmp(rest.p + 1, tags[l], rest.n > 2 ? 2 : 0) == 0 && rest.n > 2 &&
			       (rest.n == 3 || rest.p[3] == '/');
		p.has_language = is_this;
		p.language = is_this ? l : p.language;
	}
	p.is_wrong = !p.has_language;
	if (!p.is_wrong && rest.n > 4)
		p.is_wrong = !ek_ident_read((ek_str){rest.p + 4, rest.n - 4}, EK_IDENT_ARTICLE,
					    &p.article);
	return p;
}

/* ---- what is shown */

static bool show_article(struct ek_turn *t, const struct place *p)
{
	const struct ek_views_value key = ek_views_int((int64_t)p->article);
	struct ek_outside_help_article a = {.id = p->article};
	struct ek_turn_rows rows;
	bool found = false;
	if (!ek_turn_select(t, "SELECT * FROM article_pages WHERE article = $1 AND public = 1",
			    &key, 1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_str language = ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_LANGUAGE]);
		for (uint32_t l = 0; l < LANGUAGES; l++)
			a.languages |= ek_str_is(language, tags[l]) ? 1u << l : 0;
		if (!ek_str_is(language, tags[p->language]))
			continue;
		found = true;
		a.title = ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_TITLE]);
		a.body = ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_BODY]);
		a.at.ms = ek_turn_int(&v[EK_CONTENT_ARTICLE_PAGES_AT_MS]);
	}
	if (found)
		ek_outside_help_article(t, p->language, &a);
	else
		ek_outside_help_gone(t, p->language, &a);
	t->status = found ? 200 : 404;
	return true;
}

static int64_t page_of(const struct ek_turn *t)
{
	ek_str text;
	int64_t n = 0;
	if (!ek_form_field(t->http->query, "page", t->arena, &text))
		return 1;
	for (uint32_t i = 0; i < text.n && n < PAGES_MAX; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return 1;
		n = n * 10 + (text.p[i] - '0');
	}
	return n < 1 || n > PAGES_MAX ? 1 : n;
}

static bool select_all(struct ek_turn *t, const struct place *p, struct ek_outside_help_list *l,
		       struct ek_turn_rows *rows)
{
	l->page = page_of(t);
	const struct ek_views_value args[] = {
		ek_views_text(ek_api_articles_tag(p->language)),
		ek_views_int(EK_OUTSIDE_HELP_PAGE + 1),
		ek_views_int((l->page - 1) * EK_OUTSIDE_HELP_PAGE),
	};
	if (!ek_turn_select(t,
			    "SELECT * FROM article_pages WHERE language = $1 AND public = 1"
			    " ORDER BY title_key, page LIMIT $2 OFFSET $3",
			    args, EK_LEN(args), rows))
		return false;
	l->has_more = rows->n > EK_OUTSIDE_HELP_PAGE;
	rows->n = l->has_more ? EK_OUTSIDE_HELP_PAGE : rows->n;
	return true;
}

static bool show_start(struct ek_turn *t, const struct place *p)
{
	struct ek_outside_help_list l = {.words = {"", 0}, .page = 1};
	struct ek_api_articles_finding f = {
		.language = p->language, .limit = EK_OUTSIDE_HELP_FOUND, .is_public = true};
	struct ek_turn_rows rows;
	bool ok;
	if (!ek_form_field(t->http->query, "q", t->arena, &l.words) || l.words.n > WORDS_BYTES)
		l.words.n = 0;
	f.words = l.words;
	ok = l.words.n > 0 ? ek_api_articles_find(t, &f, &rows) : select_all(t, p, &l, &rows);
	if (!ok)
		return false;
	l.rows = &rows;
	ek_outside_help_start(t, p->language, &l);
	t->status = 200;
	return true;
}

/* ---- answering */

/* Who has what there is now is told so. */
static void answer(struct ek_turn *t)
{
	if (t->status == 200) {
		ek_api_edit_tag(t, ek_json_written(&t->out));
		t->cache = "public, no-cache";
		if (ek_accept_has_tag(ek_http_header(t->http, "If-None-Match"), t->etag)) {
			ek_json_reset(&t->out);
			t->status = 304;
		}
	}
	ek_turn_reply(t, 200);
}

static bool is_allowed(struct ek_turn *t)
{
	char key[EK_THROTTLE_NETWORK];
	const struct ek_throttle_ask ask = {.what = EK_THROTTLE_HELP_NETWORK,
					    .key = ek_throttle_network(t->http->peer, key),
					    .now = t->now};
	struct ek_throttle_answer a = ek_throttle_take(t->api->throttle, &ask);
	if (a.is_allowed)
		return true;
	t->problem.retry_s = (uint32_t)ek_throttle_seconds(a.retry_after);
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

static void show(struct ek_turn *t, const struct place *p)
{
	struct ek_err err;
	const struct ek_outside_help_article none = {0};
	bool ok = true;
	if (!is_allowed(t))
		ok = false;
	else if (!ek_reader_begin(t->reader, &err))
		ok = ek_problem_err(&t->problem, &err);
	else if (p->is_wrong)
		ek_outside_help_gone(t, p->language, &none);
	else
		ok = p->article != 0 ? show_article(t, p) : show_start(t, p);
	if (ok && p->is_wrong)
		t->status = 404;
	if (ok)
		answer(t);
	else
		ek_turn_reply(t, 0);
}

bool ek_outside_help(struct ek_turn *t)
{
	const uint32_t n = sizeof EK_OUTSIDE_HELP - 1;
	struct ek_reader *reader = t->reader;
	ek_str path = t->http->path;
	if (!begins(path, EK_OUTSIDE_HELP) || (path.n > n && path.p[n] != '/'))
		return false;
	if (!ek_str_is(t->http->method, "GET") && !ek_str_is(t->http->method, "HEAD")) {
		ek_format(t->match.allow, sizeof t->match.allow, "GET, HEAD");
		ek_turn_refuse(t, EK_PROBLEM_METHOD_NOT_ALLOWED, NULL);
		return true;
	}
	struct place p = read_place(t);
	if (p.is_style) {
		ek_outside_help_style(t);
		t->status = 200;
		answer(t);
		return true;
	}
	show(t, &p);
	/* The turn may be gone: the transaction is ended by the reader alone. */
	ek_reader_end(reader);
	return true;
}
