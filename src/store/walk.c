#include "store/walk.h"

struct walk {
	const struct ek_walk *w;
	struct ek_log_span span;
};

static bool one_event(struct walk *walk, const struct ek_body_reader *at, struct ek_err *err)
{
	struct ek_event e;
	if (at->seq < walk->span.from)
		return true;
	ek_arena_reset(walk->w->arena);
	return ek_codec_read(&at->event, walk->w->arena, &e, NULL, err) &&
	       walk->w->visit(walk->w->ctx, at, &e, err);
}

static bool one_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct walk *walk = ctx;
	struct ek_body_reader at;
	ek_body_open(&at, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		switch (ek_body_next(&at)) {
		case EK_BODY_END:
			return at.next_seq == row->last_seq + 1 ||
			       ek_fail(err, EK_DAMAGE, "the row at %llu holds other events",
				       (unsigned long long)row->first_seq);
		case EK_BODY_BAD:
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)at.seq);
		case EK_BODY_COMMAND:
			if (at.seq >= walk->span.from && at.seq <= walk->span.to &&
			    !walk->w->visit(walk->w->ctx, &at, NULL, err))
				return false;
			break;
		case EK_BODY_EVENT:
			if (at.seq > walk->span.to)
				return true;
			if (!one_event(walk, &at, err))
				return false;
			break;
		}
	}
}

bool ek_walk_run(const struct ek_walk *w, struct ek_log_span span, struct ek_err *err)
{
	uint64_t head = ek_log_head(w->log)->seq;
	struct walk walk = {w, {span.from, span.to == 0 || span.to > head ? head : span.to}};
	return walk.span.from > walk.span.to || ek_log_each(w->log, walk.span, one_row, &walk, err);
}
