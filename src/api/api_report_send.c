/* Saved reports to people by e-mail, and to webhooks. */
#include "api/api_report.h"

#include <string.h>

#include "api/api_csv.h"
#include "api/api_letters.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/survey.h"
#include "base/rfc3339.h"
#include "channels/hooks.h"
#include "channels/post.h"
#include "sys/heap.h"

enum {
	WIDTH = EK_CONTENT_REPORT_SENDINGS_WIDTH,
	LETTERS = EK_CONTENT_LETTERS_WIDTH,
	TOLD_MAX = 900 * 1024, /* of an answer within a message to a webhook */
	TEXT = 16384,
	DAY = EK_RFC3339_DATE_MAX + 1,
	GIVE_UP_MS = 3 * 86400000, /* a mail whose mailbox is gone waits for ever */
	DEFINITIONS = 64,
};
#define TOLD_TYPE "report.made"

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){NULL, 0};
}

static ek_str ended(const char *s)
{
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text(ended(s));
}

/* ---- to whom */

struct finding {
	struct ek_api_report_send *out;
	struct ek_api_report_ended *end;
	struct ek_arena *arena;
	bool found;
	bool is_on;
};

static bool take_person(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	bool ok = true;
	ek_str address = text_of(&v[0]);
	(void)n;
	if (address.n > 0 && ek_letter_is_address(address))
		f->out->people[f->out->people_count].address = ek_arena_str(f->arena, address, &ok);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for an address");
}

static bool find_people(const struct ek_api_report_made *m, const struct ek_api_report_target *to,
			struct ek_api_report_send *out, struct ek_err *err)
{
	struct finding f = {.out = out, .arena = m->arena};
	for (uint32_t i = 0; i < to->people_count; i++) {
		const struct ek_views_value key = ek_views_int(to->people[i].v);
		const struct ek_reader_question q = {
			"SELECT email FROM people WHERE teammate = $1 AND state = 'active'", &key,
			1};
		out->people[out->people_count].id = to->people[i];
		out->people[out->people_count].address = (ek_str){NULL, 0};
		if (!ek_reader_each(m->reader, &q, take_person, &f, err))
			return false;
		out->people_count++;
	}
	return true;
}

static bool take_hook(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	(void)n;
	(void)err;
	f->found = true;
	f->is_on = ek_str_is(text_of(&v[0]), "active");
	return true;
}

/* {"type":"report.made","timestamp":...,"data":{...}}: the answer too, unless it is too long. */
static bool write_told(const struct ek_api_report_made *m, struct ek_api_report_send *out)
{
	const ek_str answer = text_of(&m->run[EK_CONTENT_REPORT_RUNS_BODY]);
	const uint64_t report = (uint64_t)m->row[EK_CONTENT_REPORTS_REPORT].i;
	const uint64_t run = (uint64_t)m->run[EK_CONTENT_REPORT_RUNS_RUN].i;
	char link[256];
	struct ek_json j;
	bool ok = true;
	ek_json_init(&j, ek_heap_alloc(), TOLD_MAX + 4096);
	j.style.is_api = true;
	size_t n =
		ek_format(link, sizeof link, "%s/api/v1/reports/rep_%llu/runs/run_%llu",
			  m->api->options.url, (unsigned long long)report, (unsigned long long)run);
	ek_json_object(&j);
	ek_api_put_word(&j, "type", TOLD_TYPE);
	ek_api_put_time(&j, "timestamp", m->at);
	ek_json_key(&j, "data");
	ek_json_object(&j);
	ek_api_put_id(&j, "report", EK_IDENT_REPORT, report);
	ek_api_put_id(&j, "run", EK_IDENT_RUN, run);
	ek_api_put_text(&j, "name", text_of(&m->row[EK_CONTENT_REPORTS_NAME]));
	ek_api_put_time(&j, "due_at", (ek_time){m->run[EK_CONTENT_REPORT_RUNS_DUE_MS].i});
	ek_api_put_text(&j, "link", (ek_str){link, (uint32_t)n});
	ek_api_put_raw(&j, "answer", answer.n <= TOLD_MAX ? answer : (ek_str){NULL, 0});
	ek_json_object_end(&j);
	ek_json_object_end(&j);
	if (ek_json_is_whole(&j))
		out->body = ek_arena_str(m->arena, ek_json_written(&j), &ok);
	ok = ok && ek_json_is_whole(&j);
	ek_json_fini(&j);
	return ok;
}

