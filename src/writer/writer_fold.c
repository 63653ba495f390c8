/* Putting into the store what the views still lack. */
#include "writer/writer_state.h"

#include "sys/clock.h"

enum { KEY_COLUMNS = 4, EMPTY_COLUMNS = 6, EXPIRE_MS = 60000 };

static int64_t bucket_of(const struct ek_log_key *k)
{
	return (int64_t)(k->first_seq >> EK_LOG_KEY_SHIFT);
}

static uint32_t part_of(const struct ek_log_key *k)
{
	return (uint32_t)(ek_log_key_start(k->key) % EK_LOG_PARTS);
}

/* Keys from..to - 1, all of one bucket: laid out by part, one row for each part that has any. */
static bool put_bucket(struct ek_writer *w, uint32_t from, uint32_t to, uint8_t *places,
		       struct ek_err *err)
{
	uint32_t at[EK_LOG_PARTS + 1] = {0};
	for (uint32_t i = from; i < to; i++) {
		if (w->keys.rows[i].first_seq != 0)
			at[part_of(&w->keys.rows[i]) + 1]++;
	}
	struct ek_views_value values[EK_LOG_PARTS * KEY_COLUMNS];
	uint32_t rows = 0;
	for (uint32_t part = 0; part < EK_LOG_PARTS; part++) {
		uint32_t n = at[part + 1];
		at[part + 1] += at[part];
		if (n == 0)
			continue;
		struct ek_views_value *v = values + (size_t)rows++ * KEY_COLUMNS;
		v[0] = ek_views_int(bucket_of(&w->keys.rows[from]));
		v[1] = ek_views_int(part);
		v[2] = ek_views_int((int64_t)w->view_seq + 1);
		v[3] = ek_views_blob(places + (size_t)at[part] * EK_LOG_PLACE_BYTES,
				     (size_t)n * EK_LOG_PLACE_BYTES);
	}
	for (uint32_t i = from; i < to; i++) {
		const struct ek_log_key *k = &w->keys.rows[i];
		const struct ek_log_place place = {ek_log_key_start(k->key), k->first_seq};
		if (k->first_seq != 0)
			ek_log_write_place(place,
					   places + (size_t)at[part_of(k)]++ * EK_LOG_PLACE_BYTES);
	}
	return ek_log_put(w->log, EK_VIEWS_KEYS, values, rows, err);
}

/* Keys come in the order of their seqs, and so of their buckets; those of nothing lie among them.
 * */
static bool put_keys(struct ek_writer *w, struct ek_err *err)
{
	if (w->keys.n == 0)
		return true;
	struct ek_alloc *a = &w->options.alloc;
	size_t bytes = (size_t)w->keys.n * EK_LOG_PLACE_BYTES;
	uint8_t *places = ek_alloc_get(a, bytes);
	if (places == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to order %u keys", w->keys.n);
	const struct ek_log_key *rows = w->keys.rows;
	bool ok = true;
	for (uint32_t from = 0, to; ok && from < w->keys.n; from = to) {
		for (to = from + 1; to < w->keys.n; to++) {
			if (rows[to].first_seq != 0 &&
			    bucket_of(&rows[to]) != bucket_of(&rows[from]))
				break;
		}
		/* One of nothing at the front belongs to no bucket: it goes alone. */
		if (rows[from].first_seq == 0)
			to = from + 1;
		ok = put_bucket(w, from, to, places, err);
	}
	ek_alloc_free(a, places, bytes);
	return ok;
}

bool ek_writer_put_empties(struct ek_writer *w, struct ek_err *err)
{
	if (w->empties == 0)
		return true;
	for (uint32_t i = w->keys_on_disk; i < w->keys.n; i++) {
		const struct ek_log_key *k = &w->keys.rows[i];
		if (k->first_seq != 0)
			continue;
		const struct ek_views_value values[EMPTY_COLUMNS] = {
			ek_views_int((int64_t)(k->last_seq >> EK_LOG_KEY_SHIFT)),
			ek_views_blob(k->key, EK_HASH_BYTES),
			ek_views_blob(k->request, EK_HASH_BYTES),
			ek_views_int(k->actor_kind),
			ek_views_int(k->actor_id),
			ek_views_int(k->at.ms),
		};
		if (!ek_log_put(w->log, EK_VIEWS_EMPTY_KEYS, values, 1, err))
			return false;
	}
	return true;
}

static bool expire(struct ek_writer *w, struct ek_err *err)
{
	ek_time now = ek_engine_time(w->engine);
	if (!ek_time_is_set(now) ||
	    (ek_time_is_set(w->expired_at) && now.ms - w->expired_at.ms < EXPIRE_MS))
		return true;
	w->expired_at = now;
	const int64_t kept_ms = EK_WRITER_KEY_DAYS * 86400000LL;
	return ek_log_expire_keys(w->log, (ek_time){now.ms - kept_ms}, err);
}

bool ek_writer_put_views(struct ek_writer *w, uint64_t seq, struct ek_err *err)
{
	uint64_t from_ns = ek_clock_mono_ns();
	bool ok = (!ek_log_has_views(w->log) || ek_fold_write(w->fold, w->engine, w->log, err)) &&
		  put_keys(w, err) && expire(w, err) && ek_log_set_view_seq(w->log, seq, err);
	w->counts.fold_ns += ek_clock_mono_ns() - from_ns;
	return ok;
}

void ek_writer_note_folded(struct ek_writer *w, uint64_t seq)
{
	ek_fold_clear(w->fold);
	ek_keys_clear(&w->keys);
	w->keys_on_disk = 0;
	w->empties = 0;
	w->view_seq = seq;
	w->lag_ns = 0;
	w->counts.folds++;
}
