/* Contacts that turn out to be one person: merged, taken apart again, put away, brought back.
 *
 * A merge changes little: the other contact keeps its row, which then names the one that remains,
 * and whoever reads that one reads both (api_contact.h). Contacts that were merged into the other
 * before follow it, so that there is one step at most. Members that the remaining contact lacks are
 * copied. Which were copied and who followed stands in the change log, by name alone; taking apart
 * reads it there.
 */
#include <string.h>

#include "api/api_change.h"
#include "api/api_contact.h"
#include "api/api_contact_route.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/keep.h"

enum { TOOK_MAX = 80, CONFLICTS_MAX = 80, NAME_MAX = 240 };
#define ATTRIBUTES "attributes."

static const struct member {
	const char *name;
	uint8_t column;
	uint8_t key; /* its folded form; 0 = none */
} members[] = {
	{"name", EK_CONTENT_CONTACTS_NAME, EK_CONTENT_CONTACTS_NAME_KEY},
	{"email", EK_CONTENT_CONTACTS_EMAIL, EK_CONTENT_CONTACTS_EMAIL_KEY},
	{"phone", EK_CONTENT_CONTACTS_PHONE, EK_CONTENT_CONTACTS_PHONE_KEY},
	{"external_id", EK_CONTENT_CONTACTS_EXTERNAL, 0},
	{"tier", EK_CONTENT_CONTACTS_TIER, 0},
	{"language", EK_CONTENT_CONTACTS_LANGUAGE, 0},
	{"zone", EK_CONTENT_CONTACTS_ZONE, 0},
};

/* Both have one, and they differ: the one that remains keeps its own. */
struct conflict {
	ek_str name;
	ek_str kept;
	ek_str other;
};

struct merge {
	bool is_apart;               /* taken apart, not merged */
	bool is_despite;             /* the request says: though one of them is not proved */
	struct ek_api_contact kept;  /* which remains */
	struct ek_api_contact other; /* which goes into it */
	struct ek_views_value kept_row[EK_CONTENT_CONTACTS_WIDTH];
	struct ek_views_value other_row[EK_CONTENT_CONTACTS_WIDTH];
	struct ek_turn_rows with;            /* contacts that follow the other: whole rows */
	const struct ek_views_value *change; /* of the merge that is taken apart; NULL */
	ek_str took[TOOK_MAX];               /* members that were or are copied */
	uint32_t took_count;
	struct conflict conflicts[CONFLICTS_MAX];
	uint32_t conflict_count;
	int64_t conversations;
	int64_t identities;
	int64_t stays; /* taken apart: conversations that came since, and stay */
	bool is_kept_proved;
	bool is_other_proved;
	struct ek_api_contact_route route;
};

/* ---- what moves */

static bool add_count(struct ek_turn *t, const char *sql, int64_t contact, int64_t *sum)
{
	const struct ek_views_value key = ek_views_int(contact);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*sum += rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	return true;
}

static bool count_of(struct ek_turn *t, struct merge *m, int64_t contact)
{
	return add_count(t, "SELECT count(*) FROM conversation_profiles WHERE contact = $1",
			 contact, &m->conversations) &&
	       add_count(t, "SELECT count(*) FROM identities WHERE contact = $1", contact,
			 &m->identities);
}

static const struct ek_views_value *with_at(const struct merge *m, uint32_t i)
{
	return m->with.v + (size_t)i * m->with.columns;
}

static bool count_all(struct ek_turn *t, struct merge *m)
{
	bool ok = count_of(t, m, m->other.id);
	for (uint32_t i = 0; ok && i < m->with.n; i++)
		ok = count_of(t, m, with_at(m, i)[EK_CONTENT_CONTACTS_CONTACT].i);
	return ok;
}

/* ---- members that are copied */

