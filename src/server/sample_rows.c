#include "server/sample_rows.h"

#include <string.h>

#include "api/api_conversation.h"
#include "engine/look.h"

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

struct ek_views_value ek_sample_rows_folded(struct ek_text *text, ek_str s)
{
	struct ek_err err;
	ek_str out;
	return ek_views_text(ek_text_fold(text, s, &out, &err) ? out : s);
}

bool ek_sample_rows_put_talk(struct ek_writer *w, struct ek_text *text,
			     const struct ek_sample_talk *t, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(t->conversation.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_int(t->contact.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(t->title);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE_KEY] = ek_sample_rows_folded(text, t->title);
	v[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS] =
		word(t->is_chat ? "[\"chat\"]" : "[\"email\"]");
	v[EK_CONTENT_CONVERSATION_PROFILES_PART_COUNT] = ek_views_int(t->part_count);
	v[EK_CONTENT_CONVERSATION_PROFILES_ASSIGNMENT_COUNT] = ek_views_int(t->assignment_count);
	v[EK_CONTENT_CONVERSATION_PROFILES_HANDOVER_COUNT] = ek_views_int(t->handover_count);
	v[EK_CONTENT_CONVERSATION_PROFILES_REOPEN_COUNT] = ek_views_int(t->reopen_count);
	v[EK_CONTENT_CONVERSATION_PROFILES_LAST_PART_MS] = ek_views_int(t->updated.ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(t->at.ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->updated.ms);
	return ek_writer_put(w, EK_CONTENT_CONVERSATION_PROFILES, v, err);
}

bool ek_sample_rows_put_part(struct ek_writer *w, const struct ek_sample_part *p,
			     struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	bool by_contact = p->contact.v != 0;
	bool by_mate = !by_contact && p->teammate.v != 0;
	v[EK_CONTENT_PARTS_PART] = ek_views_int(p->id);
	v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(p->conversation.v);
	v[EK_CONTENT_PARTS_SEQ] = ek_views_int((int64_t)p->seq);
	v[EK_CONTENT_PARTS_KIND] = word(by_contact || by_mate ? "message" : "change");
	v[EK_CONTENT_PARTS_AUTHOR_KIND] = word(by_contact ? "contact"
					       : by_mate  ? "teammate"
							  : "rule");
	if (by_contact || by_mate)
		v[EK_CONTENT_PARTS_AUTHOR] =
			ek_views_int(by_contact ? p->contact.v : p->teammate.v);
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(p->text);
	v[EK_CONTENT_PARTS_FORMAT] = word("plain");
	if (by_contact || by_mate)
		v[EK_CONTENT_PARTS_CHANNEL] = word(p->is_chat ? "chat" : "email");
	else
		v[EK_CONTENT_PARTS_DETAILS] = word(EK_API_CONVERSATION_REOPENED);
	v[EK_CONTENT_PARTS_TEAM] = ek_views_int(p->team.v);
	v[EK_CONTENT_PARTS_CREATED_MS] = ek_views_int(p->at.ms);
	return ek_writer_put(w, EK_CONTENT_PARTS, v, err);
}

bool ek_sample_rows_put_clock(struct ek_writer *w, const struct ek_sample_clock *c,
			      struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SLA_CLOCKS_WIDTH] = {0};
	v[EK_CONTENT_SLA_CLOCKS_CONVERSATION] = ek_views_int(c->conversation.v);
	v[EK_CONTENT_SLA_CLOCKS_POLICY] = ek_views_int(c->policy);
	v[EK_CONTENT_SLA_CLOCKS_TARGET] = word(c->is_first ? "first_response" : "next_response");
	v[EK_CONTENT_SLA_CLOCKS_STATUS] = word(c->status);
	v[EK_CONTENT_SLA_CLOCKS_STARTED_MS] = ek_views_int(c->started.ms);
	v[EK_CONTENT_SLA_CLOCKS_SPENT_MS] = ek_views_int(0);
	v[EK_CONTENT_SLA_CLOCKS_DUE_MS] = ek_views_int(c->due.ms);
	v[EK_CONTENT_SLA_CLOCKS_ENDED_MS] = ek_views_int(c->ended.ms);
	return ek_writer_put(w, EK_CONTENT_SLA_CLOCKS, v, err);
}

bool ek_sample_rows_put_running(struct ek_writer *w, ek_conversation_id id, struct ek_err *err)
{
	struct ek_conversation_view v;
	if (!ek_look_conversation(ek_writer_engine(w), id, &v) || v.state == EK_STATE_CLOSED ||
	    v.team.v == 0 || !ek_time_is_set(v.sla_due) || !ek_time_is_set(v.waiting_since))
		return true;
	const struct ek_sample_clock clock = {
		.conversation = id,
		.policy = v.team.v,
		.is_first = v.waiting_since.ms <= v.started.ms,
		.status = "running",
		.started = v.waiting_since,
		.due = v.sla_due,
		.ended = EK_NO_TIME,
	};
	return ek_sample_rows_put_clock(w, &clock, err);
}
