/* Hostile bytes (security.md section 8, "HTTP desync"): what is not exactly HTTP is refused, the
 * connection ends, and a request that hides behind it is never executed.
 *
 * The variants of Transfer-Encoding are those of the tool "smuggler" by D. Kelsey (defparam),
 * default set: byte values put into ten places, and single forms. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/http_talk.h"
#include "sys/heap.h"

#define SECOND "GET /second HTTP/1.1\r\nHost: a\r\n\r\n"

struct fixture {
	struct ek_http *http;
	_Atomic int first, second;
};

static void serve(void *ctx, struct ek_http_request *r)
{
	struct fixture *f = ctx;
	atomic_fetch_add(ek_str_is(r->path, "/second") ? &f->second : &f->first, 1);
	const struct ek_http_reply ok = {.status = 200, .body = EK_S("ok"), .type = "text/plain"};
	ek_http_answer(r, &ok);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct ek_err err;
	const struct ek_http_options o = {.alloc = ek_heap_alloc(), .handler = serve, .ctx = f};
	assert_true(ek_http_open(&o, &f->http, &err));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_http_close(&f->http);
	free(f);
	return 0;
}

#define P "POST / HTTP/1.1\r\nHost: a\r\n"
#define G "GET / HTTP/1.1\r\nHost: a\r\n"
#define ROW(name, text, status) \
	{ \
		name, text, sizeof(text) - 1, status \
	}

static const struct row {
	const char *name;
	const char *text;
	size_t n;
	int status; /* 0: closed without an answer */
} rows[] = {
	ROW("LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400),
	ROW("LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
	ROW("LF after a header", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
	ROW("LF after the last header", "GET / HTTP/1.1\r\nX: b\r\nHost: a\n\r\n", 400),
	ROW("LF for the blank line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
	ROW("LF CR LF", "GET / HTTP/1.1\r\nHost: a\n\r\n\r\n", 400),
	ROW("CR in a value", G "X: a\rb\r\n\r\n", 400),
	ROW("CR before CR LF", G "X: a\r\r\n\r\n", 400),
	ROW("CR in a name", G "X\rY: a\r\n\r\n", 400),
	ROW("CR in the address", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("NUL in a value", G "X: a\0b\r\n\r\n", 400),
	ROW("NUL at a value's end", G "X: a\0\r\nY: b\r\n\r\n", 400),
	ROW("NUL in a name", G "X\0: a\r\n\r\n", 400),
	ROW("NUL for a line", G "\0\r\nX: a\r\n\r\n", 400),
	ROW("NUL begins a line", G "\0X: a\r\n\r\n", 400),
	ROW("NUL in the address", "GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("NUL in the method", "GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("NUL after the version", "GET / HTTP/1.1\0\r\nHost: a\r\n\r\n", 400),
	ROW("control byte in a value", G "X: a\x01\r\n\r\n", 400),
	ROW("DEL in a value", G "X: a\x7f\r\n\r\n", 400),
	ROW("folded line", G "X: a\r\n b\r\n\r\n", 400),
	ROW("folded with a tab", G "X: a\r\n\tb\r\nY: c\r\n\r\n", 400),
	ROW("folded nothing", G "X: a\r\n \r\n\r\n", 400),
	ROW("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
	ROW("folded length", P "Content-Length:\r\n 4\r\n\r\nabcd", 400),
	ROW("space before the colon", G "X : a\r\n\r\n", 400),
	ROW("tab before the colon", G "X\t: a\r\n\r\n", 400),
	ROW("space in a name", G "X Y: a\r\n\r\n", 400),
	ROW("no name", G ": a\r\n\r\n", 400),
	ROW("no colon", G "X\r\n\r\n", 400),
	ROW("no colon at first", "GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
	ROW("quote in a name", G "\"X\": a\r\n\r\n", 400),
	ROW("byte above ASCII in a name", G "X\xc3\xa9: a\r\n\r\n", 400),
	ROW("no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400),
	ROW("two Hosts", G "Host: a\r\n\r\n", 400),
	ROW("two Hosts, case aside", G "hOST: b\r\n\r\n", 400),
	ROW("Host with a name before it", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
	ROW("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
	ROW("Host of two", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
	ROW("two equal lengths", P "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400),
	ROW("two lengths", P "Content-Length: 4\r\nContent-Length: 0\r\n\r\nabcd", 400),
	ROW("length list", P "Content-Length: 4, 4\r\n\r\nabcd", 400),
	ROW("length with plus", P "Content-Length: +4\r\n\r\nabcd", 400),
	ROW("length with minus", P "Content-Length: -4\r\n\r\nabcd", 400),
	ROW("length in hex", P "Content-Length: 0x4\r\n\r\nabcd", 400),
	ROW("length with a fraction", P "Content-Length: 4.0\r\n\r\nabcd", 400),
	ROW("no length", P "Content-Length: \r\n\r\nabcd", 400),
	ROW("length of 16 digits", P "Content-Length: 0000000000000004\r\n\r\nabcd", 400),
	ROW("length with underscore", P "Content_Length: 4\r\n\r\nabcd", 400),
	ROW("length beyond 64 bits", P "Content-Length: 99999999999999999999\r\n\r\n", 413),
	ROW("length beyond all limits", P "Content-Length: 999999999999999\r\n\r\n", 413),
	ROW("both framings", P "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    400),
	ROW("both, the other way",
	    P "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
	ROW("two codings",
	    P "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
	ROW("coding list", P "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
	ROW("coding identity", P "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
	ROW("coding in capitals", P "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", 400),
	ROW("coding with underscore", P "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
	ROW("coding in HTTP/1.0",
	    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
	ROW("chunk size no number", P "Transfer-Encoding: chunked\r\n\r\nzz\r\nabcd\r\n0\r\n\r\n",
	    400),
	ROW("chunk size negative", P "Transfer-Encoding: chunked\r\n\r\n-1\r\nabcd\r\n0\r\n\r\n",
	    400),
	ROW("chunk size with 0x", P "Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n",
	    400),
	ROW("chunk size with space", P "Transfer-Encoding: chunked\r\n\r\n 4\r\nabcd\r\n0\r\n\r\n",
	    400),
	ROW("chunk size empty", P "Transfer-Encoding: chunked\r\n\r\n\r\nabcd\r\n0\r\n\r\n", 400),
	ROW("chunk longer than said", P "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n",
	    400),
	ROW("chunk size beyond 64 bits",
	    P "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabcd\r\n0\r\n\r\n", 413),
	/* Lenient, but the last on its connection. */
	ROW("well chunked", P "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n", 200),
	ROW("chunk ends in LF", P "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\n0\r\n\r\n", 200),
	ROW("chunk size ends in LF", P "Transfer-Encoding: chunked\r\n\r\n4\nabcd\r\n0\r\n\r\n",
	    200),
	ROW("chunk extension", P "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nabcd\r\n0\r\n\r\n",
	    200),
	ROW("trailer", P "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 40\r\n\r\n", 200),
	ROW("another host's address", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("address without scheme", "GET a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("address of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("tunnel", "CONNECT b:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("space in the address", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("tabs for spaces", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("space at the line's end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
	ROW("space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0),
	ROW("byte above ASCII in the address", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("odd method", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("HTTP/0.9", "GET /\r\n\r\n", 400),
	ROW("HTTP/0.9 in full", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
	ROW("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
	ROW("HTTP/2 begins", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
	ROW("http in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
	ROW("one word", "GET\r\nHost: a\r\n\r\n", 0),
	ROW("TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0),
	ROW("upgrade", G "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 501),
	ROW("odd expectation", G "Expect: cake\r\n\r\n", 417),
};

/* Sends the bytes with a request behind them; the status that came back. */
static int provoke(struct fixture *f, const char *p, size_t n)
{
	struct ek_http_talk *t = ek_http_talk_open(ek_http_port(f->http));
	atomic_store(&f->first, 0);
	atomic_store(&f->second, 0);
	char *all = malloc(n + sizeof SECOND);
	assert_non_null(all);
	memcpy(all, p, n);
	memcpy(all + n, SECOND, sizeof SECOND);
	ek_http_talk_send(t, all, n + sizeof SECOND - 1);
	free(all);
	bool is_ended = ek_http_talk_drain(t);
	int status = is_ended ? ek_http_talk_status(t) : -1;
	ek_http_talk_close(t);
	return status;
}

static void hostile_requests_are_refused_and_end_the_connection(void **state)
{
	struct fixture *f = *state;
	uint32_t wrong = 0;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		int status = provoke(f, rows[i].text, rows[i].n);
		int is_run = rows[i].status == 200;
		if (status == rows[i].status && atomic_load(&f->second) == 0 &&
		    atomic_load(&f->first) == is_run)
			continue;
		print_error("%s: %d, expected %d; executed %d, and the hidden one %d\n",
			    rows[i].name, status, rows[i].status, atomic_load(&f->first),
			    atomic_load(&f->second));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* %c is the byte. */
static const char *const places[] = {
	"Transfer-Encoding:%cchunked",        "Transfer-Encoding%c: chunked",
	"%cTransfer-Encoding: chunked",       "Transfer-Encoding: chunked%c",
	"X: X%cTransfer-Encoding: chunked",   "Transfer-Encoding: chunked%cX: X",
	"X: X\r%cTransfer-Encoding: chunked", "X: X%c\nTransfer-Encoding: chunked",
	"Transfer-Encoding: chunked\r%cX: X", "Transfer-Encoding: chunked%c\nX: X",
};
static const unsigned char bytes[] = {0x00, 0x01, 0x04, 0x08, 0x09, 0x0a, 0x0b,
				      0x0c, 0x0d, 0x1f, 0x20, 0x7f, 0xa0, 0xff};

static const char *const forms[] = {
	"Transfer-Encoding: chunked",
	" Transfer-Encoding: chunked",
	"Transfer-Encoding:\tchunked",
	"Transfer-Encoding\t:\tchunked",
	"Transfer Encoding: chunked",
	"Transfer_Encoding: chunked",
	"Transfer Encoding:chunked",
	"Transfer-Encoding : chunked",
	"Transfer-Encoding:  chunked",
	"Transfer-Encoding: chunked, cow",
	"Transfer-Encoding: cow, chunked",
	"Transfer-Encoding:\n chunked",
	"Transfer-Encoding: \"chunked\"",
	"Transfer-Encoding: 'chunked'",
	"Transfer-Encoding: chunk",
	"TrAnSFer-EnCODinG: cHuNkeD",
	"TRANSFER-ENCODING: CHUNKED",
	"Transfer-Encoding: chunked\t",
	"Transfer-Encoding: cow\r\nTransfer-Encoding: chunked",
	"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow",
	"Transfer\r-Encoding: chunked",
	"Transfer-Encoding: cow chunked bar",
	"Transfer-Encoding: \377chunked",
	"Transfer-Encoding: ch\x96nked",
	"Transf\x82r-Encoding: chunked",
	"X:X\rTransfer-Encoding: chunked",
	"X:X\nTransfer-Encoding: chunked",
};

/* Both ways round: the length covers what the chunks do not, and the reverse. Executing the hidden
 * request is the fault in the first; in the second only if the header was taken for another's. */
static bool is_safe(struct fixture *f, const char *header, size_t n, const char *name)
{
	static const char *const ways[] = {"\r\nContent-Length: 38\r\n\r\n0\r\n\r\n",
					   "\r\nContent-Length: 4\r\n\r\n26\r\n"};
	bool ok = true;
	for (size_t i = 0; i < EK_LEN(ways); i++) {
		char text[512];
		size_t at = strlen(P);
		memcpy(text, P, at);
		memcpy(text + at, header, n);
		memcpy(text + at + n, ways[i], strlen(ways[i]));
		int status = provoke(f, text, at + n + strlen(ways[i]));
		if ((status == 400 || status == 0) && atomic_load(&f->second) == 0)
			continue;
		print_error("%s, way %zu: %d, hidden one executed %d\n", name, i, status,
			    atomic_load(&f->second));
		ok = false;
	}
	return ok;
}

/* The header with the byte in its place; false for what is no disguise but an X whose value names
 * another header: bytes that a value may hold. */
static bool disguise(char *text, size_t *n, size_t place, unsigned char byte)
{
	const char *hole = strstr(places[place], "%c");
	size_t before = (size_t)(hole - places[place]);
	*n = strlen(places[place]) - 1;
	memcpy(text, places[place], before);
	text[before] = (char)byte;
	memcpy(text + before + 1, hole + 2, *n - before - 1);
	return place != 4 || !(byte == 0x09 || byte == 0x20 || byte >= 0x80);
}

static void transfer_encoding_in_disguise_never_hides_a_request(void **state)
{
	struct fixture *f = *state;
	uint32_t wrong = 0;
	for (size_t i = 0; i < EK_LEN(forms); i++)
		wrong += is_safe(f, forms[i], strlen(forms[i]), forms[i]) ? 0 : 1;
	for (size_t i = 0; i < EK_LEN(places); i++)
		for (size_t j = 0; j < EK_LEN(bytes); j++) {
			char text[128], name[160];
			size_t n;
			if (!disguise(text, &n, i, bytes[j]))
				continue;
			(void)snprintf(name, sizeof name, "%zu with %02x", i, bytes[j]);
			wrong += is_safe(f, text, n, name) ? 0 : 1;
		}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *name, *before;
	const char *fill;
	size_t count;
	const char *after;
	int status, or_status; /* the library's own way where the first is ours */
} sizes[] = {
	{"N16 101 header lines", G, "X: a\r\n", 100, "\r\n", 431, 431},
	{"N16 33 KiB of headers", G "X: ", "abcdefgh", 4224, "\r\n\r\n", 431, 431},
	{"N16 200 KiB of headers", G "X: ", "abcdefgh", 25600, "\r\n\r\n", 431, 0},
	{"N16 9 KiB of address", "GET /", "abcdefgh", 1152, " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
	 414},
	{"N16 200 KiB of address", "GET /", "abcdefgh", 25600, " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
	 0},
	{"N16 parameters without number", "GET /?", "a&", 8000, " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
	 414},
	{"N16 cookies without number", G "Cookie: ", "a;", 12000, "a\r\n\r\n", 431, 0},
};

static void sizes_have_limits(void **state)
{
	struct fixture *f = *state;
	uint32_t wrong = 0;
	for (size_t i = 0; i < EK_LEN(sizes); i++) {
		size_t unit = strlen(sizes[i].fill), n = strlen(sizes[i].before);
		size_t cap = n + unit * sizes[i].count + strlen(sizes[i].after);
		char *text = malloc(cap);
		assert_non_null(text);
		memcpy(text, sizes[i].before, n);
		for (size_t k = 0; k < sizes[i].count; k++, n += unit)
			memcpy(text + n, sizes[i].fill, unit);
		memcpy(text + n, sizes[i].after, cap - n);
		int status = provoke(f, text, cap);
		free(text);
		if ((status == sizes[i].status || status == sizes[i].or_status) &&
		    atomic_load(&f->first) == 0 && atomic_load(&f->second) == 0)
			continue;
		print_error("%s: %d\n", sizes[i].name, status);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* What must go on working: each of these leaves the connection open for the one behind it. */
static const char *const good[] = {
	G "\r\n",
	G "X:a\r\nY: \t b \t\r\nZ:\r\n\r\n",
	"GET http://a/ HTTP/1.1\r\nHost: A\r\n\r\n",
	"GET /?a=%00&b[]=|{}&c HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
	P "Content-Length: 4\r\n\r\nabcd",
	P "Content-Length: 000000000000004\r\n\r\n\0\r\n\n",
	G "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
	G "X: \xc3\xa9\r\nCookie: a=b; c=\"d\"\r\nCookie: e\r\n\r\n",
	"\r\n" G "\r\n",
};

static void well_formed_requests_share_a_connection(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(good); i++) {
		bool has_zeros = strstr(good[i], "000000004") != NULL;
		struct ek_http_talk *t = ek_http_talk_open(ek_http_port(f->http));
		atomic_store(&f->second, 0);
		ek_http_talk_send(t, good[i], has_zeros ? strlen(good[i]) + 4 : strlen(good[i]));
		if (ek_http_talk_hear(t, true) != 200)
			fail_msg("%s: %s", good[i], t->text);
		assert_int_equal(ek_http_talk_ask(t, SECOND), 200);
		assert_int_equal(atomic_load(&f->second), 1);
		ek_http_talk_close(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hostile_requests_are_refused_and_end_the_connection,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(transfer_encoding_in_disguise_never_hides_a_request,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(sizes_have_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(well_formed_requests_share_a_connection, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
