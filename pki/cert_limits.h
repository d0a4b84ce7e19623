/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cert_limits - how much of a certificate there may be, counted in its DER before anything parses it: a few octets of DER
 * become a hundred of memory. Private to pki. Any thread.
 */
#ifndef PKI_CERT_LIMITS_H
#define PKI_CERT_LIMITS_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

#define PKI_CERT_RDNS_MAX 32		/* of a name */
#define PKI_CERT_ATTRIBUTES_MAX 8	/* of an RDN */
#define PKI_CERT_EXTENSIONS_MAX 64
#define PKI_CERT_ELEMENTS_MAX 2000	/* of DER in all, those inside extensions (names, policies) included */

/* ERR_LIMIT names what there is too much of, ERR_SYNTAX says that the frame of a certificate is not there. *elements is
 * the count, for an estimate of its memory. */
int pki_cert_limits(struct span der, size_t *elements, struct err *e);

#endif
