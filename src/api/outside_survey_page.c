/* The pages of a survey as HTML. Whatever people wrote is escaped; nothing else gets in. */
#include <string.h>

#include "api/outside.h"
#include "api/outside_survey.h"

#define STYLE "/s/style.css"
#define POLICY \
	"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors 'none'"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#6b7280;--deep:#0b5cad;"
	"--bad:#b3261e}"
	"@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#16191d;--line:#9aa0a6;"
	"--deep:#8ab4f8;--bad:#f2b8b5}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--paper);color:var(--ink);"
	"font:1.0625rem/1.55 system-ui,sans-serif}"
	"main{max-width:40rem;margin:0 auto;padding:2rem 1rem}"
	"h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem}"
	"fieldset{border:0;margin:0 0 1.5rem;padding:0;min-inline-size:0}"
	"legend{font-weight:600;padding:0;margin-block-end:.25rem}"
	".scores{display:flex;flex-wrap:wrap;gap:.5rem;margin-block-start:.75rem}"
	".scores label{display:flex;flex-direction:column;align-items:center;gap:.25rem;"
	"min-width:3rem;padding:.5rem;border:1px solid var(--line);border-radius:.5rem;"
	"cursor:pointer}"
	".scores label:focus-within{outline:3px solid var(--deep);outline-offset:2px}"
	".scores label:has(:checked){border-color:var(--deep);box-shadow:inset 0 0 0 2px "
	"var(--deep)}"
	"input{width:1.25rem;height:1.25rem;margin:0;accent-color:var(--deep)}"
	"input:focus-visible{outline:none}"
	"textarea{display:block;width:100%;margin:.5rem 0 1.5rem;padding:.5rem;font:inherit;"
	"color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem}"
	"button{min-height:2.75rem;padding:.5rem 1.25rem;font:inherit;font-weight:600;"
	"border:1px solid var(--deep);border-radius:.5rem;background:var(--deep);"
	"color:var(--paper);cursor:pointer}"
	"button.quiet{background:transparent;color:var(--deep);font-weight:400}"
	"textarea:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid "
	"var(--deep);outline-offset:2px}"
	"a{color:var(--deep)}"
	".fault{color:var(--bad);font-weight:600}"
	"footer{margin-block-start:2.5rem;padding-block-start:1rem;"
	"border-block-start:1px solid var(--line)}";

static void say(struct ek_turn *t, enum ek_survey_word word, int language)
{
	ek_outside_put(t, ek_survey_say(word, language));
}

static void begin(struct ek_turn *t, int language, enum ek_survey_word title)
{
	t->type = "text/html; charset=utf-8";
	t->policy = POLICY;
	ek_outside_put(t, "<!doctype html><html lang=\"");
	ek_outside_put(t, ek_survey_tag(language));
	ek_outside_put(t, language == 2 ? "\" dir=\"rtl\">" : "\" dir=\"ltr\">");
	ek_outside_put(t, "<head><meta charset=\"utf-8\"><title>");
	say(t, title, language);
	ek_outside_put(
		t,
		"</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<meta name=\"robots\" content=\"noindex, nofollow\">"
		"<link rel=\"stylesheet\" href=\"" STYLE "\"></head><body><main><h1>");
	say(t, title, language);
	ek_outside_put(t, "</h1>");
}

static void end(struct ek_turn *t)
{
	ek_outside_put(t, "</main></body></html>\n");
}

static void paragraph(struct ek_turn *t, enum ek_survey_word word, int language)
{
	ek_outside_put(t, "<p>");
	say(t, word, language);
	ek_outside_put(t, "</p>");
}

static void open_form(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	ek_outside_put(t, "<form method=\"post\" action=\"/s/");
	ek_outside_put_text(t, f->secret);
	ek_outside_put(t, "\">");
}

/* A button, as an address that changes something would be followed by programs that look at mail.
 */
static void stop(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	ek_outside_put(t, "<footer>");
	open_form(t, f);
	ek_outside_put(t, "<input type=\"hidden\" name=\"stop\" value=\"1\">"
			  "<button class=\"quiet\" type=\"submit\">");
	say(t, EK_SURVEY_WORD_STOP, f->language);
	ek_outside_put(t, "</button></form></footer>");
}

