/* SPDX-License-Identifier: EUPL-1.2 */
#include "dir/resolve.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dir/cache.h"
#include "dir/query.h"

#define STRIPES 32
#define KEY_MAX 255	/* organisation key of the DVDV 2 API */
#define ANSWER_MAX ((size_t)512 * 1024)

struct dir {
	struct dir_options o;
	struct dir_query *query;
	pthread_mutex_t stripes[STRIPES];	/* one request in flight per key: the others find its answer cached */
};

int dir_new(const struct dir_options *o, struct dir **out, struct err *e)
{
	struct dir *d = mem_new(sizeof(*d));
	int rc;

	d->o = *o;
	rc = dir_query_new(&d->o, &d->query, e);
	if (rc != 0) {
		free(d);
		return rc;
	}
	for (int i = 0; i < STRIPES; i++)
		must(pthread_mutex_init(&d->stripes[i], NULL) == 0);
	*out = d;
	return 0;
}

void dir_free(struct dir *d)
{
	if (d == NULL)
		return;
	for (int i = 0; i < STRIPES; i++)
		(void)pthread_mutex_destroy(&d->stripes[i]);
	dir_query_free(d->query);
	free(d);
}

static pthread_mutex_t *stripe_of(struct dir *d, const char *recipient)
{
	unsigned h = 5381;

	for (const char *p = recipient; *p != '\0'; p++)
		h = h * 33 + (unsigned char)*p;
	return &d->stripes[h % STRIPES];
}

/* A certificate of the record, parsed. An entry without it leaves *out NULL. */
static int parse_cert(struct dir *d, struct span text, const char *what, struct pki_cert **out, struct err *e)
{
	struct err bad = ERR_INIT;

	*out = NULL;
	if (text.n == 0 || pki_certs_from_base64(d->o.certs, text, out, &bad) == 0)
		return 0;
	return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s: %s", what, bad.text);
}

static int parse_certs(struct dir *d, const struct dir_record *r, struct dir_route *out, struct err *e)
{
	int rc = parse_cert(d, r->addressee_cipher, "addressee's cipher certificate", &out->addressee_cipher, e);

	if (rc == 0)
		rc = parse_cert(d, r->intermediary_cipher, "intermediary's cipher certificate", &out->intermediary_cipher, e);
	if (rc == 0)
		rc = parse_cert(d, r->addressee_signature, "addressee's signature certificate", &out->addressee_signature, e);
	if (rc == 0)
		rc = parse_cert(d, r->intermediary_signature, "intermediary's signature certificate",
				&out->intermediary_signature, e);
	return rc;
}

static int check_cert(struct dir *d, const struct pki_cert *c, enum pki_purpose purpose, const char *what, int64_t now,
		      struct err *e)
{
	struct pki_verdict v;

	if (c == NULL)
		return 0;
	pki_check(d->o.trust, c, purpose, now, &v);
	return pki_verdict_err(&v, what, e);
}

static int check_certs(struct dir *d, const struct dir_route *r, int64_t now, struct err *e)
{
	int rc = check_cert(d, r->addressee_cipher, PKI_FOR_CIPHER, "addressee's cipher certificate", now, e);

	if (rc == 0)
		rc = check_cert(d, r->intermediary_cipher, PKI_FOR_CIPHER, "intermediary's cipher certificate", now, e);
	if (rc == 0)
		rc = check_cert(d, r->intermediary_signature, PKI_FOR_SIGNATURE, "intermediary's signature certificate", now,
				e);
	return rc == 0 ? 0 : err_default_reason(e, RSN_CERT_UNTRUSTED);
}

static int64_t first_end(const struct dir_route *r)
{
	const struct pki_cert *a = r->addressee_cipher, *b = r->intermediary_cipher;

	must(a != NULL && b != NULL);	/* dir_record_read() refuses an answer without them */
	return a->not_after < b->not_after ? a->not_after : b->not_after;
}

/* Asks for each service, newest first, until one has an entry. */
static int ask_directory(struct dir *d, const char *recipient, struct arena *a, struct dir_record *r, struct err *e)
{
	struct err expired = ERR_INIT;
	struct buf text;
	int rc = 0;

	buf_init(&text, ANSWER_MAX);
	for (size_t i = 0; i < d->o.service_count; i++) {
		*e = (struct err)ERR_INIT;
		rc = dir_query_find(d->query, recipient, d->o.services[i], &text, e);
		if (rc == 0) {
			rc = dir_record_read(buf_view(&text), a, r, e);
			r->service = arena_dup(a, d->o.services[i]);
			break;
		}
		if (e->reason == RSN_DIR_EXPIRED)
			expired = *e;	/* tells more than "no entry" for an older service */
		if (e->reason != RSN_DIR_EXPIRED && e->reason != RSN_DIR_NO_ENTRY)
			break;
	}
	buf_fini(&text);
	if (rc != 0 && e->reason == RSN_DIR_NO_ENTRY && expired.code != ERR_OK) {
		*e = expired;
		rc = (int)e->code;
	}
	return rc;
}

