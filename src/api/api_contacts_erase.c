/* A contact's personal data: out as a file, or gone for good.
 *
 * Who leads or manages asks: a job that waits, and a word to the administrators. An administrator
 * carries it out: the work is done in the same commit as the job that tells of it, so that nothing
 * is ever half done. Gone are the contact's members, addresses, notes, what it wrote, the files of
 * its conversations whoever sent them, with their keys, so that no copy of them is read again
 * (docs/adr/0026), its own key, by which backups open (docs/adr/0027), first answers that name it
 * or its conversations, titles and attributes of these, comments in surveys and the addresses that
 * they were answered at, files that were exported, and all words of these in the index; what
 * remains are the numbers by which the log names it.
 * Source: spec security, section 11 (GDPR, articles 15, 17 and 20).
 */
#include <string.h>

#include "api/api_articles.h"
#include "api/api_attachments.h"
#include "api/api_audit.h"
#include "api/api_contact.h"
#include "api/api_mail.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "api/survey.h"
#include "store/reader.h"

enum {
	ANSWERS_AT_ONCE = 200,
	FILE_MAX = 24 * 1024 * 1024,
	FILE_KEPT_MS = 24 * 60 * 60 * 1000,
	ARGUMENTS_MAX = 64,
};

struct duty {
	struct ek_api_contact contact;
	const struct ek_views_value *again; /* a row of erasures: done before (again.h); or NULL */
	bool is_erase;
	bool is_asked; /* only asked for */
	char arguments[ARGUMENTS_MAX];
	struct ek_turn_rows asked;    /* jobs that wait for this: whole rows, without files */
	struct ek_turn_rows people;   /* administrators */
	struct ek_turn_rows tree;     /* the contact and those merged into it: whole rows */
	struct ek_turn_rows profiles; /* of their conversations */
	struct ek_turn_rows files;    /* of their conversations: whole rows of attachments */
	struct ek_turn_rows proofs;   /* of their addresses: numbers of identities */
	struct ek_turn_rows mails;    /* of these: api/api_mail.h */
	ek_str file;                  /* of an export; p NULL = too large */
	bool is_erased;               /* all of it */
};

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static const char *kind_of(const struct duty *d)
{
	return d->is_erase ? "contact_erase" : "contact_export";
}

static const struct ek_views_value *at(const struct ek_turn_rows *rows, uint32_t i)
{
	return rows->v + (size_t)i * rows->columns;
}

/* ---- jobs */

struct job {
	uint64_t id;
	const char *state;
	const char *error; /* NULL = none */
	bool has_file;
};

static void write_job(struct ek_turn *t, const struct duty *d, const struct job *job)
{
	struct ek_json *j = &t->out;
	char path[64];
	bool is_over = strcmp(job->state, "waiting") != 0;
	size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/jobs/job_%llu/result",
			     (unsigned long long)job->id);
	ek_str result = {job->has_file ? path : NULL, (uint32_t)n};
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_JOB, job->id);
	ek_api_put_word(j, "kind", kind_of(d));
	ek_api_put_word(j, "state", job->state);
	ek_api_put_int(j, "done", is_over && job->error == NULL);
	ek_api_put_int(j, "total", 1);
	ek_api_put_int(j, "left_ms", is_over ? 0 : EK_NONE);
	ek_api_put_text(j, "result", result);
	ek_api_put_word(j, "code", job->error);
	ek_api_put_time(j, "created_at", t->now);
	ek_api_put_time(j, "ended_at", is_over ? t->now : EK_NO_TIME);
	ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
	t->status = 202;
}

