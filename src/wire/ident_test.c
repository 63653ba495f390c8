/* Ids on the wire. Forms: spec api, section 2 and its examples. */
#include "base/heap_scene.h"
#include "wire/ident.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

/* clang-format off */
#define TEXT(literal) {(literal), sizeof(literal) - 1}
static const struct {
	const char *promise;
	ek_str text;
	enum ek_ident_kind kind;
	uint64_t id; /* 0 = refused */
} rows[] = {
	{"a teammate", TEXT("tm_1042"), EK_IDENT_TEAMMATE, 1042},
	{"a team", TEXT("team_7"), EK_IDENT_TEAM, 7},
	{"the first", TEXT("cv_1"), EK_IDENT_CONVERSATION, 1},
	{"the last of 32 bits", TEXT("asg_4294967295"), EK_IDENT_ASSIGNMENT, 4294967295},
	{"one beyond 32 bits", TEXT("asg_4294967296"), EK_IDENT_ASSIGNMENT, 0},
	{"the last below 2^53", TEXT("part_9007199254740991"), EK_IDENT_PART, 9007199254740991},
	{"2^53", TEXT("part_9007199254740992"), EK_IDENT_PART, 0},
	{"2^64 + 1 does not wrap", TEXT("part_18446744073709551617"), EK_IDENT_PART, 0},
	{"19 nines", TEXT("part_9999999999999999999"), EK_IDENT_PART, 0},
	{"zero", TEXT("tm_0"), EK_IDENT_TEAMMATE, 0},
	{"a zero in front", TEXT("tm_01042"), EK_IDENT_TEAMMATE, 0},
	{"no number", TEXT("tm_"), EK_IDENT_TEAMMATE, 0},
	{"nothing", TEXT(""), EK_IDENT_TEAMMATE, 0},
	{"the number alone", TEXT("1042"), EK_IDENT_TEAMMATE, 0},
	{"another kind", TEXT("team_7"), EK_IDENT_TEAMMATE, 0},
	{"a prefix that begins another", TEXT("tm_7"), EK_IDENT_TEAM, 0},
	{"a sign", TEXT("tm_+1"), EK_IDENT_TEAMMATE, 0},
	{"below nothing", TEXT("tm_-1"), EK_IDENT_TEAMMATE, 0},
	{"a blank behind", TEXT("tm_1 "), EK_IDENT_TEAMMATE, 0},
	{"a blank in front", TEXT(" tm_1"), EK_IDENT_TEAMMATE, 0},
	{"capital letters", TEXT("TM_1"), EK_IDENT_TEAMMATE, 0},
	{"hexadecimal", TEXT("tm_0x1"), EK_IDENT_TEAMMATE, 0},
	{"a fraction", TEXT("tm_1.0"), EK_IDENT_TEAMMATE, 0},
	{"a NUL behind", {"tm_1\0", 5}, EK_IDENT_TEAMMATE, 0},
	{"digits of another script", TEXT("tm_\xD9\xA1"), EK_IDENT_TEAMMATE, 0},
	{"41 characters", TEXT("part_111111111111111111111111111111111111"), EK_IDENT_PART, 0},
	{"a contact is no number", TEXT("ct_64f1c0a29be37d5a10c48e72"), EK_IDENT_CONTACT, 0},
};
static const struct {
	const char *promise;
	ek_str text;
	const char *hex; /* NULL = refused */
} contacts[] = {
	{"a contact", TEXT("ct_64f1c0a29be37d5a10c48e72"), "64f1c0a29be37d5a10c48e72"},
	{"digits alone", TEXT("ct_000000000000000000000000"), "000000000000000000000000"},
	{"capital letters", TEXT("ct_64F1C0A29BE37D5A10C48E72"), NULL},
	{"23 digits", TEXT("ct_64f1c0a29be37d5a10c48e7"), NULL},
	{"25 digits", TEXT("ct_64f1c0a29be37d5a10c48e720"), NULL},
	{"no digit", TEXT("ct_64f1c0a29be37d5a10c48e7g"), NULL},
	{"a number", TEXT("ct_7"), NULL},
	{"another prefix", TEXT("cv_64f1c0a29be37d5a10c48e72"), NULL},
};
/* clang-format on */

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint64_t id = 0;
		bool ok = ek_ident_read(rows[i].text, rows[i].kind, &id);
		if (ok != (rows[i].id != 0) || id != rows[i].id)
			fail_msg("%s", rows[i].promise);
	}
}

static void test_contact(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(contacts); i++) {
		ek_str hex;
		bool ok = ek_ident_read_contact(contacts[i].text, &hex);
		if (ok != (contacts[i].hex != NULL) || (ok && !ek_str_is(hex, contacts[i].hex)))
			fail_msg("%s", contacts[i].promise);
	}
}

/* Every kind: what is printed reads back as itself and as no other kind. */
static void test_round(void **state)
{
	(void)state;
	static const uint64_t ids[] = {1, 9, 10, 1042, UINT32_MAX};
	for (int k = 1; k < EK_IDENT_COUNT; k++) {
		enum ek_ident_kind kind = (enum ek_ident_kind)k;
		if (ek_ident_prefix(kind) == NULL)
			continue;
		for (size_t i = 0; i < EK_LEN(ids) && kind != EK_IDENT_CONTACT; i++) {
			char out[EK_IDENT_MAX];
			uint64_t id = 0;
			size_t n = ek_ident_print(kind, ids[i], out);
			ek_str text = {out, (uint32_t)n};
			assert_int_equal(ek_ident_read_any(text, &id), kind);
			assert_true(id == ids[i]);
			for (int other = 1; other < EK_IDENT_COUNT; other++)
				assert_true(ek_ident_prefix((enum ek_ident_kind)other) == NULL ||
					    ek_ident_read(text, (enum ek_ident_kind)other, &id) ==
						    (other == k));
		}
		assert_true(strlen(ek_ident_doc(kind)) > 0);
		assert_true(kind == EK_IDENT_CONTACT || ek_ident_last(kind) >= UINT32_MAX);
	}
	uint64_t id;
	assert_int_equal(ek_ident_read_any(EK_S("ct_64f1c0a29be37d5a10c48e72"), &id),
			 EK_IDENT_CONTACT);
	assert_int_equal(ek_ident_read_any(EK_S("no_1"), &id), EK_IDENT_NONE);
}

static void test_write(void **state)
{
	(void)state;
	struct ek_json j;
	ek_json_init(&j, heap(), 1000);
	ek_json_list(&j);
	ek_ident_write(&j, EK_IDENT_TEAM, 7);
	ek_ident_write(&j, EK_IDENT_TEAMMATE, 0);
	ek_ident_write_contact(&j, EK_S("64f1c0a29be37d5a10c48e72"));
	ek_ident_write_contact(&j, (ek_str){NULL, 0});
	ek_json_list_end(&j);
	assert_true(ek_str_is(ek_json_written(&j),
			      "[\"team_7\",null,\"ct_64f1c0a29be37d5a10c48e72\",null]"));
	ek_json_fini(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_contact),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_write),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
