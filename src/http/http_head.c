/* The head of a request: is it what HTTP says, byte for byte?
 *
 * libmicrohttpd 0.9.75 takes bare line feeds for line ends, joins folded lines, skips spaces in the
 * request line, and cuts values at a NUL, and tells nobody. But it parses in place: it only puts
 * zeros where separators were. So what it accepted can be laid beside what a strict request of
 * these names and values looks like: every part must lie exactly where it would, and the whole must
 * have the size that the library counted. A line that ends in a bare line feed is one byte short; a
 * value cut at a NUL leaves a gap; a folded line is elsewhere altogether. (One thing is left: NUL
 * LF for CR LF looks the same. No line can be hidden with it.)
 * The proof is for this version alone, which ek_http_open checks. */
#include "http/http_state.h"

static const char *const methods[EK_HTTP_ALLOWED_METHODS] = {"GET",    "POST", "PUT",    "PATCH",
							     "DELETE", "HEAD", "OPTIONS"};

static const struct ek_http_refusal malformed = {400, "malformed", 0};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* name: in lower case. */
bool ek_http_head_same(ek_str a, const char *name)
{
	uint32_t i = 0;
	for (; i < a.n; i++)
		if (name[i] == '\0' || lower(a.p[i]) != name[i])
			return false;
	return a.p != NULL && name[i] == '\0';
}

ek_str ek_http_header(const struct ek_http_request *r, const char *name)
{
	uint32_t n = (uint32_t)strlen(name);
	for (uint32_t i = 0; i < r->header_count; i++) {
		ek_str have = r->headers[i].name;
		uint32_t j = 0;
		while (have.n == n && j < n && lower(have.p[j]) == lower(name[j]))
			j++;
		if (have.n == n && j == n)
			return r->headers[i].value;
	}
	return (ek_str){NULL, 0};
}

static bool is_token(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = lower(p[i]);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
			continue;
		if (c == '\0' || strchr("!#$%&'*+.^_`|~", c) == NULL)
			return false;
	}
	return n > 0;
}

static bool is_value(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

struct walk {
	struct ek_http_pair *out;
	uint32_t n, max;
	const char *base; /* the library's copy of the head, and how long it is */
	size_t size;
	const char *copy; /* ours */
	size_t at;        /* where the next line must begin */
	bool is_strict;
};

/* One header: must begin at w->at; sets where the next must. */
static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	(void)kind;
	struct walk *w = ctx;
	w->is_strict = false;
	if (value == NULL)
		return MHD_NO;
	size_t name_n = strlen(name), value_n = strlen(value);
	if (w->n == w->max || (uintptr_t)name != (uintptr_t)w->base + w->at)
		return MHD_NO;
	size_t value_at = (size_t)((uintptr_t)value - (uintptr_t)w->base);
	size_t gap_at = w->at + name_n + 1;
	if (value_at < gap_at || value_at > w->size || value_n > w->size - value_at)
		return MHD_NO;
	for (size_t i = gap_at; i < value_at; i++)
		if (w->copy[i] != ' ' && w->copy[i] != '\t')
			return MHD_NO;
	if (!is_token(name, name_n) || !is_value(value, value_n))
		return MHD_NO;
	w->is_strict = true;
	ek_str v = {w->copy + value_at, (uint32_t)value_n};
	while (v.n > 0 && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
		v.n--;
	w->out[w->n++] = (struct ek_http_pair){{w->copy + w->at, (uint32_t)name_n}, v};
	w->at = value_at + value_n + 2;
	return MHD_YES;
}

/* Copies the head into the turn: what the handler holds must outlive the connection. */
static char *copy_head(struct ek_http_conn *c, struct ek_http_turn *t, const char *base,
		       size_t size)
{
	char *copy = ek_arena_get(&t->request.arena, size);
	if (copy == NULL)
		return NULL;
	memcpy(copy, base, size);
	if (c->query_at != 0) {
		size_t at = (size_t)(c->address - base) + c->query_at;
		copy[at - 1] = '?';
		copy[at] = c->query_first;
	}
	return copy;
}

static struct ek_http_refusal read_lines(struct ek_http_conn *c, struct ek_http_turn *t,
					 struct walk *w, const char *version)
{
	const struct ek_http_limits *l = &c->http->options.limits;
	struct ek_http_request *r = &t->request;
	size_t method_n = strlen(w->base);
	size_t version_at = method_n + 1 + c->address_n + 1;
	size_t version_n = strlen(version);
	w->at = version_at + version_n + 2;
	if (w->size < w->at || c->address != w->base + method_n + 1 ||
	    version != w->base + version_at)
		return malformed;
	if (w->size - w->at > l->header_bytes)
		return (struct ek_http_refusal){431, "too_large", 0};
	int lines = MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, NULL, NULL);
	if (lines < 0 || (uint32_t)lines > l->header_lines)
		return (struct ek_http_refusal){431, "too_large", 0};
	w->max = (uint32_t)lines;
	w->out = ek_arena_get(&r->arena, sizeof *w->out * (w->max + 1));
	char *copy = copy_head(c, t, w->base, w->size);
	w->copy = copy;
	if (w->out == NULL || copy == NULL)
		return (struct ek_http_refusal){503, "unavailable", 0};
	w->is_strict = true;
	(void)MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, see_header, w);
	if (!w->is_strict || w->n != w->max || w->at + 2 != w->size)
		return malformed;
	r->headers = w->out;
	r->header_count = w->n;
	r->method = (ek_str){copy, (uint32_t)method_n};
	r->path = (ek_str){copy + method_n + 1, c->address_n};
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return (struct ek_http_refusal){505, "unsupported", 0};
	return (struct ek_http_refusal){0};
}