static uint64_t put_job(struct ek_turn *t, const struct duty *d, struct job *job)
{
	struct ek_views_value v[EK_CONTENT_JOBS_WIDTH] = {0};
	bool is_over = strcmp(job->state, "waiting") != 0;
	job->id = ek_turn_new_id(t, EK_CONTENT_JOBS);
	v[EK_CONTENT_JOBS_JOB] = ek_views_int((int64_t)job->id);
	v[EK_CONTENT_JOBS_KIND] = ek_views_text(word(kind_of(d)));
	v[EK_CONTENT_JOBS_STATE] = ek_views_text(word(job->state));
	v[EK_CONTENT_JOBS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_JOBS_ARGUMENTS] = ek_views_text(word(d->arguments));
	v[EK_CONTENT_JOBS_DONE] = ek_views_int(is_over && job->error == NULL);
	v[EK_CONTENT_JOBS_TOTAL] = ek_views_int(1);
	if (job->error != NULL)
		v[EK_CONTENT_JOBS_ERROR] = ek_views_text(word(job->error));
	v[EK_CONTENT_JOBS_CREATED_MS] = ek_views_int(t->now.ms);
	if (is_over) {
		v[EK_CONTENT_JOBS_STARTED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(t->now.ms);
	}
	if (job->has_file) {
		v[EK_CONTENT_JOBS_FILE] = ek_views_blob(d->file.p, d->file.n);
		v[EK_CONTENT_JOBS_FILE_TYPE] = ek_views_text(EK_S("application/json"));
		v[EK_CONTENT_JOBS_EXPIRES_MS] = ek_views_int(t->now.ms + FILE_KEPT_MS);
	}
	ek_turn_put(t, EK_CONTENT_JOBS, v);
	return job->id;
}

static void tell(struct ek_turn *t, const struct duty *d, int64_t teammate, int64_t job)
{
	struct ek_views_value v[EK_CONTENT_DELIVERIES_WIDTH] = {0};
	v[EK_CONTENT_DELIVERIES_DELIVERY] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_DELIVERIES));
	v[EK_CONTENT_DELIVERIES_TEAMMATE] = ek_views_int(teammate);
	v[EK_CONTENT_DELIVERIES_KIND] = ek_views_text(EK_S("job"));
	v[EK_CONTENT_DELIVERIES_OBJECT] = ek_views_int(job);
	v[EK_CONTENT_DELIVERIES_DETAILS] = ek_views_text(word(d->arguments));
	v[EK_CONTENT_DELIVERIES_MADE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_DELIVERIES, v);
}

static void audit(struct ek_turn *t, const struct duty *d, const char *action)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "contact",
						   .object = d->contact.id});
}

/* Everything of a job but its file. */
#define JOB_COLUMNS \
	"job, kind, state, teammate, bulk_edit, arguments, done, total, result, NULL, file_type, " \
	"error, created_ms, started_ms, ended_ms, expires_ms"

static bool find_asked(struct ek_turn *t, struct duty *d)
{
	static const char sql[] = "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'waiting' "
				  "AND kind = $1 AND arguments = $2 ORDER BY job";
	const struct ek_views_value args[] = {ek_views_text(word(kind_of(d))),
					      ek_views_text(word(d->arguments))};
	return ek_turn_select(t, sql, args, 2, &d->asked);
}

/* ---- asking */

static bool check_ask(struct ek_turn *t)
{
	static const char sql[] = "SELECT teammate FROM people WHERE state = 'active' "
				  "AND (COALESCE(roles, 0) & $1) <> 0 ORDER BY teammate";
	struct duty *d = t->state;
	const struct ek_views_value bit = ek_views_int(INT64_C(1) << EK_ROLE_ADMIN);
	return ek_api_contact_again(t, &d->contact) && find_asked(t, d) &&
	       ek_turn_select(t, sql, &bit, 1, &d->people);
}

/* Who asked before and still waits is told of that job. */
static void made_ask(struct ek_turn *t, const struct ek_answer *a)
{
	struct duty *d = t->state;
	struct job job = {.state = "waiting"};
	(void)a;
	for (uint32_t i = 0; i < d->asked.n; i++) {
		const struct ek_views_value *v = at(&d->asked, i);
		if (ek_turn_int(&v[EK_CONTENT_JOBS_TEAMMATE]) == (int64_t)t->self.v)
			job.id = (uint64_t)v[EK_CONTENT_JOBS_JOB].i;
	}
	if (job.id == 0) {
		put_job(t, d, &job);
		for (uint32_t i = 0; i < d->people.n; i++)
			tell(t, d, at(&d->people, i)[0].i, (int64_t)job.id);
		audit(t, d, d->is_erase ? "contact.erase_asked" : "contact.export_asked");
	}
	write_job(t, d, &job);
}

