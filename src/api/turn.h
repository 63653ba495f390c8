/* turn -- one request on its way: what was asked and by whom, what is read, decided and answered.
 *
 * A handler (handlers.h) is called on the HTTP thread with who asks already known and the route's
 * permission checked as far as it needs no object. It binds parameters and body, collecting every
 * fault, and then does one of
 *   ek_turn_reply   the answer is in t->out (or t->problem)
 *   ek_turn_look    a function that reads the engine, on the writer's thread between two commits
 *   ek_turn_write   a command, content, or both: one transaction, answered after its commit
 * and returns. Everything lives in t->arena until the answer is sent; t is one thread's at a time.
 *
 *   HTTP thread                       writer's thread
 *   begin, authenticate, handler ---> look(t)                              -> answer
 *                                \--> check(t), command, made(t), commit   -> answer
 */
#ifndef EK_API_TURN_H
#define EK_API_TURN_H

#include "api/api.h"
#include "auth/may.h"
#include "auth/throttle.h"
#include "http/http.h"
#include "wire/csv.h"
#include "wire/patch.h"
#include "wire/query.h"
#include "wire/route.h"
#include "writer/group.h"

enum { EK_TURN_ETAG = 32, EK_TURN_ID = 24 };

struct ek_turn;
struct ek_api_sla_watch;
struct ek_search;
struct ek_worker;
typedef void ek_turn_handler(struct ek_turn *t);

struct ek_turn_write {
	/* The command; NULL = content only. Borrowed until the answer. by is set by the turn. */
	struct ek_cmd *cmd;
	/* May be NULL. On the writer's thread before the command is decided, seeing all that is on
	 * disk through t->reader: looks again at what a decision rests on (If-Match, names that
	 * must be free). False, with a fault in t->problem, refuses. */
	bool (*check)(struct ek_turn *t);
	/* On the writer's thread after the command: writes the answer into t->out from t->engine,
	 * which stands at this command, and adds content with ek_turn_put. */
	void (*made)(struct ek_turn *t, const struct ek_answer *answer);
	/* May be NULL. After the commit, not for a repeated answer: writes the answer again, with
	 * what is told once and kept nowhere (a new token's secret). */
	void (*tell)(struct ek_turn *t);
};

struct ek_turn {
	struct ek_api *api;
	struct ek_http_request *http;
	struct ek_arena *arena;
	const struct ek_route_row *route; /* NULL = none matched */
	struct ek_route_match match;      /* path parameters */
	struct ek_problem problem;        /* NONE = all is well */
	struct ek_query query;            /* what follows the ? */
	struct ek_patch patch;            /* the body, if the route takes one */
	enum ek_problem_language language;

	struct ek_may_actor actor;
	ek_teammate_id self;  /* whose sign-in or personal token it is; 0 = nobody's */
	struct ek_actor by;   /* as the log names the caller */
	uint32_t sign_in;     /* 0 = a token */
	uint32_t token;       /* 0 = a sign-in */
	ek_time sign_in_seen; /* when the sign-in was last noted as used */
	int64_t token_rate;   /* requests a second; EK_NONE or 0 = the default */

	/* The store, read only; a handler on the HTTP thread has another than one on the writer's.
	 * */
	struct ek_reader *reader;
	struct ek_engine *engine; /* in look, check and made; else NULL */
	struct ek_writer *writer; /* in made; else NULL */
	ek_time now;              /* in made, of what the command made; else the wall clock's */

	int status; /* 200 if not set */
	struct ek_json out;
	const char *type;        /* of the body; JSON if not set */
	char etag[EK_TURN_ETAG]; /* "" = none */
	ek_str location;         /* p NULL = none */
	ek_str next;             /* cursor of the next page, for Link */
	const char *policy;      /* Content-Security-Policy; NULL = none */
	const char *cookie;      /* Set-Cookie; NULL = none */
	const char *disposition; /* Content-Disposition; NULL = none */
	const char *cache;       /* Cache-Control; NULL = no-store */
	bool is_for_frames;      /* may be shown by a page that has no origin */
	uint64_t seq;            /* Evenkeel-Seq; 0 = none */
	bool dry_run;
	void *state; /* the handler's */

	bool is_csv;   /* a list is answered as CSV, in this style */
	bool is_whole; /* and all of it is wanted, not a page (api_csv.h) */
	struct ek_csv_style csv;

	/* NULL: a request's. Else called in place of sending the answer (api_job.h). */
	void (*answered)(struct ek_turn *t);
	void *asker; /* of answered */
	/* Words and folding, where a thread has its own; NULL = the HTTP thread's, or the writer's.
	 */
	struct ek_search *search;
	struct ek_worker *worker; /* on whose thread this turn runs; NULL = on another */

	struct ek_api_sla_watch *sla; /* api/api_sla_watch.h; NULL = no clock is watched */
	/* Of the conversation that is made: what rules on arrival chose (ek_api_arrival_give). */
	uint64_t sla_policy; /* 0 = none */

	/* The turn's own. */
	struct ek_cmd *told; /* ek_turn_tells */
	struct ek_group_call call;
	struct ek_writer_key key;
	bool has_key;
	bool is_replayed;
	bool is_kept;        /* a refusal was given to the writer, to be remembered */
	bool is_unconfirmed; /* refused for want of a confirmed sign-in */
	struct ek_throttle_answer rate;
	struct ek_turn_write write;
	void (*look)(struct ek_turn *t);
	uint64_t begun_ns;
};

