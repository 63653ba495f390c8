/* Who may do what, against a table of its own: written from the rules of roles, row by row, as what
 * each kind of person is answered, and not from schema/may.def. */
#include "auth/may.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

/* The things asked for belong to team 7, to person 10, and are held by person 12; or to no team,
 * nobody, and are held by nobody.
 *
 * First group:  S person 10, a teammate in team 9      T teammate in 7
 *               H person 12, a teammate in 9           t teammate in 9
 *               L lead of 7    l lead of 9             M manager for 7    m manager for 9
 *               E lead and manager for every team      A admin
 *               I integration for team 7               i integration for team 9
 * Second group: T, L, E and I again, before what belongs to no team.
 *
 * Sessions are confirmed and integrations have every scope. What they are answered:
 *   + yes   - no, and what is missing (403)   . nothing is there (404)   p say the purpose first
 *   s not with a token   / the thing has no holder */
struct row {
	const char *name;
	const char *of_team;
	const char *of_none;
};

/* clang-format off */
static const struct row matrix[] = {
	/*       STHtLlMmEAIi    TLEI */
	{"me_read", "+./.........", "...."},
	{"me_edit", "+./.........", "...."},
	{"me_security", "+./.......ss", "...s"},
	{"me_load", "+./.........", "...."},
	{"me_why_nothing", "+./.........", "...."},
	{"me_enough", "+./.........", "...."},
	{"me_next", "+./.........", "...."},
	{"me_heartbeat", "+./.........", "...."},
	{"me_data", "+./.........", "...."},
	{"me_looks", "+./.........", "...."},
	{"me_sign_ins", "+./.......ss", "...s"},
	{"sign_in", "++/+++++++++", "++++"},
	{"sign_out", "+./.......ss", "...s"},
	{"setup", "++/+++++++++", "++++"},
	{"events_read", "+./.......++", "...+"},
	/* Teammates, skills. */
	{"teammate_names", "++/+++++++++", "++++"},
	{"teammate_read", "+-/-+-+-+++-", "--+-"},
	{"teammate_invite", "--/------+++", "---+"},
	{"teammate_name_edit", "+-/-+-+-++--", "--+-"},
	{"teammate_languages_edit", "--/-+-+-++--", "--+-"},
	{"teammate_rights_edit", "--/------+++", "---+"},
	{"teammate_deactivate", "--/------+++", "---+"},
	{"teammate_delete", "--/------+ss", "---s"},
	{"teammate_load", "--/-+-+-+---", "--+-"},
	{"teammate_changes", "+-/-+-+-++--", "--+-"},
	{"teammate_look", "--/-+-+-+-ss", "--+s"},
	{"handover_sheet_read", "+-/-+---+---", "--+-"},
	{"handover_sheet_apply", "--/-+---+---", "--+-"},
	{"skill_read", "++/+++++++++", "++++"},
	{"skill_edit", "--/---+-+---", "--+-"},
	/* Bulk edits, jobs, change log: one's own, or rows that ask again. */
	{"bulk_create", "--/-++++++--", "-++-"},
	{"bulk_read", "+./......+..", "...."},
	{"bulk_apply", "+./......-..", "...."},
	{"bulk_cancel", "+./......+..", "...."},
	{"bulk_undo", "+./.++++++..", ".++."},
	{"bulk_discard", "+./......-..", "...."},
	{"import_create", "--/---++++--", "--+-"},
	{"job_read", "+./......+..", "...."},
	{"job_cancel", "+./......+..", "...."},
	{"job_result", "+./......+..", "...."},
	{"change_read", "../.+.+.++..", ".++."},
	{"change_undo", "../.+.+.++..", ".-+."},
	/* Teams, memberships. */
	{"team_read", "++/+++++++++", "++++"},
	{"team_create", "--/---+-++--", "--+-"},
	{"team_edit", "--/-+-+-++--", "--+-"},
	{"team_delete", "--/---+-++--", "--+-"},
	{"team_live", "--/-+---+---", "--+-"},
	{"team_live_sums", "--/-+-+-+-+-", "--+-"},
	{"team_turns_own", "-+/-+-+-+---", "--+-"},
	{"team_turns", "--/-+-+-+---", "--+-"},
	{"fairness_own", "+./.........", "...."},
	{"fairness_person", "--/-p---p-ss", "--ps"},
	{"fairness_sums", "--/-+-+-+-+-", "--+-"},
	{"membership_list", "--/-+-+-+++-", "--+-"},
	{"team_members_read", "-+/-+-+-+++-", "--+-"},
	{"teammate_members_read", "+-/-+-+-+++-", "--+-"},
	{"membership_edit", "--/-+-+-+++-", "--+-"},
	/* Presence. */
	{"presence_read", "++/+++++++++", "++++"},
	{"presence_reason_read", "+-/-+---+---", "--+-"},
	{"presence_set", "+-/-+---+---", "--+-"},
	{"presence_history", "+-/---------", "----"},
	{"presence_history_sums", "+-/-+---+-ss", "--+s"},
	{"presence_history_days", "--/-p---p-ss", "--ps"},
	{"presence_reasons_read", "++/+++++++++", "++++"},
	{"presence_reasons_edit", "--/---+-++--", "--+-"},
	/* Conversations, parts, offers. */
	{"conversation_find", ".++.+.+.+++.", "..+."},
	{"conversation_read", ".++.+.+.+-+.", "..+."},
	{"conversation_create", "-+/-+---+-+-", "++++"},
	{"conversation_edit", ".++.+.-.+-+.", "..+."},
	{"conversation_delete", ".--.-.-.-+ss", "..-s"},
	{"message_write", ".++.+.-.+-+.", "..+."},
	{"note_read", ".++.+.+.+.+.", "..+."},
	{"note_write", ".++.+.-.+-+.", "..+."},
	{"whisper_read", "+...+...+...", "..+."},
	{"whisper_write", ".--.+.-.+--.", "..+."},
	{"part_redact", ".--.+.-.+--.", "..+."},
	{"conversation_opened", ".-+.-.-.---.", "..-."},
	{"conversation_take", ".-+.+.-.+--.", "..+."},
	{"conversation_assign", ".--.+.-.+--.", "..+."},
	{"conversation_over_limit", ".--.+.-.+--.", "..+."},
	{"conversation_move", ".-+.+.-.+--.", "..+."},
	{"conversation_release", ".-+.+.-.+-+.", "..+."},
	{"conversation_handover", ".-+.+.-.+--.", "..+."},
	{"conversation_state", ".++.+.-.+-+.", "..+."},
	{"conversation_tag", ".++.+.-.+-+.", "..+."},
	{"conversation_sla_read", ".++.+.+.+-+.", "..+."},
	{"conversation_arrival", ".++.+.+.+-+.", "..+."},
	{"offer_read", "+...........", "...."},
	{"offer_answer", "+...........", "...."},
	{"attachment_upload", "++/+++--+-++", "++++"},
	{"attachment_read", "+./.......++", "...+"},
	{"message_forward", ".++.+.-.+--.", "..+."},
	/* Queue, assignments, receipts. */
	{"queue_read", ".++.+.+.+-+.", "..+."},
	{"why_waiting", ".++.+.+.+-+.", "..+."},
	{"explain_names", "----+-+-+---", "--+-"},
	{"queue_unblock", "--/-+-+-+---", "--+-"},
	{"assignment_read", "+./.+...+...", "..+."},
	{"receipt_read", "+./.+.+.+...", "..+."},
	{"promise_read", "--/-+-+-++--", "-++-"},
	/* Settings. */
	{"settings_read", "++/+++++++--", "+++-"},
	{"team_settings_read", "-+/-+-+-+++-", "--+-"},
	{"teammate_settings_read", "+-/-+-+-+++-", "--+-"},
	{"setting_limits_edit", "--/-+-+-+++-", "--+-"},
	{"setting_lead_edit", "--/-+-+-++--", "--+-"},
	{"setting_manager_edit", "--/---+-++--", "--+-"},
	{"setting_admin_edit", "--/------+--", "----"},
	{"settings_preview", "--/-++++++--", "-++-"},
	{"settings_versions_read", "--/-+-+-++--", "-++-"},
	{"settings_undo", "../.+.+.++..", ".-+."},
	{"policy_read", "--/---+-++--", "--+-"},
	{"policy_edit", "--/---+-++--", "--+-"},
	{"server_settings", "--/------+ss", "---s"},
	/* SLA policies, calendars, contacts, tags, views. */
	{"sla_policy_read", "++/+++++++--", "+++-"},
	{"sla_policy_edit", "--/-+-+-++--", "--+-"},
	{"calendar_read", "++/+++++++--", "+++-"},
	{"calendar_edit", "--/---+-++--", "--+-"},
	{"arrival_rule_read", "++/+++++++++", "++++"},
	{"arrival_rule_edit", "--/---+-++--", "--+-"},
	{"contact_read", ".+/.+.+.+++.", "++++"},
	{"contact_open", ".+/.+.+.+++.", "++++"},
	{"contact_edit", ".+/.+.+.+-+.", "++++"},
	{"contact_identity_edit", ".+/.+.-.+-+.", "++++"},
	{"contact_timeline_read", ".+/.+.+.+-+.", "++++"},
	{"contact_note_read", ".+/.+.+.+-+.", "++++"},
	{"contact_note_write", ".+/.+.+.+-+.", "++++"},
	{"contact_merge", ".-/.+.-.+--.", "-++-"},
	{"contact_export_ask", ".-/.+.+.+--.", "-++-"},
	{"contact_export", ".-/.-.-.-+ss", "---s"},
	{"contact_erase_ask", ".-/.+.+.+-ss", "-++s"},
	{"contact_erase", ".-/.-.-.-+ss", "---s"},
	{"tag_read", "++/+++++++++", "++++"},
	{"tag_edit", "--/-+++++---", "-++-"},
	{"view_read", "++/.+.+.++..", "+++."},
	{"ready_read", "++/.+.+.+++.", "++++"},
	{"ready_own_edit", "+-/.-.-.---.", "----"},
	{"ready_team_edit", "--/.+.+.++-.", "--+-"},
	{"ready_everyone_edit", "--/.+.+.++-.", "--+-"},
	{"workflow_read", ".+/.+.+.+++.", "++++"},
	{"workflow_edit", ".-/.+.+.++-.", "--+-"},
	{"view_own_edit", "+-/.-.-.--..", "---."},
	{"view_team_edit", "--/.+.-.+-..", "--+."},
	{"view_everyone_edit", "--/.-.+.+-..", "--+."},
	/* Administration. */
	{"webhook_manage", "--/------+ss", "---s"},
	{"token_manage", "--/------+ss", "---s"},
	{"token_own", "+./.......ss", "...s"},
	{"feed_manage", "--/------+ss", "---s"},
	{"feed_own", "+./.......ss", "...s"},
	{"wallboard_manage", "--/------+ss", "---s"},
	{"wallboard_view", "../.........", "...."},
	{"audit_read", "+./.+.+.++++", "..++"},
	{"sample_workspace", "--/------+--", "----"},
	{"metrics_scrape", "--/------+++", "---+"},
	{"mcp_use", "+./.......++", "...+"},
	{"mailbox_manage", "--/------+ss", "---s"},
	{"mail_held", "--/-+---+---", "--+-"},
	/* Figures, reviews, coaching notes, visitors. */
	{"figures_own", "+./.........", "...."},
	{"figures_person", "--/-p---p-ss", "--ps"},
	{"figures_team", "-+/-+-+-+++-", "--+-"},
	/* Goals, targets, agendas. */
	{"goal_read", ".+/.+.+.+++.", "++++"},
	{"goal_edit", ".-/.+.+.++-.", "--+-"},
	{"target_read", ".+/.+.+.+++.", "..+."},
	{"target_edit", ".-/.+.+.++-.", "..+."},
	{"target_person_read", "+./.+...+...", "..+."},
	{"target_person_edit", "-./.+...+...", "..+."},
	{"target_override", "--/---+-+---", "--+-"},
	{"target_acknowledge", "++/.-.-.---.", "..-."},
	{"agenda_read", ".+/.+.+.+...", "..+."},
	{"agenda_talk", "+./.+...+...", "..+."},
	{"agenda_edit", ".-/.+.-.+...", "..+."},
	{"metric_read", "++/+++++++++", "++++"},
	{"metric_edit", "--/---+-++--", "--+-"},
	{"figures_withheld", "--/-+-+-++--", "--+-"},
	/* Charts. */
	{"trend_edit", ".-/.+.+.+--.", "..+."},
	{"story_read", "--/-+-+-+---", "--+-"},
	{"story_shared", "-+/-+-+-+---", "--+-"},
	{"story_named", ".+/.+.+.+...", "..+."},
	/* Reports. */
	{"report_rows", "--/-+-+-+---", "--+-"},
	{"report_read", "+./.........", "...."},
	{"report_edit", "+./.........", "...."},
	{"review_read", "+./.+...+...", "..+."},
	{"review_sums", "--/-+-+-+---", "--+-"},
	{"coaching_draft", "+./.......ss", "...s"},
	{"coaching_note", "+./.......ss", "...s"},
	{"visit_read", "../.........", "...."},
	{"visit_write", "../.........", "...."},
	{"visit_data", "../.........", "...."},
	/* Surveys. */
	{"chat_inbox_read", "++/+++++++++", "++++"},
	{"chat_inbox_edit", "--/-+-+-++--", "--+-"},
	{"article_read", "++/+++++++++", "++++"},
	{"article_create", "++/+++++++++", "++++"},
	{"article_edit", "+-/-++++++++", "-+++"},
	{"article_publish", "--/-++++++++", "-+++"},
	{"article_settings", "--/---++++--", "--+-"},
	{"survey_read", "++/+++++++++", "++++"},
	{"me_patterns", "+./.......ss", "...s"},
	{"talk_list", "--/-+---+-ss", "--+s"},
	{"survey_edit", "--/-+-+-++--", "--+-"},
	{"survey_funnel", "-+/-+-+-+++-", "--+-"},
	{"survey_answers", "+-/-+-+-+-+-", "--+-"},
	{"survey_state", ".++.+.+.+-+.", "..+."},
	{"survey_link", ".--.-.-.--+.", "..-."},
	{"followup_read", ".+/.+.+.+.+.", "..+."},
	{"followup_close", ".+/.+.-.+.+.", "..+."},
};
/* clang-format on */