static bool note_took(struct ek_turn *t, struct merge *m, const char *prefix, ek_str name)
{
	char text[NAME_MAX];
	size_t n = strlen(prefix);
	if (m->took_count == TOOK_MAX || n + name.n > sizeof text)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "these contacts have too many attributes between them");
	memcpy(text, prefix, n);
	memcpy(text + n, name.p, name.n);
	ek_str *to = &m->took[m->took_count++];
	*to = ek_turn_copy(t, (ek_str){text, (uint32_t)n + name.n});
	return to->p != NULL || ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static void add_conflict(struct merge *m, ek_str name, ek_str kept, ek_str other)
{
	if (m->conflict_count < CONFLICTS_MAX && !ek_str_equal(kept, other))
		m->conflicts[m->conflict_count++] = (struct conflict){name, kept, other};
}

static bool note_conflict(struct ek_turn *t, struct merge *m, const struct ek_keep_pair *other,
			  ek_str kept)
{
	char text[NAME_MAX];
	size_t n = ek_format(text, sizeof text, ATTRIBUTES);
	uint32_t most = (uint32_t)(sizeof text - n);
	uint32_t length = other->name.n < most ? other->name.n : most;
	memcpy(text + n, other->name.p, length);
	ek_str name = ek_turn_copy(t, (ek_str){text, (uint32_t)n + length});
	add_conflict(m, name, kept, other->text);
	return name.p != NULL || ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static bool keep_attributes(struct ek_turn *t, struct merge *m, const struct ek_keep_map *map)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_keep_write(&j, map);
	ek_str json = ek_api_text_take(t, &j);
	m->kept_row[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_views_text(json);
	return json.p != NULL;
}

static bool read_attributes(struct ek_turn *t, const struct merge *m, struct ek_keep_map *kept,
			    struct ek_keep_map *other)
{
	ek_str a = ek_turn_text(&m->kept_row[EK_CONTENT_CONTACTS_ATTRIBUTES]);
	ek_str b = ek_turn_text(&m->other_row[EK_CONTENT_CONTACTS_ATTRIBUTES]);
	return (ek_keep_read(a, t->arena, kept) && ek_keep_read(b, t->arena, other)) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static bool copy_attributes(struct ek_turn *t, struct merge *m)
{
	struct ek_keep_map kept, other, both;
	if (!read_attributes(t, m, &kept, &other))
		return false;
	for (uint32_t i = 0; i < other.n; i++) {
		const struct ek_keep_pair *had = ek_keep_find(&kept, other.v[i].name);
		bool ok = had == NULL ? note_took(t, m, ATTRIBUTES, other.v[i].name)
				      : note_conflict(t, m, &other.v[i], had->text);
		if (!ok)
			return false;
	}
	if (!ek_keep_fill(&kept, &other, t->arena, &both))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	return keep_attributes(t, m, &both);
}

static bool copy_members(struct ek_turn *t, struct merge *m)
{
	for (size_t i = 0; i < EK_LEN(members); i++) {
		const struct member *f = &members[i];
		if (m->other_row[f->column].kind == EK_VIEWS_NULL)
			continue;
		if (m->kept_row[f->column].kind != EK_VIEWS_NULL) {
			add_conflict(m, (ek_str){f->name, (uint32_t)strlen(f->name)},
				     ek_turn_text(&m->kept_row[f->column]),
				     ek_turn_text(&m->other_row[f->column]));
			continue;
		}
		m->kept_row[f->column] = m->other_row[f->column];
		if (f->key != 0)
			m->kept_row[f->key] = m->other_row[f->key];
		if (!note_took(t, m, "", (ek_str){f->name, (uint32_t)strlen(f->name)}))
			return false;
	}
	return copy_attributes(t, m);
}

/* ---- what is proved, and what the router sees */

static bool is_proved(struct ek_turn *t, const struct ek_api_contact *c, bool *out)
{
	static const char sql[] =
		"SELECT 1 FROM identities i WHERE i.verified = 1 AND " EK_API_CONTACT_TREE(
			"i.contact",
			"$1") " UNION ALL SELECT 1 FROM contacts k WHERE "
			      "k.contact = $1 AND (k.verified = 1 OR " EK_API_CONTACT_BY_MAIL(
				      "k.email") ") "
						 "LIMIT 1";
	const struct ek_views_value key = ek_views_int(c->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*out = rows.n > 0;
	return true;
}

/* Whoever is proved is merged with somebody who is not by a person alone, who says so. */
static bool check_proof(struct ek_turn *t, struct merge *m)
{
	if (!is_proved(t, &m->kept, &m->is_kept_proved) ||
	    !is_proved(t, &m->other, &m->is_other_proved))
		return false;
	return m->is_kept_proved == m->is_other_proved || m->is_despite || t->dry_run ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "one of these contacts is proved and the other is not: say "
			      "`despite_unverified` if you know that they are one person");
}

/* What was the other's becomes the one's that remains, and back. */
static bool follow(struct ek_turn *t, struct merge *m, const struct ek_views_value *kept_before)
{
	struct ek_pairs before, after, own;
	uint32_t *ids = ek_turn_get(t, (m->with.n + 1) * sizeof *ids);
	if (ids == NULL || !ek_api_contact_route_values(t, kept_before, &before) ||
	    !ek_api_contact_route_values(t, m->kept_row, &after) ||
	    !ek_api_contact_route_values(t, m->other_row, &own))
		return false;
	ids[0] = m->other.id;
	for (uint32_t i = 0; i < m->with.n; i++)
		ids[i + 1] = (uint32_t)with_at(m, i)[EK_CONTENT_CONTACTS_CONTACT].i;
	/* One of the two reaches back to what it was, the other stays with what remains. */
	struct ek_api_contact_route_ask of_kept = {m->kept.id, before,        after,
						   ids,        m->with.n + 1, true};
	struct ek_api_contact_route_ask of_other = {m->is_apart ? m->kept.id : m->other.id,
						    m->is_apart ? before : own,
						    m->is_apart ? own : after,
						    m->is_apart ? ids : NULL,
						    m->with.n + 1,
						    false};
	if (!ek_api_contact_route_follow(t, &m->route, &of_kept) ||
	    !ek_api_contact_route_follow(t, &m->route, &of_other))
		return false;
	if (!t->dry_run)
		ek_api_contact_route_tell(t, &m->route);
	return true;
}

/* ---- merging */

static bool check_merge(struct ek_turn *t)
{
	struct merge *m = t->state;
	const struct ek_views_value key = ek_views_int(m->other.id);
	if (!ek_api_contact_again(t, &m->kept) || !ek_api_contact_again(t, &m->other))
		return false;
	memcpy(m->kept_row, m->kept.row, sizeof m->kept_row);
	memcpy(m->other_row, m->other.row, sizeof m->other_row);
	m->other_row[EK_CONTENT_CONTACTS_MERGED_INTO] = ek_views_int(m->kept.id);
	return ek_turn_select(t, "SELECT * FROM contacts WHERE merged_into = $1", &key, 1,
			      &m->with) &&
	       check_proof(t, m) && count_all(t, m) && copy_members(t, m) &&
	       follow(t, m, m->kept.row);
}

/* ---- taking apart */

/* A member is still what was copied: then it goes. */
static bool is_same(const struct ek_views_value *a, const struct ek_views_value *b)
{
	ek_str x = ek_turn_text(a);
	ek_str y = ek_turn_text(b);
	return x.p != NULL && y.p != NULL && ek_str_equal(x, y);
}

static bool changed_since(struct ek_turn *t, ek_str name)
{
	const struct ek_problem_fault fault = {.code = EK_FAULT_CHANGED};
	char text[NAME_MAX];
	uint32_t n = name.n < sizeof text - 1 ? name.n : sizeof text - 1;
	memcpy(text, name.p, n);
	text[n] = 0;
	return ek_problem_add(&t->problem, EK_PROBLEM_UNDO_CONFLICT, &fault,
			      "%s was changed since the merge.", text);
}

static bool drop_attribute(struct ek_turn *t, struct ek_keep_map *kept,
			   const struct ek_keep_map *other, ek_str name)
{
	const uint32_t skip = sizeof ATTRIBUTES - 1;
	ek_str inner = {name.p + skip, name.n - skip};
	const struct ek_keep_pair *a = ek_keep_find(kept, inner);
	const struct ek_keep_pair *b = ek_keep_find(other, inner);
	if (a == NULL || b == NULL || !ek_str_equal(a->text, b->text))
		return changed_since(t, name);
	uint32_t at = (uint32_t)(a - kept->v);
	kept->n--;
	memmove(kept->v + at, kept->v + at + 1, (kept->n - at) * sizeof *kept->v);
	return true;
}

static bool drop_member(struct ek_turn *t, struct merge *m, ek_str name)
{
	for (size_t i = 0; i < EK_LEN(members); i++) {
		const struct member *f = &members[i];
		if (!ek_str_is(name, f->name))
			continue;
		if (!is_same(&m->kept_row[f->column], &m->other_row[f->column]))
			return changed_since(t, name);
		m->kept_row[f->column] = (struct ek_views_value){0};
		if (f->key != 0)
			m->kept_row[f->key] = (struct ek_views_value){0};
	}
	return true;
}

static bool drop_members(struct ek_turn *t, struct merge *m)
{
	const size_t skip = sizeof ATTRIBUTES - 1;
	struct ek_keep_map kept, other;
	if (!read_attributes(t, m, &kept, &other))
		return false;
	bool ok = true;
	for (uint32_t i = 0; i < m->took_count; i++) {
		ek_str name = m->took[i];
		bool is_attribute = name.n > skip && memcmp(name.p, ATTRIBUTES, skip) == 0;
		ok = (is_attribute ? drop_attribute(t, &kept, &other, name)
				   : drop_member(t, m, name)) &&
		     ok;
	}
	return ok && keep_attributes(t, m, &kept);
}

/* The merge of these two in the change log; NULL when the other came in with a third. */
static bool find_change(struct ek_turn *t, struct merge *m)
{
	static const char sql[] =
		"SELECT * FROM changes WHERE resource = 'contact' AND object = $1 "
		"AND undone_by IS NULL AND undoes IS NULL AND fields LIKE $2 "
		"ORDER BY change DESC LIMIT 1";
	char like[96];
	char hex[EK_IDENT_HEX + 1];
	struct ek_turn_rows rows;
	ek_assert(m->other.hex.n == EK_IDENT_HEX);
	memcpy(hex, m->other.hex.p, EK_IDENT_HEX);
	hex[EK_IDENT_HEX] = 0;
	size_t n = ek_format(like, sizeof like,
			     "%%\"merged\":{\"before\":null,\"after\":\"ct_%s\"}%%", hex);
	const struct ek_views_value args[] = {ek_views_int(m->kept.id),
					      ek_views_text((ek_str){like, (uint32_t)n})};
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	m->change = rows.n > 0 ? rows.v : NULL;
	return m->change != NULL ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "these two were not merged directly; take the one apart first with "
			      "which it came");
}

static bool load_follower(struct ek_turn *t, struct merge *m, ek_str id)
{
	static const char sql[] = "SELECT * FROM contacts WHERE public = $1 AND merged_into = $2";
	struct ek_turn_rows rows;
	ek_str hex;
	if (!ek_ident_read_contact(id, &hex))
		return true;
	const struct ek_views_value args[] = {ek_views_text(hex), ek_views_int(m->kept.id)};
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	if (rows.n == 0)
		return true;
	struct ek_views_value *v =
		ek_turn_get(t, (size_t)(m->with.n + 1) * rows.columns * sizeof *v);
	if (v == NULL)
		return false;
	if (m->with.n > 0)
		memcpy(v, m->with.v, (size_t)m->with.n * rows.columns * sizeof *v);
	memcpy(v + (size_t)m->with.n * rows.columns, rows.v, rows.columns * sizeof *v);
	m->with = (struct ek_turn_rows){v, m->with.n + 1, rows.columns};
	return true;
}

/* The texts of {"name":{"after":[...]}}. */
static bool read_list(struct ek_turn *t, struct merge *m, const struct ek_patch_at *root,
		      const char *name)
{
	struct ek_patch_at field = ek_patch_member(root, name);
	struct ek_patch_at after = ek_patch_member(&field, "after");
	uint32_t n = 0;
	if (ek_patch_state(&after) != EK_PATCH_VALUE || !ek_patch_list(&after, 0, UINT32_MAX, &n))
		return true;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&after, i);
		ek_str text;
		if (!ek_patch_text(&row, 1, NAME_MAX, &text))
			continue;
		if (name[0] == 'w' && !load_follower(t, m, text))
			return false;
		if (name[0] == 't' && m->took_count < TOOK_MAX)
			m->took[m->took_count++] = text;
	}
	return true;
}