/* A clear answer, not a fault on the way to it: worth remembering for a while. */
static bool is_negative(const struct err *e)
{
	return e->reason == RSN_DIR_NO_ENTRY || e->reason == RSN_DIR_EXPIRED || e->reason == RSN_DIR_INCOMPLETE ||
	       e->reason == RSN_DIR_AMBIGUOUS || e->reason == RSN_CERT_REVOKED;
}

/* Asks the directory and caches what it says. On success out holds record, age and parsed certificates. */
static int refresh(struct dir *d, const char *recipient, int64_t now, struct arena *a, struct dir_cached *c,
		   struct dir_route *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	int rc = ask_directory(d, recipient, a, &c->record, e);

	if (rc == 0)
		rc = dir_record_check(&c->record, now, e);
	if (rc == 0)
		rc = parse_certs(d, &c->record, out, e);
	if (rc != 0) {
		if (is_negative(e) && dir_cache_put_negative(d->o.spool, recipient, e->reason, now, d->o.negative_for,
							     &ignored) != 0)
			log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
		return rc;
	}
	c->age = DIR_AGE_FRESH;
	c->fetched = now;
	if (dir_cache_put(d->o.spool, recipient, &c->record, now, d->o.fresh_for, d->o.usable_for, first_end(out),
			  &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
	return 0;
}

static int look_up(struct dir *d, const char *recipient, int64_t now, struct arena *a, struct dir_cached *c,
		   struct dir_route *out, struct err *e)
{
	struct dir_cached fresh = { .age = DIR_AGE_NONE };
	int rc = dir_cache_get(d->o.spool, recipient, now, a, c, e);

	if (rc != 0)
		return rc;
	if (c->age == DIR_AGE_FRESH && c->negative != RSN_NONE)
		return err_reason(e, ERR_MISSING, c->negative, "the directory said so %lld s ago",
				  (long long)(now - c->fetched) / 1000);
	if (c->age == DIR_AGE_FRESH)
		return parse_certs(d, &c->record, out, e);
	rc = refresh(d, recipient, now, a, &fresh, out, e);
	if (rc == 0) {
		*c = fresh;
		return 0;
	}
	if (c->age != DIR_AGE_STALE || c->negative != RSN_NONE || !dir_is_technical(e))
		return rc;
	log_event(LOG_WARN, "directory.stale-used", LOG_STR("recipient", recipient),
		  LOG_INT("age_s", (now - c->fetched) / 1000));
	*e = (struct err)ERR_INIT;
	dir_route_fini(out);	/* of an answer that was no use */
	out->is_stale = true;
	return parse_certs(d, &c->record, out, e);
}

static bool is_key(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] <= 0x20 || s[i] >= 0x7f)
			return false;
	return n > 0 && n <= KEY_MAX;
}

int dir_resolve(struct dir *d, const char *recipient, struct arena *a, struct dir_route *out, struct err *e)
{
	pthread_mutex_t *stripe = stripe_of(d, recipient);
	struct dir_cached c = { .age = DIR_AGE_NONE };
	int64_t now;
	int rc;

	*out = (struct dir_route){ .recipient = arena_dup(a, recipient) };
	if (!is_key(recipient))
		return err_reason(e, ERR_MISSING, RSN_DIR_NO_ENTRY, "resolve: not a key of the directory");
	pthread_mutex_lock(stripe);
	now = clock_now();	/* not before: another thread's answer may be younger */
	rc = look_up(d, recipient, now, a, &c, out, e);
	pthread_mutex_unlock(stripe);
	if (rc == 0) {
		rc = check_certs(d, out, now, e);
		if (rc != 0)	/* the entry may be mended any time: the next attempt asks for it */
			dir_forget(d, recipient);
	}
	if (rc != 0) {
		dir_route_fini(out);
		(void)err_default_reason(e, RSN_DIR_BAD_ANSWER);
		return err_wrap(e, "resolve %s", recipient);
	}
	out->service = c.record.service;
	out->intermediary_uri = c.record.intermediary_uri;
	out->fetched = c.fetched;
	return 0;
}

void dir_route_fini(struct dir_route *r)
{
	pki_cert_free(r->intermediary_cipher);
	pki_cert_free(r->intermediary_signature);
	pki_cert_free(r->addressee_cipher);
	pki_cert_free(r->addressee_signature);
	r->intermediary_cipher = r->intermediary_signature = r->addressee_cipher = r->addressee_signature = NULL;
}

void dir_ask_again(struct dir *d, const char *recipient)
{
	struct err ignored = ERR_INIT;

	if (is_key(recipient) && dir_cache_expire(d->o.spool, recipient, clock_now(), &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
}

void dir_forget(struct dir *d, const char *recipient)
{
	struct err ignored = ERR_INIT;

	if (dir_cache_drop(d->o.spool, recipient, clock_now(), &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
}
