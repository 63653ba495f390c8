/* api_people_inside -- what the files about teammates share. Included by them alone. */
#ifndef EK_API_API_PEOPLE_INSIDE_H
#define EK_API_API_PEOPLE_INSIDE_H

#include "api/api_edit.h"
#include "api/api_membership.h"
#include "api/api_person.h"
#include "api/api_text.h"

/* Where a role holds that may be set for teams one by one. */
struct ek_api_people_reach {
	enum ek_patch_state state; /* ABSENT: not said; NULL: for every team */
	struct ek_patch_at at;
	struct ek_api_ids teams;
};

/* What a request says of somebody. The places (at) point into it: it stays where it is. */
struct ek_api_people_draft {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_patch_at root;
	struct ek_patch_value v[8];
	bool has_name;
	bool has_email;
	bool has_roles;
	bool has_languages;
	ek_str name, name_key;
	ek_str email, email_key;
	ek_str languages; /* JSON */
	uint64_t roles;   /* bits of the words of WORDS_roles */
	struct ek_api_people_reach leads, manages;
	struct ek_api_memberships memberships;
	/* as it is: of who is changed */
	struct ek_api_person person;
	const struct ek_views_value *row; /* of people, whole */
	/* as it becomes */
	int64_t bits;
	ek_team_id *lead_teams, *manager_teams;
	uint32_t lead_count, manager_count;
	/* of an invitation */
	ek_str told; /* the answer with what is told once */
};

enum ek_api_people_member {
	EK_API_PEOPLE_NAME,
	EK_API_PEOPLE_EMAIL,
	EK_API_PEOPLE_ROLES,
	EK_API_PEOPLE_LANGUAGES,
	EK_API_PEOPLE_LEADS,
	EK_API_PEOPLE_MANAGES,
	EK_API_PEOPLE_MEMBERSHIPS,
};

/* Reads what both say of name, address, roles and languages from d->v. On the HTTP thread. */
bool ek_api_people_bind(struct ek_turn *t, struct ek_api_people_draft *d);
/* Whether the address is free for that teammate (0: a new one). In check. */
bool ek_api_people_email_free(struct ek_turn *t, struct ek_api_people_draft *d, ek_teammate_id of);
/* Works out bits and teams from what was said, and from what is where nothing was. In check. */
bool ek_api_people_grant(struct ek_turn *t, struct ek_api_people_draft *d);
/* Writes the rows of team_roles anew. In made. */
void ek_api_people_put_roles(struct ek_turn *t, ek_teammate_id id,
			     const struct ek_api_people_draft *d);
/* The answer as it is now, whatever was just written: from rows in memory. In made. */
void ek_api_people_answer(struct ek_turn *t, struct ek_json *j, ek_teammate_id id,
			  const struct ek_api_people_draft *d, const struct ek_api_person_how *how);
/* Whether somebody else could still administer. In check. */
bool ek_api_people_keeps_admin(struct ek_turn *t, ek_teammate_id without);
/* Ends all sign-ins, tokens and invitations of somebody; check gathers, made writes. */
struct ek_api_people_access {
	struct ek_turn_rows sign_ins; /* whole rows that stand */
	struct ek_turn_rows tokens;
};
bool ek_api_people_find_access(struct ek_turn *t, ek_teammate_id id,
			       struct ek_api_people_access *out);
void ek_api_people_end_access(struct ek_turn *t, ek_teammate_id id,
			      const struct ek_api_people_access *a);

#endif
