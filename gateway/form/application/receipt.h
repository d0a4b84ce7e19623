/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * receipt - the confirmation (Sendebestätigung): what happened when, as a PDF to keep.
 *
 * A PDF costs some twenty milliseconds and asking for it nothing, so each is made once per state of its application and
 * kept; the last 128 are, at most 16 MiB.
 */
#ifndef FORM_RECEIPT_H
#define FORM_RECEIPT_H

#include "form/application/progress.h"

struct form_receipts;

struct form_receipts *form_receipts_new(void);
void form_receipts_free(struct form_receipts *r);	/* NULL is allowed */

/* The confirmation of this state if it was made before: appended to out, true. Any thread. */
bool form_receipt_kept(const struct form_draft *d, const struct form_progress *p, struct buf *out);
/* Makes it, keeps it and appends it to out. */
int form_receipt_make(const struct form_draft *d, const struct form_progress *p, struct buf *out, struct err *e);

#endif
