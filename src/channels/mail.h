/* mail -- what a mail says: raw bytes in, a clean struct out, read in a process that can do no
 * harm.
 *
 * ek_mail_read hands the bytes to a parser process (this program, started as `evenkeel parser`: no
 * network, no files, no secrets) and copies what it answers into the caller's arena. Whatever comes
 * in, something comes out: a mail, or a mail with `quarantine` set, whose other members are what
 * could be read. The raw bytes stay with the caller and are to be kept either way.
 *
 * All texts are UTF-8 without U+0000; those of headers are without control characters too; bytes
 * that are no text became U+FFFD. An absent text is {NULL, 0}. Everything borrows from the arena.
 *
 * Limits (promises, table of limits): EK_MAIL_* below. Within EK_MAIL_CPU_MS of processor time and
 * EK_MAIL_MEMORY bytes a message, else the process is killed.
 * Sources: RFC 5322, 2045-2047, 2231, 6532 (mail); 3464 (bounces); 3834 (automatic); 2919, 2369
 * (lists); 8601 (Authentication-Results); 7489 (DMARC).
 */
#ifndef EK_CHANNELS_MAIL_H
#define EK_CHANNELS_MAIL_H

#include "base/arena.h"

enum {
	EK_MAIL_RAW_MAX = 72 * 1024 * 1024,     /* bytes as they came */
	EK_MAIL_DECODED_MAX = 50 * 1024 * 1024, /* bytes of all parts, decoded */
	EK_MAIL_PARTS_MAX = 500,
	EK_MAIL_DEPTH_MAX = 20,
	EK_MAIL_HEADERS_MAX = 1000,            /* header lines of the message itself */
	EK_MAIL_HEADER_BYTES_MAX = 256 * 1024, /* all of them */
	EK_MAIL_RECIPIENTS_MAX = 200,          /* to and cc; what is more is counted */
	EK_MAIL_REFERENCES_MAX = 100,          /* the newest */
	EK_MAIL_REPORTS_MAX = 50,
	EK_MAIL_RECEIVED_MAX = 50,            /* so many Received lines are a loop */
	EK_MAIL_TEXT_MAX = 1024 * 1024,       /* bytes of text */
	EK_MAIL_HTML_MAX = 2 * 1024 * 1024,   /* bytes of cleaned HTML */
	EK_MAIL_NAME_MAX = 200,               /* bytes of an attachment's name */
	EK_MAIL_SUBJECT_MAX = 1000,           /* bytes */
	EK_MAIL_ARENA_MAX = 64 * 1024 * 1024, /* an arena this large takes any mail */
	EK_MAIL_CPU_MS = 2000,
	EK_MAIL_WALL_MS = 20000, /* on a machine that has no time for the parser */
	EK_MAIL_MEMORY = 64 * 1024 * 1024,
	EK_MAIL_DEATHS = 3, /* a message that killed the parser so often is quarantined */
};

/* Why a message is not to become a conversation by itself. Kept in content: numbers are for
 * ever. */
#define EK_MAIL_QUARANTINES(X) \
	X(0, NONE, "none", "It is a mail.") \
	X(1, NO_MAIL, "no_mail", "There is no header that can be read.") \
	X(2, NO_SENDER, "no_sender", "No address of a sender can be read.") \
	X(3, TOO_LARGE, "too_large", "More than 50 MiB decoded, or 72 MiB as it came.") \
	X(4, TOO_DEEP, "too_deep", "Parts nested more than 20 deep.") \
	X(5, TOO_MANY_PARTS, "too_many_parts", "More than 500 parts.") \
	X(6, TOO_MANY_HEADERS, "too_many_headers", "More than 1,000 header lines or 256 KiB.") \
	X(7, LOOP, "loop", "It passed 50 servers or more.") \
	X(8, TOO_LONG, "too_long", "Reading it took more than two seconds.") \
	X(9, KILLED_PARSER, "killed_parser", "Reading it ended the parser three times.")
enum ek_mail_quarantine {
#define X(num, NAME, word, doc) EK_MAIL_QUARANTINE_##NAME = (num),
	EK_MAIL_QUARANTINES(X)
#undef X
};
/* "too_deep", and the sentence about it. */
const char *ek_mail_quarantine_word(enum ek_mail_quarantine reason);
const char *ek_mail_quarantine_doc(enum ek_mail_quarantine reason);

/* name: as shown, decoded, without controls and without characters that turn the direction, at most
 * 200 bytes; absent if none. address: local@domain, domain in lower case, at most 320 bytes; never
 * with blanks, controls or angle brackets; for threading and answering, compare local parts as they
 * are or folded, as you like. */
struct ek_mail_address {
	ek_str name;
	ek_str address;
};

struct ek_mail_addresses {
	const struct ek_mail_address *items;
	uint32_t count;
};

enum ek_mail_verdict {
	EK_MAIL_VERDICT_NONE, /* nothing trusted was said */
	EK_MAIL_VERDICT_PASS,
	EK_MAIL_VERDICT_FAIL,  /* fail, softfail, policy, permerror */
	EK_MAIL_VERDICT_OTHER, /* neutral, temperror: nobody knows */
};
const char *ek_mail_verdict_word(enum ek_mail_verdict verdict); /* "pass" */

/* What the trusted host said in Authentication-Results, and no one else; without a trusted
 * authserv-id all of it is NONE. Only the topmost such lines, as the host puts them above what came
 * with the mail. */
struct ek_mail_authentication {
	enum ek_mail_verdict spf;
	enum ek_mail_verdict dkim; /* the best of several signatures */
	enum ek_mail_verdict dmarc;
	ek_str spf_domain;  /* smtp.mailfrom, its domain */
	ek_str dkim_domain; /* header.d */
	/* dmarc passed for the domain of from.address: the sender is who it says. */
	bool is_aligned;
};

