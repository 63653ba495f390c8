#include "auth/throttle.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

enum { ADDRESS_MAX = 45, US_OF_MS = 1000, DAY_MS = 86400000 };

/* Nodes are numbered from 1; 0 is none. */
struct node {
	uint64_t key[2];
	int64_t full_at; /* microseconds */
	uint32_t older, newer;
	uint32_t next; /* in the same slot */
	uint32_t slot;
};

struct ek_throttle_table {
	struct ek_alloc alloc;
	uint8_t secret[crypto_shorthash_siphashx24_KEYBYTES];
	uint32_t keys;
	uint32_t used;
	uint32_t mask; /* slots - 1 */
	uint32_t oldest, newest;
	uint32_t *slots;
	struct node *nodes;
};

_Static_assert(sizeof(struct node) == 40, "40 bytes a key, and at most 8 for its slot");

/* clang-format off */
static const struct ek_throttle_rule rules[] = {
	/*                                count burst  period */
	[EK_THROTTLE_API] =              {  50,  200, {1000}},
	[EK_THROTTLE_SIGN_IN_ACCOUNT] =  {   5,    5, {60000}},
	[EK_THROTTLE_SIGN_IN_NETWORK] =  {  30,   30, {60000}},
	[EK_THROTTLE_SIGN_IN_BROWSER] =  {   5,    5, {60000}},
	[EK_THROTTLE_RESET_ACCOUNT] =    {   3,    3, {3600000}},
	[EK_THROTTLE_RESET_NETWORK] =    {  20,   20, {3600000}},
	[EK_THROTTLE_UPLOAD] =           {  10,   10, {60000}},
	[EK_THROTTLE_SEARCH] =           {   5,    5, {1000}},
	[EK_THROTTLE_EXPORT] =           {   2,    2, {3600000}},
	[EK_THROTTLE_LETTER] =           {  60,   60, {3600000}},
	[EK_THROTTLE_WIDGET_MESSAGE] =   {   1,    5, {1000}},
	[EK_THROTTLE_WIDGET_START] =     {   5,    5, {3600000}},
	[EK_THROTTLE_WIDGET_NETWORK] =   {  60,   60, {3600000}},
	[EK_THROTTLE_SURVEY_NETWORK] =   {  60,  120, {60000}},
	[EK_THROTTLE_HELP_NETWORK] =     { 300,  300, {60000}},
};
/* clang-format on */

const struct ek_throttle_rule *ek_throttle_rule(enum ek_throttle what)
{
	ek_assert((size_t)what < EK_LEN(rules));
	return &rules[what];
}

bool ek_throttle_open(uint32_t keys, struct ek_alloc alloc, struct ek_throttle_table **table,
		      struct ek_err *err)
{
	*table = NULL;
	ek_assert(keys >= 1 && keys <= EK_THROTTLE_KEYS_MAX);
	uint32_t slots = 1;
	while (slots < keys)
		slots *= 2;
	struct ek_throttle_table *t = ek_alloc_get(&alloc, sizeof *t);
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the table of rates");
	*t = (struct ek_throttle_table){.alloc = alloc, .keys = keys, .mask = slots - 1};
	t->slots = ek_alloc_get(&alloc, slots * sizeof *t->slots);
	t->nodes = ek_alloc_get(&alloc, (keys + 1) * sizeof *t->nodes);
	if (t->slots == NULL || t->nodes == NULL || sodium_init() < 0) {
		ek_throttle_close(&t);
		return ek_fail(err, EK_NO_MEMORY, "no memory for the table of rates");
	}
	memset(t->slots, 0, slots * sizeof *t->slots);
	memset(&t->nodes[0], 0, sizeof t->nodes[0]);
	randombytes_buf(t->secret, sizeof t->secret);
	*table = t;
	return true;
}

void ek_throttle_close(struct ek_throttle_table **table)
{
	struct ek_throttle_table *t = *table;
	if (t == NULL)
		return;
	struct ek_alloc alloc = t->alloc;
	ek_alloc_free(&alloc, t->slots, (t->mask + 1u) * sizeof *t->slots);
	ek_alloc_free(&alloc, t->nodes, (t->keys + 1u) * sizeof *t->nodes);
	ek_alloc_free(&alloc, t, sizeof *t);
	*table = NULL;
}

/* -- the table -- */

/* 128 bits that stand for the key: two keys that share them are not to be found. */
static void hash_key(const struct ek_throttle_table *t, const struct ek_throttle_ask *ask,
		     uint64_t out[2])
{
	static const uint8_t nothing[1] = {0};
	const uint8_t *p = ask->key.n == 0 ? nothing : (const uint8_t *)ask->key.p;
	(void)crypto_shorthash_siphashx24((uint8_t *)out, p, ask->key.n, t->secret);
	out[0] ^= (uint64_t)ask->what * 0x9e3779b97f4a7c15u;
}

static uint32_t find(const struct ek_throttle_table *t, const uint64_t key[2])
{
	uint32_t i = t->slots[key[1] & t->mask];
	while (i != 0 && (t->nodes[i].key[0] != key[0] || t->nodes[i].key[1] != key[1]))
		i = t->nodes[i].next;
	return i;
}

static void unlink_age(struct ek_throttle_table *t, uint32_t i)
{
	struct node *n = &t->nodes[i];
	if (n->older != 0)
		t->nodes[n->older].newer = n->newer;
	else
		t->oldest = n->newer;
	if (n->newer != 0)
		t->nodes[n->newer].older = n->older;
	else
		t->newest = n->older;
}

static void link_newest(struct ek_throttle_table *t, uint32_t i)
{
	struct node *n = &t->nodes[i];
	n->older = t->newest;
	n->newer = 0;
	if (t->newest != 0)
		t->nodes[t->newest].newer = i;
	else
		t->oldest = i;
	t->newest = i;
}

