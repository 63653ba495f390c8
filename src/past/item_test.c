/* Rows of a table as one thing of the past: what it becomes, and why it cannot be one. */
#include "past/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"
#include "sys/zone.h"
#include "wire/table.h"

enum { ROWS = 16 };

#define CALL "[import]\nkind = \"calls\"\n"
#define TALK "[import]\nkind = \"conversations\"\ncase = \"id\"\n"
#define MAIL "[fixed]\nchannel = \"email\"\n"
#define ASK "[import]\nkind = \"surveys\"\n"

struct row {
	const char *promise;
	const char *map;
	const char *table; /* all rows are one thing */
	const char *want;  /* fields that are set, by name; times as ms; or ! and the refusal */
};
/* 1970-01-01T00:00:00 to :59 reads as 0 to 59000. */
#define T(s) "1970-01-01 00:00:" #s
/* clang-format off */
static const struct row rows[] = {
	{"a call by its times", CALL "[fields]\nstarted = \"s\"\nqueued = \"q\"\nanswered = \"a\"\n"
	 "ended = \"e\"\n",
	 "s,q,a,e\n" T(01) "," T(02) "," T(03) "," T(09) "\n",
	 "started=1000 queued=2000 answered=3000 ended=9000 "},
	{"without a queue in the map every call reached one",
	 CALL "[fields]\nstarted = \"s\"\nended = \"e\"\n", "s,e\n" T(01) "," T(09) "\n",
	 "started=1000 queued=1000 ended=9000 "},
	{"the menu ended it", CALL "[fields]\nstarted = \"s\"\nqueued = \"q\"\nended = \"e\"\n"
	 "team = \"t\"\n",
	 "s,q,e,t\n" T(01) ",," T(09) ",Bank\n", "started=1000 ended=9000 "},
	{"answered at once", CALL "[fields]\nstarted = \"s\"\nqueued = \"q\"\nanswered = \"a\"\n"
	 "ended = \"e\"\n",
	 "s,q,a,e\n" T(01) ",," T(03) "," T(09) "\n",
	 "started=1000 queued=3000 answered=3000 ended=9000 "},
	{"lengths that were measured go before times",
	 CALL "[fields]\nstarted = \"s\"\nqueued = \"q\"\nanswered = \"a\"\nwait = \"w\"\n"
	 "talk = \"l\"\n",
	 "s,q,a,w,l\n" T(01) "," T(02) "," T(08) ",5,1:01\n",
	 "started=1000 queued=2000 answered=7000 ended=68000 "},
	{"they hung up after so long", CALL "[fields]\nstarted = \"s\"\nanswered = \"a\"\n"
	 "wait = \"w\"\n",
	 "s,a,w\n" T(01) ",,2.5\n", "started=1000 queued=1000 ended=3500 "},
	{"hold, after-work and transfers",
	 CALL "[fields]\nstarted = \"s\"\nended = \"e\"\nhold = \"h\"\nholds = \"n\"\n"
	 "after = \"a\"\ntransfers = \"t\"\n",
	 "s,e,h,n,a,t\n" T(01) "," T(09) ",0:02,1,3,2\n",
	 "started=1000 queued=1000 ended=9000 hold_ms=2000 holds=1 after_ms=3000 transfers=2 "},
	{"no end", CALL "[fields]\nstarted = \"s\"\n", "s\n" T(01) "\n", "!ended: it is missing"},
	{"no start", CALL "[fields]\nstarted = \"s\"\n", "s,x\n,1\n", "!started: it is missing"},
	{"no time", CALL "[fields]\nstarted = \"s\"\n", "s\n"
	 "noon\n", "!started: it is no time of the formats in `dates`"},
	{"times the wrong way round", CALL "[fields]\nstarted = \"s\"\nended = \"e\"\n",
	 "s,e\n" T(09) "," T(01) "\n", "!ended: it lies before what it must follow"},
	{"a little backwards is lifted",
	 CALL "backwards = 8\n[fields]\nstarted = \"s\"\nended = \"e\"\n",
	 "s,e\n" T(09) "," T(01) "\n", "started=9000 queued=9000 ended=9000 "},
	{"across midnight",
	 CALL "midnight = true\ndates = [\"%Y-%m-%d %H:%M\"]\n[fields]\nstarted = \"{d} {s}\"\n"
	 "ended = \"{d} {e}\"\n",
	 "d,s,e\n1970-01-01,23:59,0:01\n", "started=86340000 queued=86340000 ended=86460000 "},
	{"across midnight into summer time: by the clock on the wall",
	 CALL "zone = \"Europe/Berlin\"\nmidnight = true\ndates = [\"%Y-%m-%d %H:%M\"]\n"
	 "[fields]\nstarted = \"{d} {s}\"\nended = \"{d} {e}\"\n",
	 "d,s,e\n2024-03-30,23:59,3:30\n",
	 "started=1711839540000 queued=1711839540000 ended=1711848600000 "},
	{"the future", CALL "[fields]\nstarted = \"s\"\nended = \"e\"\n",
	 "s,e\n2090-01-01,2090-01-01\n", "!ended: it lies in the future"},
	{"a length below 0", CALL "[fields]\nstarted = \"s\"\nended = \"e\"\nhold = \"h\"\n",
	 "s,e,h\n" T(01) "," T(09) ",-1\n", "!hold: it is no number of seconds from 0"},
	{"a team that is not there", CALL "[fields]\nstarted = \"s\"\nended = \"e\"\n"
	 "team = \"t\"\n",
	 "s,e,t\n" T(01) "," T(09) ",Nowhere\n", "!team: there is no such team inbox"},
	{"a teammate who is not there",
	 CALL "[fields]\nstarted = \"s\"\nanswered = \"s\"\nended = \"e\"\nteammate = \"t\"\n",
	 "s,e,t\n" T(01) "," T(09) ",Nobody\n", "!teammate: there is no such teammate"},
	{"a conversation of one row",
	 TALK "[fields]\nstarted = \"s\"\nreplied = \"r\"\nclosed = \"c\"\nreplies = \"n\"\n"
	 "sla_met = \"m\"\n" MAIL,
	 "id,s,r,c,n,m\n1," T(01) "," T(03) "," T(05) ",2,no\n",
	 "channel=1 started=1000 replied=3000 closed=5000 replies=2 sla_met=0 "},
	{"of several: the first, the last, the least, the most, how many, how often another",
	 TALK "[fields]\nstarted = \"first {at}\"\nassigned = \"first {at} if {who} is given\"\n"
	 "closed = \"first {at} if {what} = done\"\nsolved = \"last {at} if {what} = done\"\n"
	 "replies = \"count {at} if {what} = said\"\ntransfers = \"changes {who}\"\n"
	 "reopens = \"most {n}\"\nsla_met = \"least {ok}\"\n" MAIL,
	 "id,at,what,who,n,ok\n1," T(01) ",new,,0,true\n1," T(02) ",said,Ann,1,true\n1," T(03)
	 ",said,Bob,2,false\n1," T(04) ",done,Bob,1,true\n1," T(05) ",done,Ann,1,true\n",
	 "channel=1 started=1000 assigned=2000 closed=4000 solved=5000 replies=2 reopens=2 "
	 "transfers=2 sla_met=0 "},
	{"what is no number is refused, not passed over",
	 TALK "[fields]\nstarted = \"at\"\nreopens = \"most {n}\"\n" MAIL,
	 "id,at,n\n1," T(01) ",2\n1," T(02) ",x\n", "!reopens: it is no whole number from 0"},
	{"alternatives: the first that is there",
	 TALK "[fields]\nstarted = [\"a\", \"b\", \"c\"]\n" MAIL,
	 "id,a,b,c\n1,," T(02) "," T(03) "\n", "channel=1 started=2000 "},
	{"a channel in their words", TALK "[fields]\nstarted = \"a\"\nchannel = \"c\"\n[channels]\n"
	 "\"By phone\" = \"voice\"\n",
	 "id,a,c\n1," T(02) ",By phone\n", "channel=3 started=2000 "},
	{"a channel nobody knows", TALK "[fields]\nstarted = \"a\"\nchannel = \"c\"\n",
	 "id,a,c\n1," T(02) ",pigeon\n", "!channel: it is no channel, nor in [channels]"},
	{"tags of several cells, split, each once",
	 TALK "tags_split = \";\"\n[fields]\nstarted = \"a\"\ntags = [\"t\", \"u\"]\n" MAIL,
	 "id,a,t,u\n1," T(02) ",billing,late; billing;;card \n",
	 "channel=1 started=2000 tags=billing|late|card| "},
	{"an answer", ASK "[fields]\nasked = \"a\"\nscore = \"s\"\n[fixed]\nform = \"csat\"\n",
	 "a,s\n" T(05) ",4\n", "form=2 score=4 asked=5000 answered=5000 "},
	{"a blank one", ASK "[fields]\nasked = \"a\"\nscore = \"s\"\n[fixed]\nform = \"nps\"\n"
	 "[missing]\ns = [\"11\"]\n",
	 "a,s\n" T(05) ",11\n", "form=1 asked=5000 answered=5000 "},
	{"a score that the form does not have", ASK "[fields]\nasked = \"a\"\nscore = \"s\"\n"
	 "[fixed]\nform = \"nps\"\n",
	 "a,s\n" T(05) ",11\n",
	 "!score: it is not within the form's: nps 0 to 10, csat 1 to 5, ces 1 to 7"},
	{"no such form", ASK "[fields]\nasked = \"a\"\nscore = \"s\"\n[fixed]\nform = \"stars\"\n",
	 "a,s\n" T(05) ",1\n", "!form: it is none of nps, csat and ces"},
};
/* clang-format on */

