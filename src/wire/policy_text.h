/* policy_text -- all rules of a workspace in one file that people can read, compare and keep.
 *
 *   workspace
 *     limit = 5
 *   team Sales
 *     method = balanced
 *   teammate rosa@example.com
 *     primary = Sales
 *     secondary = Support
 *   test "Rosa at her limit is given nothing"
 *     given rosa limit 2
 *     when s1 arrives in Sales
 *     then s1 goes to rosa
 *
 * Sections are workspace (once), team NAME, teammate EMAIL and test "...", in any order; teams and
 * teammates are made in the order of the file. Lines are `wire_name = value`
 * (wire/policy_value.h), in a teammate's section also `primary` and `secondary` with lists of
 * teams, `none` for no one; blanks at the beginning mean nothing, `#` begins a comment. In a test,
 * NAME is a teammate's e-mail or what stands before its @, where only one has that; ID is what the
 * test calls a conversation. The lines of a test are those of enum ek_policy_form; `given` lines
 * come before the others. The fields of an arrival are those of conversation.create that fit in a
 * word: priority, complexity, channel, capacity_class, contact (a number), sla_due (a length of
 * time from then, such as 30min), tags and needs (skill or skill/level) as texts with commas, and
 * attribute:NAME.
 *
 * What is written is canonical: sections in the order workspace, teams, teammates, tests, settings
 * in the order of schema/settings.def; reading it gives the same policy. Errors: USAGE,
 * INVALID_VALUE, LIMIT and NO_MEMORY, each beginning "line N: " where a line is at fault.
 */
#ifndef EK_WIRE_POLICY_TEXT_H
#define EK_WIRE_POLICY_TEXT_H

#include "wire/policy_value.h"

/* The policy borrows from text and arena. Cost: two passes; names are found in O(log n). */
bool ek_policy_text_read(ek_str text, struct ek_arena *arena, struct ek_policy *out,
			 struct ek_err *err) EK_MUST_CHECK;
/* False when the sink stopped. */
bool ek_policy_text_write(const struct ek_policy *p, ek_policy_sink *sink, void *ctx) EK_MUST_CHECK;
/* The policy as English sentences, one a line. */
bool ek_policy_text_explain(const struct ek_policy *p, ek_policy_sink *sink,
			    void *ctx) EK_MUST_CHECK;

/* What both passes of the reader know. */
struct ek_policy_reader {
	struct ek_policy_lex x;
	struct ek_policy *p;
	struct ek_policy_index teams;
	struct ek_policy_index mates;
	struct ek_policy_index short_names; /* before the @ */
	struct ek_policy_test *test;        /* whose lines are being read */
	uint32_t step_cap, label_cap;
};
/* One line of a test: given, when or then. */
bool ek_policy_text_step(struct ek_policy_reader *r) EK_MUST_CHECK;

#endif
