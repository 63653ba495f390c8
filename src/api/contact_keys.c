#include "api/contact_keys.h"

#include "api/api_state.h"
#include "api/guard.h"
#include "auth/rows.h"
#include "sys/clock.h"

void ek_contact_keys_add(struct ek_turn *t, uint32_t contact)
{
	struct ek_views_value v[EK_CONTENT_CONTACT_KEYS_WIDTH] = {0};
	uint8_t sealed[EK_ROWS_KEY];
	if (ek_guard_seal(t) == NULL)
		return;
	ek_rows_key(ek_guard_seal(t), contact, t->now, sealed, v);
	ek_turn_put(t, EK_CONTENT_CONTACT_KEYS, v);
}

/* ---- those that have none */

struct drawing {
	struct ek_api *api;
	int64_t behind; /* contacts up to it were looked at */
	uint32_t n;
	uint32_t contacts[EK_CONTACT_KEYS_PAGE];
};

static bool take_contact(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct drawing *d = ctx;
	(void)n;
	(void)err;
	if (d->n < EK_CONTACT_KEYS_PAGE)
		d->contacts[d->n++] = (uint32_t)v[0].i;
	return true;
}

static void put_page(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	const struct drawing *d = ctx;
	struct ek_views_value v[EK_CONTENT_CONTACT_KEYS_WIDTH] = {0};
	uint8_t sealed[EK_ROWS_KEY];
	(void)a;
	for (uint32_t i = 0; i < d->n; i++) {
		ek_rows_key(ek_guard_seal_of(d->api), d->contacts[i], ek_clock_wall(), sealed, v);
		ek_writer_add(w, EK_CONTENT_CONTACT_KEYS, v);
	}
}

static bool draw_page(struct drawing *d, struct ek_err *err)
{
	struct ek_err refused;
	struct ek_group_call call = {
		.request = {.by = {EK_ACTOR_SYSTEM, 0}}, .made = put_page, .ctx = d};
	if (!ek_group_do(d->api->options.group, &call, &refused, err))
		return false;
	if (refused.code != EK_OK)
		*err = refused;
	return refused.code == EK_OK;
}

bool ek_contact_keys_draw(struct ek_api *api, struct ek_err *err)
{
	static const char sql[] =
		"SELECT c.contact FROM contacts c WHERE c.contact > $1 AND c.erased_ms IS NULL AND "
		"NOT EXISTS (SELECT 1 FROM contact_keys k WHERE k.contact = c.contact) "
		"ORDER BY c.contact LIMIT 1024";
	struct drawing d = {.api = api};
	bool ok = true;
	_Static_assert(EK_CONTACT_KEYS_PAGE == 1024, "as in the question");
	if (ek_guard_seal_of(api) == NULL)
		return true;
	do {
		const struct ek_views_value behind = ek_views_int(d.behind);
		d.n = 0;
		ok = ek_reader_each(api->reader, &(struct ek_reader_question){sql, &behind, 1},
				    take_contact, &d, err);
		if (ok && d.n > 0)
			d.behind = d.contacts[d.n - 1];
		ok = ok && (d.n == 0 || draw_page(&d, err));
	} while (ok && d.n == EK_CONTACT_KEYS_PAGE);
	/* Without room keys wait for the next start. */
	return ok || err->code == EK_READ_ONLY;
}
