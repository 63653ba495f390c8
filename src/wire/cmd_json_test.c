/* Commands as JSON: every documented field and look, and what is said of a line that cannot be
 * read. */
#include "wire/cmd_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "model/limits.h"
#include "model/setting.h"

static const struct {
	const char *ref;
	enum ek_field_type kind;
	uint32_t id;
} refs[] = {
	{"bank", EK_FT_TEAM, 7},          {"night", EK_FT_TEAM, 12}, {"t1", EK_FT_TEAMMATE, 41},
	{"c1", EK_FT_CONVERSATION, 5012}, {"k1", EK_FT_CONTACT, 3},
};

static bool resolve(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id)
{
	(void)ctx;
	for (size_t i = 0; i < EK_LEN(refs); i++) {
		if (refs[i].kind == kind && ek_str_is(ref, refs[i].ref)) {
			*id = refs[i].id;
			return true;
		}
	}
	return false;
}

static ek_str str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

static struct ek_arena arena_of(size_t max)
{
	struct ek_arena a;
	ek_arena_init(&a, ek_heap_scene(), max);
	return a;
}

static struct ek_cmd_json how_of(struct ek_arena *a)
{
	return (struct ek_cmd_json){.arena = a, .resolve = resolve};
}

/* In single quotes, as JSON in C is hard to read otherwise. */
static char *double_quoted(const char *text)
{
	size_t n = strlen(text);
	char *copy = malloc(n + 1);
	for (size_t i = 0; i <= n; i++)
		copy[i] = (char)(text[i] == '\'' ? '"' : text[i]);
	return copy;
}

