/* outbound -- whom this server may call: the judgement of one address, before a socket is made.
 *
 * An address is global when the registries of special purposes do not keep it from being reached
 * from everywhere. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is taken out
 * and judged too. What an administrator lists by network is allowed all the same, and nothing else:
 * a network lists the addresses that are written so, not those that hide one of them.
 * Pure. Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates);
 * RFC 4291, 6052, 3056, 4380; spec security, section 4.
 */
#ifndef EK_CHANNELS_OUTBOUND_H
#define EK_CHANNELS_OUTBOUND_H

#include "base/base.h"

enum { EK_OUTBOUND_BYTES = 16, EK_OUTBOUND_TEXT = 64 };

/* Of 16 bytes; an IPv4 address is ::ffff:a.b.c.d. */
struct ek_outbound_address {
	uint8_t v[EK_OUTBOUND_BYTES];
};
struct ek_outbound_net {
	struct ek_outbound_address first;
	uint32_t bits; /* of the prefix, 0 to 128 */
};

struct ek_outbound_address ek_outbound_v4(const uint8_t v[4]);
/* "192.0.2.1" or "2001:db8::1", in the one usual form. False: it is none. */
bool ek_outbound_read(ek_str text, struct ek_outbound_address *out) EK_MUST_CHECK;
/* "10.0.0.0/8", "fd00::/8", or an address. False: it is none, or has bits behind the prefix. */
bool ek_outbound_net_read(ek_str text, struct ek_outbound_net *out) EK_MUST_CHECK;

bool ek_outbound_is_global(const struct ek_outbound_address *a);
bool ek_outbound_is_in(const struct ek_outbound_net *net, const struct ek_outbound_address *a);
/* Whether one of n networks has it. */
bool ek_outbound_is_listed(const struct ek_outbound_net *nets, uint32_t n,
			   const struct ek_outbound_address *a);

#endif