/* What needs a browser session, and what needs it confirmed; a SCIM token does the first three. */
static const char *const confirmed[] = {
	"teammate_invite",  "teammate_rights_edit", "teammate_deactivate", "teammate_delete",
	"me_security",      "conversation_delete",  "server_settings",     "contact_export",
	"contact_erase",    "webhook_manage",       "token_manage",        "feed_manage",
	"wallboard_manage", "mailbox_manage",
};
static const char *const in_session[] = {
	"me_sign_ins",           "sign_out",          "teammate_look",  "fairness_person",
	"presence_history_sums", "contact_erase_ask", "token_own",      "feed_own",
	"presence_history_days", "figures_person",    "coaching_draft", "coaching_note",
	"me_patterns",           "talk_list",
};

enum { ALL_SCOPES = 63, MINE = 7, OTHER = 9 };

static const struct ek_may_grant grants[] = {
	[0] = {{MINE}, EK_ROLE_TEAMMATE},
	[1] = {{OTHER}, EK_ROLE_TEAMMATE},
	[2] = {{MINE}, EK_ROLE_LEAD},
	[3] = {{OTHER}, EK_ROLE_LEAD},
	[4] = {{MINE}, EK_ROLE_MANAGER},
	[5] = {{OTHER}, EK_ROLE_MANAGER},
	[6] = {{0}, EK_ROLE_LEAD},
	[7] = {{0}, EK_ROLE_MANAGER},
	[8] = {{0}, EK_ROLE_ADMIN},
	[9] = {{MINE}, 0},
	[10] = {{OTHER}, 0},
};

