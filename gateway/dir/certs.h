/* SPDX-License-Identifier: EUPL-1.2 */
/* certs - the certificates of an entry: parsed, and checked against the trust list. Private to this folder; any thread. */
#ifndef DIR_CERTS_H
#define DIR_CERTS_H

#include "dir/entry.h"
#include "dir/resolve.h"

/* Fills the certificates of out, which the caller releases with dir_route_fini also on error. ERR_SYNTAX
 * RSN_DIR_BAD_ANSWER names the one that is none. */
int dir_certs_parse(struct pki_certs *certs, const struct dir_entry *r, struct dir_route *out, struct err *e);
/* ERR_TRUST with RSN_CERT_* for the addressee's, RSN_IM_CERT_* for the intermediary's. The addressee's signature
 * certificate is not checked: nothing relies on it. */
int dir_certs_check(struct pki_trust *trust, const struct dir_route *r, int64_t now, struct err *e);
/* When the first of those ends without which nothing can be sent. */
int64_t dir_certs_end(const struct dir_route *r);

#endif
