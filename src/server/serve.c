#include "server/serve.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "http/http.h"
#include "model/limits.h"
#include "server/daily.h"
#include "server/feeder.h"
#include "server/folder.h"
#include "server/mailman.h"
#include "server/sample_life.h"
#include "server/sample_load.h"
#include "server/sample_swap.h"
#include "server/webhooks.h"
#include "sys/bounds.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/pace.h"
#include "sys/thread.h"

#define VERSION "0.1.0"

enum { STOP_MS = 8000, PROXIES = 16, PEM_MAX = 1 << 20, ADDRESS = 128 };

struct serve {
	const struct ek_serve_options *options;
	struct ek_journal journal;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_pace pace; /* the group's thread's */
	struct ek_feeder *feeder;
	struct ek_folder *folder;
	struct ek_daily *daily;
	struct ek_group *group;
	struct ek_api *api;
	struct ek_sample_life *life; /* NULL: there is none */
	struct ek_mailman *mailman;
	struct ek_webhooks *webhooks;
	struct ek_http *http;
	struct ek_thread_lock *lock; /* over the five below */
	const char *not_up;          /* why it does not serve yet, or no longer; NULL = it does */
	bool has_died;
	struct ek_err why;
	bool is_to_swap;            /* another store is to take this one's place */
	struct ek_sample_swap swap; /* by then */
	uint16_t port;              /* once it is known */
	char address[ADDRESS];
	char url[ADDRESS + 32];
	struct ek_disk_bytes certificate;
	struct ek_disk_bytes key;
};

static void note(struct serve *s, const char *event, uint64_t seq)
{
	const struct ek_journal_field fields[] = {{"seq", NULL, (int64_t)seq}, {NULL, NULL, 0}};
	ek_journal_say(&s->journal, EK_JOURNAL_INFO, event, fields);
}

/* ---- what the parts tell each other */

static ek_time engine_now(void *ctx)
{
	struct serve *s = ctx;
	struct ek_pace_reading r = ek_pace_read();
	ek_span step;
	ek_time now = ek_pace_now(&s->pace, &r, &step);
	if (step.ms != 0) {
		const struct ek_journal_field fields[] = {{"ms", NULL, step.ms}, {NULL, NULL, 0}};
		ek_journal_say(&s->journal, EK_JOURNAL_WARNING, "clock_stepped", fields);
	}
	return now;
}

static void committed(void *ctx, uint64_t seq)
{
	struct serve *s = ctx;
	ek_feeder_ring(s->feeder, seq);
	ek_folder_ring(s->folder, seq);
}

static void died(void *ctx, const struct ek_err *err)
{
	struct serve *s = ctx;
	ek_journal_say_why(&s->journal, EK_JOURNAL_ERROR, "writer_ended", err);
	ek_thread_lock_take(s->lock);
	s->has_died = true;
	s->why = *err;
	ek_thread_lock_give(s->lock);
	/* Wakes who waits for signals. */
	kill(getpid(), SIGTERM);
}

static const char *why_not_up(struct serve *s)
{
	ek_thread_lock_take(s->lock);
	const char *why = s->not_up;
	ek_thread_lock_give(s->lock);
	return why;
}

static void set_not_up(struct serve *s, const char *why)
{
	ek_thread_lock_take(s->lock);
	s->not_up = why;
	ek_thread_lock_give(s->lock);
}

/* Before the API stands, and when it is about to end, there is one answer to everything. */
static void answer_not_up(struct ek_http_request *r, const char *why)
{
	static const struct ek_http_field headers[] = {{"Retry-After", "1"}};
	static const char api[] = "/api/";
	bool alive = ek_str_is(r->path, "/healthz");
	struct ek_http_reply reply = {
		.status = alive ? 200 : 503,
		.body = alive ? EK_S("ok") : (ek_str){why, (uint32_t)strlen(why)},
		.type = "text/plain; charset=utf-8",
		.headers = headers,
		.header_count = alive ? 0 : 1,
	};
	const struct ek_http_refusal refusal = {503, "unavailable", r->id};
	if (r->path.n >= sizeof api - 1 && memcmp(r->path.p, api, sizeof api - 1) == 0)
		ek_api_refuse(NULL, &refusal, &r->arena, &reply);
	ek_http_answer(r, &reply);
}

