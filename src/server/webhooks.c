#include "server/webhooks.h"

#include "api/guard.h"
#include "push/feed.h"
#include "store/contact.h"
#include "sys/clock.h"
#include "sys/heap.h"

struct ek_webhooks {
	struct ek_api *api;
	struct ek_fetch *fetch;
	struct ek_hooks *hooks;
};

static ek_time wall(void *ctx)
{
	(void)ctx;
	return ek_clock_wall();
}

static size_t contact_of(void *ctx, ek_contact_id contact, char out[EK_IDENT_MAX])
{
	char hex[EK_CONTACT_PUBLIC + 1];
	(void)ctx;
	ek_contact_public(contact.v, hex);
	return ek_format(out, EK_IDENT_MAX, "%s%s", ek_ident_prefix(EK_IDENT_CONTACT), hex);
}

static bool tell(void *ctx, const struct ek_event *e, struct ek_json *json)
{
	const struct ek_feed_source source = {.ctx = ctx, .contact = contact_of};
	struct ek_feed_frame frame;
	if (!ek_feed_frame_write(json, &source, e, &frame))
		return false;
	return frame.kind != EK_EVENT_VIEW_UPDATED || frame.mates[0] == 0;
}

static int64_t new_id(void *ctx, struct ek_writer *w, enum ek_content table)
{
	struct ek_webhooks *h = ctx;
	return ek_api_new_id(h->api, w, table);
}

bool ek_webhooks_open(const struct ek_webhooks_options *o, struct ek_webhooks **webhooks,
		      struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_webhooks *h = ek_alloc_get(&alloc, sizeof *h);
	*webhooks = h;
	if (h == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for webhooks");
	*h = (struct ek_webhooks){.api = o->api};
	const struct ek_fetch_options fetch = {.ca_file = o->ca_file};
	bool ok = ek_fetch_open(&fetch, &h->fetch, err);
	const struct ek_hooks_options hooks = {
		.where = o->where,
		.group = o->group,
		.seal = ek_guard_seal_of(o->api),
		.fetch = h->fetch,
		.journal = o->journal,
		.now = wall,
		.tell = tell,
		.new_id = new_id,
		.ctx = h,
	};
	ok = ok && ek_hooks_open(&hooks, &h->hooks, err);
	if (!ok)
		ek_webhooks_close(webhooks);
	return ok;
}

struct ek_hooks_counts ek_webhooks_counts(struct ek_webhooks *h)
{
	return ek_hooks_counts(h->hooks);
}

void ek_webhooks_close(struct ek_webhooks **webhooks)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_webhooks *h = *webhooks;
	if (h == NULL)
		return;
	ek_hooks_end(h->hooks);
	ek_fetch_close(&h->fetch);
	ek_hooks_close(&h->hooks);
	ek_alloc_free(&alloc, h, sizeof *h);
	*webhooks = NULL;
}
