/* What a request says of a conversation: needs, attributes, tags, and who is named. */
#include "api/api_contact.h"
#include "api/api_conversation.h"

#include "api/api_text.h"
#include "model/limits.h"
#include "wire/field_json.h"

static bool take_field(struct ek_turn *t, const struct ek_patch_at *at, uint8_t type, void *out)
{
	struct ek_err err;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = at->name};
	if (ek_patch_state(at) != EK_PATCH_VALUE)
		return ek_patch_state(at) == EK_PATCH_NULL
			       ? ek_patch_fault(at, EK_FAULT_NOT_NULL, NULL)
			       : false;
	if (ek_field_json_read(&take, type, at->json, out))
		return true;
	return ek_patch_fault(at, EK_FAULT_REFUSED, err.msg);
}

bool ek_api_conversation_needs(struct ek_turn *t, const struct ek_patch_at *at,
			       struct ek_needs *out)
{
	return take_field(t, at, EK_FT_NEEDS, out);
}

bool ek_api_conversation_attributes(struct ek_turn *t, const struct ek_patch_at *at,
				    struct ek_pairs *out)
{
	return take_field(t, at, EK_FT_PAIRS, out);
}

/* ---- attributes as content */

ek_str ek_api_conversation_print(struct ek_turn *t, const struct ek_pairs *pairs)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_field_json_write(&j, EK_FT_PAIRS, pairs, false);
	return ek_api_text_take(t, &j);
}

static bool read_stored(struct ek_turn *t, ek_str stored, struct ek_pairs *out)
{
	struct ek_err err;
	struct json_t *json = NULL;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = "attributes"};
	*out = (struct ek_pairs){0};
	if (stored.p == NULL)
		return true;
	bool ok = ek_json_read(stored, &json, &err) &&
		  ek_field_json_read(&take, EK_FT_PAIRS, json, out);
	ek_json_drop(&json);
	return ok || ek_problem_err(&t->problem, &err);
}

bool ek_api_conversation_merge(struct ek_turn *t, ek_str stored, const struct ek_pairs *set,
			       ek_str *out)
{
	struct ek_pairs had;
	uint32_t n = 0;
	if (!read_stored(t, stored, &had))
		return false;
	struct ek_pair *v = ek_turn_get(t, (had.n + set->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	/* Both are in the order of their names. */
	for (uint32_t a = 0, b = 0; a < had.n || b < set->n;) {
		int order = a == had.n    ? 1
			    : b == set->n ? -1
					  : ek_str_compare(had.v[a].name, set->v[b].name);
		if (order < 0)
			v[n++] = had.v[a];
		else if (set->v[b].value.p != NULL)
			v[n++] = set->v[b];
		a += order <= 0;
		b += order >= 0;
	}
	if (n > EK_LIMIT_ATTRIBUTES)
		return ek_problem_set(&t->problem, EK_PROBLEM_INVALID_VALUE,
				      "a conversation has at most %d attributes",
				      EK_LIMIT_ATTRIBUTES);
	const struct ek_pairs all = {v, n};
	*out = ek_api_conversation_print(t, &all);
	return out->p != NULL;
}

/* ---- tags */

bool ek_api_conversation_tag(struct ek_turn *t, uint64_t tag, ek_str *name, bool *found)
{
	const struct ek_views_value key = ek_views_int((int64_t)tag);
	struct ek_turn_rows rows;
	*found = false;
	if (!ek_turn_select(t, "SELECT word FROM tags WHERE tag = $1 AND deleted_ms IS NULL", &key,
			    1, &rows))
		return false;
	*found = rows.n > 0;
	if (*found)
		*name = ek_turn_text(&rows.v[0]);
	return true;
}

bool ek_api_conversation_tags(struct ek_turn *t, const struct ek_patch_at *at,
			      struct ek_api_conversation_tags *out)
{
	uint32_t n;
	*out = (struct ek_api_conversation_tags){0};
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_LIMIT_TAGS, &n))
		return false;
	uint64_t *ids = ek_turn_get(t, (n + 1) * sizeof *ids);
	ek_str *names = ek_turn_get(t, (n + 1) * sizeof *names);
	if (ids == NULL || names == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		bool found;
		uint64_t id;
		if (!ek_patch_id(&row, EK_IDENT_TAG, &id))
			continue;
		for (uint32_t k = 0; k < out->n; k++) {
			if (ids[k] == id)
				return ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		}
		if (!ek_api_conversation_tag(t, id, &names[out->n], &found))
			return false;
		if (!found)
			return ek_patch_fault(&row, EK_FAULT_NOT_FOUND, NULL);
		ids[out->n++] = id;
	}
	out->ids = ids;
	out->names = names;
	return true;
}

/* ---- who is named */

static bool exists(struct ek_turn *t, const char *sql, uint64_t id, bool *found)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	*found = false;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*found = rows.n > 0;
	return true;
}

bool ek_api_conversation_has_team(struct ek_turn *t, ek_team_id team, bool *found)
{
	/* The view may lag behind a team that was just made; its profile does not. */
	return exists(t,
		      "SELECT 1 FROM teams WHERE team = $1 AND deleted = 0 UNION ALL SELECT 1 FROM "
		      "team_profiles WHERE team = $1 AND NOT EXISTS (SELECT 1 FROM teams o WHERE "
		      "o.team = $1)",
		      team.v, found);
}

bool ek_api_conversation_names_team(struct ek_turn *t, const struct ek_patch_at *at,
				    ek_team_id team)
{
	bool found;
	if (team.v == 0)
		return true;
	if (!ek_api_conversation_has_team(t, team, &found))
		return false;
	return found || ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
}

bool ek_api_conversation_names_teammate(struct ek_turn *t, const struct ek_patch_at *at,
					ek_teammate_id teammate)
{
	bool found;
	if (teammate.v == 0)
		return true;
	if (!exists(t,
		    "SELECT 1 FROM teammates WHERE teammate = $1 AND deleted = 0 UNION ALL SELECT "
		    "1 "
		    "FROM people WHERE teammate = $1 AND NOT EXISTS (SELECT 1 FROM teammates o "
		    "WHERE o.teammate = $1)",
		    teammate.v, &found))
		return false;
	return found || ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
}

/* Who reaches every contact need not be asked about its teams, of which a contact may have many
 * conversations to look through. (An object of no team would not tell: all may see such a one.) */
bool ek_api_conversation_names_contact(struct ek_turn *t, const struct ek_patch_at *at, ek_str hex,
				       ek_contact_id *contact)
{
	struct ek_api_contact c;
	contact->v = 0;
	if (hex.p == NULL)
		return true;
	if (!ek_api_contact_load(t, hex, &c))
		return false;
	if (c.may.is_absent || c.row[EK_CONTENT_CONTACTS_MERGED_INTO].kind == EK_VIEWS_INT ||
	    !ek_may_is(&t->actor, EK_MAY_CONTACT_READ, &c.may))
		return ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
	contact->v = c.id;
	return true;
}
