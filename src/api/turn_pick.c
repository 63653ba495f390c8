/* fields= of a list: members of its rows that were not picked are left out. */
#include "api/turn.h"

#include <string.h>

static ek_str param(const struct ek_query *q, const char *name)
{
	for (uint32_t i = 0; i < q->n; i++)
		if (ek_str_is(q->v[i].name, name))
			return q->v[i].value;
	return (ek_str){NULL, 0};
}

static bool is_among(ek_str names, ek_str name)
{
	for (uint32_t from = 0; from < names.n;) {
		const char *comma = memchr(names.p + from, ',', names.n - from);
		uint32_t to = comma == NULL ? names.n : (uint32_t)(comma - names.p);
		if (ek_str_equal((ek_str){names.p + from, to - from}, name))
			return true;
		from = to + 1;
	}
	return false;
}

/* An answer that is made shorter in place: read at `at`, written at `to`, as it only shrinks. */
struct picking {
	ek_str json;
	char *p;
	size_t at;
	size_t to;
	ek_str fields;
	ek_str include;
};

static void copy(struct picking *k, size_t end)
{
	memmove(k->p + k->to, k->p + k->at, end - k->at);
	k->to += end - k->at;
	k->at = end;
}

/* The name of the member that begins at `at`, and where its value does. */
static ek_str key_of(const struct picking *k, size_t *value)
{
	size_t end = k->at + 1;
	while (k->p[end] != '"')
		end++;
	*value = end + 2;
	return (ek_str){k->p + k->at + 1, (uint32_t)(end - k->at - 1)};
}

static void pick_row(struct picking *k)
{
	copy(k, k->at + 1);
	size_t first = k->to;
	while (k->p[k->at] != '}') {
		size_t value;
		ek_str name = key_of(k, &value);
		size_t end = ek_json_skip(k->json, value);
		bool stays = ek_str_is(name, "id") || is_among(k->fields, name) ||
			     is_among(k->include, name);
		if (stays && k->to > first)
			k->p[k->to++] = ',';
		if (stays)
			copy(k, end);
		k->at = end + (k->p[end] == ',');
	}
	copy(k, k->at + 1);
}

static void pick_rows(struct picking *k)
{
	copy(k, k->at + 1);
	while (k->p[k->at] == '{') {
		pick_row(k);
		if (k->p[k->at] == ',')
			copy(k, k->at + 1);
	}
}

void ek_turn_pick(struct ek_turn *t)
{
	struct picking k = {.json = ek_json_written(&t->out), .p = t->out.p};
	k.fields = param(&t->query, "fields");
	k.include = param(&t->query, "include");
	if (t->query.members == NULL || k.fields.n == 0 || t->status != 200 ||
	    !ek_json_is_whole(&t->out) || k.json.n < 2 || k.json.p[0] != '{')
		return;
	copy(&k, 1);
	while (k.p[k.at] == '"') {
		size_t value;
		bool is_rows = ek_str_is(key_of(&k, &value), "data") && k.p[value] == '[';
		copy(&k, value);
		if (is_rows)
			pick_rows(&k);
		copy(&k, is_rows ? k.at + 1 : ek_json_skip(k.json, value));
		if (k.p[k.at] == ',')
			copy(&k, k.at + 1);
	}
	copy(&k, k.json.n);
	t->out.n = k.to;
}
