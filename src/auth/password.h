/* password -- what may be one, what is kept of it, and the one thread that looks at them.
 *
 * argon2id (RFC 9106) by libsodium: 64 MiB, 3 passes, 1 lane. What is kept is a PHC string, which
 * names its own cost, so that a hash of another cost still verifies and can be made anew.
 * A hash takes about 0.1 s and all of the 64 MiB: one thread does them one after another, and at
 * most 16 wait, so that a flood costs the server no more than that.
 *
 * What is refused: fewer than 12 or more than 256 bytes; what is no text; what is among the
 * commonest, or weighs less than 8. A password weighs one for each character; a run (abc, aaa),
 * a way along the keyboard (qwer, 1qaz), a repetition of what stood before, one of 400 common
 * words, or a word of the context (name, address, workspace, Evenkeel) weighs 2 in all, however
 * long, and also in capitals and with 0 for o, 3 for e, @ for a and their like. No composition is
 * asked for. Of the 10,000 commonest only 25 are long enough; those and 283 others are known by
 * heart, see password_common.c.
 * Sources: RFC 9106; the PHC string format; OWASP ASVS 5.0, V6.2; weights after zxcvbn (Wheeler,
 * USENIX Security 2016), much simplified.
 */
#ifndef EK_AUTH_PASSWORD_H
#define EK_AUTH_PASSWORD_H

#include "base/base.h"

enum {
	EK_PASSWORD_MIN = 12, /* bytes */
	EK_PASSWORD_MAX = 256,
	EK_PASSWORD_HASH = 128, /* room for what is kept, with its NUL */
	EK_PASSWORD_QUEUE = 16, /* that wait beside the one in work */
};

/* -- what may be one -- */

enum ek_password_fault {
	EK_PASSWORD_FINE = 0,
	EK_PASSWORD_SHORT,
	EK_PASSWORD_LONG,
	EK_PASSWORD_NO_TEXT, /* not UTF-8, or a NUL in it */
	EK_PASSWORD_COMMON,  /* known, or too easily guessed */
	EK_PASSWORD_CONTEXT, /* too easily guessed by who knows the person or the product */
};

/* Words that a password may not lean on; any may be empty. */
struct ek_password_context {
	ek_str name;
	ek_str email;
	ek_str workspace;
};

/* Cost: about a millisecond at worst. */
enum ek_password_fault ek_password_judge(ek_str password,
					 const struct ek_password_context *context);

/* -- what is kept: these calls take the time and memory of the cost -- */

struct ek_password_cost {
	uint32_t passes;
	uint32_t memory_kib;
};
/* 3 passes over 64 MiB. */
struct ek_password_cost ek_password_usual(void);
/* Whether a server may be set to it: at least 2 passes over 19 MiB, at most 16 over 256 MiB. */
bool ek_password_is_allowed(struct ek_password_cost cost);

/* Errors: NO_MEMORY; LIMIT for more than EK_PASSWORD_MAX bytes. */
bool ek_password_hash(ek_str password, struct ek_password_cost cost, char out[EK_PASSWORD_HASH],
		      struct ek_err *err) EK_MUST_CHECK;
/* False for a wrong password, and for what is kept when it is empty, of another form, or asks for
 * more than 16 passes or 256 MiB. */
bool ek_password_verify(ek_str kept, ek_str password);
/* Whether what is kept has another cost than this: make it anew at the next good sign-in. */
bool ek_password_is_old(ek_str kept, struct ek_password_cost cost);

/* -- the thread -- */

struct ek_password_thread;

struct ek_password_answer {
	bool is_dropped;  /* not looked at: the thread ends, or there was no memory */
	bool is_right;    /* verify: it is the one */
	const char *hash; /* to be kept from now on: of a new password, or of a right one whose hash
			   * was old; NULL else. Lives as long as the call */
};
/* On the password thread: short, and not closing the thread. */
typedef void ek_password_done(void *ctx, const struct ek_password_answer *answer);

struct ek_password_job {
	bool is_new;     /* make a hash; else verify */
	ek_str password; /* copied, and overwritten after use */
	ek_str kept; /* verify: copied. Empty for a name that is unknown: same work, never right */
	ek_password_done *done;
	void *ctx;
};

/* Starts it; makes one hash. *thread is the caller's, to be closed. A cost below the floor is for
 * tests. Errors: NO_MEMORY. */
bool ek_password_open(struct ek_password_cost cost, struct ek_password_thread **thread,
		      struct ek_err *err) EK_MUST_CHECK;
/* Ends it after the job in work; those that wait are answered as dropped. Accepts NULL inside;
 * leaves NULL. */
void ek_password_close(struct ek_password_thread **thread);
/* Any thread. True: done will be called once. Errors, and then it is not called: BUSY when 16 wait
 * (429, try again in a second); LIMIT for a password that is too long. */
bool ek_password_ask(struct ek_password_thread *thread, const struct ek_password_job *job,
		     struct ek_err *err) EK_MUST_CHECK;

#endif
