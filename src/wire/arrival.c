#include "wire/arrival.h"

#include <string.h>

#include "model/limits.h"
#include "wire/field_json.h"
#include "wire/list.h"

/* ---- reading ---- */

static bool bind_tags(const struct ek_patch_at *at, struct ek_arrival_set *set)
{
	uint32_t n = 0;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_LIMIT_TAGS, &n))
		return false;
	uint64_t *tags = ek_arena_get(at->of->arena, (n + 1) * sizeof *tags);
	bool ok = tags != NULL;
	for (uint32_t i = 0; tags != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ok = ek_patch_id(&row, EK_IDENT_TAG, &tags[i]) && ok;
	}
	set->tags = tags;
	set->tag_count = n;
	return ok;
}

static bool bind_attributes(const struct ek_patch_at *at, struct ek_arrival_set *set)
{
	struct ek_err err;
	struct ek_take take = {.arena = at->of->arena, .err = &err, .name = at->name};
	set->has_attributes = ek_patch_state(at) == EK_PATCH_VALUE;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (ek_patch_state(at) == EK_PATCH_NULL)
		return ek_patch_fault(at, EK_FAULT_NOT_NULL, NULL);
	return ek_field_json_read(&take, EK_FT_PAIRS, at->json, &set->attributes) ||
	       ek_patch_fault(at, EK_FAULT_REFUSED, err.msg);
}

