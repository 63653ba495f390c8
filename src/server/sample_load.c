#include "server/sample_load.h"

#include <string.h>
#include <unistd.h>

#include "api/api_person.h"
#include "auth/password.h"
#include "auth/secret.h"
#include "engine/look.h"
#include "server/sample_rows.h"
#include "server/sample_seat.h"
#include "server/sample_surveys.h"
#include "sim/team_run.h"
#include "store/contact.h"
#include "store/dir.h"
#include "store/reader.h"
#include "sys/heap.h"
#include "sys/text.h"

enum { ZONES_MEMORY = 1 << 22, GROUP = 8192, KEY_MAX = 1024 };
#define DAY_MS 86400000LL

struct load {
	struct ek_sample_load *o;
	struct ek_arena arena;
	const struct ek_zone *zones;
	struct ek_team *team;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_text *text;
	char key[KEY_MAX]; /* of the last fold */
	int64_t parts;
	int64_t identities;
	struct ek_sample_repliers *repliers; /* by conversation, from the first; grown */
	uint32_t repliers_cap;
};

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text(ended(s));
}

static struct ek_views_value folded(struct load *l, ek_str s)
{
	struct ek_views_value v = ek_sample_rows_folded(l->text, s);
	if (v.n >= sizeof l->key)
		return ek_views_text(s);
	memcpy(l->key, v.p, v.n);
	return ek_views_text((ek_str){l->key, v.n});
}

/* ---- what is said beside the facts */

static bool put_inbox(struct load *l, const struct ek_team_row *r, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	struct ek_views_value p[EK_CONTENT_SLA_POLICIES_WIDTH] = {0};
	char languages[16];
	char teams[48];
	ek_str tag = ek_team_language_tag(r->inbox->language);
	size_t n = ek_format(languages, sizeof languages, "[\"%c%c\"]", tag.p[0], tag.p[1]);
	v[EK_CONTENT_TEAM_PROFILES_TEAM] = ek_views_int(r->id);
	v[EK_CONTENT_TEAM_PROFILES_NAME] = ek_views_text(r->inbox->name);
	v[EK_CONTENT_TEAM_PROFILES_NAME_KEY] = folded(l, r->inbox->name);
	v[EK_CONTENT_TEAM_PROFILES_LANGUAGES] = ek_views_text((ek_str){languages, (uint32_t)n});
	v[EK_CONTENT_TEAM_PROFILES_CREATED_MS] = ek_views_int(r->at.ms);
	v[EK_CONTENT_TEAM_PROFILES_UPDATED_MS] = ek_views_int(r->at.ms);
	v[EK_CONTENT_TEAM_PROFILES_REVISION] = ek_views_int(1);
	if (!ek_writer_put(l->writer, EK_CONTENT_TEAM_PROFILES, v, err))
		return false;
	n = ek_format(teams, sizeof teams, "{\"teams\":[\"team_%u\"],\"where\":null}", r->id);
	p[EK_CONTENT_SLA_POLICIES_POLICY] = ek_views_int(r->id);
	p[EK_CONTENT_SLA_POLICIES_NAME] = ek_views_text(r->inbox->name);
	p[EK_CONTENT_SLA_POLICIES_NAME_KEY] = folded(l, r->inbox->name);
	p[EK_CONTENT_SLA_POLICIES_APPLIES_TO] = ek_views_text((ek_str){teams, (uint32_t)n});
	p[EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS] = ek_views_int(r->inbox->first_reply.ms);
	p[EK_CONTENT_SLA_POLICIES_NEXT_RESPONSE_MS] = ek_views_int(r->inbox->next_reply.ms);
	p[EK_CONTENT_SLA_POLICIES_PAUSE_WHILE_SNOOZED] = ek_views_int(1);
	p[EK_CONTENT_SLA_POLICIES_WARN_AT_PERMILLE] = ek_views_int(800);
	p[EK_CONTENT_SLA_POLICIES_POSITION] = ek_views_int(r->id);
	p[EK_CONTENT_SLA_POLICIES_CREATED_MS] = ek_views_int(r->at.ms);
	p[EK_CONTENT_SLA_POLICIES_UPDATED_MS] = ek_views_int(r->at.ms);
	p[EK_CONTENT_SLA_POLICIES_REVISION] = ek_views_int(1);
	return ek_writer_put(l->writer, EK_CONTENT_SLA_POLICIES, p, err);
}

