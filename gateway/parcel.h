/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parcel - an application as an OSCI delivery: author-signed, reader-encrypted content made of the spool's parts.
 *
 * application.xml travels inside the content container; every other part is an encrypted attachment, streamed.
 * One thread at a time.
 */
#ifndef GW_PARCEL_H
#define GW_PARCEL_H

#include "attempt.h"

struct gw_parcel;

/* reader is the addressee's cipher certificate; m and a must outlive the parcel. */
int gw_parcel_new(struct gw_sender *s, struct arena *a, const struct spool_message *m, struct pki_cert *reader,
		  struct gw_parcel **out, struct err *e);
const struct osci_outgoing *gw_parcel_outgoing(const struct gw_parcel *p);
void gw_parcel_free(struct gw_parcel *p);	/* NULL is allowed */

#endif
