/* Saved reports: kept, changed, made now, and what was sent. */
#include <string.h>

#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_report.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "base/rfc3339.h"
#include "model/limits.h"
#include "sys/zone.h"
#include "wire/list.h"

enum { WIDTH = EK_CONTENT_REPORTS_WIDTH, RUN_WIDTH = EK_CONTENT_REPORT_RUNS_WIDTH };

#define SELECT \
	"r.report, r.name, r.teammate, r.standard, r.query, r.schedule, r.target, r.next_ms, " \
	"r.created_ms, r.updated_ms, r.deleted_ms, r.revision"
#define SELECT_RUN \
	"u.run, u.report, u.due_ms, u.state, u.attempts, u.next_ms, u.why, u.body, u.at_ms"

/* ---- which one */

struct saved {
	struct ek_turn_write write;
	uint64_t id;
	const struct ek_views_value *found;
	struct ek_views_value row[WIDTH];
	struct ek_views_value run[RUN_WIDTH];
	struct ek_api_report_query query; /* as it is to be */
	bool is_new;
	bool is_told; /* to a webhook */
	/* of a change */
	struct ek_patch_value v[10];
	struct ek_patch_at root; /* what the members' places lead up to */
};

static struct saved *begin(struct ek_turn *t)
{
	struct saved *s = EK_TURN_NEW(t, struct saved);
	t->state = s;
	return s;
}

/* The caller's own, whatever their roles: else 404. */
static bool load(struct ek_turn *t, struct saved *s, enum ek_may right)
{
	struct ek_may_object object = {.is_private = true};
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_REPORTS, (int64_t)s->id, &s->found, &found))
		return false;
	found = found && s->found[EK_CONTENT_REPORTS_DELETED_MS].kind == EK_VIEWS_NULL;
	object.is_absent = !found;
	if (found)
		object.owner.v = (uint32_t)ek_turn_int(&s->found[EK_CONTENT_REPORTS_TEAMMATE]);
	return ek_turn_may(t, right, &object);
}

static bool may_own(struct ek_turn *t, enum ek_may right)
{
	const struct ek_may_object own = ek_may_own(&t->actor);
	return ek_turn_may(t, right, &own);
}

/* ---- lists */

