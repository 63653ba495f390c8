/* surveyor -- asks contacts how it was: looks at what was closed, draws, and sends.
 *
 * A thread that every second looks, for each survey that asks, at conversations that were closed
 * its delay ago and are still closed, each close once. What came of it is a row of survey_draws;
 * who is drawn is sent to by the command survey.send, in whose commit the row and the ask stand
 * too: whatever ends the server, nobody is asked twice and nothing is lost. On the writer's thread
 * everything that the draw rests on is asked again. Time is the server's, that of the command.
 * Source: spec metrics, Q1 to Q4.
 */
#ifndef EK_API_SURVEYOR_H
#define EK_API_SURVEYOR_H

#include "api/survey.h"

struct ek_surveyor;

/* Starts the thread. Once the API stands. Errors: the reader's; NO_MEMORY. */
bool ek_surveyor_open(struct ek_api *api, const char *where, struct ek_surveyor **out,
		      struct ek_err *err) EK_MUST_CHECK;
/* Ends it, after what is under way; before the group is closed. Accepts NULL inside; leaves NULL.
 */
void ek_surveyor_close(struct ek_surveyor **surveyor);

#endif