/* One recipient of a delivery report (RFC 3464). */
struct ek_mail_report {
	ek_str recipient;  /* Final-Recipient, else Original-Recipient; the address alone */
	ek_str action;     /* failed, delayed, delivered, relayed, expanded; absent if unsaid */
	ek_str status;     /* "5.1.1"; absent if unsaid */
	ek_str diagnostic; /* Diagnostic-Code as text, at most 500 bytes */
};

/* Pieces of `text`: in order, without gaps, together all of it. from, to: byte offsets. */
enum ek_mail_piece_kind {
	EK_MAIL_PIECE_NEW,
	EK_MAIL_PIECE_QUOTE,     /* what it answers, with the line that says who wrote it */
	EK_MAIL_PIECE_SIGNATURE, /* "-- " and behind, "Sent from my ..." */
};
struct ek_mail_piece {
	enum ek_mail_piece_kind kind;
	uint32_t from;
	uint32_t to;
};

/* name: never empty, a path or a device, without controls, turning or look-alike dots at its ends,
 * at most EK_MAIL_NAME_MAX bytes; only ever to be shown. */
struct ek_mail_attachment {
	ek_str name;
	ek_str declared;   /* "application/pdf": as said by the sender, lower case */
	ek_str type;       /* as its first bytes say, from a fixed list; else
			      "application/octet-stream" */
	ek_str content_id; /* without angle brackets; what data-ek-cid in html names */
	ek_str bytes;      /* decoded; of message/rfc822, the message as it came */
	bool is_inline;    /* Content-Disposition: inline, or shown by the HTML */
	bool is_shown;     /* html shows it as an image */
};

struct ek_mail {
	enum ek_mail_quarantine quarantine; /* NONE: all below holds */

	ek_str message_id;  /* without angle brackets, at most 998 bytes; absent if none */
	ek_str in_reply_to; /* the first id in it */
	const ek_str *references;
	uint32_t reference_count; /* oldest first */

	struct ek_mail_address from;   /* the first of From, else Sender */
	struct ek_mail_address sender; /* Sender, if it is there */
	struct ek_mail_addresses reply_to;
	struct ek_mail_addresses to;
	struct ek_mail_addresses cc;
	uint32_t recipients_left_out;          /* more than EK_MAIL_RECIPIENTS_MAX */
	struct ek_mail_addresses delivered_to; /* Delivered-To, X-Original-To, Envelope-To */
	ek_str return_path; /* the address of the envelope; absent if unknown or null */

	ek_time date; /* as the sender says; EK_NO_TIME if it cannot be read */
	ek_str subject;

	bool is_null_sender; /* Return-Path: <> */
	bool is_automatic;   /* Auto-Submitted other than no, Precedence bulk, junk or auto_reply,
			      X-Autoreply, X-Autorespond, X-Auto-Response-Suppress, a bounce, ... */
	bool is_list;        /* List-Id, List-Post, List-Unsubscribe, Precedence list */
	bool is_bounce;      /* a delivery report, or a mailer daemon's mail with a null sender */
	uint32_t received_count;

	const struct ek_mail_report *reports; /* of a bounce */
	uint32_t report_count;
	ek_str original_message_id; /* of a bounce: the Message-ID of what it is about */

	struct ek_mail_authentication authentication;

	ek_str text; /* plain; made from the HTML if there is no text part; lines end with LF */
	bool text_is_from_html;
	bool is_cut; /* text or html was longer than its limit */
	const struct ek_mail_piece *pieces;
	uint32_t piece_count;
	/* The new pieces joined, blanks at both ends taken off. Where all of
	 * it would be quoted, all of it is new: somebody sent it on. */
	ek_str fresh;

	/* Cleaned by the allow-list (security, The browser), a fragment without <html> or <body>.
	 * Images have no src: data-ek-src="https://..." marks a remote one for the fetcher,
	 * data-ek-cid="..." one of the attachments by its content_id. In text and attributes a
	 * double quote is always &quot;, so that ` data-ek-cid="` occurs only as this attribute. */
	ek_str html;
	uint32_t remote_image_count;

	const struct ek_mail_attachment *attachments;
	uint32_t attachment_count;
};

struct ek_mail_parser; /* the process, and what it died of; for one thread at a time */

/* Remembers how to start the process; starts it at the first read. program: path of this binary,
 * NULL for /proc/self/exe. *parser is the caller's. Errors: NO_MEMORY. */
bool ek_mail_open(const char *program, struct ek_mail_parser **parser,
		  struct ek_err *err) EK_MUST_CHECK;
/* Ends the process. Accepts NULL inside, leaves NULL. */
void ek_mail_close(struct ek_mail_parser **parser);

struct ek_mail_ask {
	ek_str raw;      /* the message as IMAP or SMTP gave it; CRLF or LF */
	ek_str authserv; /* whose Authentication-Results count; {NULL, 0}: nobody's */
};

/* Reads one message. True: *out is filled, as a mail or with a reason for quarantine.
 * Errors: BUSY: the parser ended or took too long while it read this message; nothing is known of
 * it; ask again with the same bytes, at once or later (the third death in a row over the same
 * bytes is answered as quarantine, so asking again ends); NO_MEMORY: the arena or the system has
 * none; IO: the process does not start here, which is no fault of the message.
 * Blocks until it is read. Cost: some 10 ms for a mail of 40 kB with much HTML,
 * some 50 ms for the first, which starts the process. */
bool ek_mail_read(struct ek_mail_parser *parser, const struct ek_mail_ask *ask,
		  struct ek_arena *arena, struct ek_mail *out, struct ek_err *err) EK_MUST_CHECK;

#endif
