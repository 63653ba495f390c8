/* outside_survey -- the page on which a contact answers: /s/SECRET, without sign-in.
 *
 *   GET   the question, a number to choose, room for a comment; until the window ends
 *   POST  takes the answer, or that the contact wants to be asked nothing more
 *
 * Plain HTML in the contact's language: it needs no script, sets no cookie, loads its style sheet
 * alone. Within the window the last answer counts; for EK_OUTSIDE_SURVEY_LATE_DAYS behind it one
 * that was written meanwhile is kept and not counted. An address that is wrong and one whose time
 * is over give the same page. Source: spec metrics, Q4, Q6 and Q7; security, sections 3 and 13.
 */
#ifndef EK_API_OUTSIDE_SURVEY_H
#define EK_API_OUTSIDE_SURVEY_H

#include "api/survey.h"

enum {
	EK_OUTSIDE_SURVEY_LATE_DAYS = 30,
	EK_OUTSIDE_SURVEY_ANSWERS = 20,     /* of one ask; what comes then is not kept */
	EK_OUTSIDE_SURVEY_COMMENT = 1000,   /* characters */
	EK_OUTSIDE_SURVEY_BODY = 16 * 1024, /* bytes of a request */
};

/* Answers it and returns true if the path is one of these. */
bool ek_outside_survey(struct ek_turn *t);

/* ---- outside_survey_page.c: into t->out */

enum ek_outside_survey_fault {
	EK_OUTSIDE_SURVEY_WELL,
	EK_OUTSIDE_SURVEY_NO_SCORE,
	EK_OUTSIDE_SURVEY_TOO_LONG,
};
struct ek_outside_survey_form {
	int language;
	int form;
	ek_str question; /* p NULL = the usual one */
	ek_str secret;   /* as in the address */
	int64_t score;   /* chosen; EK_NONE = none */
	ek_str comment;  /* p NULL = none */
	bool is_again;   /* there was an answer before */
	enum ek_outside_survey_fault fault;
};
void ek_outside_survey_ask(struct ek_turn *t, const struct ek_outside_survey_form *f);
/* It arrived; late: and does not count. */
void ek_outside_survey_thank(struct ek_turn *t, const struct ek_outside_survey_form *f, bool late);
/* Nothing more is asked. */
void ek_outside_survey_stopped(struct ek_turn *t, int language);
void ek_outside_survey_gone(struct ek_turn *t, int language);
void ek_outside_survey_style(struct ek_turn *t);

#endif
