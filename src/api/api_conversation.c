#include "api/api_conversation.h"

#include <string.h>

#include "api/api_put.h"
#include "engine/look.h"
#include "wire/view_json.h"

enum { CHUNK = 50, PATH_MAX = 80 };

/* A fixed text for any number of ids: places that are left over hold 0, which is nobody's. */
#define IDS \
	"($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, " \
	"$20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, " \
	"$37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)"

/* ---- rights */

void ek_api_conversation_object(struct ek_api_conversation_object *o, ek_team_id team,
				ek_teammate_id holder)
{
	*o = (struct ek_api_conversation_object){.team = team, .holder = holder};
	o->may.holder = holder;
	o->may.teams = &o->team;
	o->may.team_count = team.v != 0;
}

static uint32_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 && v->i <= UINT32_MAX ? (uint32_t)v->i : 0;
}

bool ek_api_conversation_stored(struct ek_turn *t, ek_conversation_id id,
				struct ek_api_conversation_object *o)
{
	static const char sql[] =
		"SELECT c.team, c.teammate FROM conversations c LEFT JOIN conversation_profiles p "
		"ON p.conversation = c.conversation WHERE c.conversation = $1 "
		"AND " EK_API_CONVERSATION_IS_THERE;
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_turn_rows rows;
	ek_api_conversation_object(o, (ek_team_id){0}, (ek_teammate_id){0});
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		o->may.is_absent = true;
	else
		ek_api_conversation_object(o, (ek_team_id){id_of(&rows.v[0])},
					   (ek_teammate_id){id_of(&rows.v[1])});
	return true;
}

static void see(const struct ek_engine *engine, ek_conversation_id id,
		struct ek_api_conversation_object *o)
{
	struct ek_conversation_view v;
	ek_api_conversation_object(o, (ek_team_id){0}, (ek_teammate_id){0});
	if (ek_look_conversation(engine, id, &v))
		ek_api_conversation_object(o, v.team, v.teammate);
	else
		o->may.is_absent = true;
}

bool ek_api_conversation_live(struct ek_turn *t, ek_conversation_id id,
			      struct ek_api_conversation_object *o)
{
	static const char sql[] = "SELECT 1 FROM conversation_profiles p "
				  "WHERE p.conversation = $1 AND p.extras = $2";
	const struct ek_views_value args[] = {ek_views_int(id.v),
					      ek_views_text(EK_S(EK_API_CONVERSATION_ERASED))};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	see(t->engine, id, o);
	o->may.is_absent = o->may.is_absent || rows.n > 0;
	return true;
}

/* ---- content, 50 at a time */

struct chunk {
	struct ek_turn *t;
	struct ek_api_conversation *v;
	uint32_t n;
	struct ek_views_value ids[CHUNK];
};

static struct ek_api_conversation *find(struct chunk *c, const struct ek_views_value *id)
{
	for (uint32_t i = 0; i < c->n; i++) {
		if (c->v[i].id.v == id_of(id))
			return &c->v[i];
	}
	return NULL;
}

static ek_time time_of(const struct ek_views_value *v)
{
	return (ek_time){ek_turn_int(v)};
}

/* Each row of a question about these, with the conversation that its first column names. */
typedef void take_row(struct ek_api_conversation *row, const struct ek_views_value *v);
static bool load(struct chunk *c, const char *sql, take_row *take)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(c->t, sql, c->ids, CHUNK, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		struct ek_api_conversation *row = find(c, &v[0]);
		if (row != NULL)
			take(row, v);
	}
	return true;
}

static const char profiles[] =
	"SELECT p.conversation, p.title, p.channels, p.attributes, p.extras, k.public, "
	"p.updated_ms, k.erased_ms FROM conversation_profiles p LEFT JOIN contacts k "
	"ON k.contact = p.contact WHERE p.conversation IN " IDS;
static void take_profile(struct ek_api_conversation *row, const struct ek_views_value *v)
{
	row->content.title = ek_turn_text(&v[1]);
	row->content.channels = ek_turn_text(&v[2]);
	row->content.attributes = ek_turn_text(&v[3]);
	row->is_erased = ek_str_is(ek_turn_text(&v[4]), EK_API_CONVERSATION_ERASED);
	row->contact = ek_turn_text(&v[5]);
	row->content.updated_at = time_of(&v[6]);
	row->content.is_contact_erased = v[7].kind == EK_VIEWS_INT;
}