/* Zeroed memory of the turn; NULL: an `internal` problem was set. */
void *ek_turn_get(struct ek_turn *t, size_t n) EK_MUST_CHECK;
#define EK_TURN_NEW(t, type) ((type *)ek_turn_get((t), sizeof(type)))
/* A copy of a text that lives as long as the turn; p NULL stays NULL, also for want of memory. */
ek_str ek_turn_copy(struct ek_turn *t, ek_str s);

/* Answers with t->problem if it is one, else with status and t->out. Once for each turn, last. */
void ek_turn_reply(struct ek_turn *t, int status);
/* turn_pick.c: of the rows of a list in t->out, what fields= picked. */
void ek_turn_pick(struct ek_turn *t);
/* turn_csv.c: of an operation that answers a list, whether CSV is wanted and how. False, with the
 * faults. And the answer in t->out, a page as JSON, made so; one that is too long becomes a
 * problem. */
bool ek_turn_read_csv(struct ek_turn *t) EK_MUST_CHECK;
void ek_turn_write_csv(struct ek_turn *t);
/* Answers with a problem of that type. */
void ek_turn_refuse(struct ek_turn *t, enum ek_problem_type type, const char *detail);
/* A parameter of the address that cannot be used: adds the fault. Returns false. */
bool ek_turn_parameter(struct ek_turn *t, const char *name, enum ek_problem_code code,
		       const char *detail);
/* Calls look with t->engine set, then answers as ek_turn_reply does. */
void ek_turn_look(struct ek_turn *t, void (*look)(struct ek_turn *t));
/* See above. A repeated Idempotency-Key gets its first answer and calls nothing. */
void ek_turn_write(struct ek_turn *t, const struct ek_turn_write *write);

/* Of a write of content alone, before it or in its check: that contact, tag or view is told of in
 * live events, by a command of its own (docs/adr/0015). */
void ek_turn_tells(struct ek_turn *t, struct ek_cmd_content_change what);
/* The same of a goal, a target, a survey and their like (EK_CONTENT_KIND_*): to those of a team
 * inbox, to its owner alone (teammate), or, both 0, to everybody. */
struct ek_turn_content {
	uint8_t of;
	ek_team_id team;
	ek_teammate_id teammate;
};
void ek_turn_tells_of(struct ek_turn *t, struct ek_turn_content what);
/* In check: the id that ek_turn_new_id gives next. */
uint64_t ek_turn_next_id(const struct ek_turn *t, enum ek_content table);

/* In made: a row of content, column_count values. An id of a table, never used before. */
void ek_turn_put(struct ek_turn *t, enum ek_content table, const struct ek_views_value *values);
void ek_turn_erase(struct ek_turn *t, const struct ek_writer_erasure *what);
uint64_t ek_turn_new_id(struct ek_turn *t, enum ek_content table);

/* One query: rows as they come, in t->arena. Errors go into the problem (false). */
struct ek_turn_rows {
	const struct ek_views_value *v; /* rows x columns */
	uint32_t n;
	uint32_t columns;
};
bool ek_turn_select(struct ek_turn *t, const char *sql, const struct ek_views_value *args,
		    uint32_t n, struct ek_turn_rows *out) EK_MUST_CHECK;
/* One whole row of a content table by its (single, whole-number) key; *found says whether. */
bool ek_turn_row(struct ek_turn *t, enum ek_content table, int64_t id,
		 const struct ek_views_value **row, bool *found) EK_MUST_CHECK;
/* A text or number of a value that was read. */
ek_str ek_turn_text(const struct ek_views_value *v);
int64_t ek_turn_int(const struct ek_views_value *v); /* EK_NONE = null */

/* What every answer says for the browser's sake, also those that are sent without ek_turn_reply.
 * Returns how many; static texts. Source: spec security, section 3. */
enum { EK_TURN_SAFE = 5 };
uint32_t ek_turn_safe(const struct ek_turn *t, struct ek_http_field out[EK_TURN_SAFE]);

/* "req_7f3a91", ended; returns its length. */
size_t ek_turn_print_id(uint64_t id, char out[EK_TURN_ID]);

/* Rights: adds the problem and says false unless the caller may. object may be NULL. */
bool ek_turn_may(struct ek_turn *t, enum ek_may action, const struct ek_may_object *object);

/* A path parameter as an id of that kind; a missing or malformed one is the same 404. */
bool ek_turn_id(struct ek_turn *t, const char *name, enum ek_ident_kind kind,
		uint64_t *id) EK_MUST_CHECK;
/* The body as JSON: false, with faults, when it is none. at borrows from the turn. */
bool ek_turn_body(struct ek_turn *t, struct ek_patch_at *at) EK_MUST_CHECK;
/* ETag of a revision; and If-Match against it: false, with 428 or 412 in the problem. */
void ek_turn_set_etag(struct ek_turn *t, int64_t revision);
bool ek_turn_if_match(struct ek_turn *t, int64_t revision) EK_MUST_CHECK;

#endif
