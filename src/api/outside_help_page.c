/* The help pages as HTML. Whatever people wrote is escaped, or made by knowledge/markup.h. */
#include <string.h>

#include "api/outside.h"
#include "api/outside_help.h"
#include "base/rfc3339.h"
#include "knowledge/markup.h"

enum { LANGUAGES = EK_API_ARTICLES_LANGUAGES };
#define STYLE EK_OUTSIDE_HELP "/style.css"
#define POLICY(ancestors) \
	"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors " ancestors

enum word {
#define WORD(name, NAME, en, ko, ar) W_##NAME,
#include "schema/help_words.def"
};

static const char *word_of(enum word word, uint32_t language)
{
	static const char *const words[][LANGUAGES] = {
#define WORD(name, NAME, en, ko, ar) [W_##NAME] = {en, ko, ar},
#include "schema/help_words.def"
	};
	return words[word][language];
}

static const struct {
	const char *tag;
	const char *dir;
	const char *name;
} languages[LANGUAGES] = {
	{"en", "ltr", "English"}, {"ko", "ltr", "한국어"}, {"ar", "rtl", "العربية"}};

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--soft:#4b5563;--paper:#fff;--shade:#f5f6f8;"
	"--line:#d5d9df;--edge:#6b7280;--deep:#0b5cad}"
	"@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#b4bac2;--paper:#16191d;"
	"--shade:#1f2429;--line:#343b43;--edge:#9aa0a6;--deep:#8ab4f8}}"
	"*{box-sizing:border-box}"
	"html{scroll-behavior:auto}"
	"body{margin:0;background:var(--paper);color:var(--ink);"
	"font:1.0625rem/1.65 system-ui,sans-serif;overflow-wrap:break-word}"
	":lang(ko){word-break:keep-all}"
	"header{border-block-end:1px solid var(--line);background:var(--shade)}"
	"header>div,main,footer{max-width:46rem;margin:0 auto;padding:1rem}"
	"header>div{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;"
	"justify-content:space-between}"
	".home{font-weight:700;font-size:1.125rem;color:inherit;text-decoration:none;"
	"padding:.25rem 0}"
	"nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0;padding:0;list-style:none}"
	"nav a,nav span{display:inline-block;padding:.25rem 0}"
	"main{padding-block:1.5rem 3rem}"
	"h1{font-size:1.75rem;line-height:1.25;margin:.5rem 0 1rem}"
	"h2{font-size:1.3rem;line-height:1.3;margin:2rem 0 .5rem}"
	"h3{font-size:1.1rem;margin:1.5rem 0 .5rem}h4{font-size:1rem;margin:1.25rem 0 .5rem}"
	"form{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 2rem}"
	"form label{flex-basis:100%;font-weight:600}"
	"input{flex:1 1 12rem;min-width:0;min-height:2.75rem;padding:.5rem .75rem;font:inherit;"
	"color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:.5rem}"
	"button{min-height:2.75rem;padding:.5rem 1.25rem;font:inherit;font-weight:600;"
	"border:1px solid var(--deep);border-radius:.5rem;background:var(--deep);"
	"color:var(--paper);cursor:pointer}"
	"a{color:var(--deep)}"
	"a:focus-visible,input:focus-visible,button:focus-visible{outline:3px solid var(--deep);"
	"outline-offset:2px}"
	".list{margin:0;padding:0;list-style:none;border-block-start:1px solid var(--line)}"
	".list li{border-block-end:1px solid var(--line)}"
	".list a{display:block;padding:.75rem .25rem;text-decoration:none;font-weight:500}"
	".list a:hover{text-decoration:underline;background:var(--shade)}"
	"article ul,article ol{padding-inline-start:1.5rem}article li{margin-block:.35rem}"
	"blockquote{margin:1rem 0;padding:.25rem 1rem;border-inline-start:4px solid var(--line);"
	"color:var(--soft)}"
	"pre{padding:1rem;overflow-x:auto;background:var(--shade);border:1px solid var(--line);"
	"border-radius:.5rem;font-size:.95rem}"
	"code{font-family:ui-monospace,monospace;font-size:.95em}"
	"hr{border:0;border-block-start:1px solid var(--line);margin:2rem 0}"
	".soft{color:var(--soft);font-size:.95rem}"
	".notice{padding:.75rem 1rem;border:1px solid var(--edge);border-radius:.5rem;"
	"background:var(--shade)}"
	".skip{position:absolute;inset-inline-start:-100vw}"
	".skip:focus{inset-inline-start:.5rem;inset-block-start:.5rem;padding:.5rem 1rem;"
	"background:var(--paper)}"
	"@media print{header,form,.skip{display:none}}";

/* ---- pieces */

static void say(struct ek_turn *t, enum word word, uint32_t language)
{
	ek_outside_put(t, word_of(word, language));
}