/* Contacts of those without a profile, and when something last happened: the time of the commit
 * that the last event stands in. */
static const char views[] =
	"SELECT c.conversation, k.public, (SELECT l.at_ms FROM log l WHERE l.first_seq <= "
	"c.changed_seq ORDER BY l.first_seq DESC LIMIT 1) FROM conversations c "
	"LEFT JOIN contacts k ON k.contact = c.contact WHERE c.conversation IN " IDS;
static void take_view(struct ek_api_conversation *row, const struct ek_views_value *v)
{
	ek_time at = time_of(&v[2]);
	if (row->contact.p == NULL)
		row->contact = ek_turn_text(&v[1]);
	if (at.ms > row->content.updated_at.ms)
		row->content.updated_at = at;
}

/* Whispers are for one person's eyes, and so are not counted. */
static const char parts[] =
	"SELECT conversation, "
	"sum(CASE WHEN kind IN ('message', 'note', 'summary', 'forward') THEN 1 ELSE 0 END), "
	"sum(CASE WHEN kind = 'summary' THEN 1 ELSE 0 END), "
	"sum(CASE WHEN kind = 'change' AND details = '" EK_API_CONVERSATION_REOPENED "' "
	"THEN 1 ELSE 0 END) FROM parts WHERE conversation IN " IDS " GROUP BY conversation";
static void take_parts(struct ek_api_conversation *row, const struct ek_views_value *v)
{
	row->content.parts = id_of(&v[1]);
	row->content.handovers = id_of(&v[2]);
	row->content.reopens = id_of(&v[3]);
}

static const char assignments[] = "SELECT conversation, count(*) FROM assignments "
				  "WHERE conversation IN " IDS " GROUP BY conversation";
static void take_assignments(struct ek_api_conversation *row, const struct ek_views_value *v)
{
	row->content.assignments = id_of(&v[1]);
}

static bool load_tags(struct chunk *c)
{
	static const char sql[] = "SELECT conversation, tag FROM conversation_tags "
				  "WHERE conversation IN " IDS " ORDER BY conversation, tag";
	struct ek_turn_rows rows;
	if (!ek_turn_select(c->t, sql, c->ids, CHUNK, &rows))
		return false;
	uint64_t *tags = ek_turn_get(c->t, (rows.n + 1) * sizeof *tags);
	if (tags == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		struct ek_api_conversation *row = find(c, &v[0]);
		tags[i] = (uint64_t)v[1].i;
		if (row == NULL)
			continue;
		if (row->content.tag_count++ == 0)
			row->content.tags = &tags[i];
	}
	return true;
}

static bool load_slas(struct chunk *c)
{
	static const char sql[] =
		"SELECT s.conversation, s.policy, s.target, s.status, s.started_ms, s.spent_ms, "
		"s.due_ms, s.ended_ms FROM sla_clocks s WHERE s.status <> 'cancelled' "
		"AND s.conversation IN " IDS " ORDER BY s.conversation, s.policy, s.target";
	struct ek_turn_rows rows;
	if (!ek_turn_select(c->t, sql, c->ids, CHUNK, &rows))
		return false;
	struct ek_sla_view *slas = ek_turn_get(c->t, (rows.n + 1) * sizeof *slas);
	if (slas == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		struct ek_api_conversation *row = find(c, &v[0]);
		slas[i] = (struct ek_sla_view){
			.policy = (uint64_t)v[1].i,
			.target = ek_turn_text(&v[2]),
			.status = ek_turn_text(&v[3]),
			.started = time_of(&v[4]),
			.spent = {ek_turn_int(&v[5])},
			.due = time_of(&v[6]),
			.ended = time_of(&v[7]),
		};
		if (row != NULL && row->content.sla_count++ == 0)
			row->content.sla = &slas[i];
	}
	return true;
}

