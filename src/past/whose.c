#include "past/whose.h"

#include <string.h>

#include "auth/secret.h"
#include "base/arena.h"
#include "base/fnv.h"
#include "base/utf8.h"
#include "engine/look.h"
#include "model/limits.h"
#include "sys/heap.h"
#include "sys/text.h"

enum {
	SALT_BYTES = 32,
	NUMBER_BITS = 53, /* what a number of JSON holds exactly */
	FIRST_SLOTS = 1024,
	NAMES_MEMORY = 512 * 1024 * 1024,
	SEEN = 16, /* a kind's names as they stood in a table */
	TEAM = 1,
	TEAMMATE = 2,
};
/* Two have the name. */
#define BOTH UINT32_MAX
#define SALT_NAME "history_salt"

struct slot {
	ek_str key; /* p NULL = free */
	uint32_t id;
	uint8_t kind;
};
struct ek_whose {
	struct ek_whose_options o;
	struct ek_alloc alloc;
	struct ek_arena names;
	struct ek_text *text;
	struct ek_hash *hash;
	struct slot *slots;
	uint32_t slot_count, used;
	uint8_t salt[SALT_BYTES];
	bool has_salt;
	struct ek_whose_counts made;
};

/* ---- the table */

static uint64_t hash_of(uint8_t kind, ek_str key)
{
	uint64_t h = ek_fnv(EK_FNV_BEGIN ^ kind, key.p, key.n);
	return h ^ h >> 32;
}

static struct slot *find(const struct ek_whose *w, uint8_t kind, ek_str key)
{
	uint64_t at = hash_of(kind, key);
	for (;; at++) {
		struct slot *s = &w->slots[at & (w->slot_count - 1)];
		if (s->key.p == NULL || (s->kind == kind && ek_str_equal(s->key, key)))
			return s;
	}
}

static bool grow(struct ek_whose *w)
{
	struct slot *old = w->slots;
	uint32_t old_count = w->slot_count;
	uint32_t count = old_count == 0 ? FIRST_SLOTS : 2 * old_count;
	w->slots = ek_alloc_get(&w->alloc, count * sizeof *w->slots);
	if (w->slots == NULL) {
		w->slots = old;
		return false;
	}
	memset(w->slots, 0, count * sizeof *w->slots);
	w->slot_count = count;
	for (uint32_t i = 0; i < old_count; i++)
		if (old[i].key.p != NULL)
			*find(w, old[i].kind, old[i].key) = old[i];
	ek_alloc_free(&w->alloc, old, old_count * sizeof *old);
	return true;
}

