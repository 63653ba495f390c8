#include "past/item.h"

#include <string.h>

#include "past/item_inside.h"

/* A name is looked up last: what is refused for another reason makes nobody. */
struct who {
	ek_str team, teammate, replier, owner, contact;
};

/* ---- names */

static bool find_team(struct ek_item *it, ek_str name, ek_team_id *id, struct ek_err *err)
{
	const char *why = NULL;
	if (name.p == NULL)
		return true;
	if (!ek_whose_team(it->whose, name, id, &why, err))
		return false;
	if (why != NULL)
		(void)ek_item_refuse(it, EK_MAP_TEAM, why);
	return true;
}

static bool find_teammate(struct ek_item *it, enum ek_map_field field, ek_str name,
			  ek_teammate_id *id, struct ek_err *err)
{
	const char *why = NULL;
	if (name.p == NULL || it->why != NULL)
		return true;
	if (!ek_whose_teammate(it->whose, name, id, &why, err))
		return false;
	if (why != NULL)
		(void)ek_item_refuse(it, field, why);
	return true;
}

static bool find_contact(struct ek_item *it, ek_str identity, int64_t *number, struct ek_err *err)
{
	return identity.p == NULL || it->why != NULL ||
	       ek_whose_contact(it->whose, identity, number, err);
}

/* ---- messages */

struct talk {
	ek_time replied;
	ek_str replier;
	ek_str last;
	int64_t replies;
};

static bool is_by_teammate(const struct ek_item *it, const struct ek_map_row *m, ek_str by,
			   ek_str contact)
{
	if (it->map->has_teammate_if)
		return ek_map_holds(it->map, m, &it->map->message_teammate);
	return contact.p == NULL || !ek_str_equal(by, contact);
}

/* What the messages say: who answered first, and when; how often; who last. */
static bool read_messages(struct ek_item *it, const struct ek_item_case *c, ek_str contact,
			  struct talk *out)
{
	ek_time last = EK_NO_TIME, at;
	*out = (struct talk){.replied = EK_NO_TIME};
	for (uint32_t i = 0; i < c->message_count; i++) {
		const struct ek_map_row *m = &c->messages[i];
		ek_str by = ek_map_says(it->map, m, &it->map->message_by, it->scratch);
		ek_str when = ek_map_says(it->map, m, &it->map->message_at, it->scratch);
		if (by.p == NULL || when.p == NULL || !ek_map_time(it->map, when, &at)) {
			it->field = "messages";
			it->why = "one has no writer, or no time of the formats in `dates`";
			return false;
		}
		if (!is_by_teammate(it, m, by, contact))
			continue;
		out->replies++;
		if (!ek_time_is_set(out->replied) || at.ms < out->replied.ms) {
			out->replied = at;
			out->replier = by;
		}
		if (!ek_time_is_set(last) || at.ms >= last.ms) {
			last = at;
			out->last = by;
		}
	}
	return true;
}

/* ---- conversations */

static bool check_end(struct ek_item *it, enum ek_map_field field, ek_time t)
{
	return !ek_time_is_set(t) || t.ms <= it->now.ms ||
	       ek_item_refuse(it, field, "it lies in the future");
}

static bool need(struct ek_item *it, enum ek_map_field field, ek_time t)
{
	return ek_time_is_set(t) || ek_item_refuse(it, field, "it is missing");
}

static bool read_life(struct ek_item *it, const struct ek_item_case *c,
		      struct ek_cmd_history_note_conversation *v)
{
	bool ok = ek_item_time(it, c, EK_MAP_STARTED, &v->started) &&
		  need(it, EK_MAP_STARTED, v->started) &&
		  ek_item_time(it, c, EK_MAP_ASSIGNED, &v->assigned) &&
		  ek_item_time(it, c, EK_MAP_CLOSED, &v->closed) &&
		  ek_item_time(it, c, EK_MAP_SOLVED, &v->solved);
	if (!ok)
		return false;
	return ek_item_follow(it, EK_MAP_ASSIGNED, v->started, &v->assigned) &&
	       ek_item_follow(it, EK_MAP_CLOSED, v->started, &v->closed) &&
	       ek_item_follow(it, EK_MAP_SOLVED, ek_time_is_set(v->closed) ? v->closed : v->started,
			      &v->solved) &&
	       check_end(it, EK_MAP_STARTED, v->started) &&
	       check_end(it, EK_MAP_ASSIGNED, v->assigned) &&
	       check_end(it, EK_MAP_CLOSED, v->closed) && check_end(it, EK_MAP_SOLVED, v->solved);
}

