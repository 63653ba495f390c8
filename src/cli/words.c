#include "cli/words.h"

#include <string.h>

#include "model/event.h"
#include "model/setting.h"
#include "sys/heap.h"
#include "wire/value_json.h"

enum { ID_MAX = 208, WHY_MAX = 300, COLUMN = 16 };

static const char *id_of(const struct ek_words *w, enum ek_writer_name kind, uint32_t id,
			 char out[ID_MAX])
{
	ek_str name = ek_names_of(w->names, kind, id);
	if (id == 0 || name.p == NULL) {
		ek_format(out, ID_MAX, "%u", id);
		return id == 0 ? "nobody" : out;
	}
	uint32_t n = name.n < ID_MAX - 1 ? name.n : ID_MAX - 1;
	memcpy(out, name.p, n);
	out[n] = '\0';
	return out;
}

static const char *mate(const struct ek_words *w, ek_teammate_id id, char out[ID_MAX])
{
	return id_of(w, EK_WRITER_NAME_TEAMMATE, id.v, out);
}
static const char *conversation(const struct ek_words *w, ek_conversation_id id, char out[ID_MAX])
{
	return id_of(w, EK_WRITER_NAME_CONVERSATION, id.v, out);
}
static const char *team(const struct ek_words *w, ek_team_id id, char out[ID_MAX])
{
	return id.v == 0 ? "no team inbox" : id_of(w, EK_WRITER_NAME_TEAM, id.v, out);
}

/* "2 of 6", "2, no limit" */
static size_t put_of(char *out, size_t cap, int64_t is, int64_t most)
{
	if (most == EK_NONE)
		return ek_format(out, cap, "%lld, no limit", (long long)is);
	return ek_format(out, cap, "%lld of %lld", (long long)is, (long long)most);
}

/* The arguments of a failed test; "" when it has none. */
static void arguments(const struct ek_words *w, const struct ek_explain_why *why, char out[WHY_MAX])
{
	char name[ID_MAX];
	char at[EK_CLI_TIME];
	out[0] = '\0';
	switch (why->test) {
	case EK_TEST_AT_LIMIT:
	case EK_TEST_AT_INBOX_LIMIT:
	case EK_TEST_AT_CLASS_LIMIT:
	case EK_TEST_TOO_COMPLEX:
	case EK_TEST_INTAKE:
		put_of(out, WHY_MAX, why->is, why->most);
		break;
	case EK_TEST_LACKS_SKILL:
		memcpy(name, why->skill.p, why->skill.n < ID_MAX ? why->skill.n : 0);
		name[why->skill.n < ID_MAX ? why->skill.n : 0] = '\0';
		ek_format(out, WHY_MAX, "%s", name);
		break;
	case EK_TEST_RELEASED:
	case EK_TEST_PAUSED:
		ek_format(out, WHY_MAX, "until %s", ek_cli_time(why->until, at));
		break;
	case EK_TEST_HELD_FOR_OTHER:
		ek_format(out, WHY_MAX, "for %s", mate(w, why->teammate, name));
		break;
	case EK_TEST_PRIMARY_NOT_EMPTY:
		ek_format(out, WHY_MAX, "%s has %lld waiting", team(w, why->team, name),
			  (long long)why->is);
		break;
	default:
		break;
	}
}

/* "at_limit (1 of 1): No room under their limit." */
static const char *why_not(const struct ek_words *w, const struct ek_explain_why *why,
			   char out[WHY_MAX])
{
	char args[WHY_MAX];
	if (why->test == 0)
		return "could have";
	arguments(w, why, args);
	ek_format(out, WHY_MAX, "%s%s%s%s: %s", ek_enums_wire(EK_ENUM_TEST, why->test),
		  args[0] == '\0' ? "" : " (", args, args[0] == '\0' ? "" : ")",
		  ek_enums_doc(EK_ENUM_TEST, why->test));
	return out;
}

