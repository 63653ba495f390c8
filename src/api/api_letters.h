/* api_letters -- mails that the program writes by itself: by which mailbox they go, and what stands
 * in them.
 *
 * A letter is a row of mails without a part, with a row of letters beside it. It goes out as
 * answers do (channels/post.h): tried again for two days, and what came of it stands in mails. What
 * it says is made when it is sent, so that no secret of it is kept. It says that no person wrote
 * it, so that no program answers it (RFC 3834).
 */
#ifndef EK_API_API_LETTERS_H
#define EK_API_API_LETTERS_H

#include "api/api.h"
#include "channels/letter.h"
#include "store/reader.h"

struct ek_post_letter; /* channels/post.h */

#define EK_API_LETTERS_SURVEY "survey" /* about an ask */
#define EK_API_LETTERS_REPORT "report" /* about a run */

struct ek_api_letter {
	const char *kind;
	int64_t about;
	int64_t mailbox;
	ek_str address;
	ek_str subject;
	ek_conversation_id conversation; /* 0 = of none: nobody is asked to answer */
	ek_time at;
};

/* Whom a person reads: not an address of ours, and no box that programs alone write from. */
bool ek_api_letters_is_person(ek_str address);
/* The mailbox that a letter goes out by: the conversation's, the team's, the one set for
 * what the program writes, one of no team, any; 0 = there is none. Errors: the reader's. */
bool ek_api_letters_mailbox(struct ek_reader *reader, ek_conversation_id conversation,
			    ek_team_id team, int64_t *mailbox, struct ek_err *err) EK_MUST_CHECK;
/* On the writer's thread, in made: its number in mails. */
int64_t ek_api_letters_put(struct ek_api *api, struct ek_writer *w, const struct ek_api_letter *l);
/* Any thread, after the commit. */
void ek_api_letters_nudge(struct ek_api *api);

/* What post asks (channels/post.h, write). */
bool ek_api_letters_write(struct ek_api *api, const struct ek_post_letter *letter,
			  struct ek_letter *out, struct ek_err *err) EK_MUST_CHECK;

enum ek_api_letters_word {
#define WORD(name, NAME, en, ko, ar) EK_API_LETTERS_##NAME,
#include "schema/letter_words.def"
#undef WORD
};
/* language: as in api/survey.h; -1 = English. */
const char *ek_api_letters_say(enum ek_api_letters_word word, int language);

#endif