static bool read_change(struct ek_turn *t, struct merge *m)
{
	struct ek_problem none; /* it was written by us */
	struct ek_patch patch;
	ek_problem_init(&none, t->arena);
	bool ok = ek_patch_open(&patch, ek_turn_text(&m->change[EK_CONTENT_CHANGES_FIELDS]),
				t->arena, &none);
	if (ok) {
		struct ek_patch_at root = ek_patch_root(&patch);
		ok = read_list(t, m, &root, "took") && read_list(t, m, &root, "with");
	}
	ek_patch_close(&patch);
	return ok || !ek_problem_is_none(&t->problem) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
}

/* What it was called elsewhere may be somebody else's name by now. */
static bool is_external_free(struct ek_turn *t, const struct merge *m)
{
	static const char sql[] =
		"SELECT contact FROM contacts WHERE external = $1 AND contact <> $2 "
		"AND contact <> $3 AND merged_into IS NULL AND erased_ms IS NULL";
	const struct ek_views_value args[] = {m->other_row[EK_CONTENT_CONTACTS_EXTERNAL],
					      ek_views_int(m->other.id), ek_views_int(m->kept.id)};
	struct ek_turn_rows rows;
	if (args[0].kind == EK_VIEWS_NULL)
		return true;
	if (!ek_turn_select(t, sql, args, 3, &rows))
		return false;
	return rows.n == 0 ||
	       ek_api_contact_conflict(t, ek_turn_int(&rows.v[0]),
				       "another contact has the external_id of the one merged");
}

