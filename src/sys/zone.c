#include "sys/zone.h"

#include <string.h>
#include <unicode/ucal.h>

/* 1970-01-01 and 2101-01-01, as ICU counts: milliseconds in a double, whole and exact. */
static const UDate since = 0.0;
static const UDate until = 4133980800000.0;

/* Names of ICU's own that look like zones and are not in the IANA database. Refused, because they
 * surprise: BST would be Dhaka, not London in summer. */
static const char icu_only[][4] = {
	"ACT", "AET", "AGT", "ART", "AST", "BET", "BST", "CAT", "CNT", "CST", "CTT", "EAT", "ECT",
	"IET", "IST", "JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST",
};

/* A zone's name as ICU wants it. */
struct id {
	UChar text[EK_ZONE_NAME_MAX];
	int32_t n;
};

/* The shifts read so far; 8 KiB on the stack, copied into the arena at their true number. */
struct list {
	struct ek_zone_shift shift[EK_ZONE_SHIFTS_MAX];
	uint32_t n;
};

static bool is_icu_only(ek_str name)
{
	for (size_t i = 0; i < EK_LEN(icu_only); i++) {
		if (ek_str_equal(name, (ek_str){icu_only[i], 3}))
			return true;
	}
	return ek_str_equal(name, EK_S("Etc/Unknown"));
}

/* Names are letters, digits and a few signs; only those may stand in a message. */
static bool is_name(ek_str name)
{
	if (name.n == 0 || name.n > EK_ZONE_NAME_MAX)
		return false;
	for (uint32_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (!letter && !digit && c != '/' && c != '_' && c != '-' && c != '+')
			return false;
	}
	return true;
}

/* ICU opens a name that it does not know as GMT, without a word: so ask for it by name first. */
static bool find(ek_str name, struct id *id, struct ek_err *err)
{
	if (!is_name(name))
		return ek_fail(err, EK_INVALID_VALUE, "zone: not a name of the zone database");
	char ended[EK_ZONE_NAME_MAX + 1] = {0};
	memcpy(ended, name.p, name.n);
	id->n = (int32_t)name.n;
	for (uint32_t i = 0; i < name.n; i++)
		id->text[i] = (UChar)(unsigned char)name.p[i];

	UChar canonical[2 * EK_ZONE_NAME_MAX];
	UBool is_system = false;
	UErrorCode status = U_ZERO_ERROR;
	ucal_getCanonicalTimeZoneID(id->text, id->n, canonical, EK_LEN(canonical), &is_system,
				    &status);
	if (status == U_MISSING_RESOURCE_ERROR || status == U_FILE_ACCESS_ERROR)
		return ek_fail(err, EK_IO, "zone %s: ICU has no data: %s", ended,
			       u_errorName(status));
	if (U_FAILURE(status) || !is_system || is_icu_only(name))
		return ek_fail(err, EK_INVALID_VALUE, "zone %s is not in the zone database, %s",
			       ended, ek_zone_version());
	return true;
}

/* Notes that from `at` on the calendar's clocks show its offset; skips what changes no offset. */
static void note(UCalendar *cal, UDate at, struct list *list, UErrorCode *status)
{
	ucal_setMillis(cal, at, status);
	int32_t offset =
		ucal_get(cal, UCAL_ZONE_OFFSET, status) + ucal_get(cal, UCAL_DST_OFFSET, status);
	if (U_FAILURE(*status))
		return;
	if (list->n > 0 && list->shift[list->n - 1].offset_ms == offset)
		return;
	int64_t at_ms = list->n == 0 ? EK_ZONE_SINCE_EVER : (int64_t)at;
	list->shift[list->n++] = (struct ek_zone_shift){at_ms, offset};
}

static void read_shifts(UCalendar *cal, struct list *list, UErrorCode *status)
{
	UDate at = since;
	note(cal, at, list, status);
	while (U_SUCCESS(*status) && list->n < EK_ZONE_SHIFTS_MAX) {
		if (!ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &at, status))
			return;
		if (at >= until)
			return;
		note(cal, at, list, status);
	}
}

/* Copies name and shifts to where the caller keeps them. */
static bool keep(ek_str name, const struct list *list, struct ek_arena *arena, struct ek_zone *out)
{
	bool ok = false;
	ek_str kept = ek_arena_str(arena, name, &ok);
	struct ek_zone_shift *shifts = ek_arena_get(arena, list->n * sizeof *shifts);
	if (!ok || shifts == NULL)
		return false;
	memcpy(shifts, list->shift, list->n * sizeof *shifts);
	*out = (struct ek_zone){kept, shifts, list->n};
	return true;
}

bool ek_zone_load(ek_str name, struct ek_arena *arena, struct ek_zone *out, struct ek_err *err)
{
	struct id id;
	if (!find(name, &id, err))
		return false;

	struct list list = {.n = 0};
	UErrorCode status = U_ZERO_ERROR;
	/* The locale is named so that the environment's plays no part. */
	UCalendar *cal = ucal_open(id.text, id.n, "en", UCAL_GREGORIAN, &status);
	if (U_SUCCESS(status))
		read_shifts(cal, &list, &status);
	ucal_close(cal);

	if (status == U_MEMORY_ALLOCATION_ERROR)
		return ek_fail(err, EK_NO_MEMORY, "zone: no memory for ICU's calendar");
	if (U_FAILURE(status))
		return ek_fail(err, EK_IO, "zone: ICU cannot read its data: %s",
			       u_errorName(status));
	if (!keep(name, &list, arena, out))
		return ek_fail(err, EK_NO_MEMORY, "zone: no room for %u shifts", list.n);
	return true;
}

const char *ek_zone_version(void)
{
	UErrorCode status = U_ZERO_ERROR;
	const char *version = ucal_getTZDataVersion(&status);
	return U_SUCCESS(status) ? version : "unknown";
}
