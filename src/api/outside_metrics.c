/* /metrics: figures of the process, of the queue and of the requests. Labels are bounded, and never
 * a person: beyond TEAMS teams the rest is `other`. */
#include <string.h>
#include <unistd.h>

#include "api/api_state.h"
#include "api/caller.h"
#include "api/outside.h"
#include "engine/explain.h"
#include "engine/look.h"
#include "sys/heap.h"
#include "sys/thread.h"

enum { TEAMS = 200, LINE = 256 };

/* ---- the format */

static void head(struct ek_turn *t, const char *name, const char *type, const char *help)
{
	char line[LINE];
	ek_format(line, sizeof line, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
	ek_outside_put(t, line);
}

/* labels: "{a=\"b\"}" or "". */
static void sample(struct ek_turn *t, const char *name, const char *labels, uint64_t v)
{
	char line[LINE];
	ek_format(line, sizeof line, "%s%s %llu\n", name, labels, (unsigned long long)v);
	ek_outside_put(t, line);
}

/* A time in ns as seconds, with all its digits. */
static void seconds(struct ek_turn *t, const char *name, const char *labels, uint64_t ns)
{
	char line[LINE];
	char rest[16];
	ek_format(rest, sizeof rest, "%u", (unsigned)(1000000000u + ns % 1000000000u));
	ek_format(line, sizeof line, "%s%s %llu.%s\n", name, labels,
		  (unsigned long long)(ns / 1000000000u), rest + 1);
	ek_outside_put(t, line);
}

static void one(struct ek_turn *t, const char *name, const char *type, const char *help, uint64_t v)
{
	head(t, name, type, help);
	sample(t, name, "", v);
}

/* ---- requests */

static const char *const ends[EK_API_BUCKETS] = {
	"0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025",
	"0.05",   "0.1",   "0.25",   "1",     "5",    "+Inf",
};

static void put_route(struct ek_turn *t, const char *route, const struct ek_api_tally *tally)
{
	static const char name[] = "evenkeel_http_request_seconds";
	char labels[LINE];
	char metric[64];
	uint64_t sum = 0;
	ek_format(metric, sizeof metric, "%s_bucket", name);
	for (int i = 0; i < EK_API_BUCKETS; i++) {
		sum += tally->buckets[i];
		ek_format(labels, sizeof labels, "{route=\"%s\",le=\"%s\"}", route, ends[i]);
		sample(t, metric, labels, sum);
	}
	ek_format(labels, sizeof labels, "{route=\"%s\"}", route);
	ek_format(metric, sizeof metric, "%s_sum", name);
	seconds(t, metric, labels, tally->ns);
	ek_format(metric, sizeof metric, "%s_count", name);
	sample(t, metric, labels, sum);
}

static bool was_met(const struct ek_api_tally *tally)
{
	uint64_t n = 0;
	for (int i = 0; i < EK_API_BUCKETS; i++)
		n += tally->buckets[i];
	return n > 0;
}

static void put_requests(struct ek_turn *t)
{
	static const char name[] = "evenkeel_http_responses_total";
	struct ek_api *api = t->api;
	struct ek_api_tally *copy =
		ek_arena_get(t->arena, (EK_ROUTE_COUNT + 1) * sizeof *api->tallies);
	if (copy == NULL)
		return;
	ek_thread_lock_take(api->tally_lock);
	memcpy(copy, api->tallies, (EK_ROUTE_COUNT + 1) * sizeof *copy);
	ek_thread_lock_give(api->tally_lock);
	head(t, "evenkeel_http_request_seconds", "histogram",
	     "Time from a request's arrival to its answer.");
	for (uint32_t i = 0; i <= EK_ROUTE_COUNT; i++) {
		if (was_met(&copy[i]))
			put_route(t, i < EK_ROUTE_COUNT ? ek_route_row(i)->name : "none", &copy[i]);
	}
	head(t, name, "counter", "Answers by operation and class of status.");
	for (uint32_t i = 0; i <= EK_ROUTE_COUNT; i++) {
		for (int s = 1; s <= 5; s++) {
			char labels[LINE];
			ek_format(labels, sizeof labels, "{route=\"%s\",status=\"%dxx\"}",
				  i < EK_ROUTE_COUNT ? ek_route_row(i)->name : "none", s);
			if (copy[i].by_status[s] > 0)
				sample(t, name, labels, copy[i].by_status[s]);
		}
	}
}

/* ---- the process */

static void put_process(struct ek_turn *t)
{
	struct ek_http_counters h = ek_http_counters(t->api->options.http);
	struct ek_feed_stats f = ek_feed_stats(t->api->options.feed);
	char labels[LINE];
	one(t, "process_resident_memory_bytes", "gauge", "Memory that is resident.",
	    ek_heap_resident());
	one(t, "evenkeel_http_connections", "gauge", "Open connections.", h.connections_open);
	one(t, "evenkeel_http_in_flight", "gauge", "Requests that wait for their answer.",
	    h.in_flight);
	one(t, "evenkeel_http_connections_cut_total", "counter",
	    "Connections ended because they were too slow.", h.cut);
	one(t, "evenkeel_event_streams", "gauge", "Open event streams.", f.streams);
	one(t, "evenkeel_event_streams_cut_total", "counter",
	    "Event streams ended because they did not keep up.", f.cut);
	head(t, "evenkeel_build_info", "gauge", "Which build this is.");
	ek_format(labels, sizeof labels, "{version=\"%s\"}", t->api->options.version);
	sample(t, "evenkeel_build_info", labels, 1);
}

static void put_webhooks(struct ek_turn *t)
{
	static const char name[] = "evenkeel_webhook_deliveries_total";
	const struct ek_api_webhooks *from = &t->api->options.webhooks;
	struct ek_api_webhooks_counts c;
	if (from->count == NULL)
		return;
	from->count(from->ctx, &c);
	head(t, name, "counter", "Webhooks: delivered, tries in vain, and given up for good.");
	sample(t, name, "{result=\"delivered\"}", c.delivered);
	sample(t, name, "{result=\"failed\"}", c.failed);
	sample(t, name, "{result=\"dead\"}", c.dead);
}

/* ---- the queue and the people */

struct team_figures {
	uint64_t waiting;
	int64_t oldest; /* EK_NONE = nothing waits */
};

static void put_queue(struct ek_turn *t)
{
	uint32_t n = ek_look_team_count(t->engine);
	struct team_figures *v = ek_arena_zero(t->arena, (TEAMS + 2) * sizeof *v);
	if (v == NULL)
		return;
	for (uint32_t i = 1; i <= n; i++) {
		struct ek_team_view team;
		struct team_figures *f = &v[i <= TEAMS ? i : TEAMS + 1];
		if (!ek_look_team(t->engine, (ek_team_id){i}, &team) || team.deleted)
			continue;
		ek_time oldest = ek_look_oldest(t->engine, (ek_team_id){i});
		int64_t age = ek_time_is_set(oldest) ? ek_engine_time(t->engine).ms - oldest.ms : 0;
		f->waiting += team.waiting_count;
		f->oldest = age > f->oldest ? age : f->oldest;
	}
	for (int pass = 0; pass < 2; pass++) {
		const char *name =
			pass == 0 ? "evenkeel_queue_waiting" : "evenkeel_queue_oldest_wait_seconds";
		head(t, name, "gauge",
		     pass == 0 ? "Conversations that wait in a team inbox."
			       : "How long the one that waits longest has waited.");
		for (uint32_t i = 1; i <= (n < TEAMS ? n : TEAMS + 1); i++) {
			char labels[LINE];
			if (i <= TEAMS)
				ek_format(labels, sizeof labels, "{team=\"team_%u\"}", i);
			else
				ek_format(labels, sizeof labels, "{team=\"other\"}");
			if (pass == 0)
				sample(t, name, labels, v[i].waiting);
			else
				seconds(t, name, labels, (uint64_t)v[i].oldest * 1000000u);
		}
	}
}

static void put_people(struct ek_turn *t)
{
	uint64_t by_presence[4] = {0};
	uint32_t n = ek_look_teammate_count(t->engine);
	for (uint32_t i = 1; i <= n; i++) {
		struct ek_teammate_view v;
		if (ek_look_teammate(t->engine, (ek_teammate_id){i}, &v) && v.active &&
		    !v.deleted && v.presence < EK_LEN(by_presence))
			by_presence[v.presence]++;
	}
	head(t, "evenkeel_teammates", "gauge", "Teammates by presence.");
	for (uint8_t p = 1; p < EK_LEN(by_presence); p++) {
		char labels[LINE];
		ek_format(labels, sizeof labels, "{presence=\"%s\"}",
			  ek_enums_wire(EK_ENUM_PRESENCE, p));
		sample(t, "evenkeel_teammates", labels, by_presence[p]);
	}
}

static void put_writer(struct ek_turn *t)
{
	struct ek_writer_counts c = ek_writer_counts(t->api->writer);
	uint64_t broken = 0;
	one(t, "evenkeel_commands_total", "counter", "Commands taken by the writer.", c.commands);
	one(t, "evenkeel_commits_total", "counter", "Commits of the writer.", c.commits);
	one(t, "evenkeel_repeats_total", "counter", "Requests answered again by their key.",
	    c.repeats);
	for (int i = 1; i <= 6; i++)
		broken += ek_engine_broken(t->engine, i);
	one(t, "evenkeel_promises_broken_total", "counter",
	    "Promises of routing found broken; a fault of ours.", broken);
	one(t, "evenkeel_events_total", "counter", "Events in the log.", ek_engine_seq(t->engine));
	one(t, "evenkeel_engine_memory_bytes", "gauge", "Memory of the routing state.",
	    ek_engine_bytes(t->engine));
}

static void look(struct ek_turn *t)
{
	t->type = "text/plain; version=0.0.4; charset=utf-8";
	put_queue(t);
	put_people(t);
	put_writer(t);
	put_requests(t);
	put_process(t);
	put_webhooks(t);
}

void ek_outside_metrics(struct ek_turn *t)
{
	struct ek_err err;
	if (!ek_outside_is_local(t)) {
		if (!ek_reader_begin(t->reader, &err)) {
			ek_problem_err(&t->problem, &err);
			ek_turn_reply(t, 0);
			return;
		}
		bool known = ek_caller_find(t);
		ek_reader_end(t->reader);
		if (!known || !ek_turn_may(t, EK_MAY_METRICS_SCRAPE, NULL)) {
			ek_turn_reply(t, 0);
			return;
		}
	}
	ek_turn_look(t, look);
}