/* The address of an article (0: the start page) in a language. */
static void put_place(struct ek_turn *t, uint32_t language, uint64_t article)
{
	ek_outside_put(t, EK_OUTSIDE_HELP "/");
	ek_outside_put(t, languages[language].tag);
	if (article != 0) {
		ek_outside_put(t, "/art_");
		ek_outside_put_number(t, (int64_t)article);
	}
}

/* The workspace's name, as it is kept: JSON text without escapes is most of them; else "". */
static ek_str workspace(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT value FROM server_settings WHERE name = 'name'", NULL, 0,
			    &rows) ||
	    rows.n == 0)
		return EK_S("Evenkeel");
	ek_str s = ek_turn_text(&rows.v[0]);
	if (s.n < 2 || memchr(s.p, '\\', s.n) != NULL)
		return EK_S("");
	return (ek_str){s.p + 1, s.n - 2};
}

static void put_languages(struct ek_turn *t, uint32_t language, uint64_t article, uint32_t which)
{
	ek_outside_put(t, "<nav aria-label=\"");
	say(t, W_OTHERS, language);
	ek_outside_put(t, "\"><ul>");
	for (uint32_t l = 0; l < LANGUAGES; l++) {
		ek_outside_put(t, "<li lang=\"");
		ek_outside_put(t, languages[l].tag);
		ek_outside_put(t, "\" dir=\"");
		ek_outside_put(t, languages[l].dir);
		if (l == language) {
			ek_outside_put(t, "\"><span aria-current=\"true\">");
			ek_outside_put(t, languages[l].name);
			ek_outside_put(t, "</span></li>");
			continue;
		}
		ek_outside_put(t, "\"><a hreflang=\"");
		ek_outside_put(t, languages[l].tag);
		ek_outside_put(t, "\" href=\"");
		put_place(t, l, (which >> l & 1) != 0 ? article : 0);
		ek_outside_put(t, "\">");
		ek_outside_put(t, languages[l].name);
		ek_outside_put(t, "</a></li>");
	}
	ek_outside_put(t, "</ul></nav>");
}

struct head {
	uint32_t language;
	ek_str title; /* n 0 = that of the help pages */
	uint64_t article;
	uint32_t languages;
	bool is_preview;
	bool is_gone;
};

static void begin(struct ek_turn *t, const struct head *h)
{
	ek_str name = workspace(t);
	t->type = "text/html; charset=utf-8";
	t->policy = h->is_preview ? POLICY("'self'") : POLICY("'none'");
	ek_outside_put(t, "<!doctype html><html lang=\"");
	ek_outside_put(t, languages[h->language].tag);
	ek_outside_put(t, "\" dir=\"");
	ek_outside_put(t, languages[h->language].dir);
	ek_outside_put(t, "\"><head><meta charset=\"utf-8\"><title>");
	if (h->title.n > 0) {
		ek_outside_put_text(t, h->title);
		ek_outside_put(t, " · ");
	}
	say(t, W_TITLE, h->language);
	if (name.n > 0) {
		ek_outside_put(t, " · ");
		ek_outside_put_text(t, name);
	}
	ek_outside_put(
		t,
		"</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
	if (h->is_preview || h->is_gone)
		ek_outside_put(t, "<meta name=\"robots\" content=\"noindex\">");
	ek_outside_put(t, "<link rel=\"stylesheet\" href=\"" STYLE "\"></head><body>"
			  "<a class=\"skip\" href=\"#main\">");
	say(t, W_SKIP, h->language);
	ek_outside_put(t, "</a><header><div><a class=\"home\" href=\"");
	put_place(t, h->language, 0);
	ek_outside_put(t, "\"><bdi>");
	ek_outside_put_text(t, name);
	ek_outside_put(t, name.n > 0 ? "</bdi> · " : "</bdi>");
	say(t, W_TITLE, h->language);
	ek_outside_put(t, "</a>");
	put_languages(t, h->language, h->article, h->languages);
	ek_outside_put(t, "</div></header><main id=\"main\">");
}

static void end(struct ek_turn *t)
{
	ek_outside_put(t, "</main></body></html>\n");
}

static void put_search(struct ek_turn *t, uint32_t language, ek_str words)
{
	ek_outside_put(t, "<form method=\"get\" role=\"search\" action=\"");
	put_place(t, language, 0);
	ek_outside_put(t, "\"><label for=\"q\">");
	say(t, W_SEARCH, language);
	ek_outside_put(
		t,
		"</label><input id=\"q\" name=\"q\" type=\"search\" dir=\"auto\" maxlength=\"200\" "
		"value=\"");
	ek_outside_put_text(t, words);
	ek_outside_put(t, "\"><button type=\"submit\">");
	say(t, W_GO, language);
	ek_outside_put(t, "</button></form>");
}

/* ---- pages */

static void put_list(struct ek_turn *t, uint32_t language, const struct ek_turn_rows *rows)
{
	ek_outside_put(t, "<ul class=\"list\">");
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct ek_views_value *v = rows->v + (size_t)i * rows->columns;
		ek_outside_put(t, "<li><a href=\"");
		put_place(t, language, (uint64_t)ek_turn_int(&v[EK_CONTENT_ARTICLE_PAGES_ARTICLE]));
		ek_outside_put(t, "\" dir=\"auto\">");
		ek_outside_put_text(t, ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_TITLE]));
		ek_outside_put(t, "</a></li>");
	}
	ek_outside_put(t, "</ul>");
}