static bool find_hook(const struct ek_api_report_made *m, const struct ek_api_report_target *to,
		      struct ek_api_report_send *out, const char **why)
{
	const struct ek_views_value key = ek_views_int((int64_t)to->webhook);
	const struct ek_reader_question q = {"SELECT state FROM webhooks WHERE webhook = $1", &key,
					     1};
	struct finding f = {.out = out};
	struct ek_err err;
	out->webhook = to->webhook;
	if (!ek_reader_each(m->reader, &q, take_hook, &f, &err))
		*why = "not_read";
	else if (!f.found)
		*why = "webhook_gone";
	else if (!f.is_on)
		*why = "webhook_off";
	else if (!write_told(m, out))
		*why = "too_large";
	return *why == NULL;
}

bool ek_api_report_send_find(const struct ek_api_report_made *m,
			     const struct ek_api_report_target *to, struct ek_api_report_send *out,
			     const char **why)
{
	struct ek_err err;
	bool any = false;
	*out = (struct ek_api_report_send){
		.run = m->run[EK_CONTENT_REPORT_RUNS_RUN].i,
		.at = m->at,
		.subject = text_of(&m->row[EK_CONTENT_REPORTS_NAME]),
	};
	*why = NULL;
	if (to->way == EK_API_REPORT_WEBHOOK)
		return find_hook(m, to, out, why);
	if (!find_people(m, to, out, &err) ||
	    !ek_api_letters_mailbox(m->reader, (ek_conversation_id){0}, (ek_team_id){0},
				    &out->mailbox, &err)) {
		*why = "not_read";
		return false;
	}
	for (uint32_t i = 0; i < out->people_count; i++)
		any = any || out->people[i].address.n > 0;
	if (!any)
		*why = "no_address";
	else if (out->mailbox == 0)
		*why = "no_mailbox";
	return *why == NULL;
}

/* ---- the rows */

static int64_t put_delivery(struct ek_api *api, struct ek_writer *w,
			    const struct ek_api_report_send *s)
{
	struct ek_views_value v[EK_CONTENT_WEBHOOK_DELIVERIES_WIDTH] = {0};
	char message[EK_HOOKS_MESSAGE + 1];
	int64_t id = ek_api_new_id(api, w, EK_CONTENT_WEBHOOK_DELIVERIES);
	ek_hooks_print_message(message);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY] = ek_views_int(id);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_WEBHOOK] = ek_views_int((int64_t)s->webhook);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_MESSAGE] = word(message);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_TYPE] = word(TOLD_TYPE);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_BODY] = ek_views_text(s->body);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_STATE] = word("waiting");
	v[EK_CONTENT_WEBHOOK_DELIVERIES_ATTEMPTS] = ek_views_int(0);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_NEXT_MS] = ek_views_int(s->at.ms);
	v[EK_CONTENT_WEBHOOK_DELIVERIES_CREATED_MS] = ek_views_int(s->at.ms);
	ek_writer_add(w, EK_CONTENT_WEBHOOK_DELIVERIES, v);
	return id;
}

static void put_person(struct ek_api *api, struct ek_writer *w, const struct ek_api_report_send *s,
		       uint32_t i)
{
	const struct ek_api_letter letter = {
		.kind = EK_API_LETTERS_REPORT,
		.about = s->run,
		.mailbox = s->mailbox,
		.address = s->people[i].address,
		.subject = s->subject,
		.at = s->at,
	};
	struct ek_views_value v[WIDTH] = {0};
	bool has = s->people[i].address.n > 0;
	v[EK_CONTENT_REPORT_SENDINGS_RUN] = ek_views_int(s->run);
	v[EK_CONTENT_REPORT_SENDINGS_PLACE] = ek_views_int(i);
	v[EK_CONTENT_REPORT_SENDINGS_TEAMMATE] = ek_views_int(s->people[i].id.v);
	v[EK_CONTENT_REPORT_SENDINGS_STATE] = word(has ? "waiting" : "failed");
	v[EK_CONTENT_REPORT_SENDINGS_WHY] = word(has ? NULL : "no_address");
	if (has)
		v[EK_CONTENT_REPORT_SENDINGS_MAIL] =
			ek_views_int(ek_api_letters_put(api, w, &letter));
	ek_writer_add(w, EK_CONTENT_REPORT_SENDINGS, v);
}