static const char letters[] = "STHtLlMmEAIi";

static struct ek_may_actor actor_of(char letter)
{
	static const uint8_t first[] = {1, 0, 1, 1, 2, 3, 4, 5, 6, 8, 9, 10};
	size_t i = (size_t)(strchr(letters, letter) - letters);
	struct ek_may_actor a = {EK_MAY_KIND_SESSION, true, {10 + (uint32_t)i}, 0, NULL, 1};
	a.grants = &grants[first[i]];
	a.grant_count = letter == 'E' ? 2 : 1;
	if (letter == 'I' || letter == 'i') {
		a.kind = EK_MAY_KIND_INTEGRATION;
		a.teammate.v = 0;
		a.is_confirmed = false;
		a.scopes = ALL_SCOPES;
	}
	return a;
}

static const ek_team_id team_7[] = {{MINE}};
static const struct ek_may_object of_none = {0};

static struct ek_may_object of_team(bool has_holder)
{
	return (struct ek_may_object){
		.owner = {10}, .holder = {has_holder ? 12 : 0}, .teams = team_7, .team_count = 1};
}

static enum ek_may right_of(const char *name)
{
	for (int i = 0; i < EK_MAY_COUNT; i++)
		if (ek_may_name(i) != NULL && strcmp(ek_may_name(i), name) == 0)
			return (enum ek_may)i;
	fail_msg("no right %s", name);
	return EK_MAY_NEVER;
}

