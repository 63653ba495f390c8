/* Any sequence of commands may come, well-formed but otherwise as it likes; sim/twin.h says what
 * holds throughout. Bytes are read as times to pass and commands to give, each field by its type in
 * schema/commands.def, with small ranges, so that commands meet. A small team is there already. */
#include <string.h>

#include "base/arena.h"
#include "base/rfc3339.h"
#include "model/setting.h"
#include "sim/twin.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MAX = 1 << 22,
	COMMANDS_MAX = 96,
	TICKS_MAX = 64,
	IDS = 6,
	ROWS = 4,
	FIRST_DAY = 20613,
	MINUTE = 60000,
};

struct feed {
	const uint8_t *p;
	size_t n;
	struct ek_arena arena; /* one command */
	int64_t now;
};

/* 0 when all is read. */
static uint32_t next(struct feed *f)
{
	if (f->n == 0)
		return 0;
	f->n--;
	return *f->p++;
}

static uint32_t below(struct feed *f, uint32_t n)
{
	return next(f) % n;
}

static void *room(struct feed *f, size_t n)
{
	void *p = ek_arena_zero(&f->arena, n + 1);
	ek_assert(p != NULL);
	return p;
}

static ek_str word(struct feed *f)
{
	static const ek_str words[] = {{"a", 1}, {"chat", 4},  {"gold", 4},
				       {"", 0},  {"lunch", 5}, {"lang:ko", 7}};
	return words[below(f, EK_LEN(words))];
}

static int64_t number(struct feed *f)
{
	static const int64_t odd[] = {EK_NONE, EK_NONE + 1, -1, 1000, UINT32_MAX, INT64_MAX};
	uint32_t b = next(f);
	return b < 240 ? b % 7 : odd[b % EK_LEN(odd)];
}

static int64_t minutes(struct feed *f)
{
	uint32_t b = next(f);
	return b < 200 ? (int64_t)(b % 20) * MINUTE : number(f);
}

static int64_t a_time(struct feed *f)
{
	uint32_t b = next(f);
	return b < 230   ? f->now + ((int64_t)(b % 20) - 6) * MINUTE
	       : b < 245 ? EK_NONE
	       : b < 250 ? EK_RFC3339_FIRST_MS
			 : EK_RFC3339_LAST_MS;
}

/* ---- lists */

static struct ek_needs needs(struct feed *f)
{
	uint32_t n = below(f, 4);
	struct ek_need *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		v[i].skill = word(f);
		v[i].min_level = (uint8_t)(1 + below(f, 5));
		v[i].required = below(f, 2) != 0;
		v[i].relax_after.ms = below(f, 2) != 0 ? minutes(f) : EK_NONE;
	}
	return (struct ek_needs){v, n};
}

/* As a map gives them: names ascend. */
static struct ek_pairs pairs(struct feed *f)
{
	static const ek_str names[] = {{"", 0}, {"plan", 4}, {"tier", 4}, {"zone", 4}};
	struct ek_pair *v = room(f, EK_LEN(names) * sizeof *v);
	uint32_t mask = next(f);
	uint32_t n = 0;
	for (uint32_t i = 0; i < EK_LEN(names); i++) {
		if ((mask >> i & 1) != 0)
			v[n++] = (struct ek_pair){names[i], word(f)};
	}
	if (n > 0 && mask >= 0xe0)
		v[n - 1].value.p = NULL;
	return (struct ek_pairs){v, n};
}

static struct ek_texts texts(struct feed *f)
{
	uint32_t n = below(f, 4);
	ek_str *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		v[i] = word(f);
	return (struct ek_texts){v, n};
}

static struct ek_teams teams(struct feed *f)
{
	uint32_t n = below(f, 4);
	ek_team_id *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		v[i].v = 1 + below(f, IDS);
	return (struct ek_teams){v, n};
}

/* As the zone database gives them. */
static struct ek_zone zone(struct feed *f)
{
	uint32_t b = next(f);
	struct ek_zone_shift *v = room(f, 2 * sizeof *v);
	v[0].at_ms = EK_ZONE_SINCE_EVER;
	v[0].offset_ms = ((int32_t)(b % 9) - 4) * 15 * MINUTE;
	v[1].at_ms = f->now + (int64_t)(b % 13) * 5 * MINUTE;
	v[1].offset_ms = v[0].offset_ms + 60 * MINUTE;
	return (struct ek_zone){EK_S("Test/Somewhere"), v, 1 + b % 2};
}