/* What was asked for is done. */
static void settle_asked(struct ek_turn *t, const struct duty *d)
{
	struct ek_views_value v[EK_CONTENT_JOBS_WIDTH];
	for (uint32_t i = 0; i < d->asked.n; i++) {
		memcpy(v, at(&d->asked, i), sizeof v);
		v[EK_CONTENT_JOBS_STATE] = ek_views_text(EK_S("done"));
		v[EK_CONTENT_JOBS_DONE] = ek_views_int(1);
		v[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_JOBS, v);
		if (v[EK_CONTENT_JOBS_TEAMMATE].kind == EK_VIEWS_INT)
			tell(t, d, v[EK_CONTENT_JOBS_TEAMMATE].i, v[EK_CONTENT_JOBS_JOB].i);
	}
}

/* ---- what there is of a contact */

static bool find_tree(struct ek_turn *t, struct duty *d)
{
	static const char tree[] = "SELECT * FROM contacts k WHERE " EK_API_CONTACT_TREE(
		"k.contact", "$1") " ORDER BY "
				   "k.contact";
	static const char profiles[] =
		"SELECT * FROM conversation_profiles p WHERE " EK_API_CONTACT_TREE(
			"p.contact", "$1") " ORDER BY p.conversation";
	const struct ek_views_value key = ek_views_int(d->contact.id);
	return ek_turn_select(t, tree, &key, 1, &d->tree) &&
	       ek_turn_select(t, profiles, &key, 1, &d->profiles);
}

static bool find_all(struct ek_turn *t, struct duty *d)
{
	return ek_api_contact_again(t, &d->contact) && find_asked(t, d) && find_tree(t, d);
}

static bool each(struct ek_turn *t, const char *sql, const struct ek_views_value *key,
		 ek_log_visit_values *visit, void *ctx)
{
	struct ek_err err;
	return ek_reader_each(t->reader, &(struct ek_reader_question){sql, key, 1}, visit, ctx,
			      &err) ||
	       ek_problem_err(&t->problem, &err);
}

/* ---- out: one JSON text */

/* A row as an object: numbers and texts, named as they are kept; times in milliseconds become
 * times, JSON stays JSON. names ends with NULL. */
struct printer {
	struct ek_json *j;
	const char *const *names;
};

static void print_value(struct ek_json *j, const char *name, const struct ek_views_value *v)
{
	size_t n = strlen(name);
	bool is_json = strcmp(name, "attributes") == 0 || strcmp(name, "channels") == 0 ||
		       strcmp(name, "attachments") == 0;
	if (n > 3 && strcmp(name + n - 3, "_at") == 0)
		ek_api_put_time(j, name, (ek_time){ek_turn_int(v)});
	else if (is_json)
		ek_api_put_raw(j, name, ek_turn_text(v));
	else if (v->kind == EK_VIEWS_TEXT)
		ek_api_put_text(j, name, ek_turn_text(v));
	else
		ek_api_put_int(j, name, ek_turn_int(v));
}

static bool print_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	const struct printer *p = ctx;
	(void)err;
	ek_json_object(p->j);
	for (uint32_t i = 0; i < n && p->names[i] != NULL; i++)
		print_value(p->j, p->names[i], &v[i]);
	ek_json_object_end(p->j);
	return true;
}

struct section {
	const char *key;
	const char *sql; /* with $1: a contact, or a conversation */
	const char *const *names;
};

static bool print_section(struct ek_turn *t, struct ek_json *j, const struct section *s,
			  int64_t key)
{
	struct printer p = {j, s->names};
	const struct ek_views_value id = ek_views_int(key);
	ek_json_key(j, s->key);
	ek_json_list(j);
	bool ok = each(t, s->sql, &id, print_row, &p);
	ek_json_list_end(j);
	return ok;
}

static const char *const contact_names[] = {"id",          "name",       "email",      "phone",
					    "external_id", "tier",       "language",   "zone",
					    "attributes",  "created_at", "updated_at", NULL};
