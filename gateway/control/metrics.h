/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics - figures for a monitoring system, as OpenMetrics text 1.0.
 *
 * A page consists of families, each with its samples behind it. Names begin with "depesche_"; units are base units and
 * stand at the end of the name, before the "_total" that a counter's sample has. Labels come from tables of the
 * program, never from messages or peers, so that the number of lines does not grow with what is sent. One thread for
 * each page. Source: OpenMetrics 1.0.0.
 */
#ifndef CONTROL_METRICS_H
#define CONTROL_METRICS_H

#include <stdint.h>

#include "base/buf.h"
#include "spool/store.h"

enum control_metrics_type { CONTROL_GAUGE, CONTROL_COUNTER };

struct control_metrics { /* for the calls below */
	struct buf text;
	const char *family;
	enum control_metrics_type type;
};

void control_metrics_begin(struct control_metrics *m);
/* The next family. name without prefix and "_total"; unit ("seconds", "bytes"; NULL: none) is its last word. Borrowed.
 */
void control_metrics_family(struct control_metrics *m, const char *name, enum control_metrics_type type,
			    const char *unit, const char *help);
/* A sample of the family; label NULL: it has only this one. */
void control_metrics_sample(struct control_metrics *m, const char *label, const char *name, int64_t value);
void control_metrics_seconds(struct control_metrics *m, const char *label, const char *name,
			     int64_t ms); /* of a duration, or an instant */
/* A family with one sample. */
void control_metrics_one(struct control_metrics *m, const char *name, enum control_metrics_type type, const char *unit,
			 const char *help, int64_t value);
/* The end of the page. ERR_LIMIT: it became too large, which is a fault of the program. The text is m->text;
 * control_metrics_fini. */
int control_metrics_end(struct control_metrics *m, struct err *e);
void control_metrics_fini(struct control_metrics *m);

/* What the spool holds and what waits in it. */
void control_metrics_of_spool(struct control_metrics *m, struct spool *s, const struct spool_stats *stats, int64_t now);

#endif
