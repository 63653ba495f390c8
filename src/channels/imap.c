#include "channels/imap.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/rfc3339.h"
#include "sys/clock.h"
#include "sys/heap.h"

enum { TAG = 16, COMMAND = 256, READ = 16384, SLICE_MS = 200, SMALL = 65536, DAY_MS = 86400000 };

struct ek_imap {
	CURL *curl;
	struct ek_imap_watch watch;
	ek_span patience;
	struct ek_peer_way way;
	char tag[TAG];
	uint32_t tags;
	uint32_t validity;
	uint32_t uidnext;
	bool can_idle;
	/* What came and was not yet looked at, from `at` on. */
	char *p;
	size_t cap;
	size_t n;
	size_t at;
};

static ek_time mono(void)
{
	return (ek_time){(int64_t)(ek_clock_mono_ns() / 1000000)};
}

static bool fail(struct ek_peer_fault *fault, enum ek_peer_error error, const char *why)
{
	*fault = (struct ek_peer_fault){.error = error};
	ek_peer_detail(fault, (ek_str){why, (uint32_t)strlen(why)});
	return false;
}

/* ---- bytes */

/* Until the socket can be read or written; false when time is up, or it is to end. */
static bool wait_socket(struct ek_imap *m, short events, ek_time until)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (curl_easy_getinfo(m->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
	    fd == CURL_SOCKET_BAD)
		return false;
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		if (m->watch.is_ending != NULL && m->watch.is_ending(m->watch.ctx))
			return false;
		int got = poll(&p, 1, SLICE_MS);
		if (got > 0)
			return true;
		if (mono().ms >= until.ms)
			return false;
	}
}

static bool send_all(struct ek_imap *m, const char *text, size_t n, struct ek_peer_fault *fault)
{
	ek_time until = {mono().ms + m->patience.ms};
	while (n > 0) {
		size_t sent = 0;
		CURLcode code = curl_easy_send(m->curl, text, n, &sent);
		if (code == CURLE_AGAIN && !wait_socket(m, POLLOUT, until))
			return fail(fault, EK_PEER_CUT, "the connection takes nothing more");
		if (code != CURLE_OK && code != CURLE_AGAIN)
			return fail(fault, EK_PEER_CUT, curl_easy_strerror(code));
		text += sent;
		n -= sent;
	}
	return true;
}

static bool make_room(struct ek_imap *m, struct ek_peer_fault *fault)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (m->at > 0) {
		memmove(m->p, m->p + m->at, m->n - m->at);
		m->n -= m->at;
		m->at = 0;
	}
	if (m->cap - m->n >= READ)
		return true;
	size_t cap = m->cap == 0 ? 4 * READ : m->cap * 2;
	char *p = alloc.resize(alloc.ctx, m->p, m->cap, cap);
	if (p == NULL)
		return fail(fault, EK_PEER_LOCAL, "no memory");
	m->p = p;
	m->cap = cap;
	return true;
}

/* Some more bytes. */
static bool receive(struct ek_imap *m, ek_time until, struct ek_peer_fault *fault)
{
	if (!make_room(m, fault))
		return false;
	for (;;) {
		size_t got = 0;
		CURLcode code = curl_easy_recv(m->curl, m->p + m->n, m->cap - m->n, &got);
		if (code == CURLE_OK && got > 0) {
			m->n += got;
			return true;
		}
		if (code != CURLE_AGAIN)
			return fail(fault, EK_PEER_CUT, "the server ended the connection");
		if (!wait_socket(m, POLLIN, until))
			return fail(fault, EK_PEER_CUT, "the server says nothing more");
	}
}

/* Gives back what a large message took. */
static void shrink(struct ek_imap *m)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (m->cap <= SMALL || m->n - m->at > READ)
		return;
	memmove(m->p, m->p + m->at, m->n - m->at);
	m->n -= m->at;
	m->at = 0;
	char *p = alloc.resize(alloc.ctx, m->p, m->cap, SMALL);
	if (p != NULL) {
		m->p = p;
		m->cap = SMALL;
	}
}

