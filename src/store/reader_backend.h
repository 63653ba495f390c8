/* reader_backend -- what a backend of the reader gives to reader.c. Private to store/reader*.c. */
#ifndef EK_STORE_READER_BACKEND_H
#define EK_STORE_READER_BACKEND_H

#include "store/reader.h"

/* A statement that is kept prepared. */
struct ek_reader_kept {
	char *sql; /* owned; NULL = free */
	uint64_t hash;
	uint64_t used; /* when last, counted in statements */
	void *prepared;
};

struct ek_reader_ask {
	const struct ek_reader_question *question;
	ek_log_visit_values *visit;
	void *ctx;
};

struct ek_reader_backend {
	void (*close)(struct ek_reader *r);
	bool (*begin)(struct ek_reader *r, struct ek_err *err);
	void (*end)(struct ek_reader *r);
	/* *prepared is NULL when the statement runs for the first time. */
	bool (*run)(struct ek_reader *r, void **prepared, const struct ek_reader_ask *ask,
		    struct ek_err *err);
	void (*forget)(struct ek_reader *r, void *prepared);
};

struct ek_reader {
	const struct ek_reader_backend *backend;
	enum ek_views_dialect dialect;
	bool in_transaction;
	uint64_t began_ns;    /* the transaction */
	uint64_t deadline_ns; /* of the statement that runs */
	ek_span statement;
	ek_span transaction;
	uint64_t asked;
	struct ek_reader_kept kept[EK_READER_STATEMENTS];
};

/* Drops all that is prepared: on a new connection and before a close. */
void ek_reader_forget(struct ek_reader *r);

bool ek_reader_open_sqlite(const char *where, struct ek_reader **r,
			   struct ek_err *err) EK_MUST_CHECK;
bool ek_reader_open_postgres(const char *where, struct ek_reader **r,
			     struct ek_err *err) EK_MUST_CHECK;

#endif
