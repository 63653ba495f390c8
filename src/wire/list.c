#include "wire/list.h"

/* clang-format off */
#define WORD(word) word,
#define WORDS(name) static const char *const words_##name[] = {WORDS_##name(WORD) NULL};
WORDS(roles) WORDS(bulk_state) WORDS(bulk_resource) WORDS(row_result) WORDS(job_state)
WORDS(job_kind) WORDS(part_kind) WORDS(view_scope) WORDS(token_kind) WORDS(change_kind)
WORDS(view_resource) WORDS(target_grade) WORDS(target_period) WORDS(agenda_state) WORDS(agenda_kind)
WORDS(survey_form) WORDS(followup_state) WORDS(delivery_state) WORDS(timeline_kind)
WORDS(article_state) WORDS(review_state)
#undef WORDS
#undef WORD
#define INCLUDE(name) #name,
static const char *const includes_teammates[] = {INCLUDES_teammates(INCLUDE) NULL};
#undef INCLUDE
/* clang-format on */

enum {
	F = EK_FILTER_CAN_FILTER,
	S = EK_FILTER_CAN_SORT,
	FS = F | S,
	FL = F | EK_FILTER_IS_LIST,
	FN = F | EK_FILTER_IS_NULLABLE,
	FSN = FS | EK_FILTER_IS_NULLABLE,
};

#define WHAT_INT(what) 0
#define WHAT_CONTACT(what) 0
#define WHAT_TEXT(what) 0
#define WHAT_TIME(what) 0
#define WHAT_DATE(what) 0
#define WHAT_BOOL(what) 0
#define WHAT_WORD(what) 0
#define WHAT_ID(what) EK_IDENT_##what
#define WHAT_ENUM(what) EK_ENUM_##what
#define WORDS_INT(what) NULL
#define WORDS_CONTACT(what) NULL
#define WORDS_TEXT(what) NULL
#define WORDS_TIME(what) NULL
#define WORDS_DATE(what) NULL
#define WORDS_BOOL(what) NULL
#define WORDS_ID(what) NULL
#define WORDS_ENUM(what) NULL
#define WORDS_WORD(what) words_##what

#define FIELD(P, field, TYPE, what, CAN, doc) \
	{#field, EK_FILTER_##TYPE, WHAT_##TYPE(what), CAN, WORDS_##TYPE(what), doc},
#define LIST(name, NAME, words, sort, tie, tie2) \
	static const struct ek_filter_field fields_##name[] = {LIST_##name(FIELD, name)};
LISTS(LIST)
#undef LIST
#undef FIELD

static const struct ek_filter_table tables[] = {
#define LIST(name, NAME, words, usual, tie, tie2) \
	{.resource = #name, \
	 .fields = fields_##name, \
	 .n = EK_LEN(fields_##name), \
	 .has_words = (words) != 0, \
	 .includes = EK_LIST_##NAME == EK_LIST_TEAMMATES ? includes_teammates : NULL, \
	 .sort = (usual), \
	 .ties = {EK_LIST_##name##_##tie, EK_LIST_##name##_##tie2}, \
	 .tie_count = 1 + (EK_LIST_##name##_##tie != EK_LIST_##name##_##tie2)},
	LISTS(LIST)
#undef LIST
};

const struct ek_filter_table *ek_list_table(enum ek_list_name list)
{
	ek_assert((unsigned)list < EK_LEN(tables));
	return &tables[list];
}
