/* durable -- Evenkeel's engine behind its writer, on SQLite: every answer waits for the disk.
 *
 * So many commands in flight are taken, decided, and made durable by one commit; then all are
 * answered, and the next as many asked. Many in flight go in two halves: one is decided while the
 * disk works at the other, as writer/group.h does when more wait. Views lag while commands wait, as
 * the writer's contract allows; what folding them at the end costs is reported beside
 * (with_views_per_s counts it).
 * usage: durable FILE [EVENTS] [IN_FLIGHT]
 */
#include "bench/input.h"

#include "sys/heap.h"
#include "writer/writer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AHEAD = 2, PATH = 4096, IN_FLIGHT_MAX = 4096, HALVED_FROM = 128 };

struct bench {
	struct ek_input input;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_tally *tally;
	uint32_t in_flight;
	uint32_t event; /* of the command being taken */
	bool counts;
};

/* The writer tells of every batch; what the start state makes is not counted. */
static void made(void *ctx, const struct ek_events *events)
{
	struct bench *b = ctx;
	if (b->counts)
		ek_input_count(b->tally, b->event, events);
}

static void open_writer(struct bench *b, const char *where)
{
	struct ek_err err = {0};
	struct ek_log_options log = {.where = where, .mode = EK_LOG_CREATE};
	if (!ek_log_open(&log, &b->log, &err))
		ek_workload_die("durable: %s", err.msg);
	struct ek_writer_options options = {.log = b->log,
					    .alloc = ek_heap_alloc(),
					    .snapshot_events = UINT64_MAX,
					    .at = b->input.items[0].at,
					    .made = made,
					    .made_ctx = b};
	if (!ek_writer_open(&options, &b->writer, &err))
		ek_workload_die("durable: %s", err.msg);
}

static void take(struct bench *b, uint32_t i)
{
	const struct ek_input_item *item = &b->input.items[i];
	struct ek_request r = {.cmd = &item->cmd, .at = item->at};
	struct ek_answer a;
	struct ek_err err = {0};
	b->event = item->event;
	if (!ek_writer_take(b->writer, &r, &a, &err))
		ek_workload_die("durable: event %u: %s", item->event, err.msg);
}

static void commit(struct bench *b, bool more)
{
	struct ek_err err = {0};
	if (!ek_writer_commit(b->writer, more, &err))
		ek_workload_die("durable: %s", err.msg);
}

static void start_state(struct bench *b)
{
	for (uint32_t i = 0; i < b->input.start; i++) {
		take(b, i);
		if (i % 1024 == 1023)
			commit(b, true);
	}
	commit(b, false);
}

/* The first item after a window that begins at `from`: whole events, and no more commands than are
 * in flight, or a little more. */
static uint32_t window_end(const struct bench *b, uint32_t from)
{
	uint32_t n = b->in_flight < HALVED_FROM ? b->in_flight : b->in_flight / 2;
	uint32_t to = from + n < b->input.count ? from + n : b->input.count;
	while (to < b->input.count && b->input.items[to].event == b->input.items[to - 1].event)
		to++;
	return to;
}

static void look_ahead(const struct bench *b, uint32_t i, uint32_t to)
{
	for (int stage = 0; stage < EK_ENGINE_STAGES; stage++) {
		uint32_t at = i + AHEAD * (uint32_t)(EK_ENGINE_STAGES - stage);
		if (at < to)
			ek_engine_prefetch(ek_writer_engine(b->writer), &b->input.items[at].cmd,
					   stage);
	}
}

/* Items from..to - 1, taken together; the answer to all of them came now. */
struct window {
	uint32_t from;
	uint32_t to;
	uint64_t begin;
};

static void took(struct bench *b, const struct window *w)
{
	uint64_t ns = ek_tally_now() - w->begin;
	for (uint32_t i = w->from; i < w->to; i++) {
		if (i + 1 == w->to || b->input.items[i + 1].event != b->input.items[i].event)
			ek_tally_took(b->tally, ns);
	}
}

static void land(struct bench *b, struct window *sent)
{
	struct ek_err err = {0};
	if (!ek_writer_land(b->writer, &err))
		ek_workload_die("durable: %s", err.msg);
	took(b, sent);
	*sent = (struct window){0};
}

static void run(struct bench *b)
{
	struct ek_err err = {0};
	struct window sent = {0};
	for (uint32_t from = b->input.start, to; from < b->input.count; from = to) {
		to = window_end(b, from);
		struct window w = {from, to, ek_tally_now()};
		for (uint32_t i = from; i < to; i++) {
			look_ahead(b, i, to);
			take(b, i);
		}
		land(b, &sent);
		if (!ek_writer_send(b->writer, &err))
			ek_workload_die("durable: %s", err.msg);
		sent = w;
		if (b->in_flight < HALVED_FROM)
			land(b, &sent);
	}
	land(b, &sent);
}

static void remove_log(const char *where)
{
	DIR *dir = opendir(where);
	for (struct dirent *f = dir == NULL ? NULL : readdir(dir); f != NULL; f = readdir(dir))
		(void)unlinkat(dirfd(dir), f->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	if (rmdir(where) != 0)
		fprintf(stderr, "durable: %s is left for you to remove\n", where);
}

int main(int argc, char **argv)
{
	struct ek_workload w;
	struct bench *b = ek_workload_zero(1, sizeof *b);
	if (argc < 2)
		ek_workload_die("usage: durable FILE [EVENTS] [IN_FLIGHT]");
	ek_workload_load(&w, argv[1]);
	uint32_t events = ek_workload_number(argv[2], w.head.events, w.head.events);
	b->in_flight = argc > 3 ? ek_workload_number(argv[3], IN_FLIGHT_MAX, 1) : 1;
	b->tally = ek_tally_open();
	ek_input_open(&b->input, &w, events, false);
	char where[PATH];
	snprintf(where, sizeof where, "%s.log.XXXXXX", argv[1]);
	if (mkdtemp(where) == NULL)
		ek_workload_die("durable: no folder beside %s", argv[1]);
	open_writer(b, where);
	start_state(b);
	b->counts = true;
	uint64_t begin = ek_tally_now();
	run(b);
	uint64_t took = ek_tally_now() - begin;
	commit(b, false);
	uint64_t folded = ek_tally_now() - begin;
	char more[160];
	snprintf(more, sizeof more, "in_flight=%u with_views_per_s=%.0f bytes_per_command=%.1f",
		 b->in_flight, events / ((double)folded / 1e9),
		 (double)ek_writer_counts(b->writer).body_bytes / b->input.count);
	struct ek_tally_run run = {"durable", argv[1], events, took, more, false};
	ek_tally_print(b->tally, &run);
	ek_writer_close(&b->writer);
	ek_log_close(&b->log);
	remove_log(where);
	ek_input_close(&b->input);
	ek_tally_close(&b->tally);
	ek_workload_free(&w);
	free(b);
	return 0;
}
