/* Any text may come as a policy. What is read is written, reads again, and is written the same; it
 * is also said in sentences and looked over. What is refused is refused with a sentence. */
#include <string.h>

#include "engine/policy.h"
#include "sys/heap.h"
#include "wire/policy_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 28 };

struct text {
	char *p;
	size_t n;
	size_t cap;
};

static bool take(void *ctx, const char *p, size_t n)
{
	struct text *t = ctx;
	if (t->n + n > t->cap)
		return false;
	memcpy(t->p + t->n, p, n);
	t->n += n;
	return true;
}

static struct text write_text(const struct ek_policy *p, struct ek_arena *arena, size_t size)
{
	size_t cap = 64 * size + 4096;
	struct text t = {ek_arena_get(arena, cap), 0, cap};
	ek_assert(t.p != NULL && ek_policy_text_write(p, take, &t));
	return t;
}

static void check(struct ek_policy *p, struct ek_arena *arena, size_t size)
{
	struct ek_err err;
	struct ek_policy again;
	struct ek_policy_findings found;
	struct text one = write_text(p, arena, size);
	ek_assert(ek_policy_text_read((ek_str){one.p, (uint32_t)one.n}, arena, &again, &err));
	struct text two = write_text(&again, arena, size);
	ek_assert(one.n == two.n && memcmp(one.p, two.p, one.n) == 0);
	two.n = 0;
	(void)ek_policy_text_explain(p, take, &two);
	ek_assert(ek_policy_lint(p, NULL, arena, &found, &err) && found.n >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_policy p;
	struct ek_err err;
	memset(&err, 0, sizeof err);
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	if (ek_policy_text_read((ek_str){(const char *)data, (uint32_t)size}, &arena, &p, &err)) {
		check(&p, &arena, size);
	} else {
		ek_assert(err.code == EK_USAGE || err.code == EK_LIMIT ||
			  err.code == EK_INVALID_VALUE || err.code == EK_BOTH_LEVELS ||
			  err.code == EK_NO_MEMORY);
		ek_assert(err.msg[0] != '\0');
	}
	ek_arena_fini(&arena);
	return 0;
}