static void handle(void *ctx, struct ek_http_request *r)
{
	struct serve *s = ctx;
	const char *why = why_not_up(s);
	if (why == NULL)
		ek_api_handle(s->api, r);
	else
		answer_not_up(r, why);
}

/* While the API is not up a body is read all the same, to be told "later" and not "too large",
 * after which nobody would ask again. */
static size_t body_max(void *ctx, ek_str method, ek_str path)
{
	struct serve *s = ctx;
	return why_not_up(s) == NULL ? ek_api_body_max(s->api, method, path) : EK_LIMIT_LINE_BYTES;
}

/* ---- the sample workspace comes or goes */

static bool prepare_swap(void *ctx, bool loads, struct ek_err *err)
{
	const struct serve *s = ctx;
	const struct ek_sample_swap swap = {
		.where = s->options->where, .loads = loads, .now = ek_clock_wall()};
	return ek_sample_swap_prepare(&swap, err);
}

static void ask_swap(void *ctx, bool loads, int64_t job)
{
	struct serve *s = ctx;
	ek_thread_lock_take(s->lock);
	s->is_to_swap = true;
	s->swap = (struct ek_sample_swap){s->options->where, loads, job, EK_NO_TIME};
	ek_thread_lock_give(s->lock);
	/* Wakes who waits for signals. */
	kill(getpid(), SIGUSR1);
}

/* With everything closed. What is refused stays in the job's row. */
static void swap_store(struct serve *s)
{
	struct ek_err err;
	const char *event = s->swap.loads ? "sample_loaded" : "sample_removed";
	s->swap.now = ek_clock_wall();
	bool ok = ek_sample_swap_run(&s->swap, &err);
	const struct ek_journal_field fields[] = {
		{"job", NULL, s->swap.job}, {ok ? NULL : "why", err.msg, 0}, {NULL, NULL, 0}};
	ek_journal_say(&s->journal, ok ? EK_JOURNAL_INFO : EK_JOURNAL_ERROR,
		       ok ? event : "sample_refused", fields);
}

/* ---- opening */

static bool read_pem(struct serve *s, enum ek_config_key key, struct ek_disk_bytes *out,
		     struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	const char *path = ek_config_text(s->options->config, key);
	if (path[0] == 0)
		return true;
	if (!ek_disk_read(path, PEM_MAX, &alloc, out, err))
		return false;
	/* The library wants it ended. */
	uint8_t *p = alloc.resize(alloc.ctx, out->p, out->n == 0 ? 1 : out->n, out->n + 1);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %s", path);
	p[out->n] = 0;
	*out = (struct ek_disk_bytes){p, out->n + 1};
	return true;
}

/* "127.0.0.1:7420", "[::1]:80" */
static bool split_listen(struct serve *s, uint16_t *port, struct ek_err *err)
{
	const char *text = ek_config_text(s->options->config, EK_CONFIG_SERVER_LISTEN);
	const char *colon = strrchr(text, ':');
	uint32_t n = 0;
	for (const char *p = colon == NULL ? "" : colon + 1; *p >= '0' && *p <= '9' && n <= 65535;
	     p++)
		n = n * 10 + (uint32_t)(*p - '0');
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);
	bool boxed = len >= 2 && text[0] == '[' && text[len - 1] == ']';
	if (len == 0 || len >= ADDRESS || colon[1] == 0 || n > 65535)
		return ek_fail(err, EK_USAGE, "listen: expected ADDRESS:PORT, not %s", text);
	ek_format(s->address, sizeof s->address, "%s", text + (boxed ? 1 : 0));
	s->address[len - (boxed ? 2 : 0)] = 0;
	*port = (uint16_t)n;
	return true;
}

static uint32_t split_proxies(const struct ek_config *c, char text[EK_CONFIG_TEXT],
			      const char *out[PROXIES])
{
	uint32_t n = 0;
	ek_format(text, EK_CONFIG_TEXT, "%s", ek_config_text(c, EK_CONFIG_SERVER_PROXIES));
	for (char *p = text; *p != 0 && n < PROXIES; n++) {
		char *comma = strchr(p, ',');
		out[n] = p;
		p = comma == NULL ? p + strlen(p) : comma + 1;
		if (comma != NULL)
			*comma = 0;
	}
	return n;
}

