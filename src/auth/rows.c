#include "auth/rows.h"

#include <sodium.h>
#include <string.h>

#include "sys/heap.h"

enum {
	FORM = 1,
	CONTACT = 4,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HEAD = 1 + CONTACT + NONCE,
	CHECK = 16,
	PLACE = 160,
	BASE64 = sodium_base64_VARIANT_ORIGINAL,
};

_Static_assert((int)EK_ROWS_KEY == (int)EK_BACKUP_KEYS_SEALED, "one length");
_Static_assert((int)EK_ROWS_MARK <= (int)EK_LOG_META_MAX, "a mark stands in meta");

/* A key that was looked for, and whether it is there. */
struct kept {
	uint32_t contact; /* 0 = an empty place */
	bool is_there;
	uint8_t key[EK_SEAL_KEY_BYTES];
};

/* Bytes that grow and are used again. */
struct bytes {
	uint8_t *p;
	size_t n;
	size_t cap;
};

struct ek_rows {
	struct ek_rows_options options;
	struct ek_rows_report report;
	struct ek_alloc heap;
	struct ek_personal_owners *owners;
	struct ek_personal personal[EK_CONTENT_COUNT];
	struct kept *kept; /* sodium's, as the next */
	uint8_t *own;      /* the backup's key; NULL = not known */
	bool has_keys;     /* the log, which may be of an earlier version */
	struct bytes plain, sealed, text;
};

/* ---- keys */

/* What the key of a contact, or of nobody, is sealed for. */
static ek_str sealed_for(uint32_t contact, char out[PLACE])
{
	size_t n = contact == 0 ? ek_format(out, PLACE, "rows of nobody")
				: ek_format(out, PLACE, "contact %u", contact);
	return (ek_str){out, (uint32_t)n};
}

void ek_rows_key(const struct ek_seal *seal, uint32_t contact, ek_time now,
		 uint8_t sealed[EK_ROWS_KEY],
		 struct ek_views_value row[EK_CONTENT_CONTACT_KEYS_WIDTH])
{
	uint8_t key[EK_SEAL_KEY_BYTES];
	char place[PLACE];
	randombytes_buf(key, sizeof key);
	ek_seal_put(seal, sealed_for(contact, place), key, sizeof key, sealed);
	sodium_memzero(key, sizeof key);
	row[EK_CONTENT_CONTACT_KEYS_CONTACT] = ek_views_int(contact);
	row[EK_CONTENT_CONTACT_KEYS_SEALED] = ek_views_blob(sealed, EK_ROWS_KEY);
	row[EK_CONTENT_CONTACT_KEYS_MADE_MS] = ek_views_int(now.ms);
}

struct finding {
	uint8_t sealed[EK_ROWS_KEY];
	bool found;
};

static bool take_key(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	const struct ek_views_value *sealed = &v[EK_CONTENT_CONTACT_KEYS_SEALED];
	(void)n;
	f->found = sealed->kind == EK_VIEWS_BLOB && sealed->n == sizeof f->sealed;
	if (f->found)
		memcpy(f->sealed, sealed->p, sizeof f->sealed);
	return f->found || ek_fail(err, EK_DAMAGE, "a key of a contact is none");
}

static bool find_sealed(const struct ek_rows *r, uint32_t contact, struct finding *f,
			struct ek_err *err)
{
	const struct ek_log_where where = {EK_CONTENT_CONTACT_KEYS, EK_CONTENT_CONTACT_KEYS_CONTACT,
					   ek_views_int(contact)};
	f->found = false;
	if (r->options.keys != NULL)
		return ek_backup_keys_find(r->options.keys, contact, f->sealed, &f->found, err);
	if (!r->has_keys)
		return true;
	return ek_log_content_find(r->options.log, &where, take_key, f, err);
}

