#include "sim/script.h"

#include "model/setting.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *list; /* the enum of a listed value */
} settings[EK_SET_COUNT] = {
#define S(num, name, NAME, at, type, list, lo, hi, null, def, role, doc) [num] = {#name, #list},
	SETTINGS(S)
#undef S
};

static void *take(struct ek_script *s, size_t n)
{
	size_t at = (s->used + 15) & ~(size_t)15;
	ek_assert(at + n <= sizeof s->pool);
	s->used = at + n;
	memset(s->pool + at, 0, n);
	return s->pool + at;
}

/* The next piece up to a separator, ended; moves *rest behind it. NULL when nothing is left. */
static char *piece(char **rest, char separator)
{
	char *at = *rest;
	if (at == NULL || *at == '\0')
		return NULL;
	char *end = strchr(at, separator);
	*rest = end == NULL ? NULL : end + 1;
	if (end != NULL)
		*end = '\0';
	return at;
}

static uint32_t count(const char *text, char separator)
{
	uint32_t n = text[0] != '\0';
	for (const char *p = text; *p != '\0'; p++)
		n += *p == separator;
	return n;
}

static ek_str slice(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

/* HH:MM or HH:MM:SS in milliseconds. */
static int64_t clock_ms(const char *text)
{
	char *end = NULL;
	int64_t ms = strtoll(text, &end, 10) * 3600000;
	ek_assert(*end == ':');
	ms += strtoll(end + 1, &end, 10) * 60000;
	if (*end == ':')
		ms += strtoll(end + 1, &end, 10) * 1000;
	return ms;
}

ek_time ek_script_time(const struct ek_script *s, const char *text)
{
	const char *plus = strchr(text, '+');
	int64_t days = plus == NULL ? 0 : strtoll(text, NULL, 10);
	if (strcmp(text, "null") == 0)
		return EK_NO_TIME;
	return (ek_time){s->first_day.ms + days * EK_CALENDAR_DAY_MS +
			 clock_ms(plus == NULL ? text : plus + 1)};
}

static int64_t number(const char *text)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"", 1},      {"ms", 1},      {"s", 1000},
		     {"m", 60000}, {"h", 3600000}, {"d", EK_CALENDAR_DAY_MS}};
	char *end = NULL;
	if (strcmp(text, "null") == 0)
		return EK_NONE;
	int64_t n = strtoll(text, &end, 10);
	for (size_t i = 0; i < EK_LEN(units); i++) {
		if (strcmp(end, units[i].unit) == 0)
			return n * units[i].ms;
	}
	ek_assert(false);
	return 0;
}

static struct ek_needs needs(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	struct ek_need *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ',');
		v[i].skill = slice(piece(&one, '/'));
		v[i].min_level = (uint8_t)number(piece(&one, '/'));
		v[i].required = strcmp(piece(&one, '/'), "yes") == 0;
		v[i].relax_after.ms = one == NULL ? EK_NONE : number(one);
	}
	return (struct ek_needs){v, n};
}

static struct ek_pairs pairs(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	struct ek_pair *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ',');
		v[i].name = slice(piece(&one, '/'));
		v[i].value = one == NULL ? (ek_str){NULL, 0} : slice(one);
	}
	return (struct ek_pairs){v, n};
}

static struct ek_texts texts(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	ek_str *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		v[i] = slice(piece(&text, ','));
	return (struct ek_texts){v, n};
}

static struct ek_teams teams(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	ek_team_id *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++)
		v[i].v = (uint32_t)number(piece(&text, ','));
	return (struct ek_teams){v, n};
}

static struct ek_value cells(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	struct ek_cell *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ',');
		char *at = piece(&one, '~');
		ek_assert(at != NULL);
		v[i].i = at[0] == '\0' ? 0 : number(at);
		v[i].s = one == NULL ? (ek_str){NULL, 0} : slice(one);
	}
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = n, .cells = v};
}

static struct ek_value value(struct ek_script *s, int setting, char *text)
{
	size_t length = strlen(text);
	if (strcmp(text, "null") == 0)
		return ek_value_null();
	if (strcmp(text, "inherit") == 0)
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	if (strcmp(text, "auto") == 0)
		return (struct ek_value){.kind = EK_VALUE_AUTO};
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return ek_value_int(text[0] == 't');
	if (text[0] == '[') {
		text[length - 1] = '\0';
		return cells(s, text + 1);
	}
	for (int e = 1; e < EK_ENUM_COUNT; e++) {
		int listed = ek_enums_number((enum ek_enum)e, slice(text));
		if (listed != 0 &&
		    strcmp(ek_enums_name((enum ek_enum)e), settings[setting].list) == 0)
			return ek_value_int(listed);
	}
	return ek_value_int(number(text));
}

static int setting_named(const char *name)
{
	for (int i = 1; i < EK_SET_COUNT; i++) {
		if (strcmp(settings[i].name, name) == 0)
			return i;
	}
	ek_assert(false);
	return 0;
}

static struct ek_sets sets(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ';');
	struct ek_set *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ';');
		int setting = setting_named(piece(&one, ':'));
		v[i] = (struct ek_set){(uint8_t)setting, value(s, setting, one)};
	}
	return (struct ek_sets){v, n};
}

/* Central European Time from the spring of 2026 to the autumn of 2027: IANA, Europe/Paris. */
static const struct ek_zone_shift paris[] = {{EK_ZONE_SINCE_EVER, 3600000},
					     {1774746000000, 7200000},
					     {1792890000000, 3600000},
					     {1806195600000, 7200000},
					     {1824944400000, 3600000}};

