/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * progress - how far an application has come, in words for the person who sent it.
 *
 * One table for the page, the API and the confirmation. What has not happened is spoken of as something to come, or that
 * will not come; what waits unusually long says what to do about a deadline. Nothing of how the gateway works is in it.
 */
#ifndef FORM_PROGRESS_H
#define FORM_PROGRESS_H

#include "form/application/draft.h"

enum form_stage {
	FORM_WAITING,		/* on its way, and that is usual */
	FORM_LATE,		/* for longer than form_office.late_ms */
	FORM_HELD,		/* a person has to do something before it goes on */
	FORM_FAILED,		/* refused; a person decides */
	FORM_ENDED,		/* cancelled or given up: it will not be delivered */
	FORM_STORED,		/* in the authority's mailbox */
	FORM_UNCOLLECTED,	/* there for unusually long */
	FORM_FETCHED,
	FORM_STAGES
};

#define FORM_INSTANTS 4		/* submitted, accepted, stored, fetched */
struct form_instant {
	const char *name;
	int64_t at;		/* ms; 0: has not happened */
	const char *open;	/* what stands in place of the time then */
	const char *meaning;	/* of what happened, or of what may still happen */
};

struct form_progress {
	enum form_stage stage;
	const char *name;	/* "waiting", ... of the API */
	const char *title, *text;
	const char *advice;	/* about a deadline; NULL: none is needed */
	const char *kept;	/* where the content is, once it has been erased here; NULL: it is still here */
	const char *message_id;	/* as the authority's side calls it; NULL: has none (yet) */
	const char *id_text;	/* the same, or words in its place */
	int64_t since;		/* ms: when it came to this */
	struct form_instant instants[FORM_INSTANTS];
};

/* Of an application that was sent; strings are constant or live in the draft's arena. Reads the spool. */
int form_progress_get(const struct form_draft *d, int64_t now, struct form_progress *out, struct err *e);

#endif
