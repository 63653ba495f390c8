#include "wire/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "wire/accept.h"
#include "wire/take.h"

enum { DETAIL_MAX = 240, NAME_SHOWN = 60 };

static const char *const retries[] = {
	NULL,
#define RETRIES(NAME, wire, doc) wire,
#include "schema/problems.def"
#undef RETRIES
};

static const struct {
	const char *wire;
	uint16_t status;
	uint8_t retry;
	const char *titles[3];
	const char *doc;
} types[] = {
#define PROBLEM(number, NAME, wire, status, RETRY, en, ko, ar, doc) \
	[number] = {wire, status, EK_PROBLEM_RETRY_##RETRY, {en, ko, ar}, doc},
#include "schema/problems.def"
#undef PROBLEM
};

static const struct {
	const char *wire;
	const char *doc;
} codes[] = {
	{"refused", "It was refused."},
#define FAULT(NAME, wire, doc) {wire, doc},
#include "schema/problems.def"
#undef FAULT
};

static const uint8_t of_code[] = {
	[EK_NOT_FOUND] = EK_PROBLEM_NOT_FOUND,
	[EK_FORBIDDEN] = EK_PROBLEM_FORBIDDEN,
	[EK_STALE] = EK_PROBLEM_STALE,
	[EK_INVALID_VALUE] = EK_PROBLEM_INVALID_VALUE,
	[EK_BOTH_LEVELS] = EK_PROBLEM_BOTH_LEVELS,
	[EK_SECONDARY_NEEDS_BALANCED] = EK_PROBLEM_SECONDARY_NEEDS_BALANCED,
	[EK_REASON_REQUIRED] = EK_PROBLEM_REASON_REQUIRED,
	[EK_OFFER_GONE] = EK_PROBLEM_OFFER_GONE,
	[EK_UNDO_CONFLICT] = EK_PROBLEM_UNDO_CONFLICT,
	[EK_ROW_REFUSED] = EK_PROBLEM_ROW_REFUSED,
	[EK_CONFLICT] = EK_PROBLEM_CONFLICT,
	[EK_NOT_ELIGIBLE] = EK_PROBLEM_NOT_ELIGIBLE,
	[EK_USAGE] = EK_PROBLEM_MALFORMED,
	[EK_KEY_REUSED] = EK_PROBLEM_KEY_REUSED,
	[EK_LIMIT] = EK_PROBLEM_TOO_LARGE,
	[EK_BUSY] = EK_PROBLEM_UNAVAILABLE,
	[EK_IN_USE] = EK_PROBLEM_UNAVAILABLE,
	[EK_NOT_EMPTY] = EK_PROBLEM_CONFLICT,
	[EK_TOO_NEW] = EK_PROBLEM_INTERNAL,
	[EK_IO] = EK_PROBLEM_INTERNAL,
	[EK_READ_ONLY] = EK_PROBLEM_READ_ONLY,
	[EK_DAMAGE] = EK_PROBLEM_INTERNAL,
	[EK_OUTCOME_UNKNOWN] = EK_PROBLEM_OUTCOME_UNKNOWN,
	[EK_FENCED] = EK_PROBLEM_UNAVAILABLE,
	[EK_NO_MEMORY] = EK_PROBLEM_UNAVAILABLE,
	[EK_CHECK_FAILED] = EK_PROBLEM_INVALID_VALUE,
};

static bool is_type(enum ek_problem_type type)
{
	return type > EK_PROBLEM_NONE && (size_t)type < EK_LEN(types);
}

const char *ek_problem_wire(enum ek_problem_type type)
{
	ek_assert(is_type(type));
	return types[type].wire;
}

enum ek_problem_type ek_problem_type(ek_str wire)
{
	for (int i = 1; i < EK_PROBLEM_COUNT; i++)
		if (ek_str_is(wire, types[i].wire))
			return (enum ek_problem_type)i;
	return EK_PROBLEM_NONE;
}

int ek_problem_status(enum ek_problem_type type)
{
	ek_assert(is_type(type));
	return types[type].status;
}

const char *ek_problem_retry(enum ek_problem_type type)
{
	ek_assert(is_type(type));
	return retries[types[type].retry];
}

const char *ek_problem_title(enum ek_problem_type type, enum ek_problem_language language)
{
	ek_assert(is_type(type) && language <= EK_PROBLEM_AR);
	return types[type].titles[language];
}

const char *ek_problem_doc(enum ek_problem_type type)
{
	ek_assert(is_type(type));
	return types[type].doc;
}

const char *ek_problem_code(enum ek_problem_code code)
{
	ek_assert((size_t)code < EK_LEN(codes));
	return codes[code].wire;
}

enum ek_problem_type ek_problem_of(enum ek_code code)
{
	if (code <= EK_OK || (size_t)code >= EK_LEN(of_code) || of_code[code] == EK_PROBLEM_NONE)
		return EK_PROBLEM_INTERNAL;
	return (enum ek_problem_type)of_code[code];
}

/* ---- collecting ---- */

void ek_problem_init(struct ek_problem *p, struct ek_arena *arena)
{
	*p = (struct ek_problem){.arena = arena};
}

bool ek_problem_is_none(const struct ek_problem *p)
{
	return p->type == EK_PROBLEM_NONE;
}

static void raise_to(struct ek_problem *p, enum ek_problem_type type)
{
	ek_assert(is_type(type));
	if (p->type == EK_PROBLEM_NONE || types[type].status < types[p->type].status)
		p->type = (uint8_t)type;
}

/* The text in the arena; p NULL when there is no memory. */
static ek_str keep(struct ek_problem *p, const char *text, size_t n)
{
	bool ok;
	return ek_arena_str(p->arena, (ek_str){text, (uint32_t)n}, &ok);
}

static size_t format(char out[DETAIL_MAX], const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* Cut between two characters. */
static size_t format(char out[DETAIL_MAX], const char *fmt, va_list ap)
{
	int n = vsnprintf(out, DETAIL_MAX, fmt, ap);
	if (n < DETAIL_MAX)
		return n < 0 ? 0 : (size_t)n;
	return ek_utf8_cut((ek_str){out, DETAIL_MAX - 1}, DETAIL_MAX - 2);
}

bool ek_problem_add(struct ek_problem *p, enum ek_problem_type type,
		    const struct ek_problem_fault *fault, const char *detail, ...)
{
	char text[DETAIL_MAX];
	size_t room = EK_PROBLEM_FAULTS * sizeof *p->faults;
	raise_to(p, type);
	p->found++;
	if (p->n == EK_PROBLEM_FAULTS)
		return false;
	if (p->faults == NULL)
		p->faults = ek_arena_get(p->arena, room);
	if (p->faults == NULL)
		return false;
	struct ek_problem_fault *f = &p->faults[p->n++];
	*f = *fault;
	if (detail == NULL)
		return false;
	va_list ap;
	va_start(ap, detail);
	size_t n = format(text, detail, ap);
	va_end(ap);
	f->detail = keep(p, text, n);
	return false;
}

bool ek_problem_unknown(struct ek_problem *p, struct ek_problem_fault *fault, const char *name,
			const char *const *names, uint32_t count)
{
	/* Cut between two characters: half a one would make the answer unreadable. */
	const int shown = (int)ek_utf8_cut((ek_str){name, (uint32_t)strlen(name)}, NAME_SHOWN);
	const enum ek_problem_type type = fault->code == EK_FAULT_UNKNOWN_PARAMETER
						  ? EK_PROBLEM_UNKNOWN_PARAMETER
						  : EK_PROBLEM_INVALID_VALUE;
	const char *near = ek_take_nearest(name, names, count);
	if (near != NULL) {
		fault->params[0] = (struct ek_problem_param){.name = "nearest", .text = near};
		return ek_problem_add(p, type, fault, "There is no \"%.*s\" here; did you mean %s?",
				      shown, name, near);
	}
	const char **all = count == 0 ? NULL : ek_arena_get(p->arena, count * sizeof *all);
	if (all != NULL) {
		memcpy(all, names, count * sizeof *all);
		fault->params[0] =
			(struct ek_problem_param){.name = "allowed", .texts = all, .n = count};
	}
	return ek_problem_add(p, type, fault, "There is no \"%.*s\" here; params.allowed is all.",
			      shown, name);
}

bool ek_problem_set(struct ek_problem *p, enum ek_problem_type type, const char *detail, ...)
{
	char text[DETAIL_MAX];
	raise_to(p, type);
	if (p->type != type || detail == NULL)
		return false;
	va_list ap;
	va_start(ap, detail);
	size_t n = format(text, detail, ap);
	va_end(ap);
	p->detail = keep(p, text, n);
	return false;
}

bool ek_problem_err(struct ek_problem *p, const struct ek_err *err)
{
	enum ek_problem_type type = ek_problem_of(err->code);
	if (types[type].status >= 500)
		return ek_problem_set(p, type, NULL);
	return ek_problem_set(p, type, "%s", err->msg);
}

/* ---- languages ---- */

enum ek_problem_language ek_problem_language(ek_str accept)
{
	static const char *const names[] = {"en", "ko", "ar"};
	int best = ek_accept_language(accept, names, (int)EK_LEN(names));
	return best < 0 ? EK_PROBLEM_EN : (enum ek_problem_language)best;
}

/* ---- writing ---- */

static void put_param(struct ek_json *j, const struct ek_problem_param *param)
{
	ek_json_key(j, param->name);
	if (param->texts != NULL) {
		ek_json_list(j);
		for (uint32_t i = 0; i < param->n; i++)
			ek_json_word(j, param->texts[i]);
		ek_json_list_end(j);
	} else if (param->text != NULL) {
		ek_json_word(j, param->text);
	} else if (param->number == EK_NONE) {
		ek_json_null(j);
	} else {
		ek_json_int(j, param->number);
	}
}

static void put_fault(struct ek_json *j, const struct ek_problem_fault *f)
{
	static const char *const places[] = {NULL, "pointer", "parameter", "header"};
	ek_json_object(j);
	if (f->at != EK_PROBLEM_AT_NOTHING) {
		ek_json_key(j, places[f->at]);
		ek_json_text(j, f->where.p == NULL ? EK_S("") : f->where);
	}
	ek_json_key(j, "code");
	ek_json_word(j, codes[f->code].wire);
	ek_json_key(j, "detail");
	if (f->detail.p != NULL)
		ek_json_text(j, f->detail);
	else
		ek_json_word(j, codes[f->code].doc);
	ek_json_key(j, "params");
	ek_json_object(j);
	for (size_t i = 0; i < EK_PROBLEM_PARAMS && f->params[i].name != NULL; i++)
		put_param(j, &f->params[i]);
	ek_json_object_end(j);
	ek_json_object_end(j);
}

static void put_detail(struct ek_json *j, const struct ek_problem *p, enum ek_problem_type type)
{
	char text[DETAIL_MAX];
	ek_json_key(j, "detail");
	if (p->detail.p != NULL) {
		ek_json_text(j, p->detail);
	} else if (p->found == 0) {
		ek_json_word(j, types[type].doc);
	} else {
		ek_format(text, sizeof text, "%u %s refused; nothing was changed.", p->found,
			  p->found == 1 ? "value was" : "values were");
		ek_json_word(j, text);
	}
}

int ek_problem_answer_status(const struct ek_problem *p)
{
	if (p->status != 0)
		return p->status;
	return p->type == EK_PROBLEM_NONE ? types[EK_PROBLEM_INTERNAL].status
					  : types[p->type].status;
}

bool ek_problem_write(const struct ek_problem *p, ek_str request_id,
		      enum ek_problem_language language, struct ek_json *j)
{
	enum ek_problem_type type =
		p->type == EK_PROBLEM_NONE ? EK_PROBLEM_INTERNAL : (enum ek_problem_type)p->type;
	const char *wire = types[type].wire;
	ek_json_object(j);
	ek_json_key(j, "type");
	ek_json_text_after(j, "/problems/", (ek_str){wire, (uint32_t)strlen(wire)});
	ek_json_key(j, "title");
	ek_json_word(j, ek_problem_title(type, language));
	ek_json_key(j, "status");
	ek_json_int(j, ek_problem_answer_status(p));
	put_detail(j, p, type);
	ek_json_key(j, "request_id");
	ek_json_text(j, request_id);
	ek_json_key(j, "retry");
	ek_json_word(j, ek_problem_retry(type));
	ek_json_key(j, "errors");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->n; i++)
		put_fault(j, &p->faults[i]);
	ek_json_list_end(j);
	if (p->more != NULL)
		p->more(p->more_ctx, j);
	ek_json_object_end(j);
	return ek_json_is_whole(j);
}
