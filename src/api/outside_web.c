/* The web UI: one page for every place in it, and the files that the page links.
 *
 * The page is made at the start in every language and theme, so that serving it is a look-up; only
 * its <html> tag differs, and whatever that tag held before is gone. It is given to anybody, as it
 * tells nothing: what it shows comes from the API. A file is never looked for on a disk. */
#include <string.h>

#include "api/api_state.h"
#include "api/caller.h"
#include "api/embedded.h"
#include "api/outside.h"
#include "api/pack.h"
#include "sys/disk.h"

enum { PAGE_MAX = 256 * 1024, TAG = 96 };
#define INDEX "/index.html"
#define ASSETS "/assets/"

/* Source: spec security, section 3. */
#define POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " \
	"media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; " \
	"manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors 'none'; require-trusted-types-for 'script'"

static const struct {
	const char *name;
	const char *dir;
} languages[] = {{"en", "ltr"}, {"ko", "ltr"}, {"ar", "rtl"}};
static const char *const names[] = {"en", "ko", "ar"};
static const char *const themes[] = {"system", "light", "dark", "contrast"};
enum { LANGUAGES = EK_LEN(languages), THEMES = EK_LEN(themes), UNSAID = -1 };

struct ek_outside_site {
	struct ek_disk_bytes own; /* a pack that the options name; p NULL = the one inside */
	struct ek_pack *pack;
	struct ek_arena arena;
	ek_str pages[LANGUAGES][THEMES];
};

/* ---- opening */

