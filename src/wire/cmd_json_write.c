#include <string.h>

#include "model/setting.h"
#include "wire/actor_json.h"
#include "wire/cmd_json.h"
#include "wire/field_json.h"
#include "wire/value_json.h"

enum { BY = -1, BASED_ON = -2, CMD = -3, MEMBERS_MAX = 32 + EK_SET_COUNT + 4 };

/* One member that is to be written: a field, one of those above, or a setting of a create. */
struct member {
	const char *name;
	int field;
	const struct ek_set *set;
};
struct members {
	struct member v[MEMBERS_MAX];
	uint32_t n;
};

/* In its place by name; a later one of the same name stands for the earlier. */
static void add(struct members *m, struct member one)
{
	uint32_t k = m->n;
	while (k > 0 && strcmp(m->v[k - 1].name, one.name) > 0)
		k--;
	if (k > 0 && strcmp(m->v[k - 1].name, one.name) == 0) {
		m->v[k - 1] = one;
		return;
	}
	ek_assert(m->n < MEMBERS_MAX);
	memmove(&m->v[k + 1], &m->v[k], (m->n - k) * sizeof m->v[0]);
	m->v[k] = one;
	m->n++;
}

static bool is_create(const struct ek_cmd *c)
{
	return c->kind == EK_CMD_TEAMMATE_CREATE || c->kind == EK_CMD_TEAM_CREATE;
}

static void add_fields(struct members *m, const struct ek_cmd *c, const struct ek_record *record)
{
	const char *body = ek_cmd_body(c);
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ek_field *f = &record->fields[i];
		if ((c->has >> i & 1) == 0)
			continue;
		if (f->type != EK_FT_SETS || !is_create(c)) {
			add(m, (struct member){f->name, (int)i, NULL});
			continue;
		}
		const struct ek_sets *sets = (const void *)(body + f->offset);
		for (uint32_t k = 0; k < sets->n; k++)
			add(m, (struct member){ek_setting_row(sets->v[k].setting)->wire, 0,
					       &sets->v[k]});
	}
}

static void write_cmd(struct ek_json *j, const struct ek_cmd *c, bool is_row);

static void write_rows(struct ek_json *j, const struct ek_rows *rows)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < rows->n; k++)
		write_cmd(j, &rows->v[k], true);
	ek_json_list_end(j);
}

static void write_member(struct ek_json *j, const struct ek_cmd *c, const struct ek_record *record,
			 const struct member *m)
{
	ek_json_key(j, m->name);
	if (m->set != NULL) {
		ek_value_json_write(j, m->set->setting, &m->set->value);
	} else if (m->field == BY) {
		ek_actor_json_write(j, c->by);
	} else if (m->field == BASED_ON) {
		ek_json_uint(j, c->based_on);
	} else if (m->field == CMD) {
		ek_json_word(j, record->wire);
	} else {
		const struct ek_field *f = &record->fields[m->field];
		const char *body = ek_cmd_body(c);
		if (f->type == EK_FT_ROWS)
			write_rows(j, (const void *)(body + f->offset));
		else
			ek_field_json_write(j, f->type, body + f->offset, false);
	}
}

/* A row is by whoever sends the bulk, so it does not say by whom. */
static void write_cmd(struct ek_json *j, const struct ek_cmd *c, bool is_row)
{
	const struct ek_record *record = ek_cmd_record(c->kind);
	struct members m = {.n = 0};
	ek_assert(record != NULL);
	add(&m, (struct member){"cmd", CMD, NULL});
	if (!is_row && (c->by.kind != EK_ACTOR_PERSON || c->by.id != 0))
		add(&m, (struct member){"by", BY, NULL});
	if (c->based_on != 0)
		add(&m, (struct member){"based_on", BASED_ON, NULL});
	add_fields(&m, c, record);
	ek_json_object(j);
	for (uint32_t k = 0; k < m.n; k++)
		write_member(j, c, record, &m.v[k]);
	ek_json_object_end(j);
}

bool ek_cmd_json_write(struct ek_json *j, const struct ek_cmd *c)
{
	write_cmd(j, c, false);
	return !j->failed;
}
