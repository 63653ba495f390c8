/* api_attachments -- files: uploaded first, then named in a part.
 *
 * The bytes lie under <directory>/attachments, each file sealed under a key of its own
 * (auth/vault.h), on disk before the row that names it and the row of its key are.
 * Source: spec security, section 7.
 */
#ifndef EK_API_API_ATTACHMENTS_H
#define EK_API_API_ATTACHMENTS_H

#include "api/turn.h"
#include "sys/disk.h"

#define EK_API_ATTACHMENTS_DIRECTORY "attachments"

struct ek_api_attachments {
	const struct ek_views_value *rows; /* whole rows, one behind the other */
	uint32_t n;
};

/* A file that came in, by whoever may: looked at, kept on disk, then as a row. Answers the turn;
 * t->state is in use until then. All is borrowed until the answer. */
struct ek_api_attachments_upload {
	ek_str name; /* as sent */
	ek_str type;
	ek_str bytes;
	/* In made, beside the row; writes the answer. */
	void (*made)(struct ek_turn *t, void *ctx, const struct ek_views_value *row);
	void (*tell)(struct ek_turn *t, void *ctx); /* behind the commit */
	void *ctx;
};
void ek_api_attachments_keep(struct ek_turn *t, const struct ek_api_attachments_upload *upload);
/* Answers the turn with the bytes of that row, for whom may have been found out before. */
void ek_api_attachments_send(struct ek_turn *t, const struct ek_views_value *row);

/* A list of ids, each uploaded by the caller and in no part yet; absent is none. False with a
 * fault.
 */
bool ek_api_attachments_take(struct ek_turn *t, const struct ek_patch_at *at,
			     struct ek_api_attachments *out);
int64_t ek_api_attachments_bytes(const struct ek_api_attachments *a);
/* Whether they have room in that conversation. False with too_large. On the HTTP thread or the
 * writer's, as is the next. */
bool ek_api_attachments_fit(struct ek_turn *t, ek_conversation_id id,
			    const struct ek_api_attachments *a) EK_MUST_CHECK;
/* Whether one more of so many bytes has room beside what this visitor sent. */
struct ek_api_attachments_visitor {
	const uint8_t *hash;   /* of the secret */
	ek_contact_id contact; /* 0 = none yet */
};
bool ek_api_attachments_visitor_has_room(struct ek_turn *t,
					 const struct ek_api_attachments_visitor *of,
					 uint32_t bytes) EK_MUST_CHECK;
/* Those of a part of that conversation; part 0: of all of it. False with a problem. */
struct ek_api_attachments_of {
	uint64_t part;
	ek_conversation_id conversation;
};
bool ek_api_attachments_load(struct ek_turn *t, struct ek_api_attachments_of of,
			     struct ek_api_attachments *out) EK_MUST_CHECK;
/* "[12,13]": as a part's row remembers them; p NULL fails the turn. */
ek_str ek_api_attachments_print(struct ek_turn *t, const struct ek_api_attachments *a);
/* One row as the API writes it. */
void ek_api_attachments_write_one(struct ek_json *j, const struct ek_views_value *row);
/* What its bytes are sent as: a type of the fixed list, or bytes of no kind. Static. */
const char *ek_api_attachments_type(ek_str stored);
/* As a list of the API, into t->out. */
void ek_api_attachments_write(struct ek_turn *t, const struct ek_api_attachments *a);
/* In made: they are that part's from now on; or are gone. */
void ek_api_attachments_put(struct ek_turn *t, const struct ek_api_attachments *a,
			    struct ek_api_attachments_of of);
void ek_api_attachments_erase(struct ek_turn *t, const struct ek_api_attachments *a);
/* In made: what was sealed in that place is not read again, wherever a copy of it lies. */
void ek_api_attachments_erase_key(struct ek_turn *t, ek_str place);
/* On a thread whose turn has a reader: the bytes of a file of attachments, or of mails, from
 * t->out.alloc. Errors: as ek_vault_read. */
struct ek_api_attachments_file {
	const char *below; /* EK_API_ATTACHMENTS_DIRECTORY or EK_API_MAIL_DIRECTORY */
	ek_str place;
	size_t max;
};
bool ek_api_attachments_read(const struct ek_turn *t, const struct ek_api_attachments_file *file,
			     struct ek_disk_bytes *out, struct ek_err *err) EK_MUST_CHECK;
/* After the commit that erased them: the files go, too. */
void ek_api_attachments_remove(struct ek_turn *t, const struct ek_api_attachments *a);

#endif
