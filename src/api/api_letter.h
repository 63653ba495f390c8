/* api_letter -- mails as they came, read again when somebody wants more of one than its new text:
 * the source, the whole text with what it quotes, the page with its formatting.
 *
 * A page is cleaned by the parser (channels/html.h) and goes out under a policy by which nothing
 * in it runs and nothing is loaded but pictures of ours, below /i/. Those have signed addresses,
 * as a frame without an origin sends no cookie: good for EK_API_LETTER_PASS_MS, for as long as the
 * sign-in that saw the page. A picture that came with the mail is read from disk, one that lies
 * elsewhere is asked for by the fetcher (channels/fetch.h), so that its owner sees this server and
 * nobody's browser. Source: spec security, section 3.
 */
#ifndef EK_API_API_LETTER_H
#define EK_API_API_LETTER_H

#include "api/turn.h"

enum {
	EK_API_LETTER_PASS_MS = 5 * 60 * 1000,
	EK_API_LETTER_URL = 2000, /* of a picture that lies elsewhere */
	EK_API_LETTER_PASS = 3000 /* characters of a signed address */
};
#define EK_API_LETTER_PICTURES "/i/"

struct ek_api_letters;

/* Its thread and its fetcher start with the first who asks. Errors: NO_MEMORY. */
bool ek_api_letters_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* What waits is answered. Accepts being told twice. */
void ek_api_letters_stop(struct ek_api *api);
void ek_api_letters_close(struct ek_api *api);

/* What a signed address shows: an attachment, or (0) what lies at url. */
struct ek_api_letter_picture {
	int64_t attachment;
	ek_str url;
};
/* The part of its address behind /i/, for who asks; ended. Returns its length; 0: too long. */
size_t ek_api_letter_pass(const struct ek_turn *t, const struct ek_api_letter_picture *picture,
			  char out[EK_API_LETTER_PASS]);
/* Whether a type is one of the pictures that hold no script. */
bool ek_api_letter_is_picture(ek_str type);
/* GET /i/PASS; of any other path false, and nothing is done. */
bool ek_api_letter_handle(struct ek_turn *t);

#endif
