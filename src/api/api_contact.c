#include "api/api_contact.h"

#include <string.h>

#include "api/api_put.h"
#include "base/utf8.h"

enum { SQL_MAX = 8192, TEAMS_MAX = 128 };

/* ---- one */

static uint32_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 && v->i <= UINT32_MAX ? (uint32_t)v->i : 0;
}

/* The teams of its conversations, and whether the caller holds one of them. */
static bool load_teams(struct ek_turn *t, struct ek_api_contact *c)
{
	static const char sql[] =
		"SELECT DISTINCT c.team, CASE WHEN c.teammate = $2 THEN 1 ELSE 0 END "
		"FROM conversation_profiles p JOIN conversations c "
		"ON c.conversation = p.conversation WHERE " EK_API_CONTACT_TREE("p.contact", "$1");
	const struct ek_views_value args[] = {ek_views_int(c->id), ek_views_int(t->self.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	ek_team_id *teams = ek_turn_get(t, (rows.n + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		if (id_of(&v[0]) != 0)
			teams[c->may.team_count++].v = id_of(&v[0]);
		if (t->self.v != 0 && id_of(&v[1]) == 1)
			c->may.holder = t->self;
	}
	c->may.teams = teams;
	return true;
}

static bool load_row(struct ek_turn *t, const char *sql, struct ek_views_value key,
		     struct ek_api_contact *out)
{
	struct ek_turn_rows rows;
	*out = (struct ek_api_contact){.may.is_absent = true};
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0 || rows.v[EK_CONTENT_CONTACTS_ERASED_MS].kind != EK_VIEWS_NULL)
		return true;
	out->row = rows.v;
	out->id = id_of(&rows.v[EK_CONTENT_CONTACTS_CONTACT]);
	out->hex = ek_turn_text(&rows.v[EK_CONTENT_CONTACTS_PUBLIC]);
	out->may.is_absent = false;
	return load_teams(t, out);
}

bool ek_api_contact_load(struct ek_turn *t, ek_str hex, struct ek_api_contact *out)
{
	return load_row(t, "SELECT * FROM contacts WHERE public = $1", ek_views_text(hex), out);
}

bool ek_api_contact_find(struct ek_turn *t, ek_contact_id id, struct ek_api_contact *out)
{
	return load_row(t, "SELECT * FROM contacts WHERE contact = $1", ek_views_id(id.v), out);
}

bool ek_api_contact_path(struct ek_turn *t, struct ek_api_contact *out)
{
	ek_str hex;
	*out = (struct ek_api_contact){.may.is_absent = true};
	if (!ek_ident_read_contact(ek_route_param(&t->match, "id"), &hex))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return ek_api_contact_load(t, hex, out);
}

bool ek_api_contact_may(struct ek_turn *t, enum ek_may right, struct ek_api_contact *out)
{
	return ek_api_contact_path(t, out) && ek_turn_may(t, right, &out->may);
}

bool ek_api_contact_again(struct ek_turn *t, struct ek_api_contact *c)
{
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_CONTACTS, c->id, &row, &found))
		return false;
	if (!found || row[EK_CONTENT_CONTACTS_ERASED_MS].kind != EK_VIEWS_NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	c->row = row;
	if (row[EK_CONTENT_CONTACTS_MERGED_INTO].kind == EK_VIEWS_NULL)
		return true;
	return ek_api_contact_conflict(t, row[EK_CONTENT_CONTACTS_MERGED_INTO].i,
				       "this contact was merged into another one");
}

/* ---- what stands in the way */

static void write_other(const void *ctx, struct ek_json *j)
{
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, *(const ek_str *)ctx);
}

bool ek_api_contact_conflict(struct ek_turn *t, int64_t other, const char *detail)
{
	struct ek_api_contact *c = EK_TURN_NEW(t, struct ek_api_contact);
	if (c == NULL || !ek_api_contact_find(t, (ek_contact_id){(uint32_t)other}, c))
		return false;
	ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "%s", detail);
	if (ek_may_is(&t->actor, EK_MAY_CONTACT_READ, &c->may)) {
		t->problem.more = write_other;
		t->problem.more_ctx = &c->hex;
	}
	return false;
}

