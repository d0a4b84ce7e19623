/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * form - the form service: pages for a person, a JSON API for programs, and what becomes of their input.
 *
 * State lives in the spool only. A draft is a message of kind SPOOL_DRAFT:
 *     service     form id, recipient "ags:<digits>", expires = last change + draft_days
 *     meta        JSON, encrypted at rest: the values, and which upload belongs to which field
 *     open_meta   JSON without personal data, kept after erasure: form title, municipality, digests of the access tokens
 *     parts       upload-1, upload-2, ... (label: the safe file name)
 * Sending is one commit on the same message: kind SPOOL_APPLICATION, parts application.xml and application.pdf,
 * instants submitted and accepted, their events, and a first delivery to its recipient. A person reads "angenommen"
 * only after that commit. Sending again answers with the same application.
 *
 * Who may see a draft or an application: whoever has its token (160 random bits, in a cookie limited to the path of the
 * draft, or as bearer token of the API). The spool keeps only its SHA-256. Whoever enters its code gets a token, too
 * (form/application/resume.h).
 *
 * Any thread. The service borrows the spool, which must outlive it. Options are copied.
 */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "form/application/office.h"
#include "http/server.h"
#include "spool/store.h"

struct form_service;

struct form_link {
	const char *title, *url;
};

struct form_options {
	const struct form_source *forms;	/* at least one; docs/forms.md says what is supported */
	size_t form_count;
	const char *recipients_file;	/* for those that have none of their own; NULL: all have */
	const char *public_url; /* "https://antrag.example", without a path; https makes cookies Secure; NULL: as the request says */
	const char *operator_name;	/* who runs the service: page header, author in the message head */
	const char *operator_key;	/* the operator's DVDV key ("psw:01003110"), or NULL: "depesche:form" */
	const char *imprint_url, *privacy_url;	/* links in the footer; NULL: none */
	const struct form_link *links;	/* further ones, behind them */
	size_t link_count;
	const char *frame_ancestors;	/* CSP value, NULL: 'none' */
	bool test_messages;		/* message head gets test="..." (not for production use) */
	uint64_t upload_max;		/* bytes of one file; 0: 20 MiB */
	uint64_t upload_total;		/* bytes of all files of an application; 0: 100 MiB */
	unsigned upload_count;		/* files of an application; 0: 20, at most 200 */
	unsigned draft_days;       /* days after the last change until a draft is erased; 0: 30 (OZG section 8a(3)) */
	struct form_budget_limits budget;	/* what drafts may take; members 0: 10 GiB, 1 GiB of a client, 100000, 100 */
	uint64_t disk_reserve;	/* of the spool: drafts leave twice as much free */
	int64_t late_ms;	/* what is not stored at the recipient by then is said to be late; 0: a day */
	double rate_per_second, rate_burst;	/* changing requests of one address; 0: 2 per second, burst 40 */
};

/* ERR_CONFIG if the head of a message (XOEV, data type C of DIN 91379) cannot carry the name. */
int form_operator_check(const char *name, struct err *e);
/* Loads definitions and recipients and checks them. ERR_UNSUPPORTED names every component that a definition must not
 * have (JavaScript rules, unknown types), one "path: property: why" a line, as many as fit; form_check_file() gives
 * the whole list. Caller frees with form_service_free. */
int form_service_new(const struct form_options *o, struct spool *spool, struct form_service **out, struct err *e);
void form_service_free(struct form_service *s);	/* NULL is allowed; after the listener has stopped */

/* What the form listener serves; the array is the service's and lives as long. */
const struct http_route *form_routes(struct form_service *s, size_t *n);

/* The error page of the listener (http_listener.error_page), so that a refusal of the server looks like the service;
 * ctx is the service. */
const char *form_error_page(struct http_request *rq, unsigned status, struct buf *out, void *ctx);

/* Erases drafts past their time and forgets quiet addresses; call it every minute or so. *erased may be NULL. */
int form_service_housekeep(struct form_service *s, int64_t now, size_t *erased, struct err *e);

/* Bytes that drafts take, as their budget counts them: those from before the start only after the first housekeeping. */
uint64_t form_draft_bytes(const struct form_service *s);

/* Checks a definition without a service, for `--check-config`: problem is called once for each finding.
 * 0 if there is none, else ERR_SYNTAX or ERR_UNSUPPORTED. */
int form_check_file(const char *path, void (*problem)(void *ctx, const char *text), void *ctx, struct err *e);
/* Only the path of a definition, which is the id of the form and the service of its messages; the rest is not looked at.
 * The caller frees *id. */
int form_file_id(const char *path, char **id, struct err *e);
/* The same for the list of recipients; the error names the file and the entry. */
int form_check_recipients(const char *path, struct err *e);

#endif
