/* Any bytes may come from a server of IMAP. However they are split on their way, the same answers
 * come out; what is read of one lies inside it. */
#include <string.h>

#include "channels/imap_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 4096, UIDS = 16 };

static bool lies_in(ek_str in, ek_str piece)
{
	return piece.p == NULL ||
	       (piece.p >= in.p && piece.n <= in.n && piece.p - in.p <= (int64_t)(in.n - piece.n));
}

static void read_all(const struct ek_imap_answer *a)
{
	uint32_t v[UIDS];
	struct ek_imap_uids uids = {v, 0, UIDS};
	bool is_search = ek_imap_is_search(a, &uids);
	ek_assert(uids.n <= UIDS && (is_search || uids.n == 0));
	for (uint32_t i = 0; i < uids.n; i++)
		ek_assert(v[i] > 0);
	enum ek_imap_fetched fetched = ek_imap_fetched(a, 9);
	ek_assert(fetched != EK_IMAP_BYTES || a->literal.p != NULL);
	(void)ek_imap_code(a, "UIDVALIDITY");
	(void)ek_imap_has(a, "IDLE");
	enum ek_imap_end end = ek_imap_end(a, "E12");
	ek_assert(end != EK_IMAP_OK || ek_imap_begins(a, "E12"));
}

/* A piece that was all there is the same answer wherever what is behind it ends. */
static void cut_shorter(ek_str in, const struct ek_imap_answer *whole)
{
	struct ek_imap_answer a;
	ek_assert(ek_imap_cut((ek_str){in.p, whole->n}, MAX, &a) == EK_IMAP_ANSWER);
	ek_assert(a.n == whole->n && ek_str_equal(a.head, whole->head) &&
		  ek_str_equal(a.tail, whole->tail) && ek_str_equal(a.literal, whole->literal));
	if (whole->n > 1) {
		enum ek_imap_cut less = ek_imap_cut((ek_str){in.p, whole->n - 1}, MAX, &a);
		ek_assert(less == EK_IMAP_MORE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ek_str in = {(const char *)data, (uint32_t)size};
	struct ek_imap_answer a;
	while (in.n > 0 && ek_imap_cut(in, MAX, &a) == EK_IMAP_ANSWER) {
		ek_assert(a.n > 0 && a.n <= in.n);
		ek_assert(lies_in(in, a.head) && lies_in(in, a.literal) && lies_in(in, a.tail));
		read_all(&a);
		cut_shorter(in, &a);
		in = (ek_str){in.p + a.n, in.n - a.n};
	}
	return 0;
}