/* ---- lists */

struct text {
	char *p;
	size_t n;
	struct ek_views_value *args;
	uint32_t arg_count;
};

static void say(struct text *s, const char *text)
{
	s->n += ek_format(s->p + s->n, SQL_MAX - s->n, "%s", text);
	ek_assert(s->n + 1 < SQL_MAX);
}

static void say_value(struct text *s, int64_t v)
{
	char name[16];
	s->args[s->arg_count++] = ek_views_int(v);
	ek_format(name, sizeof name, "$%u", s->arg_count);
	say(s, name);
}

#define ITS_CONVERSATIONS \
	"EXISTS (SELECT 1 FROM conversation_profiles p JOIN conversations c " \
	"ON c.conversation = p.conversation WHERE " EK_API_CONTACT_TREE("p.contact", "k.contact")

/* As many places as the next power of two, so that few texts serve everybody. */
static void say_teams(struct text *s, const struct ek_may_reach *r)
{
	uint32_t count = r->team_count < TEAMS_MAX ? r->team_count : TEAMS_MAX;
	uint32_t places = 1;
	while (places < count)
		places *= 2;
	say(s, "c.team IN (");
	for (uint32_t i = 0; i < places; i++) {
		say(s, i == 0 ? "" : ", ");
		say_value(s, i < count ? r->teams[i].v : 0);
	}
	say(s, ")");
}

static void say_reach(struct ek_turn *t, struct text *s, const struct ek_may_reach *r)
{
	bool is_some = r->team_count > 0 || (r->has_held && t->self.v != 0);
	say(s, " AND (1 = 0");
	if (is_some) {
		say(s, " OR " ITS_CONVERSATIONS " AND (");
		say_teams(s, r);
		if (r->has_held && t->self.v != 0) {
			say(s, " OR c.teammate = ");
			say_value(s, t->self.v);
		}
		say(s, "))");
	}
	if (r->has_teamless)
		say(s, " OR NOT " ITS_CONVERSATIONS " AND c.team IS NOT NULL)");
	say(s, ")");
}

bool ek_api_contact_reach(struct ek_turn *t, enum ek_may right, struct ek_api_contact_where *out)
{
	struct text s = {.p = ek_turn_get(t, SQL_MAX)};
	s.args = ek_turn_get(t, (2 * TEAMS_MAX + 1) * sizeof *s.args);
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (s.p == NULL || s.args == NULL || teams == NULL)
		return false;
	struct ek_may_reach reach = ek_may_reach(&t->actor, right, teams);
	const struct ek_may_verdict *v = &reach.verdict;
	bool is_empty = v->answer == EK_MAY_ANSWER_HIDDEN ||
			(v->answer == EK_MAY_ANSWER_FORBIDDEN && !v->is_scope);
	if (v->answer != EK_MAY_ANSWER_ALLOWED && !is_empty)
		return ek_turn_may(t, right, NULL);
	say(&s, "k.erased_ms IS NULL AND k.merged_into IS NULL");
	if (!reach.is_everything)
		say_reach(t, &s, &reach);
	*out = (struct ek_api_contact_where){s.p, s.args, s.arg_count};
	return true;
}

/* ---- answers */

static void write_external(struct ek_turn *t, const struct ek_api_contact *c)
{
	struct ek_json *j = &t->out;
	ek_api_put_text(j, "external_id", ek_api_contact_text(c, EK_CONTENT_CONTACTS_EXTERNAL));
	ek_api_put_text(j, "tier", ek_api_contact_text(c, EK_CONTENT_CONTACTS_TIER));
	ek_api_put_text(j, "language", ek_api_contact_text(c, EK_CONTENT_CONTACTS_LANGUAGE));
	ek_str attributes = ek_api_contact_text(c, EK_CONTENT_CONTACTS_ATTRIBUTES);
	ek_api_put_raw(j, "attributes", attributes.p != NULL ? attributes : EK_S("{}"));
}

