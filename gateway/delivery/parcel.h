/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parcel - an application as an OSCI delivery: author-signed, reader-encrypted content made of the spool's parts.
 *
 * application.xml travels inside the content container; every other part is an encrypted attachment, streamed.
 * One thread at a time.
 */
#ifndef DELIVERY_PARCEL_H
#define DELIVERY_PARCEL_H

#include "delivery/sender.h"

struct delivery_parcel;

/* message_id is what the intermediary gave for it; reader is the addressee's cipher certificate. m, message_id and a must
 * outlive the parcel. */
int delivery_parcel_new(struct delivery_sender *s, struct arena *a, const struct spool_message *m,
			const char *message_id, struct pki_cert *reader, struct delivery_parcel **out, struct err *e);
const struct osci_outgoing *delivery_parcel_outgoing(const struct delivery_parcel *p);
void delivery_parcel_free(struct delivery_parcel *p);	/* NULL is allowed */

#endif
