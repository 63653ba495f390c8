#include "channels/mail.h"

#include <stdlib.h>
#include <string.h>

#include "channels/mail_inside.h"
#include "channels/parser.h"
#include "sys/hash.h"
#include "sys/ward.h"

enum { KILLERS = 16, MS = 1000000 };

/* A message over which the process ended. */
struct killer {
	uint8_t hash[EK_HASH_BYTES];
	uint32_t deaths; /* 0: none */
	uint64_t at;     /* order in which they came */
};

struct ek_mail_parser {
	char *program;
	struct ek_ward *child;
	uint32_t reads;
	uint64_t deaths;
	struct killer killers[KILLERS];
};

/* ---- words */

const char *ek_mail_quarantine_word(enum ek_mail_quarantine reason)
{
	static const char *const words[] = {
#define X(num, NAME, word, doc) [num] = (word),
		EK_MAIL_QUARANTINES(X)
#undef X
	};
	return words[reason];
}

const char *ek_mail_quarantine_doc(enum ek_mail_quarantine reason)
{
	static const char *const docs[] = {
#define X(num, NAME, word, doc) [num] = (doc),
		EK_MAIL_QUARANTINES(X)
#undef X
	};
	return docs[reason];
}

const char *ek_mail_verdict_word(enum ek_mail_verdict verdict)
{
	static const char *const words[] = {"none", "pass", "fail", "other"};
	return words[verdict];
}

/* ---- the process */

bool ek_mail_open(const char *program, struct ek_mail_parser **parser, struct ek_err *err)
{
	struct ek_mail_parser *p = calloc(1, sizeof *p);
	*parser = p;
	if (p != NULL && program != NULL)
		p->program = strdup(program);
	if (p != NULL && (program == NULL || p->program != NULL))
		return true;
	ek_mail_close(parser);
	return ek_fail(err, EK_NO_MEMORY, "no memory for a parser");
}

void ek_mail_close(struct ek_mail_parser **parser)
{
	struct ek_mail_parser *p = *parser;
	if (p == NULL)
		return;
	ek_ward_end(&p->child);
	free(p->program);
	free(p);
	*parser = NULL;
}

/* Starts one and waits until it says that it is ready: a process that cannot start is nothing that
 * a message did. */
static bool start(struct ek_mail_parser *p, struct ek_err *err)
{
	const struct ek_ward_time most = {(uint64_t)EK_MAIL_WALL_MS * MS,
					  (uint64_t)EK_MAIL_WALL_MS * MS};
	uint32_t ready = 0;
	if (!ek_ward_start(p->program, EK_PARSER_ROLE, &p->child, err))
		return false;
	ek_ward_begin(p->child, most);
	p->reads = 0;
	if (ek_ward_receive(p->child, &ready, sizeof ready) == EK_WARD_WELL &&
	    ready == EK_MAIL_MAGIC)
		return true;
	ek_ward_end(&p->child);
	return ek_fail(err, EK_IO, "the process that reads mail does not start here");
}

/* A process that is there, and has not read too much. */
static bool have_child(struct ek_mail_parser *p, struct ek_err *err)
{
	if (p->child != NULL && (p->reads >= EK_MAIL_READS_MAX || !ek_ward_is_alive(p->child)))
		ek_ward_end(&p->child);
	if (p->child == NULL && !start(p, err))
		return false;
	p->reads++;
	return true;
}

/* ---- deaths */

static struct killer *find_killer(struct ek_mail_parser *p, const uint8_t hash[EK_HASH_BYTES])
{
	for (size_t i = 0; i < KILLERS; i++)
		if (p->killers[i].deaths > 0 &&
		    memcmp(p->killers[i].hash, hash, EK_HASH_BYTES) == 0)
			return &p->killers[i];
	return NULL;
}

static struct killer *add_killer(struct ek_mail_parser *p, const uint8_t hash[EK_HASH_BYTES])
{
	struct killer *oldest = &p->killers[0];
	for (size_t i = 1; i < KILLERS; i++)
		if (p->killers[i].at < oldest->at)
			oldest = &p->killers[i];
	*oldest = (struct killer){.deaths = 0};
	memcpy(oldest->hash, hash, EK_HASH_BYTES);
	return oldest;
}

/* The process ended or hangs over a message. True: for the last time. */
static bool bury(struct ek_mail_parser *p, ek_str raw, enum ek_ward_end end, struct ek_mail *out,
		 struct ek_err *err)
{
	uint8_t hash[EK_HASH_BYTES];
	ek_ward_end(&p->child);
	ek_hash_once(raw.p, raw.n, hash);
	struct killer *k = find_killer(p, hash);
	if (k == NULL)
		k = add_killer(p, hash);
	k->deaths++;
	k->at = ++p->deaths;
	if (k->deaths < EK_MAIL_DEATHS)
		return ek_fail(err, EK_BUSY,
			       end == EK_WARD_SLOW ? "reading a mail took too long; ask again"
						   : "the parser ended over a mail; ask again");
	k->deaths = 0;
	*out = (struct ek_mail){.date = EK_NO_TIME,
				.quarantine = end == EK_WARD_SLOW
						      ? EK_MAIL_QUARANTINE_TOO_LONG
						      : EK_MAIL_QUARANTINE_KILLED_PARSER};
	return true;
}

