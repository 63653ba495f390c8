/* Every text that a store keeps is sealed in a backup, left out of it, or said to stay open; and a
 * row is that contact's whose erasure takes it. */
#include "store/personal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/scratch.h"

static bool is_sealed(const struct ek_personal *of, uint32_t column)
{
	bool is = false;
	for (uint32_t i = 0; i < of->count; i++)
		is = is || of->column[i] == column;
	return is;
}

/* A new table or column must be put into schema/personal.def, once. */
static void every_text_stands_in_the_table_once(void **state)
{
	uint32_t texts = 0;
	(void)state;
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		const struct ek_views_table *table = ek_content_table((enum ek_content)t);
		struct ek_personal of;
		ek_personal_of((enum ek_content)t, &of);
		for (uint32_t c = 0; c < table->column_count; c++) {
			bool is_text = table->columns[c].kind != EK_VIEWS_INT;
			uint32_t n =
				is_sealed(&of, c) + ek_personal_open_count((enum ek_content)t, c);
			texts += is_text;
			if (n != is_text)
				fail_msg("schema/personal.def names %s.%s %u times, not %d",
					 table->name, table->columns[c].name, n, is_text);
		}
	}
	assert_true(texts > 200);
}

/* What is sealed is bound to its row by its key, which stays open. */
static void keys_of_sealed_rows_are_numbers(void **state)
{
	(void)state;
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		const struct ek_views_table *table = ek_content_table((enum ek_content)t);
		struct ek_personal of;
		ek_personal_of((enum ek_content)t, &of);
		for (uint32_t c = 0; of.count > 0 && c < table->key_count; c++) {
			if (of.owner != EK_PERSONAL_OMITTED)
				assert_int_equal(table->columns[c].kind, EK_VIEWS_INT);
		}
	}
}

/* What erasing a contact takes (docs/manual/contacts.md) is sealed with the contact's key. */
static void what_an_erasure_takes_is_the_contacts(void **state)
{
	static const enum ek_content taken[] = {
		EK_CONTENT_CONTACTS,       EK_CONTENT_IDENTITIES,
		EK_CONTENT_NOTES,          EK_CONTENT_CONVERSATION_PROFILES,
		EK_CONTENT_PARTS,          EK_CONTENT_ATTACHMENTS,
		EK_CONTENT_MAILS,          EK_CONTENT_LETTERS,
		EK_CONTENT_SURVEY_ANSWERS, EK_CONTENT_FOLLOWUPS,
		EK_CONTENT_VISITORS,       EK_CONTENT_CHATS,
		EK_CONTENT_IDENTITY_PROOFS};
	(void)state;
	for (size_t i = 0; i < EK_LEN(taken); i++) {
		struct ek_personal of;
		ek_personal_of(taken[i], &of);
		assert_true(of.count > 0);
		assert_true(of.owner < EK_PERSONAL_NOBODY);
	}
}

/* ---- whose a row is */

static void put(struct ek_log *log, enum ek_content table, const struct ek_views_value *row)
{
	struct ek_err err;
	if (!ek_log_content_put(log, table, row, 1, &err))
		fail_msg("%s", err.msg);
}

