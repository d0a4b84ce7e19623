/* SPDX-License-Identifier: EUPL-1.2 */
/* draft_meta - inside of form/application: how a draft is kept in the spool, and for how long. */
#ifndef FORM_DRAFT_META_H
#define FORM_DRAFT_META_H

#include "form/application/draft.h"

#define DRAFT_META_MAX (FORM_VALUES_MAX + 131072)	/* with the list of uploads */

/* What stays readable after erasure: nothing about the person; with the token of who begins. ERR_LIMIT, as the next one. */
int form_draft_put_open(struct buf *out, const struct form_definition *def, const struct form_recipient *to,
			char token[FORM_TOKEN_LEN], struct err *e);
/* Values and list of uploads; ERR_LIMIT if they are more than may be kept. */
int form_draft_put_meta(struct buf *out, const struct form_draft *d, struct err *e);
/* The same from the message in d. */
int form_draft_read_meta(struct form_draft *d, struct err *e);
json_t *form_draft_defaults(const struct form_definition *def);	/* what a new draft holds; the caller's */
bool form_draft_is_empty(const struct form_draft *d);	/* nothing was entered yet */
int64_t form_draft_end(const struct form_draft *d);	/* ms: when it is erased, if nothing changes from now on */

#endif
