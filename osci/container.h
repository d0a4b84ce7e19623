/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * container - what the author sends to the reader: signed and encrypted content containers (OSCI 1.2, content level).
 *
 * Going out, the container is built by us and signed and encrypted by xmlsec1 with our own transforms; attachments are
 * streams, encrypted by enc.h under a key of their own that travels inside the encrypted container. Coming in, the
 * strict engines (dsig.h, enc.h) decide. Containers are bounded (OSCI_CONTAINER_MAX, in memory); attachments are not.
 * One thread per object; any number of objects.
 */
#ifndef OSCI_CONTAINER_H
#define OSCI_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/stream.h"
#include "pki/enc.h"
#include "pki/keyring.h"

#define OSCI_CONTAINER_MAX (16u << 20)	/* octets of a container's XML; larger contents travel as attachments */

/* pki_xml_init() must have been called before osci_container_make(). */

/* ---- going out ---- */

struct osci_container_part {
	const char *id;		/* XML Id of the osci:Content or Base64Content: NCName, unique in the message */
	const char *cid;	/* NULL: inside the container as Base64Content; otherwise the MIME part <cid> */
	/* Opens the plaintext at its beginning; the bytes are the same each time (it is read two or three times). */
	int (*open)(void *ctx, struct src **out, struct err *e);
	void *ctx;
};

struct osci_container_job {
	const char *id;			/* of the osci:ContentContainer */
	const struct osci_container_part *parts;
	size_t nparts;
	const struct pki_key *author;	/* NULL: not signed */
	const char *author_uri;		/* "#author1_signature_...": Id of its certificate in the message */
	bool pss;			/* sign with RSASSA-PSS */
	const struct pki_reader *readers;	/* each with its uri; none: not encrypted */
	size_t nreaders;
	unsigned iv_len;		/* 12, or 16 for readers with old software; 0 = 12 */
};

struct osci_container;
/* ERR_LIMIT when the inner contents are too large; errors of open() pass through. parts and readers are not kept
 * except the open functions and contexts of attachments. */
int osci_container_make(const struct osci_container_job *job, struct osci_container **out, struct err *e);
void osci_container_free(struct osci_container *c);
/* The child of osci:ContentPackage (xenc:EncryptedData or osci:ContentContainer), canonical, to be copied as it is
 * into an envelope that declares the five prefixes. Borrowed. */
struct span osci_container_xml(const struct osci_container *c);
size_t osci_container_attachments(const struct osci_container *c);
const char *osci_container_cid(const struct osci_container *c, size_t i);	/* without "cid:" */
/* The octets of the MIME part (encrypted if there are readers); may be opened any number of times, always the same
 * octets: once for the digest of the transport signature, once for the wire. Caller closes. */
int osci_container_attachment(const struct osci_container *c, size_t i, struct src **out, struct err *e);

/* ---- coming in ---- */

struct osci_container_in {
	void *ctx;
	/* Certificate with this Id reference ("#..."), from the message's certificate header; borrowed, NULL if none. */
	pki_cert_lookup_fn *cert;
	/* Where the decoded bytes of a content go; called once by content. cid is NULL for inner contents. The sink is
	 * finished and closed by osci_container_open; *to = NULL skips it (the bytes are verified all the same).
	 * What was written counts only if osci_container_open returned 0. */
	int (*content)(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e);
	/* Namespaces in force around the package beyond the five, as attributes (" xmlns:a=\"urn:a\"..."); usually empty. */
	struct span declarations;
	/* The octets of the MIME part cid, transfer encoding undone; called once or twice by part. */
	int (*part)(void *ctx, const char *cid, struct src **out, struct err *e);
};

#define OSCI_CONTAINER_SIGNATURES_MAX 8	/* of one container */
#define OSCI_AUTHORS_MAX 32

struct osci_container_author {
	const struct pki_cert *cert;	/* borrowed from the lookup */
	const struct pki_alg *alg;	/* of his first signature */
	bool covers_all;		/* every content of the whole package and every attachment of it is signed by him */
};

struct osci_container_result {
	struct osci_container_author authors[OSCI_AUTHORS_MAX];	/* each once; their signatures are mathematically right */
	size_t nauthors;
	bool encrypted;			/* every content was */
	size_t ncontents;
};

/* package: the children of osci:ContentPackage as text, in scope of the five prefixes. Every author signature must be
 * right and every reference in it must match, otherwise ERR_CRYPTO; trust in the certificates is the caller's
 * (trust.h). ERR_MISSING: an EncryptedData is not for one of our cipher keys. */
int osci_container_open(struct span package, const struct pki_keyring *kr, const struct pki_policy *policy,
		     const struct osci_container_in *in, struct osci_container_result *r, struct err *e);

#endif
