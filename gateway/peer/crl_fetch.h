/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * crl_fetch - revocation lists from where they are published, into a folder that pki_trust reads.
 *
 * Fetched are the addresses that the configuration names, and those that trusted certificates name as far as they are below an
 * allowed one. What comes is checked before it is kept (pki_trust_check_crl), and a file is replaced at once; whatever goes wrong,
 * the lists before stay, for as long as policy lets them count. An address that fails is asked again after a minute, then rarer.
 * peer_crl_fetch_run for one thread, peer_crl_fetch_stats for any.
 */
#ifndef PEER_CRL_FETCH_H
#define PEER_CRL_FETCH_H

#include "http/client.h"
#include "pki/trust.h"

#define PEER_CRLS_MAX 64	/* addresses; further ones are logged once and not fetched */

struct peer_crl_fetch;

struct peer_crl_rules {
	struct http_client *http;
	struct pki_trust *trust;
	const char *folder;		/* made when the first list is kept */
	const char *const *urls;	/* always; n of them */
	size_t url_count;
	const char *const *below;	/* where distribution points of certificates may lead */
	size_t below_count;
	int64_t every_ms;		/* after a success; sooner when the list ends before */
};

/* All is borrowed. ERR_SYNTAX: an address is none. */
int peer_crl_fetch_new(const struct peer_crl_rules *rules, struct peer_crl_fetch **out, struct err *e);
void peer_crl_fetch_free(struct peer_crl_fetch *f);	/* NULL is allowed; no run is under way */
/* Asks all addresses that are due, one after the other, and lets trust read what is new. A job (periodic.h): 0 always, failures
 * are logged and counted. */
int peer_crl_fetch_run(void *f, int64_t now, struct err *e);

struct peer_crl_stats {
	size_t addresses, failing;
	uint64_t fetched, failures;	/* answers since the start */
	char detail[300];		/* address and error of one that fails; "": none does */
};
void peer_crl_fetch_stats(struct peer_crl_fetch *f, struct peer_crl_stats *out);

#endif
