/* api_security -- passwords that are set anew, for those who do so: oneself, and who was given a
 * link. */
#ifndef EK_API_API_SECURITY_H
#define EK_API_API_SECURITY_H

#include "api/api_sign_in.h"

/* One's own password as it is kept (p NULL = none), and when it was set. */
bool ek_api_security_kept(struct ek_turn *t, ek_str *kept, int64_t *password_ms) EK_MUST_CHECK;
/* In check: links of that person which still stand; voided in made. */
bool ek_api_security_invites(struct ek_turn *t, int64_t teammate,
			     struct ek_turn_rows *rows) EK_MUST_CHECK;
void ek_api_security_void(struct ek_turn *t, const struct ek_turn_rows *invites);
/* In made: the password of the person of that row becomes this. */
void ek_api_security_set(struct ek_turn *t, const struct ek_views_value *row, ek_str hash);

#endif