static void forgive(struct ek_mail_parser *p, ek_str raw)
{
	uint8_t hash[EK_HASH_BYTES];
	bool any = false;
	for (size_t i = 0; i < KILLERS; i++)
		any |= p->killers[i].deaths > 0;
	if (!any)
		return;
	ek_hash_once(raw.p, raw.n, hash);
	struct killer *k = find_killer(p, hash);
	if (k != NULL)
		k->deaths = 0;
}

/* ---- asking */

static enum ek_ward_end send_request(struct ek_ward *c, const struct ek_mail_ask *ask)
{
	ek_str name = ask->authserv;
	if (name.n > EK_MAIL_AUTHSERV_MAX)
		name.n = 0;
	struct ek_mail_request request = {EK_MAIL_MAGIC, ask->raw.n, name.n};
	enum ek_ward_end end = ek_ward_send(c, &request, sizeof request);
	return end == EK_WARD_WELL ? ek_ward_send(c, name.p, name.n) : end;
}

/* *is_read false: the parser had not enough memory, or err says that we have not. */
static enum ek_ward_end receive_mail(struct ek_ward *c, struct ek_arena *arena, struct ek_mail *out,
				     bool *is_read, struct ek_err *err)
{
	struct ek_mail_answer answer;
	enum ek_ward_end end = ek_ward_receive(c, &answer, sizeof answer);
	*is_read = false;
	if (end != EK_WARD_WELL)
		return end;
	if (answer.magic != EK_MAIL_MAGIC || answer.pack_n > EK_MAIL_PACK_MAX ||
	    answer.is_read != 1)
		return EK_WARD_ENDED;
	char *pack = ek_arena_get(arena, answer.pack_n);
	if (pack == NULL) {
		(void)ek_fail(err, EK_NO_MEMORY, "no memory for a mail");
		return EK_WARD_WELL;
	}
	end = ek_ward_receive(c, pack, answer.pack_n);
	if (end != EK_WARD_WELL)
		return end;
	*is_read = ek_mail_unpack((ek_str){pack, answer.pack_n}, arena, out, err);
	return *is_read || err->code == EK_NO_MEMORY ? EK_WARD_WELL : EK_WARD_ENDED;
}

static enum ek_ward_end receive_attachments(struct ek_ward *c, struct ek_arena *arena,
					    struct ek_mail *mail, bool *is_read, struct ek_err *err)
{
	enum ek_ward_end end = EK_WARD_WELL;
	/* Ours: made when it was unpacked. */
	struct ek_mail_attachment *items =
		(struct ek_mail_attachment *)(uintptr_t)mail->attachments;
	for (uint32_t i = 0; end == EK_WARD_WELL && i < mail->attachment_count; i++) {
		char *p = ek_arena_get(arena, items[i].bytes.n);
		if (p == NULL) {
			*is_read = ek_fail(err, EK_NO_MEMORY, "no memory for an attachment");
			return EK_WARD_WELL;
		}
		end = ek_ward_receive(c, p, items[i].bytes.n);
		items[i].bytes.p = p;
	}
	return end;
}

bool ek_mail_read(struct ek_mail_parser *parser, const struct ek_mail_ask *ask,
		  struct ek_arena *arena, struct ek_mail *out, struct ek_err *err)
{
	const struct ek_ward_time most = {(uint64_t)EK_MAIL_CPU_MS * MS,
					  (uint64_t)EK_MAIL_WALL_MS * MS};
	struct ek_mail_ask given = *ask;
	bool is_read = false;
	/* One byte over the limit says all that has to be known. */
	if (given.raw.n > EK_MAIL_RAW_MAX)
		given.raw.n = EK_MAIL_RAW_MAX + 1;
	*out = (struct ek_mail){.date = EK_NO_TIME};
	if (!have_child(parser, err) || !ek_ward_share(parser->child, given.raw, err))
		return false;
	ek_ward_begin(parser->child, most);
	enum ek_ward_end end = send_request(parser->child, &given);
	if (end == EK_WARD_WELL)
		end = receive_mail(parser->child, arena, out, &is_read, err);
	if (end == EK_WARD_WELL && is_read)
		end = receive_attachments(parser->child, arena, out, &is_read, err);
	if (end != EK_WARD_WELL)
		return bury(parser, ask->raw, end, out, err);
	if (!is_read) {
		/* What it still has to say is of no use. */
		ek_ward_end(&parser->child);
		return false;
	}
	forgive(parser, ask->raw);
	return true;
}