static bool begins(ek_str s, const char *with)
{
	size_t n = strlen(with);
	return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* Where the <html> tag begins and, after its >, ends. */
static bool find_tag(ek_str page, uint32_t *from, uint32_t *to)
{
	for (uint32_t i = 0; i + 6 < page.n; i++) {
		ek_str rest = {page.p + i, page.n - i};
		if (!begins(rest, "<html ") && !begins(rest, "<html>"))
			continue;
		const char *end = memchr(rest.p, '>', rest.n);
		*from = i;
		*to = end == NULL ? 0 : (uint32_t)(end - page.p) + 1;
		return end != NULL;
	}
	return false;
}

static bool make_pages(struct ek_outside_site *s, struct ek_err *err)
{
	const struct ek_pack_file *index = ek_pack_find(s->pack, EK_S(INDEX));
	uint32_t from, to;
	if (index == NULL)
		return ek_fail(err, EK_USAGE, "there is no " INDEX " in it");
	ek_str page = index->bodies[EK_ACCEPT_IDENTITY].bytes;
	if (page.n > PAGE_MAX)
		return ek_fail(err, EK_LIMIT, INDEX " has more than %d bytes", PAGE_MAX);
	if (!find_tag(page, &from, &to))
		return ek_fail(err, EK_USAGE, "there is no <html> tag in " INDEX);
	for (uint32_t i = 0; i < LANGUAGES * THEMES; i++) {
		char tag[TAG];
		uint32_t l = i / THEMES;
		size_t n = ek_format(tag, sizeof tag,
				     "<html lang=\"%s\" dir=\"%s\" data-theme=\"%s\">",
				     languages[l].name, languages[l].dir, themes[i % THEMES]);
		char *p = ek_arena_get(&s->arena, from + n + (page.n - to));
		if (p == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for the page");
		memcpy(p, page.p, from);
		memcpy(p + from, tag, n);
		memcpy(p + from + n, page.p + to, page.n - to);
		s->pages[l][i % THEMES] = (ek_str){p, from + (uint32_t)n + (page.n - to)};
	}
	return true;
}

static bool open_site(struct ek_outside_site *s, const struct ek_api_options *o, const char *file,
		      struct ek_err *err)
{
	ek_str bytes = {(const char *)ek_embed_web, (uint32_t)ek_embed_web_size};
	if (file != NULL) {
		if (!ek_disk_read(file, EK_PACK_BYTES, &o->alloc, &s->own, err))
			return false;
		bytes = (ek_str){(const char *)s->own.p, (uint32_t)s->own.n};
	}
	return ek_pack_open(bytes, o->alloc, &s->pack, err) && make_pages(s, err);
}

bool ek_outside_open(struct ek_api *api, struct ek_err *err)
{
	const struct ek_api_options *o = &api->options;
	const char *file = o->web != NULL && o->web[0] != 0 ? o->web : NULL;
	struct ek_err why;
	struct ek_outside_site *s = ek_alloc_get(&o->alloc, sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the web UI");
	*s = (struct ek_outside_site){.own.p = NULL};
	ek_arena_init(&s->arena, o->alloc, LANGUAGES * THEMES * (PAGE_MAX + TAG));
	api->site = s;
	if (open_site(s, o, file, &why))
		return true;
	return ek_fail(err, why.code == EK_NO_MEMORY ? EK_NO_MEMORY : EK_USAGE,
		       "%s%s is no web UI: %s", file != NULL ? "server.web: " : "",
		       file != NULL ? file : "what this program carries", why.msg);
}

void ek_outside_close(struct ek_api *api)
{
	struct ek_outside_site *s = api->site;
	if (s == NULL)
		return;
	struct ek_alloc alloc = api->options.alloc;
	ek_pack_close(&s->pack);
	ek_arena_fini(&s->arena);
	ek_alloc_free(&alloc, s->own.p, s->own.n == 0 ? 1 : s->own.n);
	ek_alloc_free(&alloc, s, sizeof *s);
	api->site = NULL;
}

/* ---- which path is what */

/* What belongs to programs: an unknown address below it is not a place in the UI. */
static bool is_reserved(ek_str path)
{
	static const char *const roots[] = {
		"/api",      "/auth",   "/calendar", "/healthz",  "/mcp",    "/metrics",
		"/problems", "/readyz", "/scim",     "/intercom", "/widget",
	};
	for (size_t i = 0; i < EK_LEN(roots); i++) {
		size_t n = strlen(roots[i]);
		if (begins(path, roots[i]) && (path.n == n || path.p[n] == '/'))
			return true;
	}
	return false;
}

/* The byte at *at, percent-decoded once; -1 for what is no plain part of a path. */
static int next_byte(ek_str path, uint32_t *at)
{
	int c = (unsigned char)path.p[(*at)++];
	if (c == '%') {
		if (*at + 2 > path.n)
			return -1;
		int high = ek_str_hex(path.p[*at]);
		int low = ek_str_hex(path.p[*at + 1]);
		c = high < 0 || low < 0 ? -1 : high << 4 | low;
		*at += 2;
		if (c == '/')
			return -1;
	}
	return c < ' ' || c == 0x7f || c == '\\' ? -1 : c;
}

/* Whether a path may be a place in the UI: no way up or out, and no dot in its last part. */
static bool is_place(ek_str path)
{
	uint32_t dots = 0;
	uint32_t others = 0;
	for (uint32_t at = 0; at < path.n;) {
		int c = next_byte(path, &at);
		if (c < 0 || (c == '/' && dots > 0 && others == 0))
			return false;
		if (c == '/')
			dots = others = 0;
		else if (c == '.')
			dots++;
		else
			others++;
	}
	return dots == 0;
}

/* ---- for whom */

struct preferences {
	int language; /* index; UNSAID */
	int theme;
};

static bool take_person(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct preferences *p = ctx;
	ek_str theme = ek_turn_text(&v[1]);
	(void)n;
	(void)err;
	p->language = ek_accept_language(ek_turn_text(&v[0]), names, LANGUAGES);
	for (int i = 0; i < (int)THEMES; i++) {
		if (theme.p != NULL && ek_str_is(theme, themes[i]))
			p->theme = i;
	}
	return true;
}

/* ["ko","en"]: the first that is one of ours is the workspace's. */
static bool take_workspace(void *ctx, const struct ek_views_value *v, uint32_t n,
			   struct ek_err *err)
{
	struct preferences *p = ctx;
	ek_str list = ek_turn_text(&v[0]);
	(void)n;
	(void)err;
	for (uint32_t i = 0; i < list.n && p->language == UNSAID; i++) {
		const char *end =
			list.p[i] != '"' ? NULL : memchr(list.p + i + 1, '"', list.n - i - 1);
		if (end == NULL)
			continue;
		ek_str tag = {list.p + i + 1, (uint32_t)(end - list.p) - i - 1};
		p->language = ek_accept_language(tag, names, LANGUAGES);
		i += tag.n + 1;
	}
	return true;
}

/* A store that cannot be asked is no reason to show nothing: then it is as for anybody. */
static struct preferences find_preferences(struct ek_turn *t)
{
	struct preferences p = {UNSAID, 0};
	struct ek_err err;
	const struct ek_views_value self = ek_views_int(t->self.v);
	const struct ek_reader_question person = {
		"SELECT language, theme FROM people WHERE teammate = $1", &self, 1};
	const struct ek_reader_question workspace = {
		"SELECT value FROM server_settings WHERE name = 'languages'", NULL, 0};
	bool ok = t->self.v == 0 || ek_reader_each(t->reader, &person, take_person, &p, &err);
	if (p.language == UNSAID)
		p.language = ek_accept_language(ek_http_header(t->http, "Accept-Language"), names,
						LANGUAGES);
	if (p.language == UNSAID && ok)
		ok = ek_reader_each(t->reader, &workspace, take_workspace, &p, &err);
	p.language = p.language == UNSAID ? 0 : p.language;
	return p;
}

/* ---- answering */

/* With what every page of the UI says. */
static void send(struct ek_turn *t, struct ek_outside_answer *a)
{
	ek_outside_add(a, "Content-Security-Policy", POLICY);
	ek_outside_add(a, "Permissions-Policy", "camera=(), microphone=()");
	ek_assert(a->reply.header_count + EK_TURN_SAFE <= EK_OUTSIDE_HEADERS);
	a->reply.header_count += ek_turn_safe(t, a->fields + a->reply.header_count);
	/* It stays until the server ends. */
	a->reply.is_lasting = true;
	ek_outside_send(t, a);
}

static void send_file(struct ek_turn *t, const struct ek_pack_file *f)
{
	struct ek_outside_answer a = ek_outside_of_file(t, f);
	/* What bears the hash of its content in its name never changes. */
	ek_outside_add(&a, "Cache-Control",
		       begins(f->path, ASSETS) ? "public, max-age=31536000, immutable"
					       : "no-cache");
	send(t, &a);
}

static void send_page(struct ek_turn *t, const struct preferences *p)
{
	struct ek_outside_answer a = {.reply = {.status = 200, .type = "text/html; charset=utf-8"}};
	a.reply.body = t->api->site->pages[p->language][p->theme];
	ek_outside_add(&a, "Cache-Control", "no-store");
	send(t, &a);
}

const struct ek_pack_file *ek_outside_file(const struct ek_api *api, const char *path)
{
	return ek_pack_find(api->site->pack, (ek_str){path, (uint32_t)strlen(path)});
}

bool ek_outside_web(struct ek_turn *t)
{
	ek_str path = t->http->path;
	struct ek_err err;
	if (path.n == 0 || path.p[0] != '/' || is_reserved(path))
		return false;
	bool is_index = ek_str_is(path, INDEX);
	const struct ek_pack_file *file = is_index ? NULL : ek_pack_find(t->api->site->pack, path);
	if (file == NULL && !is_index && !is_place(path)) {
		ek_turn_refuse(t, EK_PROBLEM_NOT_FOUND, NULL);
		return true;
	}
	if (!ek_str_is(t->http->method, "GET") && !ek_str_is(t->http->method, "HEAD")) {
		ek_format(t->match.allow, sizeof t->match.allow, "GET, HEAD");
		ek_turn_refuse(t, EK_PROBLEM_METHOD_NOT_ALLOWED, NULL);
		return true;
	}
	struct preferences p = {0, 0};
	/* Without a store everybody is nobody. */
	bool ok = ek_reader_begin(t->reader, &err);
	bool is_allowed = ek_caller_look(t);
	if (ok && is_allowed && file == NULL)
		p = find_preferences(t);
	ek_reader_end(t->reader);
	if (!is_allowed)
		ek_turn_reply(t, 0);
	else if (file != NULL)
		send_file(t, file);
	else
		send_page(t, &p);
	return true;
}
