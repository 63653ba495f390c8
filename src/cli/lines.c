#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/limits.h"

enum { CAP = 2 * EK_LIMIT_LINE_BYTES };

struct ek_lines {
	int fd;
	uint64_t number;
	size_t at;      /* what is not yet given out begins there */
	size_t n;       /* bytes in the buffer */
	size_t scanned; /* from `at`, without an end of line */
	bool ended;
	char bytes[CAP];
};

bool ek_lines_open(const char *path, struct ek_lines **lines, struct ek_err *err)
{
	*lines = NULL;
	struct ek_lines *l = malloc(sizeof *l);
	if (l == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the lines of %s", path);
	memset(l, 0, offsetof(struct ek_lines, bytes));
	l->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0) {
		bool absent = errno == ENOENT;
		ek_err_set(err, absent ? EK_NOT_FOUND : EK_IO, __func__, "%s: %s", path,
			   strerror(errno));
		free(l);
		return false;
	}
	*lines = l;
	return true;
}

void ek_lines_close(struct ek_lines **lines)
{
	struct ek_lines *l = *lines;
	if (l == NULL)
		return;
	if (l->fd != STDIN_FILENO)
		(void)close(l->fd);
	free(l);
	*lines = NULL;
}

/* The end of the first line in the buffer; NULL when there is none. */
static const char *find_end(struct ek_lines *l)
{
	const char *from = l->bytes + l->at + l->scanned;
	const char *end = memchr(from, '\n', l->n - l->at - l->scanned);
	l->scanned = l->n - l->at;
	return end;
}

static bool fill(struct ek_lines *l, struct ek_err *err)
{
	if (l->at > 0) {
		memmove(l->bytes, l->bytes + l->at, l->n - l->at);
		l->n -= l->at;
		l->at = 0;
	}
	ssize_t got;
	do {
		got = read(l->fd, l->bytes + l->n, CAP - l->n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return ek_fail(err, EK_IO, "the file could not be read: %s", strerror(errno));
	l->ended = got == 0;
	l->n += (size_t)got;
	return true;
}

bool ek_lines_next(struct ek_lines *l, ek_str *line, bool *more, struct ek_err *err)
{
	const char *end;
	while ((end = find_end(l)) == NULL && !l->ended) {
		if (l->n - l->at > EK_LIMIT_LINE_BYTES)
			break;
		if (!fill(l, err))
			return false;
	}
	size_t n = end != NULL ? (size_t)(end - l->bytes) - l->at : l->n - l->at;
	*more = end != NULL || n > 0;
	if (!*more)
		return true;
	l->number++;
	if (n > EK_LIMIT_LINE_BYTES)
		return ek_fail(err, EK_LIMIT, "longer than %d bytes", EK_LIMIT_LINE_BYTES);
	*line = (ek_str){l->bytes + l->at, (uint32_t)n};
	l->at += n + (end != NULL);
	l->scanned = 0;
	return true;
}

uint64_t ek_lines_number(const struct ek_lines *l)
{
	return l->number;
}

bool ek_lines_would_wait(const struct ek_lines *l)
{
	if (l->ended || memchr(l->bytes + l->at, '\n', l->n - l->at) != NULL)
		return false;
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	return poll(&p, 1, 0) == 0;
}