static const char *const identity_names[] = {"id",       "contact",    "channel", "address",
					     "verified", "created_at", NULL};
static const char *const note_names[] = {"id", "contact", "teammate", "text", "created_at", NULL};
static const char *const part_names[] = {"id",   "kind",        "author",     "channel",
					 "text", "attachments", "created_at", NULL};
static const char *const file_names[] = {"id", "part", "name", "type", "bytes", "created_at", NULL};

static const char *const answer_names[] = {"id",      "form",        "score", "comment",
					   "sent_at", "answered_at", NULL};

static const struct section of_contact[] = {
	{"contacts",
	 "SELECT k.public, k.name, k.email, k.phone, k.external, k.tier, k.language, k.zone, "
	 "k.attributes, k.created_ms, k.updated_ms FROM contacts k "
	 "WHERE " EK_API_CONTACT_TREE("k.contact", "$1") " ORDER BY k.contact",
	 contact_names},
	{"identities",
	 "SELECT i.identity, k.public, i.channel, i.address, i.verified, i.created_ms "
	 "FROM identities i JOIN contacts k ON k.contact = i.contact "
	 "WHERE " EK_API_CONTACT_TREE("i.contact", "$1") " ORDER BY i.identity",
	 identity_names},
	{"notes",
	 "SELECT n.note, k.public, n.teammate, n.body, n.created_ms "
	 "FROM notes n JOIN contacts k ON k.contact = n.contact "
	 "WHERE " EK_API_CONTACT_TREE("n.contact", "$1") " ORDER BY n.note",
	 note_names},
};
/* A whisper is about a colleague's work, and for that colleague alone. */
static const struct section of_conversation[] = {
	{"parts",
	 "SELECT part, kind, author_kind, channel, body, attachments, created_ms FROM parts "
	 "WHERE conversation = $1 AND kind IN ('message', 'note', 'summary', 'forward') ORDER BY "
	 "part",
	 part_names},
	{"attachments",
	 "SELECT attachment, part, name, type, bytes, created_ms FROM attachments "
	 "WHERE conversation = $1 ORDER BY attachment",
	 file_names},
	{"survey_answers",
	 "SELECT w.answer, a.form, w.score, w.comment, a.sent_ms, w.at_ms FROM survey_answers w "
	 "JOIN survey_asks a ON a.ask = w.ask WHERE a.conversation = $1 ORDER BY w.answer",
	 answer_names},
};

static bool print_conversation(struct ek_turn *t, struct ek_json *j,
			       const struct ek_views_value *profile)
{
	int64_t id = profile[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i;
	bool ok = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_CONVERSATION, (uint64_t)id);
	ek_api_put_text(j, "title", ek_turn_text(&profile[EK_CONTENT_CONVERSATION_PROFILES_TITLE]));
	ek_api_put_raw(j, "channels",
		       ek_turn_text(&profile[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS]));
	ek_api_put_raw(j, "attributes",
		       ek_turn_text(&profile[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES]));
	ek_api_put_time(
		j, "created_at",
		(ek_time){ek_turn_int(&profile[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS])});
	for (size_t i = 0; ok && i < EK_LEN(of_conversation); i++)
		ok = print_section(t, j, &of_conversation[i], id);
	ek_json_object_end(j);
	return ok;
}

static bool print_all(struct ek_turn *t, struct duty *d, struct ek_json *j)
{
	bool ok = true;
	ek_json_object(j);
	ek_api_put_word(j, "shape", "contact_export/1");
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, d->contact.hex);
	ek_api_put_time(j, "at", t->now);
	for (size_t i = 0; ok && i < EK_LEN(of_contact); i++)
		ok = print_section(t, j, &of_contact[i], d->contact.id);
	ek_json_key(j, "conversations");
	ek_json_list(j);
	for (uint32_t i = 0; ok && i < d->profiles.n; i++)
		ok = print_conversation(t, j, at(&d->profiles, i));
	ek_json_list_end(j);
	ek_json_object_end(j);
	return ok;
}

