#include "api/api_text.h"

#include <string.h>

#include "api/api_state.h"
#include "api/guard.h"
#include "base/utf8.h"
#include "model/limits.h"

enum { JSON_MAX = 16 * 1024 * 1024, EMAIL_MAX = 254, LOCAL_MAX = 64, IDS_MAX = 1000 };

static struct ek_search *search_of(const struct ek_turn *t)
{
	const struct ek_api *api = t->api;
	if (t->reader == api->writer_reader)
		return api->writer_search;
	return t->search != NULL ? t->search : api->search;
}

static ek_str no_memory(struct ek_turn *t)
{
	ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
	return (ek_str){NULL, 0};
}

ek_str ek_api_text_compose(struct ek_turn *t, ek_str text)
{
	ek_str out = {NULL, 0};
	return ek_search_compose(search_of(t), text, t->arena, &out) ? out : no_memory(t);
}

bool ek_api_text_name(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out)
{
	ek_str s;
	if (!ek_patch_text(at, 1, EK_LIMIT_TEXT_BYTES, &s))
		return false;
	*out = ek_str_trimmed(ek_api_text_compose(t, s));
	if (out->p != NULL && out->n == 0)
		return ek_patch_fault(at, EK_FAULT_TOO_SHORT, "A name has more than blanks.");
	if (out->n > EK_LIMIT_TEXT_BYTES)
		return ek_patch_fault(at, EK_FAULT_TOO_LONG, NULL);
	return out->p != NULL;
}

/* Whether a character may stand in an address that is not quoted. Source: RFC 5322, 3.2.3; RFC
 * 6532. */
static bool is_atom(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && strchr("<>()[],;:\\\"@", c) == NULL;
}

/* One @ with something before and a domain behind; no empty labels. */
static bool is_address(ek_str s)
{
	const char *sign = s.n == 0 ? NULL : memchr(s.p, '@', s.n);
	uint32_t local = sign == NULL ? 0 : (uint32_t)(sign - s.p);
	if (local == 0 || local > LOCAL_MAX || local + 1 == s.n || s.p[s.n - 1] == '.')
		return false;
	for (uint32_t i = 0; i < s.n; i++) {
		bool begins = i == 0 || s.p[i - 1] == '.' || s.p[i - 1] == '@';
		if (i != local && (!is_atom(s.p[i]) || (begins && s.p[i] == '.')))
			return false;
	}
	return s.p[local - 1] != '.';
}

bool ek_api_text_email(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out)
{
	ek_str s;
	if (!ek_patch_text(at, 3, EMAIL_MAX, &s))
		return false;
	*out = ek_api_text_compose(t, s);
	return out->p != NULL && (is_address(*out) || ek_patch_fault(at, EK_FAULT_UNREADABLE,
								     "This is no e-mail address."));
}

static bool is_among(const ek_str *v, uint32_t n, ek_str s)
{
	for (uint32_t i = 0; i < n; i++)
		if (ek_str_equal(v[i], s))
			return true;
	return false;
}

static bool read_list(struct ek_turn *t, const struct ek_patch_at *at, uint32_t most,
		      bool are_languages, ek_str *json)
{
	struct ek_json j;
	uint32_t n = 0;
	bool ok = true;
	if (!ek_patch_list(at, 0, most, &n))
		return false;
	ek_str *v = ek_turn_get(t, (n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		if (!ek_patch_text(&row, 1, EK_LIMIT_TEXT_BYTES, &v[i]))
			ok = false;
		else if (is_among(v, i, v[i]))
			ok = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		else if (are_languages && !ek_guard_language(&row, v[i]))
			ok = false;
		else
			ek_json_text(&j, v[i]);
	}
	ek_json_list_end(&j);
	*json = ek_api_text_take(t, &j);
	return ok && json->p != NULL;
}

bool ek_api_text_list(struct ek_turn *t, const struct ek_patch_at *at, uint32_t most, ek_str *json)
{
	return read_list(t, at, most, false, json);
}

bool ek_api_text_languages(struct ek_turn *t, const struct ek_patch_at *at, uint32_t most,
			   ek_str *json)
{
	return read_list(t, at, most, true, json);
}

bool ek_api_text_ids(struct ek_turn *t, const struct ek_patch_at *at, enum ek_ident_kind kind,
		     struct ek_api_ids *out)
{
	uint32_t n = 0;
	bool ok = true;
	if (!ek_patch_list(at, 0, IDS_MAX, &n))
		return false;
	uint64_t *v = ek_turn_get(t, (n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		bool is_good = ek_patch_id(&row, kind, &v[i]);
		for (uint32_t k = 0; is_good && k < i; k++) {
			if (v[k] == v[i])
				is_good = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		}
		ok = ok && is_good;
	}
	*out = (struct ek_api_ids){v, n};
	return ok;
}

bool ek_api_text_is_turning(const struct ek_value *v)
{
	for (uint32_t i = 0; v->kind == EK_VALUE_LIST && i < v->n; i++)
		if (v->cells[i].s.p != NULL && ek_utf8_is_turning(v->cells[i].s))
			return true;
	return false;
}

void ek_api_text_begin(const struct ek_turn *t, struct ek_json *j)
{
	ek_json_init(j, t->out.alloc, JSON_MAX);
	j->style.is_api = true;
	j->style.sees_names = true;
}

ek_str ek_api_text_take(struct ek_turn *t, struct ek_json *j)
{
	bool ok = ek_json_is_whole(j);
	ek_str out = {NULL, 0};
	if (ok)
		out = ek_arena_str(t->arena, ek_json_written(j), &ok);
	ek_json_fini(j);
	return ok ? out : no_memory(t);
}
