/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter - which deliveries a person means: by state, recipient, peer, channel, reason, age, form and case number. The same for
 * looking at the queue and for changing many of them. One thread.
 */
#ifndef CONTROL_FILTER_H
#define CONTROL_FILTER_H

#include "base/uri.h"
#include "control/control.h"

struct control_filter {		/* strings are those of the call */
	unsigned states;	/* bits for spool_delivery_list */
	const char *recipient, *channel, *form, *case_text;	/* NULL: any */
	bool has_peer;
	struct uri peer;
	enum reason reason;	/* RSN_NONE: any */
	int64_t created_before;	/* INT64_MAX: any */
	struct id after;	/* the last one of the page before; has_after */
	bool has_after;
};

/* From the arguments state, recipient, peer, channel, why, older (ms), form, case, after. ERR_SYNTAX names what is wrong. */
int control_filter_read(const struct control_call *c, struct control_filter *f, struct err *e);
/* Whether the delivery, as control_add_rest leaves it, is meant. a: for what has to be read. */
bool control_filter_fits(const struct control_call *c, struct arena *a, const struct control_filter *f,
			 const struct spool_delivery *d);

#endif