static struct ek_week week(struct feed *f)
{
	uint32_t n = below(f, 8);
	struct ek_week_hours *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		v[i].day = (uint8_t)(1 + below(f, 7));
		v[i].from_ms = (int32_t)below(f, 24) * 60 * MINUTE;
		v[i].to_ms = v[i].from_ms + (int32_t)below(f, 8) * 30 * MINUTE;
		if (v[i].to_ms > EK_CALENDAR_DAY_MS)
			v[i].to_ms = EK_CALENDAR_DAY_MS;
	}
	return (struct ek_week){v, n};
}

static struct ek_dates dates(struct feed *f)
{
	uint32_t n = below(f, 3);
	int32_t *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		v[i] = FIRST_DAY + (int32_t)below(f, 4);
	return (struct ek_dates){v, n};
}

static struct ek_shifts shifts(struct feed *f)
{
	uint32_t n = below(f, 4);
	struct ek_shift *v = room(f, n * sizeof *v);
	int64_t at = a_time(f);
	for (uint32_t i = 0; i < n; i++) {
		v[i].from.ms = at;
		v[i].until.ms = at = at == EK_NONE ? EK_NONE : at + minutes(f) % (1000 * MINUTE);
	}
	return (struct ek_shifts){v, n};
}

/* ---- settings */

/* Cells of each row of a list, and the bounds of each cell's number. */
static const struct {
	uint8_t cells;
	uint8_t is_named; /* the first cell of a row has a text */
	int64_t lo[4];
	int64_t hi[4];
} shapes[] = {
	[EK_SHAPE_KEYS] = {1, 0, {2}, {11}},
	[EK_SHAPE_ORDERS] = {3, 1, {2, 0, 0}, {2, 0, 0}},
	[EK_SHAPE_POINTS] = {1, 1, {0}, {4}},
	[EK_SHAPE_LIMITS] = {1, 1, {0}, {4}},
	[EK_SHAPE_TEXTS] = {1, 1, {0}, {0}},
	[EK_SHAPE_STEPS] = {3, 0, {0, 300, 1}, {5, 1000, 5}},
	[EK_SHAPE_SKILLS] = {1, 1, {1}, {5}},
	[EK_SHAPE_LEVELS] = {4, 0, {1, 0, 1, 0}, {3, 5, 2, 1}},
	[EK_SHAPE_HOURS] = {2, 0, {0, 0}, {24, 24}},
};

static int64_t cell_number(struct feed *f, int shape, uint32_t i)
{
	int64_t lo = shapes[shape].lo[i];
	int64_t n = lo + below(f, (uint32_t)(shapes[shape].hi[i] - lo) + 1);
	if (shape == EK_SHAPE_LEVELS && i == 1)
		return n * MINUTE;
	return shape == EK_SHAPE_HOURS ? n * 60 * MINUTE : n;
}

static struct ek_value list(struct feed *f, int shape)
{
	static const ek_str names[] = {{"a", 1}, {"chat", 4}, {"lang:ko", 7}, {"tier", 4}};
	uint32_t rows = shape == EK_SHAPE_HOURS ? 1 : below(f, 4);
	uint32_t per = shapes[shape].cells;
	struct ek_cell *v = room(f, rows * per * sizeof *v);
	for (uint32_t i = 0; i < rows * per; i++) {
		v[i].i = cell_number(f, shape, i % per);
		bool has_text = shapes[shape].is_named != 0 || v[i].i / 2 == EK_ORDER_KEY_ATTRIBUTE;
		if (has_text && per == 1)
			v[i].s = next(f) < 230 ? names[(i + rows) % EK_LEN(names)] : word(f);
		else if (has_text && shape == EK_SHAPE_ORDERS)
			v[i].s = names[(i % per == 0 ? i / per : i % per) % EK_LEN(names)];
	}
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = rows * per, .cells = v};
}