static const struct {
	const char *in;
	const char *out; /* NULL = the same */
} taken[] = {
	{"{'cmd':'conversation.close','conversation':'c1'}",
	 "{'cmd':'conversation.close','conversation':5012}"},
	{"{'cmd':'conversation.close','conversation':null}", NULL},
	{"{'cmd':'conversation.close'}", NULL},
	{"{'based_on':88,'by':'rule:5','cmd':'conversation.close','conversation':4294967295}",
	 NULL},
	{"{'by':'person:t1','cmd':'conversation.close'}",
	 "{'by':'person:41','cmd':'conversation.close'}"},
	{"{'by':'person:9','cmd':'conversation.close'}", NULL},
	{"{'by':'person','cmd':'conversation.close'}", "{'cmd':'conversation.close'}"},
	{"{'by':'system','cmd':'tick','due':1000}",
	 "{'by':'system','cmd':'tick','due':'1970-01-01T00:00:01.000Z'}"},
	{"{'cmd':'conversation.create','contact':'k1','channel':'chat','team':'bank','teammate':'"
	 "t1',"
	 "'priority':3,'sla_due':'2026-11-23T11:00:00+01:00','started':1795428000000,'waiting_"
	 "since':null,"
	 "'capacity_class':'email','complexity':5,'needs':['lang:ko',{'skill':'vip'},{'skill':'x','"
	 "min_level':5,"
	 "'required':false,'relax_after_ms':60000}],'attributes':{'tier':'gold','plan':null},'tags'"
	 ":['a','b']}",
	 "{'attributes':{'plan':null,'tier':'gold'},'capacity_class':'email','channel':'chat',"
	 "'cmd':'conversation.create','complexity':5,'contact':3,'needs':["
	 "{'min_level':1,'relax_after_ms':null,'required':true,'skill':'lang:ko'},"
	 "{'min_level':1,'relax_after_ms':null,'required':true,'skill':'vip'},"
	 "{'min_level':5,'relax_after_ms':60000,'required':false,'skill':'x'}],'priority':3,"
	 "'sla_due':'2026-11-23T10:00:00.000Z','started':'2026-11-23T10:00:00.000Z','tags':['a','b'"
	 "],"
	 "'team':7,'teammate':41,'waiting_since':null}"},
	{"{'cmd':'conversation.update','conversation':1,'needs':[],'tags':null,'attributes':{}}",
	 "{'attributes':{},'cmd':'conversation.update','conversation':1,'needs':[],'tags':[]}"},
	{"{'cmd':'contact.message','conversation':'c1','sent':0}",
	 "{'cmd':'contact.message','conversation':5012,'sent':'1970-01-01T00:00:00.000Z'}"},
	{"{'author':41,'cmd':'note.add','conversation':1}", NULL},
	{"{'cmd':'conversation.assign','conversation':1,'reason':'knows her','teammate':41}", NULL},
	{"{'cmd':'conversation.assign','conversation':1,'reason':'a\\n\\u0085b'}",
	 "{'cmd':'conversation.assign','conversation':1,'reason':'ab'}"},
	{"{'cmd':'conversation.snooze','conversation':1,'wall':'2027-03-28T02:30'}", NULL},
	{"{'cmd':'conversation.snooze','conversation':1,'wall':1806201000000}",
	 "{'cmd':'conversation.snooze','conversation':1,'wall':'2027-03-28T02:30'}"},
	{"{'cmd':'conversation.snooze','conversation':1,'until':null,'working_ms':3600000}", NULL},
	{"{'cmd':'presence.set','presence':'away_reassigning','reason':null,'teammate':41}", NULL},
	{"{'cmd':'teammate.create','primary':['bank',9],'secondary':[],'limit':1,'skills':{'x':2,'"
	 "lang:ko':1},"
	 "'ramp_start':'2026-11-23','intake_max':'inherit','class_limit':{'chat':null}}",
	 "{'class_limit':{'chat':null},'cmd':'teammate.create','intake_max':'inherit','limit':1,"
	 "'primary':[7,9],'ramp_start':'2026-11-23','secondary':[],'skills':{'lang:ko':1,'x':2}}"},
	{"{'cmd':'team.create'}", NULL},
	{"{'cmd':'team.create','method':'balanced','rank':1,'inbox_limit':null,'rr_retry':false,"
	 "'overflow':[{'team':'night','after_ms':60000}],'shift_margin_ms':'auto','calendar':null}",
	 "{'calendar':null,'cmd':'team.create','inbox_limit':null,'method':'balanced','overflow':["
	 "{'after_ms':60000,'clock':'office_hours','respect_gate':true,'team':12}],'rank':1,"
	 "'rr_retry':false,'shift_margin_ms':'auto'}"},
	{"{'cmd':'settings.change','scope':'workspace','set':{'limit':2,'order_keys':['priority',"
	 "{'key':'attribute:tier','reverse':true},{'key':'sla'}],'attribute_orders':{'tier':['gold'"
	 ",'silver'],"
	 "'plan':[]},'default_team':'bank','class_points':{'voice':5,'chat':2},'uncounted_tags':['"
	 "spam'],"
	 "'ramp_steps':[{'from_day':0,'limit_permille':500,'complexity_max':2}],"
	 "'day_hours':{'from':'08:00','to':'24:00'}}}",
	 "{'cmd':'settings.change','scope':'workspace','set':{'attribute_orders':{'plan':[],'tier':"
	 "['gold',"
	 "'silver']},'class_points':{'chat':2,'voice':5},'day_hours':{'from':'08:00','to':'24:00'},"
	 "'default_team':7,'limit':2,'order_keys':[{'key':'priority','reverse':false},{'key':'"
	 "attribute:tier',"
	 "'reverse':true},{'key':'sla','reverse':false}],'ramp_steps':[{'complexity_max':2,'from_"
	 "day':0,"
	 "'limit_permille':500}],'uncounted_tags':['spam']}}"},
	{"{'cmd':'settings.change','effective_at':'2026-11-23T10:00:00.000Z','id':41,'scope':'"
	 "teammate',"
	 "'set':{'limit':'inherit'}}",
	 NULL},
	{"{'cmd':'settings.change','id':'bank','scope':'team','set':{}}",
	 "{'cmd':'settings.change','id':7,'scope':'team','set':{}}"},
	{"{'cmd':'settings.change','id':null,'scope':'workspace'}", NULL},
	{"{'cmd':'settings.undo','version':-9223372036854775807}", NULL},
	{"{'closed':['2026-12-24','2026-12-25'],'cmd':'calendar.set','team':7,'week':[{'day':1,'"
	 "from':'09:00',"
	 "'to':'24:00'}],'zone':'Europe/Paris'}",
	 NULL},
	{"{'cmd':'shift.set','shifts':[{'from':0,'until':'1970-01-01T00:00:01Z'}],'teammate':'t1'}",
	 "{'cmd':'shift.set','shifts':[{'from':'1970-01-01T00:00:00.000Z','until':'1970-01-01T00:"
	 "00:01.000Z'}],"
	 "'teammate':41}"},
	{"{'cmd':'margin.set','margin_ms':60000,'team':'bank'}",
	 "{'cmd':'margin.set','margin_ms':60000,'team':7}"},
	{"{'cmd':'zone.set','teammate':null,'zone':null}", NULL},
	{"{'cmd':'bulk.apply','rows':[{'based_on':3,'cmd':'presence.set','presence':'away','"
	 "teammate':41},"
	 "{'cmd':'conversation.release','conversation':1}]}",
	 NULL},
	{"{'cmd':'bulk.apply','rows':[]}", NULL},
	{"{'cmd':'bulk.apply','rows':null}", "{'cmd':'bulk.apply','rows':[]}"},
	{"{'cmd':'handover.apply','rows':[{'cmd':'conversation.assign','conversation':'c1','"
	 "teammate':'t1'}],"
	 "'teammate':3}",
	 "{'cmd':'handover.apply','rows':[{'cmd':'conversation.assign','conversation':5012,'"
	 "teammate':41}],"
	 "'teammate':3}"},
	{"{'cmd':'server.started','down_ms':5}", NULL},
};

