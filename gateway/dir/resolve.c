/* SPDX-License-Identifier: EUPL-1.2 */
/* resolve - cache, directory and checks in their order, one question at a time for each name. */
#include "dir/resolve.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dir/cache.h"
#include "dir/certs.h"
#include "dir/health.h"
#include "dir/organisation.h"
#include "dir/query.h"

#define STRIPES 32
#define KEY_MAX 255	/* organisation key of the DVDV 2 API */

struct dir {
	struct dir_options o;
	struct dir_query *query;
	pthread_mutex_t stripes[STRIPES];	/* one request in flight per name: the others find its answer cached */
	struct dir_health health;
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
	dir_health_init(&d->health);
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
	dir_health_fini(&d->health);
	dir_query_free(d->query);
	free(d);
}

void dir_stats_get(struct dir *d, struct dir_stats *out)
{
	pthread_mutex_lock(&d->health.lock);
	*out = d->health.now;
	pthread_mutex_unlock(&d->health.lock);
}

static pthread_mutex_t *stripe_of(struct dir *d, const struct dir_name *name)
{
	const char *const texts[] = { name->recipient, name->service };
	unsigned h = 5381;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (const char *p = texts[i]; *p != '\0'; p++)
			h = h * 33 + (unsigned char)*p;
	return &d->stripes[h % STRIPES];
}

/* The row of the service; what has none and is a URI stands for itself, other names for what is configured for any
 * other. NULL: nothing is. */
static const struct dir_service *find_service(const struct dir *d, const struct dir_service *itself)
{
	const struct dir_service *any = NULL;
	const char *name = itself->name;

	for (size_t i = 0; i < d->o.service_count; i++) {
		const struct dir_service *s = &d->o.services[i];

		if (s->name == NULL)
			any = s;
		else if (strcmp(s->name, name) == 0)
			return s;
	}
	return strchr(name, ':') != NULL ? itself : any;
}

static bool is_asked_for(const struct dir_service *s, const char *uri)
{
	for (size_t i = 0; i < s->uri_count; i++)
		if (strcmp(s->uris[i], uri) == 0)
			return true;
	return false;
}

static int check_organisation(struct dir *d, const char *key, const struct dir_entry *r, struct buf *text, struct err *e)
{
	int rc;

	if (r->is_bound || !d->o.check_organisation)
		return 0;
	rc = dir_query_organisations(d->query, key, text, e);
	return rc != 0 ? err_wrap(e, "whose entry it is") : dir_organisation_check(buf_view(text), key, r, e);
}

/* Asks for one service specification. */
static int ask_for(struct dir *d, const char *key, const char *uri, struct arena *a, struct dir_entry *r, struct err *e)
{
	struct dir_question q = { .key = key, .service = uri, .need_signature = d->o.need_signature,
				  .allow_local = d->o.allow_local };
	struct buf text;
	int rc;

	buf_init(&text, DIR_ANSWER_MAX);
	rc = dir_query_find(d->query, key, uri, &text, e);
	if (rc == 0)
		rc = dir_entry_read(buf_view(&text), &q, a, r, e);
	if (rc == 0)
		rc = check_organisation(d, key, r, &text, e);
	buf_fini(&text);
	return rc;
}

/* Asks for each service specification, newest first, until one has an entry. */
static int ask_directory(struct dir *d, const struct dir_name *name, const struct dir_service *s, struct arena *a,
			 struct dir_entry *r, struct err *e)
{
	struct err expired = ERR_INIT;
	int rc = 0;

	for (size_t i = 0; i < s->uri_count; i++) {
		*e = (struct err)ERR_INIT;
		rc = ask_for(d, name->recipient, s->uris[i], a, r, e);
		if (rc == 0 || (e->reason != RSN_DIR_EXPIRED && e->reason != RSN_DIR_NO_ENTRY))
			return rc;
		if (e->reason == RSN_DIR_EXPIRED)
			expired = *e;	/* tells more than "no entry" for an older service */
	}
	if (expired.code != ERR_OK)
		*e = expired;
	return (int)e->code;
}

/* A clear answer, not a fault on the way to it: worth remembering for a while. */
static bool is_negative(const struct err *e)
{
	return e->reason == RSN_DIR_NO_ENTRY || e->reason == RSN_DIR_EXPIRED || e->reason == RSN_DIR_INCOMPLETE ||
	       e->reason == RSN_DIR_BAD_ADDRESS || e->reason == RSN_DIR_AMBIGUOUS || e->reason == RSN_CERT_REVOKED ||
	       e->reason == RSN_IM_CERT_REVOKED;
}