static bool is_listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static char letter_of(const struct ek_may_actor *a, enum ek_may right,
		      const struct ek_may_object *o)
{
	static const char answers[] = {
		[EK_MAY_ANSWER_HIDDEN] = '.',       [EK_MAY_ANSWER_ALLOWED] = '+',
		[EK_MAY_ANSWER_UNKNOWN] = '?',      [EK_MAY_ANSWER_FORBIDDEN] = '-',
		[EK_MAY_ANSWER_SESSION_ONLY] = 's', [EK_MAY_ANSWER_CONFIRM] = 'c',
		[EK_MAY_ANSWER_PURPOSE] = 'p',
	};
	struct ek_may_verdict v = ek_may(a, right, o);
	assert_true((v.answer == EK_MAY_ANSWER_FORBIDDEN) == (v.missing != NULL));
	return answers[v.answer];
}

static void expect(const struct row *row, char who, char want, bool has_team)
{
	struct ek_may_actor a = actor_of(who);
	struct ek_may_object o = has_team ? of_team(row->of_team[2] != '/') : of_none;
	char got = letter_of(&a, right_of(row->name), &o);
	if (got != want)
		fail_msg("%s, %c, %s: %c, not %c", row->name, who,
			 has_team ? "of team 7" : "of no team", got, want);
}

static void everyone_is_answered_as_the_table_says(void **state)
{
	(void)state;
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		for (size_t i = 0; letters[i] != '\0'; i++)
			if (matrix[r].of_team[i] != '/')
				expect(&matrix[r], letters[i], matrix[r].of_team[i], true);
		for (size_t i = 0; i < 4; i++)
			expect(&matrix[r], "TLEI"[i], matrix[r].of_none[i], false);
	}
}

