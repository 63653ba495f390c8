/* One message into the store: read, its bytes on disk, then everything of it in one commit. */
#include <string.h>

#include "channels/post_take_inside.h"
#include "sys/disk.h"
#include "sys/hash.h"

enum { ASKS = 3 };

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* ---- reading */

/* Where the body begins: behind the first empty line. */
static uint32_t body_of(ek_str raw)
{
	for (uint32_t i = 0; i + 1 < raw.n; i++) {
		if (raw.p[i] != '\n')
			continue;
		if (raw.p[i + 1] == '\n')
			return i + 2;
		if (i + 2 < raw.n && raw.p[i + 1] == '\r' && raw.p[i + 2] == '\n')
			return i + 3;
	}
	return raw.n;
}

/* Servers add headers of their own to each copy, and some an empty line at the end: of two with one
 * Message-ID the bodies are the same but for that. */
static void make_digest(struct ek_post_take *t)
{
	ek_str raw = t->of->raw;
	while (raw.n > 0 && (raw.p[raw.n - 1] == '\n' || raw.p[raw.n - 1] == '\r'))
		raw.n--;
	uint32_t from = t->mail.message_id.n > 0 ? body_of(t->of->raw) : 0;
	from = from < raw.n ? from : raw.n;
	ek_hash_once(raw.p + from, raw.n - from, t->digest);
}

static bool read_mail(struct ek_post_take *t, struct ek_err *err)
{
	struct ek_post_box *b = t->box;
	const struct ek_mail_ask ask = {t->of->raw, ended(b->authserv)};
	bool ok = false;
	/* The same bytes that ended the parser three times come back as held: asking again ends. */
	for (int i = 0; i < ASKS && !ok; i++) {
		ek_arena_reset(&b->in.arena);
		ok = ek_mail_read(b->parser, &ask, &b->in.arena, &t->mail, err);
		if (!ok && err->code != EK_BUSY)
			return false;
	}
	if (ok && t->of->is_headers && t->mail.quarantine == EK_MAIL_QUARANTINE_NONE)
		t->mail.quarantine = EK_MAIL_QUARANTINE_TOO_LARGE;
	return ok;
}

static bool fold(struct ek_post_take *t, ek_str in, ek_str *out, struct ek_err *err)
{
	ek_str folded;
	bool ok = true;
	*out = (ek_str){NULL, 0};
	if (in.n == 0)
		return true;
	if (!ek_text_fold(t->box->text, in, &folded, err))
		return false;
	*out = ek_arena_str(&t->box->in.arena, folded, &ok);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a name");
}

/* ---- files */

static struct ek_vault vault_of(const struct ek_post_take *t, const char *below)
{
	const struct ek_post *post = t->box->post;
	return (struct ek_vault){post->seal, post->options.directory, below, NULL};
}

static bool write_raw(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_vault vault = vault_of(t, EK_POST_RAW_DIRECTORY);
	if (t->of->place.p == NULL)
		return ek_vault_put(&vault, t->of->raw, &t->raw, err);
	ek_post_copy(t->raw.place, sizeof t->raw.place, t->of->place);
	return true;
}

/* What the scanner finds outweighs what it did not look at. */
static bool scan_file(struct ek_post_take *t, ek_str bytes, bool *is_safe, struct ek_err *err)
{
	const struct ek_post_options *o = &t->box->post->options;
	const struct ek_scan scan = {o->scanner, ek_post_is_ending, &t->box->in};
	struct ek_scan_result found;
	*is_safe = true;
	if (!ek_scan_is_set(o->scanner))
		return true;
	/* Files that are not answered for cost all the patience: one of a mail is enough. */
	if (t->is_silent) {
		*is_safe = false;
		return true;
	}
	if (!ek_scan_file(&scan, bytes, &found, err)) {
		ek_journal_say_why(o->journal, EK_JOURNAL_WARNING, "scanner_failed", err);
		return false;
	}
	*is_safe = found.verdict == EK_SCAN_NOTHING;
	t->is_silent = found.is_silent;
	if (found.verdict > t->scanned.verdict)
		t->scanned = found;
	return true;
}

/* What is more than a part can have is in the message as it came; it is looked at, too. */
static bool write_files(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_vault vault = vault_of(t, EK_POST_FILES_DIRECTORY);
	for (uint32_t i = 0; i < t->mail.attachment_count; i++) {
		ek_str bytes = t->mail.attachments[i].bytes;
		bool is_safe;
		if (!scan_file(t, bytes, &is_safe, err))
			return false;
		if (!is_safe || t->file_count == EK_LIMIT_ATTACHMENTS)
			continue;
		struct ek_post_file *f = &t->files[t->file_count];
		f->of = i;
		ek_hash_once(bytes.p, bytes.n, f->hash);
		if (!ek_vault_put(&vault, bytes, &f->sealed, err))
			return false;
		t->file_count++;
	}
	return true;
}

/* Nothing names them. */
static void remove_files(struct ek_post_take *t, bool and_raw)
{
	char path[EK_DISK_PATH];
	struct ek_err err;
	const char *directory = t->box->post->options.directory;
	bool ok = true;
	if (and_raw && t->of->place.p == NULL && t->raw.place[0] != 0)
		ok = ek_disk_path(directory, EK_POST_RAW_DIRECTORY, path, &err) &&
		     ek_disk_remove(path, t->raw.place, &err);
	for (uint32_t i = 0; i < t->file_count && ok; i++)
		ok = ek_disk_path(directory, EK_POST_FILES_DIRECTORY, path, &err) &&
		     ek_disk_remove(path, t->files[i].sealed.place, &err);
}

/* ---- the commit */

static void made_seen(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_post_take *t = ctx;
	(void)a;
	ek_post_late_erase(w, t->of->mail);
	if (t->of->keeps_place)
		ek_post_put_state(t->box, &t->box->in, w);
}

/* How far the folder was read, alone. */
static bool pass(struct ek_post_take *t, struct ek_err *err)
{
	struct ek_post_box *b = t->box;
	if (!t->of->keeps_place && t->of->mail == 0)
		return true;
	b->in.call = (struct ek_group_call){.made = made_seen, .ctx = t};
	return ek_post_do(&b->in, b, err);
}

static bool commit(struct ek_post_take *t, struct ek_err *err)
{
	struct ek_post_box *b = t->box;
	bool known = false;
	if (!ek_post_take_is_known(t, &known, err))
		return false;
	if (known)
		return pass(t, err);
	bool ok = write_raw(t, err) && write_files(t, err);
	if (ok) {
		b->in.call = (struct ek_group_call){
			.request = {.check = ek_post_take_decide, .check_ctx = t},
			.made = ek_post_take_made,
			.ctx = t};
		ok = ek_post_do(&b->in, b, err);
	}
	bool is_kept = ok && t->outcome != EK_POST_KNOWN;
	if (!is_kept || t->outcome == EK_POST_HELD)
		remove_files(t, !is_kept);
	return ok;
}

bool ek_post_take(struct ek_post_box *box, const struct ek_post_taking *taking, struct ek_err *err)
{
	struct ek_post_take t = {.box = box, .of = taking};
	uint32_t before = box->in.state.uid;
	if (!read_mail(&t, err) || !fold(&t, t.mail.from.address, &t.email_key, err) ||
	    !fold(&t, t.mail.from.name, &t.name_key, err))
		return false;
	make_digest(&t);
	box->in.fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	if (taking->keeps_place)
		box->in.state.uid = taking->uid;
	bool ok = commit(&t, err);
	if (!ok)
		box->in.state.uid = before;
	return ok;
}
