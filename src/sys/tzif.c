#include "sys/tzif.h"

#include <string.h>

#include "sys/tzif_rule.h"

enum {
	HEAD = 44,
	FIRST_YEAR = 1970,
	LAST_YEAR = 2100,
	DAY_S = 24 * 3600,
	TYPES_MAX = 256,
	TYPE_BYTES = 6,
	TIME_BYTES = 8,
	RULE_SHIFTS = 2 * (LAST_YEAR - FIRST_YEAR + 5),
};

/* 1970-01-01 and 2101-01-01. */
static const int64_t since_s = 0;
static const int64_t until_s = 4133980800;

/* The counts of a block's header, in its order. */
struct counts {
	uint32_t isut;
	uint32_t isstd;
	uint32_t leap;
	uint32_t time;
	uint32_t type;
	uint32_t name;
};

/* The parts of the block in use; each as long as its count says. */
struct block {
	struct counts n;
	const uint8_t *times;
	const uint8_t *indexes;
	const uint8_t *types;
	const uint8_t *names;
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t s64(const uint8_t *p)
{
	uint64_t v = (uint64_t)u32(p) << 32 | u32(p + 4);
	int64_t out;
	memcpy(&out, &v, sizeof out);
	return out;
}

static bool skip(struct bytes *b, uint64_t n, const uint8_t **at)
{
	if (n > b->n)
		return false;
	*at = b->p;
	b->p += n;
	b->n -= (size_t)n;
	return true;
}

bool ek_tzif_is(const uint8_t *bytes, size_t n)
{
	return n >= 5 && memcmp(bytes, "TZif", 4) == 0;
}

static bool read_head(struct bytes *b, struct counts *n, struct ek_err *err)
{
	const uint8_t *p = NULL;
	if (!skip(b, HEAD, &p) || !ek_tzif_is(p, HEAD))
		return ek_fail(err, EK_DAMAGE, "a header is missing");
	if (p[4] < '2')
		return ek_fail(err, EK_DAMAGE, "it is of version 1, which knows 32-bit time only");
	*n = (struct counts){u32(p + 20), u32(p + 24), u32(p + 28),
			     u32(p + 32), u32(p + 36), u32(p + 40)};
	return true;
}

/* The block for 32-bit programs. */
static bool skip_old(struct bytes *b, struct ek_err *err)
{
	struct counts n;
	const uint8_t *p = NULL;
	if (!read_head(b, &n, err))
		return false;
	uint64_t size = (uint64_t)n.time * 5 + (uint64_t)n.type * TYPE_BYTES + n.name +
			(uint64_t)n.leap * 8 + n.isstd + n.isut;
	return skip(b, size, &p) || ek_fail(err, EK_DAMAGE, "its first block is cut off");
}

static bool check_counts(const struct counts *n, struct ek_err *err)
{
	if (n->leap != 0)
		return ek_fail(err, EK_DAMAGE, "it counts leap seconds");
	if (n->type == 0 || n->type > TYPES_MAX || n->name == 0)
		return ek_fail(err, EK_DAMAGE, "%u types of time, %u bytes of names", n->type,
			       n->name);
	if ((n->isut != 0 && n->isut != n->type) || (n->isstd != 0 && n->isstd != n->type))
		return ek_fail(err, EK_DAMAGE, "its marks are not as many as its types");
	return true;
}

/* Marks say standard or wall, UT or local; UT implies standard. */
static bool check_marks(const struct counts *n, const uint8_t *isstd, const uint8_t *isut,
			struct ek_err *err)
{
	for (uint32_t i = 0; i < n->type; i++) {
		uint8_t standard = n->isstd != 0 ? isstd[i] : 0;
		uint8_t ut = n->isut != 0 ? isut[i] : 0;
		if (standard > 1 || ut > 1 || (ut == 1 && standard == 0))
			return ek_fail(err, EK_DAMAGE, "marks of type %u", i);
	}
	return true;
}

static bool read_block(struct bytes *b, struct block *k, struct ek_err *err)
{
	const uint8_t *isstd = NULL;
	const uint8_t *isut = NULL;
	if (!read_head(b, &k->n, err) || !check_counts(&k->n, err))
		return false;
	if (!skip(b, (uint64_t)k->n.time * TIME_BYTES, &k->times) ||
	    !skip(b, k->n.time, &k->indexes) ||
	    !skip(b, (uint64_t)k->n.type * TYPE_BYTES, &k->types) ||
	    !skip(b, k->n.name, &k->names) || !skip(b, k->n.isstd, &isstd) ||
	    !skip(b, k->n.isut, &isut))
		return ek_fail(err, EK_DAMAGE, "its second block is cut off");
	return check_marks(&k->n, isstd, isut, err);
}

static int32_t type_offset(const struct block *k, uint32_t type)
{
	uint32_t v = u32(k->types + (size_t)type * TYPE_BYTES);
	int32_t out;
	memcpy(&out, &v, sizeof out);
	return out;
}

static bool check_types(const struct block *k, struct ek_err *err)
{
	for (uint32_t i = 0; i < k->n.type; i++) {
		int32_t offset = type_offset(k, i);
		if (offset <= -DAY_S || offset >= DAY_S)
			return ek_fail(err, EK_DAMAGE, "type %u is a day or more from UTC", i);
		const uint8_t *p = k->types + (size_t)i * TYPE_BYTES;
		if (p[4] > 1 || p[5] >= k->n.name ||
		    memchr(k->names + p[5], 0, k->n.name - p[5]) == NULL)
			return ek_fail(err, EK_DAMAGE,
				       "type %u is neither summer nor not, or has "
				       "no name",
				       i);
	}
	return true;
}

static bool check_times(const struct block *k, struct ek_err *err)
{
	for (uint32_t i = 0; i < k->n.time; i++) {
		if (k->indexes[i] >= k->n.type)
			return ek_fail(err, EK_DAMAGE, "time %u has no type", i);
		if (i > 0 && s64(k->times + (size_t)i * TIME_BYTES) <=
				     s64(k->times + (size_t)(i - 1) * TIME_BYTES))
			return ek_fail(err, EK_DAMAGE, "time %u is not after the one before", i);
	}
	return true;
}

/* ---- from times to shifts ---- */

/* From a second on, clocks show an offset. */
struct turn {
	int64_t at_s;
	int32_t offset_s;
};

static bool note(struct ek_tzif *out, struct turn t, struct ek_err *err)
{
	struct ek_zone_shift *last = out->n > 0 ? &out->shift[out->n - 1] : NULL;
	int32_t offset_ms = t.offset_s * 1000;
	if (last != NULL && last->offset_ms == offset_ms)
		return true;
	if (t.at_s <= since_s) {
		out->shift[0] = (struct ek_zone_shift){EK_ZONE_SINCE_EVER, offset_ms};
		out->n = 1;
		return true;
	}
	if (t.at_s >= until_s || out->n == EK_ZONE_SHIFTS_MAX)
		return true;
	if (out->n > 1 && t.at_s * 1000 - last->at_ms < EK_ZONE_SHIFT_MIN_MS)
		return ek_fail(err, EK_DAMAGE, "shifts are less than a day apart at %lld s",
			       (long long)t.at_s);
	out->shift[out->n++] = (struct ek_zone_shift){t.at_s * 1000, offset_ms};
	return true;
}

static bool note_times(const struct block *k, struct ek_tzif *out, struct ek_err *err)
{
	if (!note(out, (struct turn){since_s, type_offset(k, 0)}, err))
		return false;
	for (uint32_t i = 0; i < k->n.time; i++) {
		struct turn t = {s64(k->times + (size_t)i * TIME_BYTES),
				 type_offset(k, k->indexes[i])};
		if (!note(out, t, err))
			return false;
	}
	return true;
}

/* Ascending; a beginning that meets an ending comes after it, so that the two are as one. */
static void sort_turns(struct turn *v, uint32_t n, int32_t summer_s)
{
	for (uint32_t i = 1; i < n; i++) {
		struct turn t = v[i];
		uint32_t j = i;
		for (; j > 0 && (v[j - 1].at_s > t.at_s ||
				 (v[j - 1].at_s == t.at_s && v[j - 1].offset_s == summer_s &&
				  t.offset_s != summer_s));
		     j--)
			v[j] = v[j - 1];
		v[j] = t;
	}
}

/* All that the rule makes of the years, from a little before them. */
static uint32_t turns_of(const struct ek_tzif_rule *r, struct turn out[RULE_SHIFTS])
{
	uint32_t n = 0;
	for (int32_t year = FIRST_YEAR - 2; year <= LAST_YEAR + 2; year++) {
		out[n++] = (struct turn){ek_tzif_rule_begins(r, year), r->summer_s};
		out[n++] = (struct turn){ek_tzif_rule_ends(r, year), r->standard_s};
	}
	ek_assert(n == RULE_SHIFTS);
	sort_turns(out, n, r->summer_s);
	return n;
}

/* What the rule says of the time after the table, or of all time when there is no table. */
static bool note_rule(const struct block *k, ek_str text, struct ek_tzif *out, struct ek_err *err)
{
	struct ek_tzif_rule rule;
	if (text.n == 0)
		return true;
	if (!ek_tzif_rule_read(text, &rule, err))
		return false;
	bool has_table = k->n.time > 0;
	int64_t after =
		has_table ? s64(k->times + (size_t)(k->n.time - 1) * TIME_BYTES) : INT64_MIN;
	if (!rule.has_summer)
		return has_table || note(out, (struct turn){since_s, rule.standard_s}, err);
	struct turn turns[RULE_SHIFTS];
	uint32_t n = turns_of(&rule, turns);
	for (uint32_t i = 0; i < n; i++) {
		bool replaced = i + 1 < n && turns[i + 1].at_s == turns[i].at_s;
		if (turns[i].at_s > after && !replaced && !note(out, turns[i], err))
			return false;
	}
	return true;
}

/* A line end, the rule, a line end, and nothing more. */
static bool footer(const struct bytes *b, ek_str *out, struct ek_err *err)
{
	if (b->n < 2 || b->n > UINT32_MAX || b->p[0] != '\n' || b->p[b->n - 1] != '\n')
		return ek_fail(err, EK_DAMAGE, "its last line is not whole");
	*out = (ek_str){(const char *)b->p + 1, (uint32_t)b->n - 2};
	return true;
}

bool ek_tzif_read(const uint8_t *bytes, size_t n, struct ek_tzif *out, struct ek_err *err)
{
	struct bytes b = {bytes, n};
	struct block k;
	ek_str rule;
	out->n = 0;
	if (n > EK_TZIF_BYTES_MAX)
		return ek_fail(err, EK_DAMAGE, "it has more than %d bytes", EK_TZIF_BYTES_MAX);
	return skip_old(&b, err) && read_block(&b, &k, err) && check_types(&k, err) &&
	       check_times(&k, err) && footer(&b, &rule, err) && note_times(&k, out, err) &&
	       note_rule(&k, rule, out, err);
}
