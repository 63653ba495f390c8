/* Ready answers in use: found for a conversation, filled in, counted with the part that used it. */
#include <string.h>

#include "api/api_contact.h"
#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_ready.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "base/language.h"
#include "model/limits.h"

enum { FOUND = 12 };

/* ---- what is known */

struct known {
	ek_str values[EK_FILL_COUNT];
	ek_str language; /* that the contact writes; p NULL = not known */
	enum ek_api_ready_language shown;
	char id[EK_IDENT_MAX];
};

/* One of ours by the beginning of a tag such as "ar-EG". */
static bool take_language(ek_str tag, enum ek_api_ready_language *out)
{
	for (uint32_t i = 0; tag.n >= 2 && i < EK_API_READY_LANGUAGES; i++) {
		const char *ours = ek_api_ready_tag((enum ek_api_ready_language)i);
		if (memcmp(tag.p, ours, 2) == 0 && (tag.n == 2 || tag.p[2] == '-')) {
			*out = (enum ek_api_ready_language)i;
			return true;
		}
	}
	return false;
}

/* The name that the owner gave, which is kept as JSON. */
static bool ask_workspace(struct ek_turn *t, struct known *k)
{
	static const char sql[] = "SELECT value FROM server_settings WHERE name = 'name'";
	struct ek_turn_rows rows;
	struct ek_patch kept;
	k->values[EK_FILL_WORKSPACE_NAME] = EK_S("Evenkeel");
	if (!ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	if (rows.n == 0)
		return true;
	/* The reader takes objects. */
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_raw(&j, "name", ek_turn_text(&rows.v[0]));
	ek_json_object_end(&j);
	ek_str text = ek_api_text_take(t, &j);
	if (text.p == NULL || !ek_patch_open(&kept, text, t->arena, &t->problem))
		return false;
	struct ek_patch_at root = ek_patch_root(&kept);
	struct ek_patch_at name = ek_patch_member(&root, "name");
	(void)ek_patch_text(&name, 1, EK_LIMIT_TEXT_BYTES, &k->values[EK_FILL_WORKSPACE_NAME]);
	ek_patch_close(&kept);
	return ek_problem_is_none(&t->problem);
}

static bool ask_self(struct ek_turn *t, struct known *k)
{
	static const char sql[] = "SELECT name, language FROM people WHERE teammate = $1";
	const struct ek_views_value key = ek_views_int(t->self.v);
	struct ek_turn_rows rows;
	k->shown = EK_API_READY_EN;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n > 0) {
		k->values[EK_FILL_TEAMMATE_NAME] = ek_turn_text(&rows.v[0]);
		(void)take_language(ek_turn_text(&rows.v[1]), &k->shown);
	}
	return ask_workspace(t, k);
}

/* As the contact is known to write, else as what came in was told, else as the last message. */
static void choose_language(struct known *k, const struct ek_views_value *v)
{
	k->language = ek_turn_text(&v[0]);
	if (k->language.n == 0)
		k->language = ek_turn_text(&v[1]);
	if (k->language.n == 0) {
		ek_str last = ek_turn_text(&v[2]);
		const char *tag = last.p == NULL ? NULL : ek_language_tag(ek_language_of(last));
		k->language = (ek_str){tag, tag == NULL ? 0 : (uint32_t)strlen(tag)};
	}
	(void)take_language(k->language, &k->shown);
}

/* Filling in is opening the contact: only where that may be done and leaves no entry. Whoever
 * sees it by being an administrator opens it by hand, which does. */
static bool may_open(struct ek_turn *t, ek_str hex, bool *may)
{
	struct ek_api_contact c;
	*may = false;
	if (hex.n == 0)
		return true;
	if (!ek_api_contact_load(t, hex, &c))
		return false;
	const struct ek_may_verdict a = ek_may(&t->actor, EK_MAY_CONTACT_OPEN, &c.may);
	*may = a.answer == EK_MAY_ANSWER_ALLOWED && !a.is_audited;
	return true;
}

