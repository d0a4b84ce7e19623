/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trust - is a certificate what it says, at a given time: path to our anchors, validity, revocation, strength, use.
 *
 * The answer is a verdict with every finding apart, because OSCI reports findings (Inspection, codes 3xxx/9xxx) and
 * refuses by policy. No network is touched: CRLs come from files; whoever renews them asks here where they are to be had. Verdicts are cached
 * by certificate, use, generation of the CRLs and minute: asking again costs a look-up. Any thread.
 */
#ifndef PKI_TRUST_H
#define PKI_TRUST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "pki/cert.h"
#include "pki/policy.h"

enum pki_purpose { PKI_FOR_SIGNATURE, PKI_FOR_CIPHER, PKI_FOR_TLS_CLIENT, PKI_FOR_TLS_SERVER, PKI_PURPOSES };
enum pki_math { PKI_MATH_INDETERMINATE, PKI_MATH_OK, PKI_MATH_CORRUPTED };	/* the issuer's signature over it */
enum pki_offline { PKI_OFFLINE_INDETERMINATE, PKI_OFFLINE_VALID, PKI_OFFLINE_INVALID }; /* path and validity at T */
enum pki_online { PKI_ONLINE_UNKNOWN, PKI_ONLINE_OK, PKI_ONLINE_REVOKED };	/* from the CRLs */

struct pki_verdict {
	bool accepted;		/* nothing of what the policy forbids: then reason is RSN_NONE */
	bool trusted;		/* a path to an anchor with correct signatures exists, whatever else is wrong */
	bool malformed;		/* such a path would exist, but a certificate of it breaks RFC 5280 (no AKI, no SKI, ...) */
	bool expired;		/* outside its validity at T, before or after */
	bool not_yet;		/* expired or chain_expired only because T is too early */
	bool chain_expired;	/* a certificate above it is */
	bool weak;		/* key or signature algorithm below the policy, anywhere in the path but the anchor */
	bool wrong_use;		/* key usage does not allow the purpose */
	enum pki_math math;
	enum pki_offline offline;
	enum pki_online online;
	bool issuer_revoked;	/* PKI_ONLINE_REVOKED is about a certificate above it */
	int64_t revoked_at;	/* ms; 0 unless online is PKI_ONLINE_REVOKED */
	int64_t crl_this_update, crl_next_update;	/* of the CRL that was used for it; 0 if none */
	enum reason reason;	/* RSN_CERT_*: the weightiest finding that the policy does not accept */
	char text[160];		/* for the log and the operator: "revoked on ...", "no path: issuer CN=... unknown" */
};

struct pki_trust;

struct pki_trust_files {
	const char *const *anchors;	/* PEM bundles or DER; NULL ends each list; a list may be NULL */
	const char *const *intermediates;
	const char *const *crls;	/* files (PEM or DER) and folders of *.crl, *.pem and *.r0 */
	const char *fetched;		/* one more folder, which need not be there yet: what the program itself fetches; NULL: none */
};

/* An anchor need not be self-signed, but one that is not has to be an authority's certificate (ERR_CONFIG names it).
 * Reads all files now: an unreadable or malformed anchor, intermediate or CRL *file* is an error that names it
 * (ERR_MISSING, ERR_SYNTAX); in a CRL *folder* it is logged and left out. No anchor at all: ERR_CONFIG. */
int pki_trust_new(const struct pki_trust_files *files, const struct pki_policy *policy, struct pki_trust **out,
		  struct err *e);
void pki_trust_free(struct pki_trust *t);
const struct pki_policy *pki_trust_policy(const struct pki_trust *t);
/* Reads CRLs whose files changed (by mtime, size and inode); a broken new file, or a file or folder that was named and is
 * gone, keeps the last good lists and is logged.
 * Cheap when nothing changed; call it from a periodic job. Returns the number of CRLs at hand. */
size_t pki_trust_reload_crls(struct pki_trust *t);
/* How many files and folders with CRLs could not be read when they were last looked at. Any thread. */
size_t pki_trust_crls_bad(struct pki_trust *t);
/* Octets that claim to be revocation lists, before they are kept in a file: each has to be one that may be used, signed by an anchor
 * or an intermediate. *next_update: the earliest of them, ms. ERR_SYNTAX, ERR_UNSUPPORTED (crl_rules), ERR_CRYPTO, ERR_TRUST. */
#define PKI_CRL_FILE_MAX (20u << 20)	/* bytes that are read of a file */
int pki_trust_check_crl(struct pki_trust *t, struct span file, int64_t *next_update, struct err *e);
/* Where certificates say that lists are, each address once: anchors, intermediates, and what was found trusted since the start
 * (a few hundred at most). Nobody has vouched for the addresses: follow only those that are allowed. Any thread. */
size_t pki_trust_crl_points(struct pki_trust *t, struct arena *a, const char *const **out);
/* ms until the first CRL at hand passes its nextUpdate (negative: it has), for metrics; INT64_MAX without CRLs. */
int64_t pki_trust_crl_left(struct pki_trust *t, int64_t now_ms);

/* Certificates for which a path is found from now on are kept in certs (borrowed, outlives t). Before threads use t. */
void pki_trust_remember(struct pki_trust *t, struct pki_certs *certs);
/* Fills *v. Never fails: what cannot be told is INDETERMINATE or UNKNOWN. */
void pki_check(struct pki_trust *t, const struct pki_cert *c, enum pki_purpose purpose, int64_t at_ms,
	       struct pki_verdict *v);
/* The verdict as an error: 0, or ERR_TRUST with reason and text, "what: ..." in front. */
int pki_verdict_err(const struct pki_verdict *v, const char *what, struct err *e);
/* Counts what was really computed (not from the cache): for tests and metrics. */
uint64_t pki_trust_computed(struct pki_trust *t);

#endif
