/* survey -- surveys as they are kept: what is asked, of whom, in which words, at which address.
 *
 * A conversation that was closed may be asked about when a human being answered in it, it is not
 * spam, its contact is known, wants to be asked, and was not asked of late; whether it is asked
 * about is drawn (auth/draw.h). The way: surveyor.h sends, outside_survey.c asks and takes the
 * answer, api_surveys*.c and api_followups.c show.
 * Source: spec metrics, section 6.
 */
#ifndef EK_API_SURVEY_H
#define EK_API_SURVEY_H

#include "api/turn.h"
#include "auth/draw.h"

enum {
	EK_SURVEY_REST_DAYS = 30, /* between two questions to one contact */
	EK_SURVEY_REST_NPS_DAYS = 90,
	EK_SURVEY_OLDEST_DAYS = 7, /* later than this after it was due nobody is asked any more */
	EK_SURVEY_REPLIERS = 64,
	EK_SURVEY_ROUND = 64,
	EK_SURVEY_LANGUAGES = 3,
};
#define EK_SURVEY_DAY_MS INT64_C(86400000)
#define EK_SURVEY_MINUTE_MS INT64_C(60000)

/* ---- words (schema/survey_words.def); languages: 0 English, 1 Korean, 2 Arabic */

enum ek_survey_word {
#define WORD(name, NAME, en, ko, ar) EK_SURVEY_WORD_##NAME,
#include "schema/survey_words.def"
#undef WORD
};
const char *ek_survey_say(enum ek_survey_word word, int language);
/* "en"; NULL for -1. */
const char *ek_survey_tag(int language);
/* Of a tag such as "ko-KR"; -1: none of them. */
int ek_survey_language(ek_str tag);
/* The usual question of a form, and what its ends mean. */
const char *ek_survey_question(int form, int language);
const char *ek_survey_scale(int form, int language);

/* ---- forms */

struct ek_survey_form {
	const char *wire;
	int64_t least;
	int64_t most;
	int64_t low; /* at or below it the team follows up; -1 = never */
};
/* form: enum of EK_SURVEY_FORM_* */
const struct ek_survey_form *ek_survey_form(int form);
int ek_survey_form_of(ek_str wire); /* 0: none */

/* ---- what is kept */

struct ek_survey {
	uint64_t id;
	int64_t version;
	int form;
	ek_team_id team;   /* 0 = every one */
	uint32_t channels; /* bit of each capacity class; 0 = any */
	uint32_t fraction;
	ek_span delay;
	ek_span window;
	ek_time since; /* what was closed before is not asked about */
};
/* row: whole, of surveys. */
struct ek_survey ek_survey_read(const struct ek_views_value *row);
bool ek_survey_takes(const struct ek_survey *s, ek_str channel);

/* The workspace's key: *found is false where no survey was ever made. Any thread that the reader is
 * of. Errors: the reader's; NOT_FOUND without a master key; DAMAGE. */
bool ek_survey_key(struct ek_api *api, struct ek_reader *reader, struct ek_draw_key *out,
		   bool *found, struct ek_err *err) EK_MUST_CHECK;
/* Where that ask is answered, ended, into out. False when nobody can say. */
bool ek_survey_address(struct ek_api *api, struct ek_reader *reader, uint64_t ask, char *out,
		       size_t cap);
/* In made: makes it. There must be a master key. */
void ek_survey_make_key(struct ek_turn *t);

/* ---- may it be asked about? (survey_judge.c) */

enum ek_survey_why {
	EK_SURVEY_FITS = 0,
	EK_SURVEY_NO_REPLY, /* no human being answered publicly */
	EK_SURVEY_SPAM,
	EK_SURVEY_NO_CONTACT,
	EK_SURVEY_OPTED_OUT,
	EK_SURVEY_ASKED_LATELY,
	EK_SURVEY_TOO_LATE,
	EK_SURVEY_WHY_COUNT,
};
const char *ek_survey_why(enum ek_survey_why why); /* "no_reply"; NULL = it fits */
enum ek_survey_why ek_survey_why_of(ek_str word);

struct ek_survey_case {
	ek_conversation_id conversation; /* these four are given */
	ek_contact_id contact;
	ek_time closed;
	ek_time at;
	enum ek_survey_why why; /* the first rule that it fails */
	ek_contact_id asked;    /* into whom the contact was merged, or the contact */
	int language;           /* -1 = not known */
	ek_teammate_id credited;
	ek_teammate_id repliers[EK_SURVEY_REPLIERS]; /* each once */
	uint32_t replier_count;
};
/* Five questions to the store, by index. Errors: the reader's. */
bool ek_survey_judge(struct ek_reader *reader, const struct ek_survey *s, struct ek_survey_case *c,
		     struct ek_err *err) EK_MUST_CHECK;

/* ---- the contact is erased: its words and addresses go. In made; of that conversation. */
bool ek_survey_erase(struct ek_turn *t, int64_t conversation) EK_MUST_CHECK;

#endif
