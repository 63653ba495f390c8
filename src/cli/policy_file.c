#include "cli/policy_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/zone.h"
#include "wire/policy_text.h"

static bool read_all(FILE *f, const char *path, struct ek_policy_gathered *t, struct ek_err *err)
{
	char piece[16384];
	size_t got;
	while ((got = fread(piece, 1, sizeof piece, f)) > 0) {
		if (t->n + got > EK_POLICY_BYTES_MAX)
			return ek_fail(err, EK_LIMIT, "%s: longer than %d bytes", path,
				       EK_POLICY_BYTES_MAX);
		if (!ek_policy_gather(t, piece, got))
			return ek_fail(err, EK_NO_MEMORY, "no memory for a policy");
	}
	return ferror(f) == 0 || ek_fail(err, EK_IO, "%s could not be read", path);
}

static bool read_text(const char *path, struct ek_arena *arena, ek_str *out, struct ek_err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct ek_policy_gathered t = {.arena = arena};
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	if (f == NULL)
		return ek_fail(err, errno == ENOENT ? EK_NOT_FOUND : EK_IO, "%s: %s", path,
			       strerror(errno));
	bool ok = read_all(f, path, &t, err);
	if (!is_stdin)
		(void)fclose(f);
	*out = (ek_str){t.p == NULL ? "" : t.p, (uint32_t)t.n};
	return ok;
}

static uint32_t line_of_calendar(const struct ek_policy_section *s)
{
	for (uint32_t i = 0; i < s->set_count; i++) {
		if (s->sets[i].setting == EK_SET_CALENDAR)
			return s->sets[i].line;
	}
	return s->line;
}

static bool add_zones(const struct ek_policy_section *s, uint32_t n, struct ek_arena *arena,
		      struct ek_err *err)
{
	for (uint32_t i = 0; i < n; i++) {
		struct ek_calendar *cal = s[i].calendar;
		struct ek_err why = {0};
		if (cal == NULL || ek_zone_load(cal->zone.name, arena, &cal->zone, &why))
			continue;
		return ek_fail(err, why.code, "line %u: %s", line_of_calendar(&s[i]), why.msg);
	}
	return true;
}

bool ek_policy_file_read(const char *path, struct ek_arena *arena, struct ek_policy *out,
			 struct ek_err *err)
{
	ek_str text;
	return read_text(path, arena, &text, err) && ek_policy_text_read(text, arena, out, err) &&
	       add_zones(&out->workspace, 1, arena, err) &&
	       add_zones(out->teams, out->team_count, arena, err);
}