static struct ek_zone zone(struct ek_script *s, const char *text)
{
	struct ek_zone_shift *v = take(s, sizeof *v);
	if (strcmp(text, "Paris") == 0)
		return (struct ek_zone){slice(text), paris, EK_LEN(paris)};
	v->at_ms = EK_ZONE_SINCE_EVER;
	v->offset_ms = strcmp(text, "UTC") == 0 ? 0 : (int32_t)(number(text) * 60000);
	return (struct ek_zone){slice(text), v, 1};
}

static struct ek_week week(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	struct ek_week_hours *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ',');
		v[i].day = (uint8_t)number(piece(&one, '/'));
		v[i].from_ms = (int32_t)clock_ms(piece(&one, '-'));
		v[i].to_ms = (int32_t)clock_ms(one);
	}
	return (struct ek_week){v, n};
}

static struct ek_shifts shifts(struct ek_script *s, char *text)
{
	uint32_t n = count(text, ',');
	struct ek_shift *v = take(s, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		char *one = piece(&text, ',');
		v[i].from = ek_script_time(s, piece(&one, '-'));
		v[i].until = ek_script_time(s, one);
	}
	return (struct ek_shifts){v, n};
}

static void put(void *at, const void *from, size_t n)
{
	memcpy(at, from, n);
}
#define PUT(type, expression) \
	do { \
		type put_value = (expression); \
		put(at, &put_value, sizeof put_value); \
	} while (0)

/* Lists and the like. */
static void fill_list(struct ek_script *s, uint8_t type, void *at, char *text)
{
	if (type == EK_FT_NEEDS)
		PUT(struct ek_needs, needs(s, text));
	else if (type == EK_FT_PAIRS)
		PUT(struct ek_pairs, pairs(s, text));
	else if (type == EK_FT_TEXTS)
		PUT(struct ek_texts, texts(s, text));
	else if (type == EK_FT_TEAMS)
		PUT(struct ek_teams, teams(s, text));
	else if (type == EK_FT_SETS)
		PUT(struct ek_sets, sets(s, text));
	else if (type == EK_FT_ZONE)
		PUT(struct ek_zone, zone(s, text));
	else if (type == EK_FT_WEEK)
		PUT(struct ek_week, week(s, text));
	else if (type == EK_FT_SHIFTS)
		PUT(struct ek_shifts, shifts(s, text));
	else
		ek_assert(false);
}

static void fill(struct ek_script *s, const struct ek_field *field, void *body, char *text)
{
	void *at = (char *)body + field->offset;
	if (ek_field_is_enum(field->type)) {
		PUT(uint8_t, (uint8_t)ek_enums_number(ek_field_enum(field->type), slice(text)));
		return;
	}
	switch (field->type) {
	case EK_FT_CONVERSATION:
	case EK_FT_TEAMMATE:
	case EK_FT_TEAM:
	case EK_FT_CONTACT:
	case EK_FT_SCOPE_ID:
		PUT(uint32_t, strcmp(text, "null") == 0 ? 0 : (uint32_t)number(text));
		break;
	case EK_FT_TIME:
	case EK_FT_WALL:
		PUT(int64_t, ek_script_time(s, text).ms);
		break;
	case EK_FT_INT:
	case EK_FT_SPAN:
		PUT(int64_t, number(text));
		break;
	case EK_FT_TEXT:
		PUT(ek_str, slice(text));
		break;
	default:
		fill_list(s, field->type, at, text);
	}
}

static struct ek_actor actor(char *text)
{
	char *kind = piece(&text, ':');
	return (struct ek_actor){(uint8_t)ek_enums_number(EK_ENUM_ACTOR, slice(kind)),
				 text == NULL ? 0 : (uint32_t)number(text)};
}

static void one(struct ek_script *s, char *text, struct ek_cmd *cmd)
{
	int kind = ek_cmd_number(slice(piece(&text, ' ')));
	const struct ek_record *record = ek_cmd_record(kind);
	ek_assert(record != NULL);
	*cmd = ek_cmd_make(kind);
	cmd->by.kind = EK_ACTOR_PERSON;
	for (char *word = piece(&text, ' '); word != NULL; word = piece(&text, ' ')) {
		char *name = piece(&word, '=');
		uint32_t i = 0;
		if (strcmp(name, "by") == 0) {
			cmd->by = actor(word);
			continue;
		}
		while (i < record->field_count && strcmp(record->fields[i].name, name) != 0)
			i++;
		ek_assert(i < record->field_count && word != NULL);
		cmd->has |= 1u << i;
		fill(s, &record->fields[i], &cmd->conversation_create, word);
	}
}

ek_time ek_script_parse(struct ek_script *s, const char *line, struct ek_cmd *cmd)
{
	char *rest = s->line;
	uint32_t n = 0;
	ek_assert(strlen(line) < sizeof s->line);
	memcpy(s->line, line, strlen(line) + 1);
	s->used = 0;
	ek_time at = ek_script_time(s, piece(&rest, ' '));
	char *bar = strstr(rest, " | ");
	if (bar != NULL)
		*bar = '\0';
	one(s, rest, cmd);
	while (bar != NULL) {
		char *row = bar + 3;
		bar = strstr(row, " | ");
		if (bar != NULL)
			*bar = '\0';
		ek_assert(n < EK_SCRIPT_ROWS_MAX);
		one(s, row, &s->rows[n]);
		s->rows[n++].by = cmd->by;
	}
	if (n > 0) {
		cmd->bulk_apply.rows = (struct ek_rows){s->rows, n};
		cmd->has |= 1;
	}
	return at;
}