void ek_api_list_reports(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_reports_id] = {EK_LIST_NUMBER, "r.report", NULL}};
	const struct ek_list list = {.table = ek_list_table(EK_LIST_REPORTS),
				     .columns = columns,
				     .select = SELECT,
				     .from = "reports r",
				     .id = "r.report"};
	const struct ek_views_value self = ek_views_int(t->self.v);
	const struct ek_api_list_ask ask = {.list = &list,
					    .where = "r.deleted_ms IS NULL AND r.teammate = $1",
					    .args = &self,
					    .n = 1};
	struct ek_api_list l;
	if (!may_own(t, EK_MAY_REPORT_READ) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		ek_api_report_write(t, ek_api_list_at(&l, i), 0);
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* To whom the runs of a page went. */
static bool list_sent(struct ek_turn *t, const struct saved *s, const struct ek_api_list *l,
		      struct ek_turn_rows *sent)
{
	int64_t runs[2] = {INT64_MAX, 0};
	for (uint32_t i = 0; i < l->rows.n; i++) {
		int64_t run = ek_turn_int(&ek_api_list_at(l, i)[EK_CONTENT_REPORT_RUNS_RUN]);
		runs[0] = run < runs[0] ? run : runs[0];
		runs[1] = run > runs[1] ? run : runs[1];
	}
	return ek_api_report_send_list(t, s->id, runs, sent);
}

void ek_api_list_report_runs(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_report_runs_id] = {EK_LIST_NUMBER, "u.run", NULL}};
	const struct ek_list list = {.table = ek_list_table(EK_LIST_REPORT_RUNS),
				     .columns = columns,
				     .select = SELECT_RUN,
				     .from = "report_runs u",
				     .id = "u.run"};
	struct saved *s = begin(t);
	struct ek_api_list l;
	if (s == NULL || !ek_turn_id(t, "id", EK_IDENT_REPORT, &s->id) ||
	    !load(t, s, EK_MAY_REPORT_READ)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_views_value key = ek_views_int((int64_t)s->id);
	const struct ek_api_list_ask ask = {
		.list = &list, .where = "u.report = $1", .args = &key, .n = 1};
	if (!ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	struct ek_turn_rows sent;
	if (!list_sent(t, s, &l, &sent)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		ek_api_report_write_run(
			&t->out,
			&(struct ek_api_report_shown){.row = ek_api_list_at(&l, i), .sent = &sent});
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- one */

void ek_api_get_report(struct ek_turn *t)
{
	struct saved *s = begin(t);
	if (s != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_REPORT, &s->id) &&
	    load(t, s, EK_MAY_REPORT_READ)) {
		ek_turn_set_etag(t, ek_turn_int(&s->found[EK_CONTENT_REPORTS_REVISION]));
		ek_api_report_write(t, s->found, 0);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_report_run(struct ek_turn *t)
{
	struct saved *s = begin(t);
	const struct ek_views_value *run = NULL;
	uint64_t id = 0;
	bool found = false;
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_REPORT, &s->id) &&
		  ek_turn_id(t, "run", EK_IDENT_RUN, &id) && load(t, s, EK_MAY_REPORT_READ) &&
		  ek_turn_row(t, EK_CONTENT_REPORT_RUNS, (int64_t)id, &run, &found);
	const int64_t runs[2] = {(int64_t)id, (int64_t)id};
	struct ek_turn_rows sent;
	bool is_its =
		ok && found && ek_turn_int(&run[EK_CONTENT_REPORT_RUNS_REPORT]) == (int64_t)s->id;
	if (is_its && ek_api_report_send_list(t, s->id, runs, &sent))
		ek_api_report_write_run(
			&t->out,
			&(struct ek_api_report_shown){.row = run, .sent = &sent, .is_whole = true});
	else if (ok && !is_its)
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	ek_turn_reply(t, 200);
}

/* ---- what is said of one */

enum { NAME, STANDARD, SPAN, FORMAT, TEAM, CLOCK, ZONE, SCHEDULE, TARGET, MEMBERS };

static const char *const clocks[] = {"office_hours", "calendar", NULL};

static bool bind(struct ek_turn *t, struct saved *s)
{
	uint8_t must = s->is_new ? EK_PATCH_REQUIRED : 0;
	const struct ek_patch_rule rules[MEMBERS] = {
		[NAME] = {"name", EK_PATCH_OF_TEXT, 0, must, 1, EK_LIMIT_TEXT_BYTES, NULL},
		[STANDARD] = {"standard", EK_PATCH_OF_WORD, 0, must, 0, 0,
			      ek_api_report_standards()},
		[SPAN] = {"span", EK_PATCH_OF_WORD, 0, must, 0, 0, ek_api_report_spans()},
		[FORMAT] = {"format", EK_PATCH_OF_WORD, 0, must, 0, 0, ek_api_report_formats()},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[CLOCK] = {"clock", EK_PATCH_OF_WORD, 0, EK_PATCH_NULLABLE, 0, 0, clocks},
		[ZONE] = {"zone", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_ZONE_NAME_MAX,
			  NULL},
		[SCHEDULE] = {"schedule", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
		[TARGET] = {"target", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	return ek_turn_body(t, &s->root) && ek_patch_bind(&s->root, rules, MEMBERS, s->v);
}

static bool is_zone(struct ek_turn *t, const struct ek_patch_at *at, ek_str name)
{
	struct ek_zone zone;
	struct ek_err err;
	if (ek_zone_load(name, t->arena, &zone, &err))
		return true;
	return err.code == EK_INVALID_VALUE ? ek_patch_fault(at, EK_FAULT_REFUSED, err.msg)
					    : ek_problem_err(&t->problem, &err);
}

/* {"days":[...],"at":"07:30","zone":"Europe/Berlin"} as it is kept; p NULL with faults. */
static ek_str take_schedule(struct ek_turn *t, const struct ek_patch_at *at)
{
	static const char *const names[] = {"days", "at", "zone"};
	const struct ek_patch_at days = ek_patch_member(at, "days");
	const struct ek_patch_at clock = ek_patch_member(at, "at");
	const struct ek_patch_at zone = ek_patch_member(at, "zone");
	struct ek_json j;
	ek_str time, name;
	uint32_t n = 0, mask = 0, day = 0;
	int32_t ms = 0;
	bool ok = ek_patch_members(at, names, EK_LEN(names));
	ok = ek_patch_list(&days, 1, 7, &n) && ok;
	for (uint32_t i = 0; ok && i < n; i++) {
		struct ek_patch_at one = ek_patch_row(&days, i);
		ok = ek_patch_word(&one, ek_api_report_weekdays(), &day);
		mask |= UINT32_C(1) << day;
	}
	if (!ek_patch_text(&clock, 5, 5, &time))
		ok = false;
	else if (!ek_rfc3339_read_clock(time, &ms) || ms >= 86400000)
		ok = ek_patch_fault(&clock, EK_FAULT_REFUSED, "A time of day such as 07:30.");
	if (!ek_patch_text(&zone, 1, EK_ZONE_NAME_MAX, &name))
		ok = false;
	if (!ok || !is_zone(t, &zone, name))
		return (ek_str){NULL, 0};
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_json_key(&j, "days");
	ek_json_list(&j);
	for (uint32_t i = 0; i < 7; i++)
		if ((mask >> i & 1) != 0)
			ek_json_word(&j, ek_api_report_weekdays()[i]);
	ek_json_list_end(&j);
	ek_api_put_text(&j, "at", time);
	ek_api_put_text(&j, "zone", name);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

/* The places of members: what each way needs, and nothing else. */
static bool has_alone(const struct ek_patch_at *at, uint32_t way)
{
	static const char *const names[] = {"name", "people", "webhook"};
	bool ok = true;
	for (uint32_t i = 0; i < EK_LEN(names); i++) {
		const struct ek_patch_at one = ek_patch_member(at, names[i]);
		if (ek_patch_state(&one) != EK_PATCH_ABSENT && i + 1 != way)
			ok = ek_patch_fault(&one, EK_FAULT_REFUSED, "Not of this kind.");
	}
	return ok;
}

static bool take_people(struct ek_turn *t, const struct ek_patch_at *at, struct ek_json *j)
{
	uint32_t n = 0;
	bool ok = ek_patch_list(at, 1, EK_API_REPORT_PEOPLE, &n);
	ek_json_key(j, "people");
	ek_json_list(j);
	for (uint32_t i = 0; ok && i < n; i++) {
		const struct ek_patch_at row = ek_patch_row(at, i);
		struct ek_turn_rows rows;
		uint64_t id = 0;
		if (!ek_patch_id(&row, EK_IDENT_TEAMMATE, &id))
			return false;
		const struct ek_views_value key = ek_views_int((int64_t)id);
		ok = ek_turn_select(t,
				    "SELECT 1 FROM people WHERE teammate = $1 AND state = 'active'",
				    &key, 1, &rows);
		if (ok && rows.n == 0)
			ok = ek_patch_fault(&row, EK_FAULT_REFUSED, "Nobody who works here.");
		ek_json_uint(j, id);
	}
	ek_json_list_end(j);
	return ok;
}

/* Whoever may manage webhooks may have reports told to one. */
static bool take_hook(struct ek_turn *t, struct saved *s, const struct ek_patch_at *at,
		      struct ek_json *j)
{
	struct ek_turn_rows rows;
	uint64_t id = 0;
	if (!ek_patch_id(at, EK_IDENT_WEBHOOK, &id))
		return false;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	s->is_told = true;
	if (!ek_turn_select(t, "SELECT 1 FROM webhooks WHERE webhook = $1", &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_patch_fault(at, EK_FAULT_REFUSED, "There is no such webhook.");
	ek_json_key(j, "webhook");
	ek_json_uint(j, id);
	return true;
}

static bool take_name(const struct ek_patch_at *at, struct ek_json *j)
{
	ek_str name = {NULL, 0};
	if (!ek_patch_text(at, 1, EK_API_REPORT_NAME, &name))
		return false;
	if (!ek_api_report_is_name(name))
		return ek_patch_fault(at, EK_FAULT_REFUSED, "Letters, digits, - and _.");
	ek_api_put_text(j, "name", name);
	return true;
}

static ek_str take_target(struct ek_turn *t, struct saved *s, const struct ek_patch_at *at)
{
	static const char *const names[] = {"kind", "name", "people", "webhook"};
	const struct ek_patch_at kind = ek_patch_member(at, "kind");
	struct ek_patch_at what;
	struct ek_json j;
	uint32_t place = 0;
	if (!ek_patch_members(at, names, EK_LEN(names)) ||
	    !ek_patch_word(&kind, ek_api_report_ways(), &place) || !has_alone(at, place + 1))
		return (ek_str){NULL, 0};
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_word(&j, "kind", ek_api_report_ways()[place]);
	what = ek_patch_member(at, names[place + 1]);
	bool ok = place + 1 == EK_API_REPORT_FILE    ? take_name(&what, &j)
		  : place + 1 == EK_API_REPORT_EMAIL ? take_people(t, &what, &j)
						     : take_hook(t, s, &what, &j);
	ek_json_object_end(&j);
	ek_str text = ek_api_text_take(t, &j);
	return ok ? text : (ek_str){NULL, 0};
}

static bool take_objects(struct ek_turn *t, struct saved *s)
{
	struct ek_patch_value *schedule = &s->v[SCHEDULE], *target = &s->v[TARGET];
	bool ok = true;
	if (schedule->state == EK_PATCH_VALUE) {
		schedule->s = take_schedule(t, &schedule->at);
		ok = schedule->s.p != NULL;
	}
	if (target->state == EK_PATCH_VALUE) {
		target->s = take_target(t, s, &target->at);
		ok = target->s.p != NULL && ok;
	}
	if (s->v[ZONE].state == EK_PATCH_VALUE)
		ok = is_zone(t, &s->v[ZONE].at, s->v[ZONE].s) && ok;
	ok = ok && ek_problem_is_none(&t->problem);
	return ok && (!s->is_told || ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL));
}

/* ---- as it is to be */

static void take_query(struct saved *s)
{
	struct ek_api_report_query *q = &s->query;
	const struct ek_patch_value *v = s->v;
	if (v[STANDARD].state == EK_PATCH_VALUE)
		q->standard = (uint32_t)v[STANDARD].i;
	if (v[SPAN].state == EK_PATCH_VALUE)
		q->span = (uint32_t)v[SPAN].i;
	if (v[FORMAT].state == EK_PATCH_VALUE)
		q->is_csv = v[FORMAT].i == 0;
	if (v[TEAM].state != EK_PATCH_ABSENT)
		q->team.v = v[TEAM].state == EK_PATCH_NULL ? 0 : (uint32_t)v[TEAM].i;
	if (v[CLOCK].state != EK_PATCH_ABSENT)
		q->clock = v[CLOCK].state == EK_PATCH_NULL ? 0
			   : v[CLOCK].i == 0               ? EK_CLOCK_OFFICE_HOURS
							   : EK_CLOCK_CALENDAR;
	if (v[ZONE].state != EK_PATCH_ABSENT)
		q->zone = v[ZONE].s;
}

static ek_str write_query(struct ek_turn *t, const struct ek_api_report_query *q)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_enum(&j, "clock", EK_ENUM_CLOCK, q->clock);
	ek_api_put_word(&j, "format", ek_api_report_formats()[q->is_csv ? 0 : 1]);
	ek_api_put_word(&j, "span", ek_api_report_spans()[q->span]);
	ek_api_put_int(&j, "team", q->team.v == 0 ? EK_NONE : (int64_t)q->team.v);
	ek_api_put_text(&j, "zone", q->zone);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void take_column(struct ek_views_value *column, const struct ek_patch_value *v)
{
	if (v->state == EK_PATCH_VALUE)
		*column = ek_views_text(v->s);
	else if (v->state == EK_PATCH_NULL)
		*column = (struct ek_views_value){0};
}

/* When it is due, from now on. */
static bool take_due(struct ek_turn *t, struct saved *s)
{
	struct ek_api_report_schedule schedule;
	struct ek_err err;
	ek_time due;
	ek_str json = ek_turn_text(&s->row[EK_CONTENT_REPORTS_SCHEDULE]);
	s->row[EK_CONTENT_REPORTS_NEXT_MS] = (struct ek_views_value){0};
	if (json.p == NULL)
		return true;
	if (!ek_api_report_read_schedule(json, t->arena, &schedule))
		return ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
	if (!ek_api_report_due(&schedule, t->now, t->arena, &due, &err))
		return ek_problem_err(&t->problem, &err);
	s->row[EK_CONTENT_REPORTS_NEXT_MS] = ek_views_int(due.ms);
	return true;
}

static bool take_row(struct ek_turn *t, struct saved *s)
{
	struct ek_api_team team;
	take_query(s);
	/* What it shows is asked anew each time that it is made. */
	if (s->query.team.v != 0 && !ek_api_team_load(t, s->query.team.v, &team))
		return false;
	if (s->v[NAME].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_REPORTS_NAME] = ek_views_text(s->v[NAME].s);
	const char *standard = ek_api_report_standards()[s->query.standard];
	s->row[EK_CONTENT_REPORTS_STANDARD] =
		ek_views_text((ek_str){standard, (uint32_t)strlen(standard)});
	s->row[EK_CONTENT_REPORTS_QUERY] = ek_views_text(write_query(t, &s->query));
	take_column(&s->row[EK_CONTENT_REPORTS_SCHEDULE], &s->v[SCHEDULE]);
	take_column(&s->row[EK_CONTENT_REPORTS_TARGET], &s->v[TARGET]);
	return take_due(t, s);
}

static void answer_saved(struct ek_turn *t, struct saved *s)
{
	ek_turn_put(t, EK_CONTENT_REPORTS, s->row);
	ek_turn_set_etag(t, ek_turn_int(&s->row[EK_CONTENT_REPORTS_REVISION]));
	ek_api_report_write(t, s->row, t->seq);
}

/* ---- making, changing */

static bool check_new(struct ek_turn *t)
{
	struct saved *s = t->state;
	struct ek_turn_rows rows;
	const struct ek_views_value self = ek_views_int(t->self.v);
	if (!ek_turn_select(t,
			    "SELECT count(*) FROM reports WHERE teammate = $1"
			    " AND deleted_ms IS NULL",
			    &self, 1, &rows))
		return false;
	if (ek_turn_int(&rows.v[0]) >= EK_API_REPORT_EACH)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "nobody keeps more than %d reports; delete some first",
				      EK_API_REPORT_EACH);
	return take_row(t, s);
}

static void made_new(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saved *s = t->state;
	(void)answer;
	s->id = ek_turn_new_id(t, EK_CONTENT_REPORTS);
	s->row[EK_CONTENT_REPORTS_REPORT] = ek_views_int((int64_t)s->id);
	s->row[EK_CONTENT_REPORTS_TEAMMATE] = ek_views_int(t->self.v);
	s->row[EK_CONTENT_REPORTS_CREATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_REPORTS_UPDATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_REPORTS_REVISION] = ek_views_int(1);
	answer_saved(t, s);
	t->status = 201;
}

/* Nobody else sees it. */
static void tell_of(struct ek_turn *t)
{
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_REPORT, {0}, t->self});
}

void ek_api_create_report(struct ek_turn *t)
{
	struct saved *s = begin(t);
	if (s != NULL)
		s->is_new = true;
	if (s != NULL && ek_query_end(&t->query) && bind(t, s) && take_objects(t, s) &&
	    may_own(t, EK_MAY_REPORT_EDIT)) {
		s->write = (struct ek_turn_write){.check = check_new, .made = made_new};
		tell_of(t);
		ek_turn_write(t, &s->write);
	} else {
		ek_turn_reply(t, 0);
	}
}

static bool check_change(struct ek_turn *t)
{
	struct saved *s = t->state;
	if (!load(t, s, EK_MAY_REPORT_EDIT) ||
	    !ek_turn_if_match(t, ek_turn_int(&s->found[EK_CONTENT_REPORTS_REVISION])))
		return false;
	memcpy(s->row, s->found, sizeof s->row);
	if (!ek_api_report_read_query(s->row, t->arena, &s->query))
		return ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
	return take_row(t, s);
}

static void made_change(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saved *s = t->state;
	(void)answer;
	s->row[EK_CONTENT_REPORTS_UPDATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_REPORTS_REVISION].i++;
	answer_saved(t, s);
}

void ek_api_update_report(struct ek_turn *t)
{
	struct saved *s = begin(t);
	if (s != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_REPORT, &s->id) &&
	    bind(t, s) && take_objects(t, s) && load(t, s, EK_MAY_REPORT_EDIT)) {
		s->write = (struct ek_turn_write){.check = check_change, .made = made_change};
		tell_of(t);
		ek_turn_write(t, &s->write);
	} else {
		ek_turn_reply(t, 0);
	}
}

/* ---- its end; what was sent stays */

static bool check_found(struct ek_turn *t)
{
	return load(t, t->state, EK_MAY_REPORT_EDIT);
}

static void made_gone(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saved *s = t->state;
	(void)answer;
	memcpy(s->row, s->found, sizeof s->row);
	s->row[EK_CONTENT_REPORTS_DELETED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_REPORTS_NEXT_MS] = (struct ek_views_value){0};
	ek_turn_put(t, EK_CONTENT_REPORTS, s->row);
	t->status = 204;
}

/* ---- now */

static void made_run(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saved *s = t->state;
	struct ek_views_value *run = s->run;
	(void)answer;
	run[EK_CONTENT_REPORT_RUNS_RUN] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_REPORT_RUNS));
	run[EK_CONTENT_REPORT_RUNS_REPORT] = ek_views_int((int64_t)s->id);
	run[EK_CONTENT_REPORT_RUNS_DUE_MS] = ek_views_int(t->now.ms);
	run[EK_CONTENT_REPORT_RUNS_STATE] = ek_views_text(EK_S("waiting"));
	run[EK_CONTENT_REPORT_RUNS_ATTEMPTS] = ek_views_int(0);
	run[EK_CONTENT_REPORT_RUNS_NEXT_MS] = ek_views_int(t->now.ms);
	run[EK_CONTENT_REPORT_RUNS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_REPORT_RUNS, run);
	ek_api_report_write_run(&t->out, &(struct ek_api_report_shown){.row = run, .seq = t->seq});
	t->status = 201;
}

static void tell_run(struct ek_turn *t)
{
	ek_api_report_nudge(t->api);
}

static void act(struct ek_turn *t, const struct ek_turn_write *write)
{
	struct saved *s = begin(t);
	if (s != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_REPORT, &s->id) &&
	    load(t, s, EK_MAY_REPORT_EDIT)) {
		s->write = *write;
		tell_of(t);
		ek_turn_write(t, &s->write);
	} else {
		ek_turn_reply(t, 0);
	}
}

void ek_api_delete_report(struct ek_turn *t)
{
	act(t, &(struct ek_turn_write){.check = check_found, .made = made_gone});
}

void ek_api_run_report(struct ek_turn *t)
{
	act(t, &(struct ek_turn_write){.check = check_found, .made = made_run, .tell = tell_run});
}
