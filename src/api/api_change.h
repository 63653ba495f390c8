/* api_change -- rows of the change log: who changed which configuration, before and after.
 *
 * Whoever changes configuration adds a row in the same transaction, on the writer's thread:
 *
 *   struct ek_api_change_fields f;
 *   ek_api_change_open(t, &f);
 *   ek_api_change_text(&f, "name", before, after);
 *   ek_api_change_int(&f, "rank", 1, 2);
 *   ek_api_change_add(t, &(struct ek_api_change){.resource = "team", .object = 7, .team = 7,
 *                                                .fields = ek_api_change_close(t, &f)});
 *
 * Fields that are the same before and after are left out. Source: spec api, section 4.2. */
#ifndef EK_API_API_CHANGE_H
#define EK_API_API_CHANGE_H

#include "api/turn.h"
#include "store/list.h"

/* The words of `resource`:
 *   settings   object: none (the workspace), or that of team or teammate; fields: settings
 *   membership team and teammate say which; fields: level (null = no member)
 *   teammate   fields: name, email, languages, roles, active, deleted
 *   team       fields: name, description, languages, second_line, deleted
 *   skill, presence_reason, tag, view, calendar, sla_policy, policy, webhook, server,
 *   arrival_rules, ready_answer, workflow */
struct ek_api_change {
	const char *resource;
	uint64_t object;         /* 0 = the workspace, or a membership */
	ek_team_id team;         /* whose change it is; 0 = of no team */
	ek_teammate_id teammate; /* whose; 0 = of nobody */
	ek_str fields;           /* JSON object: name to {"before","after"} */
	ek_str note;             /* p NULL = none */
	uint32_t version;        /* of the settings, where it made one; 0 */
	uint64_t bulk_edit;      /* 0 = by itself */
	uint64_t undoes;         /* a change; 0 */
};

/* In made. Returns the id of the row. seq and time are the turn's, the caller is t->by. */
uint64_t ek_api_change_add(struct ek_turn *t, const struct ek_api_change *change);

/* The list of changes, over `changes c`: what it selects is what ek_api_change_write takes. */
struct ek_list ek_api_change_list(void);
/* Shape Change. */
void ek_api_change_write(struct ek_json *j, const struct ek_views_value *row);

/* Fields being written, in the API's form of ids and times. */
struct ek_api_change_fields {
	struct ek_json j;
	uint32_t n; /* that differ */
};
void ek_api_change_open(const struct ek_turn *t, struct ek_api_change_fields *f);
/* p NULL is null. */
void ek_api_change_text(struct ek_api_change_fields *f, const char *name, ek_str before,
			ek_str after);
/* EK_NONE is null. */
void ek_api_change_int(struct ek_api_change_fields *f, const char *name, int64_t before,
		       int64_t after);
void ek_api_change_bool(struct ek_api_change_fields *f, const char *name, bool before, bool after);
/* One JSON value each, written by ourselves; p NULL is null. */
void ek_api_change_raw(struct ek_api_change_fields *f, const char *name, ek_str before,
		       ek_str after);
/* The JSON object, in the turn's arena; {} when nothing differs or there was no memory, which fails
 * the turn. */
ek_str ek_api_change_close(struct ek_turn *t, struct ek_api_change_fields *f);

#endif
