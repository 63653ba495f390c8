/* Parts as they are written beside events. */
#include "api/api_conversation.h"

#include <string.h>

#include "model/enums.h"

static ek_str word(const char *s)
{
	return s == NULL ? (ek_str){NULL, 0} : (ek_str){s, (uint32_t)strlen(s)};
}

static const char *author_of(const struct ek_turn *t, const struct ek_api_conversation_part *p)
{
	if (p->is_contacts)
		return "contact";
	return p->teammate.v != 0 ? "teammate" : t->by.kind == EK_ACTOR_RULE ? "rule" : "system";
}

uint64_t ek_api_conversation_put_part(struct ek_turn *t, const struct ek_api_conversation_part *p)
{
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_PARTS);
	v[EK_CONTENT_PARTS_PART] = ek_views_int((int64_t)id);
	v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(p->conversation.v);
	v[EK_CONTENT_PARTS_SEQ] = ek_views_int((int64_t)t->seq);
	v[EK_CONTENT_PARTS_KIND] = ek_views_text(word(p->kind));
	v[EK_CONTENT_PARTS_AUTHOR_KIND] = ek_views_text(word(author_of(t, p)));
	v[EK_CONTENT_PARTS_AUTHOR] = ek_views_id(p->is_contacts ? p->contact.v : p->teammate.v);
	v[EK_CONTENT_PARTS_CHANNEL] =
		ek_views_text(word(ek_enums_wire(EK_ENUM_CAPACITY_CLASS, p->channel)));
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(p->text);
	v[EK_CONTENT_PARTS_FORMAT] = ek_views_text(EK_S("plain"));
	v[EK_CONTENT_PARTS_ATTACHMENTS] =
		ek_views_text(p->attachments.p != NULL ? p->attachments : EK_S("[]"));
	v[EK_CONTENT_PARTS_DETAILS] = ek_views_text(p->details);
	v[EK_CONTENT_PARTS_READER] = ek_views_id(p->reader.v);
	v[EK_CONTENT_PARTS_TEAM] = ek_views_id(p->team.v);
	v[EK_CONTENT_PARTS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PARTS, v);
	return id;
}

void ek_api_conversation_put_reopened(struct ek_turn *t, const struct ek_answer *answer,
				      ek_conversation_id id)
{
	const struct ek_api_conversation_part part = {
		.conversation = id,
		.kind = "change",
		.details = EK_S(EK_API_CONVERSATION_REOPENED),
	};
	for (uint32_t i = 0; i < answer->events.n; i++) {
		const struct ek_event *e = &answer->events.v[i];
		if (e->kind == EK_EVENT_CONVERSATION_REOPENED &&
		    e->conversation_reopened.conversation.v == id.v)
			ek_api_conversation_put_part(t, &part);
	}
}
