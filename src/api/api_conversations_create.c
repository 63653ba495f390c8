/* POST /conversations: the way in for everything that is no channel of ours; and
 * POST /conversations/by-mail, the way out: one that begins with a mail of ours. */
#include <string.h>

#include "api/api_arrival.h"
#include "api/api_contact_route.h"
#include "api/api_conversation.h"
#include "api/api_first.h"
#include "api/api_put.h"
#include "api/api_sla_watch.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"

static const char *const authors[] = {"contact", "teammate", NULL};
enum { BY_CONTACT, BY_TEAMMATE };
enum {
	CONTACT,
	CHANNEL,
	TITLE,
	TEXT,
	AUTHOR,
	TEAM,
	TEAMMATE,
	PRIORITY,
	COMPLEXITY,
	CLASS,
	NEEDS,
	TAGS,
	ATTRIBUTES,
	MEMBERS
};

#define NULLABLE EK_PATCH_NULLABLE
static const struct ek_patch_rule rules[MEMBERS] = {
	[CONTACT] = {"contact", EK_PATCH_OF_CONTACT, 0, NULLABLE, 0, 0, NULL},
	[CHANNEL] = {"channel", EK_PATCH_OF_ENUM, EK_ENUM_CAPACITY_CLASS, 0, 0, 0, NULL},
	[TITLE] = {"title", EK_PATCH_OF_TEXT, 0, NULLABLE, 1, EK_LIMIT_TEXT_BYTES, NULL},
	[TEXT] = {"text", EK_PATCH_OF_PROSE, 0, 0, 1, EK_LIMIT_PART_BYTES, NULL},
	[AUTHOR] = {"author", EK_PATCH_OF_WORD, 0, 0, 0, 0, authors},
	[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, NULLABLE, 0, 0, NULL},
	[TEAMMATE] = {"teammate", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, NULLABLE, 0, 0, NULL},
	[PRIORITY] = {"priority", EK_PATCH_OF_INT, 0, 0, 0, 3, NULL},
	[COMPLEXITY] = {"complexity", EK_PATCH_OF_INT, 0, 0, 1, 5, NULL},
	[CLASS] = {"capacity_class", EK_PATCH_OF_ENUM, EK_ENUM_CAPACITY_CLASS, 0, 0, 0, NULL},
	[NEEDS] = {"needs", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[TAGS] = {"tags", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[ATTRIBUTES] = {"attributes", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
};

struct creation {
	struct ek_cmd cmd;
	struct ek_patch_value v[MEMBERS];
	struct ek_patch_at root;
	struct ek_api_conversation_tags tags;
	ek_str attributes; /* JSON; p NULL = none */
	ek_str title;
	ek_str text; /* p NULL = none */
	bool is_contacts;
	ek_str contact;
	struct ek_api_arrival arrival; /* rules.version 0 = it went through none */
	bool is_mail;                  /* it begins with one of ours */
	struct ek_api_first first;     /* then: which */
};

/* ---- what is asked */

static bool is_given(const struct creation *c, int member)
{
	return c->v[member].state == EK_PATCH_VALUE;
}

static void take_lists(struct ek_turn *t, struct creation *c)
{
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	struct ek_pairs pairs;
	if (c->v[NEEDS].state != EK_PATCH_ABSENT)
		ek_api_conversation_needs(t, &c->v[NEEDS].at, &a->needs);
	ek_api_conversation_tags(t, &c->v[TAGS].at, &c->tags);
	a->tags = (struct ek_texts){c->tags.names, c->tags.n};
	if (c->v[ATTRIBUTES].state == EK_PATCH_ABSENT ||
	    !ek_api_conversation_attributes(t, &c->v[ATTRIBUTES].at, &pairs))
		return;
	a->attributes = pairs;
	ek_api_conversation_merge(t, (ek_str){NULL, 0}, &pairs, &c->attributes);
}

static void take_names(struct ek_turn *t, struct creation *c)
{
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	if (is_given(c, TEAM) &&
	    ek_api_conversation_names_team(t, &c->v[TEAM].at, (ek_team_id){(uint32_t)c->v[TEAM].i}))
		a->team.v = (uint32_t)c->v[TEAM].i;
	if (is_given(c, TEAMMATE) &&
	    ek_api_conversation_names_teammate(t, &c->v[TEAMMATE].at,
					       (ek_teammate_id){(uint32_t)c->v[TEAMMATE].i}))
		a->teammate.v = (uint32_t)c->v[TEAMMATE].i;
	if (is_given(c, CONTACT)) {
		c->contact = c->v[CONTACT].s;
		ek_api_conversation_names_contact(t, &c->v[CONTACT].at, c->contact, &a->contact);
	}
}

static void take_values(struct ek_turn *t, struct creation *c)
{
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	if (is_given(c, CHANNEL))
		a->channel = (uint8_t)c->v[CHANNEL].i;
	if (is_given(c, CLASS))
		a->capacity_class = (uint8_t)c->v[CLASS].i;
	if (is_given(c, PRIORITY))
		a->priority = c->v[PRIORITY].i;
	if (is_given(c, COMPLEXITY))
		a->complexity = c->v[COMPLEXITY].i;
	if (is_given(c, TITLE))
		c->title = c->v[TITLE].s;
	if (is_given(c, TEXT))
		c->text = c->v[TEXT].s;
	c->is_contacts = !is_given(c, AUTHOR) || c->v[AUTHOR].i == BY_CONTACT;
	if (!c->is_contacts && c->text.p == NULL)
		ek_patch_fault(&c->v[AUTHOR].at, EK_FAULT_CONFLICT, "there is no text to have one");
	/* Whose contact wrote waits for an answer. */
	if (c->is_contacts && c->text.p != NULL)
		a->waiting_since = t->now;
}

/* ---- rights */

static bool may_create(struct ek_turn *t, const struct creation *c)
{
	const struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	struct ek_api_conversation_object o;
	ek_api_conversation_object(&o, a->team, (ek_teammate_id){0});
	if (!ek_turn_may(t, EK_MAY_CONVERSATION_CREATE, &o.may))
		return false;
	/* Without a team it is refused in any case. */
	if (c->is_mail && a->team.v != 0 && !ek_may_is(&t->actor, EK_MAY_MESSAGE_WRITE, &o.may))
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				      "the message_write right is missing");
	if (a->teammate.v == 0)
		return true;
	bool is_self = a->teammate.v == t->self.v;
	if (is_self)
		o.may.holder = t->self;
	bool is_taking = is_self || t->actor.kind == EK_MAY_KIND_INTEGRATION;
	return ek_turn_may(t, is_taking ? EK_MAY_CONVERSATION_TAKE : EK_MAY_CONVERSATION_ASSIGN,
			   &o.may);
}

/* One takes within one's limit; for what comes anew nobody is asked for a reason to pass it. */
static bool check_limit(struct ek_turn *t)
{
	const struct creation *c = t->state;
	struct ek_teammate_view m;
	if (!ek_look_teammate(t->engine, c->cmd.conversation_create.teammate, &m) ||
	    m.limit == EK_NONE || (int64_t)m.load < m.limit)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_ELIGIBLE,
			      "at_limit: they hold %u of %lld points", m.load, (long long)m.limit);
}

/* ---- rules on arrival */

static bool take_set(struct ek_turn *t, struct creation *c, const struct ek_arrival_set *set)
{
	struct ek_api_arrival_given given = {.attributes = c->attributes};
	if (c->v[TEAM].state == EK_PATCH_ABSENT)
		c->cmd.conversation_create.team.v = (uint32_t)set->team;
	if (!ek_api_arrival_give(t, set, &c->cmd, &given))
		return false;
	c->tags = given.tags;
	c->attributes = given.attributes;
	return true;
}

/* What a contact wrote goes through the rules; what the request says stands above them. */
static bool arrive(struct ek_turn *t, struct creation *c)
{
	const struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	struct ek_api_arrival *r = &c->arrival;
	const struct ek_api_arrival_source of = {
		.channel = a->channel, .contact = a->contact, .title = c->title, .text = c->text};
	const struct ek_arrival_set said = {
		.team = a->team.v,
		.has_priority = is_given(c, PRIORITY),
		.priority = a->priority,
		.has_complexity = is_given(c, COMPLEXITY),
		.complexity = a->complexity,
		.tags = c->tags.ids,
		.tag_count = c->tags.n,
		.has_attributes = a->attributes.n > 0,
		.attributes = a->attributes,
	};
	if (!c->is_contacts)
		return true;
	if (!ek_api_arrival_load(t, &r->rules) || r->rules.version == 0)
		return ek_problem_is_none(&t->problem);
	if (!ek_api_arrival_fold(t, &r->rules) || !ek_api_arrival_facts(t, &of, &r->facts))
		return false;
	r->facts.said = &said;
	bool ok = ek_api_arrival_run(t, r) && take_set(t, c, &r->outcome.set);
	r->facts.said = NULL;
	return ok;
}

/* What orders the queue is the contact's, unless the request or a rule says another. */
static bool check_create(struct ek_turn *t)
{
	struct creation *c = t->state;
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	struct ek_pairs all;
	if (c->is_mail) {
		if (!ek_api_first_check(t, &c->first))
			return false;
		c->contact = c->first.hex;
		a->contact = c->first.contact;
	}
	if (!ek_api_contact_route_fill(t, a->contact, &a->attributes, &all))
		return false;
	if (all.n > a->attributes.n && c->attributes.p != NULL)
		c->attributes = ek_api_conversation_print(t, &all);
	a->attributes = all;
	return a->teammate.v == 0 || check_limit(t);
}

/* ---- after the command */

static ek_str channels(struct ek_turn *t, int channel)
{
	char text[32];
	size_t n = ek_format(text, sizeof text, "[\"%s\"]",
			     ek_enums_wire(EK_ENUM_CAPACITY_CLASS,
					   channel != 0 ? channel : EK_CAPACITY_CLASS_API));
	return ek_turn_copy(t, (ek_str){text, (uint32_t)n});
}

static void put_profile(struct ek_turn *t, const struct creation *c, uint32_t id)
{
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	const struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(id);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_id(a->contact.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(c->title);
	v[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS] = ek_views_text(channels(t, a->channel));
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(c->attributes);
	v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, v);
}

static void put_part(struct ek_turn *t, const struct creation *c, uint32_t id)
{
	const struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	const struct ek_api_conversation_part part = {
		.conversation = {id},
		.kind = "message",
		.contact = c->is_contacts ? a->contact : (ek_contact_id){0},
		.is_contacts = c->is_contacts,
		.teammate = c->is_contacts ? (ek_teammate_id){0} : t->self,
		.channel = a->channel != 0 ? a->channel : EK_CAPACITY_CLASS_API,
		.text = c->text,
		.attachments = ek_api_attachments_print(t, &c->first.files),
		.team = a->team,
	};
	if (c->text.p == NULL)
		return;
	const struct ek_api_mail_part goes = {ek_api_conversation_put_part(t, &part),
					      {id},
					      a->contact,
					      a->team,
					      a->channel,
					      c->first.copies};
	if (c->is_mail)
		ek_api_first_put(t, &c->first, &goes);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct creation *c = t->state;
	struct ek_conversation_view v;
	struct ek_api_conversation row = {
		.id = {answer->id},
		.contact = c->contact,
		.content = {.title = c->title,
			    .attributes = c->attributes,
			    .tags = c->tags.ids,
			    .tag_count = c->tags.n,
			    .parts = c->text.p != NULL,
			    .updated_at = t->now},
	};
	put_profile(t, c, row.id.v);
	ek_api_arrival_put_tags(t, &c->tags, row.id);
	put_part(t, c, row.id.v);
	if (c->arrival.rules.version != 0)
		ek_api_arrival_put(t, &c->arrival, row.id);
	row.content.assignments =
		ek_look_conversation(t->engine, row.id, &v) && v.assignment.v != 0;
	t->status = 201;
	t->location = ek_api_conversation_path(t, row.id);
	ek_api_conversation_write(t, &row);
}

static void tell(struct ek_turn *t)
{
	const struct creation *c = t->state;
	if (c->is_mail)
		ek_api_mail_nudge(t);
}

/* ---- the operations */

/* What was taken becomes one. */
static void create(struct ek_turn *t, struct creation *c)
{
	/* Who may not is told so before what was wrong. */
	if (!may_create(t, c) || !ek_problem_is_none(&t->problem) || !arrive(t, c)) {
		ek_turn_reply(t, 0);
		return;
	}
	bool has_values;
	if (!ek_api_contact_route_may_fill(t, c->cmd.conversation_create.contact, &has_values)) {
		ek_turn_reply(t, 0);
		return;
	}
	bool is_given_out = c->cmd.conversation_create.teammate.v != 0;
	struct ek_turn_write write = {
		.cmd = &c->cmd,
		.check = is_given_out || has_values || c->is_mail ? check_create : NULL,
		.made = made,
		.tell = tell,
	};
	t->state = c;
	ek_api_sla_watch(t, &write);
	ek_turn_write(t, &write);
}

static struct creation *begin(struct ek_turn *t)
{
	struct creation *c = EK_TURN_NEW(t, struct creation);
	if (c == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &c->root)) {
		ek_turn_reply(t, 0);
		return NULL;
	}
	c->cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	return c;
}

