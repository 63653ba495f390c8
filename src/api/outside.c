#include "api/outside.h"

#include <string.h>

#include "api/api_letter.h"
#include "api/api_state.h"
#include "api/outside_help.h"
#include "api/outside_survey.h"
#include "api/pack.h"
#include "sys/clock.h"

static bool begins(ek_str s, const char *with)
{
	size_t n = strlen(with);
	return s.n >= n && memcmp(s.p, with, n) == 0;
}

bool ek_outside_is_local(const struct ek_turn *t)
{
	return ek_str_is(t->http->peer, "::1") || begins(t->http->peer, "127.");
}

/* ---- files */

void ek_outside_add(struct ek_outside_answer *a, const char *name, const char *value)
{
	ek_assert(a->reply.header_count < EK_OUTSIDE_HEADERS);
	a->fields[a->reply.header_count++] = (struct ek_http_field){name, value};
}

struct ek_outside_answer ek_outside_of_file(struct ek_turn *t, const struct ek_pack_file *f)
{
	enum ek_accept_coding coding =
		ek_accept_coding(ek_http_header(t->http, "Accept-Encoding"), f->codings);
	const struct ek_pack_body *body = &f->bodies[coding];
	struct ek_outside_answer a = {
		.reply = {.status = 200, .body = body->bytes, .type = f->type}};
	if (ek_accept_has_tag(ek_http_header(t->http, "If-None-Match"), body->tag)) {
		a.reply.status = 304;
		a.reply.body = (ek_str){NULL, 0};
		a.reply.type = NULL;
	} else if (coding != EK_ACCEPT_IDENTITY) {
		ek_outside_add(&a, "Content-Encoding", ek_accept_coding_name(coding));
	}
	ek_outside_add(&a, "ETag", body->tag);
	ek_outside_add(&a, "Vary", "Accept-Encoding");
	return a;
}

void ek_outside_send(struct ek_turn *t, struct ek_outside_answer *a)
{
	struct ek_json out = t->out;
	a->reply.headers = a->fields;
	ek_api_count(t->api, NULL, a->reply.status, ek_clock_mono_ns() - t->begun_ns);
	/* The turn's memory ends with the request. */
	ek_http_answer(t->http, &a->reply);
	ek_json_fini(&out);
}

/* ---- words */

static void say(struct ek_turn *t, int status, const char *text)
{
	t->type = "text/plain; charset=utf-8";
	ek_outside_put(t, text);
	ek_turn_reply(t, status);
}

/* ---- readiness */

/* Asked on the writer's thread: a writer that cannot be asked is not ready. */
static void look_ready(struct ek_turn *t)
{
	struct ek_err err;
	const char *reason = NULL;
	if (!ek_writer_check(t->api->writer, &err))
		reason = err.code == EK_READ_ONLY ? "read_only" : "storage";
	t->type = "text/plain; charset=utf-8";
	t->status = reason == NULL ? 200 : 503;
	if (reason != NULL && !ek_outside_is_local(t))
		reason = "not ready";
	const char *text = reason == NULL ? "ready" : reason;
	ek_outside_put(t, text);
}

/* ---- pages about problems */

static const char *tag(enum ek_problem_language language)
{
	static const char *const tags[] = {"en", "ko", "ar"};
	return tags[language];
}

static void problem_page(struct ek_turn *t)
{
	const uint32_t skip = sizeof "/problems/" - 1;
	ek_str name = {t->http->path.p + skip, t->http->path.n - skip};
	enum ek_problem_type type = ek_problem_type(name);
	char status[16];
	if (type == EK_PROBLEM_NONE) {
		ek_turn_refuse(t, EK_PROBLEM_NOT_FOUND, NULL);
		return;
	}
	ek_format(status, sizeof status, "%d", ek_problem_status(type));
	t->type = "text/html; charset=utf-8";
	t->policy = "default-src 'none'; frame-ancestors 'none'";
	ek_outside_put(t, "<!doctype html><html lang=\"");
	ek_outside_put(t, tag(t->language));
	ek_outside_put(t, t->language == EK_PROBLEM_AR ? "\" dir=\"rtl\"><title>" : "\"><title>");
	ek_outside_put(t, ek_problem_title(type, t->language));
	ek_outside_put(t, "</title><h1>");
	ek_outside_put(t, ek_problem_title(type, t->language));
	ek_outside_put(t, "</h1><p><code>");
	ek_outside_put(t, ek_problem_wire(type));
	ek_outside_put(t, "</code>, HTTP ");
	ek_outside_put(t, status);
	ek_outside_put(t, "<p lang=\"en\" dir=\"ltr\">");
	ek_outside_put(t, ek_problem_doc(type));
	ek_outside_put(t, "\n");
	ek_turn_reply(t, 200);
}

bool ek_outside_handle(struct ek_turn *t)
{
	ek_str path = t->http->path;
	bool get = ek_str_is(t->http->method, "GET") || ek_str_is(t->http->method, "HEAD");
	if (ek_outside_survey(t) || ek_outside_help(t))
		return true;
	if (!get)
		return ek_outside_web(t);
	if (ek_str_is(path, "/healthz"))
		say(t, 200, "ok");
	else if (ek_str_is(path, "/readyz"))
		ek_turn_look(t, look_ready);
	else if (ek_str_is(path, "/metrics"))
		ek_outside_metrics(t);
	else if (begins(path, "/problems/"))
		problem_page(t);
	else if (ek_outside_widget(t))
		return true;
	else
		return ek_api_letter_handle(t) || ek_outside_web(t);
	return true;
}
