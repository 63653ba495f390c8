#include "api/api_audit.h"

#include <string.h>

#include "api/api_state.h"
#include "store/audit.h"

/* ---- the chain */

/* Where the chain ends on disk. Nothing of it is pending when this is asked: at the first entry,
 * and at the first after a loss. */
static bool read_chain(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT chain FROM audit ORDER BY entry DESC LIMIT 1", NULL, 0,
			    &rows))
		return false;
	memset(t->api->chain, 0, EK_HASH_BYTES);
	if (rows.n > 0 && rows.v[0].kind == EK_VIEWS_BLOB && rows.v[0].n == EK_HASH_BYTES)
		memcpy(t->api->chain, rows.v[0].p, EK_HASH_BYTES);
	t->api->chain_known = 1 + ek_writer_losses(t->api->writer);
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
	if (t->api->chain_known != 1 + ek_writer_losses(t->api->writer) && !read_chain(t))
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
	ek_audit_link(t->api->chain, v, chain);
	v[EK_CONTENT_AUDIT_CHAIN] = ek_views_blob(chain, sizeof chain);
	ek_turn_put(t, EK_CONTENT_AUDIT, v);
	memcpy(t->api->chain, chain, sizeof chain);
}