static void say_decider(const struct ek_words *w, const struct ek_explain_decider *by)
{
	switch (by->kind) {
	case EK_EXPLAIN_KEY:
		ek_cli_print(w->cli, "%s", ek_enums_wire(EK_ENUM_ORDER_KEY, by->key));
		if (by->attribute.p != NULL) {
			ek_cli_print(w->cli, ":");
			ek_cli_put(w->cli, by->attribute.p, by->attribute.n);
		}
		break;
	case EK_EXPLAIN_BOUND:
		ek_cli_print(w->cli, "%s", ek_enums_wire(EK_ENUM_BOUND, by->bound));
		break;
	case EK_EXPLAIN_ID:
		ek_cli_print(w->cli, "id");
		break;
	default:
		ek_cli_print(w->cli, "being last");
		break;
	}
}

/* ---- changes */

static void say_value(const struct ek_words *w, const struct ek_explain_change *c)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), 1 << 16);
	ek_value_json_write(&j, c->setting, &c->value);
	ek_str text = ek_json_written(&j);
	ek_cli_print(w->cli, "%s = ", ek_setting_row(c->setting)->wire);
	ek_cli_put(w->cli, text.p, text.n);
	ek_json_fini(&j);
}

static void say_change(const struct ek_words *w, const struct ek_explain_change *c)
{
	char name[ID_MAX];
	char at[ID_MAX];
	bool is_mate = c->scope == EK_SCOPE_TEAMMATE;
	if (c->scope == EK_SCOPE_WORKSPACE)
		ek_cli_print(w->cli, "the workspace: ");
	else
		ek_cli_print(w->cli, "%s: ",
			     id_of(w, is_mate ? EK_WRITER_NAME_TEAMMATE : EK_WRITER_NAME_TEAM,
				   c->id, name));
	if (c->kind == EK_EXPLAIN_PRESENCE)
		ek_cli_print(w->cli, "active");
	else if (c->kind == EK_EXPLAIN_RESUME)
		ek_cli_print(w->cli, "take new work again");
	else if (c->kind == EK_EXPLAIN_LEVEL)
		ek_cli_print(w->cli, "%s in %s",
			     c->level == 0 ? "no member" : ek_enums_wire(EK_ENUM_LEVEL, c->level),
			     team(w, c->team, at));
	else
		say_value(w, c);
}

static void say_nearest(const struct ek_words *w, const struct ek_explain_nearest *n)
{
	char name[ID_MAX];
	if (n->change.kind == 0) {
		ek_cli_print(w->cli, "nearest change  none was found%s\n",
			     n->cut ? " among those that were tried" : "");
		return;
	}
	ek_cli_print(w->cli, "nearest change  ");
	say_change(w, &n->change);
	ek_cli_print(w->cli, "; then %s gets it\n", mate(w, n->then, name));
}

/* ---- receipts */

static void say_considered(const struct ek_words *w, const struct ek_explain_considered *c)
{
	char name[ID_MAX];
	char why[WHY_MAX];
	char at[EK_CLI_TIME];
	ek_cli_print(w->cli, "  %-*s %-10s ", COLUMN, mate(w, c->teammate, name),
		     c->level == 0 ? "-" : ek_enums_wire(EK_ENUM_LEVEL, c->level));
	if (c->result == EK_EXPLAIN_BLOCKED) {
		ek_cli_print(w->cli, "%s\n", why_not(w, &c->why, why));
		return;
	}
	put_of(why, sizeof why, c->load, c->limit);
	ek_cli_print(w->cli, "%s, load %s, last given %s\n",
		     c->result == EK_EXPLAIN_CHOSEN ? "chosen" : "eligible", why,
		     ek_time_is_set(c->last_given) ? ek_cli_time(c->last_given, at) : "never");
}

static void say_place(const struct ek_words *w, const struct ek_explain_receipt *r)
{
	char name[ID_MAX];
	char why[WHY_MAX];
	if (r->queue.place == 0) {
		ek_cli_print(w->cli, "queue           it stood in none\n");
		return;
	}
	ek_cli_print(w->cli, "queue           place %u of %u, before the next by ", r->queue.place,
		     r->queue.of);
	say_decider(w, &r->queue.decided_by);
	ek_cli_print(w->cli, "\n");
	for (uint32_t i = 0; i < r->queue.ahead_count; i++) {
		const struct ek_explain_ahead *a = &r->queue.ahead[i];
		ek_cli_print(w->cli, "  ahead         %s could not go there: %s\n",
			     conversation(w, a->conversation, name), why_not(w, &a->why, why));
	}
	if (r->queue.ahead_more > 0)
		ek_cli_print(w->cli, "  ahead         and %u more\n", r->queue.ahead_more);
}