static bool check_export(struct ek_turn *t)
{
	struct duty *d = t->state;
	return find_all(t, d);
}

/* The file is copied into the transaction, and freed. */
static void made_export(struct ek_turn *t, const struct ek_answer *a)
{
	struct duty *d = t->state;
	struct ek_json j;
	(void)a;
	ek_json_init(&j, t->out.alloc, FILE_MAX);
	j.style = t->out.style;
	j.style.is_api = true;
	struct job job = {.state = "failed", .error = "unavailable"};
	if (print_all(t, d, &j))
		job.error = "too_large";
	if (ek_problem_is_none(&t->problem) && ek_json_is_whole(&j)) {
		d->file = ek_json_written(&j);
		job = (struct job){.state = "done", .has_file = true};
	}
	put_job(t, d, &job);
	audit(t, d, "contact.exported");
	if (job.has_file)
		settle_asked(t, d);
	ek_json_fini(&j);
	write_job(t, d, &job);
}

/* ---- gone */

/* A part that the contact wrote: part, conversation, seq, kind, author_kind, author, channel,
 * format, team, created_ms. */
static bool blank_part(void *ctx, const struct ek_views_value *from, uint32_t n, struct ek_err *err)
{
	struct ek_turn *t = ctx;
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	(void)n;
	(void)err;
	v[EK_CONTENT_PARTS_PART] = from[0];
	v[EK_CONTENT_PARTS_CONVERSATION] = from[1];
	v[EK_CONTENT_PARTS_SEQ] = from[2];
	v[EK_CONTENT_PARTS_KIND] = from[3];
	v[EK_CONTENT_PARTS_AUTHOR_KIND] = from[4];
	v[EK_CONTENT_PARTS_AUTHOR] = from[5];
	v[EK_CONTENT_PARTS_CHANNEL] = from[6];
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(EK_S(""));
	v[EK_CONTENT_PARTS_FORMAT] = from[7];
	v[EK_CONTENT_PARTS_TEAM] = from[8];
	v[EK_CONTENT_PARTS_CREATED_MS] = from[9];
	v[EK_CONTENT_PARTS_REDACTED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PARTS_REDACTED_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_PARTS, v);
	return true;
}

static bool blank_conversation(struct ek_turn *t, const struct ek_views_value *profile)
{
	static const char sql[] =
		"SELECT part, conversation, seq, kind, author_kind, author, channel, format, team, "
		"created_ms FROM parts WHERE conversation = $1 AND author_kind = 'contact' "
		"ORDER BY part";
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH];
	const struct ek_views_value none = {0};
	memcpy(v, profile, sizeof v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = none;
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE_KEY] = none;
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = none;
	v[EK_CONTENT_CONVERSATION_PROFILES_EXTRAS] = none;
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, v);
	ek_api_articles_erase(t, v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i);
	return each(t, sql, &v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION], blank_part, t) &&
	       ek_survey_erase(t, v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i) &&
	       ek_api_visit_erase(
		       t, (ek_conversation_id){
				  (uint32_t)v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i});
}

static void erase_rows(struct ek_turn *t, enum ek_content table, uint32_t column,
		       struct ek_views_value value)
{
	ek_turn_erase(t, &(struct ek_writer_erasure){table, column, value});
}

/* In the register, which goes with the keys of a backup (store/backup_keys.h). */
static void put_erasure(struct ek_turn *t, const struct duty *d, const struct ek_views_value *id)
{
	struct ek_views_value e[EK_CONTENT_ERASURES_WIDTH] = {0};
	const struct ek_views_value *ask = d->asked.n > 0 ? at(&d->asked, 0) : NULL;
	e[EK_CONTENT_ERASURES_ERASURE] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_ERASURES));
	e[EK_CONTENT_ERASURES_CONTACT] = *id;
	e[EK_CONTENT_ERASURES_ASKED_BY] =
		ask != NULL ? ask[EK_CONTENT_JOBS_TEAMMATE] : ek_views_id(t->self.v);
	e[EK_CONTENT_ERASURES_ASKED_MS] =
		ask != NULL ? ask[EK_CONTENT_JOBS_CREATED_MS] : ek_views_int(t->now.ms);
	e[EK_CONTENT_ERASURES_DONE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_ERASURES, e);
}

