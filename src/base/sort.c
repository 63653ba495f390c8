#include "base/sort.h"

#include <string.h>

struct heap {
	char *v;
	size_t each;
	int (*compare)(const void *a, const void *b);
};

static void swap(const struct heap *h, size_t a, size_t b)
{
	char kept[EK_SORT_BYTES];
	memcpy(kept, h->v + a * h->each, h->each);
	memcpy(h->v + a * h->each, h->v + b * h->each, h->each);
	memcpy(h->v + b * h->each, kept, h->each);
}

static bool is_before(const struct heap *h, size_t a, size_t b)
{
	return h->compare(h->v + a * h->each, h->v + b * h->each) < 0;
}

static void sink(const struct heap *h, size_t at, size_t n)
{
	for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
		if (child + 1 < n && is_before(h, child, child + 1))
			child++;
		if (!is_before(h, at, child))
			return;
		swap(h, at, child);
		at = child;
	}
}

void ek_sort(void *v, size_t n, size_t each, int (*compare)(const void *a, const void *b))
{
	const struct heap h = {v, each, compare};
	ek_assert(each <= EK_SORT_BYTES);
	for (size_t i = n / 2; i > 0; i--)
		sink(&h, i - 1, n);
	for (size_t end = n; end > 1; end--) {
		swap(&h, 0, end - 1);
		sink(&h, 0, end - 1);
	}
}