/* Asks the directory and caches what it says. On success out holds record, age and parsed certificates. */
static int refresh(struct dir *d, const struct dir_name *name, const struct dir_service *s, int64_t now, struct arena *a,
		   struct dir_cached *c, struct dir_route *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	int rc = ask_directory(d, name, s, a, &c->record, e);

	if (rc == 0)
		rc = dir_entry_check(&c->record, now, e);
	if (rc == 0)
		rc = dir_certs_parse(d->o.certs, &c->record, out, e);
	if (rc != 0 && dir_is_technical(e))
		dir_health_failed(&d->health, now, e);
	else
		dir_health_answered(&d->health);
	if (rc != 0) {
		if (is_negative(e) && dir_cache_put_negative(d->o.spool, name, e, now, d->o.negative_for, &ignored) != 0)
			log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
		return rc;
	}
	c->age = DIR_AGE_FRESH;
	c->fetched = now;
	if (dir_cache_put(d->o.spool, name, &c->record, now, d->o.fresh_for, d->o.usable_for, dir_certs_end(out),
			  &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
	return 0;
}

/* A cached entry of a service specification that is not asked for any more is none. */
static int look_into_cache(struct dir *d, const struct dir_name *name, const struct dir_service *s, int64_t now,
			   struct arena *a, struct dir_cached *c, struct err *e)
{
	int rc = dir_cache_get(d->o.spool, name, now, a, c, e);

	if (rc == 0 && c->age != DIR_AGE_NONE && c->negative == RSN_NONE && !is_asked_for(s, c->record.service))
		c->age = DIR_AGE_NONE;
	return rc;
}

static int look_up(struct dir *d, const struct dir_name *name, const struct dir_service *s, int64_t now, struct arena *a,
		   struct dir_cached *c, struct dir_route *out, struct err *e)
{
	struct dir_cached fresh = { .age = DIR_AGE_NONE };
	int rc = look_into_cache(d, name, s, now, a, c, e);

	if (rc != 0)
		return rc;
	if (c->age == DIR_AGE_FRESH && c->negative != RSN_NONE)
		return err_reason(e, ERR_MISSING, c->negative, "%s (the directory said so %lld s ago)", c->detail,
				  (long long)(now - c->fetched) / 1000);
	if (c->age == DIR_AGE_FRESH)
		return dir_certs_parse(d->o.certs, &c->record, out, e);
	rc = refresh(d, name, s, now, a, &fresh, out, e);
	if (rc == 0) {
		*c = fresh;
		return 0;
	}
	if (c->age != DIR_AGE_STALE || c->negative != RSN_NONE || !dir_is_technical(e))
		return rc;
	log_event(LOG_WARN, "directory.stale-used", LOG_STR("recipient", name->recipient),
		  LOG_INT("age_s", (now - c->fetched) / 1000), LOG_ERR(e));
	dir_health_stale(&d->health);
	*e = (struct err)ERR_INIT;
	dir_route_fini(out);	/* of an answer that was no use */
	out->is_stale = true;
	return dir_certs_parse(d->o.certs, &c->record, out, e);
}

static struct dir_name name_of(const char *recipient, const char *service)
{
	return (struct dir_name){ recipient, service != NULL ? service : "" };
}

static bool is_key(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] <= 0x20 || s[i] >= 0x7f)
			return false;
	return n > 0 && n <= KEY_MAX;
}

static int resolve_locked(struct dir *d, const struct dir_name *name, const struct dir_service *s, struct arena *a,
			  struct dir_cached *c, struct dir_route *out, struct err *e)
{
	pthread_mutex_t *stripe = stripe_of(d, name);
	int64_t now;
	int rc;

	pthread_mutex_lock(stripe);
	now = clock_now();	/* not before: another thread's answer may be younger */
	rc = look_up(d, name, s, now, a, c, out, e);
	pthread_mutex_unlock(stripe);
	if (rc != 0)
		return rc;
	rc = dir_certs_check(d->o.trust, out, now, e);
	if (rc != 0)	/* the entry may be mended any time: the next attempt asks for it */
		dir_forget(d, name->recipient, name->service);
	return rc;
}

int dir_resolve(struct dir *d, const char *recipient, const char *service, struct arena *a, struct dir_route *out,
		struct err *e)
{
	struct dir_name name = name_of(recipient, service);
	const struct dir_service itself = {name.service, &name.service, 1}, *s = find_service(d, &itself);
	struct dir_cached c = { .age = DIR_AGE_NONE };
	int rc;

	*out = (struct dir_route){ .recipient = arena_dup(a, recipient) };
	if (!is_key(recipient))
		return err_reason(e, ERR_MISSING, RSN_DIR_NO_ENTRY, "resolve: not a key of the directory");
	if (s == NULL || s->uri_count == 0)
		return err_reason(e, ERR_CONFIG, RSN_LOC_DIRECTORY, "resolve %s: no service is configured for \"%.100s\"", recipient,
				  name.service);
	rc = resolve_locked(d, &name, s, a, &c, out, e);
	if (rc != 0) {
		dir_route_fini(out);
		(void)err_default_reason(e, e->code == ERR_FULL ? RSN_LOC_DISK_FULL : RSN_INTERNAL);
		return err_wrap(e, "resolve %s", recipient);
	}
	out->service = c.record.service;
	out->intermediary_uri = c.record.intermediary_uri;
	out->addressee_uri = c.record.addressee_uri != NULL ? c.record.addressee_uri : "";
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

void dir_ask_again(struct dir *d, const char *recipient, const char *service)
{
	struct dir_name name = name_of(recipient, service);
	struct err ignored = ERR_INIT;

	if (is_key(recipient) && dir_cache_expire(d->o.spool, &name, clock_now(), &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
}

void dir_forget(struct dir *d, const char *recipient, const char *service)
{
	struct dir_name name = name_of(recipient, service);
	struct err ignored = ERR_INIT;

	if (dir_cache_drop(d->o.spool, &name, clock_now(), &ignored) != 0)
		log_event(LOG_WARN, "directory.cache-failed", LOG_ERR(&ignored));
}