void ek_outside_help_start(struct ek_turn *t, uint32_t language,
			   const struct ek_outside_help_list *l)
{
	bool is_search = l->words.n > 0;
	begin(t, &(struct head){.language = language, .title = l->words});
	ek_outside_put(t, "<h1>");
	say(t, W_TITLE, language);
	ek_outside_put(t, "</h1>");
	put_search(t, language, l->words);
	ek_outside_put(t, "<h2>");
	say(t, is_search ? W_FOUND : W_ALL, language);
	ek_outside_put(t, "</h2>");
	if (l->rows->n > 0) {
		put_list(t, language, l->rows);
	} else {
		ek_outside_put(t, "<p role=\"status\">");
		say(t, is_search ? W_NONE : W_EMPTY, language);
		ek_outside_put(t, "</p>");
	}
	if (is_search || l->has_more) {
		ek_outside_put(t, "<p><a href=\"");
		put_place(t, language, 0);
		if (l->has_more) {
			ek_outside_put(t, "?page=");
			ek_outside_put_number(t, (int64_t)l->page + 1);
		}
		ek_outside_put(t, "\">");
		say(t, l->has_more ? W_MORE : W_BACK, language);
		ek_outside_put(t, "</a></p>");
	}
	end(t);
}

static void put_article(struct ek_turn *t, uint32_t language,
			const struct ek_outside_help_article *a)
{
	const struct ek_markup_out out = {ek_outside_put_piece, &t->out};
	char date[EK_RFC3339_TIME_MAX];
	ek_outside_put(t, "<article><h1 dir=\"auto\">");
	ek_outside_put_text(t, a->title);
	ek_outside_put(t, "</h1>");
	ek_markup_html(a->body, &out);
	ek_outside_put(t, "<p class=\"soft\">");
	say(t, W_UPDATED, language);
	ek_outside_put(t, " <time dir=\"ltr\">");
	if (ek_rfc3339_print(a->at, date) > 10)
		ek_json_plain(&t->out, (ek_str){date, 10});
	ek_outside_put(t, "</time></p></article>");
}

void ek_outside_help_article(struct ek_turn *t, uint32_t language,
			     const struct ek_outside_help_article *a)
{
	begin(t, &(struct head){.language = language,
				.title = a->title,
				.article = a->id,
				.languages = a->languages});
	put_article(t, language, a);
	ek_outside_put(t, "<p><a href=\"");
	put_place(t, language, 0);
	ek_outside_put(t, "\">");
	say(t, W_BACK, language);
	ek_outside_put(t, "</a></p>");
	end(t);
}

void ek_outside_help_preview(struct ek_turn *t, uint32_t language,
			     const struct ek_outside_help_article *a)
{
	begin(t, &(struct head){.language = language, .title = a->title, .is_preview = true});
	ek_outside_put(t, "<p class=\"notice\">");
	say(t, W_PREVIEW, language);
	ek_outside_put(t, "</p>");
	put_article(t, language, a);
	end(t);
}

void ek_outside_help_gone(struct ek_turn *t, uint32_t language,
			  const struct ek_outside_help_article *a)
{
	begin(t, &(struct head){.language = language,
				.article = a->id,
				.languages = a->languages,
				.is_gone = true});
	ek_outside_put(t, "<h1>");
	say(t, W_GONE, language);
	ek_outside_put(t, "</h1><p>");
	say(t, a->languages != 0 ? W_ELSEWHERE : W_GONE_WHY, language);
	ek_outside_put(t, "</p>");
	for (uint32_t l = 0; l < LANGUAGES; l++) {
		if ((a->languages >> l & 1) == 0)
			continue;
		ek_outside_put(t, "<p lang=\"");
		ek_outside_put(t, languages[l].tag);
		ek_outside_put(t, "\" dir=\"");
		ek_outside_put(t, languages[l].dir);
		ek_outside_put(t, "\"><a href=\"");
		put_place(t, l, a->id);
		ek_outside_put(t, "\">");
		ek_outside_put(t, languages[l].name);
		ek_outside_put(t, "</a></p>");
	}
	put_search(t, language, EK_S(""));
	end(t);
}

void ek_outside_help_style(struct ek_turn *t)
{
	t->type = "text/css; charset=utf-8";
	ek_outside_put(t, style);
}