struct shown {
	size_t n;
	char p[1024];
};

EK_PRINTF(2, 3) static void add(struct shown *to, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	to->n += (size_t)vsnprintf(to->p + to->n, sizeof to->p - to->n, format, args);
	va_end(args);
}

static void show_field(struct shown *to, const struct ek_field *f, const void *at)
{
	int64_t v = EK_NONE;
	if (f->type == EK_FT_TEXTS) {
		const struct ek_texts *t = at;
		for (uint32_t i = 0; i < t->n; i++)
			add(to, "%s%.*s|%s", i == 0 ? "tags=" : "", (int)t->v[i].n, t->v[i].p,
			    i + 1 == t->n ? " " : "");
		return;
	}
	if (f->type == EK_FT_INT || f->type == EK_FT_TIME || f->type == EK_FT_SPAN)
		memcpy(&v, at, sizeof v);
	else if (ek_field_is_enum(f->type) && *(const uint8_t *)at != 0)
		v = *(const uint8_t *)at;
	if (v != EK_NONE && strcmp(f->name, "import") != 0 && strcmp(f->name, "item") != 0)
		add(to, "%s=%lld ", f->name, (long long)v);
}

static void show(struct shown *to, const struct ek_item *it, const struct ek_cmd *c)
{
	const struct ek_record *r = ek_cmd_record(c->kind);
	to->n = 0;
	to->p[0] = '\0';
	if (it->why != NULL)
		add(to, "!%s: %s", it->field, it->why);
	for (uint32_t i = 0; it->why == NULL && i < r->field_count; i++)
		show_field(to, &r->fields[i], (const char *)ek_cmd_body(c) + r->fields[i].offset);
}