static void no_right_is_missing_in_the_table(void **state)
{
	(void)state;
	for (int i = 0; i < EK_MAY_COUNT; i++) {
		size_t found = 0;
		for (size_t r = 0; r < EK_LEN(matrix) && ek_may_name(i) != NULL; r++)
			found += strcmp(matrix[r].name, ek_may_name(i)) == 0;
		if (ek_may_name(i) != NULL && found != 1)
			fail_msg("%s stands %zu times in the table", ek_may_name(i), found);
	}
	assert_null(ek_may_name(EK_MAY_NEVER));
	assert_null(ek_may_name(EK_MAY_COUNT));
	assert_null(ek_may_name(-1));
}

/* The same table again: once the session is not confirmed, once the person comes by a token. */
static void confirming_and_tokens_are_as_listed(void **state)
{
	(void)state;
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		enum ek_may right = right_of(matrix[r].name);
		bool needs_confirm = is_listed(confirmed, EK_LEN(confirmed), matrix[r].name);
		bool needs_session =
			needs_confirm || is_listed(in_session, EK_LEN(in_session), matrix[r].name);
		for (size_t i = 0; letters[i] != 'I'; i++) {
			char want = matrix[r].of_team[i];
			if (want == '/')
				continue;
			struct ek_may_object o = of_team(matrix[r].of_team[2] != '/');
			struct ek_may_actor a = actor_of(letters[i]);
			a.is_confirmed = false;
			char got = letter_of(&a, right, &o);
			if (got != (want == '+' && needs_confirm ? 'c' : want))
				fail_msg("%s, %c, unconfirmed: %c", matrix[r].name, letters[i],
					 got);
			a.kind = EK_MAY_KIND_TOKEN;
			a.scopes = ALL_SCOPES;
			got = letter_of(&a, right, &o);
			if (got != (needs_session ? 's' : want))
				fail_msg("%s, %c, by token: %c", matrix[r].name, letters[i], got);
		}
	}
}

static bool is_open(const char *name)
{
	return strcmp(name, "sign_in") == 0 || strcmp(name, "setup") == 0;
}

/* No scope: no token does anything; and it is told the same of what is there and what is not. */
static void a_token_without_scope_learns_nothing(void **state)
{
	(void)state;
	static const enum ek_may_kind kinds[] = {EK_MAY_KIND_TOKEN, EK_MAY_KIND_INTEGRATION};
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		if (is_open(matrix[r].name) || strcmp(matrix[r].name, "wallboard_view") == 0 ||
		    strncmp(matrix[r].name, "visit_", 6) == 0)
			continue;
		enum ek_may right = right_of(matrix[r].name);
		for (size_t k = 0; k < EK_LEN(kinds); k++) {
			struct ek_may_actor a = actor_of('E');
			struct ek_may_object there = of_team(true);
			struct ek_may_object gone = {.is_absent = true};
			a.kind = kinds[k];
			char got = letter_of(&a, right, &there);
			assert_true(got == '-' || got == 's');
			assert_int_equal(letter_of(&a, right, &gone), got);
			if (got == '-')
				assert_true(ek_may(&a, right, &there).is_scope);
		}
	}
}

static void missing_and_foreign_are_one_answer(void **state)
{
	(void)state;
	struct ek_may_object gone = of_team(true);
	gone.is_absent = true;
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		enum ek_may right = right_of(matrix[r].name);
		for (size_t i = 0; letters[i] != '\0'; i++) {
			struct ek_may_actor a = actor_of(letters[i]);
			struct ek_may_object bare = {.is_absent = true};
			char got = letter_of(&a, right, &gone);
			assert_int_equal(got, letter_of(&a, right, &bare));
			assert_true(got == '.' || got == 's' ||
				    (got == '+' && is_open(matrix[r].name)));
		}
	}
}

static void nobody_is_asked_to_sign_in(void **state)
{
	(void)state;
	struct ek_may_object o = of_team(true);
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		struct ek_may_actor a = actor_of('E');
		a.kind = EK_MAY_KIND_NOBODY; /* disabled, revoked, expired: roles count no more */
		char got = letter_of(&a, right_of(matrix[r].name), &o);
		assert_int_equal(got, is_open(matrix[r].name) ? '+' : '?');
	}
}

static void visitors_reach_their_own_and_no_more(void **state)
{
	(void)state;
	struct ek_may_object theirs = of_team(true);
	struct ek_may_object others = theirs;
	theirs.is_visitors = true;
	for (size_t r = 0; r < EK_LEN(matrix); r++) {
		enum ek_may right = right_of(matrix[r].name);
		struct ek_may_actor visitor = actor_of('E');
		visitor.kind = EK_MAY_KIND_VISITOR;
		bool is_visit = strncmp(matrix[r].name, "visit_", 6) == 0;
		bool is_free = is_open(matrix[r].name);
		assert_int_equal(letter_of(&visitor, right, &theirs),
				 is_visit || is_free ? '+' : '.');
		assert_int_equal(letter_of(&visitor, right, &others), is_free ? '+' : '.');
		struct ek_may_actor link = actor_of('E');
		link.kind = EK_MAY_KIND_LINK;
		bool is_wall = strcmp(matrix[r].name, "wallboard_view") == 0;
		assert_int_equal(letter_of(&link, right, &theirs), is_wall || is_free ? '+' : '.');
	}
}