void ek_api_report_send_put(struct ek_api *api, struct ek_writer *w,
			    const struct ek_api_report_send *s)
{
	struct ek_views_value v[WIDTH] = {0};
	for (uint32_t i = 0; i < s->people_count; i++)
		put_person(api, w, s, i);
	if (s->webhook == 0)
		return;
	v[EK_CONTENT_REPORT_SENDINGS_RUN] = ek_views_int(s->run);
	v[EK_CONTENT_REPORT_SENDINGS_PLACE] = ek_views_int(0);
	v[EK_CONTENT_REPORT_SENDINGS_WEBHOOK] = ek_views_int((int64_t)s->webhook);
	v[EK_CONTENT_REPORT_SENDINGS_STATE] = word("waiting");
	v[EK_CONTENT_REPORT_SENDINGS_DELIVERY] = ek_views_int(put_delivery(api, w, s));
	ek_writer_add(w, EK_CONTENT_REPORT_SENDINGS, v);
}

/* ---- what came of them */

#define SENDING \
	"s.run, s.place, s.teammate, s.webhook, s.mail, s.delivery, s.state, s.why, s.detail, " \
	"s.done_ms"
/* Behind a sending: what is known of its mail and of its delivery. */
enum {
	M_STATE = WIDTH,
	M_ERROR,
	M_DETAIL,
	M_NEXT,
	M_BOX,
	D_STATE,
	D_OUTCOME,
	D_STATUS,
	D_NEXT,
};
#define BESIDES \
	"m.state, m.error, m.detail, m.next_ms, (SELECT b.active FROM mailboxes b" \
	" WHERE b.mailbox = m.mailbox AND b.deleted_ms IS NULL), d.state, d.outcome, d.status," \
	" d.next_ms"
#define FROM \
	"report_sendings s LEFT JOIN mails m ON m.mail = s.mail LEFT JOIN webhook_deliveries d" \
	" ON d.delivery = s.delivery"

static const char *const statuses[] = {"answered_1xx", "answered_2xx", "answered_3xx",
				       "answered_4xx", "answered_5xx"};

/* It waits in a mailbox out of which nothing goes. */
static bool is_stuck(const struct ek_views_value *v)
{
	return ek_str_is(text_of(&v[M_STATE]), "waiting") &&
	       (v[M_BOX].kind != EK_VIEWS_INT || v[M_BOX].i == 0);
}

/* A word why it did not go, the last time; p NULL: it was not tried. */
static ek_str why_of(const struct ek_views_value *v)
{
	if (v[EK_CONTENT_REPORT_SENDINGS_WHY].kind == EK_VIEWS_TEXT)
		return text_of(&v[EK_CONTENT_REPORT_SENDINGS_WHY]);
	if (v[EK_CONTENT_REPORT_SENDINGS_MAIL].kind == EK_VIEWS_INT)
		return is_stuck(v) ? EK_S("mailbox_off") : text_of(&v[M_ERROR]);
	int64_t status = v[D_STATUS].kind == EK_VIEWS_INT ? v[D_STATUS].i / 100 : 0;
	if (ek_str_is(text_of(&v[D_OUTCOME]), "answered") && status >= 1 && status <= 5)
		return ended(status == 2 ? NULL : statuses[status - 1]);
	return text_of(&v[D_OUTCOME]);
}