static struct ek_value value(struct feed *f, int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	uint32_t b = next(f);
	if (b >= 250)
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	if (b >= 240 || row->type == EK_SETTING_CALENDAR)
		return ek_value_null();
	if (b >= 235 && row->shape == EK_SHAPE_AUTO)
		return (struct ek_value){.kind = EK_VALUE_AUTO};
	switch (row->type) {
	case EK_SETTING_LIST:
		return list(f, row->shape);
	case EK_SETTING_SPAN:
		return ek_value_int(b < 230 ? row->lo + (int64_t)(b % 12) * MINUTE : number(f));
	case EK_SETTING_DATE:
		return ek_value_int(FIRST_DAY - 3 + b % 7);
	default:
		return ek_value_int(b < 230 ? row->lo + b % 4 : number(f));
	}
}

/* As a map gives them: each once, in order. */
static struct ek_sets sets(struct feed *f)
{
	uint32_t n = 0;
	uint32_t wanted = 1 + below(f, 3);
	struct ek_set *v = room(f, wanted * sizeof *v);
	for (uint32_t s = 1 + below(f, EK_SET_COUNT - 1); n < wanted && s < EK_SET_COUNT; n++) {
		v[n].setting = (uint8_t)s;
		v[n].value = value(f, (int)s);
		s += 1 + below(f, 16);
	}
	return (struct ek_sets){v, n};
}

/* ---- commands */

static void fill(struct feed *f, struct ek_cmd *cmd, bool is_row);

static struct ek_rows rows(struct feed *f)
{
	uint32_t n = below(f, ROWS + 1);
	struct ek_cmd *v = room(f, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		fill(f, &v[i], true);
	return (struct ek_rows){v, n};
}

static void put(void *at, const void *from, size_t n)
{
	memcpy(at, from, n);
}

#define PUT(type, expression) \
	do { \
		type made = (expression); \
		put(at, &made, sizeof made); \
	} while (0)

static uint8_t listed(struct feed *f, enum ek_enum which)
{
	uint8_t n = (uint8_t)below(f, 6);
	return ek_enums_wire(which, n) == NULL ? 0 : n;
}

static void fill_list(struct feed *f, uint8_t type, void *at)
{
	switch (type) {
	case EK_FT_NEEDS:
		PUT(struct ek_needs, needs(f));
		break;
	case EK_FT_PAIRS:
		PUT(struct ek_pairs, pairs(f));
		break;
	case EK_FT_TEXTS:
		PUT(struct ek_texts, texts(f));
		break;
	case EK_FT_TEAMS:
		PUT(struct ek_teams, teams(f));
		break;
	case EK_FT_SETS:
		PUT(struct ek_sets, sets(f));
		break;
	case EK_FT_WEEK:
		PUT(struct ek_week, week(f));
		break;
	case EK_FT_DATES:
		PUT(struct ek_dates, dates(f));
		break;
	case EK_FT_SHIFTS:
		PUT(struct ek_shifts, shifts(f));
		break;
	default:
		ek_assert(type == EK_FT_ROWS);
		PUT(struct ek_rows, rows(f));
	}
}

static void fill_field(struct feed *f, uint8_t type, void *at)
{
	switch (type) {
	case EK_FT_CONVERSATION:
	case EK_FT_TEAMMATE:
	case EK_FT_TEAM:
	case EK_FT_CONTACT:
	case EK_FT_ASSIGNMENT:
	case EK_FT_SCOPE_ID:
		PUT(uint32_t, below(f, IDS));
		break;
	case EK_FT_TIME:
	case EK_FT_WALL:
		PUT(int64_t, a_time(f));
		break;
	case EK_FT_SPAN:
		PUT(int64_t, minutes(f));
		break;
	case EK_FT_BOOL:
		PUT(bool, next(f) % 2 == 1);
		break;
	case EK_FT_INT:
		PUT(int64_t, number(f));
		break;
	case EK_FT_TEXT:
		PUT(ek_str, word(f));
		break;
	case EK_FT_ZONE:
		PUT(struct ek_zone, zone(f));
		break;
	default:
		if (ek_field_is_enum(type))
			PUT(uint8_t, listed(f, ek_field_enum(type)));
		else
			fill_list(f, type, at);
	}
}

static struct ek_actor actor(struct feed *f)
{
	uint32_t b = next(f);
	struct ek_actor by = {EK_ACTOR_PERSON, 0};
	if (b < 32)
		by.kind = b < 16 ? EK_ACTOR_SYSTEM : EK_ACTOR_RULE;
	else
		by.id = b % IDS;
	return by;
}

static bool has_rows(uint32_t kind)
{
	return kind == EK_CMD_BULK_APPLY || kind == EK_CMD_HANDOVER_APPLY ||
	       kind == EK_CMD_POLICY_APPLY;
}

/* Rows are of any kind but those that have rows. */
static void fill(struct feed *f, struct ek_cmd *cmd, bool is_row)
{
	uint32_t kind = 1 + below(f, EK_CMD_COUNT - 1);
	if (is_row && has_rows(kind))
		kind = EK_CMD_CONVERSATION_CREATE;
	*cmd = ek_cmd_make((int)kind);
	cmd->by = actor(f);
	const struct ek_record *record = ek_cmd_record(cmd->kind);
	uint32_t named = record->field_count > 3 ? next(f) | next(f) << 8 : 0xffff;
	for (uint32_t i = 0; i < record->field_count; i++) {
		if ((named >> i & 1) == 0)
			continue;
		cmd->has |= 1u << i;
		fill_field(f, record->fields[i].type,
			   (char *)&cmd->conversation_create + record->fields[i].offset);
	}
}

/* ---- a history */

static void begin(struct ek_twin *twin, ek_time now)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE);
		bool ok = ek_twin_submit(twin, &team, now);
		ek_assert(ok);
	}
	for (uint32_t i = 0; i < 3; i++) {
		static const ek_team_id both[] = {{1}, {2}};
		struct ek_cmd mate = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
		mate.teammate_create.primary = (struct ek_teams){both + i % 2, 1};
		mate.teammate_create.secondary = (struct ek_teams){both, i == 1};
		bool ok = ek_twin_submit(twin, &mate, now);
		struct ek_cmd here = ek_cmd_make(EK_CMD_PRESENCE_SET);
		here.presence_set.teammate.v = i + 1;
		here.presence_set.presence = EK_PRESENCE_ACTIVE;
		ok = ok && ek_twin_submit(twin, &here, now);
		ek_assert(ok);
	}
}

