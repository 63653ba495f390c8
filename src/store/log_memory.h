/* log_memory -- a log that is gone when it is closed: for simulations, previews and tests. */
#ifndef EK_STORE_LOG_MEMORY_H
#define EK_STORE_LOG_MEMORY_H

#include "store/log.h"

/* Row i, from 0, as it lies in memory, for tests that damage it; NULL when there is none. */
struct ek_log_row *ek_log_memory_row(struct ek_log *log, size_t i);

#endif
