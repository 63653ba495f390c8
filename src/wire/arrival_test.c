/* Rules on arrival: in their order, each once, and what they set together. */
#include "base/heap_scene.h"
#include "wire/arrival.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

struct scene {
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_patch patch;
	struct ek_arrival_rules rules;
};

static bool begin(struct scene *s, const char *json)
{
	memset(s, 0, sizeof *s);
	ek_arena_init(&s->arena, heap(), 1 << 20);
	ek_problem_init(&s->problem, &s->arena);
	ek_str body = {json, (uint32_t)strlen(json)};
	assert_true(ek_patch_open(&s->patch, body, &s->arena, &s->problem));
	struct ek_patch_at root = ek_patch_root(&s->patch);
	return ek_arrival_bind(&root, &s->rules);
}

static void end(struct scene *s)
{
	ek_patch_close(&s->patch);
	ek_arena_fini(&s->arena);
}

/* Each on its own, with what it does: {"when": W, "set": {"team":"team_2"}}. */
static const struct {
	const char *promise;
	const char *when;
	bool holds;
} whens[] = {
	{"always", "null", true},
	{"a language", "{'all':[{'field':'language','op':'in','value':['ko','ja']}]}", true},
	{"another", "{'all':[{'field':'language','op':'in','value':['ar']}]}", false},
	{"not that one", "{'all':[{'field':'language','op':'not','value':['ar']}]}", true},
	{"an address", "{'all':[{'field':'from','op':'in','value':['mina@shop.example']}]}", true},
	{"a domain", "{'all':[{'field':'from_domain','op':'in','value':['shop.example']}]}", true},
	{"a domain that only ends so",
	 "{'all':[{'field':'from_domain','op':'in','value':['hop.example']}]}", false},
	{"a beginning", "{'all':[{'field':'from','op':'prefix','value':'mina@'}]}", true},
	{"a word of the title", "{'all':[{'field':'subject','op':'has','value':['환불']}]}", true},
	{"one of some words", "{'all':[{'field':'text','op':'has','value':['x','buds']}]}", true},
	{"none of some words", "{'all':[{'field':'text','op':'lacks','value':['spam']}]}", true},
	{"a channel", "{'all':[{'field':'channel','op':'in','value':['email']}]}", true},
	{"a tier that is not known", "{'all':[{'field':'tier','op':'in','value':['gold']}]}",
	 false},
	{"no tier", "{'all':[{'field':'tier','op':'null','value':true}]}", true},
	{"to nowhere known", "{'all':[{'field':'to','op':'not','value':['a@b.example']}]}", true},
	{"known", "{'all':[{'field':'known','op':'in','value':[true]}]}", true},
	{"both",
	 "{'all':[{'field':'known','op':'in','value':[true]},{'field':'language','op':'in',"
	 "'value':['ar']}]}",
	 false},
	{"either",
	 "{'any':[{'field':'known','op':'in','value':[false]},{'field':'language',"
	 "'op':'in','value':['ko']}]}",
	 true},
	{"none", "{'none':[{'field':'language','op':'in','value':['ko']}]}", false},
};

static struct ek_arrival letter(void)
{
	return (struct ek_arrival){
		.channel = EK_CAPACITY_CLASS_EMAIL,
		.language = EK_LANGUAGE_KO,
		.from = EK_S("mina@shop.example"),
		.subject = EK_S("환불 문의"),
		.text = EK_S("galaxy buds 환불 부탁드립니다"),
		.is_known = true,
	};
}

static void quote(const char *single, char *out, size_t cap)
{
	size_t n = 0;
	for (; single[n] != '\0' && n + 1 < cap; n++)
		out[n] = single[n] == '\'' ? '"' : single[n];
	out[n] = '\0';
}