/* The headers of that name: how many, and the last one. */
static uint32_t count(const struct ek_http_request *r, const char *name, ek_str *value)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < r->header_count; i++)
		if (ek_http_head_same(r->headers[i].name, name)) {
			*value = r->headers[i].value;
			n++;
		}
	return n;
}

static bool is_host(ek_str host)
{
	for (uint32_t i = 0; i < host.n; i++) {
		char c = lower(host.p[i]);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) &&
		    (c == '\0' || strchr("-._:[]%~", c) == NULL))
			return false;
	}
	return true;
}

/* Absolute form: leaves what follows the authority, which must be the Host. */
static bool cut_authority(ek_str *target, ek_str host)
{
	ek_str rest = *target;
	uint32_t scheme = rest.n >= 8 && memcmp(rest.p, "https://", 8) == 0  ? 8
			  : rest.n >= 7 && memcmp(rest.p, "http://", 7) == 0 ? 7
									     : 0;
	uint32_t end = scheme;
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	if (scheme == 0 || end - scheme != host.n || host.n == 0)
		return false;
	for (uint32_t i = 0; i < host.n; i++)
		if (lower(rest.p[scheme + i]) != lower(host.p[i]))
			return false;
	*target = (ek_str){rest.p + end, rest.n - end};
	return true;
}

/* Splits the address, whose bytes are all visible ASCII, into path and query. */
static bool read_address(struct ek_http_request *r, ek_str host)
{
	ek_str a = r->path;
	for (uint32_t i = 0; i < a.n; i++)
		if (a.p[i] <= 0x20 || a.p[i] >= 0x7f || a.p[i] == '#')
			return false;
	if (a.n == 0)
		return false;
	if (ek_str_is(a, "*")) {
		r->query = (ek_str){"", 0};
		return ek_str_is(r->method, "OPTIONS");
	}
	if (a.p[0] != '/' && !cut_authority(&a, host))
		return false;
	const char *q = a.n > 0 ? memchr(a.p, '?', a.n) : NULL;
	uint32_t path_n = q == NULL ? a.n : (uint32_t)(q - a.p);
	r->query = q == NULL ? (ek_str){"", 0} : (ek_str){q + 1, a.n - path_n - 1};
	r->path = path_n > 0 ? (ek_str){a.p, path_n} : EK_S("/");
	return true;
}

/* Where the body ends: RFC 9112 section 6, without its leniencies. */
static bool read_framing(struct ek_http_turn *t, bool is_1_0)
{
	const struct ek_http_request *r = &t->request;
	ek_str length = {NULL, 0}, coding = {NULL, 0}, other = {NULL, 0};
	uint32_t lengths = count(r, "content-length", &length);
	uint32_t codings = count(r, "transfer-encoding", &coding);
	/* Some servers in front read '_' as '-'. */
	if (count(r, "content_length", &other) + count(r, "transfer_encoding", &other) > 0)
		return false;
	if (lengths + codings > 1)
		return false;
	if (codings == 1) {
		t->is_chunked = true;
		t->is_close = true;
		return !is_1_0 && ek_str_is(coding, "chunked");
	}
	if (lengths == 1 && (length.n < 1 || length.n > 15))
		return false;
	for (uint32_t i = 0; i < length.n; i++) {
		if (length.p[i] < '0' || length.p[i] > '9')
			return false;
		t->declared = t->declared * 10 + (size_t)(length.p[i] - '0');
	}
	return true;
}

static bool is_known_method(ek_str method)
{
	for (size_t i = 0; i < EK_LEN(methods); i++)
		if (ek_str_is(method, methods[i]))
			return true;
	return false;
}

/* What is well formed, but not done here. */
static struct ek_http_refusal judge(struct ek_http_turn *t, bool *is_hard)
{
	const struct ek_http_request *r = &t->request;
	ek_str v = {NULL, 0};
	*is_hard = true;
	/* An offer of HTTP/2 without TLS, which some clients always make, is passed over. */
	if (count(r, "upgrade", &v) > 0 && !ek_http_head_same(v, "h2c"))
		return (struct ek_http_refusal){501, "unsupported", 0};
	if (count(r, "expect", &v) > 0 && !ek_http_head_same(v, "100-continue"))
		return (struct ek_http_refusal){417, "unsupported", 0};
	*is_hard = false;
	if (!is_known_method(r->method))
		return (struct ek_http_refusal){405, "method_not_allowed", 0};
	if (count(r, "content-encoding", &v) > 0 && !ek_http_head_same(v, "identity"))
		return (struct ek_http_refusal){415, "unsupported_media_type", 0};
	return (struct ek_http_refusal){0};
}

struct ek_http_refusal ek_http_head_read(struct ek_http_conn *c, struct ek_http_turn *t,
					 const char *method, const char *version, bool *is_hard)
{
	struct ek_http_request *r = &t->request;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct walk w = {.base = method, .size = info == NULL ? 0 : info->header_size};
	*is_hard = true;
	atomic_fetch_add_explicit(&c->http->bytes_in, w.size, memory_order_relaxed);
	if (c->address_n > c->http->options.limits.address_bytes)
		return (struct ek_http_refusal){414, "too_large", 0};
	struct ek_http_refusal why = read_lines(c, t, &w, version);
	if (why.status != 0)
		return why;
	bool is_1_0 = version[7] == '0';
	ek_str host = {NULL, 0};
	uint32_t hosts = count(r, "host", &host);
	if (hosts > 1 || (hosts == 0 && !is_1_0) || !is_host(host))
		return malformed;
	if (!is_token(r->method.p, r->method.n) || !read_address(r, host) ||
	    !read_framing(t, is_1_0))
		return malformed;
	if (!ek_http_peer_find(c, r))
		return (struct ek_http_refusal){503, "unavailable", 0};
	return judge(t, is_hard);
}
