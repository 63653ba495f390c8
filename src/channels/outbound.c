#include "channels/outbound.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ---- reading */

struct ek_outbound_address ek_outbound_v4(const uint8_t v[4])
{
	struct ek_outbound_address a;
	memcpy(a.v, mapped, sizeof mapped);
	memcpy(a.v + sizeof mapped, v, 4);
	return a;
}

static bool is_v4(const struct ek_outbound_address *a)
{
	return memcmp(a->v, mapped, sizeof mapped) == 0;
}

bool ek_outbound_read(ek_str text, struct ek_outbound_address *out)
{
	char s[EK_OUTBOUND_TEXT];
	uint8_t v4[4];
	if (text.n == 0 || text.n >= sizeof s || memchr(text.p, 0, text.n) != NULL)
		return false;
	memcpy(s, text.p, text.n);
	s[text.n] = 0;
	if (inet_pton(AF_INET, s, v4) == 1) {
		*out = ek_outbound_v4(v4);
		return true;
	}
	return inet_pton(AF_INET6, s, out->v) == 1;
}

bool ek_outbound_of(const struct sockaddr *to, struct ek_outbound_address *out, uint16_t *port)
{
	if (to->sa_family == AF_INET) {
		struct sockaddr_in in;
		uint8_t v4[4];
		memcpy(&in, (const void *)to, sizeof in);
		memcpy(v4, &in.sin_addr, sizeof v4);
		*out = ek_outbound_v4(v4);
		*port = ntohs(in.sin_port);
		return true;
	}
	if (to->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, (const void *)to, sizeof in6);
		memcpy(out->v, &in6.sin6_addr, sizeof out->v);
		*port = ntohs(in6.sin6_port);
		return true;
	}
	return false;
}

static bool read_bits(ek_str text, uint32_t *out)
{
	uint32_t n = 0;
	bool ok = text.n > 0 && text.n <= 3 && (text.p[0] != '0' || text.n == 1);
	for (uint32_t i = 0; ok && i < text.n; i++) {
		ok = text.p[i] >= '0' && text.p[i] <= '9';
		n = n * 10 + (uint32_t)(uint8_t)text.p[i] - '0';
	}
	*out = n;
	return ok;
}

static bool is_bit(const struct ek_outbound_address *a, uint32_t i)
{
	return (a->v[i / 8] >> (7 - i % 8) & 1) != 0;
}

bool ek_outbound_net_read(ek_str text, struct ek_outbound_net *out)
{
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	ek_str address = {text.p, slash == NULL ? text.n : (uint32_t)(slash - text.p)};
	uint32_t wide = 128;
	if (!ek_outbound_read(address, &out->first))
		return false;
	bool short_form = memchr(address.p, ':', address.n) == NULL;
	out->bits = wide;
	if (slash != NULL) {
		ek_str bits = {slash + 1, text.n - address.n - 1};
		if (!read_bits(bits, &out->bits) || out->bits > (short_form ? 32 : wide))
			return false;
		out->bits += short_form ? 96 : 0;
	}
	for (uint32_t i = out->bits; i < wide; i++)
		if (is_bit(&out->first, i))
			return false;
	return true;
}

/* Inside a text the quotes have strokes before them, so that the key is found as a key alone. */
void ek_outbound_list_read(ek_str json, struct ek_outbound_list *out)
{
	static const char key[] = "\"network\":\"";
	const size_t n = sizeof key - 1;
	const char *p = json.p;
	const char *end = json.p + json.n;
	memset(out, 0, sizeof *out);
	while (json.n > 0 && out->n < EK_OUTBOUND_NETS &&
	       (p = memmem(p, (size_t)(end - p), key, n)) != NULL) {
		p += n;
		const char *quote = memchr(p, '"', (size_t)(end - p));
		if (quote == NULL)
			return;
		const ek_str text = {p, (uint32_t)(quote - p)};
		out->n += ek_outbound_net_read(text, &out->v[out->n]);
		p = quote;
	}
}

/* ---- judging */

struct range {
	uint8_t first[EK_OUTBOUND_BYTES];
	uint8_t bits;
};

static bool is_within(const uint8_t *first, uint32_t bits, const uint8_t *a)
{
	uint32_t whole = bits / 8;
	if (memcmp(first, a, whole) != 0)
		return false;
	uint32_t rest = bits % 8;
	return rest == 0 || ((first[whole] ^ a[whole]) >> (8 - rest)) == 0;
}

static bool is_among(const struct range *ranges, size_t n, const uint8_t *a)
{
	for (size_t i = 0; i < n; i++)
		if (is_within(ranges[i].first, ranges[i].bits, a))
			return true;
	return false;
}

