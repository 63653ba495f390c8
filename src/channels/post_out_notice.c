/* A mail that the program itself wrote (notice.h): its sealed pieces, and their end. */
#include <string.h>

#include "channels/notice.h"
#include "channels/post_state.h"

static bool open_piece(struct ek_post_box *b, ek_str place, const struct ek_views_value *sealed,
		       ek_str *out, struct ek_err *err)
{
	size_t n = sealed->n < EK_SEAL_MORE ? 0 : sealed->n - EK_SEAL_MORE;
	struct ek_seal_out to = {ek_arena_get(&b->out.arena, n + 1), n, 0};
	*out = (ek_str){NULL, 0};
	if (to.p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a letter");
	if (sealed->kind != EK_VIEWS_BLOB)
		return ek_fail(err, EK_DAMAGE, "a letter has no text");
	if (!ek_seal_get(b->post->seal, place, ek_post_text(sealed), &to, err))
		return false;
	*out = (ek_str){(const char *)to.p, (uint32_t)to.n};
	return true;
}

static bool open_file(struct ek_post_box *b, int64_t mail, const struct ek_views_value *row,
		      struct ek_post_sealed *out, struct ek_err *err)
{
	char place[EK_NOTICE_PLACE];
	ek_str type = ek_post_text(&row[EK_CONTENT_LETTERS_FILE_TYPE]);
	char *ended = ek_arena_get(&b->out.arena, (size_t)type.n + 1);
	out->has_file = row[EK_CONTENT_LETTERS_FILE].kind == EK_VIEWS_BLOB;
	if (!out->has_file)
		return true;
	if (ended == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a letter");
	ek_post_copy(ended, (size_t)type.n + 1, type);
	out->file_type = ended;
	out->file_name = ek_post_text(&row[EK_CONTENT_LETTERS_FILE_NAME]);
	return open_piece(b, ek_notice_place("file", mail, place), &row[EK_CONTENT_LETTERS_FILE],
			  &out->file, err);
}

bool ek_post_read_sealed(struct ek_post_box *b, int64_t mail, struct ek_post_sealed *out,
			 struct ek_err *err)
{
	char place[EK_NOTICE_PLACE];
	const struct ek_views_value id = ek_views_int(mail);
	const struct ek_reader_question q = {"SELECT * FROM letters WHERE mail = $1", &id, 1};
	struct ek_post_rows rows = {.arena = &b->out.arena};
	*out = (struct ek_post_sealed){.has_file = false};
	if (!ek_post_ask(b->out.reader, &q, &rows, err))
		return false;
	if (rows.n == 0)
		return ek_fail(err, EK_INVALID_VALUE, "what was written is no longer there");
	return open_piece(b, ek_notice_place("text", mail, place), &rows.v[EK_CONTENT_LETTERS_BODY],
			  &out->text, err) &&
	       open_file(b, mail, rows.v, out, err);
}

void ek_post_erase_sealed(struct ek_writer *w, int64_t mail)
{
	const struct ek_writer_erasure what = {EK_CONTENT_LETTERS, EK_CONTENT_LETTERS_MAIL,
					       ek_views_int(mail)};
	ek_writer_remove(w, &what);
}