/* Whether a mail came from the contact's own address that its domain vouched for. */
static bool write_proved(struct ek_turn *t, const struct ek_api_contact *c)
{
	static const char sql[] = "SELECT 1 WHERE " EK_API_CONTACT_BY_MAIL("$1");
	const struct ek_views_value *email = &c->row[EK_CONTENT_CONTACTS_EMAIL];
	struct ek_turn_rows rows = {0};
	if (email->kind == EK_VIEWS_TEXT && !ek_turn_select(t, sql, email, 1, &rows))
		return false;
	ek_api_put_bool(&t->out, "email_verified", rows.n > 0);
	ek_api_put_bool(&t->out, "verified",
			ek_turn_int(&c->row[EK_CONTENT_CONTACTS_VERIFIED]) == 1);
	return true;
}

static bool write_merged_into(struct ek_turn *t, const struct ek_api_contact *c)
{
	static const char sql[] = "SELECT public FROM contacts WHERE contact = $1";
	struct ek_turn_rows rows = {0};
	const struct ek_views_value *into = &c->row[EK_CONTENT_CONTACTS_MERGED_INTO];
	if (into->kind == EK_VIEWS_INT && !ek_turn_select(t, sql, into, 1, &rows))
		return false;
	ek_json_key(&t->out, "merged_into");
	ek_ident_write_contact(&t->out, rows.n > 0 ? ek_turn_text(&rows.v[0]) : (ek_str){NULL, 0});
	return true;
}

void ek_api_contact_write_identity(struct ek_turn *t, const struct ek_views_value *v, uint64_t seq)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_IDENTITY, (uint64_t)v[0].i);
	ek_api_put_text(j, "channel", ek_turn_text(&v[1]));
	ek_api_put_text(j, "address", ek_turn_text(&v[2]));
	ek_api_put_bool(j, "verified", ek_turn_int(&v[3]) == 1);
	ek_api_put_text(j, "verified_how", ek_turn_text(&v[4]));
	ek_api_put_id(j, "verified_by", EK_IDENT_TEAMMATE,
		      v[5].kind == EK_VIEWS_INT ? (uint64_t)v[5].i : 0);
	ek_api_put_time(j, "verified_at", (ek_time){ek_turn_int(&v[6])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

#define BY_MAIL "(i.channel = 'email' AND " EK_API_CONTACT_BY_MAIL("i.address") ")"

static bool write_identities(struct ek_turn *t, const struct ek_api_contact *c)
{
	static const char sql[] =
		"SELECT i.identity, i.channel, i.address, CASE WHEN i.verified = 1 OR " BY_MAIL
		" THEN 1 ELSE 0 END, COALESCE(x.how, CASE WHEN " BY_MAIL
		" THEN 'mail' END), x.teammate, x.at_ms FROM identities i LEFT JOIN "
		"identity_proofs x ON x.identity = i.identity WHERE " EK_API_CONTACT_TREE(
			"i.contact", "$1") " ORDER BY i.identity";
	const struct ek_views_value key = ek_views_int(c->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	ek_json_key(&t->out, "identities");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++)
		ek_api_contact_write_identity(t, rows.v + (size_t)i * rows.columns, 0);
	ek_json_list_end(&t->out);
	return true;
}

static ek_time time_at(const struct ek_api_contact *c, uint32_t column)
{
	return (ek_time){ek_turn_int(&c->row[column])};
}

bool ek_api_contact_write(struct ek_turn *t, const struct ek_api_contact *c)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_json_key(j, "id");
	ek_ident_write_contact(j, c->hex);
	ek_api_put_text(j, "name", ek_api_contact_text(c, EK_CONTENT_CONTACTS_NAME));
	ek_api_put_text(j, "email", ek_api_contact_text(c, EK_CONTENT_CONTACTS_EMAIL));
	ek_api_put_text(j, "phone", ek_api_contact_text(c, EK_CONTENT_CONTACTS_PHONE));
	write_external(t, c);
	if (!write_proved(t, c) || !write_identities(t, c) || !write_merged_into(t, c))
		return false;
	ek_api_put_bool(j, "archived",
			c->row[EK_CONTENT_CONTACTS_ARCHIVED_MS].kind != EK_VIEWS_NULL);
	ek_api_put_time(j, "blocked_at", time_at(c, EK_CONTENT_CONTACTS_BLOCKED_MS));
	ek_api_put_time(j, "created_at", time_at(c, EK_CONTENT_CONTACTS_CREATED_MS));
	ek_api_put_time(j, "updated_at", time_at(c, EK_CONTENT_CONTACTS_UPDATED_MS));
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	if (t->dry_run)
		ek_api_put_bool(j, "dry_run", true);
	ek_json_object_end(j);
	return true;
}

/* ---- masks: enough to tell two apart, too little to know who it is */

enum { MASK_MAX = 96 };
struct mask {
	char p[MASK_MAX];
	uint32_t n;
};

/* The character at i, and three stars. */
static void add_letter(struct mask *m, ek_str s, uint32_t i)
{
	uint32_t n = 1;
	while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
		n++;
	if (m->n + n + 3 > MASK_MAX)
		return;
	memcpy(m->p + m->n, s.p + i, n);
	memcpy(m->p + m->n + n, "***", 3);
	m->n += n + 3;
}

static void add_byte(struct mask *m, char c)
{
	if (m->n < MASK_MAX)
		m->p[m->n++] = c;
}

/* "Mina Park" -> "M*** P***" */
static void mask_name(struct mask *m, ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		bool is_first = s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
		if (is_first && m->n > 0)
			add_byte(m, ' ');
		if (is_first)
			add_letter(m, s, i);
	}
}