static bool read_talk(struct ek_item *it, const struct ek_item_case *c, struct who *who,
		      struct ek_cmd_history_note_conversation *v)
{
	struct talk talk;
	who->replier = ek_item_text(it, c, EK_MAP_REPLIER);
	who->owner = ek_item_text(it, c, EK_MAP_OWNER);
	if (!ek_item_time(it, c, EK_MAP_REPLIED, &v->replied) ||
	    !ek_item_count(it, c, EK_MAP_REPLIES, &v->replies) ||
	    !read_messages(it, c, who->contact, &talk))
		return false;
	if (it->map->has_messages) {
		v->replied = ek_time_is_set(v->replied) ? v->replied : talk.replied;
		v->replies = v->replies != EK_NONE ? v->replies : talk.replies;
		who->replier = who->replier.p != NULL ? who->replier : talk.replier;
		who->owner = who->owner.p != NULL ? who->owner : talk.last;
	}
	return ek_item_follow(it, EK_MAP_REPLIED, v->started, &v->replied) &&
	       check_end(it, EK_MAP_REPLIED, v->replied);
}

static bool make_conversation(struct ek_item *it, const struct ek_item_case *c, struct ek_cmd *out,
			      struct ek_err *err)
{
	struct ek_cmd_history_note_conversation *v = &out->history_note_conversation;
	struct who who = {.team = ek_item_text(it, c, EK_MAP_TEAM),
			  .contact = ek_item_text(it, c, EK_MAP_CONTACT)};
	v->import = it->import;
	v->item = it->number;
	bool ok = ek_item_channel(it, c, &v->channel) && read_life(it, c, v) &&
		  read_talk(it, c, &who, v) && ek_item_count(it, c, EK_MAP_REOPENS, &v->reopens) &&
		  ek_item_count(it, c, EK_MAP_TRANSFERS, &v->transfers) &&
		  ek_item_yes(it, c, EK_MAP_SLA_MET, &v->sla_met) && ek_item_tags(it, c, &v->tags);
	if (ok && v->channel == 0)
		ok = ek_item_refuse(it, EK_MAP_CHANNEL, "it is missing");
	return !ok || (find_team(it, who.team, &v->team, err) &&
		       find_teammate(it, EK_MAP_REPLIER, who.replier, &v->replier, err) &&
		       find_teammate(it, EK_MAP_OWNER, who.owner, &v->owner, err) &&
		       find_contact(it, who.contact, &v->contact, err));
}

/* ---- calls */

struct lengths {
	int64_t wait, talk;
};

/* Where the map knows of no queue, every call reached one; an answered one that waited in none was
 * answered at once. */
static void settle_queue(const struct ek_item *it, struct ek_cmd_history_note_call *v)
{
	if (ek_time_is_set(v->queued))
		return;
	if (!ek_item_has(it, EK_MAP_QUEUED))
		v->queued = v->started;
	else if (ek_time_is_set(v->answered))
		v->queued = v->answered;
}

/* Lengths that were measured go before the difference of two times. */
static void settle_lengths(const struct lengths *l, struct ek_cmd_history_note_call *v)
{
	if (l->wait != EK_NONE && ek_time_is_set(v->queued)) {
		ek_time end = {v->queued.ms + l->wait};
		if (ek_time_is_set(v->answered))
			v->answered = end;
		else
			v->ended = end;
	}
	if (l->talk != EK_NONE && ek_time_is_set(v->answered))
		v->ended.ms = v->answered.ms + l->talk;
}

static bool read_times(struct ek_item *it, const struct ek_item_case *c, struct lengths *l,
		       struct ek_cmd_history_note_call *v)
{
	return ek_item_time(it, c, EK_MAP_STARTED, &v->started) &&
	       need(it, EK_MAP_STARTED, v->started) &&
	       ek_item_time(it, c, EK_MAP_QUEUED, &v->queued) &&
	       ek_item_time(it, c, EK_MAP_ANSWERED, &v->answered) &&
	       ek_item_time(it, c, EK_MAP_ENDED, &v->ended) &&
	       ek_item_span(it, c, EK_MAP_WAIT, &l->wait) &&
	       ek_item_span(it, c, EK_MAP_TALK, &l->talk);
}

static bool read_call(struct ek_item *it, const struct ek_item_case *c,
		      struct ek_cmd_history_note_call *v)
{
	struct lengths l;
	if (!read_times(it, c, &l, v) || !ek_item_follow(it, EK_MAP_QUEUED, v->started, &v->queued))
		return false;
	/* A measured wait says when they were answered; the time then only has to be that day's. */
	bool is_after_queue = ek_time_is_set(v->queued) && l.wait == EK_NONE;
	ek_time before = is_after_queue ? v->queued : v->started;
	if (!ek_item_follow(it, EK_MAP_ANSWERED, before, &v->answered))
		return false;
	settle_queue(it, v);
	settle_lengths(&l, v);
	before = ek_time_is_set(v->queued) ? v->queued : v->started;
	before = ek_time_is_set(v->answered) ? v->answered : before;
	return need(it, EK_MAP_ENDED, v->ended) &&
	       ek_item_follow(it, EK_MAP_ENDED, before, &v->ended) &&
	       check_end(it, EK_MAP_ENDED, v->ended);
}