/* ---- answers */

/* The next one; *a borrows until the one after it. */
static bool next(struct ek_imap *m, uint32_t max, struct ek_imap_answer *a,
		 struct ek_peer_fault *fault)
{
	const ek_time end = {mono().ms + EK_IMAP_COMMAND * m->patience.ms};
	for (;;) {
		const ek_str in = {m->p + m->at, (uint32_t)(m->n - m->at)};
		switch (m->n == m->at ? EK_IMAP_MORE : ek_imap_cut(in, max, a)) {
		case EK_IMAP_ANSWER:
			m->at += a->n;
			return true;
		case EK_IMAP_TOO_LARGE:
			return fail(fault, EK_PEER_NONE, "larger than is taken");
		case EK_IMAP_BAD:
			return fail(fault, EK_PEER_NO_MAIL, "what it says is no IMAP");
		case EK_IMAP_MORE:
			break;
		}
		ek_time until = {mono().ms + m->patience.ms};
		if (until.ms > end.ms)
			until = end;
		if (mono().ms >= end.ms)
			return fail(fault, EK_PEER_CUT, "the server is too slow");
		if (!receive(m, until, fault))
			return false;
	}
}

static bool say(struct ek_imap *m, const char *command, struct ek_peer_fault *fault)
{
	char line[COMMAND];
	ek_format(m->tag, sizeof m->tag, "E%u", ++m->tags);
	size_t n = ek_format(line, sizeof line, "%s %s\r\n", m->tag, command);
	ek_assert(n < sizeof line - 1);
	return send_all(m, line, n, fault);
}

/* The end of what was said; others are told of what comes before. */
static bool hear(struct ek_imap *m, void (*visit)(void *ctx, const struct ek_imap_answer *a),
		 void *ctx, struct ek_peer_fault *fault)
{
	for (;;) {
		struct ek_imap_answer a;
		if (!next(m, READ, &a, fault))
			return false;
		switch (ek_imap_end(&a, m->tag)) {
		case EK_IMAP_OK:
			return true;
		case EK_IMAP_NO:
			fail(fault, EK_PEER_REFUSED, "");
			ek_peer_detail(fault, a.head);
			return false;
		case EK_IMAP_BYE:
			fail(fault, EK_PEER_CUT, "");
			ek_peer_detail(fault, a.head);
			return false;
		case EK_IMAP_GOES_ON:
			break;
		}
		if (visit != NULL)
			visit(ctx, &a);
	}
}

/* ---- opening */

static void see_folder(void *ctx, const struct ek_imap_answer *a)
{
	struct ek_imap *m = ctx;
	uint32_t validity = ek_imap_code(a, "UIDVALIDITY");
	if (validity != 0)
		m->validity = validity;
	uint32_t uidnext = ek_imap_code(a, "UIDNEXT");
	if (uidnext != 0)
		m->uidnext = uidnext;
}

static void see_capability(void *ctx, const struct ek_imap_answer *a)
{
	struct ek_imap *m = ctx;
	m->can_idle = m->can_idle || ek_imap_has(a, "IDLE");
}

static bool select_inbox(struct ek_imap *m, struct ek_peer_fault *fault)
{
	if (!say(m, "CAPABILITY", fault) || !hear(m, see_capability, m, fault) ||
	    !say(m, "SELECT INBOX", fault))
		return false;
	if (!hear(m, see_folder, m, fault)) {
		fault->error = fault->error == EK_PEER_REFUSED ? EK_PEER_FOLDER : fault->error;
		return false;
	}
	return m->validity != 0 || fail(fault, EK_PEER_FOLDER, "it does not number its messages");
}

static bool connect_peer(struct ek_imap *m, const struct ek_peer *peer, struct ek_peer_fault *fault)
{
	const struct ek_peer_ask ask = {"imap", "", &m->way, {EK_IMAP_CONNECT_MS}};
	m->curl = ek_peer_open(peer, &ask);
	if (m->curl == NULL || curl_easy_setopt(m->curl, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_TIMEOUT_MS, 2L * EK_IMAP_CONNECT_MS) != CURLE_OK)
		return fail(fault, EK_PEER_LOCAL, "no memory");
	CURLcode code = curl_easy_perform(m->curl);
	ek_peer_judge(code, &m->way, fault);
	return code == CURLE_OK;
}

