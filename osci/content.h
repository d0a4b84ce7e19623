/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * content - the ContentPackage of a delivery: made from parts by the author, opened by the reader.
 *
 * Joins osci/container.h (author signature, reader encryption) with the certificates and attachments of a message. What
 * is inside the container is bounded (OSCI_CONTAINER_MAX); attachments are streams of any size. pki_xml_init() must
 * have been called. One thread per object.
 */
#ifndef OSCI_CONTENT_H
#define OSCI_CONTENT_H

#include "osci/client.h"
#include "osci/container.h"
#include "pki/trust.h"

struct osci_part {
	const char *id;		/* XML Id: NCName, unique in the message, not "contentcontainer" */
	const char *cid;	/* NULL: in the container, base64; otherwise an attachment with this Content-ID, of
				 * ASCII letters, digits and ._@+- */
	const char *type;	/* of an attachment; NULL: application/octet-stream */
	uint64_t size;		/* of an attachment: exact number of bytes open() gives */
	int (*open)(void *ctx, struct src **out, struct err *e);	/* several times, the same bytes each time */
	void *ctx;
};

struct osci_package_job {
	const struct osci_part *parts;
	size_t part_count;
	const struct pki_key *author;	/* NULL: the content is not signed */
	bool pss;			/* sign with RSASSA-PSS */
	const struct pki_key *originator;	/* the key the client signs with, or NULL; may be the author's */
	struct pki_cert *addressee;	/* cipher certificate: the mailbox */
	struct pki_cert *const *readers;	/* cipher certificates, the addressee's may be among them */
	size_t reader_count;		/* 0: the content is not encrypted */
	bool iv16;			/* for readers whose software does not know nonces of 96 bit */
};

struct osci_package;

/* ERR_CONFIG, RSN_LOC_KEY_MISSING: the author's certificate is not valid now. Everything in job but the parts' open functions and contexts is copied or referenced. */
int osci_package_make(const struct osci_package_job *job, struct osci_package **out, struct err *e);
void osci_package_free(struct osci_package *p);	/* NULL is allowed */
/* Fills certificates, content and attachments of *d; what they point to lives as long as the package. */
void osci_package_fill(struct osci_package *p, struct osci_outgoing *d);

struct osci_package_author {
	const struct pki_cert *cert;	/* borrowed from the message */
	bool covers_all;		/* every content of the package is signed by him */
	struct pki_verdict verdict;	/* of the certificate, at the time given */
};

struct osci_package_result {
	struct osci_package_author authors[OSCI_AUTHORS_MAX];	/* each once */
	size_t author_count;
	bool was_encrypted;		/* every content was */
	size_t content_count;
};

struct osci_package_in {
	const struct pki_keyring *keys;
	const struct pki_policy *policy;
	struct pki_trust *trust;	/* for the authors' verdicts; NULL: no verdicts */
	int64_t at;			/* ms: when the verdicts are to hold */
	/* Where a content goes, as osci_container_in: cid NULL for what is in the container; *to NULL skips it. Counts
	 * only if osci_package_open returned 0. */
	int (*content)(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e);
	/* The octets of an attachment as the intake got them. */
	int (*part)(void *ctx, const char *cid, struct src **out, struct err *e);
	void *ctx;
};

/* package: the part "body" of a fetched delivery; m: the message it came with. Every author signature has to be right
 * (ERR_CRYPTO otherwise); whether its certificate is trusted is in the verdicts and for the caller to judge.
 * ERR_MISSING: encrypted, but not for one of our keys. ERR_UNSUPPORTED: a ContentPackage under another
 * prefix than osci. */
int osci_package_open(const struct osci_package_in *in, struct src *package, const struct osci_message *m,
		      struct osci_package_result *r, struct err *e);

#endif