static void test_whens(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(whens); i++) {
		char json[600], text[600];
		struct scene s;
		struct ek_arrival_outcome out;
		const struct ek_arrival facts = letter();
		ek_format(text, sizeof text, "[{'name':'r','when':%s,'set':{'team':'team_2'}}]",
			  whens[i].when);
		quote(text, json, sizeof json);
		if (!begin(&s, json))
			fail_msg("%s is refused", whens[i].promise);
		assert_true(ek_arrival_run(&s.rules, &facts, &s.arena, &out));
		if ((out.did_count == 1) != whens[i].holds || (out.set.team == 2) != whens[i].holds)
			fail_msg("%s", whens[i].promise);
		end(&s);
	}
}

#define ALWAYS "'when':null"
static const struct {
	const char *promise;
	const char *rules;
	const char *did; /* ids */
	const char *set;
} sums[] = {
	{"no rule", "[]", "", "{}"},
	{"the last that says it wins",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'team':'team_2','priority':1}},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'priority':3}}]",
	 "1 2", "{'team':'team_2','priority':3}"},
	{"of SLA policies too",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'sla_policy':'sla_3'}},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'team':'team_2','sla_policy':null}},"
	 "{'id':'rule_4','name':'c'," ALWAYS ",'set':{'sla_policy':'sla_5'}}]",
	 "1 2 4", "{'team':'team_2','sla_policy':'sla_5'}"},
	{"a stop ends the list",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'complexity':2},'stop':true},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'complexity':5}}]",
	 "1", "{'complexity':2}"},
	{"a stop that does not hold does not",
	 "[{'id':'rule_1','name':'a','when':{'none':[]},'set':{'complexity':2}},"
	 "{'id':'rule_3','name':'c','when':{'any':[]},'set':{},'stop':true},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'complexity':5}}]",
	 "1 2", "{'complexity':5}"},
	{"what is switched off does nothing",
	 "[{'id':'rule_1','name':'a','active':false," ALWAYS ",'set':{'team':'team_9'}}]", "",
	 "{}"},
	{"tags add up, each once",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'tags':['tag_4','tag_2']}},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'tags':['tag_2','tag_7']}}]",
	 "1 2", "{'tags':['tag_4','tag_2','tag_7']}"},
	{"of attributes of one name the later counts",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'attributes':{'tier':'gold','area':'x'}}},"
	 "{'id':'rule_2','name':'b'," ALWAYS ",'set':{'attributes':{'tier':'silver'}}}]",
	 "1 2", "{'attributes':{'area':'x','tier':'silver'}}"},
	{"the language is noted where a rule asks for it",
	 "[{'id':'rule_1','name':'a'," ALWAYS ",'set':{'language':true}}]", "1",
	 "{'attributes':{'language':'ko'},'language':true}"},
};

static void test_sums(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(sums); i++) {
		char json[800], set[200], did[40] = "";
		struct scene s;
		struct ek_arrival_outcome out;
		const struct ek_arrival facts = letter();
		struct ek_json j;
		quote(sums[i].rules, json, sizeof json);
		quote(sums[i].set, set, sizeof set);
		assert_true(begin(&s, json));
		assert_true(ek_arrival_run(&s.rules, &facts, &s.arena, &out));
		for (uint32_t k = 0, n = 0; k < out.did_count; k++)
			n += (uint32_t)ek_format(did + n, sizeof did - n, "%s%llu",
						 k == 0 ? "" : " ",
						 (unsigned long long)out.did[k]->id);
		assert_string_equal(did, sums[i].did);
		ek_json_init(&j, heap(), 4000);
		j.style.is_api = true;
		ek_arrival_write_set(&j, &out.set);
		ek_str wrote = ek_json_written(&j);
		if (!ek_str_is(wrote, set))
			fail_msg("%s: %.*s", sums[i].promise, (int)wrote.n, wrote.p);
		ek_json_fini(&j);
		end(&s);
	}
}