struct special {
	const char *promise;
	char who;
	enum ek_may right;
	struct ek_may_object object;
	char want;
};

#define OF_7 .teams = team_7, .team_count = 1
static const struct special specials[] = {
	{"a narrowed team shows a teammate only what they hold",
	 'T',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_narrowed = true, .holder = {12}},
	 '.'},
	{"and that it does show",
	 'T',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_narrowed = true, .holder = {11}},
	 '+'},
	{"a narrowed team shows its lead all",
	 'L',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_narrowed = true, .holder = {12}},
	 '+'},
	{"what is shared, another team's lead reads",
	 'l',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_shared = true},
	 '+'},
	{"and does not write", 'l', EK_MAY_MESSAGE_WRITE, {OF_7, .is_shared = true}, '-'},
	{"nor reads its notes", 'l', EK_MAY_NOTE_READ, {OF_7, .is_shared = true}, '.'},
	{"sharing opens nothing to a teammate",
	 't',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_shared = true},
	 '.'},
	{"nor to another team's manager",
	 'm',
	 EK_MAY_CONVERSATION_READ,
	 {OF_7, .is_shared = true},
	 '.'},
	{"a private result is its owner's",
	 'S',
	 EK_MAY_JOB_RESULT,
	 {.owner = {10}, .is_private = true},
	 '+'},
	{"and no administrator's",
	 'A',
	 EK_MAY_JOB_RESULT,
	 {.owner = {10}, .is_private = true},
	 '.'},
	{"a private view is nobody else's",
	 'T',
	 EK_MAY_VIEW_READ,
	 {.owner = {10}, .is_private = true},
	 '.'},
	{"a teammate blanks what they wrote", 'T', EK_MAY_PART_REDACT, {OF_7, .owner = {11}}, '+'},
	{"not what another wrote", 'T', EK_MAY_PART_REDACT, {OF_7, .owner = {10}}, '-'},
	{"nor once they have left the team", 'S', EK_MAY_PART_REDACT, {OF_7, .owner = {10}}, '.'},
	{"what nobody holds may be taken", 'T', EK_MAY_CONVERSATION_TAKE, {OF_7}, '+'},
	{"by a program too", 'I', EK_MAY_CONVERSATION_TAKE, {OF_7}, '+'},
	{"what another holds may not", 'T', EK_MAY_CONVERSATION_TAKE, {OF_7, .holder = {12}}, '-'},
	{"a lead's purpose opens the figures",
	 'L',
	 EK_MAY_FIGURES_PERSON,
	 {OF_7, .owner = {10}, .is_looked = true},
	 '+'},
	{"no purpose opens them to a manager",
	 'M',
	 EK_MAY_FIGURES_PERSON,
	 {OF_7, .owner = {10}, .is_looked = true},
	 '-'},
	{"nor to an administrator",
	 'A',
	 EK_MAY_FIGURES_PERSON,
	 {OF_7, .owner = {10}, .is_looked = true},
	 '-'},
	{"both parties read a shared note",
	 'T',
	 EK_MAY_COACHING_NOTE,
	 {OF_7, .owner = {14}, .other = {11}},
	 '+'},
	{"its author reads a draft", 'L', EK_MAY_COACHING_DRAFT, {OF_7, .owner = {14}}, '+'},
	{"no other lead reads either",
	 'E',
	 EK_MAY_COACHING_NOTE,
	 {OF_7, .owner = {14}, .other = {11}},
	 '.'},
	{"no administrator reads either",
	 'A',
	 EK_MAY_COACHING_NOTE,
	 {OF_7, .owner = {14}, .other = {11}},
	 '.'},
	{"the owner of nothing is not nobody", 'I', EK_MAY_ME_READ, {0}, '.'},
};

static void special_relations(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(specials); i++) {
		struct ek_may_actor a = actor_of(specials[i].who);
		char got = letter_of(&a, specials[i].right, &specials[i].object);
		if (got != specials[i].want)
			fail_msg("%s: %c", specials[i].promise, got);
	}
}

