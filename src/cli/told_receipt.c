/* What a figure is made of, for `evenkeel report --receipt`: how it was measured, what was left out
 * and why, and every item (spec metrics, R11). Nobody's name stands in it. */
#include "base/rfc3339.h"
#include "cli/told.h"
#include "wire/setting_json.h"

struct receipt {
	const struct ek_told_receipt *of;
	struct ek_cli *cli;
	struct ek_json *j;
	uint64_t items, counted, shown;
	struct ek_figures_excluded excluded;
	void (*tell)(struct receipt *r, const struct ek_figures_item *item);
};

/* ---- looked through once for what was left out, once for the items themselves */

static bool count(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct receipt *r = ctx;
	(void)err;
	r->items++;
	r->counted += item->counted;
	ek_figures_exclude(&r->excluded, item);
	return true;
}

static bool show(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct receipt *r = ctx;
	(void)err;
	if (r->shown == r->of->limit)
		return true;
	r->shown++;
	r->tell(r, item);
	return true;
}

static bool look_through(struct receipt *r, const struct ek_told_question *q, struct ek_err *err)
{
	const struct ek_figures_reader counting = {count, r};
	return ek_figures_receipt(q->f, &q->ask, &counting, err);
}

static bool tell_items(struct receipt *r, const struct ek_told_question *q, struct ek_err *err)
{
	const struct ek_figures_reader showing = {show, r};
	return ek_figures_receipt(q->f, &q->ask, &showing, err);
}

/* ---- words */

static bool say_hours(void *ctx, ek_time since, const struct ek_calendar *c, struct ek_err *err)
{
	struct receipt *r = ctx;
	char text[EK_CLI_TIME];
	(void)err;
	ek_cli_print(r->cli, "  office hours from %s: ",
		     ek_time_is_set(since) ? ek_cli_time(since, text) : "the beginning");
	if (c == NULL) {
		ek_cli_print(r->cli, "always open\n");
		return true;
	}
	ek_cli_put(r->cli, c->zone.name.p, c->zone.name.n);
	ek_cli_print(r->cli, ", %u openings a week, %u closed dates\n", (unsigned)c->week_count,
		     (unsigned)c->closed_count);
	return true;
}

static void say_item(struct receipt *r, const struct ek_figures_item *i)
{
	char from[EK_CLI_TIME], to[EK_CLI_TIME];
	ek_str ref = ek_names_of(r->of->names, EK_WRITER_NAME_CONVERSATION, i->conversation.v);
	if (i->import != 0)
		ek_cli_print(r->cli, "  import %u, %u", (unsigned)i->import, (unsigned)i->item);
	else
		ek_cli_print(r->cli, "  conversation %u", (unsigned)i->conversation.v);
	if (i->import == 0 && ref.n > 0) {
		ek_cli_print(r->cli, " (");
		ek_cli_put(r->cli, ref.p, ref.n);
		ek_cli_print(r->cli, ")");
	}
	ek_cli_print(r->cli, "  %s to %s  ", ek_cli_time(i->start, from), ek_cli_time(i->end, to));
	if (i->counted)
		ek_cli_print(r->cli, "%.10g%s\n", i->value,
			     i->in_numerator ? ", one of those" : "");
	else
		ek_cli_print(r->cli, "left out: %s\n", i->why == NULL ? "" : i->why);
}

bool ek_told_receipt_say(struct ek_cli *cli, const struct ek_told_receipt *of,
			 const struct ek_told_question *q, struct ek_err *err)
{
	struct receipt r = {.of = of, .cli = cli, .tell = say_item};
	const struct ek_figures_hours hours = {say_hours, &r};
	ek_cli_print(cli, "  %s\n", of->definition->doc);
	if (!look_through(&r, q, err) || !ek_figures_calendars(q->f, &q->ask, &hours, err))
		return false;
	ek_cli_print(cli, "  counted: %llu of %llu items\n", (unsigned long long)r.counted,
		     (unsigned long long)r.items);
	for (uint32_t i = 0; i < r.excluded.n; i++)
		ek_cli_print(cli, "  left out: %llu, %s\n", (unsigned long long)r.excluded.v[i].n,
			     r.excluded.v[i].why);
	if (!tell_items(&r, q, err))
		return false;
	if (r.shown < r.items)
		ek_cli_say(cli, "%llu more: --limit N shows more of them",
			   (unsigned long long)(r.items - r.shown));
	return true;
}

/* ---- JSON, members in byte order */

static void put_number(struct ek_json *j, const char *key, bool has, uint64_t v)
{
	ek_json_key(j, key);
	if (has)
		ek_json_uint(j, v);
	else
		ek_json_null(j);
}

