/* site -- a workspace for the server's benchmarks: a new store, and who may ask it.
 *
 * So many teams, and teammates who each serve two of them, all active and without limits; a
 * thousand contacts; API tokens of integrations with the scopes read and work, the first of which
 * posts while each of the others may hold some streams. Written straight through the writer,
 * because nobody may have so many tokens at the API. Prints lines "token X", "team X",
 * "contact X".
 * usage: site DIRECTORY TEAMS TEAMMATES TOKENS
 */
#include "bench/workload.h"

#include "auth/may.h"
#include "auth/secret.h"
#include "store/contact.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "writer/writer.h"

#include <stdio.h>
#include <string.h>

enum { CONTACTS = 1000, TEAMS_MAX = 1000, MATES_MAX = 10000, TOKENS_MAX = 20000, INTEGRATION = 2 };

struct site {
	struct ek_log *log;
	struct ek_writer *writer;
	ek_time now;
	uint32_t teams;
};

static void check(bool ok, const struct ek_err *err)
{
	if (!ok)
		ek_workload_die("site: %s", err->msg);
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static void put(struct site *s, enum ek_content table, const struct ek_views_value *v)
{
	struct ek_err err = {0};
	check(ek_writer_put(s->writer, table, v, &err), &err);
}

static uint32_t take(struct site *s, const struct ek_cmd *cmd)
{
	struct ek_request r = {.cmd = cmd, .at = s->now};
	struct ek_answer a;
	struct ek_err err = {0};
	check(ek_writer_take(s->writer, &r, &a, &err), &err);
	return a.id;
}

/* ---- what there is */

static void make_team(struct site *s, uint32_t i)
{
	struct ek_views_value v[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	const struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAM_CREATE);
	char name[32];
	uint32_t id = take(s, &cmd);
	(void)snprintf(name, sizeof name, "team %u", i + 1);
	v[EK_CONTENT_TEAM_PROFILES_TEAM] = ek_views_int(id);
	v[EK_CONTENT_TEAM_PROFILES_NAME] = word(name);
	v[EK_CONTENT_TEAM_PROFILES_NAME_KEY] = word(name);
	v[EK_CONTENT_TEAM_PROFILES_LANGUAGES] = word("[\"en\"]");
	v[EK_CONTENT_TEAM_PROFILES_CREATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_TEAM_PROFILES_UPDATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_TEAM_PROFILES_REVISION] = ek_views_int(1);
	put(s, EK_CONTENT_TEAM_PROFILES, v);
	printf("team team_%u\n", id);
}

static void put_person(struct site *s, uint32_t id)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	char name[32], email[64];
	(void)snprintf(name, sizeof name, "teammate %u", id);
	(void)snprintf(email, sizeof email, "teammate%u@example.org", id);
	v[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_int(id);
	v[EK_CONTENT_PEOPLE_NAME] = word(name);
	v[EK_CONTENT_PEOPLE_NAME_KEY] = word(name);
	v[EK_CONTENT_PEOPLE_EMAIL] = word(email);
	v[EK_CONTENT_PEOPLE_EMAIL_KEY] = word(email);
	v[EK_CONTENT_PEOPLE_STATE] = word("active");
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(0);
	v[EK_CONTENT_PEOPLE_LANGUAGES] = word("[\"en\"]");
	v[EK_CONTENT_PEOPLE_LANGUAGE] = word("en");
	v[EK_CONTENT_PEOPLE_ZONE] = word("Europe/Berlin");
	v[EK_CONTENT_PEOPLE_THEME] = word("system");
	v[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_PEOPLE_REVISION] = ek_views_int(1);
	put(s, EK_CONTENT_PEOPLE, v);
}

static void make_mate(struct site *s, uint32_t i)
{
	const ek_team_id serves[2] = {{i % s->teams + 1}, {(i + 1) % s->teams + 1}};
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	cmd.teammate_create.primary = (struct ek_teams){serves, s->teams > 1 ? 2 : 1};
	uint32_t id = take(s, &cmd);
	put_person(s, id);
	struct ek_cmd active = ek_cmd_make(EK_CMD_PRESENCE_SET);
	active.presence_set.teammate.v = id;
	active.presence_set.presence = EK_PRESENCE_ACTIVE;
	(void)take(s, &active);
}

static void make_contact(struct site *s, uint32_t id)
{
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	char public[EK_CONTACT_PUBLIC + 1], name[32], email[64];
	ek_contact_public(id, public);
	(void)snprintf(name, sizeof name, "contact %u", id);
	(void)snprintf(email, sizeof email, "contact%u@example.net", id);
	v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(id);
	v[EK_CONTENT_CONTACTS_PUBLIC] = word(public);
	v[EK_CONTENT_CONTACTS_NAME] = word(name);
	v[EK_CONTENT_CONTACTS_NAME_KEY] = word(name);
	v[EK_CONTENT_CONTACTS_EMAIL] = word(email);
	v[EK_CONTENT_CONTACTS_EMAIL_KEY] = word(email);
	v[EK_CONTENT_CONTACTS_LANGUAGE] = word("en");
	v[EK_CONTENT_CONTACTS_ATTRIBUTES] = word("{}");
	v[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(s->now.ms);
	v[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(1);
	put(s, EK_CONTENT_CONTACTS, v);
	printf("contact ct_%s\n", public);
}

static void make_token(struct site *s, uint32_t id)
{
	struct ek_views_value v[EK_CONTENT_TOKENS_WIDTH] = {0};
	struct ek_secret secret = ek_secret_make();
	char text[EK_SECRET_TOKEN + 1];
	uint8_t hash[EK_HASH_BYTES];
	ek_secret_token(&secret, text);
	ek_secret_hash(&secret, hash);
	v[EK_CONTENT_TOKENS_TOKEN] = ek_views_int(id);
	v[EK_CONTENT_TOKENS_KIND] = ek_views_int(INTEGRATION);
	v[EK_CONTENT_TOKENS_TEAMMATE] = ek_views_int(1);
	v[EK_CONTENT_TOKENS_NAME] = word("benchmark");
	v[EK_CONTENT_TOKENS_HASH] = ek_views_blob(hash, sizeof hash);
	v[EK_CONTENT_TOKENS_HINT] = word(text + EK_SECRET_TOKEN - 4);
	v[EK_CONTENT_TOKENS_SCOPES] = ek_views_int(EK_MAY_SCOPE_READ | EK_MAY_SCOPE_WORK);
	v[EK_CONTENT_TOKENS_CREATED_MS] = ek_views_int(s->now.ms);
	put(s, EK_CONTENT_TOKENS, v);
	printf("token %s\n", text);
}

/* ---- the run */

static void open_store(struct site *s, const char *where)
{
	struct ek_err err = {0};
	const struct ek_log_options log = {.where = where, .mode = EK_LOG_CREATE};
	check(ek_log_open(&log, &s->log, &err), &err);
	if (ek_log_head(s->log)->seq != 0)
		ek_workload_die("site: %s holds a workspace already", where);
	const struct ek_writer_options writer = {
		.log = s->log, .alloc = ek_heap_alloc(), .at = s->now};
	check(ek_writer_open(&writer, &s->writer, &err), &err);
}

int main(int argc, char **argv)
{
	struct site s = {.now = ek_clock_wall()};
	struct ek_err err = {0};
	if (argc != 5)
		ek_workload_die("usage: site DIRECTORY TEAMS TEAMMATES TOKENS");
	s.teams = ek_workload_number(argv[2], TEAMS_MAX, 6);
	uint32_t mates = ek_workload_number(argv[3], MATES_MAX, 40);
	uint32_t tokens = ek_workload_number(argv[4], TOKENS_MAX, 1);
	open_store(&s, argv[1]);
	for (uint32_t i = 0; i < s.teams; i++)
		make_team(&s, i);
	for (uint32_t i = 0; i < mates; i++)
		make_mate(&s, i);
	for (uint32_t i = 1; i <= CONTACTS; i++)
		make_contact(&s, i);
	for (uint32_t i = 1; i <= tokens; i++)
		make_token(&s, i);
	check(ek_writer_commit(s.writer, false, &err), &err);
	check(ek_writer_stop(s.writer, &err), &err);
	ek_writer_close(&s.writer);
	ek_log_close(&s.log);
	return 0;
}
