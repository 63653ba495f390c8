/* The mail that leads a contact to a survey's page. */
#include <string.h>

#include "api/api_letters.h"
#include "api/api_state.h"
#include "api/survey.h"
#include "base/rfc3339.h"
#include "channels/post.h"
#include "wire/keep.h"

enum { TEXT = 8192, DAY = EK_RFC3339_DATE_MAX + 1 };

/* ---- to whom */

struct finding {
	struct ek_survey_mail *out;
	int64_t people;   /* letters that a person sent from that address */
	int64_t programs; /* and programs */
	bool is_bad;
};

static bool take_contact(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	ek_str address = ek_turn_text(&v[0]);
	(void)n;
	(void)err;
	if (address.n > 0 && address.n < sizeof f->out->address &&
	    ek_api_letters_is_person(address)) {
		memcpy(f->out->address, address.p, address.n);
		f->out->address_n = address.n;
	}
	f->is_bad = f->is_bad || v[1].kind == EK_VIEWS_INT;
	return true;
}

static bool take_letter(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	(void)n;
	(void)err;
	if (ek_str_is(ek_turn_text(&v[0]), "in")) {
		bool is_automatic = v[1].kind == EK_VIEWS_TEXT;
		f->programs += is_automatic;
		f->people += !is_automatic;
	} else {
		f->is_bad = f->is_bad || ek_str_is(ek_turn_text(&v[2]), "bounced");
	}
	return true;
}

bool ek_survey_letter_find(struct ek_reader *reader, const struct ek_survey_case *c,
			   ek_team_id team, struct ek_survey_mail *out, struct ek_err *err)
{
	struct finding f = {.out = out};
	const struct ek_views_value contact = ek_views_int(c->asked.v);
	/* An address of ours is nobody's: it would come back. */
	const struct ek_reader_question who = {
		"SELECT k.email, (SELECT max(b.mailbox) FROM mailboxes b WHERE b.deleted_ms IS NULL"
		" AND lower(b.address) = lower(k.email)) FROM contacts k WHERE k.contact = $1"
		" AND k.erased_ms IS NULL",
		&contact, 1};
	*out = (struct ek_survey_mail){0};
	if (!ek_reader_each(reader, &who, take_contact, &f, err))
		return false;
	const struct ek_views_value args[] = {
		ek_views_int(c->conversation.v),
		ek_views_text((ek_str){out->address, out->address_n})};
	const struct ek_reader_question letters = {
		"SELECT m.direction, m.reason, m.error FROM mails m WHERE m.conversation = $1"
		" AND lower(m.address) = lower($2) AND m.state <> 'held'",
		args, EK_LEN(args)};
	if (out->address_n > 0 && !ek_reader_each(reader, &letters, take_letter, &f, err))
		return false;
	if (f.is_bad || (f.programs > 0 && f.people == 0))
		out->address_n = 0;
	return out->address_n == 0 ||
	       ek_api_letters_mailbox(reader, c->conversation, team, &out->mailbox, err);
}

/* ---- what it says */

struct asked {
	struct ek_arena *arena;
	bool found;
	bool is_wanted;
	int form;
	int language;
	ek_time until;
	ek_str question;
};

static bool take_asked(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct asked *a = ctx;
	struct ek_keep_map map;
	(void)n;
	a->found = true;
	a->form = ek_survey_form_of(ek_turn_text(&v[0]));
	a->language = ek_survey_language(ek_turn_text(&v[1]));
	a->until.ms = v[2].i;
	/* Erased, or taken by a program meanwhile: nobody is asked twice. */
	a->is_wanted = v[3].kind == EK_VIEWS_BLOB && v[4].kind == EK_VIEWS_NULL;
	if (!ek_keep_read(ek_turn_text(&v[5]), a->arena, &map))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a question");
	int language = a->language < 0 ? 0 : a->language;
	const struct ek_keep_pair *own = ek_keep_find(&map, (ek_str){ek_survey_tag(language), 2});
	bool ok = true;
	if (own != NULL)
		a->question = ek_arena_str(a->arena, own->text, &ok);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a question");
}

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static size_t say(char *out, size_t at, ek_str s)
{
	size_t n = s.n < TEXT - 4 - at ? s.n : 0;
	if (n > 0)
		memcpy(out + at, s.p, n);
	return at + n;
}

static ek_str compose(struct ek_api *api, const struct asked *a, const char *secret, char *out)
{
	const int l = a->language < 0 ? 0 : a->language;
	char day[DAY], link[512];
	size_t n = 0;
	day[ek_rfc3339_print_date((int32_t)(a->until.ms / EK_SURVEY_DAY_MS), day)] = '\0';
	ek_format(link, sizeof link, "%s/s/%s", api->options.url, secret);
	const ek_str usual = ended(ek_survey_question(a->form, l));
	const ek_str lines[] = {
		ended(ek_survey_say(EK_SURVEY_WORD_MAIL_HELLO, l)),
		ended("\n\n"),
		a->question.p != NULL ? a->question : usual,
		ended("\n"),
		ended(ek_survey_scale(a->form, l)),
		ended("\n\n"),
		ended(ek_survey_say(EK_SURVEY_WORD_MAIL_OPEN, l)),
		ended("\n"),
		ended(link),
		ended("\n\n"),
		ended(ek_survey_say(EK_SURVEY_WORD_READERS, l)),
		ended("\n"),
		ended(ek_survey_say(EK_SURVEY_WORD_MAIL_UNTIL, l)),
		ended(" "),
		ended(day),
		ended("\n"),
		ended(ek_survey_say(EK_SURVEY_WORD_MAIL_STOP, l)),
		ended("\n"),
	};
	for (uint32_t i = 0; i < EK_LEN(lines); i++)
		n = say(out, n, lines[i]);
	return (ek_str){out, (uint32_t)n};
}

bool ek_survey_letter_write(struct ek_api *api, const struct ek_post_letter *letter,
			    struct ek_letter *out, struct ek_err *err)
{
	const struct ek_views_value key = ek_views_int(letter->about);
	const struct ek_reader_question q = {
		"SELECT a.form, a.language, a.until_ms, a.hash, a.delivered_ms, v.question"
		" FROM survey_asks a LEFT JOIN survey_versions v ON v.survey = a.survey"
		" AND v.version = a.version WHERE a.ask = $1",
		&key, 1};
	struct asked a = {.arena = letter->arena};
	struct ek_draw_key drawn;
	char text[EK_SECRET_COOKIE + 1];
	bool found = false;
	if (!ek_reader_each(letter->reader, &q, take_asked, &a, err) ||
	    !ek_survey_key(api, letter->reader, &drawn, &found, err))
		return false;
	if (!a.found || !found || !a.is_wanted)
		return ek_fail(err, EK_INVALID_VALUE, "it is to be asked no more");
	char *body = ek_arena_get(letter->arena, TEXT);
	if (body == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a letter");
	struct ek_secret secret = ek_draw_secret(&drawn, (uint64_t)letter->about);
	ek_secret_cookie(&secret, text);
	out->text = compose(api, &a, text, body);
	ek_secret_wipe(&secret, sizeof secret);
	ek_secret_wipe(text, sizeof text);
	ek_secret_wipe(&drawn, sizeof drawn);
	return true;
}