static bool bind_set(const struct ek_patch_at *at, struct ek_arrival_set *set)
{
	enum { TEAM, PRIORITY, COMPLEXITY, TAGS, ATTRIBUTES, LANGUAGE, SLA, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[PRIORITY] = {"priority", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 0, 3, NULL},
		[COMPLEXITY] = {"complexity", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, 5, NULL},
		[TAGS] = {"tags", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[ATTRIBUTES] = {"attributes", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[LANGUAGE] = {"language", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[SLA] = {"sla_policy", EK_PATCH_OF_ID, EK_IDENT_SLA, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS];
	bool ok = ek_patch_bind(at, rules, MEMBERS, v);
	ok = bind_tags(&v[TAGS].at, set) && ok;
	ok = bind_attributes(&v[ATTRIBUTES].at, set) && ok;
	if (v[TEAM].state == EK_PATCH_VALUE)
		set->team = (uint64_t)v[TEAM].i;
	if (v[SLA].state == EK_PATCH_VALUE)
		set->sla_policy = (uint64_t)v[SLA].i;
	set->has_priority = v[PRIORITY].state == EK_PATCH_VALUE;
	set->priority = set->has_priority ? v[PRIORITY].i : 0;
	set->has_complexity = v[COMPLEXITY].state == EK_PATCH_VALUE;
	set->complexity = set->has_complexity ? v[COMPLEXITY].i : 0;
	set->notes_language = v[LANGUAGE].state == EK_PATCH_VALUE && v[LANGUAGE].i != 0;
	return ok;
}

static bool bind_when(const struct ek_patch_at *at, struct ek_arrival_rule *rule)
{
	struct ek_filter_reader r;
	struct ek_filter filter = {NULL, 0};
	char pointer[64];
	if (ek_patch_state(at) != EK_PATCH_VALUE)
		return true;
	ek_str where = ek_patch_pointer(at);
	if (where.p == NULL || where.n >= sizeof pointer)
		return ek_patch_fault(at, EK_FAULT_REFUSED, NULL);
	memcpy(pointer, where.p, where.n);
	pointer[where.n] = '\0';
	ek_filter_init(&r, at->of->arena, at->of->problem, ek_list_table(EK_LIST_ARRIVALS));
	if (!ek_filter_read(&r, at->json, pointer, &filter))
		return false;
	rule->when = filter.root;
	return true;
}

static bool bind_rule(const struct ek_patch_at *at, struct ek_arrival_rule *rule)
{
	enum { ID, NAME, ACTIVE, WHEN, SET, STOP, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[ID] = {"id", EK_PATCH_OF_ID, EK_IDENT_RULE, EK_PATCH_NULLABLE, 0, 0, NULL},
		[NAME] = {"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_TEXT_BYTES,
			  NULL},
		[ACTIVE] = {"active", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[WHEN] = {"when", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
		[SET] = {"set", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		[STOP] = {"stop", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS];
	*rule = (struct ek_arrival_rule){.is_active = true, .at = *at};
	bool ok = ek_patch_bind(at, rules, MEMBERS, v);
	if (v[ID].state == EK_PATCH_VALUE)
		rule->id = (uint64_t)v[ID].i;
	if (v[NAME].state == EK_PATCH_VALUE)
		rule->name = v[NAME].s;
	if (v[ACTIVE].state == EK_PATCH_VALUE)
		rule->is_active = v[ACTIVE].i != 0;
	rule->stops = v[STOP].state == EK_PATCH_VALUE && v[STOP].i != 0;
	ok = bind_when(&v[WHEN].at, rule) && ok;
	if (ek_patch_state(&v[SET].at) == EK_PATCH_VALUE)
		ok = bind_set(&v[SET].at, &rule->set) && ok;
	return ok;
}

bool ek_arrival_bind(const struct ek_patch_at *list, struct ek_arrival_rules *out)
{
	uint32_t n = 0;
	if (!ek_patch_list(list, 0, EK_LIMIT_RULES, &n))
		return false;
	out->v = ek_arena_get(list->of->arena, (n + 1) * sizeof *out->v);
	bool ok = out->v != NULL;
	for (uint32_t i = 0; out->v != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(list, i);
		ok = bind_rule(&row, &out->v[i]) && ok;
		for (uint32_t k = 0; k < i && out->v[i].id != 0; k++)
			if (out->v[k].id == out->v[i].id)
				ok = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
	}
	out->n = out->v == NULL ? 0 : n;
	return ok;
}

/* ---- writing ---- */

void ek_arrival_write_set(struct ek_json *j, const struct ek_arrival_set *set)
{
	ek_json_object(j);
	if (set->team != 0) {
		ek_json_key(j, "team");
		ek_json_id(j, EK_IDENT_TEAM, set->team);
	}
	if (set->has_priority) {
		ek_json_key(j, "priority");
		ek_json_int(j, set->priority);
	}
	if (set->has_complexity) {
		ek_json_key(j, "complexity");
		ek_json_int(j, set->complexity);
	}
	if (set->tag_count > 0) {
		ek_json_key(j, "tags");
		ek_json_list(j);
		for (uint32_t i = 0; i < set->tag_count; i++)
			ek_json_id(j, EK_IDENT_TAG, set->tags[i]);
		ek_json_list_end(j);
	}
	if (set->has_attributes) {
		ek_json_key(j, "attributes");
		ek_field_json_write(j, EK_FT_PAIRS, &set->attributes, false);
	}
	if (set->notes_language) {
		ek_json_key(j, "language");
		ek_json_bool(j, true);
	}
	if (set->sla_policy != 0) {
		ek_json_key(j, "sla_policy");
		ek_json_id(j, EK_IDENT_SLA, set->sla_policy);
	}
	ek_json_object_end(j);
}

static void write_rule(struct ek_json *j, const struct ek_arrival_rule *rule)
{
	ek_json_object(j);
	ek_json_key(j, "id");
	ek_json_id(j, EK_IDENT_RULE, rule->id);
	ek_json_key(j, "name");
	ek_json_text(j, rule->name);
	ek_json_key(j, "active");
	ek_json_bool(j, rule->is_active);
	ek_json_key(j, "when");
	if (rule->when == NULL)
		ek_json_null(j);
	else
		ek_filter_write(j, ek_list_table(EK_LIST_ARRIVALS), rule->when);
	ek_json_key(j, "set");
	ek_arrival_write_set(j, &rule->set);
	ek_json_key(j, "stop");
	ek_json_bool(j, rule->stops);
	ek_json_object_end(j);
}

void ek_arrival_write(struct ek_json *j, const struct ek_arrival_rules *rules)
{
	ek_json_list(j);
	for (uint32_t i = 0; i < rules->n; i++)
		write_rule(j, &rules->v[i]);
	ek_json_list_end(j);
}

/* ---- folding ---- */

struct folding {
	struct ek_arena *arena;
	ek_arrival_folder *fold;
	void *ctx;
};

static bool fold_leaf(const struct folding *f, struct ek_filter_node *leaf)
{
	struct ek_filter_value *v = ek_arena_get(f->arena, leaf->n * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < leaf->n; i++) {
		v[i] = leaf->values[i];
		if (v[i].s.p == NULL)
			continue;
		v[i].s = f->fold(f->ctx, v[i].s);
		if (v[i].s.p == NULL)
			return false;
	}
	leaf->values = v;
	return true;
}

/* Groups are at most EK_FILTER_LEVELS deep. */
static bool fold_node(const struct folding *f, struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF)
		return fold_leaf(f, node);
	struct ek_filter_node *children = ek_arena_get(f->arena, (node->n + 1) * sizeof *children);
	for (uint32_t i = 0; children != NULL && i < node->n; i++) {
		children[i] = node->children[i];
		if (!fold_node(f, &children[i]))
			return false;
	}
	node->children = children;
	return children != NULL;
}

bool ek_arrival_fold(struct ek_arrival_rules *rules, struct ek_arena *arena,
		     ek_arrival_folder *fold, void *ctx)
{
	const struct folding f = {arena, fold, ctx};
	for (uint32_t i = 0; i < rules->n; i++) {
		if (rules->v[i].when == NULL)
			continue;
		struct ek_filter_node *root = ek_arena_get(arena, sizeof *root);
		if (root == NULL)
			return false;
		*root = *rules->v[i].when;
		if (!fold_node(&f, root))
			return false;
		rules->v[i].when = root;
	}
	return true;
}

/* ---- a run ---- */

static struct ek_filter_fact text_fact(ek_str s)
{
	return (struct ek_filter_fact){.is_set = s.p != NULL, .s = s};
}

/* "b.org" of "a@b.org". */
static ek_str domain_of(ek_str address)
{
	for (uint32_t i = address.n; i > 0; i--)
		if (address.p[i - 1] == '@')
			return (ek_str){address.p + i, address.n - i};
	return (ek_str){NULL, 0};
}

static struct ek_filter_fact fact_of(const void *ctx, uint8_t field)
{
	const struct ek_arrival *a = ctx;
	const char *tag = ek_language_tag(a->language);
	switch (field) {
	case EK_LIST_arrivals_channel:
		return (struct ek_filter_fact){.is_set = a->channel != 0, .i = a->channel};
	case EK_LIST_arrivals_known:
		return (struct ek_filter_fact){.is_set = true, .i = a->is_known};
	case EK_LIST_arrivals_language:
		return text_fact((ek_str){tag, tag == NULL ? 0 : (uint32_t)strlen(tag)});
	case EK_LIST_arrivals_from:
		return text_fact(a->from);
	case EK_LIST_arrivals_from_domain:
		return text_fact(domain_of(a->from));
	case EK_LIST_arrivals_to:
		return text_fact(a->to);
	case EK_LIST_arrivals_tier:
		return text_fact(a->tier);
	default: {
		ek_str in = field == EK_LIST_arrivals_subject ? a->subject : a->text;
		return (struct ek_filter_fact){.is_set = in.p != NULL, .is_inside = true, .s = in};
	}
	}
}

static bool has_tag(const uint64_t *tags, uint32_t n, uint64_t tag)
{
	for (uint32_t i = 0; i < n; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

/* Of the same name the later counts. */
static void add_pair(struct ek_pair *v, uint32_t *n, const struct ek_pair *pair)
{
	uint32_t i = 0;
	int order = 1;
	while (i < *n && (order = ek_str_compare(v[i].name, pair->name)) < 0)
		i++;
	if (i == *n || order != 0) {
		memmove(v + i + 1, v + i, (*n - i) * sizeof *v);
		++*n;
	}
	v[i] = *pair;
}

/* What all of them set; beyond the bounds of one conversation the rest is left out. */
struct sum {
	uint64_t tags[EK_LIMIT_TAGS];
	struct ek_pair pairs[EK_LIMIT_ATTRIBUTES + 1];
	uint32_t pair_count;
};

static void add(struct sum *sum, struct ek_arrival_set *to, const struct ek_arrival_set *set)
{
	if (set->team != 0)
		to->team = set->team;
	if (set->sla_policy != 0)
		to->sla_policy = set->sla_policy;
	if (set->has_priority)
		to->priority = set->priority;
	if (set->has_complexity)
		to->complexity = set->complexity;
	to->has_priority = to->has_priority || set->has_priority;
	to->has_complexity = to->has_complexity || set->has_complexity;
	to->has_attributes = to->has_attributes || set->has_attributes;
	to->notes_language = to->notes_language || set->notes_language;
	for (uint32_t i = 0; i < set->tag_count && to->tag_count < EK_LIMIT_TAGS; i++)
		if (!has_tag(sum->tags, to->tag_count, set->tags[i]))
			sum->tags[to->tag_count++] = set->tags[i];
	for (uint32_t i = 0; i < set->attributes.n; i++) {
		if (set->attributes.v[i].value.p != NULL && sum->pair_count < EK_LIMIT_ATTRIBUTES)
			add_pair(sum->pairs, &sum->pair_count, &set->attributes.v[i]);
	}
}

bool ek_arrival_run(const struct ek_arrival_rules *rules, const struct ek_arrival *facts,
		    struct ek_arena *arena, struct ek_arrival_outcome *out)
{
	*out = (struct ek_arrival_outcome){
		.did = ek_arena_get(arena, (rules->n + 1) * sizeof *out->did)};
	struct sum *sum = ek_arena_get(arena, sizeof *sum);
	if (out->did == NULL || sum == NULL)
		return false;
	memset(sum, 0, sizeof *sum);
	bool goes_on = true;
	for (uint32_t i = 0; i < rules->n && goes_on; i++) {
		const struct ek_arrival_rule *r = &rules->v[i];
		if (!r->is_active || (r->when != NULL && !ek_filter_holds(r->when, fact_of, facts)))
			continue;
		out->did[out->did_count++] = r;
		add(sum, &out->set, &r->set);
		goes_on = !r->stops;
	}
	const char *tag = ek_language_tag(facts->language);
	if (out->set.notes_language && tag != NULL && sum->pair_count < EK_LIMIT_ATTRIBUTES) {
		const struct ek_pair language = {EK_S("language"), {tag, (uint32_t)strlen(tag)}};
		add_pair(sum->pairs, &sum->pair_count, &language);
	}
	if (facts->said != NULL)
		add(sum, &out->set, facts->said);
	out->set.tags = sum->tags;
	out->set.attributes = (struct ek_pairs){sum->pairs, sum->pair_count};
	out->set.has_attributes = sum->pair_count > 0;
	return true;
}