/* IPv4: what is not globally reachable, and what no service of its own answers at. */
static bool is_global_v4(const uint8_t *a)
{
	static const struct range closed[] = {
		{{0}, 8},             /* this network */
		{{10}, 8},            /* private use */
		{{100, 64}, 10},      /* shared, of providers */
		{{127}, 8},           /* loopback */
		{{169, 254}, 16},     /* link local; metadata of clouds */
		{{172, 16}, 12},      /* private use */
		{{192, 0, 0}, 24},    /* protocol assignments */
		{{192, 0, 2}, 24},    /* documentation */
		{{192, 31, 196}, 24}, /* AS112 */
		{{192, 52, 193}, 24}, /* AMT */
		{{192, 88, 99}, 24},  /* 6to4 relays, given up */
		{{192, 168}, 16},     /* private use */
		{{192, 175, 48}, 24}, /* AS112 */
		{{198, 18}, 15},      /* benchmarks */
		{{198, 51, 100}, 24}, /* documentation */
		{{203, 0, 113}, 24},  /* documentation */
		{{224}, 4},           /* multicast */
		{{240}, 4},           /* reserved, and broadcast */
	};
	return !is_among(closed, EK_LEN(closed), a);
}

/* IPv6: global unicast alone, without these. */
static bool is_global_v6(const uint8_t *a)
{
	static const struct range unicast = {{0x20}, 3};
	static const struct range closed[] = {
		{{0x20, 0x01}, 23},                         /* protocol assignments */
		{{0x20, 0x01, 0x0d, 0xb8}, 32},             /* documentation */
		{{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48}, /* AS112 */
		{{0x3f, 0xff}, 20},                         /* documentation */
	};
	return is_within(unicast.first, unicast.bits, a) && !is_among(closed, EK_LEN(closed), a);
}

bool ek_outbound_is_global(const struct ek_outbound_address *a)
{
	static const struct range nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
	static const struct range teredo = {{0x20, 0x01, 0x00, 0x00}, 32};
	static const struct range sixtofour = {{0x20, 0x02}, 16};
	const uint8_t *v = a->v;
	if (is_v4(a))
		return is_global_v4(v + 12);
	if (is_within(nat64.first, nat64.bits, v))
		return is_global_v4(v + 12);
	if (is_within(sixtofour.first, sixtofour.bits, v))
		return is_global_v4(v + 2);
	if (is_within(teredo.first, teredo.bits, v)) {
		const uint8_t client[4] = {(uint8_t)~v[12], (uint8_t)~v[13], (uint8_t)~v[14],
					   (uint8_t)~v[15]};
		return is_global_v4(v + 4) && is_global_v4(client);
	}
	return is_global_v6(v);
}

bool ek_outbound_is_in(const struct ek_outbound_net *net, const struct ek_outbound_address *a)
{
	return is_within(net->first.v, net->bits, a->v);
}

bool ek_outbound_is_listed(const struct ek_outbound_net *nets, uint32_t n,
			   const struct ek_outbound_address *a)
{
	for (uint32_t i = 0; i < n; i++)
		if (ek_outbound_is_in(&nets[i], a))
			return true;
	return false;
}

static bool is_here(const struct ek_outbound_address *a)
{
	static const uint8_t loopback[EK_OUTBOUND_BYTES] = {[15] = 1};
	return is_v4(a) ? a->v[12] == 127 : memcmp(a->v, loopback, sizeof loopback) == 0;
}

/* In a network of our own. */
static bool is_near(const struct ek_outbound_address *a)
{
	static const struct range four[] = {{{10}, 8}, {{172, 16}, 12}, {{192, 168}, 16}};
	static const struct range local = {{0xfd}, 8};
	static const struct range metadata[] = {
		{{0xfd, 0x00, 0x0e, 0xc2}, 32}, /* Amazon */
		{{0xfd, 0x20, 0x00, 0xce}, 32}, /* Google */
		{{0xfd, 0x00, 0x00, 0xc1}, 32}, /* Oracle */
	};
	if (is_v4(a))
		return is_among(four, EK_LEN(four), a->v + 12);
	return is_within(local.first, local.bits, a->v) &&
	       !is_among(metadata, EK_LEN(metadata), a->v);
}

bool ek_outbound_may(enum ek_outbound_use use, const struct ek_outbound_net *nets, uint32_t n,
		     const struct ek_outbound_address *a)
{
	if (ek_outbound_is_listed(nets, n, a))
		return true;
	switch (use) {
	case EK_OUTBOUND_WEB:
		return ek_outbound_is_global(a);
	case EK_OUTBOUND_WEB_PLAIN:
		return false;
	case EK_OUTBOUND_MAIL:
		return is_here(a) || is_near(a) || ek_outbound_is_global(a);
	case EK_OUTBOUND_MAIL_PLAIN:
		return is_here(a);
	}
	return false;
}
