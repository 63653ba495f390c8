/* What was built before the mark has its bytes again after every return, at the same places; and
 * all memory goes back at the close, also when there was too little of it. */
#include "engine/rewind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

enum { PIECES = 300, ROUNDS = 20, STEPS = 400 };

/* Counts what is out, and stops giving after `left` bytes. */
struct heap {
	size_t out;
	size_t left;
};

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	struct heap *h = ctx;
	if (n == 0) {
		free(p);
		h->out -= old_n;
		return NULL;
	}
	if (n > h->left)
		return NULL;
	h->left -= n;
	void *q = realloc(p, n);
	assert_non_null(q);
	h->out += n - old_n;
	return q;
}

struct piece {
	uint8_t *p;
	size_t n;
};

struct pieces {
	struct piece v[PIECES];
	struct ek_rng rng;
};

static size_t some_size(struct ek_rng *rng)
{
	static const size_t most[] = {16, 200, 5000, 16384, 100000};
	return 1 + ek_rng_below(rng, (uint32_t)most[ek_rng_below(rng, EK_LEN(most))]);
}

/* Takes, grows, shrinks or gives back; what is there is filled with a byte of its own. */
static bool step(struct pieces *s, const struct ek_alloc *a)
{
	struct piece *x = &s->v[ek_rng_below(&s->rng, PIECES)];
	size_t n = ek_rng_below(&s->rng, 4) == 0 ? 0 : some_size(&s->rng);
	uint8_t was = x->n > 0 ? x->p[0] : 0;
	if (n == 0 && x->n == 0)
		return true;
	uint8_t *p = a->resize(a->ctx, x->p, x->n, n);
	if (n != 0 && p == NULL)
		return false;
	if (n != 0 && x->n != 0)
		assert_int_equal(p[0], was);
	*x = (struct piece){p, n};
	if (n != 0)
		memset(p, (int)(1 + ek_rng_below(&s->rng, 255)), n);
	return true;
}

static void bytes_come_back(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct heap heap = {0, SIZE_MAX};
		struct ek_rewind *r = NULL;
		struct ek_err err;
		struct pieces s = {.rng = {seed}};
		assert_true(ek_rewind_open((struct ek_alloc){&heap, resize}, &r, &err));
		const struct ek_alloc a = ek_rewind_alloc(r);
		for (int i = 0; i < STEPS; i++)
			assert_true(step(&s, &a));
		assert_true(ek_rewind_mark(r));
		struct pieces at_mark = s;
		uint8_t first[PIECES];
		for (int i = 0; i < PIECES; i++)
			first[i] = s.v[i].n > 0 ? s.v[i].p[0] : 0;
		for (int round = 0; round < ROUNDS; round++) {
			size_t out = heap.out;
			for (int i = 0; i < STEPS; i++)
				assert_true(step(&s, &a));
			ek_rewind_back(r);
			assert_true(round == 0 || heap.out <= out);
			memcpy(s.v, at_mark.v, sizeof s.v);
			for (int i = 0; i < PIECES; i++) {
				for (size_t k = 0; k < s.v[i].n; k++)
					assert_int_equal(s.v[i].p[k], first[i]);
			}
		}
		ek_rewind_close(&r);
		assert_null(r);
		assert_int_equal(heap.out, 0);
	}
}

static void too_little_memory_is_said(void **state)
{
	(void)state;
	for (size_t left = 0; left < 3000000; left += 50000) {
		struct heap heap = {0, left};
		struct ek_rewind *r = NULL;
		struct ek_err err = {0};
		struct pieces s = {.rng = {left}};
		bool ok = ek_rewind_open((struct ek_alloc){&heap, resize}, &r, &err);
		if (!ok)
			assert_int_equal(err.code, EK_NO_MEMORY);
		for (int i = 0; ok && i < STEPS; i++) {
			const struct ek_alloc a = ek_rewind_alloc(r);
			ok = step(&s, &a);
		}
		if (ok && ek_rewind_mark(r))
			ek_rewind_back(r);
		ek_rewind_close(&r);
		assert_int_equal(heap.out, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_back),
		cmocka_unit_test(too_little_memory_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
