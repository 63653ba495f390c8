#include "api/api_letters.h"

#include <string.h>

#include "api/api_report.h"
#include "api/api_state.h"
#include "api/survey.h"
#include "channels/notice.h"
#include "channels/post.h"

static const char *const words[][EK_SURVEY_LANGUAGES] = {
#define WORD(name, NAME, en, ko, ar) {en, ko, ar},
#include "schema/letter_words.def"
#undef WORD
};

const char *ek_api_letters_say(enum ek_api_letters_word word, int language)
{
	return words[word][language < 0 ? 0 : language];
}

/* ---- to whom */

/* Without case. */
static bool begins(ek_str s, const char *with)
{
	uint32_t n = (uint32_t)strlen(with);
	if (s.n < n)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		char c = s.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != with[i])
			return false;
	}
	return true;
}

bool ek_api_letters_is_person(ek_str address)
{
	static const char *const programs[] = {
		"mailer-daemon@", "postmaster@",  "noreply", "no-reply", "no_reply", "donotreply",
		"do-not-reply",   "do_not_reply", "bounce",  "daemon@",  "nobody@",
	};
	for (uint32_t i = 0; i < EK_LEN(programs); i++)
		if (begins(address, programs[i]))
			return false;
	return ek_letter_is_address(address);
}

/* ---- by which mailbox */

static bool take_number(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	if (v[0].kind == EK_VIEWS_INT)
		*(int64_t *)ctx = v[0].i;
	return true;
}

bool ek_api_letters_mailbox(struct ek_reader *reader, ek_conversation_id conversation,
			    ek_team_id team, int64_t *mailbox, struct ek_err *err)
{
	const struct ek_notice_ask ask = {.now = {0}};
	int64_t set = 0;
	if (!ek_notice_find(reader, &ask, &set, err))
		return false;
	const struct ek_views_value args[] = {ek_views_int(conversation.v), ek_views_int(team.v),
					      ek_views_int(set)};
	const struct ek_reader_question q = {
		"SELECT b.mailbox FROM mailboxes b WHERE b.active = 1 AND b.deleted_ms IS NULL"
		" ORDER BY CASE WHEN b.mailbox = (SELECT max(m.mailbox) FROM mails m WHERE"
		" m.conversation = $1 AND m.direction = 'in') THEN 0 WHEN b.team = $2 THEN 1"
		" WHEN b.mailbox = $3 THEN 2 WHEN b.team IS NULL THEN 3 ELSE 4 END, b.mailbox"
		" LIMIT 1",
		args, EK_LEN(args)};
	*mailbox = 0;
	return ek_reader_each(reader, &q, take_number, mailbox, err);
}

/* ---- the rows */

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

int64_t ek_api_letters_put(struct ek_api *api, struct ek_writer *w, const struct ek_api_letter *l)
{
	struct ek_views_value letter[EK_CONTENT_LETTERS_WIDTH] = {0};
	struct ek_err err;
	const struct ek_notice_mail mail = {
		.mail = ek_api_new_id(api, w, EK_CONTENT_MAILS),
		.mailbox = l->mailbox,
		.conversation = l->conversation,
		.to = l->address,
		.subject = l->subject,
		.now = l->at,
	};
	letter[EK_CONTENT_LETTERS_MAIL] = ek_views_int(mail.mail);
	letter[EK_CONTENT_LETTERS_KIND] = word(l->kind);
	letter[EK_CONTENT_LETTERS_ABOUT] = ek_views_int(l->about);
	letter[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(0);
	letter[EK_CONTENT_LETTERS_CREATED_MS] = ek_views_int(l->at.ms);
	/* For want of memory the writer gives up all that is pending, and the commit says so. */
	bool ok =
		ek_notice_put_mail(w, &mail) && ek_writer_put(w, EK_CONTENT_LETTERS, letter, &err);
	(void)ok;
	return mail.mail;
}

void ek_api_letters_nudge(struct ek_api *api)
{
	const struct ek_api_mail *mail = &api->options.mail;
	if (mail->nudge != NULL)
		mail->nudge(mail->ctx);
}

/* ---- what stands in it */

bool ek_api_letters_write(struct ek_api *api, const struct ek_post_letter *letter,
			  struct ek_letter *out, struct ek_err *err)
{
	if (ek_str_is(letter->kind, EK_API_LETTERS_SURVEY))
		return ek_survey_letter_write(api, letter, out, err);
	if (ek_str_is(letter->kind, EK_API_LETTERS_REPORT))
		return ek_api_report_send_write(api, letter, out, err);
	return ek_fail(err, EK_INVALID_VALUE, "nobody knows what it says");
}