static uint32_t read_rows(struct ek_table *t, struct ek_arena *arena, struct ek_map_row *out)
{
	const char *fault;
	uint32_t n = 0;
	while (n < ROWS && ek_table_next(t, &fault)) {
		assert_null(fault);
		ek_str *cells = ek_arena_get(arena, t->n * sizeof *cells);
		memcpy(cells, t->cells, t->n * sizeof *cells);
		out[n++] = (struct ek_map_row){cells, EK_MAP_MAIN};
	}
	return n;
}

static void make(const struct row *row, struct ek_whose *whose)
{
	static struct ek_map map;
	static struct ek_table t;
	struct ek_arena arena, cells;
	struct ek_map_row v[ROWS];
	struct ek_err err = {0};
	struct ek_cmd cmd;
	const char *fault;
	struct shown got;
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 22);
	ek_arena_init(&cells, ek_heap_alloc(), 1 << 20);
	ek_str text = {row->table, (uint32_t)strlen(row->table)};
	if (!ek_map_read(&map, "f", (ek_str){row->map, (uint32_t)strlen(row->map)}, &arena, &err) ||
	    (!ek_str_is(map.zone_name, "UTC") &&
	     !ek_zone_load(map.zone_name, &arena, &map.zone, &err)))
		fail_msg("%s: %s", row->promise, err.msg);
	assert_true(ek_table_open(&t, text, &cells, &err) && ek_table_next(&t, &fault));
	assert_true(ek_map_bind(&map, EK_MAP_MAIN, t.cells, t.n, &err));
	struct ek_item_case c = {.rows = v};
	c.n = read_rows(&t, &arena, v);
	struct ek_item it = {.map = &map,
			     .whose = whose,
			     .kept = &arena,
			     .scratch = &arena,
			     .import = 1,
			     .number = 1,
			     .now = {INT64_C(1790000000000)}};
	assert_true(ek_item_make(&it, &c, &cmd, &err));
	show(&got, &it, &cmd);
	if (strcmp(got.p, row->want) != 0)
		fail_msg("%s: got %s", row->promise, got.p);
	ek_arena_fini(&arena);
	ek_arena_fini(&cells);
}

static void rows_become_things(void **state)
{
	struct ek_log *log;
	struct ek_whose *whose;
	struct ek_err err;
	const struct ek_log_options o = {.where = "memory:", .mode = EK_LOG_CREATE};
	(void)state;
	assert_true(ek_log_open(&o, &log, &err));
	const struct ek_whose_options w = {.log = log};
	assert_true(ek_whose_open(&w, &whose, &err));
	for (size_t i = 0; i < EK_LEN(rows); i++)
		make(&rows[i], whose);
	ek_whose_close(&whose);
	ek_log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rows_become_things)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