static bool ask_conversation(struct ek_turn *t, uint64_t id, struct known *k)
{
	static const char sql[] =
		"SELECT k.name, COALESCE(k.email, (SELECT i.address FROM identities i WHERE "
		"i.contact = k.contact AND i.channel = 'email' ORDER BY i.identity LIMIT 1)), "
		"k.phone, k.tier, p.title, (SELECT g.name FROM team_profiles g WHERE g.team = "
		"c.team), k.language, a.language, (SELECT x.body FROM parts x WHERE x.conversation"
		" = c.conversation AND x.kind = 'message' AND x.author_kind = 'contact' ORDER BY "
		"x.part DESC LIMIT 1), k.public FROM conversations c LEFT JOIN "
		"conversation_profiles p ON "
		"p.conversation = c.conversation LEFT JOIN contacts k ON k.contact = p.contact "
		"AND k.erased_ms IS NULL LEFT JOIN arrivals a ON a.conversation = c.conversation "
		"WHERE c.conversation = $1";
	enum { OF_CONTACT = 4 };
	static const uint8_t names[] = {EK_FILL_CONTACT_NAME,       EK_FILL_CONTACT_EMAIL,
					EK_FILL_CONTACT_PHONE,      EK_FILL_CONTACT_TIER,
					EK_FILL_CONVERSATION_TITLE, EK_FILL_TEAM_NAME};
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	size_t n = ek_ident_print(EK_IDENT_CONVERSATION, id, k->id);
	k->values[EK_FILL_CONVERSATION_ID] = (ek_str){k->id, (uint32_t)n};
	if (!ask_self(t, k) || !ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return true;
	bool may = false;
	if (!may_open(t, ek_turn_text(&rows.v[EK_LEN(names) + 3]), &may))
		return false;
	for (size_t i = 0; i < EK_LEN(names); i++)
		k->values[names[i]] = ek_turn_text(&rows.v[i]);
	for (size_t i = 0; i < OF_CONTACT && !may; i++)
		k->values[names[i]] = (ek_str){NULL, 0};
	choose_language(k, &rows.v[EK_LEN(names)]);
	return true;
}

/* For a conversation that is not there yet; contact p NULL: with somebody whom nobody knows. */
static bool ask_contact(struct ek_turn *t, ek_str hex, struct known *k)
{
	static const char sql[] = "SELECT name, email, phone, tier, language, NULL, NULL FROM "
				  "contacts WHERE public = $1";
	static const uint8_t names[] = {EK_FILL_CONTACT_NAME, EK_FILL_CONTACT_EMAIL,
					EK_FILL_CONTACT_PHONE, EK_FILL_CONTACT_TIER};
	const struct ek_views_value key = ek_views_text(hex);
	struct ek_turn_rows rows;
	bool may = false;
	if (!ask_self(t, k) || !may_open(t, hex, &may))
		return false;
	if (!may)
		return true;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	for (size_t i = 0; rows.n > 0 && i < EK_LEN(names); i++)
		k->values[names[i]] = ek_turn_text(&rows.v[i]);
	if (rows.n > 0)
		choose_language(k, &rows.v[EK_LEN(names)]);
	return true;
}

/* ---- filling in */

static ek_str fill(struct ek_turn *t, ek_str text, const struct known *k)
{
	struct ek_fill_field f;
	size_t size = text.n;
	uint32_t done = 0;
	uint32_t n = 0;
	for (uint32_t at = 0; ek_fill_next(text, &at, &f);)
		size += ek_fill_of(&f, k->values).n;
	char *p = ek_turn_get(t, size + 1);
	if (p == NULL)
		return (ek_str){NULL, 0};
	for (uint32_t at = 0; ek_fill_next(text, &at, &f); done = f.to) {
		ek_str s = ek_fill_of(&f, k->values);
		if (s.p == NULL)
			s = (ek_str){text.p + f.from, f.to - f.from};
		memcpy(p + n, text.p + done, f.from - done);
		n += f.from - done;
		memcpy(p + n, s.p, s.n);
		n += s.n;
	}
	memcpy(p + n, text.p + done, text.n - done);
	return (ek_str){p, n + text.n - done};
}

/* Members text, fields and missing. */
static void put_filled(struct ek_turn *t, ek_str text, const struct known *k)
{
	struct ek_json *j = &t->out;
	struct ek_fill_field f;
	int64_t missing = 0;
	ek_api_put_text(j, "text", fill(t, text, k));
	ek_json_key(j, "fields");
	ek_json_list(j);
	for (uint32_t at = 0; ek_fill_next(text, &at, &f);) {
		ek_str s = ek_fill_of(&f, k->values);
		bool is_value = f.name != EK_FILL_UNKNOWN && k->values[f.name].n > 0;
		ek_json_object(j);
		ek_api_put_text(j, "name", f.word);
		ek_api_put_word(j, "from",
				is_value      ? "value"
				: s.p != NULL ? "fallback"
					      : "missing");
		ek_api_put_text(j, "text", s);
		ek_json_object_end(j);
		missing += s.p == NULL;
	}
	ek_json_list_end(j);
	ek_api_put_int(j, "missing", missing);
}

/* ---- for a conversation */

/* Those in the language that is shown first; then by title before text, and by how often they
 * helped. */
static const char *sql_of(struct ek_turn *t, enum ek_api_ready_language language, const char *where)
{
	enum { MAX = 12288 };
	char *sql = ek_turn_get(t, MAX);
	if (sql == NULL)
		return NULL;
	size_t n = ek_format(
		sql, MAX,
		"SELECT a.ready_answer, a.title, a.scope, a.team, a.version, a.text_en, a.text_ko, "
		"a.text_ar FROM ready_answers a WHERE a.archived_ms IS NULL AND (%s) ORDER BY "
		"CASE WHEN a.text_%s IS NULL THEN 1 ELSE 0 END, CASE WHEN a.title_key LIKE $2 "
		"ESCAPE '\\' THEN 0 ELSE 1 END, (SELECT count(*) FROM ready_uses u WHERE "
		"u.ready_answer = a.ready_answer) DESC, a.title_key, a.ready_answer LIMIT %d",
		where, ek_api_ready_tag(language), FOUND);
	ek_assert(n + 1 < MAX);
	return sql;
}

static void write_found(struct ek_turn *t, const struct ek_views_value *v, const struct known *k)
{
	struct ek_json *j = &t->out;
	enum ek_api_ready_language language = k->shown;
	const struct ek_views_value *texts = v + 5;
	for (uint32_t i = 0; texts[language].kind != EK_VIEWS_TEXT; i++)
		language = (enum ek_api_ready_language)i;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_READY, (uint64_t)v[0].i);
	ek_api_put_text(j, "title", ek_turn_text(&v[1]));
	ek_api_put_text(j, "scope", ek_turn_text(&v[2]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, v[3].kind == EK_VIEWS_INT ? (uint64_t)v[3].i : 0);
	ek_api_put_int(j, "version", ek_turn_int(&v[4]));
	ek_api_put_word(j, "language", ek_api_ready_tag(language));
	ek_json_key(j, "languages");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_API_READY_LANGUAGES; i++)
		if (texts[i].kind == EK_VIEWS_TEXT)
			ek_json_word(j, ek_api_ready_tag((enum ek_api_ready_language)i));
	ek_json_list_end(j);
	put_filled(t, ek_turn_text(&texts[language]), k);
	ek_json_object_end(j);
}

