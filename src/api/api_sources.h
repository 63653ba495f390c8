/* api_sources -- other systems that post conversations in: who may, and what became of it.
 *
 * A source has a secret, by which each message is signed (Standard Webhooks, auth/sign.h), and a
 * mapping: where in its JSON the id of the conversation, the text and the rest stand. A message is
 * taken once, whatever is repeated: its webhook-id is an idempotency key of seven days.
 * Source: spec security, section 5; promises, N26, P9.
 */
#ifndef EK_API_API_SOURCES_H
#define EK_API_API_SOURCES_H

#include "api/turn.h"

enum {
	EK_API_SOURCES_MAX = 50,
	EK_API_SOURCES_KEEP_DAYS = 30, /* the list of what was posted */
	EK_API_SOURCES_POINTER = 200,
};

/* Members of a mapping, in this order. */
enum {
	EK_API_SOURCES_CONVERSATION,
	EK_API_SOURCES_TITLE,
	EK_API_SOURCES_TEXT,
	EK_API_SOURCES_EMAIL,
	EK_API_SOURCES_NAME,
	EK_API_SOURCES_MEMBERS
};
/* Pointers of a mapping as it is kept; p NULL = it is not there. False with a problem. */
bool ek_api_sources_mapping(struct ek_turn *t, ek_str json,
			    ek_str out[EK_API_SOURCES_MEMBERS]) EK_MUST_CHECK;
/* What its secret is sealed for (api_signer.h). */
#define EK_API_SOURCES_KIND "source"

#endif