static void opening_and_erasing_leave_entries(void **state)
{
	(void)state;
	struct ek_may_object o = of_team(false);
	struct ek_may_actor teammate = actor_of('T');
	struct ek_may_actor admin = actor_of('A');
	assert_false(ek_may(&teammate, EK_MAY_CONTACT_OPEN, &o).is_audited);
	assert_true(ek_may(&admin, EK_MAY_CONTACT_OPEN, &o).is_audited);
	assert_true(ek_may(&admin, EK_MAY_CONVERSATION_DELETE, &o).is_audited);
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	struct ek_may_object o = of_team(false);
	struct ek_may_actor a = actor_of('T');
	struct ek_may_verdict v = ek_may(&a, EK_MAY_TEAM_EDIT, &o);
	assert_string_equal(v.missing, "team_edit");
	assert_false(v.is_scope);
	a.kind = EK_MAY_KIND_TOKEN;
	a.scopes = EK_MAY_SCOPE_READ;
	v = ek_may(&a, EK_MAY_MESSAGE_WRITE, &o);
	assert_string_equal(v.missing, "work");
	assert_true(v.is_scope);
	assert_true(ek_may_is(&a, EK_MAY_CONVERSATION_READ, &o));
}

static void scopes_have_names(void **state)
{
	(void)state;
	uint32_t all = 0;
	for (uint32_t bit = 1; bit < ALL_SCOPES; bit <<= 1) {
		const char *name = ek_may_scope_name(bit);
		assert_non_null(name);
		assert_int_equal(ek_may_scope((ek_str){name, (uint32_t)strlen(name)}), bit);
		all |= bit;
	}
	assert_int_equal(all, ALL_SCOPES);
	assert_null(ek_may_scope_name(0));
	assert_null(ek_may_scope_name(3));
	assert_int_equal(ek_may_scope(EK_S("")), 0);
	assert_int_equal(ek_may_scope(EK_S("READ")), 0);
	assert_int_equal(ek_may_scope(EK_S("reads")), 0);
}

struct of_setting {
	int setting;
	int at;
	enum ek_may right;
};

/* From the table of settings: least role for teams and people; the workspace's need a manager. */
static const struct of_setting settings[] = {
	{EK_SET_ORDER_KEYS, EK_AT_W, EK_MAY_SETTING_MANAGER_EDIT},
	{EK_SET_LIMIT, EK_AT_W, EK_MAY_SETTING_MANAGER_EDIT},
	{EK_SET_LIMIT, EK_AT_P, EK_MAY_SETTING_LIMITS_EDIT},
	{EK_SET_INBOX_LIMIT, EK_AT_T, EK_MAY_SETTING_LIMITS_EDIT},
	{EK_SET_SKILLS, EK_AT_P, EK_MAY_SETTING_LIMITS_EDIT},
	{EK_SET_METHOD, EK_AT_T, EK_MAY_SETTING_LEAD_EDIT},
	{EK_SET_RANK, EK_AT_T, EK_MAY_SETTING_MANAGER_EDIT},
	{EK_SET_ON_REOPEN, EK_AT_T, EK_MAY_SETTING_LEAD_EDIT},
	{EK_SET_ON_REOPEN, EK_AT_W, EK_MAY_SETTING_MANAGER_EDIT},
	{EK_SET_CLASS_POINTS, EK_AT_W, EK_MAY_SETTING_ADMIN_EDIT},
	{EK_SET_DEFAULT_TEAM, EK_AT_W, EK_MAY_SETTING_ADMIN_EDIT},
	{EK_SET_AUTO_AWAY_AFTER_MS, EK_AT_W, EK_MAY_SETTING_ADMIN_EDIT},
	{EK_SET_AUTO_AWAY_AFTER_MS, EK_AT_P, EK_MAY_SETTING_LEAD_EDIT},
	{EK_SET_AUTO_REASSIGN_AFTER_MS, EK_AT_P, EK_MAY_SETTING_LEAD_EDIT},
	{EK_SET_RAMP_START, EK_AT_P, EK_MAY_SETTING_LEAD_EDIT},
	{EK_SET_WAIT_MAX_MS, EK_AT_T, EK_MAY_SETTING_MANAGER_EDIT},
};

static void settings_need_their_least_role(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(settings); i++)
		if (ek_may_setting(settings[i].setting, settings[i].at) != settings[i].right)
			fail_msg("%s at %d", ek_setting_row(settings[i].setting)->wire,
				 settings[i].at);
}

/* -- reach: whatever may be, is inside -- */

static bool is_inside(const struct ek_may_reach *r, const struct ek_may_actor *a,
		      const struct ek_may_object *o)
{
	bool is_own =
		a->teammate.v != 0 && (o->owner.v == a->teammate.v || o->other.v == a->teammate.v);
	if (r->is_everything || (r->has_own && is_own))
		return true;
	if (r->has_held && a->teammate.v != 0 && o->holder.v == a->teammate.v)
		return true;
	if (r->has_teamless && o->team_count == 0)
		return true;
	for (uint32_t i = 0; i < r->team_count; i++)
		for (uint32_t k = 0; k < o->team_count; k++)
			if (r->teams[i].v == o->teams[k].v)
				return true;
	return false;
}