static bool find(struct ek_turn *t, ek_str typed, const struct known *k, struct ek_turn_rows *rows)
{
	struct ek_views_value own[EK_API_READY_ARGS];
	struct ek_api_list_ask ask = {0};
	if (!ek_api_ready_ask(t, typed, own))
		return false;
	const struct ek_reach reach = {
		.right = EK_MAY_READY_READ,
		.team = "a.team",
		.owner = "a.teammate",
		.where = EK_API_READY_WHERE,
		.args = own,
		.n = EK_API_READY_ARGS,
	};
	if (!ek_reach_ask(t, &reach, &ask))
		return false;
	const char *sql = sql_of(t, k->shown, ask.where);
	return sql != NULL && ek_turn_select(t, sql, ask.args, ask.n, rows);
}

void ek_api_find_ready_answers(struct ek_turn *t)
{
	struct ek_api_conversation_object o;
	struct known *k = EK_TURN_NEW(t, struct known);
	struct ek_turn_rows rows;
	ek_str typed = {NULL, 0};
	uint64_t id;
	(void)ek_query_text(&t->query, "q", 200, &typed);
	if (k == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id) ||
	    !ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)id}, &o) ||
	    !ek_turn_may(t, EK_MAY_CONVERSATION_READ, &o.may) || !ask_conversation(t, id, k) ||
	    !find(t, typed, k, &rows)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_text(&t->out, "language", k->language.n > 0 ? k->language : (ek_str){NULL, 0});
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++)
		write_found(t, rows.v + (size_t)i * rows.columns, k);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

/* ---- tried before it is kept */

/* Names as nobody has them, so that nobody takes the example for a person. */
static void take_example(struct known *k, bool is_known)
{
	k->values[EK_FILL_CONVERSATION_ID] = EK_S("cv_123");
	if (!is_known)
		return;
	k->values[EK_FILL_CONTACT_NAME] = EK_S("Noor Example");
	k->values[EK_FILL_CONTACT_EMAIL] = EK_S("noor@example.com");
	k->values[EK_FILL_CONTACT_PHONE] = EK_S("+1 555 0100");
	k->values[EK_FILL_CONTACT_TIER] = EK_S("gold");
	k->values[EK_FILL_CONVERSATION_TITLE] = EK_S("Order 1234");
	k->values[EK_FILL_TEAM_NAME] = EK_S("Orders");
}

