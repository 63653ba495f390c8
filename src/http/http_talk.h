/* http_talk -- the other end of the wire, for tests: raw bytes to a server on this machine. */
#ifndef EK_HTTP_HTTP_TALK_H
#define EK_HTTP_HTTP_TALK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http.h"

enum { EK_HTTP_TALK_BYTES = 64 * 1024, EK_HTTP_TALK_MS = 5000 };

struct ek_http_talk {
	int fd;
	bool is_ended; /* the server closed */
	size_t n;      /* bytes in text */
	char text[EK_HTTP_TALK_BYTES + 1];
};

static inline struct ek_http_talk *ek_http_talk_open(uint16_t port)
{
	struct ek_http_talk *t = calloc(1, sizeof *t);
	ek_assert(t != NULL);
	t->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(t->fd, (struct sockaddr *)&a, sizeof a) != 0)
		t->is_ended = true;
	return t;
}

static inline void ek_http_talk_close(struct ek_http_talk *t)
{
	(void)close(t->fd);
	free(t);
}

static inline void ek_http_talk_send(struct ek_http_talk *t, const void *p, size_t n)
{
	const char *at = p;
	while (n > 0) {
		ssize_t sent = send(t->fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* refused meanwhile: what was answered says so */
		at += sent;
		n -= (size_t)sent;
	}
}

static inline void ek_http_talk_say(struct ek_http_talk *t, const char *text)
{
	ek_http_talk_send(t, text, strlen(text));
}

/* Reads what there is, waiting for at most EK_HTTP_TALK_MS. False: the end. */
static inline bool ek_http_talk_more(struct ek_http_talk *t)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	if (t->is_ended || t->n == EK_HTTP_TALK_BYTES || poll(&p, 1, EK_HTTP_TALK_MS) != 1)
		return false;
	ssize_t got = recv(t->fd, t->text + t->n, EK_HTTP_TALK_BYTES - t->n, 0);
	t->is_ended = got <= 0;
	t->n += got > 0 ? (size_t)got : 0;
	t->text[t->n] = '\0';
	return got > 0;
}

/* Reads to the end; true when the server closed. */
static inline bool ek_http_talk_drain(struct ek_http_talk *t)
{
	while (ek_http_talk_more(t))
		;
	return t->is_ended;
}

static inline int ek_http_talk_status(const struct ek_http_talk *t)
{
	return t->n < 12 || memcmp(t->text, "HTTP/1.1 ", 9) != 0
		       ? 0
		       : (int)strtol(t->text + 9, NULL, 10);
}

/* Where the body begins; NULL while the head is not whole. */
static inline char *ek_http_talk_body(struct ek_http_talk *t)
{
	char *blank = strstr(t->text, "\r\n\r\n");
	return blank == NULL ? NULL : blank + 4;
}

static inline size_t ek_http_talk_length(const struct ek_http_talk *t)
{
	const char *p = strstr(t->text, "\r\nContent-Length: ");
	return p == NULL ? 0 : (size_t)strtoul(p + 18, NULL, 10);
}

/* Waits for one answer with a length and returns its status, 0 for none. */
static inline int ek_http_talk_hear(struct ek_http_talk *t, bool has_body)
{
	while (ek_http_talk_body(t) == NULL)
		if (!ek_http_talk_more(t))
			return 0;
	while (has_body && t->n < (size_t)(ek_http_talk_body(t) - t->text) + ek_http_talk_length(t))
		if (!ek_http_talk_more(t))
			return 0;
	return ek_http_talk_status(t);
}

/* Forgets what was heard. */
static inline void ek_http_talk_forget(struct ek_http_talk *t)
{
	t->n = 0;
	t->text[0] = '\0';
}

static inline int ek_http_talk_ask(struct ek_http_talk *t, const char *text)
{
	ek_http_talk_forget(t);
	ek_http_talk_say(t, text);
	return ek_http_talk_hear(t, true);
}

#endif
