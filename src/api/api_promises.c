/* Promises of routing that were broken: each is an event, and there should be none. */
#include "api/api_put.h"
#include "api/handlers.h"
#include "api/page.h"
#include "model/enums.h"
#include "wire/list.h"

static const struct ek_list_column columns[EK_LIST_promises_COUNT] = {
	[EK_LIST_promises_seq] = {EK_LIST_NUMBER, "b.seq", NULL},
	[EK_LIST_promises_promise] = {EK_LIST_TEXT, "b.promise", NULL},
	[EK_LIST_promises_at] = {EK_LIST_NUMBER, "b.at_ms", NULL},
};

static void write_one(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	int64_t conversation = ek_turn_int(&row[3]);
	int64_t teammate = ek_turn_int(&row[4]);
	ek_json_object(j);
	ek_api_put_int(j, "seq", ek_turn_int(&row[0]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&row[1])});
	ek_api_put_text(j, "promise", ek_turn_text(&row[2]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION,
		      conversation == EK_NONE ? 0 : (uint64_t)conversation);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      teammate == EK_NONE ? 0 : (uint64_t)teammate);
	ek_api_put_int(j, "about_seq", ek_turn_int(&row[5]));
	ek_json_object_end(j);
}

void ek_api_list_promises(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_PROMISES),
		.columns = columns,
		.select = "b.seq, b.at_ms, b.promise, b.conversation, b.teammate, b.about_seq",
		.from = "broken_promises b",
		.id = "b.seq",
	};
	struct ek_page p = {.list = &list, .right = EK_MAY_NEVER};
	if (ek_turn_may(t, EK_MAY_PROMISE_READ, NULL) && ek_page_read(t, &p) &&
	    ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_one(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}
