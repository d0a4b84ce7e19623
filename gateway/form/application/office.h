/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * office - what every draft and application of one service shares: its forms, the municipalities, its limits, the spool.
 * Immutable once filled but for its locks and receipts; any thread.
 */
#ifndef FORM_OFFICE_H
#define FORM_OFFICE_H

#include "form/application/content.h"
#include "form/application/lock.h"
#include "spool/store.h"

struct form_office {
	struct spool *spool;		/* borrowed */
	struct form_definition **definitions;
	size_t definition_count;
	struct form_recipient *recipients;
	size_t recipient_count;
	struct form_locks *locks;	/* drafts being changed */
	struct form_receipts *receipts;	/* confirmations made lately */
	const char *operator_name, *operator_key;	/* author in the head of a message; borrowed */
	bool test_messages;
	uint64_t upload_max, upload_total;	/* bytes of one file, of all files of an application */
	unsigned upload_count, draft_days;
	int64_t late_ms;		/* an application not stored by then after it was accepted is late */
};

/* Loads files (n of them, at least one) and the list of recipients; strings and lists live in the arena. ERR_CONFIG or
 * what the files are refused for, with the file's name. End with form_office_close in every case. */
int form_office_open(struct form_office *o, const char *const *files, size_t n, const char *recipients_file,
		     struct arena *a, struct err *e);
void form_office_close(struct form_office *o);	/* an office of zeros is allowed */

const struct form_definition *form_office_definition(const struct form_office *o, const char *id);	/* or NULL */
const struct form_recipient *form_office_recipient(const struct form_office *o, const char *ags);	/* or NULL */

/* recipients.c. *out is an array in the arena. */
int form_recipients_load(const char *path, struct arena *a, struct form_recipient **out, size_t *n, struct err *e);

#endif