/* What came to the one that remains since the merge stays there: it is its number that the log
 * has. */
static bool count_stays(struct ek_turn *t, struct merge *m)
{
	static const char sql[] = "SELECT count(*) FROM conversation_profiles WHERE contact = $1 "
				  "AND created_ms > $2";
	const struct ek_views_value args[] = {ek_views_int(m->kept.id),
					      m->change[EK_CONTENT_CHANGES_AT_MS]};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	m->stays = rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	return true;
}

static bool check_unmerge(struct ek_turn *t)
{
	struct merge *m = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_api_contact_again(t, &m->kept) ||
	    !ek_turn_row(t, EK_CONTENT_CONTACTS, m->other.id, &row, &found))
		return false;
	if (!found || row[EK_CONTENT_CONTACTS_ERASED_MS].kind != EK_VIEWS_NULL ||
	    ek_turn_int(&row[EK_CONTENT_CONTACTS_MERGED_INTO]) != (int64_t)m->kept.id)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "the other contact is not merged into this one");
	memcpy(m->kept_row, m->kept.row, sizeof m->kept_row);
	memcpy(m->other_row, row, sizeof m->other_row);
	m->other.row = row;
	if (!find_change(t, m) || !read_change(t, m) || !is_external_free(t, m) ||
	    !count_all(t, m) || !count_stays(t, m) || !drop_members(t, m) ||
	    !is_proved(t, &m->kept, &m->is_kept_proved) ||
	    !is_proved(t, &m->other, &m->is_other_proved) || !follow(t, m, m->kept.row))
		return false;
	m->other_row[EK_CONTENT_CONTACTS_MERGED_INTO] = (struct ek_views_value){0};
	return true;
}