/* "mina@example.org" -> "m***@e***" */
static void mask_email(struct mask *m, ek_str s)
{
	const char *sign = s.n == 0 ? NULL : memchr(s.p, '@', s.n);
	if (s.n == 0)
		return;
	add_letter(m, s, 0);
	uint32_t at = sign == NULL ? s.n : (uint32_t)(sign - s.p);
	if (at + 1 >= s.n)
		return;
	add_byte(m, '@');
	add_letter(m, s, at + 1);
}

/* "+49 30 123456" -> "***56" */
static void mask_phone(struct mask *m, ek_str s)
{
	char last[2];
	uint32_t n = 0;
	for (uint32_t i = s.n; i > 0 && n < 2; i--) {
		if (s.p[i - 1] >= '0' && s.p[i - 1] <= '9')
			last[n++] = s.p[i - 1];
	}
	memcpy(m->p, "***", 3);
	m->n = 3;
	while (n > 0)
		add_byte(m, last[--n]);
}

static void put_masked(struct ek_json *j, const char *key, const struct ek_views_value *v,
		       void (*mask)(struct mask *m, ek_str s))
{
	struct mask m = {.n = 0};
	ek_str s = ek_turn_text(v);
	if (s.p != NULL)
		mask(&m, s);
	ek_api_put_text(j, key, s.p == NULL ? s : (ek_str){m.p, m.n});
}

void ek_api_contact_write_masked(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_json_key(j, "id");
	ek_ident_write_contact(j, ek_turn_text(&row[0]));
	put_masked(j, "name", &row[1], mask_name);
	put_masked(j, "email", &row[2], mask_email);
	put_masked(j, "phone", &row[3], mask_phone);
	ek_api_put_bool(j, "masked", true);
	ek_api_put_text(j, "tier", ek_turn_text(&row[4]));
	ek_api_put_bool(j, "archived", row[5].kind != EK_VIEWS_NULL);
	ek_api_put_time(j, "blocked_at", (ek_time){ek_turn_int(&row[8])});
	ek_api_put_time(j, "created_at", (ek_time){ek_turn_int(&row[6])});
	ek_api_put_time(j, "updated_at", (ek_time){ek_turn_int(&row[7])});
	ek_json_object_end(j);
}

/* ---- in made */

void ek_api_contact_put(struct ek_turn *t, struct ek_views_value *values)
{
	int64_t revision = ek_turn_int(&values[EK_CONTENT_CONTACTS_REVISION]);
	values[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(revision == EK_NONE ? 1 : revision + 1);
	values[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONTACTS, values);
}