static bool open_http(struct serve *s, struct ek_err *err)
{
	static const char *const always[] = {"/healthz", "/readyz"};
	const struct ek_config *c = s->options->config;
	const char *proxies[PROXIES];
	char proxy_text[EK_CONFIG_TEXT];
	struct ek_http_options o = {
		.address = s->address,
		.proxies = proxies,
		.always = always,
		.always_count = EK_LEN(always),
		.alloc = ek_heap_alloc(),
		.handler = handle,
		.body_max = body_max,
		.refuse = ek_api_refuse,
		.ctx = s,
		.limits.connections = (uint32_t)ek_config_number(c, EK_CONFIG_SERVER_CONNECTIONS),
		.limits.connections_per_address =
			(uint32_t)ek_config_number(c, EK_CONFIG_SERVER_CONNECTIONS_PER_ADDRESS),
	};
	o.proxy_count = split_proxies(c, proxy_text, proxies);
	if (!split_listen(s, &o.port, err) ||
	    !read_pem(s, EK_CONFIG_SERVER_TLS_CERTIFICATE_FILE, &s->certificate, err) ||
	    !read_pem(s, EK_CONFIG_SERVER_TLS_KEY_FILE, &s->key, err))
		return false;
	o.cert = (const char *)s->certificate.p;
	o.key = (const char *)s->key.p;
	/* After a swap, the port that people know. */
	o.port = s->port != 0 ? s->port : o.port;
	if (!ek_http_open(&o, &s->http, err))
		return false;
	s->port = ek_http_port(s->http);
	const char *url = ek_config_text(c, EK_CONFIG_SERVER_PUBLIC_URL);
	bool boxed = strchr(s->address, ':') != NULL;
	if (url[0] != 0)
		ek_format(s->url, sizeof s->url, "%s", url);
	else
		ek_format(s->url, sizeof s->url, "%s://%s%s%s:%u",
			  o.cert != NULL ? "https" : "http", boxed ? "[" : "", s->address,
			  boxed ? "]" : "", ek_http_port(s->http));
	return true;
}

static bool open_writer(struct serve *s, struct ek_err *err)
{
	const struct ek_log_options log = {.where = s->options->where, .mode = EK_LOG_CREATE};
	if (!ek_sample_swap_mend(s->options->where, err) || !ek_log_open(&log, &s->log, err))
		return false;
	ek_time last = ek_log_head(s->log)->seq > 0 ? ek_log_head(s->log)->at : EK_NO_TIME;
	ek_pace_init(&s->pace, last);
	const struct ek_writer_options writer = {
		.log = s->log,
		.alloc = ek_heap_alloc(),
		.at = engine_now(s),
		.is_server = true,
	};
	return ek_writer_open(&writer, &s->writer, err);
}

static bool open_life(struct serve *s, struct ek_err *err)
{
	const struct ek_sample_life_options life = {
		.alloc = ek_heap_alloc(),
		.where = s->options->where,
		.group = s->group,
		.writer = s->writer,
		.api = s->api,
		.pace = (uint32_t)ek_config_number(s->options->config, EK_CONFIG_SAMPLE_PACE),
	};
	return strcmp(ek_config_text(s->options->config, EK_CONFIG_SAMPLE_ALIVE), "true") != 0 ||
	       ek_sample_life_open(&life, &s->life, err);
}

static ek_time daily_now(void *ctx)
{
	(void)ctx;
	return ek_clock_wall();
}

static bool open_daily(struct serve *s, struct ek_err *err)
{
	const struct ek_daily_options daily = {
		.alloc = ek_heap_alloc(),
		.where = s->options->where,
		.folder = s->folder,
		.group = s->group,
		.journal = &s->journal,
		.now = daily_now,
		.every = {ek_config_number(s->options->config, EK_CONFIG_STORE_DAILY) * 1000},
	};
	return ek_daily_open(&daily, &s->daily, err);
}

