#include "channels/smtp.h"

#include <string.h>

enum { ADDRESS = 300 };

struct talk {
	const struct ek_smtp_mail *mail;
	size_t at; /* of its bytes */
	struct ek_peer_way way;
	char said[EK_PEER_DETAIL]; /* the last line in which the server said no */
	uint32_t said_n;
	struct curl_slist *to;
};

static size_t give(char *out, size_t size, size_t count, void *ctx)
{
	struct talk *t = ctx;
	size_t left = t->mail->bytes.n - t->at;
	size_t n = size * count < left ? size * count : left;
	memcpy(out, t->mail->bytes.p + t->at, n);
	t->at += n;
	return n;
}

/* Lines of the server come as headers do. */
static size_t hear(char *line, size_t size, size_t count, void *ctx)
{
	struct talk *t = ctx;
	size_t n = size * count;
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n == 0 || (line[0] != '4' && line[0] != '5'))
		return size * count;
	t->said_n = (uint32_t)(n < sizeof t->said ? n : sizeof t->said);
	memcpy(t->said, line, t->said_n);
	return size * count;
}

static int progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct talk *t = ctx;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return t->mail->is_ending != NULL && t->mail->is_ending(t->mail->ctx);
}

static void print_angled(ek_str s, char out[ADDRESS])
{
	uint32_t n = s.n < ADDRESS - 3 ? s.n : 0;
	out[0] = '<';
	memcpy(out + 1, s.p, n);
	memcpy(out + 1 + n, ">", 2);
}

static bool set_envelope(CURL *c, struct talk *t)
{
	char address[ADDRESS];
	for (uint32_t i = 0; i < t->mail->to_count; i++) {
		print_angled(t->mail->to[i], address);
		struct curl_slist *more = curl_slist_append(t->to, address);
		if (more == NULL)
			return false;
		t->to = more;
	}
	print_angled(t->mail->from, address);
	return curl_easy_setopt(c, CURLOPT_MAIL_FROM, address) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_MAIL_RCPT, t->to) == CURLE_OK;
}

static bool set_talk(CURL *c, struct talk *t)
{
	return curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, hear) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERDATA, t) == CURLE_OK;
}

/* A word of it is an answer: whoever sends it one letter at a time is as silent as who says
 * nothing. */
static bool set_times(CURL *c, const struct ek_peer *peer)
{
	long seconds = (long)(ek_peer_patience(peer).ms + 999) / 1000;
	return curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, seconds) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)EK_SMTP_SEND_MS) == CURLE_OK;
}

static bool set_bytes(CURL *c, struct talk *t)
{
	return curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_READFUNCTION, give) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_READDATA, t) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->mail->bytes.n) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, progress) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_XFERINFODATA, t) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

/* What the server said decides where it said something. */
static void judge(CURL *c, CURLcode code, const struct talk *t, struct ek_peer_fault *fault)
{
	long status = 0;
	ek_peer_judge(code, &t->way, fault);
	if (code == CURLE_OK || curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
		return;
	fault->status = (int)status;
	if (status < 400 || status > 599)
		return;
	if (status < 500)
		fault->error = EK_PEER_BUSY;
	else if (fault->error != EK_PEER_WRONG_PASSWORD && fault->error != EK_PEER_NO_TLS)
		fault->error = EK_PEER_REFUSED;
	ek_peer_detail(fault, (ek_str){t->said, t->said_n});
}

static CURL *open_peer(const struct ek_peer *peer, ek_str from, struct talk *t)
{
	char helo[ADDRESS];
	uint32_t at = from.n;
	while (at > 0 && from.p[at - 1] != '@')
		at--;
	uint32_t n = from.n - at < sizeof helo ? from.n - at : 0;
	memcpy(helo, from.p + at, n);
	helo[n] = 0;
	const struct ek_peer_ask ask = {"smtp", helo, &t->way, {EK_SMTP_CONNECT_MS}};
	return ek_peer_open(peer, &ask);
}

bool ek_smtp_send(const struct ek_peer *peer, const struct ek_smtp_mail *mail,
		  struct ek_peer_fault *fault)
{
	struct talk t = {.mail = mail};
	CURL *c = open_peer(peer, mail->from, &t);
	CURLcode code = CURLE_OUT_OF_MEMORY;
	if (c != NULL && set_talk(c, &t) && set_envelope(c, &t) && set_bytes(c, &t) &&
	    set_times(c, peer))
		code = curl_easy_perform(c);
	judge(c, code, &t, fault);
	curl_slist_free_all(t.to);
	curl_easy_cleanup(c);
	return code == CURLE_OK;
}

bool ek_smtp_try(const struct ek_peer *peer, ek_str helo, struct ek_peer_fault *fault)
{
	struct talk t = {.mail = NULL};
	CURL *c = open_peer(peer, helo, &t);
	CURLcode code = CURLE_OUT_OF_MEMORY;
	if (c != NULL && set_talk(c, &t) &&
	    curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 2L * EK_SMTP_CONNECT_MS) == CURLE_OK)
		code = curl_easy_perform(c);
	judge(c, code, &t, fault);
	curl_easy_cleanup(c);
	return code == CURLE_OK;
}