/* The number stays: the log names it. */
static void reduce_contact(struct ek_turn *t, const struct duty *d,
			   const struct ek_views_value *from)
{
	static const uint8_t kept[] = {EK_CONTENT_CONTACTS_CONTACT, EK_CONTENT_CONTACTS_PUBLIC,
				       EK_CONTENT_CONTACTS_MERGED_INTO,
				       EK_CONTENT_CONTACTS_CREATED_MS,
				       EK_CONTENT_CONTACTS_REVISION};
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	const struct ek_views_value *id = &from[EK_CONTENT_CONTACTS_CONTACT];
	for (size_t i = 0; i < EK_LEN(kept); i++)
		v[kept[i]] = from[kept[i]];
	v[EK_CONTENT_CONTACTS_ERASED_MS] = ek_views_int(t->now.ms);
	ek_api_contact_put(t, v);
	for (uint32_t i = 0; i < d->proofs.n; i++)
		erase_rows(t, EK_CONTENT_IDENTITY_PROOFS, EK_CONTENT_IDENTITY_PROOFS_IDENTITY,
			   at(&d->proofs, i)[0]);
	erase_rows(t, EK_CONTENT_IDENTITIES, EK_CONTENT_IDENTITIES_CONTACT, *id);
	erase_rows(t, EK_CONTENT_NOTES, EK_CONTENT_NOTES_CONTACT, *id);
	erase_rows(t, EK_CONTENT_CONTACT_KEYS, EK_CONTENT_CONTACT_KEYS_CONTACT, *id);
	if (d->again == NULL)
		put_erasure(t, d, id);
}

static bool erase_export(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	erase_rows(ctx, EK_CONTENT_JOBS, EK_CONTENT_JOBS_JOB, v[0]);
	return true;
}

static bool erase_exports(struct ek_turn *t, const struct duty *d)
{
	static const char sql[] =
		"SELECT job FROM jobs WHERE kind = 'contact_export' AND arguments = $1";
	const struct ek_views_value arguments = ek_views_text(word(d->arguments));
	return each(t, sql, &arguments, erase_export, t);
}

struct forgetting {
	struct ek_turn *t;
	const struct duty *d;
	/* Of answers: how far they were looked at. */
	uint8_t last[EK_HASH_BYTES];
	uint32_t last_n;
	uint32_t looked;
};

static bool is_among(const struct ek_turn_rows *profiles, int64_t conversation)
{
	uint32_t low = 0;
	uint32_t high = profiles->n;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (at(profiles, middle)[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i <
		    conversation)
			low = middle + 1;
		else
			high = middle;
	}
	return low < profiles->n &&
	       at(profiles, low)[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION].i == conversation;
}

static bool names_contact(const struct duty *d, ek_str body)
{
	bool is = false;
	for (uint32_t i = 0; !is && i < d->tree.n; i++) {
		ek_str hex = ek_turn_text(&at(&d->tree, i)[EK_CONTENT_CONTACTS_PUBLIC]);
		is = hex.n > 0 && memmem(body.p, body.n, hex.p, hex.n) != NULL;
	}
	return is;
}

/* A visitor's answers do not name the contact that they are. */
static bool names_talk(const struct duty *d, ek_str body)
{
	static const char start[] = "\"cv_";
	const char *end = body.p + body.n;
	const char *p = body.p;
	bool is = false;
	while (!is && (p = memmem(p, (size_t)(end - p), start, sizeof start - 1)) != NULL) {
		int64_t id = 0;
		p += sizeof start - 1;
		for (int n = 0; n < 18 && p < end && *p >= '0' && *p <= '9'; n++)
			id = 10 * id + (*p++ - '0');
		is = is_among(&d->profiles, id);
	}
	return is;
}

