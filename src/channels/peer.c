#include "channels/peer.h"

#include <string.h>

#include "base/utf8.h"

static const char *const words[] = {
#define X(NAME, word) [EK_PEER_##NAME] = (word),
	EK_PEER_ERRORS(X)
#undef X
};

const char *ek_peer_word(enum ek_peer_error error)
{
	return words[error];
}

bool ek_peer_tls_read(ek_str word, enum ek_peer_tls *out)
{
	*out = ek_str_is(word, "starttls") ? EK_PEER_STARTTLS
	       : ek_str_is(word, "none")   ? EK_PEER_PLAIN
					   : EK_PEER_TLS;
	return *out != EK_PEER_TLS || ek_str_is(word, "tls");
}

ek_span ek_peer_patience(const struct ek_peer *peer)
{
	return peer->patience.ms > 0 ? peer->patience : (ek_span){EK_PEER_PATIENCE_MS};
}

bool ek_peer_begin(struct ek_err *err)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ||
	       ek_fail(err, EK_NO_MEMORY, "the library for mail does not begin");
}

void ek_peer_end(void)
{
	curl_global_cleanup();
}

static bool set_security(CURL *c, const struct ek_peer *peer)
{
	long want = peer->tls == EK_PEER_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL;
	bool ok =
		curl_easy_setopt(c, CURLOPT_USE_SSL, want) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (ok && peer->authorities != NULL && peer->authorities[0] != 0)
		ok = curl_easy_setopt(c, CURLOPT_CAINFO, peer->authorities) == CURLE_OK;
	return ok;
}

/* The very address that will be connected to, at each try of each name. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct ek_peer_way *way = ctx;
	const struct ek_peer *peer = way->peer;
	enum ek_outbound_use use =
		peer->tls == EK_PEER_PLAIN ? EK_OUTBOUND_MAIL_PLAIN : EK_OUTBOUND_MAIL;
	struct ek_outbound_address a;
	uint16_t port;
	if (purpose == CURLSOCKTYPE_IPCXN && ek_outbound_of(&to->addr, &a, &port) &&
	    port == peer->port && ek_outbound_may(use, peer->listed.v, peer->listed.n, &a))
		return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	way->is_refused = true;
	return CURL_SOCKET_BAD;
}

static bool set_guard(CURL *c, struct ek_peer_way *way)
{
	return curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, way) == CURLE_OK;
}

static bool set_peer(CURL *c, const struct ek_peer *peer, const struct ek_peer_ask *ask)
{
	char url[2 * EK_PEER_TEXT + 64];
	bool is_six = strchr(peer->host, ':') != NULL && peer->host[0] != '[';
	ek_format(url, sizeof url, "%s%s://%s%s%s:%u/%s", ask->scheme,
		  peer->tls == EK_PEER_TLS ? "s" : "", is_six ? "[" : "", peer->host,
		  is_six ? "]" : "", peer->port, ask->path);
	bool ok =
		curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps") == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)ask->connect.ms) == CURLE_OK &&
		curl_easy_setopt(c, CURLOPT_ERRORBUFFER, ask->way->message) == CURLE_OK &&
		set_guard(c, ask->way) && set_security(c, peer);
	if (ok && peer->user[0] != 0)
		ok = curl_easy_setopt(c, CURLOPT_USERNAME, peer->user) == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_PASSWORD, peer->password) == CURLE_OK;
	return ok;
}

CURL *ek_peer_open(const struct ek_peer *peer, const struct ek_peer_ask *ask)
{
	CURL *c = curl_easy_init();
	*ask->way = (struct ek_peer_way){.peer = peer};
	if (c != NULL && !set_peer(c, peer, ask)) {
		curl_easy_cleanup(c);
		c = NULL;
	}
	return c;
}

void ek_peer_detail(struct ek_peer_fault *out, ek_str said)
{
	uint32_t n = ek_utf8_is_text(said) ? ek_utf8_cut(said, EK_PEER_DETAIL - 1) : 0;
	memcpy(out->detail, n > 0 ? said.p : "", n);
	n = ek_utf8_strip(out->detail, n);
	out->detail[n] = 0;
}

static bool has(const char *message, const char *what)
{
	return strstr(message, what) != NULL;
}

static enum ek_peer_error of_timeout(const char *message)
{
	/* Connected, and then silence: something answers, but not as a server of mail does. */
	return has(message, "onnect") || has(message, "esolv") ? EK_PEER_PORT_BLOCKED : EK_PEER_CUT;
}

static enum ek_peer_error of_certificate(const char *message)
{
	bool is_name = has(message, "subject name") || has(message, "does not match");
	return is_name ? EK_PEER_TLS_NAME : EK_PEER_TLS_UNTRUSTED;
}

static enum ek_peer_error error_of(CURLcode code, const char *message)
{
	static const struct {
		CURLcode code;
		enum ek_peer_error error;
	} plain[] = {
		{CURLE_OK, EK_PEER_NONE},
		{CURLE_COULDNT_RESOLVE_HOST, EK_PEER_HOST_UNKNOWN},
		{CURLE_SSL_CACERT_BADFILE, EK_PEER_LOCAL},
		{CURLE_SSL_CONNECT_ERROR, EK_PEER_NO_TLS},
		{CURLE_USE_SSL_FAILED, EK_PEER_NO_TLS},
		{CURLE_LOGIN_DENIED, EK_PEER_WRONG_PASSWORD},
		{CURLE_WEIRD_SERVER_REPLY, EK_PEER_NO_MAIL},
		{CURLE_UNSUPPORTED_PROTOCOL, EK_PEER_NO_MAIL},
		{CURLE_OUT_OF_MEMORY, EK_PEER_LOCAL},
		{CURLE_READ_ERROR, EK_PEER_LOCAL},
	};
	for (size_t i = 0; i < EK_LEN(plain); i++) {
		if (plain[i].code == code)
			return plain[i].error;
	}
	if (code == CURLE_COULDNT_CONNECT)
		return has(message, "imed out") ? EK_PEER_PORT_BLOCKED : EK_PEER_PORT_CLOSED;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return of_timeout(message);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return of_certificate(message);
	return EK_PEER_CUT;
}

/* A refused address is told as no more than that: not what would have answered there. */
void ek_peer_judge(CURLcode code, const struct ek_peer_way *way, struct ek_peer_fault *out)
{
	const char *message = way->message;
	bool is_refused = code == CURLE_COULDNT_CONNECT && way->is_refused;
	*out = (struct ek_peer_fault){.error = is_refused ? EK_PEER_NOT_ALLOWED
							  : error_of(code, message)};
	if (is_refused)
		return;
	const char *said = message[0] != 0 ? message : curl_easy_strerror(code);
	if (code != CURLE_OK)
		ek_peer_detail(out, (ek_str){said, (uint32_t)strlen(said)});
}