static bool open_key(const struct ek_rows *r, uint32_t contact, const uint8_t *sealed, uint8_t *key,
		     struct ek_err *err)
{
	char place[PLACE];
	struct ek_seal_out out = {key, EK_SEAL_KEY_BYTES, 0};
	return (ek_seal_get(r->options.seal, sealed_for(contact, place),
			    (ek_str){(const char *)sealed, EK_ROWS_KEY}, &out, err) &&
		out.n == EK_SEAL_KEY_BYTES) ||
	       ek_fail(err, EK_DAMAGE, "the key of contact %u was sealed with another master key",
		       contact);
}

/* *key NULL: it is gone. */
static bool key_of(struct ek_rows *r, uint32_t contact, const uint8_t **key, struct ek_err *err)
{
	struct finding f;
	*key = r->own;
	if (contact == 0)
		return true;
	struct kept *k = &r->kept[contact % EK_ROWS_KEPT];
	if (k->contact != contact) {
		k->contact = 0;
		if (!find_sealed(r, contact, &f, err) ||
		    (f.found && !open_key(r, contact, f.sealed, k->key, err)))
			return false;
		k->is_there = f.found;
		k->contact = contact;
	}
	*key = k->is_there ? k->key : NULL;
	return true;
}

/* ---- opening, closing */

