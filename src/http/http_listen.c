/* The listening socket. Made here and not by the library, so that what accepted sockets inherit
 * from it (TCP_NODELAY, TCP_USER_TIMEOUT) is set before the first of them. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_state.h"

enum { BACKLOG = 4096 };

static void set(int fd, int level, int name, int value)
{
	(void)setsockopt(fd, level, name, &value, sizeof value);
}

static bool learn_port(struct ek_http *h, struct ek_err *err)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	if (getsockname(h->listen_fd, (struct sockaddr *)&a, &n) != 0)
		return ek_fail(err, EK_IO, "cannot learn the port: %s", strerror(errno));
	h->port = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
						: ((struct sockaddr_in *)&a)->sin_port);
	return true;
}

static bool listen_on(struct ek_http *h, const struct addrinfo *where, struct ek_err *err)
{
	int fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ek_fail(err, EK_IO, "no socket: %s", strerror(errno));
	h->listen_fd = fd;
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (where->ai_family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	/* A peer that is gone, or whose window stays shut, is given up by the kernel itself. */
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)h->options.limits.stall_ms);
	if (bind(fd, where->ai_addr, where->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
		return ek_fail(err, errno == EADDRINUSE ? EK_IN_USE : EK_IO,
			       "cannot listen on %s port %u: %s", h->options.address,
			       (unsigned)h->options.port, strerror(errno));
	return learn_port(h, err);
}

bool ek_http_listen(struct ek_http *h, struct ek_err *err)
{
	char port[8];
	ek_format(port, sizeof port, "%u", (unsigned)h->options.port);
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				       .ai_family = AF_UNSPEC,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	if (getaddrinfo(h->options.address, port, &hints, &found) != 0)
		return ek_fail(err, EK_USAGE, "\"%s\" is not a numeric address",
			       h->options.address);
	bool ok = listen_on(h, found, err);
	freeaddrinfo(found);
	return ok;
}
