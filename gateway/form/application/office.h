/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * office - what every draft and application of one service shares: its forms, the municipalities, its limits, the spool.
 * Immutable once filled but for its locks, receipts and budget; any thread.
 */
#ifndef FORM_OFFICE_H
#define FORM_OFFICE_H

#include "form/application/budget.h"
#include "form/application/walk.h"
#include "form/application/lock.h"
#include "spool/store.h"

/* Where a form comes from. */
struct form_source {
	const char *file;		/* Form.io JSON */
	const char *recipients_file;	/* JSON list of {"name": "Stadt Köln", "ags": "05315000"}, ags: 8 or 12 digits;
					   NULL: the list of the office */
};

struct form_recipients {
	const struct form_recipient *list;
	size_t count;
};

/* A form and whom it may be sent to. */
struct form_offer {
	struct form_definition *definition;
	struct form_recipients to;
	bool own;			/* a list of its own, not that of the office */
};

struct form_office {
	struct spool *spool;		/* borrowed */
	struct form_offer *offers;
	size_t offer_count;
	struct form_recipients recipients;	/* of the forms without a list of their own; may be empty */
	struct form_locks *locks;	/* drafts being changed */
	struct form_receipts *receipts;	/* confirmations made lately */
	struct form_budget *budget;	/* what drafts take of the disk, with what is on its way */
	struct form_budget_limits draft_limits;
	uint8_t owner_key[32];		/* owner.h */
	uint8_t resume_key[32];		/* resume.h */
	uint64_t draft_reserve;		/* free bytes of the disk that drafts leave to what is accepted */
	const char *operator_name, *operator_key;	/* author in the head of a message; borrowed */
	bool test_messages;
	uint64_t upload_max, upload_total;	/* bytes of one file, of all files of an application */
	unsigned upload_count, draft_days;
	int64_t late_ms;		/* an application not stored by then after it was accepted is late */
};

/* Loads the forms (n of them, at least one) and their recipients; recipients_file is for those that name none (NULL: all
 * do). Strings and lists live in the arena. ERR_CONFIG or what the files are refused for, with the file's name. End with
 * form_office_close in every case. */
int form_office_open(struct form_office *o, const struct form_source *forms, size_t n, const char *recipients_file,
		     const struct form_budget_limits *limits, struct arena *a, struct err *e);
void form_office_close(struct form_office *o);	/* an office of zeros is allowed */

const struct form_offer *form_office_offer(const struct form_office *o, const char *id);	/* NULL: no such form */
/* NULL: no such municipality, or the form is not offered there. f may be NULL. */
const struct form_recipient *form_offer_recipient(const struct form_offer *f, const char *ags);

/* recipients.c: strings and list live in the arena. */
int form_recipients_load(const char *path, struct arena *a, struct form_recipients *out, struct err *e);

#endif