static bool open_mailman(struct serve *s, struct ek_err *err)
{
	const struct ek_config *c = s->options->config;
	const struct ek_mailman_options mailman = {
		.where = s->options->where,
		.directory = ek_config_text(c, EK_CONFIG_STORE_DIRECTORY),
		.authorities = ek_config_text(c, EK_CONFIG_MAIL_AUTHORITIES_FILE),
		.scanner = ek_config_text(c, EK_CONFIG_FILES_SCANNER),
		.picture_networks = ek_config_text(c, EK_CONFIG_MAIL_PICTURE_NETWORKS),
		.picture_authorities = ek_config_text(c, EK_CONFIG_OUTBOUND_CA_FILE),
		.poll = {ek_config_number(c, EK_CONFIG_MAIL_POLL) * 1000},
		.patience = {ek_config_number(c, EK_CONFIG_MAIL_PATIENCE) * 1000},
		.give_up = {ek_config_number(c, EK_CONFIG_MAIL_GIVE_UP) * 1000},
		.group = s->group,
		.journal = &s->journal,
	};
	return ek_mailman_open(&mailman, &s->mailman, err);
}

static bool open_webhooks(struct serve *s, struct ek_err *err)
{
	const struct ek_webhooks_options webhooks = {
		.where = s->options->where,
		.group = s->group,
		.api = s->api,
		.journal = &s->journal,
		.ca_file = ek_config_text(s->options->config, EK_CONFIG_OUTBOUND_CA_FILE),
	};
	return ek_webhooks_open(&webhooks, &s->webhooks, err);
}

/* A sample sends nothing out of the server, whatever somebody has connected to it: the customers
 * are made up, but an address of theirs need not be. */
static bool open_ways_out(struct serve *s, struct ek_err *err)
{
	bool is_sample;
	return ek_sample_load_is(s->options->where, &is_sample, err) &&
	       (is_sample || (open_webhooks(s, err) && ek_mailman_start(s->mailman, s->api, err)));
}

static void count_webhooks(void *ctx, struct ek_api_webhooks_counts *out)
{
	struct serve *s = ctx;
	/* Nobody asks before it is up, nor after it ended. */
	const struct ek_hooks_counts none = {0};
	const struct ek_hooks_counts c =
		s->webhooks == NULL ? none : ek_webhooks_counts(s->webhooks);
	*out = (struct ek_api_webhooks_counts){c.delivered, c.failed, c.dead};
}

static bool open_api(struct serve *s, struct ek_err *err)
{
	const struct ek_config *c = s->options->config;
	/* Beside PostgreSQL too: the master key and attachments are files. */
	if (!ek_disk_dir_make(ek_config_text(c, EK_CONFIG_STORE_DIRECTORY), err) ||
	    !open_mailman(s, err))
		return false;
	struct ek_api_options api = {
		.alloc = ek_heap_alloc(),
		.where = s->options->where,
		.group = s->group,
		.writer = s->writer,
		.feed = ek_feeder_feed(s->feeder),
		.http = s->http,
		.journal = &s->journal,
		.version = VERSION,
		.url = s->url,
		.directory = ek_config_text(c, EK_CONFIG_STORE_DIRECTORY),
		.web = ek_config_text(c, EK_CONFIG_SERVER_WEB),
		.scanner = ek_config_text(c, EK_CONFIG_FILES_SCANNER),
		.rate = (uint32_t)ek_config_number(c, EK_CONFIG_SERVER_RATE),
		.burst = (uint32_t)ek_config_number(c, EK_CONFIG_SERVER_BURST),
		.mail = ek_mailman_hooks(s->mailman),
	};
	api.webhooks = (struct ek_api_webhooks){s, count_webhooks};
	api.figures = (struct ek_api_figures){s->folder, ek_folder_take, ek_folder_give};
	if (ek_sample_swap_can(s->options->where))
		api.sample = (struct ek_api_sample){s, prepare_swap, ask_swap};
	return ek_api_open(&api, &s->api, err);
}

static bool open_parts(struct serve *s, struct ek_err *err)
{
	if (!open_writer(s, err))
		return false;
	const struct ek_feeder_options feeder = {
		.alloc = ek_heap_alloc(),
		.where = s->options->where,
		.journal = &s->journal,
		.engine = ek_writer_engine(s->writer),
	};
	const struct ek_folder_options folder = {
		.alloc = ek_heap_alloc(), .where = s->options->where, .journal = &s->journal};
	if (!ek_feeder_open(&feeder, &s->feeder, err) || !ek_folder_open(&folder, &s->folder, err))
		return false;
	const struct ek_group_options group = {
		.writer = s->writer,
		.alloc = ek_heap_alloc(),
		.now = engine_now,
		.now_ctx = s,
		.committed = committed,
		.died = died,
		.events_ctx = s,
	};
	if (!ek_group_open(&group, &s->group, err))
		return false;
	if (!open_api(s, err))
		return false;
	ek_feeder_set_group(s->feeder, s->group);
	return open_ways_out(s, err) && open_daily(s, err) && open_life(s, err);
}

