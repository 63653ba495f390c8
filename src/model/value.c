#include "model/value.h"

bool ek_value_equal(const struct ek_value *a, const struct ek_value *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == EK_VALUE_INT)
		return a->i == b->i;
	if (a->kind != EK_VALUE_LIST)
		return true;
	if (a->n != b->n)
		return false;
	for (uint32_t k = 0; k < a->n; k++) {
		if (a->cells[k].i != b->cells[k].i || !ek_str_equal(a->cells[k].s, b->cells[k].s))
			return false;
	}
	return true;
}
