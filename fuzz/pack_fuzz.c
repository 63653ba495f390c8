/* Any bytes may stand in the file that the configuration names as the web UI. What is found in it
 * lies in it. */
#include "api/pack.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_pack *pack;
	struct ek_err err;
	const char *begin = (const char *)data;
	if (!ek_pack_open((ek_str){begin, (uint32_t)size}, ek_heap_alloc(), &pack, &err)) {
		ek_assert(pack == NULL);
		return 0;
	}
	ek_assert(ek_pack_count(pack) >= 1);
	/* Every stretch of up to 64 bytes may be asked for. */
	for (size_t from = 0; from < size && from < 512; from++) {
		for (uint32_t n = 1; n <= 64 && from + n <= size; n++) {
			const struct ek_pack_file *f =
				ek_pack_find(pack, (ek_str){begin + from, n});
			if (f == NULL)
				continue;
			ek_str body = f->bodies[EK_ACCEPT_IDENTITY].bytes;
			ek_assert(ek_str_equal(f->path, (ek_str){begin + from, n}));
			ek_assert(body.p >= begin && body.p + body.n <= begin + size);
		}
	}
	ek_pack_close(&pack);
	return 0;
}
