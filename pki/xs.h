/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xs - xmlsec1 as this folder uses it: set up once, its errors as ours, our transforms, attachments as URIs.
 * Only for documents that we built ourselves. Private to pki. Any thread after pki_xml_init().
 */
#ifndef PKI_XS_H
#define PKI_XS_H

#include <libxml/tree.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/transforms.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/stream.h"
#include "pki/algo.h"
#include "pki/keyring.h"
#include "pki/xml_make.h"

/* What 1.2.37 lacks: AES-256-GCM with a nonce of 12 or 16 octets (IvLength), xmlenc11#rsa-oaep with SHA-256 and
 * MGF1-SHA-256, RSASSA-PSS with SHA-256. */
extern const xmlSecTransformKlass pki_xs_gcm_klass, pki_xs_oaep_klass, pki_xs_pss_klass;

/* Stores the last thing xmlsec said on this thread as ERR_INTERNAL "what: ..."; an error of an attachment's source
 * comes back as it was. */
int pki_xs_err(struct err *e, const char *what);

/* While set, "cid:" URIs are read on this thread from what open gives; NULL ends it. Also clears the thread's error. */
void pki_xs_attachments(pki_xml_open_fn *open, void *ctx);

/* NULL if xmlsec has no klass for it. */
xmlSecTransformId pki_xs_transform(const struct pki_alg *a);

/* A document of ours as a tree; caller frees with xmlFreeDoc. */
int pki_xs_parse(struct span text, xmlDocPtr *out, struct err *e);
/* The canonical form (C14N 1.0) of the whole document, appended. */
int pki_xs_canonical(xmlDocPtr doc, struct buf *out, struct err *e);

#endif
