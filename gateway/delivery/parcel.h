/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parcel - an application as an OSCI delivery: author-signed, reader-encrypted content made of the spool's parts.
 *
 * application.xml travels inside the content container; every other part is an encrypted attachment, streamed.
 * One thread at a time.
 */
#ifndef DELIVERY_PARCEL_H
#define DELIVERY_PARCEL_H

#include "delivery/channel.h"
#include "osci/client.h"

struct delivery_parcel;

/* The content of the errand's message for the reader that its route names; the errand must outlive the parcel. */
int delivery_parcel_new(struct delivery_errand *x, struct delivery_parcel **out, struct err *e);
const struct osci_outgoing *delivery_parcel_outgoing(const struct delivery_parcel *p);
void delivery_parcel_free(struct delivery_parcel *p);	/* NULL is allowed */

#endif
