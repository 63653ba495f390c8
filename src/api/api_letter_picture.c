/* Pictures of a letter's page: signed addresses, and what they show. */
#include <string.h>

#include "api/api_letter_state.h"
#include "api/api_state.h"
#include "auth/secret.h"
#include "model/limits.h"

/* mac, expires_ms (8), sign-in (4), token (4), attachment (8), url; numbers big-endian. */
enum { MAC = 16, HEAD = MAC + 24, BYTES_MAX = HEAD + EK_API_LETTER_URL };

bool ek_api_letter_is_picture(ek_str type)
{
	return ek_str_is(type, "image/png") || ek_str_is(type, "image/jpeg") ||
	       ek_str_is(type, "image/webp") || ek_str_is(type, "image/gif");
}

/* ---- signed addresses */

static void put_number(uint8_t *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
}

static uint64_t number(const uint8_t *p, int bytes)
{
	uint64_t v = 0;
	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static void sign(const struct ek_api *api, const uint8_t *bytes, size_t n, uint8_t mac[MAC])
{
	uint8_t all[EK_HASH_BYTES];
	ek_hash_hmac(api->letters->key, sizeof api->letters->key, bytes + MAC, n - MAC, all);
	memcpy(mac, all, MAC);
}

size_t ek_api_letter_pass(const struct ek_turn *t, const struct ek_api_letter_picture *picture,
			  char out[EK_API_LETTER_PASS])
{
	uint8_t bytes[BYTES_MAX];
	size_t n = HEAD;
	put_number(bytes + MAC, (uint64_t)(t->now.ms + EK_API_LETTER_PASS_MS), 8);
	put_number(bytes + MAC + 8, t->sign_in, 4);
	put_number(bytes + MAC + 12, t->token, 4);
	put_number(bytes + MAC + 16, (uint64_t)picture->attachment, 8);
	if (picture->attachment == 0) {
		if (picture->url.n > EK_API_LETTER_URL)
			return 0;
		memcpy(bytes + HEAD, picture->url.p, picture->url.n);
		n += picture->url.n;
	}
	sign(t->api, bytes, n, bytes);
	return ek_secret_base64url(bytes, n, out, EK_API_LETTER_PASS);
}

struct showing {
	uint8_t bytes[BYTES_MAX];
	size_t n;
	int64_t attachment;
	ek_str url;
	ek_str place;
	const char *type;
};

/* Ours, not over, and whoever it was given to is still signed in. */
static bool is_good(struct ek_turn *t, ek_str pass, struct showing *s)
{
	uint8_t mac[MAC];
	struct ek_may_actor actor;
	if (!ek_secret_base64url_read(pass, s->bytes, sizeof s->bytes, &s->n) || s->n < HEAD)
		return false;
	sign(t->api, s->bytes, s->n, mac);
	if (!ek_secret_equal(mac, s->bytes, MAC) || (int64_t)number(s->bytes + MAC, 8) < t->now.ms)
		return false;
	s->attachment = (int64_t)number(s->bytes + MAC + 16, 8);
	s->url = (ek_str){(const char *)s->bytes + HEAD, (uint32_t)(s->n - HEAD)};
	const struct ek_caller_ask ask = {(uint32_t)number(s->bytes + MAC + 8, 4),
					  (uint32_t)number(s->bytes + MAC + 12, 4), t->now};
	return ek_caller_again(t->reader, &ask, t->arena, &actor);
}

/* ---- answers */

static void answer(struct ek_turn *t, const char *type)
{
	t->is_for_frames = true;
	if (type != NULL) {
		t->type = type;
		t->policy = "sandbox; default-src 'none'";
		t->cache = "private, max-age=300";
	} else {
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	}
	ek_turn_reply(t, 200);
}

/* What came with the mail. */
static void send_file(struct ek_turn *t, struct ek_worker *w)
{
	const struct showing *s = t->state;
	const struct ek_api_attachments_file file = {EK_API_ATTACHMENTS_DIRECTORY, s->place,
						     EK_LIMIT_ATTACHMENT_BYTES};
	struct ek_disk_bytes bytes = {NULL, 0};
	struct ek_err err;
	(void)w;
	bool ok = ek_api_attachments_read(t, &file, &bytes, &err);
	if (ok) {
		ek_json_plain(&t->out, (ek_str){(const char *)bytes.p, (uint32_t)bytes.n});
		ek_alloc_free(&t->out.alloc, bytes.p, bytes.n > 0 ? bytes.n : 1);
	}
	answer(t, ok ? s->type : NULL);
}

static void show_file(struct ek_turn *t, struct showing *s)
{
	const struct ek_views_value *row = NULL;
	bool found = false;
	bool ok = ek_turn_row(t, EK_CONTENT_ATTACHMENTS, s->attachment, &row, &found) && found &&
		  row[EK_CONTENT_ATTACHMENTS_PART].kind == EK_VIEWS_INT;
	if (!ok) {
		answer(t, NULL);
		return;
	}
	s->place = ek_turn_text(&row[EK_CONTENT_ATTACHMENTS_PLACE]);
	s->type = ek_api_attachments_type(ek_turn_text(&row[EK_CONTENT_ATTACHMENTS_TYPE]));
	ek_worker_submit(t->api->letters->worker, t, send_file);
}

/* By the first bytes: what the other side calls it is not asked. NULL = no picture of the list. */
static const char *type_of(ek_str s)
{
	static const struct {
		const char *begins;
		const char *type;
	} all[] = {{"\x89PNG\r\n\x1a\n", "image/png"},
		   {"\xff\xd8\xff", "image/jpeg"},
		   {"GIF87a", "image/gif"},
		   {"GIF89a", "image/gif"}};
	for (size_t i = 0; i < EK_LEN(all); i++) {
		const size_t n = strlen(all[i].begins);
		if (s.n > n && memcmp(s.p, all[i].begins, n) == 0)
			return all[i].type;
	}
	bool is_webp = s.n > 12 && memcmp(s.p, "RIFF", 4) == 0 && memcmp(s.p + 8, "WEBP", 4) == 0;
	return is_webp ? "image/webp" : NULL;
}

/* On the fetch's thread. */
static void fetched(void *ctx, const struct ek_fetch_answer *a)
{
	struct ek_turn *t = ctx;
	const char *type =
		a->outcome == EK_FETCH_ANSWERED && a->status == 200 ? type_of(a->body) : NULL;
	if (type != NULL)
		ek_json_plain(&t->out, a->body);
	answer(t, type);
}

static void show_remote(struct ek_turn *t, const struct showing *s)
{
	struct ek_api_letters *l = t->api->letters;
	struct ek_err err;
	const struct ek_fetch_request request = {
		.url = s->url,
		.headers = EK_S("Accept: image/png, image/jpeg, image/webp, image/gif\n"),
		.keep = EK_FETCH_BYTES,
		.hops = EK_FETCH_HOPS,
		.nets = l->nets,
		.net_count = l->net_count,
		.done = fetched,
		.ctx = t,
	};
	t->reader = NULL;
	if (!ek_fetch_ask(l->fetch, &request, &err))
		answer(t, NULL);
}

bool ek_api_letter_handle(struct ek_turn *t)
{
	const ek_str prefix = EK_S(EK_API_LETTER_PICTURES);
	const ek_str path = t->http->path;
	if (path.n < prefix.n || memcmp(path.p, prefix.p, prefix.n) != 0)
		return false;
	struct showing *s = EK_TURN_NEW(t, struct showing);
	const ek_str pass = {path.p + prefix.n, path.n - prefix.n};
	t->state = s;
	if (s == NULL || !is_good(t, pass, s))
		answer(t, NULL);
	else if (s->attachment != 0)
		show_file(t, s);
	else
		show_remote(t, s);
	return true;
}
