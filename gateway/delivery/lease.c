/* SPDX-License-Identifier: EUPL-1.2 */
/* lease - attempts under way in this process, and the thread that keeps their leases. */
#include "delivery/lease.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#define TICK_MOST 1000
#define BATCH 512	/* leases renewed in one round */

struct delivery_leases {
	struct delivery_leases_options o;
	pthread_mutex_t lock;
	pthread_cond_t changed;		/* a lease ended, or the keeper is to end */
	struct delivery_lease *first;
	pthread_t keeper;
	bool is_ending;
};

struct renewal {
	struct id id;
	uint64_t token;
};

/* Early enough for a renewal that fails to be tried again. */
static bool is_due(const struct delivery_leases *l, const struct delivery_lease *x, int64_t now)
{
	return !x->is_lost && clock_mono() < x->deadline && x->until - now < l->o.lease_ms * 2 / 3;
}

static struct delivery_lease *find(struct delivery_leases *l, const struct id *id, uint64_t token)
{
	struct delivery_lease *x = l->first;

	while (x != NULL && (id_cmp(&x->id, id) != 0 || x->token != token))
		x = x->next;
	return x;
}

/* Without the lock: a renewal is a commit. */
static int renew(struct delivery_leases *l, const struct renewal *r, struct err *e)
{
	int64_t until = clock_now() + l->o.lease_ms;
	int rc = spool_delivery_renew(l->o.spool, &r->id, r->token, until, e);
	struct delivery_lease *x;

	(void)pthread_mutex_lock(&l->lock);
	x = find(l, &r->id, r->token);
	if (x != NULL && rc == 0)
		x->until = until;
	else if (x != NULL && (rc == ERR_WRONG_STATE || rc == ERR_MISSING))
		x->is_lost = true;
	(void)pthread_mutex_unlock(&l->lock);
	return rc;
}

static void renew_all(struct delivery_leases *l)
{
	struct renewal list[BATCH];
	int64_t now = clock_now();
	size_t n = 0;

	(void)pthread_mutex_lock(&l->lock);
	for (struct delivery_lease *x = l->first; x != NULL && n < BATCH; x = x->next)
		if (is_due(l, x, now))
			list[n++] = (struct renewal){ x->id, x->token };
	(void)pthread_mutex_unlock(&l->lock);
	for (size_t i = 0; i < n; i++) {
		struct err e = ERR_INIT;

		if (renew(l, &list[i], &e) != 0)
			log_event(LOG_WARN, "delivery.lease-lost", LOG_ID("delivery", &list[i].id), LOG_ERR(&e));
	}
}

static void tell_who_waits_long(struct delivery_leases *l)
{
	int64_t now = clock_mono();

	(void)pthread_mutex_lock(&l->lock);
	for (struct delivery_lease *x = l->first; x != NULL; x = x->next) {
		if (x->waits_since == 0 || x->was_told || now - x->waits_since < l->o.long_ms)
			continue;
		x->was_told = true;
		if (l->o.takes_long != NULL)
			l->o.takes_long(l->o.ctx, x->owner);
	}
	(void)pthread_mutex_unlock(&l->lock);
}

static int64_t tick_of(const struct delivery_leases *l)
{
	int64_t tick = l->o.lease_ms / 4 < l->o.long_ms / 4 ? l->o.lease_ms / 4 : l->o.long_ms / 4;

	return tick < 10 ? 10 : tick > TICK_MOST ? TICK_MOST : tick;
}

static void *keep(void *arg)
{
	struct delivery_leases *l = arg;
	int64_t tick = tick_of(l);
	bool is_ending = false;

	while (!is_ending) {
		struct timespec t;

		renew_all(l);
		tell_who_waits_long(l);
		(void)clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec += (t.tv_nsec + tick * 1000000) / 1000000000;
		t.tv_nsec = (t.tv_nsec + tick * 1000000) % 1000000000;
		(void)pthread_mutex_lock(&l->lock);
		if (!l->is_ending)
			(void)pthread_cond_timedwait(&l->changed, &l->lock, &t);
		is_ending = l->is_ending;
		(void)pthread_mutex_unlock(&l->lock);
	}
	return NULL;
}

