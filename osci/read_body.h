/* SPDX-License-Identifier: EUPL-1.2 */
/* read_body - the soap:Body as it passes by: its digest as the sender signed it, and its one child: a small element as a
 * tree, or the ContentPackage to the intake. */
#ifndef OSCI_READ_BODY_H
#define OSCI_READ_BODY_H

#include "osci/env.h"
#include "osci/sign_check.h"

struct osci_body_in;

/* s: the Body's own start tag. is_cipher: of an encrypted message. Freed by the caller, also after an error. */
int osci_body_begin(struct osci_reading *r, struct osci_sign *sign, const struct osci_intake *intake, bool is_cipher,
		    const struct xml_push *p, const struct xml_start *s, struct osci_body_in **out, struct err *e);
/* The events below it; the last end is the Body's own. */
int osci_body_start(struct osci_body_in *b, const struct xml_start *s, struct err *e);
int osci_body_text(struct osci_body_in *b, struct span text, struct err *e);
int osci_body_end(struct osci_body_in *b, const struct xml_name *name, struct err *e);
const struct xml_node *osci_body_tree(const struct osci_body_in *b);	/* the small element, or NULL */
int osci_body_refs(const struct osci_body_in *b, struct err *e);	/* osci_content_refs, where there is content */
void osci_body_free(struct osci_body_in *b);	/* NULL is allowed */

#endif
