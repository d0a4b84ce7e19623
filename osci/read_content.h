/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read_content - the ContentPackage as it passes by: what it may hold, and the form it is handed on in: canonical, and
 * right under any Envelope that declares the five standard prefixes (and nothing else, as our writer's does)..
 */
#ifndef OSCI_READ_CONTENT_H
#define OSCI_READ_CONTENT_H

#include "osci/env.h"
#include "osci/reading.h"

struct osci_content_in;

/* s: the start tag of the ContentPackage, at hand in p. Takes the part "body" from intake. Freed by the caller. */
int osci_content_begin(struct osci_reading *r, const struct osci_intake *intake, const struct xml_push *p,
		       const struct xml_start *s, struct osci_content_in **out, struct err *e);
/* The events below it; the last end is its own. */
int osci_content_start(struct osci_content_in *c, const struct xml_start *s, struct err *e);
int osci_content_text(struct osci_content_in *c, struct span text, struct err *e);
int osci_content_end(struct osci_content_in *c, const struct xml_name *name, struct err *e);
/* Once the attachments are in the message: does every reference name one of them? */
int osci_content_refs(const struct osci_content_in *c, struct err *e);
uint64_t osci_content_size(const struct osci_content_in *c);	/* bytes handed on */
void osci_content_free(struct osci_content_in *c);	/* NULL is allowed */

#endif