/* What is kept is what was sent, in one way to write it. */
static void test_kept(void **state)
{
	(void)state;
	char json[600];
	quote("[{'id':'rule_1','name':'Korean','active':true,'when':{'all':[{'field':'language',"
	      "'op':'in','value':['ko']},{'any':[{'field':'known','op':'in','value':[false]},"
	      "{'field':'subject','op':'has','value':['Refund']}]}]},'set':{'team':'team_2',"
	      "'tags':['tag_1']},'stop':true}]",
	      json, sizeof json);
	struct scene s;
	struct ek_json j;
	assert_true(begin(&s, json));
	ek_json_init(&j, heap(), 4000);
	j.style.is_api = true;
	ek_arrival_write(&j, &s.rules);
	ek_str wrote = ek_json_written(&j);
	if (!ek_str_is(wrote, json))
		fail_msg("%.*s", (int)wrote.n, wrote.p);
	ek_json_fini(&j);
	end(&s);
}

static ek_str to_lower(void *ctx, ek_str text)
{
	struct ek_arena *arena = ctx;
	char *p = ek_arena_get(arena, text.n + 1);
	for (uint32_t i = 0; p != NULL && i < text.n; i++)
		p[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + 32 : text.p[i]);
	return (ek_str){p, text.n};
}

static void test_folded(void **state)
{
	(void)state;
	char json[300];
	struct scene s;
	struct ek_arrival_outcome out;
	const struct ek_arrival facts = letter();
	quote("[{'name':'a','when':{'all':[{'any':[{'field':'text','op':'has','value':['BUDS']}]}]"
	      "},'set':{'team':'team_2'}}]",
	      json, sizeof json);
	assert_true(begin(&s, json));
	assert_true(ek_arrival_run(&s.rules, &facts, &s.arena, &out));
	assert_int_equal(out.did_count, 0);
	assert_true(ek_arrival_fold(&s.rules, &s.arena, to_lower, &s.arena));
	assert_true(ek_arrival_run(&s.rules, &facts, &s.arena, &out));
	assert_int_equal(out.did_count, 1);
	end(&s);
}

static const struct {
	const char *promise;
	const char *rules;
	const char *where; /* of the first fault */
} refused[] = {
	{"no list", "{}", ""},
	{"no name", "[{'set':{}}]", "/0/name"},
	{"nothing to set", "[{'name':'a'}]", "/0/set"},
	{"a member that there is not", "[{'name':'a','set':{'colour':1}}]", "/0/set/colour"},
	{"a field that there is not",
	 "[{'name':'a','set':{}},{'name':'b','set':{},'when':{'all':[{'field':'mood','op':'in',"
	 "'value':['x']}]}}]",
	 "/1/when/all/0/field"},
	{"a priority too high", "[{'name':'a','set':{'priority':4}}]", "/0/set/priority"},
	{"an id twice", "[{'id':'rule_1','name':'a','set':{}},{'id':'rule_1','name':'b','set':{}}]",
	 "/1"},
	{"a tag that is none", "[{'name':'a','set':{'tags':['team_1']}}]", "/0/set/tags/0"},
	{"an SLA policy that is none", "[{'name':'a','set':{'sla_policy':'team_1'}}]",
	 "/0/set/sla_policy"},
	{"an attribute that is none", "[{'name':'a','set':{'attributes':{'a':1}}}]",
	 "/0/set/attributes"},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(refused); i++) {
		char json[300];
		struct scene s;
		quote(refused[i].rules, json, sizeof json);
		if (begin(&s, json))
			fail_msg("%s is taken", refused[i].promise);
		assert_true(s.problem.n > 0);
		if (!ek_str_is(s.problem.faults[0].where, refused[i].where))
			fail_msg("%s: %.*s", refused[i].promise, (int)s.problem.faults[0].where.n,
				 s.problem.faults[0].where.p);
		end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whens),   cmocka_unit_test(test_sums),
		cmocka_unit_test(test_kept),    cmocka_unit_test(test_folded),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