static bool open_parts(struct ek_rows *r, struct ek_err *err)
{
	int64_t version;
	if (sodium_init() < 0)
		return ek_fail(err, EK_IO, "the system gives no random bytes");
	if (!ek_log_version(r->options.log, "content", &version, err))
		return false;
	r->has_keys = ek_content_has(version, EK_CONTENT_CONTACT_KEYS);
	r->kept = sodium_malloc(EK_ROWS_KEPT * sizeof *r->kept);
	if (r->kept == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for keys");
	sodium_memzero(r->kept, EK_ROWS_KEPT * sizeof *r->kept);
	for (int t = 0; t < EK_CONTENT_COUNT; t++)
		ek_personal_of((enum ek_content)t, &r->personal[t]);
	return ek_personal_open(r->options.log, &r->owners, err);
}

bool ek_rows_open(const struct ek_rows_options *options, struct ek_rows **rows, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_rows *r = ek_alloc_get(&heap, sizeof *r);
	*rows = NULL;
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for rows");
	*r = (struct ek_rows){.options = *options, .heap = heap};
	bool ok = open_parts(r, err);
	if (!ok)
		ek_rows_close(&r);
	*rows = r;
	return ok;
}

void ek_rows_close(struct ek_rows **rows)
{
	struct ek_rows *r = *rows;
	if (r == NULL)
		return;
	struct bytes *all[] = {&r->plain, &r->sealed, &r->text};
	for (size_t i = 0; i < EK_LEN(all); i++) {
		if (all[i]->p != NULL)
			sodium_memzero(all[i]->p, all[i]->cap);
		ek_alloc_free(&r->heap, all[i]->p, all[i]->cap);
	}
	sodium_free(r->kept);
	sodium_free(r->own);
	ek_personal_close(&r->owners);
	ek_alloc_free(&r->heap, r, sizeof *r);
	*rows = NULL;
}

struct ek_rows_report ek_rows_reported(const struct ek_rows *r)
{
	return r->report;
}

bool ek_rows_draw(struct ek_rows *r, char mark[EK_ROWS_MARK])
{
	uint8_t sealed[EK_ROWS_KEY];
	char place[PLACE];
	if (r->options.seal == NULL)
		return false;
	if (r->own == NULL)
		r->own = sodium_malloc(EK_SEAL_KEY_BYTES);
	if (r->own == NULL)
		return false;
	randombytes_buf(r->own, EK_SEAL_KEY_BYTES);
	ek_seal_put(r->options.seal, sealed_for(0, place), r->own, EK_SEAL_KEY_BYTES, sealed);
	sodium_bin2hex(mark, EK_ROWS_MARK, sealed, sizeof sealed);
	return true;
}

bool ek_rows_mark(struct ek_rows *r, const char *mark, struct ek_err *err)
{
	uint8_t sealed[EK_ROWS_KEY];
	char place[PLACE];
	size_t n = 0;
	if (sodium_hex2bin(sealed, sizeof sealed, mark, strlen(mark), NULL, &n, NULL) != 0 ||
	    n != sizeof sealed)
		return ek_fail(err, EK_DAMAGE, "the key of the backup is none");
	if (r->options.seal == NULL)
		return true;
	r->own = sodium_malloc(EK_SEAL_KEY_BYTES);
	if (r->own == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for keys");
	struct ek_seal_out out = {r->own, EK_SEAL_KEY_BYTES, 0};
	return ek_seal_get(r->options.seal, sealed_for(0, place),
			   (ek_str){(const char *)sealed, sizeof sealed}, &out, err) ||
	       ek_fail(err, EK_DAMAGE, "this backup was sealed with another master key");
}

/* ---- values as bytes */

static bool make_room(struct ek_rows *r, struct bytes *b, size_t more, struct ek_err *err)
{
	if (b->cap - b->n >= more)
		return true;
	size_t cap = b->cap == 0 ? 4096 : b->cap;
	while (cap - b->n < more)
		cap *= 2;
	uint8_t *p = r->heap.resize(r->heap.ctx, b->p, b->cap, cap);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a row");
	b->p = p;
	b->cap = cap;
	return true;
}

static void add_number(struct bytes *b, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		b->p[b->n++] = (uint8_t)(v >> 8 * i);
}

static bool add_value(struct ek_rows *r, const struct ek_views_value *v, struct ek_err *err)
{
	struct bytes *b = &r->plain;
	bool is_long = v->kind == EK_VIEWS_TEXT || v->kind == EK_VIEWS_BLOB;
	if (!make_room(r, b, 16 + (is_long ? v->n : 0), err))
		return false;
	add_number(b, v->kind, 1);
	if (v->kind == EK_VIEWS_INT)
		add_number(b, (uint64_t)v->i, 8);
	if (!is_long)
		return true;
	add_number(b, v->n, 4);
	if (v->n > 0)
		memcpy(b->p + b->n, v->p, v->n);
	b->n += v->n;
	return true;
}

/* Reads a number; false when there are not so many bytes. */
static bool read_number(ek_str *in, int bytes, uint64_t *out)
{
	*out = 0;
	if (in->n < (uint32_t)bytes)
		return false;
	for (int i = bytes - 1; i >= 0; i--)
		*out = *out << 8 | (uint8_t)in->p[i];
	in->p += bytes;
	in->n -= (uint32_t)bytes;
	return true;
}

static bool read_value(ek_str *in, struct ek_views_value *v)
{
	uint64_t kind;
	uint64_t n = 0;
	*v = (struct ek_views_value){0};
	if (!read_number(in, 1, &kind) || kind > EK_VIEWS_BLOB)
		return false;
	v->kind = (uint8_t)kind;
	if (kind == EK_VIEWS_NULL)
		return true;
	if (!read_number(in, kind == EK_VIEWS_INT ? 8 : 4, &n))
		return false;
	v->i = (int64_t)(kind == EK_VIEWS_INT ? n : 0);
	if (kind == EK_VIEWS_INT)
		return true;
	if (n > in->n)
		return false;
	v->p = in->p;
	v->n = (uint32_t)n;
	in->p += n;
	in->n -= (uint32_t)n;
	return true;
}

/* ---- one row */

/* Which row it is, for its seal and for people. */
static size_t name_row(enum ek_content table, const struct ek_views_value *row, char out[PLACE])
{
	const struct ek_views_table *t = ek_content_table(table);
	size_t n = ek_format(out, PLACE, "%s", t->name);
	for (uint32_t i = 0; i < t->key_count; i++)
		n += ek_format(out + n, PLACE - n, " %lld", (long long)row[i].i);
	return n;
}

/* Where the sealed text stands: bytes where there are some, as they take less. */
static uint32_t carrier_of(const struct ek_personal *of, enum ek_content table)
{
	for (uint32_t i = 0; i < of->count; i++)
		if (ek_content_table(table)->columns[of->column[i]].kind == EK_VIEWS_BLOB)
			return of->column[i];
	return of->column[0];
}

static bool is_empty(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_NULL ||
	       ((v->kind == EK_VIEWS_TEXT || v->kind == EK_VIEWS_BLOB) && v->n == 0);
}

static bool is_all_empty(const struct ek_personal *of, const struct ek_views_value *row)
{
	bool is = true;
	for (uint32_t i = 0; is && i < of->count; i++)
		is = is_empty(&row[of->column[i]]);
	return is;
}

/* As an erasure leaves a row. */
static void blank(const struct ek_personal *of, enum ek_content table, struct ek_views_value *row)
{
	for (uint32_t i = 0; i < of->count; i++)
		row[of->column[i]] = (struct ek_views_value){0};
	if (table == EK_CONTENT_PARTS)
		row[EK_CONTENT_PARTS_BODY] = ek_views_text(EK_S(""));
}

/* So that damage is told from a key that is gone. */
static void check_of(const struct bytes *b, uint8_t out[CHECK])
{
	(void)crypto_generichash(out, CHECK, b->p, b->n, NULL, 0);
}

/* Into r->sealed. */
static bool encrypt(struct ek_rows *r, uint32_t contact, const uint8_t *key, ek_str place,
		    struct ek_err *err)
{
	struct bytes *out = &r->sealed;
	unsigned long long n = 0;
	out->n = 0;
	if (!make_room(r, out, HEAD + r->plain.n + TAG + CHECK, err))
		return false;
	add_number(out, FORM, 1);
	add_number(out, contact, CONTACT);
	randombytes_buf(out->p + out->n, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out->p + HEAD, &n, r->plain.p, r->plain.n,
							 (const uint8_t *)place.p, place.n, NULL,
							 out->p + out->n, key);
	out->n = HEAD + (size_t)n;
	check_of(out, out->p + out->n);
	out->n += CHECK;
	return true;
}

static bool put_sealed(struct ek_rows *r, const struct ek_views_column *column,
		       struct ek_views_value *v, struct ek_err *err)
{
	*v = ek_views_blob(r->sealed.p, r->sealed.n);
	if (column->kind == EK_VIEWS_BLOB)
		return true;
	size_t n = sodium_base64_encoded_len(r->sealed.n, BASE64);
	r->text.n = 0;
	if (!make_room(r, &r->text, n, err))
		return false;
	sodium_bin2base64((char *)r->text.p, n, r->sealed.p, r->sealed.n, BASE64);
	*v = ek_views_text((ek_str){(const char *)r->text.p, (uint32_t)n - 1});
	return true;
}

bool ek_rows_seal(void *rows, enum ek_content table, struct ek_views_value *row, bool *goes,
		  struct ek_err *err)
{
	struct ek_rows *r = rows;
	const struct ek_personal *of = &r->personal[table];
	char place[PLACE];
	const uint8_t *key = NULL;
	uint32_t contact;
	bool is_omitted = of->owner == EK_PERSONAL_OMITTED;
	*goes = is_omitted && of->form == EK_PERSONAL_GOES;
	if (is_omitted)
		blank(of, table, row);
	if (of->count == 0 || is_all_empty(of, row))
		return true;
	if (r->own == NULL)
		return ek_fail(err, EK_USAGE,
			       "there is no master.key to seal what contacts wrote with: say where "
			       "with EVENKEEL_STORE_DIRECTORY");
	r->plain.n = 0;
	for (uint32_t i = 0; i < of->count; i++)
		if (!add_value(r, &row[of->column[i]], err))
			return false;
	if (!ek_personal_find(r->owners, of, row, &contact, err) || !key_of(r, contact, &key, err))
		return false;
	if (key == NULL) {
		r->report.keyless++;
		contact = 0;
		key = r->own;
	}
	r->report.sealed++;
	uint32_t at = carrier_of(of, table);
	uint32_t n = (uint32_t)name_row(table, row, place);
	blank(of, table, row);
	return encrypt(r, contact, key, (ek_str){place, n}, err) &&
	       put_sealed(r, &ek_content_table(table)->columns[at], &row[at], err);
}

/* ---- back */

static bool damaged(const char *place, struct ek_err *err)
{
	return ek_fail(err, EK_DAMAGE,
		       "row %s does not open: it was changed, or its key is of another store",
		       place);
}

/* What was sealed, as bytes in r->sealed. */
static bool take_sealed(struct ek_rows *r, const struct ek_views_value *v, const char *place,
			struct ek_err *err)
{
	struct bytes *out = &r->sealed;
	uint8_t check[CHECK];
	size_t n = 0;
	out->n = 0;
	if (!make_room(r, out, (size_t)v->n + 1, err))
		return false;
	if (v->kind == EK_VIEWS_BLOB)
		memcpy(out->p, v->p, n = v->n);
	else if (v->kind != EK_VIEWS_TEXT ||
		 sodium_base642bin(out->p, out->cap, v->p, v->n, NULL, &n, NULL, BASE64) != 0)
		return damaged(place, err);
	if (n < HEAD + TAG + CHECK || out->p[0] != FORM)
		return damaged(place, err);
	out->n = n - CHECK;
	check_of(out, check);
	return memcmp(check, out->p + out->n, CHECK) == 0 || damaged(place, err);
}

static bool decrypt(struct ek_rows *r, const uint8_t *key, ek_str place, struct ek_err *err)
{
	const struct bytes *in = &r->sealed;
	unsigned long long n = 0;
	r->plain.n = 0;
	if (!make_room(r, &r->plain, in->n, err))
		return false;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(r->plain.p, &n, NULL, in->p + HEAD,
						       in->n - HEAD, (const uint8_t *)place.p,
						       place.n, in->p + 1 + CONTACT, key) != 0)
		return damaged(place.p, err);
	r->plain.n = (size_t)n;
	return true;
}

static bool put_values(struct ek_rows *r, const struct ek_personal *of, struct ek_views_value *row)
{
	ek_str in = {(const char *)r->plain.p, (uint32_t)r->plain.n};
	bool ok = true;
	for (uint32_t i = 0; ok && i < of->count; i++)
		ok = read_value(&in, &row[of->column[i]]);
	return ok && in.n == 0;
}

bool ek_rows_unseal(void *rows, enum ek_content table, struct ek_views_value *row, bool *goes,
		    struct ek_err *err)
{
	struct ek_rows *r = rows;
	const struct ek_personal *of = &r->personal[table];
	char place[PLACE];
	const uint8_t *key = NULL;
	uint32_t contact = 0;
	*goes = false;
	if (of->count == 0 || is_all_empty(of, row))
		return true;
	uint32_t n = (uint32_t)name_row(table, row, place);
	if (!take_sealed(r, &row[carrier_of(of, table)], place, err))
		return false;
	if (r->options.keys != NULL && r->options.seal == NULL)
		return ek_fail(err, EK_USAGE,
			       "this backup is sealed with the master key of its store: say where "
			       "it is with --master-key FILE");
	for (int i = CONTACT; i > 0; i--)
		contact = contact << 8 | r->sealed.p[i];
	bool is_keyless = r->options.seal == NULL || (contact != 0 && r->options.keys == NULL);
	if (!is_keyless && !key_of(r, contact, &key, err))
		return false;
	if (key != NULL) {
		r->report.sealed++;
		return decrypt(r, key, (ek_str){place, n}, err) &&
		       (put_values(r, of, row) || damaged(place, err));
	}
	r->report.lost++;
	*goes = of->form == EK_PERSONAL_GOES;
	blank(of, table, row);
	return true;
}
