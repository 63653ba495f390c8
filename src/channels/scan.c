#include "channels/scan.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys/clock.h"

enum { PIECE = 1 << 20, ANSWER = 512, LOOK_MS = 250 };

struct talk {
	const struct ek_scan *scan;
	int fd;
	uint64_t until_ns;
	bool is_heard; /* false: the other side takes no more, and may have said why */
	char answer[ANSWER];
	size_t n;
};

static bool fail(const struct talk *t, const char *why, struct ek_err *err)
{
	return ek_fail(err, EK_BUSY, "the scanner for malware at %s: %s", t->scan->socket, why);
}

static bool is_to_end(const struct ek_scan *scan)
{
	return scan->is_ending != NULL && scan->is_ending(scan->of);
}

/* Until it can be written, or read. */
static bool wait_for(const struct talk *t, short what, struct ek_err *err)
{
	for (uint64_t now; (now = ek_clock_mono_ns()) < t->until_ns;) {
		struct pollfd p = {.fd = t->fd, .events = what};
		uint64_t left = (t->until_ns - now) / 1000000 + 1;
		if (is_to_end(t->scan))
			return fail(t, "it is waited for no longer", err);
		if (poll(&p, 1, left < LOOK_MS ? (int)left : LOOK_MS) > 0)
			return true;
	}
	return fail(t, "it says nothing", err);
}

/* A path leads to this machine alone. */
static bool open_talk(struct talk *t, struct ek_err *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(t->scan->socket);
	if (n >= sizeof to.sun_path)
		return fail(t, "the path is too long", err);
	memcpy(to.sun_path, t->scan->socket, n + 1);
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return fail(t, strerror(errno), err);
	/* It is not waited for: it takes us, is not there, or has too many before us. */
	return connect(t->fd, (const struct sockaddr *)&to, sizeof to) == 0 ||
	       fail(t, strerror(errno), err);
}

static bool say(struct talk *t, const void *bytes, size_t n, struct ek_err *err)
{
	const char *p = bytes;
	while (n > 0 && t->is_heard) {
		ssize_t sent = send(t->fd, p, n, MSG_NOSIGNAL);
		if (sent >= 0) {
			p += sent;
			n -= (size_t)sent;
		} else if (errno != EAGAIN && errno != EINTR) {
			t->is_heard = false;
		} else if (!wait_for(t, POLLOUT, err)) {
			return false;
		}
	}
	return true;
}

static bool say_file(struct talk *t, ek_str bytes, struct ek_err *err)
{
	static const char command[] = "zINSTREAM";
	static const uint8_t end[4] = {0};
	if (!say(t, command, sizeof command, err))
		return false;
	for (size_t at = 0; at < bytes.n; at += PIECE) {
		size_t n = bytes.n - at < PIECE ? bytes.n - at : PIECE;
		const uint8_t length[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16),
					   (uint8_t)(n >> 8), (uint8_t)n};
		if (!say(t, length, sizeof length, err) || !say(t, bytes.p + at, n, err))
			return false;
	}
	return say(t, end, sizeof end, err);
}

/* One line, ended by a NUL or by the end of the talk. */
static bool hear(struct talk *t, struct ek_err *err)
{
	for (;;) {
		ssize_t got = recv(t->fd, t->answer + t->n, sizeof t->answer - 1 - t->n, 0);
		if (got > 0)
			t->n += (size_t)got;
		t->answer[t->n] = 0;
		if (got == 0 || strlen(t->answer) < t->n || t->n == sizeof t->answer - 1)
			return true;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return fail(t, strerror(errno), err);
		if (got < 0 && !wait_for(t, POLLIN, err))
			return false;
	}
}

static bool have_talk(struct talk *t, ek_str bytes, uint32_t patience_ms, struct ek_err *err)
{
	t->fd = -1;
	t->is_heard = true;
	t->until_ns = ek_clock_mono_ns() + patience_ms * 1000000ull;
	bool ok = open_talk(t, err) && say_file(t, bytes, err) && hear(t, err);
	if (t->fd >= 0)
		close(t->fd);
	return ok;
}

static bool ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);
	return n >= m && strcmp(text + n - m, with) == 0;
}

/* It comes from outside and is shown. */
static void take_name(const char *from, size_t n, char out[EK_SCAN_TEXT])
{
	size_t k = 0;
	for (size_t i = 0; i < n && k + 1 < EK_SCAN_TEXT; i++) {
		bool is_plain = (from[i] >= '0' && from[i] <= '9') ||
				(from[i] >= 'A' && from[i] <= 'Z') ||
				(from[i] >= 'a' && from[i] <= 'z') ||
				(from[i] != 0 && strchr(".-_", from[i]) != NULL);
		if (is_plain)
			out[k++] = from[i];
	}
	out[k] = 0;
	if (k == 0)
		memcpy(out, "unnamed", sizeof "unnamed");
}

static void leave(struct ek_scan_result *r, const char *why)
{
	r->verdict = EK_SCAN_NOT_SCANNED;
	ek_format(r->text, sizeof r->text, "%s", why);
}

/* False: it is no answer. */
static bool judge(const struct talk *t, struct ek_scan_result *r)
{
	static const char stream[] = "stream: ", is_found[] = " FOUND";
	const size_t head = sizeof stream - 1, tail = sizeof is_found - 1;
	size_t n = strlen(t->answer);
	if (strcmp(t->answer, "stream: OK") == 0)
		return true;
	if (n > head + tail && memcmp(t->answer, stream, head) == 0 && ends(t->answer, is_found)) {
		r->verdict = EK_SCAN_FOUND;
		take_name(t->answer + head, n - head - tail, r->text);
		return true;
	}
	if (!ends(t->answer, " ERROR"))
		return false;
	leave(r, ends(t->answer, "size limit exceeded. ERROR") ? "it takes no file so large"
							       : "it could not look at it");
	return true;
}

static bool has_answers(const struct ek_scan *scan)
{
	struct talk t = {.scan = scan};
	struct ek_scan_result ignored;
	struct ek_err err;
	return !is_to_end(scan) && have_talk(&t, EK_S("x"), EK_SCAN_PROBE_MS, &err) &&
	       judge(&t, &ignored);
}

bool ek_scan_is_set(const char *socket)
{
	return socket != NULL && socket[0] != 0;
}

bool ek_scan_file(const struct ek_scan *scan, ek_str bytes, struct ek_scan_result *result,
		  struct ek_err *err)
{
	struct talk t = {.scan = scan};
	*result = (struct ek_scan_result){.verdict = EK_SCAN_NOTHING};
	bool ok = have_talk(&t, bytes, EK_SCAN_PATIENCE_MS, err);
	if (ok && judge(&t, result))
		return true;
	if (ok)
		(void)fail(&t, "it gives no answer that is known", err);
	if (!has_answers(scan))
		return false;
	leave(result, "it gives no answer for it");
	result->is_silent = ek_clock_mono_ns() >= t.until_ns;
	return true;
}
