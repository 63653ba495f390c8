/* outbound -- the guard: whom this server may call, the judgement of one address, before a socket
 * is made. HTTP (fetch.h) and mail (peer.h) ask ek_outbound_may, and nothing else decides.
 *
 * An address is global when the registries of special purposes do not keep it from being reached
 * from everywhere. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is taken out
 * and judged too. What an administrator lists by network is allowed all the same, and nothing else:
 * a network lists the addresses that are written so, not those that hide one of them.
 *
 * A server of mail may also be near: on this machine or in a private network, where teams that host
 * themselves have theirs. What answers about the machine itself (link local, and the addresses
 * within private IPv6 at which clouds give out their metadata) is never near.
 * Pure. Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates);
 * RFC 4291, 6052, 3056, 4380; spec security, section 4.
 */
#ifndef EK_CHANNELS_OUTBOUND_H
#define EK_CHANNELS_OUTBOUND_H

#include "base/base.h"

enum { EK_OUTBOUND_BYTES = 16, EK_OUTBOUND_TEXT = 64, EK_OUTBOUND_NETS = 64 };

/* Of 16 bytes; an IPv4 address is ::ffff:a.b.c.d. */
struct ek_outbound_address {
	uint8_t v[EK_OUTBOUND_BYTES];
};
struct ek_outbound_net {
	struct ek_outbound_address first;
	uint32_t bits; /* of the prefix, 0 to 128 */
};

/* What an administrator lists. */
struct ek_outbound_list {
	struct ek_outbound_net v[EK_OUTBOUND_NETS];
	uint32_t n;
};

/* What is called. Without TLS a web server must be listed; a server of mail listed, or here. */
enum ek_outbound_use {
	EK_OUTBOUND_WEB,
	EK_OUTBOUND_WEB_PLAIN,
	EK_OUTBOUND_MAIL,
	EK_OUTBOUND_MAIL_PLAIN,
};
/* The guard: whether a socket to this address may be made, with n networks that are listed. */
bool ek_outbound_may(enum ek_outbound_use use, const struct ek_outbound_net *nets, uint32_t n,
		     const struct ek_outbound_address *a);

struct ek_outbound_address ek_outbound_v4(const uint8_t v[4]);
/* "192.0.2.1" or "2001:db8::1", in the one usual form. False: it is none. */
bool ek_outbound_read(ek_str text, struct ek_outbound_address *out) EK_MUST_CHECK;
struct sockaddr; /* sys/socket.h */
/* Of what a socket is asked for; port as people write it. False: neither IPv4 nor IPv6. */
bool ek_outbound_of(const struct sockaddr *to, struct ek_outbound_address *out,
		    uint16_t *port) EK_MUST_CHECK;
/* "10.0.0.0/8", "fd00::/8", or an address. False: it is none, or has bits behind the prefix. */
bool ek_outbound_net_read(ek_str text, struct ek_outbound_net *out) EK_MUST_CHECK;

/* As the setting outbound_networks keeps it: [{"name":"x","network":"10.0.0.0/8"}, ...]. */
void ek_outbound_list_read(ek_str json, struct ek_outbound_list *out);

bool ek_outbound_is_global(const struct ek_outbound_address *a);
bool ek_outbound_is_in(const struct ek_outbound_net *net, const struct ek_outbound_address *a);
/* Whether one of n networks has it. */
bool ek_outbound_is_listed(const struct ek_outbound_net *nets, uint32_t n,
			   const struct ek_outbound_address *a);

#endif