static int64_t step(struct feed *f)
{
	static const int64_t steps[] = {0,
					0,
					0,
					1,
					5000,
					MINUTE,
					MINUTE,
					4 * MINUTE,
					30 * MINUTE,
					60 * MINUTE,
					600 * MINUTE,
					1440 * MINUTE,
					10080 * MINUTE};
	uint32_t b = next(f);
	return steps[b % EK_LEN(steps)];
}

/* One command at its time. False when too much would happen until then. */
static bool play(struct feed *f, struct ek_twin *twin)
{
	struct ek_cmd cmd;
	f->now += step(f);
	ek_arena_reset(&f->arena);
	fill(f, &cmd, false);
	if (cmd.kind != EK_CMD_SERVER_STARTED && !ek_twin_pass(twin, (ek_time){f->now}, TICKS_MAX))
		return false;
	if (next(f) % 8 == 0)
		(void)ek_twin_submit_loaded(twin, &cmd, (ek_time){f->now});
	else
		(void)ek_twin_submit(twin, &cmd, (ek_time){f->now});
	return ek_twin_pass(twin, (ek_time){f->now}, TICKS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_twin *twin = ek_twin_open();
	struct feed f = {.p = data, .n = size};
	ek_assert(twin != NULL);
	f.now = (int64_t)FIRST_DAY * 1440 * MINUTE + 600 * MINUTE;
	ek_arena_init(&f.arena, ek_heap_alloc(), MAX);
	begin(twin, (ek_time){f.now});
	for (uint32_t i = 0; i < COMMANDS_MAX && f.n > 0 && play(&f, twin); i++)
		;
	ek_arena_fini(&f.arena);
	ek_twin_close(&twin);
	return 0;
}