static void check_written(const struct ek_cmd *c, const char *want)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_scene(), 1 << 20);
	assert_true(ek_cmd_json_write(&j, c));
	assert_true(ek_json_is_whole(&j));
	if (!ek_str_is(ek_json_written(&j), want))
		fail_msg("%s\nwritten %.*s", want, (int)j.n, j.p);
	ek_json_fini(&j);
}

static void test_taken(void **state)
{
	(void)state;
	struct ek_arena a = arena_of(1 << 20);
	struct ek_cmd_json how = how_of(&a);
	for (size_t i = 0; i < EK_LEN(taken); i++) {
		char *in = double_quoted(taken[i].in);
		char *out = double_quoted(taken[i].out == NULL ? taken[i].in : taken[i].out);
		struct ek_cmd c;
		struct ek_err err;
		if (!ek_cmd_json_read(&how, str(in), &c, &err))
			fail_msg("%s: %s", in, err.msg);
		check_written(&c, out);
		if (!ek_cmd_json_read(&how, str(out), &c, &err))
			fail_msg("%s: %s", out, err.msg);
		check_written(&c, out);
		free(in);
		free(out);
		ek_arena_reset(&a);
	}
	ek_arena_fini(&a);
}

#define AT "{'at':0,"
static const struct {
	const char *line;
	const char *says;
} refused[] = {
	{"", "not JSON at byte 0"},
	{"{", "not JSON at byte"},
	{"[]", "expected a command, an object with cmd"},
	{"null", "expected a command, an object with cmd"},
	{AT "'conversation':1}", "cmd: expected a command, got nothing"},
	{AT "'cmd':5}", "cmd: expected a command, got 5"},
	{AT "'cmd':'team.crate'}",
	 "cmd: expected a command such as team.create, got \"team.crate\""},
	{"{'cmd':'team.create'}",
	 "at: expected a time such as 2027-03-28T02:30:00Z, or milliseconds, got nothing"},
	{"{'at':'yesterday','cmd':'team.create'}", "at: expected a time such as"},
	{"{'at':1.5,'cmd':'team.create'}", "at: expected a time such as 2027-03-28T02:30:00Z, or "
					   "milliseconds, got a fraction"},
	{"{'at':253402300800000,'cmd':'team.create'}",
	 "at: expected a whole number of -62135596800000 to "},
	{AT "'cmd':'conversation.create','teem':1}", "no field \"teem\"; did you mean \"team\"?"},
	{AT "'cmd':'conversation.create','subject':'hello'}", "no field \"subject\""},
	{AT "'cmd':'team.create','metod':'manual'}",
	 "no field \"metod\"; did you mean \"method\"?"},
	{AT "'cmd':'team.create','order_keys':[]}", "no field \"order_keys\""},
	{AT "'cmd':'team.create','set':{}}", "no field \"set\""},
	{AT "'cmd':'conversation.close','ref':'x'}", "no field \"ref\""},
	{AT "'cmd':'team.create','sim':{}}", "no field \"sim\""},
	{AT "'cmd':'conversation.create','ref':''}", "ref: expected a text of 1 to 200 bytes"},
	{AT "'cmd':'conversation.create','ref':7}",
	 "ref: expected a text of 1 to 200 bytes without control "
	 "characters, got 7"},
	{AT "'cmd':'conversation.create','key':'a\\nb'}", "key: expected a text of 1 to 200 bytes"},
	{AT "'cmd':'conversation.create','sim':5}", "sim: expected an object, got 5"},
	{AT "'cmd':'conversation.create','sim':{'handle':5}}",
	 "sim: no field \"handle\"; did you mean \"handle_ms\"?"},
	{AT "'cmd':'conversation.create','sim':{'handle_ms':-1}}",
	 "sim.handle_ms: expected a whole number of 0 to"},
	{AT "'cmd':'conversation.create','team':'nowhere'}",
	 "team: expected a ref that was given before, got \"nowhere\""},
	{AT "'cmd':'conversation.create','team':'t1'}",
	 "team: expected a ref that was given before, got \"t1\""},
	{AT "'cmd':'conversation.create','team':0}",
	 "team: expected a ref, or an id of 1 or more, got 0"},
	{AT "'cmd':'conversation.create','team':4294967296}",
	 "team: expected a ref, or an id of 1 or more"},
	{AT "'cmd':'conversation.create','team':true}",
	 "team: expected a ref, or an id of 1 or more, got true"},
	{AT "'cmd':'conversation.create','channel':'fax'}",
	 "channel: expected email, chat, voice, video or api, got \"fax\""},
	{AT "'cmd':'conversation.create','priority':'1'}",
	 "priority: expected a whole number, got \"1\""},
	{AT "'cmd':'conversation.create','priority':1.0}",
	 "priority: expected a whole number, got a fraction"},
	{AT "'cmd':'settings.undo','version':-9223372036854775808}",
	 "version: expected a whole number, got"},
	{AT "'cmd':'conversation.create','needs':'x'}", "needs: expected a list, got \"x\""},
	{AT "'cmd':'conversation.create','needs':[{'level':1}]}",
	 "needs[1]: no field \"level\"; did you mean \"min_level\"?"},
	{AT "'cmd':'conversation.create','needs':['a',{'min_level':1}]}",
	 "needs[2].skill: expected a text, got nothing"},
	{AT "'cmd':'conversation.create','needs':[{'skill':'a','min_level':6}]}",
	 "needs[1].min_level: expected a whole number of 1 to 5, got 6"},
	{AT "'cmd':'conversation.create','attributes':[]}",
	 "attributes: expected an object, got a list"},
	{AT "'cmd':'conversation.create','attributes':{'tier':1}}",
	 "attributes.tier: expected a text, got 1"},
	{AT "'cmd':'conversation.create','attributes':{'a\\tb':'x'}}",
	 "attributes: expected names without control"},
	{AT "'cmd':'conversation.create','tags':[1]}", "tags[1]: expected a text, got 1"},
	{AT "'cmd':'conversation.snooze','wall':'2027-03-28T02:30Z'}",
	 "wall: expected a local time such as"},
	{AT "'cmd':'teammate.create','primary':['bank','nowhere']}",
	 "primary[2]: expected a ref that was given"},
	{AT "'cmd':'teammate.create','limit':'two'}",
	 "limit: expected a whole number, got \"two\""},
	{AT "'cmd':'teammate.create','skills':{'ko':'1'}}",
	 "skills.ko: expected a whole number, got \"1\""},
	{AT "'cmd':'teammate.create','ramp_start':20000}",
	 "ramp_start: expected a date such as 2027-03-28, got 20000"},
	{AT "'cmd':'team.create','method':'balance'}",
	 "method: expected balanced, round_robin or manual, got \"balance\""},
	{AT "'cmd':'team.create','rr_retry':1}", "rr_retry: expected true or false, got 1"},
	{AT "'cmd':'team.create','overflow':[{'after_ms':0}]}",
	 "overflow[1].team: expected a ref, or an id of 1 or more, got nothing"},
	{AT "'cmd':'team.create','overflow':[{'team':1}]}",
	 "overflow[1].after_ms: expected a whole number, got nothing"},
	{AT "'cmd':'team.create','overflow':[{'team':1,'after_ms':0,'clock':'noon'}]}",
	 "overflow[1].clock: expected office_hours or calendar, got \"noon\""},
	{AT "'cmd':'team.create','overflow':[{'team':'nowhere','after_ms':0}]}",
	 "overflow[1].team: expected a ref that"},
	{AT "'cmd':'team.create','calendar':'calendar'}",
	 "calendar: expected null or inherit (calendar.set gives"},
	{AT "'cmd':'team.create','shift_margin_ms':'automatic'}",
	 "shift_margin_ms: expected a whole number, got"},
	{AT "'cmd':'settings.change','scope':'region'}",
	 "scope: expected workspace, team or teammate, got \"region\""},
	{AT "'cmd':'settings.change','id':'bank'}", "id: only scope team or teammate has an id"},
	{AT "'cmd':'settings.change','scope':'teammate','id':'bank'}",
	 "id: expected a ref that was given before"},
	{AT "'cmd':'settings.change','set':{'limits':2}}",
	 "set: no field \"limits\"; did you mean \"limit\"?"},
	{AT "'cmd':'settings.change','set':[]}", "set: expected an object, got a list"},
	{AT "'cmd':'settings.change','set':{'order_keys':['size']}}",
	 "order_keys[1]: expected priority, sla, inbox_rank, waiting_since, started or "
	 "attribute:NAME, got \"size\""},
	{AT "'cmd':'settings.change','set':{'order_keys':['attribute:']}}",
	 "order_keys[1]: expected priority"},
	{AT "'cmd':'settings.change','set':{'order_keys':[{'reverse':true}]}}",
	 "order_keys[1].key: expected priority"},
	{AT "'cmd':'settings.change','set':{'order_keys':[{'key':'sla','reverse':1}]}}",
	 "order_keys[1].reverse: expected true or false, got 1"},
	{AT "'cmd':'settings.change','set':{'attribute_orders':{'tier':'gold'}}}",
	 "attribute_orders.tier: expected a list of texts, got \"gold\""},
	{AT "'cmd':'settings.change','set':{'attribute_orders':{'tier':[1]}}}",
	 "attribute_orders[1]: expected a text, got 1"},
	{AT "'cmd':'settings.change','set':{'class_points':{'chat':null}}}",
	 "class_points.chat: expected a whole number, got null"},
	{AT "'cmd':'settings.change','set':{'ramp_steps':[{'from_day':1,'complexity_max':2}]}}",
	 "ramp_steps[1].limit_permille: expected a whole number, got nothing"},
	{AT "'cmd':'settings.change','set':{'day_hours':{'from':'8:00','to':'18:00'}}}",
	 "day_hours.from: expected a time of day such as 09:00, got \"8:00\""},
	{AT "'cmd':'settings.change','set':{'default_team':'t1'}}",
	 "default_team: expected a ref that was given before, got \"t1\""},
	{AT "'cmd':'calendar.set','week':[{'day':8,'from':'09:00','to':'10:00'}]}",
	 "week[1].day: expected a whole number of 1 to 7, got 8"},
	{AT "'cmd':'calendar.set','week':[{'day':1,'from':'09:00'}]}",
	 "week[1].to: expected a time of day such as 09:00, got nothing"},
	{AT "'cmd':'calendar.set','closed':['2026-02-29']}",
	 "closed[1]: expected a date such as 2027-03-28, got \"2026-02-29\""},
	{AT "'cmd':'calendar.set','zone':{'name':'UTC'}}", "zone: expected a text, got an object"},
	{AT "'cmd':'shift.set','shifts':[{'from':0}]}", "shifts[1].until: expected a time such as"},
	{AT "'cmd':'bulk.apply','rows':{}}", "rows: expected a list, got an object"},
	{AT "'cmd':'bulk.apply','rows':[5]}", "rows[1]: expected a command, an object with cmd"},
	{AT "'cmd':'bulk.apply','rows':[{'cmd':'tick'},{'cmd':'presence.set','presence':'here'}]}",
	 "rows[2]: presence: expected active, away or away_reassigning, got \"here\""},
	{AT "'cmd':'bulk.apply','rows':[{'cmd':'bulk.apply','rows':[]}]}",
	 "rows[1]: cmd: a bulk may not hold another one"},
	{AT "'cmd':'bulk.apply','rows':[{'cmd':'tick','by':'system'}]}",
	 "rows[1]: no field \"by\""},
	{AT "'cmd':'bulk.apply','rows':[{'cmd':'tick','at':0}]}", "rows[1]: no field \"at\""},
	{AT "'cmd':'tick','by':'nobody'}",
	 "by: expected person, rule or system, with :ID of a person or rule, got \"nobody\""},
	{AT "'cmd':'tick','by':'system:1'}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','by':'rule:t1'}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','by':'person:nobody'}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','by':'person:'}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','by':'person:4294967296'}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','by':5}", "by: expected person, rule or system"},
	{AT "'cmd':'tick','based_on':0}", "based_on: expected a whole number of 1 to"},
	{AT "'cmd':'tick','cmd':'tick'}", "duplicate object key"},
};

