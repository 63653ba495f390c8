/* api_person -- a teammate as the API knows them: what content says, and what the engine adds.
 *
 *   struct ek_api_person p;
 *   if (!ek_api_person_path(t, "id", &p) || !ek_turn_may(t, EK_MAY_TEAMMATE_READ, &p.object)) ...
 *   (in a look)  ek_api_person_write(t, &p, &how);
 *
 * Shape Teammate for who may read all of them, else TeammateSeen. Source: spec api, example [1]. */
#ifndef EK_API_API_PERSON_H
#define EK_API_API_PERSON_H

#include "api/turn.h"
#include "engine/look.h"

/* Bit of people.roles: works as a teammate, in the teams they serve. The others are 1 << role, and
 * hold for every team. */
enum { EK_API_PERSON_WORKS = 1 };

/* Roles as bits of the words of WORDS_roles (schema/lists.def), over `people p`. */
#define EK_API_PERSON_HAS(role, bit) \
	"CASE WHEN EXISTS (SELECT 1 FROM team_roles r WHERE r.teammate = p.teammate AND r.role" \
	" = " role ") THEN " bit " ELSE 0 END"
#define EK_API_PERSON_ROLES \
	"((COALESCE(p.roles, 0) & 1) | (COALESCE(p.roles, 0) >> 1) | " EK_API_PERSON_HAS( \
		"2", "2") " | " EK_API_PERSON_HAS("3", "4") ")"

/* What is read of a person, over `people p`. */
#define EK_API_PERSON_COLUMNS \
	"p.teammate, p.name, p.email, p.state, p.roles, p.languages, p.created_ms," \
	" p.updated_ms, " EK_API_PERSON_ROLES
enum ek_api_person_column {
	EK_API_PERSON_ID,
	EK_API_PERSON_NAME,
	EK_API_PERSON_EMAIL,
	EK_API_PERSON_STATE,
	EK_API_PERSON_BITS,
	EK_API_PERSON_LANGUAGES,
	EK_API_PERSON_CREATED,
	EK_API_PERSON_UPDATED,
	EK_API_PERSON_WORDS,
	EK_API_PERSON_WIDTH
};

struct ek_api_person {
	ek_teammate_id id;
	const struct ek_views_value *row; /* EK_API_PERSON_WIDTH values */
	/* Teams that they lead or manage one by one: rows of team, role. */
	struct ek_turn_rows roles;
	struct ek_may_object object; /* owner and teams are theirs */
};

/* Of that number, whatever became of them but deletion; else false with 404. Any thread. */
bool ek_api_person_load(struct ek_turn *t, uint64_t id, struct ek_api_person *out) EK_MUST_CHECK;
/* Of a path parameter. */
bool ek_api_person_path(struct ek_turn *t, const char *name,
			struct ek_api_person *out) EK_MUST_CHECK;
/* From a row that was read with EK_API_PERSON_COLUMNS; object is left empty. */
bool ek_api_person_from(struct ek_turn *t, const struct ek_views_value *row,
			struct ek_api_person *out) EK_MUST_CHECK;
/* Sets object from the engine: in a look, check or made. */
bool ek_api_person_object(struct ek_turn *t, struct ek_api_person *p) EK_MUST_CHECK;
/* Whether a purpose was said for them in this sitting; sets object.is_looked. */
bool ek_api_person_looked(struct ek_turn *t, struct ek_api_person *p) EK_MUST_CHECK;

/* A list of teammates with a query that was made elsewhere: what to ask the store for those that
 * the caller may see. In a look, or with t->engine set. False with a problem. */
struct ek_api_list;
struct ek_api_list_ask;
bool ek_api_person_scope(struct ek_turn *t, struct ek_api_list *l,
			 struct ek_api_list_ask *ask) EK_MUST_CHECK;

struct ek_api_person_how {
	bool is_whole;
	bool has_load;     /* member load: points */
	bool has_presence; /* member presence */
	/* Of who was just invited; p NULL = leaves the member out. */
	ek_str link;
	ek_time link_expires;
	bool is_mailed; /* the link went by mail, and is not told */
	uint64_t seq;   /* 0 = leaves the member out */
};
/* In a look, check or made. Errors go into the problem. */
void ek_api_person_write(struct ek_turn *t, struct ek_json *j, const struct ek_api_person *p,
			 const struct ek_api_person_how *how);
/* Whether the caller may read all of them; object must be set. */
bool ek_api_person_is_whole(const struct ek_turn *t, const struct ek_api_person *p);
/* Their configuration alone as JSON, for tags; p NULL when there is no memory, which fails the
 * turn. In a look, check or made. */
ek_str ek_api_person_config(struct ek_turn *t, const struct ek_api_person *p);

#endif