static bool erase_answer(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct forgetting *f = ctx;
	const ek_str body = {v[1].p, v[1].n};
	(void)n;
	(void)err;
	f->looked++;
	f->last_n = v[0].n < sizeof f->last ? v[0].n : (uint32_t)sizeof f->last;
	memcpy(f->last, v[0].p, f->last_n);
	if (body.n > 0 && (names_contact(f->d, body) || names_talk(f->d, body)))
		erase_rows(f->t, EK_CONTENT_ANSWERS, EK_CONTENT_ANSWERS_KEY_HASH, v[0]);
	return true;
}

/* First answers that are kept for repeated requests say what the contact was and wrote. A part of
 * them at a time: PostgreSQL's client holds whole what it asked for. */
static bool erase_answers(struct ek_turn *t, const struct duty *d)
{
	struct forgetting f = {.t = t, .d = d};
	do {
		uint8_t from[EK_HASH_BYTES];
		memcpy(from, f.last, sizeof from);
		const struct ek_views_value after = ek_views_blob(from, f.last_n);
		f.looked = 0;
		if (!each(t,
			  "SELECT key_hash, body FROM answers WHERE key_hash > $1 "
			  "ORDER BY key_hash LIMIT 200", /* ANSWERS_AT_ONCE */
			  &after, erase_answer, &f))
			return false;
	} while (f.looked == ANSWERS_AT_ONCE);
	return true;
}

/* The contact itself last: what failed half way can be asked for again. */
static void made_erase(struct ek_turn *t, const struct ek_answer *a)
{
	struct duty *d = t->state;
	struct job job = {.state = "done"};
	bool ok = erase_exports(t, d);
	(void)a;
	for (uint32_t i = 0; ok && i < d->profiles.n; i++)
		ok = blank_conversation(t, at(&d->profiles, i));
	ok = ok && erase_answers(t, d);
	for (uint32_t i = 0; ok && i < d->tree.n; i++)
		reduce_contact(t, d, at(&d->tree, i));
	if (!ok)
		job = (struct job){.state = "failed", .error = "unavailable"};
	if (d->again == NULL)
		put_job(t, d, &job);
	d->is_erased = ok;
	if (ok) {
		ek_api_attachments_erase(t, &(struct ek_api_attachments){d->files.v, d->files.n});
		ek_api_mail_erase(t, &d->mails);
		settle_asked(t, d);
	}
	audit(t, d, ok ? "contact.erased" : "contact.erase_failed");
	write_job(t, d, &job);
}

static bool find_rest(struct ek_turn *t, struct duty *d)
{
	static const char files[] =
		"SELECT a.* FROM attachments a "
		"JOIN conversation_profiles p ON p.conversation = a.conversation "
		"WHERE " EK_API_CONTACT_TREE("p.contact", "$1");
	static const char proofs[] =
		"SELECT x.identity FROM identity_proofs x JOIN identities i ON "
		"i.identity = x.identity WHERE " EK_API_CONTACT_TREE("i.contact", "$1");
	const struct ek_views_value key = ek_views_int(d->contact.id);
	return ek_turn_select(t, proofs, &key, 1, &d->proofs) &&
	       ek_turn_select(t, files, &key, 1, &d->files) &&
	       ek_api_mail_of_contact(t, (ek_contact_id){d->contact.id}, &d->mails);
}

static bool check_erase(struct ek_turn *t)
{
	struct duty *d = t->state;
	return find_all(t, d) && find_rest(t, d);
}

/* After the commit: the bytes go, too. */
static void tell_erased(struct ek_turn *t)
{
	const struct duty *d = t->state;
	if (!d->is_erased)
		return;
	ek_api_attachments_remove(t, &(struct ek_api_attachments){d->files.v, d->files.n});
	ek_api_mail_remove(t, &d->mails);
}

/* ---- what was asked for */

/* Carried out by who may; asked for by who may that; else what is missing for carrying out. */
static bool may(struct ek_turn *t, struct duty *d)
{
	enum ek_may carry = d->is_erase ? EK_MAY_CONTACT_ERASE : EK_MAY_CONTACT_EXPORT;
	enum ek_may ask = d->is_erase ? EK_MAY_CONTACT_ERASE_ASK : EK_MAY_CONTACT_EXPORT_ASK;
	enum ek_may_answer answer = ek_may(&t->actor, carry, &d->contact.may).answer;
	if (answer == EK_MAY_ANSWER_ALLOWED)
		return true;
	d->is_asked = answer != EK_MAY_ANSWER_CONFIRM && ek_may_is(&t->actor, ask, &d->contact.may);
	return d->is_asked || ek_turn_may(t, carry, &d->contact.may);
}