int delivery_leases_start(const struct delivery_leases_options *o, struct delivery_leases **out, struct err *e)
{
	struct delivery_leases *l = mem_new(sizeof(*l));
	pthread_condattr_t monotonic;

	l->o = *o;
	must(pthread_mutex_init(&l->lock, NULL) == 0);
	must(pthread_condattr_init(&monotonic) == 0 && pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&l->changed, &monotonic) == 0);
	(void)pthread_condattr_destroy(&monotonic);
	if (pthread_create(&l->keeper, NULL, keep, l) != 0) {
		(void)pthread_cond_destroy(&l->changed);
		(void)pthread_mutex_destroy(&l->lock);
		free(l);
		return err_set(e, ERR_NOMEM, "cannot start the keeper of leases");
	}
	*out = l;
	return 0;
}

void delivery_leases_free(struct delivery_leases *l)
{
	if (l == NULL)
		return;
	(void)pthread_mutex_lock(&l->lock);
	must(l->first == NULL);
	l->is_ending = true;
	(void)pthread_cond_broadcast(&l->changed);
	(void)pthread_mutex_unlock(&l->lock);
	(void)pthread_join(l->keeper, NULL);
	(void)pthread_cond_destroy(&l->changed);
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

/* An attempt at the same delivery that was claimed before: as there is a newer one, its lease is lost. */
static bool has_older(struct delivery_leases *l, const struct delivery_lease *lease)
{
	bool found = false;

	for (struct delivery_lease *x = l->first; x != NULL; x = x->next) {
		if (id_cmp(&x->id, &lease->id) != 0 || x->token >= lease->token)
			continue;
		x->is_lost = true;
		found = true;
	}
	return found;
}

void delivery_lease_take(struct delivery_leases *l, struct delivery_lease *lease, const struct spool_delivery *d,
			 int64_t lasts_ms, void *owner)
{
	*lease = (struct delivery_lease){ .home = l, .id = d->id, .token = d->token, .owner = owner, .until = d->due,
					  .deadline = INT64_MAX };
	(void)pthread_mutex_lock(&l->lock);
	lease->next = l->first;
	l->first = lease;
	while (has_older(l, lease))
		(void)pthread_cond_wait(&l->changed, &l->lock);
	lease->deadline = clock_mono() + lasts_ms;
	(void)pthread_mutex_unlock(&l->lock);
}

void delivery_lease_end(struct delivery_lease *lease)
{
	struct delivery_leases *l = lease->home;
	struct delivery_lease **at = &l->first;

	(void)pthread_mutex_lock(&l->lock);
	while (*at != lease)
		at = &(*at)->next;
	*at = lease->next;
	(void)pthread_cond_broadcast(&l->changed);
	(void)pthread_mutex_unlock(&l->lock);
}

int delivery_lease_begin_order(struct delivery_lease *lease, struct err *e)
{
	struct delivery_leases *l = lease->home;
	bool is_lost, is_short;

	(void)pthread_mutex_lock(&l->lock);
	is_lost = lease->is_lost;
	is_short = lease->until - clock_now() < l->o.lease_ms / 2;
	(void)pthread_mutex_unlock(&l->lock);
	if (is_lost)
		return err_set(e, ERR_WRONG_STATE, "the lease was lost: another attempt has begun");
	if (clock_mono() >= lease->deadline)
		return err_reason(e, ERR_TIMEOUT, RSN_NET_TIMEOUT, "all requests of the attempt together take too long");
	if (is_short && renew(l, &(struct renewal){ lease->id, lease->token }, e) != 0)
		return err_wrap(e, "lease");
	(void)pthread_mutex_lock(&l->lock);
	lease->waits_since = clock_mono();
	(void)pthread_mutex_unlock(&l->lock);
	return 0;
}

void delivery_lease_end_order(struct delivery_lease *lease)
{
	(void)pthread_mutex_lock(&lease->home->lock);
	lease->waits_since = 0;
	(void)pthread_mutex_unlock(&lease->home->lock);
}
