/* definition -- what each metric is: the table of schema/metrics.def as C sees it.
 *
 * A definition has a version; the past keeps the version that it was computed with. Version 1 of
 * each stands in the table and holds since ever; later ones are facts (definition.changed) and come
 * by ek_figures_fold. Whom it credits and by which date things count is the same in all of them.
 * Source: spec metrics, rules R2 to R5 and R10, section 2.
 */
#ifndef EK_METRICS_DEFINITION_H
#define EK_METRICS_DEFINITION_H

#include "model/enums.h"
#include "schema/metrics.def"

enum ek_metric {
	EK_METRIC_NONE = 0,
#define METRIC(num, NAME, id, kind, unit, direction, clock, person, bucket, days, variants, stat, \
	       why, doc) \
	EK_METRIC_##NAME = (num),
	METRICS(METRIC)
#undef METRIC
		EK_METRIC_END
};

enum ek_metric_kind {
	EK_METRIC_KIND_DURATION,
	EK_METRIC_KIND_SHARE,
	EK_METRIC_KIND_COUNT,
	EK_METRIC_KIND_SCORE,
	EK_METRIC_KIND_AGE,
	EK_METRIC_KIND_RATIO,
};

enum ek_metric_unit {
	EK_METRIC_UNIT_SECONDS,
	EK_METRIC_UNIT_SHARE,
	EK_METRIC_UNIT_COUNT,
	EK_METRIC_UNIT_POINTS,
};

enum ek_metric_direction {
	EK_METRIC_DIRECTION_DOWN,
	EK_METRIC_DIRECTION_UP,
	EK_METRIC_DIRECTION_NEUTRAL,
};

enum ek_metric_person {
	EK_METRIC_PERSON_NONE, /* there is no personal figure */
	EK_METRIC_PERSON_REPLIER,
	EK_METRIC_PERSON_ASSIGNEE,
	EK_METRIC_PERSON_OWNER,
	EK_METRIC_PERSON_FROZEN,   /* credited when a survey was sent */
	EK_METRIC_PERSON_OWN_VIEW, /* shown to themselves only */
};

enum ek_metric_bucket {
	EK_METRIC_BUCKET_ARRIVAL,
	EK_METRIC_BUCKET_QUEUED,
	EK_METRIC_BUCKET_ASSIGNED,
	EK_METRIC_BUCKET_REPLY,
	EK_METRIC_BUCKET_CLOSE,
	EK_METRIC_BUCKET_DECIDED,
	EK_METRIC_BUCKET_END,
	EK_METRIC_BUCKET_INTERVAL,
	EK_METRIC_BUCKET_INSTANT,
	EK_METRIC_BUCKET_FIX,
	EK_METRIC_BUCKET_DAY,
	EK_METRIC_BUCKET_WEEK,
};

enum { EK_METRIC_VARIANTS_MAX = 5 };

struct ek_definition {
	uint8_t metric; /* enum ek_metric */
	uint8_t kind, unit, direction, person, bucket;
	uint8_t clock;         /* EK_CLOCK_* */
	const char *id;        /* "first_response_time" */
	uint32_t version;      /* from 1 */
	ek_time effective;     /* of version 1 EK_NO_TIME: since ever */
	uint32_t author;       /* a teammate; 0 = nobody, or a program */
	ek_str reason;         /* why it is another; p NULL of version 1 */
	uint32_t matures_days; /* 0 = at once */
	int64_t target_s;      /* T of service levels for calls, inclusive; 0 elsewhere */
	int64_t chat_target_s; /* the same for live chats; 0 = none is set */
	int64_t short_s;       /* s: what is given up within it is left out; 0 elsewhere */
	const char *statistic; /* shown first: "median", "share", ... */
	const char *why_not;   /* why there are no facts; NULL = there are */
	const char *doc;
	const char
		*variants[EK_METRIC_VARIANTS_MAX]; /* the default one first; NULL after the last */
};

/* The first version; NULL for a number that is no metric. Static. */
const struct ek_definition *ek_definition_row(int metric);
/* The number of an id, EK_METRIC_NONE when there is none; "id@version" is read too, version then
 * set, else 0. version may be NULL. */
int ek_definition_find(ek_str id, uint32_t *version);
/* Whether people say it in surveys: nps, csat, ces. */
bool ek_definition_is_asked(const struct ek_definition *d);
/* What a version may change; a figure knows no other parameters. */
enum ek_definition_part {
	EK_DEFINITION_CLOCK,
	EK_DEFINITION_MATURES,
	EK_DEFINITION_TARGET,      /* T of service levels for calls */
	EK_DEFINITION_CHAT_TARGET, /* for live chats */
	EK_DEFINITION_SHORT,       /* s */
	EK_DEFINITION_PARTS
};
bool ek_definition_may_change(const struct ek_definition *d, enum ek_definition_part part);
/* Its place among the variants, 0 for NULL; -1 when there is no such variant. */
int ek_definition_variant(const struct ek_definition *d, const char *name);
/* Words of the wire: "duration", "seconds", "down", "replier", "reply". Static. */
const char *ek_definition_kind(int kind);
const char *ek_definition_unit(int unit);
const char *ek_definition_direction(int direction);
const char *ek_definition_person(int person);
const char *ek_definition_bucket(int bucket);
/* The unit of a variant: that of a definition, save where a variant is of another kind (a mean of
 * transfers is a count, time on hold is seconds, response rates are shares). */
int ek_definition_variant_unit(const struct ek_definition *d, int variant);

#endif
