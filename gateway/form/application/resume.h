/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * resume - a draft or an application is found again, on this device or another one, by a code that a person keeps.
 *
 * The code of a draft is always the same: 100 bits of an HMAC over its id, under a secret of the spool, which has nothing of it but
 * its SHA-256, and that only once the person has asked for it. Who types the code gets a token for the device (access.h).
 */
#ifndef FORM_RESUME_H
#define FORM_RESUME_H

#include "form/application/draft.h"

#define FORM_CODE_LEN 25	/* "7Q2M-XK4D-9WPR-A3TV-C8HJ" and a NUL */

bool form_resume_is_kept(const struct form_draft *d);	/* the person has asked for the code */
void form_resume_code(const struct form_draft *d, char code[FORM_CODE_LEN]);
/* From now on the code leads to it; durable on 0. Under the draft's lock. */
int form_resume_keep(struct form_draft *d, struct err *e);
/* typed: as a person writes it, with blanks, hyphens, small letters, I or L for 1, O for 0. On 0 *id is the draft, or the
 * application it has become, and token opens it from now on; takes its lock for that, and waits up to wait_ms.
 * ERR_SYNTAX: no code at all; ERR_MISSING: none that leads anywhere; ERR_BUSY: it is just being changed. */
int form_resume_open(struct form_office *o, struct arena *a, const char *typed, int wait_ms, char token[FORM_TOKEN_LEN],
		     struct id *id, struct err *e);
/* This token opens it no more. Under the draft's lock. */
int form_resume_leave(struct form_draft *d, const char *token, struct err *e);

#endif