bool ek_api_conversation_load(struct ek_turn *t, struct ek_api_conversation *rows, uint32_t n)
{
	for (uint32_t from = 0; from < n; from += CHUNK) {
		struct chunk c = {.t = t, .v = rows + from};
		c.n = n - from < CHUNK ? n - from : CHUNK;
		for (uint32_t i = 0; i < CHUNK; i++)
			c.ids[i] = ek_views_int(i < c.n ? c.v[i].id.v : 0);
		for (uint32_t i = 0; i < c.n; i++)
			c.v[i].content.updated_at = EK_NO_TIME;
		if (!load(&c, profiles, take_profile) || !load(&c, views, take_view) ||
		    !load_tags(&c) || !load_slas(&c) || !load(&c, parts, take_parts) ||
		    !load(&c, assignments, take_assignments))
			return false;
	}
	return true;
}

/* ---- answering */

bool ek_api_conversation_is_seen(struct ek_turn *t, const struct ek_api_conversation *row)
{
	struct ek_api_conversation_object o;
	see(t->engine, row->id, &o);
	o.may.is_absent = o.may.is_absent || row->is_erased;
	return ek_may_is(&t->actor, EK_MAY_CONVERSATION_FIND, &o.may);
}

static ek_str contact_of(void *ctx, uint32_t contact)
{
	const ek_str *hex = ctx;
	return contact == 0 ? (ek_str){NULL, 0} : *hex;
}

static void write_metadata(struct ek_json *j, const struct ek_conversation_view *v, ek_time updated)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_CONVERSATION, v->id.v);
	ek_api_put_enum(j, "state", EK_ENUM_STATE, v->state);
	ek_api_put_int(j, "priority", v->priority);
	ek_api_put_int(j, "complexity", v->complexity);
	ek_api_put_enum(j, "capacity_class", EK_ENUM_CAPACITY_CLASS, v->capacity_class);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, v->team.v);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, v->teammate.v);
	ek_api_put_id(j, "assignment", EK_IDENT_ASSIGNMENT, v->assignment.v);
	ek_api_put_time(j, "started", v->started);
	ek_api_put_time(j, "waiting_since", v->waiting_since);
	ek_api_put_time(j, "snoozed_until", v->snoozed_until);
	ek_api_put_time(j, "updated_at", updated);
	ek_json_object_end(j);
}

/* How it came, of one that has no profile. */
static ek_str channels_of(struct ek_turn *t, const struct ek_conversation_view *v)
{
	char text[32];
	size_t n = ek_format(text, sizeof text, "[\"%s\"]",
			     ek_enums_wire(EK_ENUM_CAPACITY_CLASS, v->channel));
	return ek_turn_copy(t, (ek_str){text, (uint32_t)n});
}

bool ek_api_conversation_write(struct ek_turn *t, const struct ek_api_conversation *row)
{
	struct ek_conversation_view view;
	struct ek_conversation_detail detail;
	struct ek_conversation_content content = row->content;
	struct ek_api_conversation_object o;
	ek_str contact = row->contact;
	struct ek_err err;
	if (!ek_look_conversation(t->engine, row->id, &view) ||
	    !ek_look_detail(t->engine, row->id, t->arena, &detail, &err))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	ek_api_conversation_object(&o, view.team, view.teammate);
	t->out.style.is_api = true;
	if (!ek_time_is_set(content.updated_at))
		content.updated_at = view.started;
	if (!ek_may_is(&t->actor, EK_MAY_CONVERSATION_READ, &o.may)) {
		write_metadata(&t->out, &view, content.updated_at);
		return true;
	}
	if (content.channels.p == NULL)
		content.channels = channels_of(t, &view);
	t->out.style.contact = contact_of;
	t->out.style.contact_ctx = &contact;
	const struct ek_view_conversation whole = {&view, &detail, &content};
	ek_view_json_conversation(&t->out, &whole);
	t->out.style.contact = NULL;
	return true;
}

ek_str ek_api_conversation_path(struct ek_turn *t, ek_conversation_id id)
{
	char text[PATH_MAX];
	size_t n = ek_format(text, sizeof text, EK_ROUTE_PREFIX "/conversations/cv_%u", id.v);
	return ek_turn_copy(t, (ek_str){text, (uint32_t)n});
}
