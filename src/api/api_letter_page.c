/* A mail with its formatting, for a frame of its own: nothing runs in it, and the only thing that
 * it may load are pictures of ours. */
#include <string.h>

#include "api/api_letter_state.h"
#include "api/outside.h"
#include "http/http.h"
#include "sys/hash.h"

enum { POLICY = 512, HOST_MAX = 256 };

#define STYLE \
	"<style>html{background:#fff;color:#1b1b1f;font:15px/1.5 system-ui,sans-serif}" \
	"body{margin:12px;overflow-wrap:anywhere}img{max-width:100%;height:auto}" \
	"img:not([src]){outline:1px dashed #8a8a94;min-width:1em;min-height:1em}" \
	"table{max-width:100%}pre{white-space:pre-wrap}" \
	"blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:3px solid #c8c8d0}" \
	"</style>"

/* As the cleaner writes a text; out is not ended. Returns its length, or more than cap. */
static size_t unescape(ek_str s, char *out, size_t cap)
{
	static const struct {
		const char *name;
		char is;
	} all[] = {{"&amp;", '&'}, {"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}};
	size_t n = 0;
	for (uint32_t i = 0; i < s.n;) {
		char c = s.p[i];
		uint32_t step = 1;
		for (size_t k = 0; c == '&' && step == 1 && k < EK_LEN(all); k++) {
			const size_t len = strlen(all[k].name);
			if (s.n - i >= len && memcmp(s.p + i, all[k].name, len) == 0) {
				c = all[k].is;
				step = (uint32_t)len;
			}
		}
		if (n < cap)
			out[n] = c;
		n++;
		i += step;
	}
	return n;
}

/* The file that a part keeps of what the mail calls by that id: told by its bytes. 0 = none. */
static int64_t find_file(const struct ek_api_letter *l, ek_str cid)
{
	uint8_t hash[EK_HASH_BYTES];
	const struct ek_mail_attachment *a = NULL;
	for (uint32_t i = 0; a == NULL && i < l->mail.attachment_count; i++) {
		if (ek_str_equal(l->mail.attachments[i].content_id, cid))
			a = &l->mail.attachments[i];
	}
	if (a == NULL || a->content_id.n == 0)
		return 0;
	ek_hash_once(a->bytes.p, a->bytes.n, hash);
	for (uint32_t i = 0; i < l->files.n; i++) {
		const struct ek_views_value *v =
			l->files.rows + (size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH;
		const struct ek_views_value *of = &v[EK_CONTENT_ATTACHMENTS_HASH];
		const ek_str type = {v[EK_CONTENT_ATTACHMENTS_TYPE].p,
				     v[EK_CONTENT_ATTACHMENTS_TYPE].n};
		if (of->kind == EK_VIEWS_BLOB && of->n == sizeof hash &&
		    memcmp(of->p, hash, sizeof hash) == 0 && ek_api_letter_is_picture(type))
			return v[EK_CONTENT_ATTACHMENTS_ATTACHMENT].i;
	}
	return 0;
}

static void put_picture(struct ek_turn *t, const struct ek_api_letter *l, bool is_remote,
			ek_str value)
{
	char text[EK_API_LETTER_URL];
	char pass[EK_API_LETTER_PASS];
	size_t n = unescape(value, text, sizeof text);
	struct ek_api_letter_picture picture = {0, {text, (uint32_t)n}};
	if (n == 0 || n > sizeof text || (is_remote && !l->with_remote))
		return;
	if (!is_remote) {
		picture.attachment = find_file(l, picture.url);
		if (picture.attachment == 0)
			return;
	}
	if (ek_api_letter_pass(t, &picture, pass) == 0)
		return;
	ek_outside_put(t, " src=\"" EK_API_LETTER_PICTURES);
	ek_outside_put(t, pass);
	ek_outside_put(t, "\"");
}

/* The attributes that say where a picture would be; of a text every quote is escaped, so that
 * nothing else looks so. */
static void put_html(struct ek_turn *t, const struct ek_api_letter *l)
{
	const ek_str remote = EK_S(" data-ek-src=\"");
	const ek_str inside = EK_S(" data-ek-cid=\"");
	const ek_str s = l->mail.html;
	uint32_t from = 0;
	for (uint32_t i = 0; i + remote.n < s.n;) {
		bool is_remote = memcmp(s.p + i, remote.p, remote.n) == 0;
		bool is_inside = !is_remote && memcmp(s.p + i, inside.p, inside.n) == 0;
		const uint32_t begin = i + (is_remote ? remote.n : inside.n);
		const char *end =
			is_remote || is_inside ? memchr(s.p + begin, '"', s.n - begin) : NULL;
		if (end == NULL) {
			i++;
			continue;
		}
		const uint32_t n = (uint32_t)(end - s.p) - begin;
		ek_json_plain(&t->out, (ek_str){s.p + from, i - from});
		put_picture(t, l, is_remote, (ek_str){s.p + begin, n});
		i = from = begin + n + 1;
	}
	ek_json_plain(&t->out, (ek_str){s.p + from, s.n - from});
}

/* A frame without an origin is 'self' to nobody: pictures are allowed by the server's name, as the
 * browser called it (http.h lets no other characters into a Host). */
static const char *policy(struct ek_turn *t)
{
	char *out = ek_turn_get(t, POLICY);
	char host[HOST_MAX] = "";
	const ek_str name = ek_http_header(t->http, "Host");
	if (out == NULL)
		return NULL;
	if (name.n > 0 && name.n < sizeof host) {
		memcpy(host, name.p, name.n);
		host[name.n] = 0;
	}
	ek_format(out, POLICY,
		  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
		  "style-src 'unsafe-inline'; img-src %s://%s/i/; base-uri 'none'; "
		  "form-action 'none'; frame-ancestors 'self'",
		  t->http->is_secure ? "https" : "http", host);
	return out;
}

void ek_api_letter_write_page(struct ek_turn *t, const struct ek_api_letter *l)
{
	t->type = "text/html; charset=utf-8";
	t->policy = policy(t);
	t->cache = "private, no-store";
	ek_outside_put(t,
		       "<!doctype html><html><head><meta charset=\"utf-8\"><title>-</title>" STYLE
		       "</head><body dir=\"auto\">");
	put_html(t, l);
	ek_outside_put(t, "</body></html>");
}