static bool take_ended(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	struct ek_api_report_ended *e = f->end;
	const bool is_mail = v[EK_CONTENT_REPORT_SENDINGS_MAIL].kind == EK_VIEWS_INT;
	bool is_well =
		ek_str_is(text_of(&v[is_mail ? M_STATE : D_STATE]), is_mail ? "sent" : "delivered");
	ek_str why = why_of(v);
	bool ok = true;
	(void)n;
	memcpy(e->row, v, sizeof e->row);
	e->row[EK_CONTENT_REPORT_SENDINGS_STATE] = word(is_well ? "sent" : "failed");
	e->row[EK_CONTENT_REPORT_SENDINGS_WHY] = word(NULL);
	e->row[EK_CONTENT_REPORT_SENDINGS_DETAIL] = word(NULL);
	if (!is_well) {
		e->row[EK_CONTENT_REPORT_SENDINGS_WHY] = ek_views_text(
			ek_arena_str(f->arena, why.p == NULL ? EK_S("gone") : why, &ok));
		if (v[M_DETAIL].kind == EK_VIEWS_TEXT)
			e->row[EK_CONTENT_REPORT_SENDINGS_DETAIL] =
				ek_views_text(ek_arena_str(f->arena, text_of(&v[M_DETAIL]), &ok));
	}
	e->letter[EK_CONTENT_LETTERS_MAIL] = v[EK_CONTENT_REPORT_SENDINGS_MAIL];
	e->letter[EK_CONTENT_LETTERS_KIND] = word(EK_API_LETTERS_REPORT);
	e->letter[EK_CONTENT_LETTERS_ABOUT] = v[EK_CONTENT_REPORT_SENDINGS_RUN];
	e->letter[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(1);
	e->is_well = is_well;
	e->is_found = true;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a sending");
}

static bool take_counts(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_api_report_ended *e = ctx;
	(void)n;
	(void)err;
	e->is_last = v[0].kind != EK_VIEWS_INT || v[0].i == 0;
	e->is_well = e->is_well && (v[1].kind != EK_VIEWS_INT || v[1].i == 0);
	return true;
}

bool ek_api_report_send_next(struct ek_reader *reader, struct ek_arena *arena, ek_time now,
			     struct ek_api_report_ended *out, struct ek_err *err)
{
	static const char sql[] =
		"SELECT " SENDING ", " BESIDES " FROM " FROM " WHERE s.state = 'waiting' AND"
		" ((s.mail IS NOT NULL AND (m.mail IS NULL OR m.state IN ('sent', 'failed',"
		" 'cancelled') OR m.created_ms < $1)) OR (s.delivery IS NOT NULL AND"
		" (d.delivery IS NULL OR d.state IN ('delivered', 'dead'))))"
		" ORDER BY s.run, s.place LIMIT 1";
	/* What was sent, and is open again: it came back. */
	static const char came_back[] =
		"SELECT " SENDING ", " BESIDES " FROM letters l JOIN report_sendings s ON"
		" s.mail = l.mail LEFT JOIN mails m ON m.mail = s.mail LEFT JOIN"
		" webhook_deliveries d ON d.delivery = s.delivery WHERE l.settled = 0"
		" AND l.kind = 'report' AND s.state <> 'waiting' ORDER BY s.run, s.place LIMIT 1";
	const struct ek_views_value arg = ek_views_int(now.ms - GIVE_UP_MS);
	const struct ek_reader_question q = {sql, &arg, 1};
	const struct ek_reader_question again = {came_back, NULL, 0};
	struct finding f = {.end = out, .arena = arena};
	*out = (struct ek_api_report_ended){0};
	if (!ek_reader_each(reader, &q, take_ended, &f, err) ||
	    (!out->is_found && !ek_reader_each(reader, &again, take_ended, &f, err)))
		return false;
	if (!out->is_found)
		return true;
	const struct ek_views_value others[] = {out->row[EK_CONTENT_REPORT_SENDINGS_RUN],
						out->row[EK_CONTENT_REPORT_SENDINGS_PLACE]};
	const struct ek_reader_question counts = {
		"SELECT sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END),"
		" sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) FROM report_sendings"
		" WHERE run = $1 AND place <> $2",
		others, 2};
	return ek_reader_each(reader, &counts, take_counts, out, err);
}

void ek_api_report_send_settle(struct ek_writer *w, const struct ek_api_report_ended *e)
{
	ek_writer_add(w, EK_CONTENT_REPORT_SENDINGS, e->row);
	if (e->letter[EK_CONTENT_LETTERS_MAIL].kind == EK_VIEWS_INT)
		ek_writer_add(w, EK_CONTENT_LETTERS, e->letter);
}

/* ---- shown */

bool ek_api_report_send_list(struct ek_turn *t, uint64_t report, const int64_t runs[2],
			     struct ek_turn_rows *out)
{
	static const char sql[] = "SELECT " SENDING ", " BESIDES " FROM " FROM
				  " JOIN report_runs u ON u.run = s.run WHERE u.report = $1"
				  " AND s.run >= $2 AND s.run <= $3 ORDER BY s.run, s.place";
	const struct ek_views_value args[] = {ek_views_int((int64_t)report), ek_views_int(runs[0]),
					      ek_views_int(runs[1])};
	return ek_turn_select(t, sql, args, EK_LEN(args), out);
}

static void show_one(struct ek_json *j, const struct ek_views_value *v)
{
	const bool is_mail = v[EK_CONTENT_REPORT_SENDINGS_MAIL].kind == EK_VIEWS_INT;
	const ek_str state = text_of(&v[EK_CONTENT_REPORT_SENDINGS_STATE]);
	const bool is_waiting = ek_str_is(state, "waiting");
	const struct ek_views_value *next = &v[is_mail ? M_NEXT : D_NEXT];
	const struct ek_views_value *detail =
		&v[is_waiting && is_mail ? M_DETAIL : EK_CONTENT_REPORT_SENDINGS_DETAIL];
	const bool is_next = is_waiting && next->kind == EK_VIEWS_INT;
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      (uint64_t)(v[EK_CONTENT_REPORT_SENDINGS_TEAMMATE].kind == EK_VIEWS_INT
					 ? v[EK_CONTENT_REPORT_SENDINGS_TEAMMATE].i
					 : 0));
	ek_api_put_id(j, "webhook", EK_IDENT_WEBHOOK,
		      (uint64_t)(v[EK_CONTENT_REPORT_SENDINGS_WEBHOOK].kind == EK_VIEWS_INT
					 ? v[EK_CONTENT_REPORT_SENDINGS_WEBHOOK].i
					 : 0));
	ek_api_put_text(j, "state", state);
	ek_api_put_text(j, "why", ek_str_is(state, "sent") ? (ek_str){NULL, 0} : why_of(v));
	ek_api_put_text(j, "detail", text_of(detail));
	ek_api_put_time(j, "next_at", (ek_time){is_next ? next->i : EK_NONE});
	ek_json_object_end(j);
}