bool ek_imap_open(const struct ek_peer *peer, const struct ek_imap_watch *watch,
		  struct ek_imap **imap, struct ek_peer_fault *fault)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_imap *m = ek_alloc_get(&alloc, sizeof *m);
	*imap = NULL;
	if (m == NULL)
		return fail(fault, EK_PEER_LOCAL, "no memory");
	memset(m, 0, sizeof *m);
	m->watch = *watch;
	m->patience = ek_peer_patience(peer);
	if (!connect_peer(m, peer, fault) || !select_inbox(m, fault)) {
		ek_imap_close(&m);
		return false;
	}
	*imap = m;
	return true;
}

void ek_imap_close(struct ek_imap **imap)
{
	struct ek_imap *m = *imap;
	struct ek_alloc alloc = ek_heap_alloc();
	if (m == NULL)
		return;
	/* Who waits for a word of parting waits for a server that may be gone. */
	if (m->curl != NULL)
		curl_easy_cleanup(m->curl);
	ek_alloc_free(&alloc, m->p, m->cap);
	ek_alloc_free(&alloc, m, sizeof *m);
	*imap = NULL;
}

uint32_t ek_imap_validity(const struct ek_imap *imap)
{
	return imap->validity;
}

uint32_t ek_imap_uidnext(const struct ek_imap *imap)
{
	return imap->uidnext;
}

bool ek_imap_can_idle(const struct ek_imap *imap)
{
	return imap->can_idle;
}

/* ---- finding */

static void see_search(void *ctx, const struct ek_imap_answer *a)
{
	(void)ek_imap_is_search(a, ctx);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* "22-Nov-2026": the day that is so many days ago. */
static void print_day(const struct ek_imap_search *what, char out[16])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[EK_RFC3339_TIME_MAX];
	ek_time day = {what->now.ms - (int64_t)what->days * DAY_MS};
	size_t n = ek_rfc3339_print(day, iso);
	ek_assert(n == EK_RFC3339_TIME_MAX);
	const char *month = months + ((iso[5] - '0') * 10 + iso[6] - '1') * 3;
	const char text[] = {iso[8], iso[9], '-',    month[0], month[1], month[2],
			     '-',    iso[0], iso[1], iso[2],   iso[3],   0};
	memcpy(out, text, sizeof text);
}

bool ek_imap_find(struct ek_imap *imap, const struct ek_imap_search *what, struct ek_imap_uids *out,
		  struct ek_peer_fault *fault)
{
	char command[COMMAND / 2];
	char day[16];
	out->n = 0;
	if (what->days == 0) {
		ek_format(command, sizeof command, "UID SEARCH UID %u:*", what->after + 1);
	} else {
		print_day(what, day);
		ek_format(command, sizeof command, "UID SEARCH SINCE %s%s", day,
			  what->unseen ? " UNSEEN" : "");
	}
	if (!say(imap, command, fault) || !hear(imap, see_search, out, fault))
		return false;
	qsort(out->v, out->n, sizeof *out->v, compare);
	/* "n:*" always finds the last message; and some find one twice. */
	uint32_t n = 0;
	for (uint32_t i = 0; i < out->n; i++) {
		bool is_new = out->v[i] > what->after && (n == 0 || out->v[i] > out->v[n - 1]);
		if (is_new)
			out->v[n++] = out->v[i];
	}
	out->n = n;
	return true;
}

/* ---- fetching */

/* Nothing came of it: expunged, if the server finds it no more. */
static enum ek_imap_got missed(struct ek_imap *m, uint32_t uid, struct ek_peer_fault *fault)
{
	char command[COMMAND / 2];
	uint32_t v[1];
	struct ek_imap_uids found = {v, 0, 1};
	struct ek_peer_fault other;
	ek_format(command, sizeof command, "UID SEARCH UID %u", uid);
	if (!say(m, command, &other) || !hear(m, see_search, &found, &other)) {
		if (other.error == EK_PEER_REFUSED)
			return EK_IMAP_WITHHELD;
		*fault = other;
		return EK_IMAP_FAILED;
	}
	return found.n > 0 ? EK_IMAP_WITHHELD : EK_IMAP_GONE;
}