static void unlink_slot(struct ek_throttle_table *t, uint32_t i)
{
	uint32_t *at = &t->slots[t->nodes[i].slot];
	while (*at != i)
		at = &t->nodes[*at].next;
	*at = t->nodes[i].next;
}

/* A node for a new key; the one used longest ago gives way when there is no room. */
static uint32_t make(struct ek_throttle_table *t, const uint64_t key[2])
{
	uint32_t i = t->oldest;
	if (t->used < t->keys) {
		i = ++t->used;
	} else {
		unlink_slot(t, i);
		unlink_age(t, i);
	}
	struct node *n = &t->nodes[i];
	uint32_t slot = (uint32_t)(key[1] & t->mask);
	*n = (struct node){.key = {key[0], key[1]}, .slot = slot, .next = t->slots[slot]};
	n->full_at = INT64_MIN;
	t->slots[slot] = i;
	link_newest(t, i);
	return i;
}

/* -- the buckets -- */

struct bucket {
	int64_t now;   /* all in microseconds */
	int64_t each;  /* until the next token */
	int64_t whole; /* until all of them */
	int64_t full_at;
	uint32_t burst;
};

static struct bucket bucket_of(const struct ek_throttle_ask *ask, int64_t full_at)
{
	const struct ek_throttle_rule *r = ask->rule != NULL ? ask->rule : &rules[ask->what];
	ek_assert(r->count >= 1 && r->burst >= 1 && r->period.ms >= 1 && r->period.ms <= DAY_MS);
	/* Far beyond any clock, and far from where sums overflow. */
	ek_assert(ask->now.ms > -((int64_t)1 << 50) && ask->now.ms < (int64_t)1 << 50);
	struct bucket b = {.now = ask->now.ms * US_OF_MS, .burst = r->burst};
	b.each = r->period.ms * US_OF_MS / r->count;
	b.each = b.each == 0 ? 1 : b.each;
	b.whole = b.each * r->burst;
	/* Full already; or the clock went back, or the rule is stricter no more. */
	b.full_at = full_at < b.now ? b.now : full_at;
	b.full_at = b.full_at > b.now + b.whole ? b.now + b.whole : b.full_at;
	return b;
}

static bool has_token(const struct bucket *b)
{
	return b->full_at + b->each - b->now <= b->whole;
}

static ek_time up_to_ms(int64_t us)
{
	return (ek_time){us / US_OF_MS + (us % US_OF_MS > 0)};
}

static struct ek_throttle_answer answer_of(const struct bucket *b, bool is_allowed)
{
	struct ek_throttle_answer a = {.is_allowed = is_allowed, .limit = b->burst};
	a.remaining = (uint32_t)((b->whole - (b->full_at - b->now)) / b->each);
	a.reset = up_to_ms(b->full_at);
	if (!has_token(b))
		a.retry_after.ms = up_to_ms(b->full_at + b->each - b->whole).ms - b->now / US_OF_MS;
	return a;
}

struct ek_throttle_answer ek_throttle_take(struct ek_throttle_table *table,
					   const struct ek_throttle_ask *ask)
{
	uint64_t key[2];
	hash_key(table, ask, key);
	uint32_t i = find(table, key);
	if (i == 0) {
		i = make(table, key);
	} else {
		unlink_age(table, i);
		link_newest(table, i);
	}
	struct bucket b = bucket_of(ask, table->nodes[i].full_at);
	bool is_allowed = has_token(&b);
	if (is_allowed)
		b.full_at += b.each;
	table->nodes[i].full_at = b.full_at;
	return answer_of(&b, is_allowed);
}

struct ek_throttle_answer ek_throttle_look(struct ek_throttle_table *table,
					   const struct ek_throttle_ask *ask)
{
	uint64_t key[2];
	hash_key(table, ask, key);
	uint32_t i = find(table, key);
	struct bucket b = bucket_of(ask, i == 0 ? INT64_MIN : table->nodes[i].full_at);
	return answer_of(&b, has_token(&b));
}

void ek_throttle_give(struct ek_throttle_table *table, const struct ek_throttle_ask *ask)
{
	uint64_t key[2];
	hash_key(table, ask, key);
	uint32_t i = find(table, key);
	if (i == 0)
		return;
	struct bucket b = bucket_of(ask, table->nodes[i].full_at);
	table->nodes[i].full_at = b.full_at - b.each;
}

int64_t ek_throttle_seconds(ek_span span)
{
	return span.ms <= 0 ? 0 : (span.ms - 1) / 1000 + 1;
}

uint32_t ek_throttle_used(const struct ek_throttle_table *table)
{
	return table->used;
}

/* -- networks -- */

ek_str ek_throttle_network(ek_str address, char out[EK_THROTTLE_NETWORK])
{
	static const uint8_t wrapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	char text[ADDRESS_MAX + 1];
	uint8_t bytes[16];
	const char *zone = address.n == 0 ? NULL : memchr(address.p, '%', address.n);
	size_t n = zone != NULL ? (size_t)(zone - address.p) : address.n;
	out[0] = 0;
	if (n == 0 || n > ADDRESS_MAX || memchr(address.p, '\0', n) != NULL)
		return (ek_str){out, 1};
	memcpy(text, address.p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1) {
		out[0] = 4;
		memcpy(out + 1, bytes, 4);
		return (ek_str){out, 5};
	}
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return (ek_str){out, 1};
	bool is_wrapped = memcmp(bytes, wrapped, sizeof wrapped) == 0;
	out[0] = is_wrapped ? 4 : 6;
	memcpy(out + 1, is_wrapped ? bytes + 12 : bytes, is_wrapped ? 4 : 8);
	return (ek_str){out, is_wrapped ? 5 : 9};
}