static void test_refused(void **state)
{
	(void)state;
	struct ek_arena a = arena_of(1 << 20);
	struct ek_cmd_json how = how_of(&a);
	for (size_t i = 0; i < EK_LEN(refused); i++) {
		char *line = double_quoted(refused[i].line);
		struct ek_cmd_line out;
		struct ek_err err = {.msg = "taken"};
		if (ek_cmd_json_line(&how, str(line), &out, &err) || err.code != EK_USAGE ||
		    strstr(err.msg, refused[i].says) == NULL)
			fail_msg("%s: %s", line, err.msg);
		free(line);
		ek_arena_reset(&a);
	}
	ek_arena_fini(&a);
}

static void test_line(void **state)
{
	(void)state;
	struct ek_arena a = arena_of(1 << 20);
	struct ek_cmd_json how = how_of(&a);
	struct ek_cmd_line l;
	struct ek_err err;
	char *line = double_quoted(
		"{'at':'1999-02-01T07:00:12.000Z','cmd':'conversation.create','ref':'c2',"
		"'team':'bank','priority':1,'sim':{'handle_ms':141000,'patience_ms':60000},"
		"'by':'rule:3','key':'k','based_on':9}");
	assert_true(ek_cmd_json_line(&how, str(line), &l, &err));
	assert_int_equal(l.at.ms, 917852412000);
	assert_true(l.at_is_text);
	assert_true(ek_str_is(l.ref, "c2") && ek_str_is(l.key, "k"));
	assert_int_equal(l.sim.handle.ms, 141000);
	assert_int_equal(l.sim.patience.ms, 60000);
	assert_int_equal(l.cmd.kind, EK_CMD_CONVERSATION_CREATE);
	assert_int_equal(l.cmd.by.kind, EK_ACTOR_RULE);
	assert_int_equal(l.cmd.by.id, 3);
	assert_int_equal(l.cmd.based_on, 9);
	assert_int_equal(l.cmd.conversation_create.team.v, 7);
	assert_true(EK_CMD_HAS(&l.cmd, conversation_create, priority));
	assert_false(EK_CMD_HAS(&l.cmd, conversation_create, complexity));
	assert_int_equal(l.cmd.conversation_create.complexity, EK_NONE);
	free(line);
	line = double_quoted("{'at':-5,'cmd':'conversation.create','sim':{'handle_ms':null}}");
	assert_true(ek_cmd_json_line(&how, str(line), &l, &err));
	assert_int_equal(l.at.ms, -5);
	assert_false(l.at_is_text);
	assert_null(l.ref.p);
	assert_null(l.key.p);
	assert_int_equal(l.sim.handle.ms, EK_NONE);
	assert_int_equal(l.sim.patience.ms, EK_NONE);
	assert_int_equal(l.cmd.by.kind, EK_ACTOR_PERSON);
	assert_int_equal(l.cmd.by.id, 0);
	free(line);
	ek_arena_fini(&a);
}