/* ---- the change, and the answer */

static ek_str list_json(struct ek_turn *t, const struct merge *m, bool is_with)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; is_with && i < m->with.n; i++)
		ek_ident_write_contact(&j,
				       ek_turn_text(&with_at(m, i)[EK_CONTENT_CONTACTS_PUBLIC]));
	for (uint32_t i = 0; !is_with && i < m->took_count; i++)
		ek_json_text(&j, m->took[i]);
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

static void put_change(struct ek_turn *t, const struct merge *m)
{
	struct ek_api_change_fields f;
	struct ek_views_value old[EK_CONTENT_CHANGES_WIDTH];
	char id[EK_IDENT_HEX + 6];
	const ek_str none = {NULL, 0};
	const ek_str empty = EK_S("[]");
	size_t n = ek_format(id, sizeof id, "\"ct_");
	memcpy(id + n, m->other.hex.p, EK_IDENT_HEX);
	id[n + EK_IDENT_HEX] = '"';
	ek_str other = {id, (uint32_t)n + EK_IDENT_HEX + 1};
	ek_str took = list_json(t, m, false);
	ek_str with = list_json(t, m, true);
	ek_api_change_open(t, &f);
	ek_api_change_raw(&f, "merged", m->is_apart ? other : none, m->is_apart ? none : other);
	ek_api_change_raw(&f, "took", m->is_apart ? took : empty, m->is_apart ? empty : took);
	ek_api_change_raw(&f, "with", m->is_apart ? with : empty, m->is_apart ? empty : with);
	struct ek_api_change change = {.resource = "contact", .object = m->kept.id};
	change.fields = ek_api_change_close(t, &f);
	if (m->change != NULL)
		change.undoes = (uint64_t)m->change[EK_CONTENT_CHANGES_CHANGE].i;
	uint64_t made = ek_api_change_add(t, &change);
	if (m->change == NULL)
		return;
	memcpy(old, m->change, sizeof old);
	old[EK_CONTENT_CHANGES_UNDONE_BY] = ek_views_int((int64_t)made);
	ek_turn_put(t, EK_CONTENT_CHANGES, old);
}

