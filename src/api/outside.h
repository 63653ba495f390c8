/* outside -- what is answered beside /api/v1: health, readiness, figures, pages about problems, and
 * the web UI.
 *
 *   /healthz        200 while the HTTP thread turns; says nothing else
 *   /readyz         200 when this node may serve, else 503; reasons go to loopback alone
 *   /metrics        Prometheus' text format; to loopback, or with a token of scope metrics
 *   /problems/X     what a problem's type means, in the reader's language
 *   /i/PASS         a picture of a mail's page (api_letter.h)
 *   /s/SECRET       where a contact answers a survey (outside_survey.h)
 *   /widget.js      what host sites load; /widget/ci_7 the frame that it opens (outside_widget.c)
 *   /support/...    articles for anybody (outside_help.h)
 *   /assets/...     files of the web UI, in the coding that the client likes best
 *   other places    the UI's page, in the language and theme of who asks; but none of what belongs
 *                   to programs (/api/, /auth/, ...), nor what looks like a file and is not there
 * Sources: spec promises, section 6 (health); spec api, sections 2.2 and 8;
 * spec ux, section 3 (the served page); spec security, section 3;
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef EK_API_OUTSIDE_H
#define EK_API_OUTSIDE_H

#include "api/turn.h"

/* The UI, from the pack that the options name or the one inside, and its page in every language and
 * theme. Errors: USAGE names the file and what is wrong with it; NO_MEMORY. */
bool ek_outside_open(struct ek_api *api, struct ek_err *err) EK_MUST_CHECK;
void ek_outside_close(struct ek_api *api); /* nothing opened is well */
/* Answers it and returns true if the path is one of these. */
bool ek_outside_handle(struct ek_turn *t);
/* /metrics, in outside_metrics.c. */
void ek_outside_metrics(struct ek_turn *t);
/* The UI, in outside_web.c; true if the path is one of its. */
bool ek_outside_web(struct ek_turn *t);
/* A file of the UI; NULL = there is none. */
struct ek_pack_file;
const struct ek_pack_file *ek_outside_file(const struct ek_api *api, const char *path);
/* /widget.js and /widget/ci_7, in outside_widget.c: what host sites load, and the frame in it. */
bool ek_outside_widget(struct ek_turn *t);
/* An answer of outside_web.c and outside_widget.c: headers are added, then it is sent, once;
 * `is_lasting` of its reply says that the body outlives the turn. */
enum { EK_OUTSIDE_HEADERS = 12 };
struct ek_outside_answer {
	struct ek_http_field fields[EK_OUTSIDE_HEADERS];
	struct ek_http_reply reply;
};
/* name and value are borrowed until it is sent. */
void ek_outside_add(struct ek_outside_answer *a, const char *name, const char *value);
/* A file in the coding that the client likes best, or that it has it already. */
struct ek_outside_answer ek_outside_of_file(struct ek_turn *t, const struct ek_pack_file *f);
void ek_outside_send(struct ek_turn *t, struct ek_outside_answer *a);
/* Into the answer, in outside_put.c: as it is; as text of a page (escaped); a number. */
void ek_outside_put(struct ek_turn *t, const char *text);
void ek_outside_put_text(struct ek_turn *t, ek_str text);
void ek_outside_put_number(struct ek_turn *t, int64_t n);
/* Into t->out: for what writes through struct ek_markup_out. */
void ek_outside_put_piece(void *out, ek_str bytes);
/* Whether the request comes from this machine. */
bool ek_outside_is_local(const struct ek_turn *t);

#endif