/* null names a field, so that it can say "none"; what is not named is not named. */
static void test_has(void **state)
{
	(void)state;
	struct ek_arena a = arena_of(1 << 20);
	struct ek_cmd_json how = how_of(&a);
	struct ek_cmd c;
	struct ek_err err;
	char *text = double_quoted("{'cmd':'conversation.update','conversation':1,'sla_due':null}");
	assert_true(ek_cmd_json_read(&how, str(text), &c, &err));
	assert_true(EK_CMD_HAS(&c, conversation_update, sla_due));
	assert_false(ek_time_is_set(c.conversation_update.sla_due));
	assert_false(EK_CMD_HAS(&c, conversation_update, needs));
	free(text);
	text = double_quoted("{'cmd':'team.create','rank':2,'method':'manual'}");
	assert_true(ek_cmd_json_read(&how, str(text), &c, &err));
	assert_true(EK_CMD_HAS(&c, team_create, set));
	assert_int_equal(c.team_create.set.n, 2);
	assert_int_equal(c.team_create.set.v[0].setting, EK_SET_METHOD);
	assert_int_equal(c.team_create.set.v[0].value.i, EK_METHOD_MANUAL);
	assert_int_equal(c.team_create.set.v[1].setting, EK_SET_RANK);
	assert_int_equal(c.team_create.set.v[1].value.i, 2);
	free(text);
	text = double_quoted("{'by':'rule:8','cmd':'bulk.apply','rows':[{'cmd':'tick'}]}");
	assert_true(ek_cmd_json_read(&how, str(text), &c, &err));
	assert_int_equal(c.bulk_apply.rows.v[0].by.kind, EK_ACTOR_RULE);
	assert_int_equal(c.bulk_apply.rows.v[0].by.id, 8);
	free(text);
	ek_arena_fini(&a);
}