static enum ek_imap_got wrong(const struct ek_imap_answer *a, struct ek_peer_fault *fault)
{
	fail(fault, EK_PEER_NO_MAIL, "");
	ek_peer_detail(fault, a->head);
	return EK_IMAP_FAILED;
}

/* The end of it, without its bytes. */
static enum ek_imap_got ended(struct ek_imap *m, uint32_t uid, const struct ek_imap_answer *a,
			      struct ek_peer_fault *fault)
{
	enum ek_imap_end end = ek_imap_end(a, m->tag);
	fail(fault, end == EK_IMAP_BYE ? EK_PEER_CUT : EK_PEER_REFUSED, "");
	ek_peer_detail(fault, a->head);
	return end == EK_IMAP_BYE ? EK_IMAP_FAILED : missed(m, uid, fault);
}

enum ek_imap_got ek_imap_fetch(struct ek_imap *imap, const struct ek_imap_ask *ask, ek_str *raw,
			       struct ek_peer_fault *fault)
{
	char command[COMMAND / 2];
	*raw = (ek_str){NULL, 0};
	shrink(imap);
	ek_format(command, sizeof command, "UID FETCH %u (UID BODY.PEEK[%s])", ask->uid,
		  ask->headers_only ? "HEADER" : "");
	if (!say(imap, command, fault))
		return EK_IMAP_FAILED;
	for (;;) {
		struct ek_imap_answer a;
		if (!next(imap, ask->max, &a, fault))
			return fault->error == EK_PEER_NONE ? EK_IMAP_LARGE : EK_IMAP_FAILED;
		if (ek_imap_end(&a, imap->tag) != EK_IMAP_GOES_ON)
			return ended(imap, ask->uid, &a, fault);
		enum ek_imap_fetched fetched = ek_imap_fetched(&a, ask->uid);
		if (fetched == EK_IMAP_WRONG)
			return wrong(&a, fault);
		if (fetched == EK_IMAP_ELSE)
			continue;
		/* What follows is read with the next command: its tag is another one. */
		*raw = a.literal;
		return EK_IMAP_GOT;
	}
}

bool ek_imap_mark(struct ek_imap *imap, uint32_t uid, struct ek_peer_fault *fault)
{
	char command[COMMAND / 2];
	ek_format(command, sizeof command, "UID STORE %u +FLAGS.SILENT (\\Seen)", uid);
	return say(imap, command, fault) &&
	       (hear(imap, NULL, NULL, fault) || fault->error == EK_PEER_REFUSED);
}

/* ---- waiting */

/* Whether the server says something within that time; a connection that ended says so later. */
static bool listen_for(struct ek_imap *m, ek_time until)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (m->n > m->at)
		return true;
	if (curl_easy_getinfo(m->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK)
		return true;
	while (mono().ms < until.ms) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (m->watch.is_ending != NULL && m->watch.is_ending(m->watch.ctx))
			return false;
		if (poll(&p, 1, SLICE_MS) > 0)
			return true;
	}
	return false;
}

bool ek_imap_wait(struct ek_imap *imap, ek_span most, struct ek_peer_fault *fault)
{
	struct ek_imap_answer a;
	const ek_time until = {mono().ms + most.ms};
	if (!say(imap, "IDLE", fault))
		return false;
	do {
		if (!next(imap, READ, &a, fault))
			return false;
		if (ek_imap_end(&a, imap->tag) != EK_IMAP_GOES_ON)
			return fail(fault, EK_PEER_REFUSED, "it does not wait");
	} while (!ek_imap_begins(&a, "+"));
	(void)listen_for(imap, until);
	return send_all(imap, "DONE\r\n", 6, fault) && hear(imap, NULL, NULL, fault);
}
