/* api_signer -- what signs: webhooks, which tell other systems, and sources, which other systems
 * post to. Each has a secret of Standard Webhooks (auth/sign.h), sealed where it is kept and told
 * once; it is made, changed and given another secret here, whichever it is.
 *
 * The handler's state (t->state) begins with a struct ek_api_signer. Everything on the writer's
 * thread happens with the row that check read. Source: spec security, section 5.
 */
#ifndef EK_API_API_SIGNER_H
#define EK_API_API_SIGNER_H

#include "api/turn.h"
#include "auth/seal.h"
#include "auth/sign.h"

/* For so long the secret before is good too. */
enum { EK_API_SIGNER_ROTATE_MS = 24 * 3600000, EK_API_SIGNER_PLACE = 40 };

/* What differs between the two. */
struct ek_api_signer_kind {
	const char *name; /* in the audit log, and of what its secret is sealed for: "webhook" */
	bool goes_out;    /* what a sample workspace makes none of */
	enum ek_content table;
	uint32_t secret, before;    /* columns: the secret, and the one before */
	uint32_t revision, updated; /* columns */
	const char *count;          /* how many there are, in SQL */
	int64_t max;
	/* Reads the row as it is, with nothing pending; false with the problem. */
	bool (*read)(struct ek_turn *t);
	/* The row as a new one is, without what all have; and what the request says into it. */
	void (*begin)(struct ek_turn *t);
	void (*take)(struct ek_turn *t);
	/* Until when the secret before is good. */
	void (*rotating)(struct ek_turn *t, ek_time until);
	/* Behind the row: what else is kept; NULL = nothing. */
	void (*keep)(struct ek_turn *t);
	/* The members of the answer. */
	void (*show)(struct ek_turn *t);
};

struct ek_api_signer {
	const struct ek_api_signer_kind *kind;
	uint64_t id;
	struct ek_views_value *row; /* of the table's width, the handler's */
	char text[EK_SIGN_SECRET + 1];
	uint8_t sealed[EK_SIGN_KEY + EK_SEAL_MORE];
};

/* For what the secret of this one is sealed. */
ek_str ek_api_signer_place(const char *name, uint64_t id, char out[EK_API_SIGNER_PLACE]);
/* Once all is bound and allowed: each answers, whatever happens. create and rotate tell a secret,
 * and need a master key. */
void ek_api_signer_create(struct ek_turn *t);
void ek_api_signer_update(struct ek_turn *t);
void ek_api_signer_rotate(struct ek_turn *t);
/* An entry of the audit log: "<name>.<what>". */
void ek_api_signer_note(struct ek_turn *t, const char *what);

#endif