static struct ek_views_value text(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

/* Contact 7 in conversation 70, which was asked in ask 71; 8 and 10 have addresses. */
static struct ek_log *open_log(const char *where)
{
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_CREATE};
	struct ek_views_value talk[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	struct ek_views_value ask[EK_CONTENT_SURVEY_ASKS_WIDTH] = {0};
	struct ek_views_value who[EK_CONTENT_CONTACTS_WIDTH] = {0};
	struct ek_views_value umlaut[EK_CONTENT_CONTACTS_WIDTH] = {0};
	struct ek_views_value mail[EK_CONTENT_MAILS_WIDTH] = {0};
	struct ek_views_value address[EK_CONTENT_IDENTITIES_WIDTH] = {0};
	struct ek_log *log;
	struct ek_err err;
	talk[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(70);
	talk[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_int(7);
	ask[EK_CONTENT_SURVEY_ASKS_ASK] = ek_views_int(71);
	ask[EK_CONTENT_SURVEY_ASKS_CONVERSATION] = ek_views_int(70);
	who[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(8);
	who[EK_CONTENT_CONTACTS_EMAIL_KEY] = text("eight@b.example");
	/* As ek_search_fold makes it, whichever way its letters are composed. */
	umlaut[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(10);
	umlaut[EK_CONTENT_CONTACTS_EMAIL_KEY] = text("j\u00f6rg@b.example");
	mail[EK_CONTENT_MAILS_MAIL] = ek_views_int(72);
	mail[EK_CONTENT_MAILS_ADDRESS] = text("Eight@B.example");
	address[EK_CONTENT_IDENTITIES_IDENTITY] = ek_views_int(73);
	address[EK_CONTENT_IDENTITIES_CONTACT] = ek_views_int(9);
	if (!ek_log_open(&options, &log, &err) || !ek_log_begin(log, &err))
		fail_msg("%s", err.msg);
	put(log, EK_CONTENT_CONVERSATION_PROFILES, talk);
	put(log, EK_CONTENT_SURVEY_ASKS, ask);
	put(log, EK_CONTENT_CONTACTS, who);
	put(log, EK_CONTENT_CONTACTS, umlaut);
	put(log, EK_CONTENT_MAILS, mail);
	put(log, EK_CONTENT_IDENTITIES, address);
	assert_true(ek_log_commit(log, &err));
	return log;
}

static void a_row_is_whose_erasure_takes_it(void **state)
{
	static const struct {
		enum ek_content table;
		uint32_t column;
		int64_t value;
		const char *text; /* of author_kind, or of an address */
		uint32_t want;
	} rows[] = {
		{EK_CONTENT_CONTACTS, EK_CONTENT_CONTACTS_CONTACT, 5, NULL, 5},
		{EK_CONTENT_NOTES, EK_CONTENT_NOTES_CONTACT, 6, NULL, 6},
		{EK_CONTENT_CHATS, EK_CONTENT_CHATS_CONVERSATION, 70, NULL, 7},
		{EK_CONTENT_CHATS, EK_CONTENT_CHATS_CONVERSATION, 99, NULL, 0},
		{EK_CONTENT_ATTACHMENTS, EK_CONTENT_ATTACHMENTS_CONVERSATION, 70, NULL, 7},
		{EK_CONTENT_ATTACHMENTS, EK_CONTENT_ATTACHMENTS_CONVERSATION, EK_NONE, NULL, 0},
		{EK_CONTENT_PARTS, EK_CONTENT_PARTS_CONVERSATION, 70, "contact", 7},
		{EK_CONTENT_PARTS, EK_CONTENT_PARTS_CONVERSATION, 70, "teammate", 0},
		{EK_CONTENT_SURVEY_ANSWERS, EK_CONTENT_SURVEY_ANSWERS_ASK, 71, NULL, 7},
		{EK_CONTENT_MAILS, EK_CONTENT_MAILS_CONVERSATION, 70, "EIGHT@b.example", 7},
		{EK_CONTENT_MAILS, EK_CONTENT_MAILS_CONVERSATION, EK_NONE, "EIGHT@b.example", 8},
		{EK_CONTENT_MAILS, EK_CONTENT_MAILS_CONVERSATION, EK_NONE, "nine@b.example", 0},
		{EK_CONTENT_MAILS, EK_CONTENT_MAILS_CONVERSATION, EK_NONE, "J\u00d6RG@B.example",
		 10},
		{EK_CONTENT_MAILS, EK_CONTENT_MAILS_CONVERSATION, EK_NONE, "JO\u0308RG@b.example",
		 10},
		{EK_CONTENT_LETTERS, EK_CONTENT_LETTERS_MAIL, 72, NULL, 8},
		{EK_CONTENT_IDENTITY_PROOFS, EK_CONTENT_IDENTITY_PROOFS_IDENTITY, 73, NULL, 9},
		{EK_CONTENT_WEBHOOK_DELIVERIES, EK_CONTENT_WEBHOOK_DELIVERIES_DELIVERY, 7, NULL, 0},
	};
	char where[EK_SCRATCH_PATH];
	ek_scratch_make(where);
	struct ek_log *log = open_log(where);
	struct ek_personal_owners *owners;
	struct ek_err err;
	(void)state;
	assert_true(ek_personal_open(log, &owners, &err));
	for (size_t i = 0; i < 2 * EK_LEN(rows); i++) {
		size_t k = i % EK_LEN(rows); /* again, from what was kept */
		struct ek_views_value row[EK_VIEWS_COLUMNS_MAX] = {0};
		struct ek_personal of;
		uint32_t got = 1;
		uint32_t said = rows[k].table == EK_CONTENT_PARTS ? EK_CONTENT_PARTS_AUTHOR_KIND
								  : EK_CONTENT_MAILS_ADDRESS;
		row[rows[k].column] = ek_views_int(rows[k].value);
		if (rows[k].text != NULL)
			row[said] = text(rows[k].text);
		ek_personal_of(rows[k].table, &of);
		if (!ek_personal_find(owners, &of, row, &got, &err))
			fail_msg("%s", err.msg);
		if (got != rows[k].want)
			fail_msg("row %zu is of %u, not %u", k, got, rows[k].want);
	}
	ek_personal_close(&owners);
	ek_log_close(&log);
	ek_scratch_remove(where);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_stands_in_the_table_once),
		cmocka_unit_test(keys_of_sealed_rows_are_numbers),
		cmocka_unit_test(what_an_erasure_takes_is_the_contacts),
		cmocka_unit_test(a_row_is_whose_erasure_takes_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
