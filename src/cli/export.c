#include "cli/export.h"

#include <string.h>

#include "store/body.h"
#include "sys/heap.h"
#include "wire/event_json.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024, LINE_MAX_BYTES = 256 * 1024 * 1024 };

struct export
{
	const struct ek_export_options *o;
	struct ek_arena arena; /* one event */
	struct ek_json line;
	struct ek_hash *hash;
	char chain[2 * EK_HASH_BYTES + 1]; /* hash of the event before */
	uint64_t seq;                      /* the last event printed */
	uint64_t to;
};

static ek_str hex(const char text[2 * EK_HASH_BYTES + 1])
{
	return (ek_str){text, 2 * EK_HASH_BYTES};
}

static bool put_event(struct export *x, const struct ek_body_reader *r, uint64_t epoch,
		      struct ek_err *err)
{
	struct ek_event e;
	char key[2 * EK_HASH_BYTES + 1];
	char hash[2 * EK_HASH_BYTES + 1];
	uint8_t bytes[EK_HASH_BYTES];
	ek_arena_reset(&x->arena);
	if (!ek_codec_read(&r->event, &x->arena, &e, NULL, err))
		return false;
	struct ek_event_json more = {.epoch = epoch, .prev_hash = hex(x->chain)};
	bool is_first = r->left + 1 == r->count;
	if (r->has_key && is_first) {
		ek_hash_hex(r->key.key, key);
		more.key = hex(key);
	}
	ek_json_reset(&x->line);
	if (!ek_event_json_write(&x->line, &e, &more))
		return ek_fail(err, EK_NO_MEMORY, "no memory for event %llu",
			       (unsigned long long)e.seq);
	ek_hash_begin(x->hash);
	ek_hash_add(x->hash, x->line.p, x->line.n);
	ek_hash_end(x->hash, bytes);
	ek_hash_hex(bytes, hash);
	if (e.seq >= x->o->from) {
		more.hash = hex(hash);
		ek_json_reset(&x->line);
		if (!ek_event_json_write(&x->line, &e, &more))
			return ek_fail(err, EK_NO_MEMORY, "no memory for event %llu",
				       (unsigned long long)e.seq);
		if (!ek_cli_put_json(x->o->cli, &x->line, err))
			return false;
	}
	memcpy(x->chain, hash, sizeof hash);
	x->seq = e.seq;
	return true;
}

static bool put_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct export *x = ctx;
	struct ek_body_reader r;
	ek_body_open(&r, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		switch (ek_body_next(&r)) {
		case EK_BODY_END:
			return true;
		case EK_BODY_BAD:
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)r.seq);
		case EK_BODY_COMMAND:
			break;
		case EK_BODY_EVENT:
			if (r.seq > x->to)
				return true;
			if (!put_event(x, &r, row->epoch, err))
				return false;
			break;
		}
	}
}

static bool put_end(struct export *x, struct ek_err *err)
{
	ek_json_reset(&x->line);
	ek_json_object(&x->line);
	ek_json_key(&x->line, "hash");
	ek_json_word(&x->line, x->chain);
	ek_json_key(&x->line, "head");
	ek_json_uint(&x->line, x->seq);
	ek_json_object_end(&x->line);
	return ek_cli_put_json(x->o->cli, &x->line, err);
}

bool ek_export_events(const struct ek_export_options *options, struct ek_err *err)
{
	uint64_t head = ek_log_head(options->log)->seq;
	struct export x = {.o = options, .to = options->to == 0 ? head : options->to};
	if (x.to > head || (options->from > head && options->from > 1))
		return ek_fail(err, EK_NOT_FOUND, "the log ends at %llu", (unsigned long long)head);
	if (!ek_hash_open(&x.hash, err))
		return false;
	memset(x.chain, '0', sizeof x.chain - 1);
	ek_arena_init(&x.arena, ek_heap_alloc(), EVENT_MEMORY);
	ek_json_init(&x.line, ek_heap_alloc(), LINE_MAX_BYTES);
	bool ok = (head == 0 ||
		   ek_log_each(options->log, (struct ek_log_span){1, x.to}, put_row, &x, err)) &&
		  put_end(&x, err);
	ek_json_fini(&x.line);
	ek_arena_fini(&x.arena);
	ek_hash_close(&x.hash);
	return ok;
}