static void fault(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	if (f->fault == EK_OUTSIDE_SURVEY_WELL)
		return;
	ek_outside_put(t, "<p class=\"fault\" id=\"fault\" role=\"alert\">");
	say(t,
	    f->fault == EK_OUTSIDE_SURVEY_NO_SCORE ? EK_SURVEY_WORD_CHOOSE : EK_SURVEY_WORD_SHORTER,
	    f->language);
	ek_outside_put(t, "</p>");
}

static void scores(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	const struct ek_survey_form *form = ek_survey_form(f->form);
	bool is_bad = f->fault == EK_OUTSIDE_SURVEY_NO_SCORE;
	ek_outside_put(t, is_bad ? "<fieldset aria-describedby=\"scale fault\"><legend>"
				 : "<fieldset aria-describedby=\"scale\"><legend>");
	if (f->question.p != NULL)
		ek_outside_put_text(t, f->question);
	else
		ek_outside_put(t, ek_survey_question(f->form, f->language));
	ek_outside_put(t, "</legend><span id=\"scale\">");
	ek_outside_put(t, ek_survey_scale(f->form, f->language));
	ek_outside_put(t, "</span><div class=\"scores\">");
	for (int64_t i = form->least; i <= form->most; i++) {
		ek_outside_put(t, "<label><input type=\"radio\" name=\"score\" required value=\"");
		ek_outside_put_number(t, i);
		ek_outside_put(t, f->score == i ? "\" checked><span>" : "\"><span>");
		ek_outside_put_number(t, i);
		ek_outside_put(t, "</span></label>");
	}
	ek_outside_put(t, "</div></fieldset>");
}

static void comment(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	ek_outside_put(t, "<label for=\"comment\">");
	say(t, EK_SURVEY_WORD_COMMENT, f->language);
	ek_outside_put(t,
		       "</label><textarea id=\"comment\" name=\"comment\" rows=\"4\" dir=\"auto\" "
		       "maxlength=\"");
	ek_outside_put_number(t, EK_OUTSIDE_SURVEY_COMMENT);
	ek_outside_put(t, f->fault == EK_OUTSIDE_SURVEY_TOO_LONG
				  ? "\" aria-invalid=\"true\" aria-describedby=\"fault\">\n"
				  : "\">\n");
	ek_outside_put_text(t, f->comment);
	ek_outside_put(t, "</textarea>");
}

void ek_outside_survey_ask(struct ek_turn *t, const struct ek_outside_survey_form *f)
{
	begin(t, f->language, EK_SURVEY_WORD_TITLE);
	if (f->is_again)
		paragraph(t, EK_SURVEY_WORD_AGAIN, f->language);
	fault(t, f);
	open_form(t, f);
	scores(t, f);
	comment(t, f);
	paragraph(t, EK_SURVEY_WORD_READERS, f->language);
	ek_outside_put(t, "<button type=\"submit\">");
	say(t, EK_SURVEY_WORD_SEND, f->language);
	ek_outside_put(t, "</button></form>");
	stop(t, f);
	end(t);
}

void ek_outside_survey_thank(struct ek_turn *t, const struct ek_outside_survey_form *f, bool late)
{
	begin(t, f->language, EK_SURVEY_WORD_THANKS);
	paragraph(t, late ? EK_SURVEY_WORD_LATE : EK_SURVEY_WORD_RECEIVED, f->language);
	if (!late) {
		ek_outside_put(t, "<p><a href=\"/s/");
		ek_outside_put_text(t, f->secret);
		ek_outside_put(t, "\">");
		say(t, EK_SURVEY_WORD_CHANGE, f->language);
		ek_outside_put(t, "</a></p>");
	}
	stop(t, f);
	end(t);
}

void ek_outside_survey_stopped(struct ek_turn *t, int language)
{
	begin(t, language, EK_SURVEY_WORD_THANKS);
	paragraph(t, EK_SURVEY_WORD_STOPPED, language);
	end(t);
}

void ek_outside_survey_gone(struct ek_turn *t, int language)
{
	begin(t, language, EK_SURVEY_WORD_GONE);
	paragraph(t, EK_SURVEY_WORD_GONE_WHY, language);
	end(t);
}

void ek_outside_survey_style(struct ek_turn *t)
{
	t->type = "text/css; charset=utf-8";
	t->cache = "public, max-age=86400";
	ek_outside_put(t, style);
}