/* A second owner of a name makes it nobody's. */
static bool add(struct ek_whose *w, uint8_t kind, ek_str key, uint32_t id, struct ek_err *err)
{
	if (2 * (w->used + 1) > w->slot_count && !grow(w))
		return ek_fail(err, EK_NO_MEMORY, "no memory for names");
	struct slot *s = find(w, kind, key);
	if (s->key.p != NULL) {
		s->id = s->id == id ? id : BOTH;
		return true;
	}
	char *copy = ek_arena_get(&w->names, key.n + 1);
	if (copy == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for names");
	if (key.n > 0)
		memcpy(copy, key.p, key.n);
	*s = (struct slot){{copy, key.n}, id, kind};
	w->used++;
	return true;
}

/* ---- what the workspace knows */

static ek_str text_of(const struct ek_views_value *v)
{
	bool is_text = v->kind == EK_VIEWS_TEXT && v->p != NULL;
	return is_text ? (ek_str){v->p, v->n} : (ek_str){NULL, 0};
}

static bool take_team(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	ek_str key = text_of(&v[EK_CONTENT_TEAM_PROFILES_NAME_KEY]);
	(void)n;
	if (v[EK_CONTENT_TEAM_PROFILES_DELETED_MS].kind != EK_VIEWS_NULL || key.p == NULL)
		return true;
	return add(ctx, TEAM, key, (uint32_t)v[EK_CONTENT_TEAM_PROFILES_TEAM].i, err);
}

static bool take_person(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	ek_str name = text_of(&v[EK_CONTENT_PEOPLE_NAME_KEY]);
	ek_str email = text_of(&v[EK_CONTENT_PEOPLE_EMAIL_KEY]);
	uint32_t id = (uint32_t)v[EK_CONTENT_PEOPLE_TEAMMATE].i;
	(void)n;
	if (ek_str_is(text_of(&v[EK_CONTENT_PEOPLE_STATE]), "deleted"))
		return true;
	return (name.p == NULL || add(ctx, TEAMMATE, name, id, err)) &&
	       (email.p == NULL || add(ctx, TEAMMATE, email, id, err));
}

static bool take_salt(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_whose *w = ctx;
	const struct ek_views_value *secret = &v[EK_CONTENT_SERVER_SETTINGS_SECRET];
	(void)n;
	if (secret->kind != EK_VIEWS_BLOB || secret->n != SALT_BYTES)
		return ek_fail(err, EK_DAMAGE, "the secret of " SALT_NAME " is no %d bytes",
			       (int)SALT_BYTES);
	memcpy(w->salt, secret->p, SALT_BYTES);
	w->has_salt = true;
	return true;
}

static bool load(struct ek_whose *w, struct ek_err *err)
{
	const struct ek_log_where where = {EK_CONTENT_SERVER_SETTINGS,
					   EK_CONTENT_SERVER_SETTINGS_NAME,
					   ek_views_text(EK_S(SALT_NAME))};
	return ek_log_content_each(w->o.log, EK_CONTENT_TEAM_PROFILES, take_team, w, err) &&
	       ek_log_content_each(w->o.log, EK_CONTENT_PEOPLE, take_person, w, err) &&
	       ek_log_content_find(w->o.log, &where, take_salt, w, err);
}

bool ek_whose_open(const struct ek_whose_options *options, struct ek_whose **out,
		   struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_whose *w = ek_alloc_get(&alloc, sizeof *w);
	*out = w;
	if (w == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for names");
	*w = (struct ek_whose){.o = *options, .alloc = alloc};
	ek_arena_init(&w->names, alloc, NAMES_MEMORY);
	bool ok = (grow(w) || ek_fail(err, EK_NO_MEMORY, "no memory for names")) &&
		  ek_text_open(&w->text, err) && ek_hash_open(&w->hash, err) && load(w, err);
	if (!ok)
		ek_whose_close(out);
	return ok;
}

void ek_whose_close(struct ek_whose **whose)
{
	struct ek_whose *w = *whose;
	if (w == NULL)
		return;
	struct ek_alloc alloc = w->alloc;
	ek_text_close(&w->text);
	ek_hash_close(&w->hash);
	ek_arena_fini(&w->names);
	ek_alloc_free(&alloc, w->slots, w->slot_count * sizeof *w->slots);
	ek_alloc_free(&alloc, w, sizeof *w);
	*whose = NULL;
}

/* ---- making */

/* name is composed and key folded by now. */
struct making {
	ek_str name, key;
	uint32_t id;
};

static bool make_team(struct ek_whose *w, struct making *m, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAM_CREATE);
	const struct ek_request r = {.cmd = &cmd, .at = w->o.at};
	struct ek_views_value v[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	struct ek_answer a;
	if (!ek_writer_take(w->o.writer, &r, &a, err))
		return false;
	m->id = a.id;
	w->made.teams++;
	v[EK_CONTENT_TEAM_PROFILES_TEAM] = ek_views_int(a.id);
	v[EK_CONTENT_TEAM_PROFILES_NAME] = ek_views_text(m->name);
	v[EK_CONTENT_TEAM_PROFILES_NAME_KEY] = ek_views_text(m->key);
	v[EK_CONTENT_TEAM_PROFILES_LANGUAGES] = ek_views_text(EK_S("[]"));
	v[EK_CONTENT_TEAM_PROFILES_CREATED_MS] = ek_views_int(w->o.at.ms);
	v[EK_CONTENT_TEAM_PROFILES_UPDATED_MS] = ek_views_int(w->o.at.ms);
	v[EK_CONTENT_TEAM_PROFILES_REVISION] = ek_views_int(1);
	return ek_writer_put(w->o.writer, EK_CONTENT_TEAM_PROFILES, v, err);
}

static bool make_teammate(struct ek_whose *w, struct making *m, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	const struct ek_request r = {.cmd = &cmd, .at = w->o.at};
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	struct ek_answer a;
	if (!ek_writer_take(w->o.writer, &r, &a, err))
		return false;
	m->id = a.id;
	w->made.teammates++;
	cmd = ek_cmd_make(EK_CMD_TEAMMATE_DEACTIVATE);
	cmd.teammate_deactivate.teammate.v = m->id;
	if (!ek_writer_take(w->o.writer, &r, &a, err))
		return false;
	v[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_int(m->id);
	v[EK_CONTENT_PEOPLE_NAME] = ek_views_text(m->name);
	v[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(m->key);
	v[EK_CONTENT_PEOPLE_STATE] = ek_views_text(EK_S("deactivated"));
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(0);
	v[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text(EK_S("[]"));
	v[EK_CONTENT_PEOPLE_RIGHTS_MS] = ek_views_int(w->o.at.ms);
	v[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(w->o.at.ms);
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(w->o.at.ms);
	v[EK_CONTENT_PEOPLE_REVISION] = ek_views_int(1);
	return ek_writer_put(w->o.writer, EK_CONTENT_PEOPLE, v, err);
}

static const char *why_not(const struct ek_whose *w, uint8_t kind)
{
	const struct ek_engine *e = ek_writer_engine(w->o.writer);
	if (kind == TEAM && ek_look_team_count(e) >= EK_LIMIT_TEAMS)
		return "there are too many team inboxes for one more";
	if (kind == TEAMMATE && ek_look_teammate_count(e) >= EK_LIMIT_TEAMMATES)
		return "there are too many teammates for one more";
	return NULL;
}

/* Who is meant, and the answer. */
struct question {
	uint8_t kind;
	ek_str name;
	uint32_t id;
	const char *why; /* nobody is */
};

/* Makes what is not there; key is the text's own until its next call. */
static bool make(struct ek_whose *w, struct question *q, ek_str key, struct ek_err *err)
{
	struct making m = {.id = 0};
	bool ok = true;
	m.key = ek_arena_str(&w->names, key, &ok);
	if (!ok || !ek_text_compose(w->text, q->name, &m.name, err))
		return ok ? false : ek_fail(err, EK_NO_MEMORY, "no memory for names");
	if (!(q->kind == TEAM ? make_team(w, &m, err) : make_teammate(w, &m, err)))
		return false;
	q->id = m.id;
	return add(w, q->kind, m.key, m.id, err);
}

static bool look(struct ek_whose *w, struct question *q, struct ek_err *err)
{
	static const char *const nobody[] = {"", "there is no such team inbox",
					     "there is no such teammate"};
	static const char *const both[] = {"", "two team inboxes are called so",
					   "two teammates are called so"};
	ek_str key;
	if (q->name.n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain(q->name)) {
		q->why = "a name is a line of at most 200 bytes";
		return true;
	}
	if (!ek_text_fold(w->text, q->name, &key, err))
		return false;
	struct slot *s = find(w, q->kind, key);
	if (s->key.p != NULL) {
		q->why = s->id == BOTH ? both[q->kind] : NULL;
		q->id = s->id;
		return true;
	}
	bool creates = w->o.creates && w->o.writer != NULL;
	q->why = creates ? why_not(w, q->kind) : nobody[q->kind];
	return q->why != NULL || make(w, q, key, err);
}

static bool answer(struct ek_whose *w, struct question *q, struct ek_err *err)
{
	uint8_t seen = (uint8_t)(q->kind + SEEN);
	struct slot *s = find(w, seen, q->name);
	q->id = s->id;
	if (s->key.p != NULL)
		return true;
	return look(w, q, err) && (q->why != NULL || add(w, seen, q->name, q->id, err));
}

bool ek_whose_team(struct ek_whose *w, ek_str name, ek_team_id *id, const char **why,
		   struct ek_err *err)
{
	struct question q = {.kind = TEAM, .name = name};
	bool ok = answer(w, &q, err);
	id->v = q.id;
	*why = q.why;
	return ok;
}

bool ek_whose_teammate(struct ek_whose *w, ek_str name, ek_teammate_id *id, const char **why,
		       struct ek_err *err)
{
	struct question q = {.kind = TEAMMATE, .name = name};
	bool ok = answer(w, &q, err);
	id->v = q.id;
	*why = q.why;
	return ok;
}

static bool make_salt(struct ek_whose *w, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	ek_secret_random(w->salt, sizeof w->salt);
	w->has_salt = true;
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = ek_views_text(EK_S(SALT_NAME));
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = ek_views_text(EK_S("null"));
	v[EK_CONTENT_SERVER_SETTINGS_SECRET] = ek_views_blob(w->salt, sizeof w->salt);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(w->o.at.ms);
	return ek_writer_put(w->o.writer, EK_CONTENT_SERVER_SETTINGS, v, err);
}

bool ek_whose_contact(struct ek_whose *w, ek_str identity, int64_t *number, struct ek_err *err)
{
	uint8_t out[EK_HASH_BYTES];
	uint64_t v = 0;
	ek_str folded;
	*number = 1;
	if (w->o.writer == NULL)
		return true;
	if (!w->has_salt && !make_salt(w, err))
		return false;
	if (!ek_text_fold(w->text, identity, &folded, err))
		return false;
	ek_hash_begin(w->hash);
	ek_hash_add(w->hash, w->salt, sizeof w->salt);
	ek_hash_add(w->hash, folded.p, folded.n);
	ek_hash_end(w->hash, out);
	for (int i = 0; i < 8; i++)
		v = v << 8 | out[i];
	v >>= 64 - NUMBER_BITS;
	*number = v == 0 ? 1 : (int64_t)v;
	return true;
}

struct ek_whose_counts ek_whose_made(const struct ek_whose *w)
{
	return w->made;
}
