/* outside -- what is answered beside /api/v1: health, readiness, figures, and pages about problems.
 *
 *   /healthz        200 while the HTTP thread turns; says nothing else
 *   /readyz         200 when this node may serve, else 503; reasons go to loopback alone
 *   /metrics        Prometheus' text format; to loopback, or with a token of scope metrics
 *   /problems/X     what a problem's type means, in the reader's language
 * Sources: spec promises, section 6 (health); spec api, sections 2.2 and 8;
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef EK_API_OUTSIDE_H
#define EK_API_OUTSIDE_H

#include "api/turn.h"

/* Answers it and returns true if the path is one of these. */
bool ek_outside_handle(struct ek_turn *t);
/* /metrics, in outside_metrics.c. */
void ek_outside_metrics(struct ek_turn *t);
/* Whether the request comes from this machine. */
bool ek_outside_is_local(const struct ek_turn *t);

#endif
