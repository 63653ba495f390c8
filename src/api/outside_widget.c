/* The chat on a host's site: the script that it loads, and the page of the frame that this opens.
 *
 * The page is the same for everybody but for its language; the header says which origins may show
 * it: those of the inbox, and nobody where there are none. Source: spec security, section 3. */
#include <string.h>

#include "api/api_state.h"
#include "api/outside.h"
#include "api/pack.h"
#include "wire/query.h"

enum { PAGE_MAX = 64 * 1024, POLICY_MAX = 8192, LANGUAGE = 35 };

#define SCRIPT "/widget.js"
#define PAGE "/widget/frame.html"
#define PATH "/widget/"
#define POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " \
	"connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; " \
	"require-trusted-types-for 'script'; frame-ancestors"

static const char *const names[] = {"en", "ko", "ar"};

/* Sites elsewhere load it: what else says that they may not is left out. */
static void send(struct ek_turn *t, struct ek_outside_answer *a)
{
	ek_outside_add(a, "Cross-Origin-Resource-Policy", "cross-origin");
	ek_outside_add(a, "X-Content-Type-Options", "nosniff");
	ek_outside_add(a, "Referrer-Policy", "no-referrer");
	if (t->http->is_secure)
		ek_outside_add(a, "Strict-Transport-Security", "max-age=31536000");
	ek_outside_send(t, a);
}

static void send_script(struct ek_turn *t, const struct ek_pack_file *f)
{
	struct ek_outside_answer a = ek_outside_of_file(t, f);
	a.reply.is_lasting = true;
	ek_outside_add(&a, "Cache-Control", "no-cache");
	send(t, &a);
}

/* ---- the page */

/* Of ?lang=, else what the browser would rather have. */
static const char *language_of(struct ek_turn *t)
{
	struct ek_query query = {0};
	struct ek_problem problem;
	ek_str wanted = {NULL, 0};
	int i = -1;
	ek_problem_init(&problem, t->arena);
	if (ek_query_read(&query, t->http->query, t->arena, &problem) &&
	    ek_query_text(&query, "lang", LANGUAGE, &wanted))
		i = ek_accept_language(wanted, names, EK_LEN(names));
	if (i < 0)
		i = ek_accept_language(ek_http_header(t->http, "Accept-Language"), names,
				       EK_LEN(names));
	return names[i < 0 ? 0 : i];
}

/* ["https://shop.example"]: origins were looked at when they came in, and hold no quotes. */
static bool print_policy(ek_str sites, char out[POLICY_MAX])
{
	size_t n = ek_format(out, POLICY_MAX, "%s", POLICY);
	bool any = false;
	for (uint32_t i = 0; i < sites.n; i++) {
		const char *end =
			sites.p[i] != '"' ? NULL : memchr(sites.p + i + 1, '"', sites.n - i - 1);
		if (end == NULL)
			continue;
		size_t length = (size_t)(end - sites.p) - i - 1;
		if (n + length + 16 > POLICY_MAX)
			return false;
		out[n++] = ' ';
		memcpy(out + n, sites.p + i + 1, length);
		n += length;
		i += (uint32_t)length + 1;
		any = true;
	}
	ek_format(out + n, POLICY_MAX - n, "%s", any ? "" : " 'none'");
	return true;
}

/* The page with another <html> tag; p NULL: there is no memory. */
static ek_str make_page(struct ek_turn *t, ek_str page, const char *language)
{
	static const char begins[] = "<html";
	const char *tag = NULL;
	char text[64];
	for (uint32_t i = 0; i + sizeof begins < page.n && tag == NULL; i++)
		if (memcmp(page.p + i, begins, sizeof begins - 1) == 0)
			tag = page.p + i;
	const char *end = tag == NULL ? NULL : memchr(tag, '>', (size_t)(page.p + page.n - tag));
	if (end == NULL || page.n > PAGE_MAX)
		return (ek_str){NULL, 0};
	size_t n = ek_format(text, sizeof text, "<html lang=\"%s\" dir=\"%s\">", language,
			     strcmp(language, "ar") == 0 ? "rtl" : "ltr");
	size_t before = (size_t)(tag - page.p);
	size_t after = (size_t)(page.p + page.n - end) - 1;
	char *out = ek_arena_get(t->arena, before + n + after);
	if (out == NULL)
		return (ek_str){NULL, 0};
	memcpy(out, page.p, before);
	memcpy(out + before, text, n);
	memcpy(out + before + n, end + 1, after);
	return (ek_str){out, (uint32_t)(before + n + after)};
}

static bool find_sites(struct ek_turn *t, ek_str *sites)
{
	const uint32_t skip = sizeof PATH - 1;
	const ek_str name = {t->http->path.p + skip, t->http->path.n - skip};
	struct ek_turn_rows rows;
	uint64_t id;
	if (!ek_ident_read(name, EK_IDENT_CHAT_INBOX, &id))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	const struct ek_views_value key = ek_views_int((int64_t)id);
	if (!ek_turn_select(
		    t, "SELECT sites FROM chat_inboxes WHERE inbox = $1 AND deleted_ms IS NULL",
		    &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	*sites = ek_turn_text(&rows.v[0]);
	return true;
}

static void send_page(struct ek_turn *t, const struct ek_pack_file *f)
{
	struct ek_outside_answer a = {.reply = {.status = 200, .type = "text/html; charset=utf-8"}};
	char *policy = ek_turn_get(t, POLICY_MAX);
	ek_str sites = {NULL, 0};
	if (policy == NULL || !find_sites(t, &sites)) {
		ek_turn_reply(t, 0);
		return;
	}
	a.reply.body = make_page(t, f->bodies[EK_ACCEPT_IDENTITY].bytes, language_of(t));
	if (a.reply.body.p == NULL || !print_policy(sites, policy)) {
		ek_turn_refuse(t, EK_PROBLEM_UNAVAILABLE, NULL);
		return;
	}
	ek_outside_add(&a, "Content-Security-Policy", policy);
	ek_outside_add(&a, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
	ek_outside_add(&a, "Cache-Control", "no-store");
	send(t, &a);
}

bool ek_outside_widget(struct ek_turn *t)
{
	ek_str path = t->http->path;
	struct ek_reader *reader = t->reader;
	struct ek_err err;
	bool is_script = ek_str_is(path, SCRIPT);
	if (!is_script && (path.n <= sizeof PATH - 1 || memcmp(path.p, PATH, sizeof PATH - 1) != 0))
		return false;
	const struct ek_pack_file *f = ek_outside_file(t->api, is_script ? SCRIPT : PAGE);
	if (f == NULL) {
		ek_turn_refuse(t, EK_PROBLEM_NOT_FOUND, NULL);
		return true;
	}
	if (is_script) {
		send_script(t, f);
		return true;
	}
	if (ek_reader_begin(reader, &err))
		send_page(t, f);
	else
		ek_turn_refuse(t, EK_PROBLEM_UNAVAILABLE, NULL);
	/* The turn may be gone: the transaction is ended by the reader alone. */
	ek_reader_end(reader);
	return true;
}
