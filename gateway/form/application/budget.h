/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * budget - what drafts may take of the disk: all together, and those of one client. Whoever has a draft has not been
 * identified, so without it anybody could fill the disk that accepted applications and mail need.
 *
 * Counts in memory what has been changed since the start, with the bytes that are just coming; of the rest the spool knows
 * (owner.h). A draft that exists is never refused for what it has already: it can be sent or become smaller. Any thread.
 */
#ifndef FORM_BUDGET_H
#define FORM_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

struct form_budget;

struct form_budget_limits {
	uint64_t bytes, client_bytes;	/* of values and files */
	unsigned drafts, client_drafts;	/* open at once */
};

enum form_budget_answer {
	FORM_BUDGET_FITS,
	FORM_BUDGET_CLIENT_FULL,	/* this client has its part */
	FORM_BUDGET_FULL		/* all together have */
};

struct form_budget *form_budget_new(const struct form_budget_limits *l);
void form_budget_free(struct form_budget *b);	/* NULL is allowed */

/* client: the network that a request counts for, "203.0.113.7/32"; NULL: not known. */
enum form_budget_answer form_budget_begin(struct form_budget *b, const char *client);	/* May one more draft be begun? */
/* The draft takes so many bytes now, until it expires (ms). Refused, and nothing changed, if that is more than before and
 * does not fit. */
enum form_budget_answer form_budget_set(struct form_budget *b, const struct id *draft, const char *client, uint64_t bytes,
					int64_t expires);
/* So many more, of a draft that was set: a file on its way. */
enum form_budget_answer form_budget_add(struct form_budget *b, const struct id *draft, uint64_t bytes);
void form_budget_drop(struct form_budget *b, const struct id *draft, uint64_t bytes);	/* takes them back */
void form_budget_forget(struct form_budget *b, const struct id *draft);	/* sent or deleted */
void form_budget_expire(struct form_budget *b, int64_t now);	/* forgets those whose time is over: others erase them */

#endif
