#include "sim/stream_check.h"

#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

bool ek_stream_check_init(struct ek_stream_check *c, uint64_t held)
{
	memset(c, 0, sizeof *c);
	c->held = held;
	c->line = malloc(EK_STREAM_CHECK_FRAME_MAX);
	c->data = malloc(EK_STREAM_CHECK_FRAME_MAX);
	return c->line != NULL && c->data != NULL;
}

void ek_stream_check_fini(struct ek_stream_check *c)
{
	free(c->line);
	free(c->data);
	free(c->seqs);
	memset(c, 0, sizeof *c);
}

static void forget(struct ek_stream_check *c)
{
	c->data_n = 0;
	c->event[0] = 0;
	c->has_id = false;
	c->has_data = false;
}

void ek_stream_check_connect(struct ek_stream_check *c)
{
	c->line_n = 0;
	forget(c);
}

/* The number behind `"name":` in one line of JSON without blanks; false when there is none. */
static bool number_of(const struct ek_stream_check *c, const char *name, uint64_t *out)
{
	size_t n = strlen(name);
	for (size_t i = 0; i + n + 4 <= c->data_n; i++) {
		const char *p = c->data + i;
		if (p[0] != '"' || memcmp(p + 1, name, n) != 0 || p[n + 1] != '"' ||
		    p[n + 2] != ':')
			continue;
		*out = 0;
		size_t k = i + n + 3;
		if (c->data[k] < '0' || c->data[k] > '9')
			return false;
		for (; k < c->data_n && c->data[k] >= '0' && c->data[k] <= '9'; k++)
			*out = *out * 10 + (uint64_t)(c->data[k] - '0');
		return true;
	}
	return false;
}

static void apply(struct ek_stream_check *c, struct ek_stream_frame *f)
{
	if (f->seq <= c->held) {
		c->repeats++;
		return;
	}
	if (f->prev > c->held) {
		c->gaps++;
		return;
	}
	c->held = f->seq;
	f->is_applied = true;
	if (ek_str_is(f->event, "position")) {
		c->positions++;
		return;
	}
	if (c->n == c->cap) {
		size_t cap = c->cap == 0 ? 256 : c->cap * 2;
		uint64_t *v = realloc(c->seqs, cap * sizeof *v);
		ek_assert(v != NULL);
		c->seqs = v;
		c->cap = cap;
	}
	c->seqs[c->n++] = f->seq;
}

static void reset(struct ek_stream_check *c, const struct ek_stream_frame *f)
{
	static const char key[] = "\"reason\":\"";
	c->resets++;
	c->reset_at = f->seq;
	c->held = f->seq;
	c->segment = c->n;
	c->reason[0] = 0;
	for (size_t i = 0; i + sizeof key <= c->data_n; i++) {
		if (memcmp(c->data + i, key, sizeof key - 1) != 0)
			continue;
		size_t n = 0;
		for (size_t k = i + sizeof key - 1;
		     k < c->data_n && c->data[k] != '"' && n + 1 < sizeof c->reason; k++)
			c->reason[n++] = c->data[k];
		c->reason[n] = 0;
	}
}

static bool is_json(ek_str text)
{
	struct json_t *json = NULL;
	struct ek_err err = {0};
	bool ok = ek_json_read(text, &json, &err);
	ek_json_drop(&json);
	return ok;
}

/* An empty line: the frame is whole. */
static void dispatch(struct ek_stream_check *c)
{
	if (!c->has_data) {
		forget(c);
		return;
	}
	struct ek_stream_frame f = {
		.event = {c->event, (uint32_t)strlen(c->event)},
		.data = {c->data, (uint32_t)c->data_n},
		.has_id = c->has_id,
	};
	bool has_seq = number_of(c, "seq", &f.seq);
	bool has_prev = number_of(c, "prev", &f.prev);
	bool is_state = strncmp(c->event, "state.", 6) == 0;
	c->frames++;
	if (!is_json(f.data) || !has_seq || (c->has_id && c->id != f.seq))
		c->broken++;
	else if (strcmp(c->event, "reset") == 0)
		reset(c, &f);
	else if (is_state)
		c->states++;
	else if (c->has_id && has_prev)
		apply(c, &f);
	else if (strcmp(c->event, "hello") != 0)
		c->broken++;
	if (c->see != NULL)
		c->see(c->ctx, &f);
	forget(c);
}

static bool field(const char *line, size_t n, const char *name, ek_str *value)
{
	size_t k = strlen(name);
	if (n < k + 1 || memcmp(line, name, k) != 0 || line[k] != ':')
		return false;
	size_t from = k + 1 < n && line[k + 1] == ' ' ? k + 2 : k + 1;
	*value = (ek_str){line + from, (uint32_t)(n - from)};
	return true;
}

static void take_line(struct ek_stream_check *c)
{
	ek_str v;
	if (c->line_n == 0) {
		dispatch(c);
	} else if (c->line[0] == ':') {
		struct ek_stream_frame f = {.data = {c->line, (uint32_t)c->line_n}};
		c->comments++;
		if (c->see != NULL)
			c->see(c->ctx, &f);
	} else if (field(c->line, c->line_n, "data", &v)) {
		if (c->has_data)
			c->broken++;
		memcpy(c->data, v.p, v.n);
		c->data_n = v.n;
		c->has_data = true;
	} else if (field(c->line, c->line_n, "event", &v) && v.n < sizeof c->event) {
		memcpy(c->event, v.p, v.n);
		c->event[v.n] = 0;
	} else if (field(c->line, c->line_n, "id", &v)) {
		c->id = 0;
		c->has_id = true;
		for (uint32_t i = 0; i < v.n; i++)
			c->id = c->id * 10 + (uint64_t)(v.p[i] - '0');
	} else if (!field(c->line, c->line_n, "retry", &v)) {
		c->broken++;
	}
	c->line_n = 0;
}

void ek_stream_check_feed(struct ek_stream_check *c, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			take_line(c);
		} else if (c->line_n < EK_STREAM_CHECK_FRAME_MAX) {
			c->line[c->line_n++] = bytes[i];
		} else {
			c->broken++;
			c->line_n = 0;
		}
	}
}

bool ek_stream_check_equal(const struct ek_stream_check *c, size_t from, const uint64_t *expected,
			   size_t n, size_t *at)
{
	for (size_t i = 0;; i++) {
		*at = i;
		bool more = from + i < c->n;
		if (!more && i == n)
			return true;
		if (!more || i == n || c->seqs[from + i] != expected[i])
			return false;
	}
}
