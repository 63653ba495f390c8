/* Networks of a token: addresses with or without the length of a prefix. */
#include "api/caller.h"

#include <arpa/inet.h>
#include <string.h>

struct address {
	uint8_t v[16]; /* IPv4 as ::ffff:a.b.c.d */
};

static bool read_address(const char *text, struct address *out, uint32_t *prefix)
{
	uint8_t four[4];
	*prefix = 0;
	if (inet_pton(AF_INET6, text, out->v) == 1)
		return true;
	if (inet_pton(AF_INET, text, four) != 1)
		return false;
	memset(out->v, 0, 10);
	memset(out->v + 10, 0xff, 2);
	memcpy(out->v + 12, four, sizeof four);
	*prefix = 96;
	return true;
}

static bool is_inside(const struct address *a, const struct address *net, uint32_t bits)
{
	for (uint32_t i = 0; i < bits; i++) {
		if (((a->v[i / 8] ^ net->v[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	}
	return true;
}

/* Cuts text at a slash. bits: of the IPv6 form; false when it is no network. */
static bool read_network(char *text, struct address *net, uint32_t *bits)
{
	uint32_t before;
	uint32_t length = 0;
	char *slash = strchr(text, '/');
	if (slash != NULL)
		*slash = 0;
	if (!read_address(text, net, &before))
		return false;
	*bits = 128;
	if (slash == NULL)
		return true;
	const char *p = slash + 1;
	for (; *p >= '0' && *p <= '9' && length <= 128; p++)
		length = length * 10 + (uint32_t)(*p - '0');
	*bits = before + length;
	return p != slash + 1 && *p == 0 && *bits <= 128;
}

static bool is_in(const struct address *a, char *text)
{
	struct address net;
	uint32_t bits;
	return read_network(text, &net, &bits) && is_inside(a, &net, bits);
}

bool ek_caller_is_network(ek_str text)
{
	char copy[INET6_ADDRSTRLEN + 8];
	struct address net;
	uint32_t bits;
	if (text.n >= sizeof copy)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	return read_network(copy, &net, &bits);
}

bool ek_caller_is_near(ek_str peer, ek_str networks)
{
	char text[INET6_ADDRSTRLEN + 8];
	struct address a;
	uint32_t ignored;
	if (peer.n >= sizeof text)
		return false;
	memcpy(text, peer.p, peer.n);
	text[peer.n] = 0;
	if (!read_address(text, &a, &ignored))
		return false;
	uint32_t n = 0;
	bool inside = false;
	for (uint32_t i = 0; i < networks.n; i++) {
		if (networks.p[i] != '"') {
			if (inside && n + 1 < sizeof text)
				text[n++] = networks.p[i];
			continue;
		}
		text[n] = 0;
		if (inside && is_in(&a, text))
			return true;
		inside = !inside;
		n = 0;
	}
	return false;
}