void ek_api_report_send_show(struct ek_json *j, const struct ek_turn_rows *sent, int64_t run)
{
	ek_json_key(j, "sendings");
	ek_json_list(j);
	for (uint32_t i = 0; sent != NULL && i < sent->n; i++) {
		const struct ek_views_value *v = sent->v + (size_t)i * sent->columns;
		if (v[EK_CONTENT_REPORT_SENDINGS_RUN].i == run)
			show_one(j, v);
	}
	ek_json_list_end(j);
}

/* ---- what the mail says */

bool ek_api_report_table(ek_str answer, uint32_t standard, struct ek_json *out)
{
	static const char *const responses[] = {"ApproachReport", "SlaReport", "LeavingReport",
						"PresenceReport", "TeamTrendReport"};
	const struct ek_csv_style style = {0};
	ek_json_init(out, ek_heap_alloc(), EK_API_REPORT_BODY);
	return ek_csv_write(answer, responses[standard], &style, out) && ek_json_is_whole(out);
}

struct told {
	struct ek_arena *arena;
	bool found;
	ek_str name, answer, owner;
	ek_time due;
	int language;
	struct ek_api_report_query query;
	char *text;
	size_t n;
};

static bool take_told(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct told *t = ctx;
	const struct ek_views_value *row = v + 5;
	bool ok = true;
	(void)n;
	t->found = true;
	t->answer = ek_arena_str(t->arena, text_of(&v[0]), &ok);
	t->due.ms = v[1].i;
	t->owner = ek_arena_str(t->arena, text_of(&v[2]), &ok);
	t->language = ek_survey_language(text_of(&v[3]));
	t->name = ek_arena_str(t->arena, text_of(&row[EK_CONTENT_REPORTS_NAME]), &ok);
	ok = ok && ek_api_report_read_query(row, t->arena, &t->query);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a report");
}

static void say(struct told *t, ek_str s)
{
	if (s.n == 0 || s.n > TEXT - t->n)
		return;
	memcpy(t->text + t->n, s.p, s.n);
	t->n += s.n;
}

static void say_line(struct told *t, enum ek_api_letters_word word, ek_str s)
{
	say(t, ended(ek_api_letters_say(word, t->language)));
	say(t, EK_S(" "));
	say(t, s);
	say(t, EK_S("\n"));
}

static ek_str member(const struct ek_patch_at *root, const char *name)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	ek_str s = {NULL, 0};
	return ek_patch_text(&at, 0, 1024, &s) ? s : (ek_str){NULL, 0};
}

static void say_definitions(struct told *t, const struct ek_patch_at *root)
{
	const struct ek_patch_at list = ek_patch_member(root, "definitions");
	uint32_t n = 0;
	if (!ek_patch_list(&list, 0, DEFINITIONS, &n))
		return;
	say(t, ended(ek_api_letters_say(EK_API_LETTERS_DEFINITIONS, t->language)));
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at one = ek_patch_row(&list, i);
		ek_str s = {NULL, 0};
		say(t, i == 0 ? EK_S(" ") : EK_S(", "));
		if (ek_patch_text(&one, 0, 100, &s))
			say(t, s);
	}
	say(t, EK_S("\n"));
}

