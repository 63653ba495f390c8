/* api_edit -- how configuration is changed: ETags, If-Match, dry_run.
 *
 * An ETag is a digest of what a reader would see of the configuration, made from the present state
 * each time: whoever changes it, by whatever way, changes it. */
#ifndef EK_API_API_EDIT_H
#define EK_API_API_EDIT_H

#include "api/api_change.h"

/* Sets the ETag of what is written there as JSON. */
void ek_api_edit_tag(struct ek_turn *t, ek_str json);
/* If-Match against it: false, with 428, or 412 and `current`, in the problem. json must live as
 * long as the turn. Only in check, where nothing changes any more. */
bool ek_api_edit_match(struct ek_turn *t, ek_str json) EK_MUST_CHECK;

/* A change of configuration. The handler's state (t->state) begins with it. */
struct ek_api_edit {
	struct ek_turn_write write;
	/* Says which fields differ, before the command. NULL = nothing to say. */
	void (*diff)(struct ek_turn *t, struct ek_api_change_fields *f);
};
/* In check: what is decided is this command, or none (NULL). */
void ek_api_edit_command(struct ek_turn *t, struct ek_api_edit *edit, struct ek_cmd *cmd);
/* Does it; or, with dry_run=true, checks the same, changes nothing and answers
 *   {"dry_run":true,"changes":{name:{"before","after"}},"effect":preview/1 or null,"seq":...} */
void ek_api_edit_do(struct ek_turn *t, const struct ek_api_edit *edit);

#endif