static void print_arguments(struct duty *d)
{
	size_t n = ek_format(d->arguments, sizeof d->arguments, "{\"contact\":\"ct_");
	memcpy(d->arguments + n, d->contact.hex.p, EK_IDENT_HEX);
	ek_format(d->arguments + n + EK_IDENT_HEX, sizeof d->arguments - n - EK_IDENT_HEX, "\"}");
}

static void start(struct ek_turn *t, bool is_erase)
{
	struct duty *d = EK_TURN_NEW(t, struct duty);
	if (d == NULL || !ek_query_end(&t->query) || !ek_api_contact_path(t, &d->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	d->is_erase = is_erase;
	t->state = d;
	if (!may(t, d)) {
		ek_turn_reply(t, 0);
		return;
	}
	print_arguments(d);
	struct ek_turn_write write = {.check = check_ask, .made = made_ask};
	if (!d->is_asked && is_erase)
		write = (struct ek_turn_write){
			.check = check_erase, .made = made_erase, .tell = tell_erased};
	else if (!d->is_asked)
		write = (struct ek_turn_write){.check = check_export, .made = made_export};
	ek_turn_write(t, &write);
}

void ek_api_export_contact(struct ek_turn *t)
{
	start(t, false);
}

void ek_api_erase_contact(struct ek_turn *t)
{
	start(t, true);
}

/* ---- again */

/* Whether the register knows of it; then nothing is to do. */
static bool is_known(struct ek_turn *t, const struct ek_views_value *erasure, bool *known)
{
	const struct ek_views_value args[] = {erasure[EK_CONTENT_ERASURES_CONTACT],
					      erasure[EK_CONTENT_ERASURES_DONE_MS]};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT erasure FROM erasures WHERE contact = $1 AND done_ms = $2",
			    args, 2, &rows))
		return false;
	*known = rows.n > 0;
	return true;
}

/* A contact that came after the backup is not there: its number will be another's. One that was
 * merged since is found by its own number, as the register names each. */
static bool check_again(struct ek_turn *t)
{
	struct duty *d = t->state;
	const struct ek_views_value *row = NULL;
	bool known = false;
	bool found = false;
	int64_t id = d->again[EK_CONTENT_ERASURES_CONTACT].i;
	if (!is_known(t, d->again, &known) ||
	    !ek_turn_row(t, EK_CONTENT_CONTACTS, id, &row, &found))
		return false;
	if (known || !found)
		return true;
	d->contact.id = (uint32_t)id;
	d->contact.row = row;
	d->contact.hex = ek_turn_text(&row[EK_CONTENT_CONTACTS_PUBLIC]);
	if (d->contact.hex.n != EK_IDENT_HEX)
		return ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
	print_arguments(d);
	return find_tree(t, d) && find_rest(t, d);
}

static void made_again(struct ek_turn *t, const struct ek_answer *a)
{
	const struct duty *d = t->state;
	t->status = EK_API_CONTACT_KNOWN;
	if (d->contact.id == 0)
		return;
	made_erase(t, a);
	t->status = EK_API_CONTACT_ERASED;
	if (d->is_erased)
		ek_turn_put(t, EK_CONTENT_ERASURES, d->again);
	else
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

void ek_api_contact_erase_again(struct ek_turn *t, const struct ek_views_value *erasure)
{
	struct duty *d = EK_TURN_NEW(t, struct duty);
	const struct ek_turn_write write = {
		.check = check_again, .made = made_again, .tell = tell_erased};
	if (d == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	d->is_erase = true;
	d->again = erasure;
	t->state = d;
	t->now = (ek_time){erasure[EK_CONTENT_ERASURES_DONE_MS].i};
	ek_turn_write(t, &write);
}
