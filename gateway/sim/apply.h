/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply - one application through the form's JSON interface, step by step, as a program of a citizen's would do it.
 * One thread at a time.
 */
#ifndef SIM_APPLY_H
#define SIM_APPLY_H

#include "base/buf.h"
#include "base/json.h"
#include "http/client.h"

struct apply {
	struct http_client *http;	/* borrowed */
	const char *url;		/* of the form, without a trailing slash */
	char id[40], token[128];	/* of the draft, once it exists */
	unsigned status;		/* HTTP status of the last answer, 0 if none came */
};

/* Each step: 0, or ERR_REFUSED with status and the answer's text; transport errors pass through. */
int apply_create(struct apply *a, const char *ags, struct err *e);
int apply_values(struct apply *a, const char *surname, struct err *e);
int apply_upload(struct apply *a, const char *name, const void *data, size_t n, struct err *e);
int apply_submit(struct apply *a, struct err *e);
/* What apply_values sends; the caller frees it. */
json_t *apply_sample(const char *surname);
/* A part of the sent application ("application.xml", "application.pdf", "receipt.pdf") or, with "", its state. */
int apply_get(struct apply *a, const char *what, struct buf *out, struct err *e);

#endif
