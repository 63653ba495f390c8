/* clock -- what the machine says the time is. Labels and lengths only: order is by seq. */
#ifndef EK_SYS_CLOCK_H
#define EK_SYS_CLOCK_H

#include "base/base.h"

/* The wall clock, UTC. May jump; whoever keeps engine time sees to that. */
ek_time ek_clock_wall(void);
/* Nanoseconds on a clock that never goes back; for lengths. */
uint64_t ek_clock_mono_ns(void);

#endif
