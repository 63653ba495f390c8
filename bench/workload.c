#include "bench/workload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = {'E', 'K', 'W', 'L', '0', '0', '0', '1'};

void ek_workload_die(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(1);
}

void *ek_workload_zero(uint64_t n, uint64_t size)
{
	void *p = calloc(n > 0 ? n : 1, size);
	if (p == NULL)
		ek_workload_die("no memory for %llu pieces of %llu bytes", (unsigned long long)n,
				(unsigned long long)size);
	return p;
}

void *ek_workload_grow(void *items, uint32_t n, uint32_t *cap, uint64_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap > 0 ? *cap * 2 : 8;
	void *p = realloc(items, *cap * size);
	if (p == NULL)
		ek_workload_die("no memory for %u pieces", *cap);
	return p;
}

char *ek_workload_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		ek_workload_die("%s: %s", path, strerror(errno));
	char *text = NULL;
	uint32_t n = 0, cap = 0;
	for (int c = fgetc(f); c != EOF; c = fgetc(f)) {
		text = ek_workload_grow(text, n + 1, &cap, 1);
		text[n++] = (char)c;
	}
	if (text == NULL)
		ek_workload_die("%s is empty", path);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

uint32_t ek_workload_number(const char *text, uint32_t max, uint32_t otherwise)
{
	if (text == NULL)
		return otherwise;
	char *end = NULL;
	unsigned long v = strtoul(text, &end, 10);
	if (end == text || *end != '\0')
		ek_workload_die("%s is not a number", text);
	if (v == 0)
		return otherwise;
	return v < max ? (uint32_t)v : max;
}

static void *read_rows(FILE *f, uint64_t n, uint64_t size)
{
	void *rows = ek_workload_zero(n, size);
	if (fread(rows, size, n, f) != n)
		ek_workload_die("the workload ends too early");
	return rows;
}

void ek_workload_load(struct ek_workload *w, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		ek_workload_die("%s: %s", path, strerror(errno));
	if (fread(&w->head, sizeof w->head, 1, f) != 1 || memcmp(w->head.magic, magic, 8) != 0)
		ek_workload_die("%s is not a workload", path);
	w->rank = read_rows(f, w->head.inboxes, sizeof *w->rank);
	w->mates = read_rows(f, w->head.mates, sizeof *w->mates);
	w->convs = read_rows(f, w->head.convs, sizeof *w->convs);
	w->events = read_rows(f, w->head.events, sizeof *w->events);
	(void)fclose(f);
}

void ek_workload_save(const struct ek_workload *w, const char *path)
{
	FILE *f = fopen(path, "wb");
	if (f == NULL)
		ek_workload_die("%s: %s", path, strerror(errno));
	struct ek_workload_header head = w->head;
	memcpy(head.magic, magic, sizeof magic);
	bool ok = fwrite(&head, sizeof head, 1, f) == 1;
	ok = ok && fwrite(w->rank, sizeof *w->rank, head.inboxes, f) == head.inboxes;
	ok = ok && fwrite(w->mates, sizeof *w->mates, head.mates, f) == head.mates;
	ok = ok && fwrite(w->convs, sizeof *w->convs, head.convs, f) == head.convs;
	ok = ok && fwrite(w->events, sizeof *w->events, head.events, f) == head.events;
	if (fclose(f) != 0 || !ok)
		ek_workload_die("%s: %s", path, strerror(errno));
}

void ek_workload_free(struct ek_workload *w)
{
	free(w->rank);
	free(w->mates);
	free(w->convs);
	free(w->events);
	*w = (struct ek_workload){.rank = NULL};
}
