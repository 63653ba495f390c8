#include "api/api_signer.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/guard.h"

ek_str ek_api_signer_place(const char *name, uint64_t id, char out[EK_API_SIGNER_PLACE])
{
	size_t n = ek_format(out, EK_API_SIGNER_PLACE, "%s %llu", name, (unsigned long long)id);
	return (ek_str){out, (uint32_t)n};
}

void ek_api_signer_note(struct ek_turn *t, const char *what)
{
	const struct ek_api_signer *s = t->state;
	char action[64];
	(void)ek_format(action, sizeof action, "%s.%s", s->kind->name, what);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = s->kind->name,
						   .object = s->id});
}

/* ---- the secret */

static void make_secret(struct ek_turn *t, struct ek_api_signer *s)
{
	char place[EK_API_SIGNER_PLACE];
	struct ek_sign_key key = {.n = EK_SIGN_KEY};
	ek_secret_random(key.v, EK_SIGN_KEY);
	ek_seal_put(ek_guard_seal(t), ek_api_signer_place(s->kind->name, s->id, place), key.v,
		    EK_SIGN_KEY, s->sealed);
	ek_sign_print(&key, s->text);
	ek_secret_wipe(&key, sizeof key);
	s->row[s->kind->secret] = ek_views_blob(s->sealed, sizeof s->sealed);
}

static bool has_key(struct ek_turn *t)
{
	return ek_guard_seal(t) != NULL ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			      "this server has no master key: give it a directory for one");
}

/* ---- answers */

static void answer(struct ek_turn *t, bool has_secret, ek_str secret)
{
	const struct ek_api_signer *s = t->state;
	ek_json_object(&t->out);
	s->kind->show(t);
	if (has_secret)
		ek_api_put_text(&t->out, "secret", secret);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* The answer that is kept for a repeated request has no secret: this one is told, not kept. */
static void tell(struct ek_turn *t)
{
	struct ek_api_signer *s = t->state;
	ek_json_reset(&t->out);
	answer(t, true, (ek_str){s->text, (uint32_t)strlen(s->text)});
	ek_secret_wipe(s->text, sizeof s->text);
}

/* ---- on the writer's thread */

static void put_row(struct ek_turn *t, const char *what)
{
	struct ek_api_signer *s = t->state;
	const struct ek_api_signer_kind *kind = s->kind;
	int64_t revision = ek_turn_int(&s->row[kind->revision]);
	s->row[kind->revision] = ek_views_int(revision == EK_NONE ? 1 : revision + 1);
	s->row[kind->updated] = ek_views_int(t->now.ms);
	ek_turn_put(t, kind->table, s->row);
	if (kind->keep != NULL)
		kind->keep(t);
	ek_api_signer_note(t, what);
}

static bool check_count(struct ek_turn *t)
{
	const struct ek_api_signer *s = t->state;
	struct ek_turn_rows rows;
	if (s->kind->goes_out && !ek_api_sample_lets_out(t))
		return false;
	if (!ek_turn_select(t, s->kind->count, NULL, 0, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < s->kind->max ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "there are at most %lld of these",
			      (long long)s->kind->max);
}

static bool check_there(struct ek_turn *t)
{
	const struct ek_api_signer *s = t->state;
	return s->kind->read(t);
}

/* Changed on what one has seen. */
static bool check_seen(struct ek_turn *t)
{
	const struct ek_api_signer *s = t->state;
	return check_there(t) && ek_turn_if_match(t, ek_turn_int(&s->row[s->kind->revision]));
}

static void created(struct ek_turn *t, const struct ek_answer *a)
{
	struct ek_api_signer *s = t->state;
	(void)a;
	s->id = ek_turn_new_id(t, s->kind->table);
	s->kind->begin(t);
	s->kind->take(t);
	make_secret(t, s);
	put_row(t, "created");
	ek_turn_set_etag(t, ek_turn_int(&s->row[s->kind->revision]));
	answer(t, true, (ek_str){NULL, 0});
	t->status = 201;
}

static void updated(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_api_signer *s = t->state;
	(void)a;
	s->kind->take(t);
	put_row(t, "updated");
	ek_turn_set_etag(t, ek_turn_int(&s->row[s->kind->revision]));
	answer(t, false, (ek_str){NULL, 0});
}

static void rotated(struct ek_turn *t, const struct ek_answer *a)
{
	struct ek_api_signer *s = t->state;
	(void)a;
	s->row[s->kind->before] = s->row[s->kind->secret];
	s->kind->rotating(t, (ek_time){t->now.ms + EK_API_SIGNER_ROTATE_MS});
	make_secret(t, s);
	put_row(t, "secret_rotated");
	answer(t, true, (ek_str){NULL, 0});
}

/* ---- operations */

void ek_api_signer_create(struct ek_turn *t)
{
	if (!has_key(t))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_count, .made = created, .tell = tell});
}

void ek_api_signer_update(struct ek_turn *t)
{
	ek_turn_write(t, &(struct ek_turn_write){.check = check_seen, .made = updated});
}

void ek_api_signer_rotate(struct ek_turn *t)
{
	if (!has_key(t))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_there, .made = rotated, .tell = tell});
}
