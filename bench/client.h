/* client -- one connection of a load generator: HTTP/1.1 to a port of this machine, kept alive.
 *
 * No client that believes in the goodness of servers: what is not plain HTTP/1.1 with a status, a
 * Content-Length or chunks ends the program with a sentence. It never follows, retries or decodes,
 * so that it costs little beside the server that it measures: about 6 us of CPU a request, most of
 * it the kernel's.
 */
#ifndef EK_BENCH_CLIENT_H
#define EK_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a generator is told about the site that it asks: lines "token X", "team X", "contact X" of a
 * file, in their order. Texts are without white space. */
struct ek_client_site {
	char *text; /* which the lists point into */
	char **tokens, **teams, **contacts;
	uint32_t token_count, team_count, contact_count;
};
void ek_client_site_load(struct ek_client_site *site, const char *path);
void ek_client_site_free(struct ek_client_site *site);

/* A socket to 127.0.0.1, connected, then made non-blocking, without Nagle's delay. */
int ek_client_connect(uint16_t port);
/* So many descriptors, or the end. */
void ek_client_allow_files(uint32_t n);
/* Sends all of it, waiting for room if need be. */
void ek_client_send(int fd, const char *text, size_t n);

/* The head of an answer that begins at text. */
struct ek_client_head {
	uint32_t bytes; /* with its empty line; 0 = it is not whole yet */
	int status;
	bool is_chunked;
	uint32_t length; /* Content-Length; 0 when chunked */
};
struct ek_client_head ek_client_head(const char *text, uint32_t n);

/* Where in a chunked body one is. Zeroed at first. */
struct ek_client_chunks {
	uint8_t phase;
	uint32_t left; /* of this chunk */
};
/* Takes the frame of chunks away, in place; returns the bytes that remain. A last chunk ends the
 * body: *ended. */
uint32_t ek_client_unchunk(struct ek_client_chunks *c, char *text, uint32_t n, bool *ended);

#endif
