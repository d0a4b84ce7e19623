/* SPDX-License-Identifier: EUPL-1.2 */
/* h_oracle - xmlsec1 as a second opinion: stock where it can, with our transforms where it lacks them. */
#ifndef TESTS_H_ORACLE_H
#define TESTS_H_ORACLE_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/span.h"

/* Verifies the first ds:Signature of a document under the key. pki_xml_init() must have been called.
 * 1: right, 0: wrong, -1: xmlsec cannot. */
int h_oracle_verify(struct span doc, EVP_PKEY *key);
/* Signs the document's ds:Signature template (SignedInfo complete but for the values); out gets the document. */
bool h_oracle_sign(struct span doc, EVP_PKEY *key, struct buf *out);
/* Decrypts the document's root, an xenc:EncryptedData with its value inside, with the RSA key of a reader. */
bool h_oracle_decrypt(struct span doc, EVP_PKEY *key, struct buf *out);

#endif
