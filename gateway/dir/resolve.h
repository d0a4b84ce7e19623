/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * resolve - from a recipient's key to the way there: which intermediary, which certificates, how old is the answer.
 *
 * Asks the directory (DVDV) through the cache in the spool, where an answer is kept by recipient and service; an answer
 * that is not of what was asked for is no answer; one request in flight per key; a stale entry is used only
 * while no server answers, and never beyond its own validity or that of its certificates. Every
 * certificate that a delivery uses has been checked against the trust list for now. What is missing has a name:
 * RSN_DIR_* and RSN_CERT_* in e->reason, always set on failure. Any thread.
 */
#ifndef DIR_RESOLVE_H
#define DIR_RESOLVE_H

#include "base/arena.h"
#include "base/digest.h"
#include "http/client.h"
#include "pki/cert.h"
#include "pki/keyring.h"
#include "pki/trust.h"
#include "spool/store.h"

struct dir;

/* How the directory calls a service of ours. */
struct dir_service {
	const char *name;		/* as messages have it; NULL: any other */
	const char *const *uris;	/* service specification URIs, newest first */
	size_t uri_count;
};

struct dir_options {
	const char *const *servers;	/* base addresses, in order of preference */
	size_t server_count;
	const char *entry_path, *token_path;
	const struct dir_service *services;
	size_t service_count;
	bool check_organisation;	/* ask who has the key when an entry does not say whose it is */
	bool need_signature;		/* an entry names the signature certificate of its intermediary */
	bool allow_local;		/* an entry may point to this machine */
	int64_t fresh_for, usable_for, negative_for, timeout;	/* ms */
	const struct pki_key *client_key;	/* borrowed: signs the client assertion */
	struct http_client *http;		/* borrowed */
	struct spool *spool;			/* borrowed: cache */
	struct pki_certs *certs;		/* borrowed */
	struct pki_trust *trust;		/* borrowed */
};

struct dir_route {
	const char *recipient, *service;	/* as asked, and the URI that had an entry; of the directory */
	const char *intermediary_uri;
	const char *addressee_uri;	/* where the recipient waits for deliveries; "": the entry does not say that it does */
	struct pki_cert *intermediary_cipher;
	struct pki_cert *intermediary_signature;	/* NULL if the entry names none */
	struct pki_cert *addressee_cipher;		/* also the reader of the content */
	struct pki_cert *addressee_signature;		/* NULL if the entry names none; not checked: nothing relies on it */
	int64_t fetched;		/* when the directory said so */
	bool is_stale;			/* used because no server answers */
};

/* How the directory has answered since the start. */
struct dir_stats {
	uint64_t failures;		/* questions without an answer that means something */
	uint64_t stale_used;		/* routes that an old entry gave because of it */
	int64_t failing_since;		/* ms; 0: the last question was answered */
	enum reason reason;		/* why, while it fails: theirs (RSN_DIR_UNREACHABLE) or ours (RSN_DIR_DENIED) */
	char detail[400];
};

/* Borrows everything o points to. ERR_CONFIG without server. Free when no resolve runs any more. */
int dir_new(const struct dir_options *o, struct dir **out, struct err *e);
void dir_free(struct dir *d);
void dir_stats_get(struct dir *d, struct dir_stats *out);

/* recipient: "ags:05315000"; what cannot be a key (printable ASCII, at most 255 characters) is RSN_DIR_NO_ENTRY. service: a
 * name of o->services (the id of a form), a service specification URI, or any other name, or NULL. Strings live in a. Release certificate references with
 * dir_route_fini. */
int dir_resolve(struct dir *d, const char *recipient, const char *service, struct arena *a, struct dir_route *out,
		struct err *e);
void dir_route_fini(struct dir_route *r);
/* The recipient could not read what we sent, or its certificate is not what we used: ask anew next time. */
void dir_forget(struct dir *d, const char *recipient, const char *service);
/* A person says that the entry has been mended: the next resolve asks the directory, whatever was found or not found a
 * moment ago. Other than with dir_forget, a known entry serves while no server answers. */
void dir_ask_again(struct dir *d, const char *recipient, const char *service);

#endif
