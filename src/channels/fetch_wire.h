/* fetch_wire -- what goes between a server and its fetcher: a struct of fixed size, then bytes
 * whose lengths it says. Both ends are the same program. Private to src/channels/fetch*.c. */
#ifndef EK_CHANNELS_FETCH_WIRE_H
#define EK_CHANNELS_FETCH_WIRE_H

#include "channels/fetch.h"

enum { EK_FETCH_WIRE_MARK = 0x45564b46, EK_FETCH_WIRE_RESOLVE = 512 };

/* Followed by nets, ports, url, headers, body, resolve. */
struct ek_fetch_wire_ask {
	uint32_t mark;
	uint32_t is_post;
	uint64_t id;
	uint32_t net_count;
	uint32_t port_count;
	uint32_t url_n;
	uint32_t headers_n;
	uint32_t body_n;
	uint32_t resolve_n;
	uint32_t keep;
	uint32_t bytes;
	uint32_t connect_ms;
	uint32_t all_ms;
	uint32_t rest_ms;
	uint32_t hops;
};

/* Followed by the body. */
struct ek_fetch_wire_answer {
	uint32_t mark;
	uint32_t outcome;
	uint64_t id;
	uint32_t status;
	uint32_t ms;
	uint32_t body_n;
	uint32_t unused;
};

#endif
