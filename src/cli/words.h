/* words -- explanations as sentences for people at a terminal, with refs in place of ids. */
#ifndef EK_CLI_WORDS_H
#define EK_CLI_WORDS_H

#include "cli/cli.h"
#include "cli/names.h"
#include "model/explain.h"

struct ek_words {
	const struct ek_cli *cli;
	const struct ek_names *names;
};

void ek_words_receipt(const struct ek_words *w, const struct ek_explain_receipt *r);
void ek_words_waiting(const struct ek_words *w, const struct ek_explain_waiting *x);
void ek_words_nothing(const struct ek_words *w, const struct ek_explain_nothing *x);
/* The rows of a page; with heads, the line above them. */
void ek_words_queue(const struct ek_words *w, const struct ek_explain_queue *q, bool heads);

#endif