void ek_api_create_conversation(struct ek_turn *t)
{
	struct creation *c = begin(t);
	if (c == NULL)
		return;
	ek_patch_bind(&c->root, rules, MEMBERS, c->v);
	take_names(t, c);
	take_values(t, c);
	take_lists(t, c);
	create(t, c);
}

/* Whoever begins it holds it, so that the answer comes to them. */
static void take_mail(struct ek_turn *t, struct creation *c)
{
	enum { WHO, TO, FROM, OF, ABOUT, SAYS, CC, BCC, FILES, READY, COUNT };
	static const struct ek_patch_rule wanted[COUNT] = {
		[WHO] = {"contact", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[TO] = {"to", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[FROM] = {"mailbox", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[OF] = {"team", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[ABOUT] = {"title", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_TEXT_BYTES,
			   NULL},
		[SAYS] = {"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_PART_BYTES,
			  NULL},
		[CC] = {"cc", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[BCC] = {"bcc", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[FILES] = {"attachments", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[READY] = {"ready_answers", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	struct ek_patch_value v[COUNT] = {0};
	ek_patch_bind(&c->root, wanted, COUNT, v);
	c->is_mail = true;
	c->title = v[ABOUT].s;
	c->text = v[SAYS].s;
	ek_api_first_take(t,
			  &(struct ek_api_first_in){v[WHO].at, v[TO].at, v[FROM].at, v[OF].at,
						    v[CC].at, v[BCC].at, v[FILES].at, v[READY].at},
			  &(struct ek_api_first_of){c->title, c->text}, &c->first);
	c->contact = c->first.hex;
	a->contact = c->first.contact;
	a->team = c->first.team;
	a->teammate = t->self;
	a->channel = EK_CAPACITY_CLASS_EMAIL;
}

void ek_api_begin_by_mail(struct ek_turn *t)
{
	struct creation *c = begin(t);
	if (c == NULL)
		return;
	take_mail(t, c);
	create(t, c);
}