static bool make_call(struct ek_item *it, const struct ek_item_case *c, struct ek_cmd *out,
		      struct ek_err *err)
{
	struct ek_cmd_history_note_call *v = &out->history_note_call;
	v->import = it->import;
	v->item = it->number;
	bool ok = read_call(it, c, v) && ek_item_span(it, c, EK_MAP_HOLD, &v->hold_ms.ms) &&
		  ek_item_count(it, c, EK_MAP_HOLDS, &v->holds) &&
		  ek_item_span(it, c, EK_MAP_AFTER, &v->after_ms.ms) &&
		  ek_item_count(it, c, EK_MAP_TRANSFERS, &v->transfers) &&
		  ek_item_tags(it, c, &v->tags);
	if (!ok)
		return true;
	ek_str none = {NULL, 0};
	bool is_queued = ek_time_is_set(v->queued), is_answered = ek_time_is_set(v->answered);
	return find_team(it, is_queued ? ek_item_text(it, c, EK_MAP_TEAM) : none, &v->team, err) &&
	       find_teammate(it, EK_MAP_TEAMMATE,
			     is_answered ? ek_item_text(it, c, EK_MAP_TEAMMATE) : none,
			     &v->teammate, err) &&
	       find_contact(it, ek_item_text(it, c, EK_MAP_CONTACT), &v->contact, err);
}

/* ---- answers */

static bool read_score(struct ek_item *it, const struct ek_item_case *c,
		       struct ek_cmd_history_note_answer *v)
{
	static const uint8_t least[] = {[EK_SURVEY_FORM_CSAT] = 1, [EK_SURVEY_FORM_CES] = 1};
	static const uint8_t most[] = {
		[EK_SURVEY_FORM_NPS] = 10, [EK_SURVEY_FORM_CSAT] = 5, [EK_SURVEY_FORM_CES] = 7};
	ek_str form = ek_item_text(it, c, EK_MAP_FORM);
	v->form = form.p == NULL ? 0 : (uint8_t)ek_enums_number(EK_ENUM_SURVEY_FORM, form);
	if (v->form == 0)
		return ek_item_refuse(it, EK_MAP_FORM, "it is none of nps, csat and ces");
	if (!ek_item_count(it, c, EK_MAP_SCORE, &v->score))
		return false;
	int64_t low = v->form < EK_LEN(least) ? least[v->form] : 0;
	return v->score == EK_NONE || (v->score >= low && v->score <= most[v->form]) ||
	       ek_item_refuse(it, EK_MAP_SCORE,
			      "it is not within the form's: nps 0 to 10, csat 1 to 5, ces 1 to 7");
}

static bool make_answer(struct ek_item *it, const struct ek_item_case *c, struct ek_cmd *out,
			struct ek_err *err)
{
	struct ek_cmd_history_note_answer *v = &out->history_note_answer;
	v->import = it->import;
	v->item = it->number;
	bool ok = read_score(it, c, v) && ek_item_time(it, c, EK_MAP_ASKED, &v->asked) &&
		  need(it, EK_MAP_ASKED, v->asked) &&
		  ek_item_time(it, c, EK_MAP_ANSWERED, &v->answered) &&
		  ek_item_follow(it, EK_MAP_ANSWERED, v->asked, &v->answered);
	/* Where nobody says when, who stands in the table answered when asked. */
	if (ok && !ek_item_has(it, EK_MAP_ANSWERED))
		v->answered = v->asked;
	ok = ok && check_end(it, EK_MAP_ASKED, v->asked) &&
	     check_end(it, EK_MAP_ANSWERED, v->answered) && ek_item_channel(it, c, &v->channel) &&
	     ek_item_tags(it, c, &v->tags);
	return !ok || (find_team(it, ek_item_text(it, c, EK_MAP_TEAM), &v->team, err) &&
		       find_teammate(it, EK_MAP_TEAMMATE, ek_item_text(it, c, EK_MAP_TEAMMATE),
				     &v->teammate, err) &&
		       find_contact(it, ek_item_text(it, c, EK_MAP_CONTACT), &v->contact, err));
}

bool ek_item_make(struct ek_item *it, const struct ek_item_case *c, struct ek_cmd *out,
		  struct ek_err *err)
{
	it->field = NULL;
	it->why = NULL;
	switch (it->map->kind) {
	case EK_MAP_CONVERSATIONS:
		*out = ek_cmd_make(EK_CMD_HISTORY_NOTE_CONVERSATION);
		return make_conversation(it, c, out, err);
	case EK_MAP_CALLS:
		*out = ek_cmd_make(EK_CMD_HISTORY_NOTE_CALL);
		return make_call(it, c, out, err);
	default:
		*out = ek_cmd_make(EK_CMD_HISTORY_NOTE_ANSWER);
		return make_answer(it, c, out, err);
	}
}