/* "2027-03-01 - 2027-03-07": the last day itself, not the day behind it. */
static void say_days(struct told *t, const struct ek_patch_at *root)
{
	struct ek_patch_at from = ek_patch_member(root, "from");
	struct ek_patch_at until = ek_patch_member(root, "until");
	int32_t first = 0, behind = 0;
	char days[2 * DAY + 4], last[DAY];
	if (!ek_patch_date(&from, &first) || !ek_patch_date(&until, &behind))
		return;
	days[ek_rfc3339_print_date(first, days)] = '\0';
	last[ek_rfc3339_print_date(behind - 1, last)] = '\0';
	size_t n = strlen(days);
	n += ek_format(days + n, sizeof days - n, " - %s", last);
	say_line(t, EK_API_LETTERS_DAYS, (ek_str){days, (uint32_t)n});
}

static void compose(struct ek_api *api, struct told *t)
{
	const enum ek_api_letters_word standard =
		(enum ek_api_letters_word)(EK_API_LETTERS_APPROACHES + t->query.standard);
	struct ek_problem problem;
	struct ek_patch b;
	ek_problem_init(&problem, t->arena);
	say(t, t->name);
	say(t, EK_S("\n"));
	say(t, ended(ek_api_letters_say(standard, t->language)));
	say(t, EK_S("\n\n"));
	if (ek_patch_open(&b, t->answer, t->arena, &problem)) {
		struct ek_patch_at root = ek_patch_root(&b);
		say_days(t, &root);
		say_line(t, EK_API_LETTERS_ZONE, member(&root, "zone"));
		say_definitions(t, &root);
		say(t, ended(ek_api_letters_say(EK_API_LETTERS_RECEIPTS, t->language)));
		say(t, EK_S(" "));
		say(t, ended(api->options.url));
		say(t, member(&root, "receipts"));
		say(t, EK_S("\n"));
	}
	ek_patch_close(&b);
	say_line(t, EK_API_LETTERS_SAVED, t->owner);
	say(t, EK_S("\n"));
	say(t, ended(ek_api_letters_say(EK_API_LETTERS_ATTACHED, t->language)));
	say(t, EK_S("\n"));
}

static bool attach(struct told *t, struct ek_letter *out, struct ek_err *err)
{
	struct ek_letter_file *files = ek_arena_zero(t->arena, 2 * sizeof *files);
	char *names = ek_arena_get(t->arena, 2 * (DAY + 16));
	char day[DAY];
	struct ek_json table;
	bool ok = files != NULL && names != NULL;
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a report");
	day[ek_rfc3339_print_date((int32_t)(t->due.ms / EK_SURVEY_DAY_MS), day)] = '\0';
	size_t n = ek_format(names, DAY + 16, "report-%s.json", day);
	files[0] = (struct ek_letter_file){{names, (uint32_t)n}, "application/json", t->answer};
	out->file_count = 1;
	if (t->query.is_csv) {
		ok = ek_api_report_table(t->answer, t->query.standard, &table);
		names += DAY + 16;
		n = ek_format(names, DAY + 16, "report-%s.csv", day);
		files[1] = (struct ek_letter_file){{names, (uint32_t)n}, "text/csv", {NULL, 0}};
		if (ok)
			files[1].bytes = ek_arena_str(t->arena, ek_json_written(&table), &ok);
		ek_json_fini(&table);
		out->file_count = 2;
	}
	out->files = files;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a table");
}

bool ek_api_report_send_write(struct ek_api *api, const struct ek_post_letter *letter,
			      struct ek_letter *out, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(letter->mail)};
	const struct ek_reader_question q = {
		"SELECT u.body, u.due_ms, o.name, p.language, s.place, r.* FROM report_sendings s"
		" JOIN report_runs u ON u.run = s.run JOIN reports r ON r.report = u.report"
		" LEFT JOIN people o ON o.teammate = r.teammate LEFT JOIN people p ON"
		" p.teammate = s.teammate WHERE s.mail = $1 AND u.body IS NOT NULL",
		args, 1};
	struct told t = {.arena = letter->arena, .language = -1};
	if (!ek_reader_each(letter->reader, &q, take_told, &t, err))
		return false;
	if (!t.found)
		return ek_fail(err, EK_INVALID_VALUE, "the report is not there any more");
	t.text = ek_arena_get(letter->arena, TEXT);
	if (t.text == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a report");
	compose(api, &t);
	out->text = (ek_str){t.text, (uint32_t)t.n};
	return attach(&t, out, err);
}
