#include "bench/client.h"

#include "bench/workload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK_MAX = 1 << 28, PHASE_SIZE = 0, PHASE_SKIP, PHASE_DATA, PHASE_AFTER, PHASE_END };

/* ---- the site */

static void note(struct ek_client_site *s, const char *kind, char *value)
{
	struct {
		const char *kind;
		char ***list;
		uint32_t *n;
	} lists[] = {
		{"token", &s->tokens, &s->token_count},
		{"team", &s->teams, &s->team_count},
		{"contact", &s->contacts, &s->contact_count},
	};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (strcmp(lists[i].kind, kind) == 0)
			(*lists[i].list)[(*lists[i].n)++] = value;
	}
}

void ek_client_site_load(struct ek_client_site *site, const char *path)
{
	*site = (struct ek_client_site){.text = ek_workload_text(path)};
	uint32_t lines = 1;
	for (const char *p = site->text; *p != '\0'; p++)
		lines += *p == '\n';
	site->tokens = ek_workload_zero(lines, sizeof *site->tokens);
	site->teams = ek_workload_zero(lines, sizeof *site->teams);
	site->contacts = ek_workload_zero(lines, sizeof *site->contacts);
	char *rest = site->text;
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char *value = strchr(line, ' ');
		if (value == NULL)
			continue;
		*value = '\0';
		note(site, line, value + 1);
	}
	if (site->token_count == 0 || site->team_count == 0 || site->contact_count == 0)
		ek_workload_die("%s: no token, team or contact in it", path);
}

void ek_client_site_free(struct ek_client_site *site)
{
	free(site->tokens);
	free(site->teams);
	free(site->contacts);
	free(site->text);
}

/* ---- sockets */

int ek_client_connect(uint16_t port)
{
	int on = 1;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		ek_workload_die("127.0.0.1:%u: %s", port, strerror(errno));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		ek_workload_die("fcntl: %s", strerror(errno));
	return fd;
}

void ek_client_allow_files(uint32_t n)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		ek_workload_die("getrlimit: %s", strerror(errno));
	if (limit.rlim_cur >= n)
		return;
	limit.rlim_cur = n;
	if (limit.rlim_max < n)
		limit.rlim_max = n;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		ek_workload_die("%u open files: %s", n, strerror(errno));
}

void ek_client_send(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
		if (sent > 0) {
			text += sent;
			n -= (size_t)sent;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			ek_workload_die("send: %s", strerror(errno));
		struct pollfd room = {.fd = fd, .events = POLLOUT};
		(void)poll(&room, 1, 1000);
	}
}

/* ---- answers */

static const char *header(const char *head, uint32_t n, const char *name)
{
	size_t len = strlen(name);
	for (const char *at = head; at != NULL; at = memchr(at, '\n', n - (size_t)(at - head))) {
		at += *at == '\n';
		if ((size_t)(head + n - at) <= len)
			return NULL;
		if (strncasecmp(at, name, len) == 0 && at[len] == ':')
			return at + len + 1 + strspn(at + len + 1, " ");
	}
	return NULL;
}

struct ek_client_head ek_client_head(const char *text, uint32_t n)
{
	struct ek_client_head h = {0};
	const char *end = memmem(text, n, "\r\n\r\n", 4);
	if (end == NULL)
		return h;
	h.bytes = (uint32_t)(end - text) + 4;
	if (h.bytes < 16 || memcmp(text, "HTTP/1.1 ", 9) != 0)
		ek_workload_die("no answer of HTTP/1.1: %.40s", text);
	h.status = (int)strtol(text + 9, NULL, 10);
	const char *chunks = header(text, h.bytes, "Transfer-Encoding");
	const char *length = header(text, h.bytes, "Content-Length");
	h.is_chunked = chunks != NULL && strncasecmp(chunks, "chunked", 7) == 0;
	if (length != NULL)
		h.length = (uint32_t)strtoul(length, NULL, 10);
	else if (!h.is_chunked)
		ek_workload_die("an answer without a length: %.*s", (int)h.bytes, text);
	return h;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of the frame between chunks. */
static void take_frame(struct ek_client_chunks *c, char b)
{
	switch (c->phase) {
	case PHASE_SIZE:
		if (digit(b) < 0)
			c->phase = PHASE_SKIP;
		else if (c->left > CHUNK_MAX >> 4)
			ek_workload_die("a chunk of more than %d bytes", CHUNK_MAX);
		else
			c->left = c->left * 16 + (uint32_t)digit(b);
		break;
	case PHASE_SKIP:
		if (b == '\n')
			c->phase = c->left == 0 ? PHASE_END : PHASE_DATA;
		break;
	default:
		if (b == '\n')
			c->phase = PHASE_SIZE;
		break;
	}
}

uint32_t ek_client_unchunk(struct ek_client_chunks *c, char *text, uint32_t n, bool *ended)
{
	uint32_t out = 0;
	for (uint32_t i = 0; i < n && c->phase != PHASE_END;) {
		if (c->phase != PHASE_DATA) {
			take_frame(c, text[i++]);
			continue;
		}
		uint32_t some = c->left < n - i ? c->left : n - i;
		memmove(text + out, text + i, some);
		out += some;
		i += some;
		c->left -= some;
		if (c->left == 0)
			c->phase = PHASE_AFTER;
	}
	*ended = c->phase == PHASE_END;
	return out;
}
