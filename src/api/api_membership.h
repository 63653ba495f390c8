/* api_membership -- who serves which team inbox, as requests say it. */
#ifndef EK_API_API_MEMBERSHIP_H
#define EK_API_API_MEMBERSHIP_H

#include "api/turn.h"

struct ek_api_membership {
	uint32_t id; /* of the team or teammate */
	EK_C_LEVEL level;
};
struct ek_api_memberships {
	struct ek_api_membership *v;
	uint32_t n;
};

/* A list of {"team" or "teammate", "level"}; level is primary if not said. kind says which.
 * False with faults: `both_levels` for one that is named at both, `repeated` for one that is
 * named twice. */
bool ek_api_membership_read(struct ek_turn *t, const struct ek_patch_at *at,
			    enum ek_ident_kind kind, struct ek_api_memberships *out);

#endif