/* Without somebody who resolves them, ids are numbers. */
static void test_no_refs(void **state)
{
	(void)state;
	struct ek_arena a = arena_of(1 << 20);
	struct ek_cmd_json how = {.arena = &a};
	struct ek_cmd c;
	struct ek_err err;
	char *text = double_quoted("{'cmd':'team.delete','team':'bank'}");
	assert_false(ek_cmd_json_read(&how, str(text), &c, &err));
	assert_string_equal(err.msg, "team: expected an id of 1 or more, got \"bank\"");
	free(text);
	text = double_quoted("{'at':0,'cmd':'team.delete','team':1}");
	assert_false(ek_cmd_json_read(&how, str(text), &c, &err));
	assert_string_equal(err.msg, "no field \"at\"");
	free(text);
	ek_arena_fini(&a);
}

static void test_limits(void **state)
{
	(void)state;
	static const char tick[] = "{\"cmd\":\"tick\"},";
	struct ek_arena a = arena_of(64);
	struct ek_cmd_json how = how_of(&a);
	struct ek_cmd c;
	struct ek_err err;
	assert_false(ek_cmd_json_read(&how,
				      EK_S("{\"cmd\":\"conversation.create\",\"tags\":[\"a\",\"b\","
					   "\"c\",\"d\",\"e\"]}"),
				      &c, &err));
	assert_int_equal(err.code, EK_NO_MEMORY);
	size_t n = 0;
	char *text = malloc((EK_LIMIT_BULK_ROWS + 10) * sizeof tick);
	n += ek_format(text, 64, "%s", "{\"cmd\":\"bulk.apply\",\"rows\":[");
	for (uint32_t k = 0; k <= EK_LIMIT_BULK_ROWS; k++, n += sizeof tick - 1)
		memcpy(text + n, tick, sizeof tick);
	n += ek_format(text + n - 1, 3, "]}") - 1;
	assert_false(ek_cmd_json_read(&how, (ek_str){text, (uint32_t)n}, &c, &err));
	assert_int_equal(err.code, EK_LIMIT);
	assert_string_equal(err.msg, "rows: more than 20000 rows");
	free(text);
	ek_arena_fini(&a);
}

/* A long name is cut between two characters. */
static void test_long_text(void **state)
{
	(void)state;
	char text[400];
	struct ek_arena a = arena_of(1 << 16);
	struct ek_cmd_json how = how_of(&a);
	struct ek_cmd c;
	struct ek_err err;
	size_t n = ek_format(text, sizeof text, "{\"cmd\":\"tick\",\"x");
	for (int k = 0; k < 100; k++, n += 2)
		memcpy(text + n, "\xC3\xA9", 2);
	n += ek_format(text + n, 8, "\":1}");
	assert_false(ek_cmd_json_read(&how, (ek_str){text, (uint32_t)n}, &c, &err));
	assert_int_equal(strlen(err.msg), strlen("no field \"\"...") + 47);
	ek_arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),     cmocka_unit_test(test_refused),
		cmocka_unit_test(test_line),      cmocka_unit_test(test_has),
		cmocka_unit_test(test_no_refs),   cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
