/* hooks_state -- what the thread of webhooks holds. Private to src/channels/hooks*.c. */
#ifndef EK_CHANNELS_HOOKS_STATE_H
#define EK_CHANNELS_HOOKS_STATE_H

#include "base/arena.h"
#include "channels/hooks.h"
#include "store/log.h"
#include "store/reader.h"
#include "sys/rounds.h"
#include "sys/thread.h"

enum {
	EK_HOOKS_PAGE = 256,       /* events of one commit */
	EK_HOOKS_ROWS = 2048,      /* deliveries of one commit */
	EK_HOOKS_SENT = 48,        /* calls under way: fewer than the fetch takes */
	EK_HOOKS_BODY = 20 * 1024, /* of one delivery at most */
	EK_HOOKS_ARENA = 64 << 20,
	EK_HOOKS_SENT_ARENA = 2 << 20,
	EK_HOOKS_WIDTH = EK_CONTENT_WEBHOOK_DELIVERIES_WIDTH,
	EK_HOOKS_TYPES = 4, /* words of 64 bits */
};

/* A webhook as the store has it. Texts in the arena it was read into. */
struct ek_hooks_one {
	struct ek_views_value row[EK_CONTENT_WEBHOOKS_WIDTH];
	uint64_t id;
	int64_t revision;
	bool is_active;
	bool has_types; /* else it wants all */
	uint64_t types[EK_HOOKS_TYPES];
	int64_t seq;     /* up to which its deliveries are written; EK_NONE = it has no state */
	int64_t success; /* EK_NONE = never */
	int64_t rotated; /* EK_NONE = not */
	bool is_changed; /* its row is to be put */
	bool is_moved;   /* its state is */
};
struct ek_hooks_set {
	struct ek_hooks_one v[EK_HOOKS_MAX];
	uint32_t n;
};

/* A delivery that is to be written. */
struct ek_hooks_row {
	uint64_t hook;
	uint64_t seq;
	ek_time at;
	ek_str type;
	ek_str body;
};

/* A call under way. */
struct ek_hooks_sent {
	struct ek_hooks *hooks;
	bool is_used;
	bool is_written; /* in the commit of now */
	bool is_done;    /* under the lock, as is what follows until the arena */
	enum ek_fetch_outcome outcome;
	uint32_t status;
	uint32_t ms;
	char answer[EK_HOOKS_ANSWER];
	uint32_t answer_n;
	struct ek_arena arena;
	struct ek_views_value row[EK_HOOKS_WIDTH];
	int64_t delivery;
	uint64_t hook;
	struct ek_hooks_verdict verdict; /* made on the writer's thread */
};

struct ek_hooks {
	struct ek_hooks_options options;
	struct ek_alloc alloc;
	struct ek_log *log;
	struct ek_reader *reader; /* the thread's; the writer's while a commit is asked for */
	struct ek_rounds *rounds;
	struct ek_arena arena;  /* of a round */
	struct ek_arena events; /* of one event that is read */
	struct ek_arena fresh;  /* of what is read again before a commit */
	struct ek_json json;
	uint64_t chance;
	ek_time followed; /* when the log was last followed */
	ek_time pruned;
	ek_time now;
	struct ek_hooks_set set;
	struct ek_hooks_set again; /* read again before a commit */
	struct ek_outbound_list listed;
	uint16_t ports[EK_FETCH_PORTS];
	uint32_t port_count;
	/* What is to be committed. */
	struct ek_hooks_row *rows;
	uint32_t row_count;
	uint64_t to_seq; /* 0 = nothing was followed */
	bool is_behind;  /* there is more than that */
	/* Up to where nobody wanted anything, as long as the webhooks are what they were. */
	uint64_t looked;
	uint64_t looked_sum;
	uint64_t set_sum;
	int64_t old[EK_HOOKS_PAGE];
	uint32_t old_count;
	struct ek_hooks_sent sent[EK_HOOKS_SENT];
	uint32_t turn;
	struct ek_thread_lock *lock;
	struct ek_hooks_counts counts; /* under the lock */
};

/* Reads the webhooks. */
bool ek_hooks_read(struct ek_hooks *h, struct ek_arena *arena, struct ek_hooks_set *out,
		   struct ek_err *err) EK_MUST_CHECK;
struct ek_hooks_one *ek_hooks_find(struct ek_hooks_set *set, uint64_t id);
/* hooks_follow.c: what is on disk and not written as deliveries becomes rows. */
bool ek_hooks_follow(struct ek_hooks *h, struct ek_err *err) EK_MUST_CHECK;
/* On the writer's thread, after the webhooks were read again. */
void ek_hooks_put_rows(struct ek_hooks *h, struct ek_writer *w);
/* hooks_send.c: what is due is sent. */
bool ek_hooks_send(struct ek_hooks *h, struct ek_err *err) EK_MUST_CHECK;
/* Whether a call came back and is to be written. */
bool ek_hooks_has_results(struct ek_hooks *h);
/* On the writer's thread, after the webhooks were read again; and after the commit. */
void ek_hooks_put_results(struct ek_hooks *h, struct ek_writer *w);
void ek_hooks_forget_results(struct ek_hooks *h, bool committed);

#endif
