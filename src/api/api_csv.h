/* api_csv -- a whole list as one table, however many pages it has.
 *
 * Who asks for CSV and names neither limit nor cursor wants all of it. Where that is more than one
 * page, the list is asked page by page on a thread that may wait, by the same operation and with
 * the caller's rights: up to EK_API_CSV_ROWS rows the table is the answer; more than that are a job
 * ("csv_export"), which does the same and keeps the table as its file. Source: spec api,
 * section 11.
 */
#ifndef EK_API_API_CSV_H
#define EK_API_API_CSV_H

#include "api/api_job.h"

enum { EK_API_CSV_ROWS = 10000, EK_API_CSV_BYTES = 256 * 1024 * 1024 };

/* A page of CSV is ready to go out. True: there are more, and the turn is answered later. */
bool ek_api_csv_goes_on(struct ek_turn *t);
/* On the job's thread. */
void ek_api_csv_job(struct ek_api_job *job);

/* api.c: one more page of a list, asked in the name of another turn: runs the operation that
 * t->http names. t->answered is called, on some thread, when t->out or t->problem is there. */
void ek_api_ask_again(struct ek_turn *t);

#endif