void ek_words_receipt(const struct ek_words *w, const struct ek_explain_receipt *r)
{
	char names[3][ID_MAX];
	char at[EK_CLI_TIME];
	const struct ek_record *cause = ek_event_record(r->cause_kind);
	ek_cli_print(w->cli, "%s went to %s, of %s\n", conversation(w, r->conversation, names[0]),
		     mate(w, r->teammate, names[1]), team(w, r->team, names[2]));
	ek_cli_print(w->cli, "at              %s, event %llu, settings version %u\n",
		     ek_cli_time(r->at, at), (unsigned long long)r->seq, r->settings_version);
	ek_cli_print(w->cli, "how             %s: %s\n", ek_enums_wire(EK_ENUM_HOW, r->how),
		     ek_enums_doc(EK_ENUM_HOW, r->how));
	if (cause != NULL)
		ek_cli_print(w->cli, "cause           %s, event %llu\n", cause->wire,
			     (unsigned long long)r->cause_seq);
	say_place(w, r);
	ek_cli_print(w->cli, "chosen by       %s: %s\n",
		     ek_enums_wire(EK_ENUM_CHOSEN_BY, r->chosen_by),
		     ek_enums_doc(EK_ENUM_CHOSEN_BY, r->chosen_by));
	if (r->runner_up.v != 0)
		ek_cli_print(w->cli, "next would be   %s\n", mate(w, r->runner_up, names[0]));
	ek_cli_print(w->cli, "considered      %u\n", r->considered_count);
	for (uint32_t i = 0; i < r->considered_count; i++)
		say_considered(w, &r->considered[i]);
	say_nearest(w, &r->nearest);
}

/* ---- why waiting */

static void say_blocker(const struct ek_words *w, const struct ek_explain_blocker *b)
{
	char name[ID_MAX];
	ek_cli_print(w->cli, "  %-18s", ek_enums_wire(EK_ENUM_TEST, b->test));
	for (uint32_t i = 0; i < b->n; i++)
		ek_cli_print(w->cli, " %s", mate(w, b->teammates[i], name));
	ek_cli_print(w->cli, "\n");
}

static void say_estimate(const struct ek_words *w, const struct ek_explain_estimate *e)
{
	if (e->refused == EK_EXPLAIN_STRANDED)
		ek_cli_print(w->cli, "estimate        none: nobody is there\n");
	else if (e->refused == EK_EXPLAIN_TOO_FEW)
		ek_cli_print(w->cli, "estimate        none: too few were given out to judge by\n");
	else
		ek_cli_print(w->cli, "estimate        %lld to %lld s, from %u given out\n",
			     (long long)e->low.ms / 1000, (long long)e->high.ms / 1000, e->sample);
}

void ek_words_waiting(const struct ek_words *w, const struct ek_explain_waiting *x)
{
	char names[2][ID_MAX];
	char at[2][EK_CLI_TIME];
	ek_cli_print(w->cli, "%s waits in %s\n", conversation(w, x->conversation, names[0]),
		     team(w, x->team, names[1]));
	ek_cli_print(w->cli, "at              %s, event %llu\n", ek_cli_time(x->at, at[0]),
		     (unsigned long long)x->seq);
	ek_cli_print(w->cli, "place           %u of %u; %u of %u in its team inbox\n", x->place,
		     x->of, x->team_place, x->team_of);
	ek_cli_print(w->cli, "waiting since   %s, in the queue since %s, overtaken %u times\n",
		     ek_cli_time(x->waiting_since, at[0]), ek_cli_time(x->queued_at, at[1]),
		     x->overtaken);
	if (x->held_for.v != 0)
		ek_cli_print(w->cli, "held for        %s\n", mate(w, x->held_for, names[0]));
	if (x->stranded)
		ek_cli_print(w->cli, "stranded        nobody at an open level could take it\n");
	if (x->next_team.v != 0)
		ek_cli_print(w->cli, "next level      %s, %s\n", team(w, x->next_team, names[0]),
			     ek_cli_time(x->next_at, at[0]));
	ek_cli_print(w->cli, "blockers        %u\n", x->blocker_count);
	for (uint32_t i = 0; i < x->blocker_count; i++)
		say_blocker(w, &x->blockers[i]);
	say_nearest(w, &x->nearest);
	say_estimate(w, &x->estimate);
}

