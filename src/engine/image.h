/* image -- the canonical bytes of a state, as engine_save.c writes and engine_load.c reads them.
 *
 * Magic, format version, then every primary field of state.h in the order of its structs; nothing
 * derived, nothing that tells how the state came about. Numbers are little-endian base 128, signed
 * ones folded (0, -1, 1, -2, ...), each in its shortest form; times are differences. A conversation
 * says in a mask which of its fields are there: an ordinary one takes about 30 bytes.
 * A change of the format is a new version; older ones are read as before.
 */
#ifndef EK_ENGINE_IMAGE_H
#define EK_ENGINE_IMAGE_H

#include "engine/state.h"

#define EK_IMAGE_MAGIC "EKSTATE" /* with its NUL: 8 bytes */

/* 1: without the earlier office hours of changes. 2: without the local times that conversations
 * sleep until, and the givings that team inboxes count. Still written where there are none, so that
 * the hash of a state that an older version knew is what it was. */
enum { EK_IMAGE_VERSION = 3 };

/* What is there of a conversation; the first are the most usual, so that masks are short. A mark
 * (from ANYWAY on) is all there is to it. */
enum {
	EK_IMAGE_CONTACT = 1u << 0,
	EK_IMAGE_TEAM = 1u << 1,
	EK_IMAGE_MATE = 1u << 2, /* with its assignment */
	EK_IMAGE_TOUCH_FROM = 1u << 3,
	EK_IMAGE_CLOSED_AT = 1u << 4,
	EK_IMAGE_WAITING_SINCE = 1u << 5,
	EK_IMAGE_QUEUED_AT = 1u << 6,
	EK_IMAGE_PRIORITY = 1u << 7,
	EK_IMAGE_OPENED_AT = 1u << 8,
	EK_IMAGE_SLA_DUE = 1u << 9,
	EK_IMAGE_COMPLEXITY = 1u << 10, /* other than 1 */
	EK_IMAGE_EXTRA = 1u << 11,
	EK_IMAGE_SNOOZED_UNTIL = 1u << 12,
	EK_IMAGE_STRANDED_FROM = 1u << 13,
	EK_IMAGE_OVERTAKEN = 1u << 14,
	EK_IMAGE_OPENED = 1u << 15,
	EK_IMAGE_BOUND = 1u << 16,
	EK_IMAGE_KNOWN = 1u << 17,
	EK_IMAGE_HOLD = 1u << 18,
	EK_IMAGE_OFFER = 1u << 19,
	EK_IMAGE_RESNOOZED = 1u << 20,
	EK_IMAGE_ASSIGNMENT = 1u << 21, /* a former one: nobody holds it */
	EK_IMAGE_ANYWAY = 1u << 22,
	EK_IMAGE_SLA_MISSED = 1u << 23,
	EK_IMAGE_SLA_SLIPPED = 1u << 24,
	EK_IMAGE_ALERTED = 1u << 25,
	EK_IMAGE_NUDGED = 1u << 26,
	EK_IMAGE_HELD_ONCE = 1u << 27,
	EK_IMAGE_END = 1u << 28,
};

/* Marks of a teammate; presence stands above them. */
enum {
	EK_IMAGE_DELETED = 1u << 0,
	EK_IMAGE_DEACTIVATED = 1u << 1,
	EK_IMAGE_LANDING = 1u << 2,
	EK_IMAGE_FULL = 1u << 3, /* intake */
	EK_IMAGE_PRESENCE = 1u << 4,
};

/* Marks of a need; the level stands above them. */
enum { EK_IMAGE_REQUIRED = 1u << 0, EK_IMAGE_RELAXED = 1u << 1, EK_IMAGE_LEVEL = 1u << 2 };

/* What follows from the primary state; the engine has that, fresh from its bytes, and nothing else.
 * Cost: O(state), with a sort of the memberships and of each lane. */
void ek_engine_derive(struct ek_engine *e);

#endif
