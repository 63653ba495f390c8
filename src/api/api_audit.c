#include "api/api_audit.h"

#include <string.h>

#include "api/api_state.h"

void ek_api_audit_doubt(struct ek_api *api)
{
	api->knows_chain = false;
}

/* ---- the chain */

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

void ek_api_audit_link(const uint8_t before[EK_HASH_BYTES], const struct ek_views_value *row,
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

/* Where the chain ends on disk. Nothing of it is pending when this is asked: ek_api_audit_doubt. */
static bool read_chain(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT chain FROM audit ORDER BY entry DESC LIMIT 1", NULL, 0,
			    &rows))
		return false;
	memset(t->api->chain, 0, EK_HASH_BYTES);
	if (rows.n > 0 && rows.v[0].kind == EK_VIEWS_BLOB && rows.v[0].n == EK_HASH_BYTES)
		memcpy(t->api->chain, rows.v[0].p, EK_HASH_BYTES);
	t->api->knows_chain = true;
	return true;
}

/* ---- a row */

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)});
}

static struct ek_views_value id(uint64_t v)
{
	return ek_views_int(v == 0 ? EK_NONE : (int64_t)v);
}

static const char *who(const struct ek_turn *t)
{
	if (t->self.v != 0)
		return "teammate";
	return t->token != 0 ? "token" : "system";
}

void ek_api_audit_add(struct ek_turn *t, const struct ek_api_audit *e)
{
	struct ek_views_value v[EK_CONTENT_AUDIT_WIDTH] = {0};
	uint8_t chain[EK_HASH_BYTES];
	if (!t->api->knows_chain && !read_chain(t))
		return;
	v[EK_CONTENT_AUDIT_ENTRY] = id(ek_turn_new_id(t, EK_CONTENT_AUDIT));
	v[EK_CONTENT_AUDIT_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_AUDIT_SEQ] = id(t->seq);
	v[EK_CONTENT_AUDIT_ACTOR_KIND] = word(who(t));
	v[EK_CONTENT_AUDIT_ACTOR] = id(t->self.v);
	v[EK_CONTENT_AUDIT_TOKEN] = id(t->token);
	v[EK_CONTENT_AUDIT_ADDRESS] = ek_views_text(t->http->peer);
	v[EK_CONTENT_AUDIT_ACTION] = word(e->action);
	v[EK_CONTENT_AUDIT_OBJECT_KIND] = word(e->object_kind);
	v[EK_CONTENT_AUDIT_OBJECT] = id(e->object);
	v[EK_CONTENT_AUDIT_TEAM] = id(e->team.v);
	v[EK_CONTENT_AUDIT_REASON] = ek_views_text(e->reason);
	v[EK_CONTENT_AUDIT_DETAILS] = ek_views_text(e->details.p != NULL ? e->details : EK_S("{}"));
	ek_api_audit_link(t->api->chain, v, chain);
	v[EK_CONTENT_AUDIT_CHAIN] = ek_views_blob(chain, sizeof chain);
	ek_turn_put(t, EK_CONTENT_AUDIT, v);
	memcpy(t->api->chain, chain, sizeof chain);
}
