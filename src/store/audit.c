#include "store/audit.h"

#include <string.h>

struct walk {
	struct ek_audit_report *report;
	uint8_t chain[EK_HASH_BYTES];
};

static void add_number(struct ek_hash *h, uint64_t v, size_t bytes)
{
	uint8_t b[8];
	for (size_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> (8 * i));
	ek_hash_add(h, b, bytes);
}

static void add_value(struct ek_hash *h, const struct ek_views_value *v)
{
	add_number(h, v->kind, 1);
	if (v->kind == EK_VIEWS_INT)
		add_number(h, (uint64_t)v->i, 8);
	if (v->kind != EK_VIEWS_TEXT)
		return;
	add_number(h, v->n, 4);
	ek_hash_add(h, v->p, v->n);
}

void ek_audit_link(const uint8_t before[EK_HASH_BYTES], const struct ek_views_value *row,
		   uint8_t out[EK_HASH_BYTES])
{
	struct ek_hash *h = NULL;
	struct ek_err err;
	/* Without memory for a hash nothing can be proved any more. */
	bool ok = ek_hash_open(&h, &err);
	ek_assert(ok);
	ek_hash_begin(h);
	ek_hash_add(h, before, EK_HASH_BYTES);
	for (uint32_t i = 0; i < EK_CONTENT_AUDIT_CHAIN; i++)
		add_value(h, &row[i]);
	ek_hash_end(h, out);
	ek_hash_close(&h);
}

/* Ends the walk where it breaks. */
static bool check_entry(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct walk *w = ctx;
	const struct ek_views_value *stored = &v[EK_CONTENT_AUDIT_CHAIN];
	(void)n;
	(void)err;
	ek_audit_link(w->chain, v, w->chain);
	if (stored->kind != EK_VIEWS_BLOB || stored->n != EK_HASH_BYTES ||
	    memcmp(stored->p, w->chain, EK_HASH_BYTES) != 0) {
		w->report->is_broken = true;
		w->report->first_bad = v[EK_CONTENT_AUDIT_ENTRY].i;
		return false;
	}
	w->report->entries++;
	return true;
}

bool ek_audit_verify(struct ek_log *log, struct ek_audit_report *report, struct ek_err *err)
{
	struct walk w = {.report = report};
	int64_t version;
	*report = (struct ek_audit_report){0};
	if (!ek_log_version(log, "content", &version, err))
		return false;
	return !ek_content_has(version, EK_CONTENT_AUDIT) ||
	       ek_log_content_each(log, EK_CONTENT_AUDIT, check_entry, &w, err) ||
	       report->is_broken;
}
