/* Whether a conversation that was closed may be asked about, and to whom it is credited. */
#include <string.h>

#include "api/api_contact.h"
#include "api/survey.h"
#include "base/language.h"
#include "store/reader.h"

const char *ek_survey_why(enum ek_survey_why why)
{
	static const char *const words[EK_SURVEY_WHY_COUNT] = {
		NULL, "no_reply", "spam", "no_contact", "opted_out", "asked_lately", "too_late",
	};
	return words[why];
}

enum ek_survey_why ek_survey_why_of(ek_str word)
{
	for (int i = 1; word.p != NULL && i < EK_SURVEY_WHY_COUNT; i++)
		if (ek_str_is(word, ek_survey_why((enum ek_survey_why)i)))
			return (enum ek_survey_why)i;
	return EK_SURVEY_FITS;
}

static bool take_reply(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_survey_case *c = ctx;
	uint32_t i = 0;
	(void)n;
	(void)err;
	c->credited.v = (uint32_t)v[0].i;
	while (i < c->replier_count && c->repliers[i].v != c->credited.v)
		i++;
	if (i == c->replier_count && i < EK_SURVEY_REPLIERS)
		c->repliers[c->replier_count++] = c->credited;
	return true;
}

static bool take_contact(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_survey_case *c = ctx;
	(void)n;
	(void)err;
	c->asked.v = (uint32_t)v[0].i;
	c->language = v[1].kind == EK_VIEWS_TEXT ? ek_survey_language(ek_turn_text(&v[1])) : -1;
	return true;
}

static bool take_any(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)v;
	(void)n;
	(void)err;
	*(bool *)ctx = true;
	return true;
}

static bool find_people(struct ek_reader *reader, struct ek_survey_case *c, struct ek_err *err)
{
	const struct ek_views_value conversation = ek_views_int(c->conversation.v);
	const struct ek_views_value contact = ek_views_int(c->contact.v);
	const struct ek_reader_question replies = {
		"SELECT author FROM parts WHERE conversation = $1 AND kind = 'message'"
		" AND author_kind = 'teammate' AND author IS NOT NULL ORDER BY part",
		&conversation, 1};
	const struct ek_reader_question who = {
		"SELECT k.contact, k.language FROM contacts k JOIN contacts o ON"
		" k.contact = COALESCE(o.merged_into, o.contact)"
		" WHERE o.contact = $1 AND k.erased_ms IS NULL",
		&contact, 1};
	return ek_reader_each(reader, &replies, take_reply, c, err) &&
	       ek_reader_each(reader, &who, take_contact, c, err);
}

struct found {
	bool spam;
	bool opted_out;
	bool lately;
};

static bool find_reasons(struct ek_reader *reader, const struct ek_survey *s,
			 const struct ek_survey_case *c, struct found *f, struct ek_err *err)
{
	const int64_t days =
		s->form == EK_SURVEY_FORM_NPS ? EK_SURVEY_REST_NPS_DAYS : EK_SURVEY_REST_DAYS;
	const struct ek_views_value conversation = ek_views_int(c->conversation.v);
	const struct ek_views_value args[] = {ek_views_int(c->asked.v),
					      ek_views_int(c->at.ms - days * EK_SURVEY_DAY_MS),
					      ek_views_int(c->at.ms)};
	const struct ek_reader_question spam = {
		"SELECT 1 FROM conversation_tags l JOIN tags g ON g.tag = l.tag"
		" WHERE l.conversation = $1 AND (g.word = 'spam' OR g.name_key = 'spam')",
		&conversation, 1};
	const struct ek_reader_question out = {
		"SELECT 1 FROM survey_optouts o WHERE " EK_API_CONTACT_TREE("o.contact", "$1"),
		args, 1};
	const struct ek_reader_question lately = {
		"SELECT 1 FROM survey_asks a WHERE " EK_API_CONTACT_TREE(
			"a.contact", "$1") " AND a.sent_ms > $2 AND a.sent_ms <= $3",
		args, 3};
	return ek_reader_each(reader, &spam, take_any, &f->spam, err) &&
	       ek_reader_each(reader, &out, take_any, &f->opted_out, err) &&
	       ek_reader_each(reader, &lately, take_any, &f->lately, err);
}

static bool take_words(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	const char *tag = ek_language_tag(ek_language_of(ek_turn_text(&v[0])));
	(void)n;
	(void)err;
	if (tag != NULL)
		*(int *)ctx = ek_survey_language((ek_str){tag, (uint32_t)strlen(tag)});
	return true;
}

/* Of a contact whose language nobody said: that of their last message. */
static bool guess_language(struct ek_reader *reader, struct ek_survey_case *c, struct ek_err *err)
{
	const struct ek_views_value conversation = ek_views_int(c->conversation.v);
	const struct ek_reader_question q = {
		"SELECT body FROM parts WHERE conversation = $1 AND kind = 'message'"
		" AND author_kind = 'contact' AND redacted_ms IS NULL AND body IS NOT NULL"
		" ORDER BY part DESC LIMIT 1",
		&conversation, 1};
	return ek_reader_each(reader, &q, take_words, &c->language, err);
}

bool ek_survey_judge(struct ek_reader *reader, const struct ek_survey *s, struct ek_survey_case *c,
		     struct ek_err *err)
{
	struct found f = {false, false, false};
	const int64_t last = c->closed.ms + s->delay.ms + EK_SURVEY_OLDEST_DAYS * EK_SURVEY_DAY_MS;
	c->why = EK_SURVEY_FITS;
	c->asked.v = 0;
	c->credited.v = 0;
	c->replier_count = 0;
	c->language = -1;
	if (!find_people(reader, c, err) || !find_reasons(reader, s, c, &f, err))
		return false;
	if (c->credited.v == 0)
		c->why = EK_SURVEY_NO_REPLY;
	else if (f.spam)
		c->why = EK_SURVEY_SPAM;
	else if (c->asked.v == 0)
		c->why = EK_SURVEY_NO_CONTACT;
	else if (f.opted_out)
		c->why = EK_SURVEY_OPTED_OUT;
	else if (f.lately)
		c->why = EK_SURVEY_ASKED_LATELY;
	else if (c->at.ms > last)
		c->why = EK_SURVEY_TOO_LATE;
	return c->why != EK_SURVEY_FITS || c->language >= 0 || guess_language(reader, c, err);
}