static void put_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

static bool put_hours(void *ctx, ek_time since, const struct ek_calendar *c, struct ek_err *err)
{
	struct receipt *r = ctx;
	(void)err;
	ek_json_object(r->j);
	ek_json_key(r->j, "hours");
	ek_setting_json_calendar(r->j, c);
	ek_told_put_time(r->j, "since", since);
	ek_json_object_end(r->j);
	return true;
}

static void put_item(struct receipt *r, const struct ek_figures_item *i)
{
	struct ek_json *j = r->j;
	bool has_end = ek_time_is_set(i->end);
	ek_json_object(j);
	put_number(j, "conversation", i->import == 0, i->conversation.v);
	put_bool(j, "counted", i->counted);
	ek_told_put_time(j, "end", i->end);
	put_number(j, "import", i->import != 0, i->import);
	put_bool(j, "in_numerator", i->in_numerator);
	put_number(j, "item", i->import != 0, i->item);
	put_number(j, "seconds_calendar", has_end, (uint64_t)i->seconds_calendar);
	put_number(j, "seconds_office_hours", has_end, (uint64_t)i->seconds_office_hours);
	ek_told_put_time(j, "start", i->start);
	put_number(j, "team", i->team.v != 0, i->team.v);
	ek_json_key(j, "value");
	ek_json_real(j, i->value);
	ek_told_put_word(j, "why", i->why);
	ek_json_object_end(j);
}

bool ek_told_receipt_json(struct ek_json *j, const struct ek_told_receipt *of,
			  const struct ek_told_question *q, struct ek_err *err)
{
	struct receipt r = {.of = of, .j = j, .tell = put_item};
	const struct ek_figures_hours hours = {put_hours, &r};
	if (!look_through(&r, q, err))
		return false;
	ek_json_object(j);
	ek_json_key(j, "calendars");
	ek_json_list(j);
	bool ok = ek_figures_calendars(q->f, &q->ask, &hours, err);
	ek_json_list_end(j);
	put_number(j, "counted", true, r.counted);
	ek_told_put_word(j, "definition", of->definition->doc);
	ek_json_key(j, "excluded");
	ek_json_list(j);
	for (uint32_t i = 0; i < r.excluded.n; i++) {
		ek_json_object(j);
		put_number(j, "n", true, r.excluded.v[i].n);
		ek_told_put_word(j, "why", r.excluded.v[i].why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_key(j, "items");
	ek_json_list(j);
	ok = ok && tell_items(&r, q, err);
	ek_json_list_end(j);
	put_bool(j, "more", r.shown < r.items);
	ek_json_object_end(j);
	return ok;
}

/* ---- CSV */

static void number_cell(struct receipt *r, bool has, uint64_t v)
{
	if (has)
		ek_cli_print(r->cli, "%llu", (unsigned long long)v);
	ek_cli_print(r->cli, ",");
}

static void time_cell(struct receipt *r, ek_time t)
{
	char text[EK_RFC3339_TIME_MAX];
	if (ek_time_is_set(t))
		ek_cli_put(r->cli, text, ek_rfc3339_print(t, text));
	ek_cli_print(r->cli, ",");
}

static void row(struct receipt *r, const struct ek_figures_item *i)
{
	bool has_end = ek_time_is_set(i->end);
	number_cell(r, i->import == 0, i->conversation.v);
	number_cell(r, i->import != 0, i->import);
	number_cell(r, i->import != 0, i->item);
	number_cell(r, i->team.v != 0, i->team.v);
	time_cell(r, i->start);
	time_cell(r, i->end);
	number_cell(r, has_end, (uint64_t)i->seconds_calendar);
	number_cell(r, has_end, (uint64_t)i->seconds_office_hours);
	ek_json_reset(r->j);
	ek_json_real(r->j, i->value);
	ek_cli_put(r->cli, ek_json_written(r->j).p, ek_json_written(r->j).n);
	/* Reasons are words of ours without commas. */
	ek_cli_print(r->cli, ",%s,%s,%s\r\n", i->counted ? "true" : "false",
		     i->in_numerator ? "true" : "false", i->why == NULL ? "" : i->why);
}

bool ek_told_receipt_csv(struct ek_cli *cli, const struct ek_told_receipt *of,
			 const struct ek_told_question *q, struct ek_json *j, struct ek_err *err)
{
	struct receipt r = {.of = of, .cli = cli, .j = j, .tell = row};
	ek_cli_print(cli, "conversation,import,item,team,start,end,seconds_calendar,"
			  "seconds_office_hours,value,counted,in_numerator,why\r\n");
	return tell_items(&r, q, err);
}
