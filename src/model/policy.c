#include "model/policy.h"

#include <string.h>

const struct ek_value *ek_policy_find(const struct ek_policy_section *s, int setting)
{
	for (uint32_t i = 0; i < s->set_count && s->sets[i].setting <= setting; i++) {
		if (s->sets[i].setting == setting)
			return &s->sets[i].value;
	}
	return NULL;
}

struct ek_value ek_policy_holds(const struct ek_policy *p, const struct ek_policy_section *s,
				int setting)
{
	const struct ek_value *v = ek_policy_find(s, setting);
	if (v == NULL)
		v = ek_policy_find(&p->workspace, setting);
	return v != NULL ? *v : ek_setting_default(setting);
}

bool ek_policy_put(struct ek_policy_section *s, struct ek_arena *arena, struct ek_policy_set set)
{
	bool is_full = (s->set_count & (s->set_count - 1)) == 0; /* 0, 1, 2, 4, ... */
	if (is_full) {
		size_t cap = s->set_count == 0 ? 1 : (size_t)s->set_count * 2;
		struct ek_policy_set *sets = ek_arena_get(arena, cap * sizeof *sets);
		if (sets == NULL)
			return false;
		if (s->set_count > 0)
			memcpy(sets, s->sets, s->set_count * sizeof *sets);
		s->sets = sets;
	}
	uint32_t at = s->set_count++;
	for (; at > 0 && s->sets[at - 1].setting > set.setting; at--)
		s->sets[at] = s->sets[at - 1];
	s->sets[at] = set;
	return true;
}

static bool is_after(const struct ek_policy_entry *a, const struct ek_policy_entry *b)
{
	int by_name = ek_str_compare(a->name, b->name);
	return by_name != 0 ? by_name > 0 : a->place > b->place;
}

/* Two sorted runs, from[lo..mid) and from[mid..hi), into one. */
static void merge(const struct ek_policy_entry *from, struct ek_policy_entry *to, uint32_t lo,
		  uint32_t mid, uint32_t hi)
{
	uint32_t a = lo, b = mid;
	for (uint32_t i = lo; i < hi; i++) {
		bool second = a == mid || (b < hi && is_after(&from[a], &from[b]));
		to[i] = second ? from[b++] : from[a++];
	}
}

bool ek_policy_index_sort(struct ek_policy_index *x, struct ek_arena *arena)
{
	struct ek_policy_entry *other = ek_arena_get(arena, x->n * sizeof *other);
	if (other == NULL && x->n > 0)
		return false;
	for (uint32_t width = 1; width < x->n; width *= 2) {
		for (uint32_t lo = 0; lo < x->n; lo += 2 * width) {
			uint32_t mid = x->n - lo < width ? x->n : lo + width;
			uint32_t hi = x->n - mid < width ? x->n : mid + width;
			merge(x->v, other, lo, mid, hi);
		}
		struct ek_policy_entry *sorted = other;
		other = x->v;
		x->v = sorted;
	}
	return true;
}

uint32_t ek_policy_index_find(const struct ek_policy_index *x, ek_str name, uint32_t *count)
{
	uint32_t lo = 0, hi = x->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (ek_str_compare(x->v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*count = 0;
	while (lo + *count < x->n && ek_str_equal(x->v[lo + *count].name, name))
		(*count)++;
	return *count == 0 ? 0 : x->v[lo].place;
}
