/* Who is there: addresses in one form, and the one that a listed proxy speaks for. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/http_state.h"

static void text_of_v6(const struct in6_addr *a, char *out)
{
	if (IN6_IS_ADDR_V4MAPPED(a))
		(void)inet_ntop(AF_INET, &a->s6_addr[12], out, EK_HTTP_ADDRESS);
	else
		(void)inet_ntop(AF_INET6, a, out, EK_HTTP_ADDRESS);
}

void ek_http_peer_text(const void *address, char *out)
{
	const struct sockaddr *a = address;
	out[0] = '\0';
	if (a->sa_family == AF_INET)
		(void)inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, out,
				EK_HTTP_ADDRESS);
	else if (a->sa_family == AF_INET6)
		text_of_v6(&((const struct sockaddr_in6 *)address)->sin6_addr, out);
}

bool ek_http_peer_normal(ek_str text, char *out)
{
	char ended[EK_HTTP_ADDRESS];
	unsigned char bytes[sizeof(struct in6_addr)];
	out[0] = '\0';
	if (text.n == 0 || text.n >= sizeof ended || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(ended, text.p, text.n);
	ended[text.n] = '\0';
	if (inet_pton(AF_INET, ended, bytes) == 1)
		return inet_ntop(AF_INET, bytes, out, EK_HTTP_ADDRESS) != NULL;
	struct in6_addr six;
	if (inet_pton(AF_INET6, ended, &six) != 1)
		return false;
	text_of_v6(&six, out);
	return true;
}

bool ek_http_peer_is_proxy(const struct ek_http *h, const char *peer)
{
	for (uint32_t i = 0; i < h->options.proxy_count; i++)
		if (strcmp(h->proxies[i], peer) == 0)
			return true;
	return false;
}

/* Goes through one X-Forwarded-For from its end, where the nearest proxy wrote. True: found, or
 * nothing further may be believed. */
static bool walk_back(const struct ek_http *h, ek_str list, char *peer)
{
	while (list.n > 0) {
		uint32_t from = list.n;
		while (from > 0 && list.p[from - 1] != ',')
			from--;
		char one[EK_HTTP_ADDRESS];
		if (!ek_http_peer_normal(ek_str_trimmed((ek_str){list.p + from, list.n - from}),
					 one))
			return true;
		memcpy(peer, one, sizeof one);
		if (!ek_http_peer_is_proxy(h, one))
			return true;
		list.n = from > 0 ? from - 1 : 0;
	}
	return false;
}

bool ek_http_peer_find(const struct ek_http_conn *c, struct ek_http_request *r)
{
	char peer[EK_HTTP_ADDRESS];
	memcpy(peer, c->peer, sizeof peer);
	r->is_secure = c->http->options.cert != NULL;
	bool is_found = !c->is_proxy;
	for (uint32_t i = r->header_count; c->is_proxy && i-- > 0;) {
		const struct ek_http_pair *h = &r->headers[i];
		if (!is_found && ek_http_head_same(h->name, "x-forwarded-for"))
			is_found = walk_back(c->http, h->value, peer);
	}
	if (c->is_proxy && ek_http_head_same(ek_http_header(r, "x-forwarded-proto"), "https"))
		r->is_secure = true;
	bool ok;
	r->peer = ek_arena_str(&r->arena, (ek_str){peer, (uint32_t)strlen(peer)}, &ok);
	return ok;
}