static void write_conflicts(struct ek_json *j, const struct merge *m)
{
	ek_json_key(j, "conflicts");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->conflict_count; i++) {
		ek_json_object(j);
		ek_api_put_text(j, "field", m->conflicts[i].name);
		ek_api_put_text(j, "kept", m->conflicts[i].kept);
		ek_api_put_text(j, "other", m->conflicts[i].other);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_merged(struct ek_turn *t)
{
	const struct merge *m = t->state;
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, m->kept.hex);
	ek_json_key(j, "other");
	ek_ident_write_contact(j, m->other.hex);
	ek_api_put_int(j, "conversations", m->conversations);
	ek_api_put_int(j, "identities", m->identities);
	ek_api_put_int(j, "stays", m->stays);
	ek_api_put_raw(j, "fields", list_json(t, m, false));
	write_conflicts(j, m);
	ek_api_contact_route_write(t, "router", &m->route);
	ek_api_put_bool(j, "verified", m->is_kept_proved);
	ek_api_put_bool(j, "other_verified", m->is_other_proved);
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	if (t->dry_run)
		ek_api_put_bool(j, "dry_run", true);
	ek_json_object_end(j);
}

static void made_merge(struct ek_turn *t, const struct ek_answer *a)
{
	struct merge *m = t->state;
	struct ek_views_value row[EK_CONTENT_CONTACTS_WIDTH];
	uint32_t into = m->is_apart ? m->other.id : m->kept.id;
	(void)a;
	ek_api_contact_put(t, m->kept_row);
	ek_api_contact_put(t, m->other_row);
	for (uint32_t i = 0; i < m->with.n; i++) {
		memcpy(row, with_at(m, i), sizeof row);
		row[EK_CONTENT_CONTACTS_MERGED_INTO] = ek_views_int(into);
		ek_api_contact_put(t, row);
	}
	put_change(t, m);
	ek_api_contact_route_put(t, &m->route);
	write_merged(t);
}

static void try_merge(struct ek_turn *t)
{
	const struct merge *m = t->state;
	if (m->is_apart ? check_unmerge(t) : check_merge(t))
		write_merged(t);
}

/* ---- what was asked */