/* ---- ending */

static void close_all(struct serve *s)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (s->lock != NULL)
		set_not_up(s, "draining");
	ek_mailman_stop(s->mailman);
	ek_sample_life_close(&s->life);
	ek_daily_close(&s->daily);
	if (s->feeder != NULL)
		ek_feeder_end(s->feeder);
	if (s->api != NULL)
		ek_api_hurry(s->api);
	if (s->http != NULL && !ek_http_stop(s->http, (ek_span){STOP_MS}))
		note(s, "requests_cut", 0);
	if (s->api != NULL)
		ek_api_stop(s->api);
	ek_webhooks_close(&s->webhooks);
	ek_group_close(&s->group);
	ek_http_close(&s->http);
	ek_feeder_close(&s->feeder);
	ek_api_close(&s->api);
	ek_mailman_close(&s->mailman);
	ek_folder_close(&s->folder);
	struct ek_err err;
	if (s->writer != NULL && !ek_writer_is_dead(s->writer, NULL)) {
		uint64_t seq = ek_engine_seq(ek_writer_engine(s->writer));
		if (ek_writer_stop(s->writer, &err))
			note(s, "server_ended", seq);
	}
	ek_writer_close(&s->writer);
	ek_log_close(&s->log);
	ek_thread_lock_close(&s->lock);
	ek_alloc_free(&alloc, s->certificate.p, s->certificate.n);
	ek_alloc_free(&alloc, s->key.p, s->key.n);
}

/* Until it is to end, or (true) another store is to take this one's place. */
static bool wait_for_end(struct serve *s, const sigset_t *signals)
{
	for (;;) {
		int signal = 0;
		if (sigwait(signals, &signal) != 0)
			continue;
		if (signal == SIGTERM || signal == SIGINT)
			return false;
		ek_thread_lock_take(s->lock);
		bool is_to_swap = s->is_to_swap;
		ek_thread_lock_give(s->lock);
		if (signal == SIGUSR1 && is_to_swap)
			return true;
		/* What can change while it runs is set in the UI; the file is read at the start. */
		if (signal == SIGHUP)
			note(s, "settings_kept", 0);
	}
}

static void take_signals(sigset_t *signals)
{
	static const int wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
	/* Every thread inherits the mask, so that only sigwait sees them. */
	sigemptyset(signals);
	for (size_t i = 0; i < EK_LEN(wanted); i++)
		sigaddset(signals, wanted[i]);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* *again: the store is another one now, and is to be served. */
static bool serve_once(struct serve *s, const sigset_t *signals, bool *again, struct ek_err *err)
{
	bool ok = ek_thread_lock_open(&s->lock, err) && open_http(s, err) && open_parts(s, err);
	*again = false;
	if (ok) {
		char code[64];
		bool wanted = ek_api_setup_code(s->api, code, sizeof code);
		set_not_up(s, NULL);
		note(s, "server_ready", ek_feeder_seq(s->feeder));
		s->options->ready(s->options->ready_ctx, s->url, wanted ? code : NULL);
		*again = wait_for_end(s, signals);
	}
	bool died = s->has_died;
	if (died)
		*err = s->why;
	close_all(s);
	*again = *again && !died;
	return ok && !died;
}

bool ek_serve_run(const struct ek_serve_options *options, struct ek_err *err)
{
	struct serve s = {.port = 0};
	sigset_t signals;
	bool again;
	bool ok;
	if (!ek_bounds_keep(err))
		return false;
	take_signals(&signals);
	do {
		s = (struct serve){.options = options, .not_up = "starting", .port = s.port};
		s.journal.fd = STDERR_FILENO;
		s.journal.json =
			strcmp(ek_config_text(options->config, EK_CONFIG_LOG_FORMAT), "json") == 0;
		ok = serve_once(&s, &signals, &again, err);
		if (again)
			swap_store(&s);
	} while (again);
	return ok;
}