/* "[\"ko\",\"en\"]", best first. */
static size_t print_languages(const struct ek_team_person *p, char out[32])
{
	size_t n = ek_format(out, 32, "[\"%s\"", ek_team_language_tag(p->language).p);
	for (int i = 0; i < 3; i++) {
		if (i != p->language && (p->languages >> i & 1) != 0)
			n += ek_format(out + n, 32 - n, ",\"%s\"", ek_team_language_tag(i).p);
	}
	return n + ek_format(out + n, 32 - n, "]");
}

static void fill_person(struct load *l, const struct ek_team_person *p, ek_time at,
			struct ek_views_value *v)
{
	v[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_int(p->id.v);
	v[EK_CONTENT_PEOPLE_NAME] = ek_views_text(p->name);
	v[EK_CONTENT_PEOPLE_NAME_KEY] = folded(l, p->name);
	v[EK_CONTENT_PEOPLE_EMAIL] = word(p->email);
	v[EK_CONTENT_PEOPLE_EMAIL_KEY] = word(p->email);
	v[EK_CONTENT_PEOPLE_STATE] = word("active");
	v[EK_CONTENT_PEOPLE_LANGUAGE] = ek_views_text(ek_team_language_tag(p->language));
	v[EK_CONTENT_PEOPLE_ZONE] = ek_views_text(ek_team_zone_name(p->zone));
	v[EK_CONTENT_PEOPLE_THEME] = word("system");
	v[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(at.ms);
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(at.ms);
	v[EK_CONTENT_PEOPLE_REVISION] = ek_views_int(1);
}

static bool put_person(struct load *l, const struct ek_team_row *r, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	struct ek_views_value t[EK_CONTENT_TEAM_ROLES_WIDTH] = {0};
	const struct ek_team_person *p = r->person;
	char languages[32];
	size_t n = print_languages(p, languages);
	bool leads = p->role == EK_ROLE_LEAD && p->inbox < EK_TEAM_INBOXES;
	/* As who is invited: teammates in the teams they serve; a lead's role is in team_roles. */
	int64_t roles = p->inbox < EK_TEAM_INBOXES ? EK_API_PERSON_WORKS : 0;
	if (p->role != EK_ROLE_TEAMMATE && !leads)
		roles |= INT64_C(1) << p->role;
	fill_person(l, p, r->at, v);
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(roles);
	v[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text((ek_str){languages, (uint32_t)n});
	if (!ek_writer_put(l->writer, EK_CONTENT_PEOPLE, v, err))
		return false;
	if (!leads)
		return true;
	t[EK_CONTENT_TEAM_ROLES_TEAMMATE] = ek_views_int(r->id);
	t[EK_CONTENT_TEAM_ROLES_TEAM] = ek_views_int(ek_team_inbox(l->team, p->inbox).id.v);
	t[EK_CONTENT_TEAM_ROLES_ROLE] = ek_views_int(EK_ROLE_LEAD);
	t[EK_CONTENT_TEAM_ROLES_SINCE_MS] = ek_views_int(r->at.ms);
	return ek_writer_put(l->writer, EK_CONTENT_TEAM_ROLES, t, err);
}

static bool put_contact(struct load *l, const struct ek_team_row *r, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	struct ek_views_value i[EK_CONTENT_IDENTITIES_WIDTH] = {0};
	const struct ek_team_contact *c = r->contact;
	char public[EK_CONTACT_PUBLIC + 1];
	ek_contact_public(r->id, public);
	v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(r->id);
	v[EK_CONTENT_CONTACTS_PUBLIC] = word(public);
	v[EK_CONTENT_CONTACTS_NAME] = word(c->name);
	v[EK_CONTENT_CONTACTS_NAME_KEY] = folded(l, ended(c->name));
	v[EK_CONTENT_CONTACTS_EMAIL] = word(c->email);
	v[EK_CONTENT_CONTACTS_EMAIL_KEY] = word(c->email);
	v[EK_CONTENT_CONTACTS_TIER] = ek_views_text(c->tier);
	v[EK_CONTENT_CONTACTS_LANGUAGE] = ek_views_text(ek_team_language_tag(c->language));
	v[EK_CONTENT_CONTACTS_ZONE] = ek_views_text(ek_team_zone_name(c->zone));
	v[EK_CONTENT_CONTACTS_ATTRIBUTES] = word("{}");
	v[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(r->at.ms);
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(r->at.ms);
	v[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(1);
	if (!ek_writer_put(l->writer, EK_CONTENT_CONTACTS, v, err))
		return false;
	i[EK_CONTENT_IDENTITIES_IDENTITY] = ek_views_int(++l->identities);
	i[EK_CONTENT_IDENTITIES_CONTACT] = ek_views_int(r->id);
	i[EK_CONTENT_IDENTITIES_CHANNEL] = word("email");
	i[EK_CONTENT_IDENTITIES_ADDRESS] = word(c->email);
	i[EK_CONTENT_IDENTITIES_ADDRESS_KEY] = word(c->email);
	i[EK_CONTENT_IDENTITIES_VERIFIED] = ek_views_int(1);
	i[EK_CONTENT_IDENTITIES_CREATED_MS] = ek_views_int(r->at.ms);
	return ek_writer_put(l->writer, EK_CONTENT_IDENTITIES, i, err);
}

/* Who answered: what a survey is credited to. */
static bool hear(struct load *l, const struct ek_team_row *r, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	ek_conversation_id first;
	uint32_t n;
	ek_team_talks(l->team, &first, &n);
	const uint32_t place = r->id - first.v;
	if (place >= l->repliers_cap) {
		uint32_t cap = (place + 1) * 2;
		struct ek_sample_repliers *more = ek_alloc_get(&alloc, cap * sizeof *more);
		if (more == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for a sample");
		memset(more, 0, cap * sizeof *more);
		if (l->repliers_cap > 0)
			memcpy(more, l->repliers, l->repliers_cap * sizeof *more);
		ek_alloc_free(&alloc, l->repliers, l->repliers_cap * sizeof *more);
		l->repliers = more;
		l->repliers_cap = cap;
	}
	if (r->author == EK_AUTHOR_TEAMMATE)
		ek_sample_surveys_heard(&l->repliers[place], r->teammate);
	return true;
}

static bool put_part(struct load *l, const struct ek_team_row *r, struct ek_err *err)
{
	bool by_mate = r->author == EK_AUTHOR_TEAMMATE;
	struct ek_conversation_view now;
	if (!hear(l, r, err))
		return false;
	/* It may have been moved since it came. */
	ek_team_id team = ek_team_inbox(l->team, r->talk->inbox).id;
	if (ek_look_conversation(ek_writer_engine(l->writer), (ek_conversation_id){r->id}, &now))
		team = now.team;
	const struct ek_sample_part part = {
		.id = ++l->parts,
		.conversation = {r->id},
		.seq = r->seq,
		.contact = by_mate ? (ek_contact_id){0} : r->talk->contact,
		.teammate = r->teammate,
		.is_chat = r->talk->is_chat,
		.text = r->text,
		.team = team,
		.at = r->at,
	};
	return ek_sample_rows_put_part(l->writer, &part, err);
}

static bool put(void *ctx, const struct ek_team_row *r, struct ek_err *err)
{
	switch (r->kind) {
	case EK_TEAM_ROW_INBOX:
		return put_inbox(ctx, r, err);
	case EK_TEAM_ROW_PERSON:
		return put_person(ctx, r, err);
	case EK_TEAM_ROW_CONTACT:
		return put_contact(ctx, r, err);
	case EK_TEAM_ROW_PART:
		return put_part(ctx, r, err);
	default:
		return true; /* a conversation's profile is put at the end, with its last counts */
	}
}

static bool put_talk(struct load *l, ek_conversation_id id, struct ek_err *err)
{
	struct ek_team_talk t;
	struct ek_conversation_view view;
	char title[EK_TEAM_TEXT];
	if (!ek_team_talk(l->team, id, &t) ||
	    !ek_look_conversation(ek_writer_engine(l->writer), id, &view))
		return true;
	size_t n = ek_team_title(l->team, id, title, sizeof title);
	const struct ek_sample_talk talk = {
		.conversation = id,
		.contact = t.contact,
		.title = {title, (uint32_t)n},
		.is_chat = t.is_chat,
		.at = view.started,
		.updated = t.last_part_at,
		.part_count = t.part_count,
		.assignment_count = t.assignment_count,
		.handover_count = t.handover_count,
		.reopen_count = t.reopen_count,
	};
	return ek_sample_rows_put_talk(l->writer, l->text, &talk, err) &&
	       ek_sample_rows_put_running(l->writer, id, err);
}

static bool put_talks(struct load *l, struct ek_err *err)
{
	ek_conversation_id first;
	ek_team_talks(l->team, &first, &l->o->conversations);
	for (uint32_t i = 0; i < l->o->conversations; i++) {
		if (!put_talk(l, (ek_conversation_id){first.v + i}, err))
			return false;
		if (i % GROUP == GROUP - 1 && !ek_writer_commit(l->writer, true, err))
			return false;
	}
	return true;
}

/* ---- the owner */

/* name: value, in JSON, among the settings of the server. */
static bool put_setting(struct load *l, const char *name, const char *value, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = word(name);
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = word(value);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(l->o->now.ms);
	return ek_writer_put(l->writer, EK_CONTENT_SERVER_SETTINGS, v, err);
}

static bool put_owner(struct load *l, uint32_t id, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	char owner[32];
	struct ek_team_person p = {.id = {id}, .name = EK_S("Sample Owner")};
	struct ek_secret_code code = ek_secret_code_make();
	char hash[EK_PASSWORD_HASH];
	ek_format(p.email, sizeof p.email, "%s", EK_SAMPLE_EMAIL);
	ek_secret_code(&code, l->o->password);
	if (!ek_password_hash(ended(l->o->password), ek_password_usual(), hash, err))
		return false;
	fill_person(l, &p, l->o->now, v);
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(1 << EK_ROLE_TEAMMATE | 1 << EK_ROLE_LEAD |
						  1 << EK_ROLE_MANAGER | 1 << EK_ROLE_ADMIN);
	v[EK_CONTENT_PEOPLE_LANGUAGES] = word("[\"en\"]");
	v[EK_CONTENT_PEOPLE_PASSWORD] = word(hash);
	v[EK_CONTENT_PEOPLE_PASSWORD_MS] = ek_views_int(l->o->now.ms);
	/* Who has an owner asks for none: the set-up is closed. */
	ek_format(owner, sizeof owner, "\"tm_%u\"", id);
	return ek_writer_put(l->writer, EK_CONTENT_PEOPLE, v, err) &&
	       put_setting(l, EK_SAMPLE_MARK, "true", err) && put_setting(l, "owner", owner, err);
}

/* Before all others, so that the first teammate is the owner whatever came in later. */
static bool make_owner(struct load *l, ek_time from, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	const struct ek_request r = {.cmd = &cmd, .at = from};
	struct ek_answer a;
	return ek_writer_take(l->writer, &r, &a, err) &&
	       (l->o->is_owned || put_owner(l, a.id, err));
}

/* ---- all of it */

static bool open_team(struct load *l, ek_time from, struct ek_err *err)
{
	const struct ek_zone *zones;
	if (!ek_team_zones(&l->arena, &zones, err))
		return false;
	l->zones = zones;
	const struct ek_team_options o = {
		.seed = l->o->seed, .from = from, .to = l->o->now, .zones = zones};
	return ek_team_open(&o, ek_heap_alloc(), &l->team, err);
}

static bool open_writer(struct load *l, ek_time from, struct ek_err *err)
{
	const struct ek_log_options log = {.where = l->o->where, .mode = EK_LOG_CREATE};
	if (!ek_log_open(&log, &l->log, err))
		return false;
	if (ek_log_head(l->log)->seq != 0)
		return ek_fail(err, EK_NOT_EMPTY, "%s holds a workspace already", l->o->where);
	const struct ek_writer_options o = {.log = l->log,
					    .alloc = ek_heap_alloc(),
					    .at = from,
					    .made = ek_team_made,
					    .made_ctx = l->team};
	return ek_writer_open(&o, &l->writer, err);
}

static bool put_surveys(struct load *l, ek_time from, struct ek_err *err)
{
	const struct ek_sample_surveys surveys = {.writer = l->writer,
						  .team = l->team,
						  .text = l->text,
						  .repliers = l->repliers,
						  .seed = l->o->seed,
						  .from = from,
						  .now = l->o->now};
	return ek_sample_surveys_put(&surveys, err);
}

static bool run(struct load *l, struct ek_err *err)
{
	ek_time from = {l->o->now.ms - EK_SAMPLE_WEEKS * 7 * DAY_MS};
	if (!ek_text_open(&l->text, err) || !open_team(l, from, err) || !open_writer(l, from, err))
		return false;
	struct ek_team_run r = {
		.team = l->team, .writer = l->writer, .put = put, .put_ctx = l, .group = GROUP};
	if (!make_owner(l, from, err) || !ek_team_run(&r, err))
		return false;
	const struct ek_sample_seat seat = {.writer = l->writer,
					    .team = l->team,
					    .zones = l->zones,
					    .text = l->text,
					    .seed = l->o->seed,
					    .now = l->o->now,
					    .parts = &l->parts};
	if (!ek_sample_seat_take(&seat, err) || !put_talks(l, err) || !put_surveys(l, from, err) ||
	    !ek_writer_commit(l->writer, false, err))
		return false;
	l->o->events = ek_engine_seq(ek_writer_engine(l->writer));
	l->o->people = ek_look_teammate_count(ek_writer_engine(l->writer));
	return ek_writer_stop(l->writer, err);
}

bool ek_sample_load(struct ek_sample_load *load, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct load l = {.o = load};
	ek_arena_init(&l.arena, ek_heap_alloc(), ZONES_MEMORY);
	bool ok = run(&l, err);
	ek_writer_close(&l.writer);
	ek_log_close(&l.log);
	ek_team_close(&l.team);
	ek_text_close(&l.text);
	ek_arena_fini(&l.arena);
	ek_alloc_free(&alloc, l.repliers, l.repliers_cap * sizeof *l.repliers);
	return ok;
}

/* ---- away with it */

static bool found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	bool *is_sample = ctx;
	(void)v;
	(void)n;
	(void)err;
	*is_sample = true;
	return true;
}

bool ek_sample_load_is(const char *where, bool *is_sample, struct ek_err *err)
{
	struct ek_reader *reader;
	const struct ek_reader_question q = {
		"SELECT 1 FROM server_settings WHERE name = '" EK_SAMPLE_MARK "'", NULL, 0};
	*is_sample = false;
	if (!ek_reader_open(where, &reader, err))
		return false;
	bool ok = ek_reader_each(reader, &q, found, is_sample, err);
	ek_reader_close(&reader);
	return ok;
}

static bool check_sample(const char *where, struct ek_err *err)
{
	bool is_sample;
	return ek_sample_load_is(where, &is_sample, err) &&
	       (is_sample || ek_fail(err, EK_CONFLICT, "%s holds no sample workspace", where));
}

bool ek_sample_remove(const char *where, struct ek_err *err)
{
	static const char *const files[] = {"log.db",  "log.db-wal", "log.db-shm", "head", "clean",
					    "reserve", "master.key", "readers",    "lock"};
	struct ek_log *log;
	const struct ek_log_options o = {.where = where, .mode = EK_LOG_WRITE};
	if (!check_sample(where, err))
		return false;
	/* Whoever may write is alone: no server is running. */
	if (!ek_log_open(&o, &log, err))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < EK_LEN(files); i++)
		ok = ek_disk_remove(where, files[i], err);
	ok = ok && ek_disk_dir_remove(where, EK_SAMPLE_FILES, err);
	ek_log_close(&log);
	return ok;
}