/* ---- why nothing */

static void say_inbox(const struct ek_words *w, const struct ek_explain_inbox *t)
{
	char name[ID_MAX];
	char why[WHY_MAX];
	ek_cli_print(w->cli, "  %-*s %-10s %u waiting: ", COLUMN, team(w, t->team, name),
		     ek_enums_wire(EK_ENUM_LEVEL, t->level), t->waiting);
	if (t->state == EK_EXPLAIN_NEXT)
		ek_cli_print(w->cli, "gets the next");
	else if (t->state == EK_EXPLAIN_IN_TURN)
		ek_cli_print(w->cli, "gets one as number %u from now", t->turn);
	else
		ek_cli_print(w->cli, "%s",
			     t->why.test == 0 ? "gives out by hand alone"
					      : why_not(w, &t->why, why));
	for (uint32_t i = 0; i < t->not_for_you_count; i++)
		ek_cli_print(w->cli, "; %u %s", t->not_for_you[i].count,
			     ek_enums_wire(EK_ENUM_TEST, t->not_for_you[i].test));
	ek_cli_print(w->cli, "\n");
}

void ek_words_nothing(const struct ek_words *w, const struct ek_explain_nothing *x)
{
	static const char *const from[] = {"", "the workspace", "their own", "a newcomer's ramp"};
	char name[ID_MAX];
	char load[WHY_MAX];
	char at[EK_CLI_TIME];
	put_of(load, sizeof load, x->load, x->limit);
	ek_cli_print(w->cli, "%s is %s\n", mate(w, x->teammate, name),
		     ek_enums_wire(EK_ENUM_PRESENCE, x->presence));
	ek_cli_print(w->cli, "at              %s, event %llu\n", ek_cli_time(x->at, at),
		     (unsigned long long)x->seq);
	ek_cli_print(w->cli, "load            %s (%s)\n", load,
		     x->limit_from < EK_LEN(from) ? from[x->limit_from] : "");
	ek_cli_print(w->cli, "team inboxes    %u\n", x->team_count);
	for (uint32_t i = 0; i < x->team_count; i++)
		say_inbox(w, &x->teams[i]);
	say_nearest(w, &x->nearest);
}

/* ---- the queue */

static void say_row(const struct ek_words *w, const struct ek_explain_row *r)
{
	char names[2][ID_MAX];
	char at[EK_CLI_TIME];
	ek_cli_print(w->cli, "%5u  %-*s %-*s %-24s  ", r->place, COLUMN,
		     conversation(w, r->conversation, names[0]), COLUMN, team(w, r->team, names[1]),
		     ek_cli_time(r->waiting_since, at));
	say_decider(w, &r->decided_by);
	if (r->bound != 0)
		ek_cli_print(w->cli, ", first by %s", ek_enums_wire(EK_ENUM_BOUND, r->bound));
	if (r->held_for.v != 0)
		ek_cli_print(w->cli, ", held for %s", mate(w, r->held_for, names[0]));
	if (r->stranded)
		ek_cli_print(w->cli, ", stranded");
	if (r->main_test != 0)
		ek_cli_print(w->cli, ", %s", ek_enums_wire(EK_ENUM_TEST, r->main_test));
	ek_cli_print(w->cli, "\n");
}

void ek_words_queue(const struct ek_words *w, const struct ek_explain_queue *q, bool heads)
{
	if (heads && q->row_count > 0)
		ek_cli_print(w->cli, "place  %-*s %-*s %-24s  before the next by; blocked by\n",
			     COLUMN, "conversation", COLUMN, "team inbox", "waiting since");
	for (uint32_t i = 0; i < q->row_count; i++)
		say_row(w, &q->rows[i]);
}