static void reach_holds_all_that_is_allowed(void **state)
{
	(void)state;
	struct ek_rng rng = {7};
	uint32_t inside = 0;
	for (int n = 0; n < 200000; n++) {
		struct ek_may_grant held[4];
		ek_team_id teams[2] = {{1 + ek_rng_below(&rng, 3)}, {1 + ek_rng_below(&rng, 3)}};
		ek_team_id out[4];
		struct ek_may_actor a = {.kind = (enum ek_may_kind)ek_rng_below(&rng, 4),
					 .is_confirmed = true,
					 .scopes = ek_rng_below(&rng, ALL_SCOPES + 1),
					 .grants = held,
					 .grant_count = ek_rng_below(&rng, 5)};
		bool is_program = a.kind == EK_MAY_KIND_INTEGRATION;
		a.teammate.v = is_program ? 0 : 1 + ek_rng_below(&rng, 3);
		for (uint32_t i = 0; i < a.grant_count; i++)
			held[i] = (struct ek_may_grant){
				{ek_rng_below(&rng, 4)},
				is_program ? 0 : (uint8_t)(1 + ek_rng_below(&rng, 4))};
		struct ek_may_object o = {.is_narrowed = ek_rng_chance(&rng, 20),
					  .is_private = ek_rng_chance(&rng, 10),
					  .is_looked = ek_rng_chance(&rng, 50),
					  .owner = {ek_rng_below(&rng, 4)},
					  .other = {ek_rng_below(&rng, 4)},
					  .holder = {ek_rng_below(&rng, 4)},
					  .teams = teams,
					  .team_count = ek_rng_below(&rng, 3)};
		const struct row *row = &matrix[ek_rng_below(&rng, EK_LEN(matrix))];
		if (is_open(row->name))
			continue;
		struct ek_may_reach r = ek_may_reach(&a, right_of(row->name), out);
		assert_true(r.team_count <= a.grant_count);
		if (!ek_may_is(&a, right_of(row->name), &o))
			continue;
		inside++;
		if (r.verdict.answer != EK_MAY_ANSWER_ALLOWED || !is_inside(&r, &a, &o))
			fail_msg("%s is allowed outside its reach", row->name);
	}
	assert_true(inside > 10000);
}

static void reach_is_no_wider_than_need_be(void **state)
{
	(void)state;
	ek_team_id out[2];
	struct ek_may_actor a = actor_of('T');
	struct ek_may_reach r = ek_may_reach(&a, EK_MAY_CONVERSATION_READ, out);
	assert_true(!r.is_everything && !r.has_own && r.has_held && !r.has_teamless);
	assert_int_equal(r.team_count, 1);
	assert_int_equal(r.teams[0].v, MINE);
	r = ek_may_reach(&a, EK_MAY_CONTACT_READ, out);
	assert_true(r.has_teamless);
	r = ek_may_reach(&a, EK_MAY_WEBHOOK_MANAGE, out);
	assert_int_equal(r.verdict.answer, EK_MAY_ANSWER_FORBIDDEN);
	assert_string_equal(r.verdict.missing, "webhook_manage");
	a = actor_of('A');
	a.is_confirmed = false;
	r = ek_may_reach(&a, EK_MAY_WEBHOOK_MANAGE, out);
	assert_int_equal(r.verdict.answer, EK_MAY_ANSWER_CONFIRM);
	r = ek_may_reach(&a, EK_MAY_CONVERSATION_READ, out);
	assert_int_equal(r.verdict.answer, EK_MAY_ANSWER_FORBIDDEN);
	a = actor_of('E');
	r = ek_may_reach(&a, EK_MAY_CONVERSATION_READ, out);
	assert_true(r.is_everything);
	a.kind = EK_MAY_KIND_NOBODY;
	r = ek_may_reach(&a, EK_MAY_CONVERSATION_READ, out);
	assert_int_equal(r.verdict.answer, EK_MAY_ANSWER_UNKNOWN);
}

static void me_is_mine(void **state)
{
	(void)state;
	struct ek_may_actor a = actor_of('T');
	struct ek_may_object o = ek_may_own(&a);
	assert_true(ek_may_is(&a, EK_MAY_ME_READ, &o));
	a = actor_of('I');
	o = ek_may_own(&a);
	assert_false(ek_may_is(&a, EK_MAY_ME_READ, &o));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everyone_is_answered_as_the_table_says),
		cmocka_unit_test(no_right_is_missing_in_the_table),
		cmocka_unit_test(confirming_and_tokens_are_as_listed),
		cmocka_unit_test(a_token_without_scope_learns_nothing),
		cmocka_unit_test(missing_and_foreign_are_one_answer),
		cmocka_unit_test(nobody_is_asked_to_sign_in),
		cmocka_unit_test(visitors_reach_their_own_and_no_more),
		cmocka_unit_test(special_relations),
		cmocka_unit_test(opening_and_erasing_leave_entries),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(scopes_have_names),
		cmocka_unit_test(settings_need_their_least_role),
		cmocka_unit_test(reach_holds_all_that_is_allowed),
		cmocka_unit_test(reach_is_no_wider_than_need_be),
		cmocka_unit_test(me_is_mine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