/* The other one: to be seen, and to be merged. */
static void bind(struct ek_turn *t, struct merge *m, const struct ek_patch_at *body)
{
	static const struct ek_patch_rule rules[] = {
		{"contact", EK_PATCH_OF_CONTACT, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"despite_unverified", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_patch_bind(body, rules, EK_LEN(rules), v) ||
	    !ek_api_contact_load(t, v[0].s, &m->other))
		return;
	m->is_despite = v[1].state == EK_PATCH_VALUE && v[1].i != 0;
	if (!ek_may_is(&t->actor, EK_MAY_CONTACT_READ, &m->other.may))
		ek_patch_fault(&v[0].at, EK_FAULT_NOT_FOUND, "There is no such contact.");
	else if (m->other.id == m->kept.id)
		ek_patch_fault(&v[0].at, EK_FAULT_CONFLICT, "This is the same contact.");
	else if (!ek_turn_may(t, EK_MAY_CONTACT_MERGE, &m->other.may))
		return;
}

static void start(struct ek_turn *t, bool is_apart)
{
	struct merge *m = EK_TURN_NEW(t, struct merge);
	struct ek_patch_at body;
	if (m == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &body) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_MERGE, &m->kept)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = m;
	m->is_apart = is_apart;
	bind(t, m, &body);
	struct ek_cmd_content_change what = {
		.contact = {m->kept.id}, .tag = EK_NONE, .view = EK_NONE};
	*(is_apart ? &what.apart : &what.merged) = (ek_contact_id){m->other.id};
	ek_turn_tells(t, what);
	if (t->dry_run)
		ek_turn_look(t, try_merge);
	else
		ek_turn_write(
			t, &(struct ek_turn_write){.check = is_apart ? check_unmerge : check_merge,
						   .made = made_merge});
}

void ek_api_merge_contacts(struct ek_turn *t)
{
	start(t, false);
}

void ek_api_unmerge_contacts(struct ek_turn *t)
{
	start(t, true);
}

/* ---- put away, brought back */

struct archive {
	struct ek_api_contact contact;
	bool is_back;
	struct ek_views_value row[EK_CONTENT_CONTACTS_WIDTH];
};

static bool check_archive(struct ek_turn *t)
{
	struct archive *s = t->state;
	if (!ek_api_contact_again(t, &s->contact))
		return false;
	memcpy(s->row, s->contact.row, sizeof s->row);
	s->contact.row = s->row;
	struct ek_views_value *at = &s->row[EK_CONTENT_CONTACTS_ARCHIVED_MS];
	if ((at->kind != EK_VIEWS_NULL) != s->is_back)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      s->is_back ? "this contact is not archived"
						 : "this contact is archived already");
	*at = ek_views_int(s->is_back ? EK_NONE : t->now.ms);
	return true;
}

static void made_archive(struct ek_turn *t, const struct ek_answer *a)
{
	struct archive *s = t->state;
	struct ek_api_change_fields f;
	(void)a;
	ek_api_contact_put(t, s->row);
	ek_api_change_open(t, &f);
	ek_api_change_bool(&f, "archived", s->is_back, !s->is_back);
	struct ek_api_change change = {.resource = "contact", .object = s->contact.id};
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
	ek_api_contact_write(t, &s->contact);
}

static void try_archive(struct ek_turn *t)
{
	struct archive *s = t->state;
	if (check_archive(t))
		ek_api_contact_write(t, &s->contact);
}

static void set_archived(struct ek_turn *t, bool is_back)
{
	struct archive *s = EK_TURN_NEW(t, struct archive);
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_MERGE, &s->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	s->is_back = is_back;
	if (!t->dry_run)
		ek_api_contact_tells(t, s->contact.id);
	if (t->dry_run)
		ek_turn_look(t, try_archive);
	else
		ek_turn_write(
			t, &(struct ek_turn_write){.check = check_archive, .made = made_archive});
}

void ek_api_archive_contact(struct ek_turn *t)
{
	set_archived(t, false);
}

void ek_api_unarchive_contact(struct ek_turn *t)
{
	set_archived(t, true);
}