/* Of a conversation that the caller may read, or of whom one is to begin with. */
static bool take_known(struct ek_turn *t, const struct ek_patch_value *conversation,
		       const struct ek_patch_value *contact, struct known *k)
{
	struct ek_api_conversation_object o;
	if (conversation->state != EK_PATCH_VALUE && contact->state != EK_PATCH_ABSENT)
		return ask_contact(t, contact->s, k);
	if (conversation->state != EK_PATCH_VALUE) {
		return ask_self(t, k);
	}
	return ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)conversation->i}, &o) &&
	       ek_turn_may(t, EK_MAY_CONVERSATION_READ, &o.may) &&
	       ask_conversation(t, (uint64_t)conversation->i, k);
}

void ek_api_preview_ready_answer(struct ek_turn *t)
{
	enum { TEXT, CONVERSATION, KNOWN, CONTACT, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEXT] = {"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_API_READY_BYTES,
			  NULL},
		[CONVERSATION] = {"conversation", EK_PATCH_OF_ID, EK_IDENT_CONVERSATION,
				  EK_PATCH_NULLABLE, 0, 0, NULL},
		[KNOWN] = {"known", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[CONTACT] = {"contact", EK_PATCH_OF_CONTACT, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct known *k = EK_TURN_NEW(t, struct known);
	struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_patch_at body;
	struct ek_fill_field f;
	if (k == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &body) ||
	    !ek_turn_may(t, EK_MAY_READY_READ, &own) || !ek_patch_bind(&body, rules, MEMBERS, v) ||
	    !take_known(t, &v[CONVERSATION], &v[CONTACT], k)) {
		ek_turn_reply(t, 0);
		return;
	}
	if (v[CONVERSATION].state != EK_PATCH_VALUE && v[CONTACT].state == EK_PATCH_ABSENT)
		take_example(k, v[KNOWN].state != EK_PATCH_VALUE || v[KNOWN].i != 0);
	ek_json_object(&t->out);
	put_filled(t, v[TEXT].s, k);
	ek_json_key(&t->out, "faults");
	ek_json_list(&t->out);
	for (uint32_t at = 0; ek_fill_next(v[TEXT].s, &at, &f);)
		if (f.name == EK_FILL_UNKNOWN)
			ek_json_text(&t->out, f.word);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

/* ---- in parts */

static bool is_seen(struct ek_turn *t, uint64_t id)
{
	struct ek_api_ready_object o;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_READY_ANSWERS, (int64_t)id, &row, &found) || !found)
		return false;
	ek_api_ready_object(&o, row);
	return ek_may_is(&t->actor, EK_MAY_READY_READ, &o.may);
}

static void take_use(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_ready_uses *out)
{
	enum { ID, VERSION, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[ID] = {"id", EK_PATCH_OF_ID, EK_IDENT_READY, EK_PATCH_REQUIRED, 0, 0, NULL},
		[VERSION] = {"version", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 1, INT32_MAX, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	if (!ek_patch_bind(at, rules, MEMBERS, v))
		return;
	if (!is_seen(t, (uint64_t)v[ID].i)) {
		ek_patch_fault(&v[ID].at, EK_FAULT_NOT_FOUND, NULL);
		return;
	}
	/* Twice in one part is once. */
	for (uint32_t i = 0; i < out->n; i++)
		if (out->v[i].id == (uint64_t)v[ID].i)
			return;
	out->v[out->n].id = (uint64_t)v[ID].i;
	out->v[out->n++].version = v[VERSION].i;
}

void ek_api_ready_take(struct ek_turn *t, const struct ek_patch_at *at, ek_str text,
		       struct ek_api_ready_uses *out)
{
	uint32_t n = 0;
	*out = (struct ek_api_ready_uses){0};
	if (ek_patch_state(at) != EK_PATCH_VALUE || !ek_patch_list(at, 0, EK_API_READY_USES, &n))
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		take_use(t, &row, out);
	}
	if (n > 0 && ek_fill_is_left(text))
		ek_patch_fault(at, EK_FAULT_CONFLICT, "A field in the text is not filled in.");
}

void ek_api_ready_put(struct ek_turn *t, const struct ek_api_ready_uses *uses, uint64_t part,
		      ek_conversation_id conversation)
{
	for (uint32_t i = 0; i < uses->n; i++) {
		struct ek_views_value v[EK_CONTENT_READY_USES_WIDTH] = {0};
		v[EK_CONTENT_READY_USES_PART] = ek_views_int((int64_t)part);
		v[EK_CONTENT_READY_USES_READY_ANSWER] = ek_views_int((int64_t)uses->v[i].id);
		v[EK_CONTENT_READY_USES_VERSION] = ek_views_int(uses->v[i].version);
		v[EK_CONTENT_READY_USES_CONVERSATION] = ek_views_int(conversation.v);
		v[EK_CONTENT_READY_USES_AT_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_READY_USES, v);
	}
}
