/* SPDX-License-Identifier: EUPL-1.2 */
/* crew - threads and seats. */
#include "delivery/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

struct delivery_crew {
	struct delivery_crew_options o;
	pthread_mutex_t lock;
	pthread_cond_t free_seat;
	pthread_t *threads;
	unsigned thread_count, thread_most;
	unsigned seated, patient, waiting;	/* waiting: threads without a seat */
	atomic_bool is_ending;
};

/* Locked. A seat that nobody can take would be a worker less. */
static void *turn_loop(void *arg);
static bool recruit(struct delivery_crew *c)
{
	if (c->waiting > 0 || c->thread_count >= c->thread_most || atomic_load(&c->is_ending))
		return true;
	if (pthread_create(&c->threads[c->thread_count], NULL, turn_loop, c) != 0)
		return false;
	c->thread_count++;
	return true;
}

static bool sit_down(struct delivery_crew *c)
{
	bool has_seat;

	(void)pthread_mutex_lock(&c->lock);
	c->waiting++;
	while (c->seated >= c->o.workers && !atomic_load(&c->is_ending))
		(void)pthread_cond_wait(&c->free_seat, &c->lock);
	c->waiting--;
	has_seat = !atomic_load(&c->is_ending);
	if (has_seat)
		c->seated++;
	(void)pthread_mutex_unlock(&c->lock);
	return has_seat;
}

static void get_up(struct delivery_crew *c, const struct delivery_turn *turn)
{
	(void)pthread_mutex_lock(&c->lock);
	if (turn->is_patient) {
		c->patient--;
	} else {
		c->seated--;
		(void)pthread_cond_signal(&c->free_seat);
	}
	(void)pthread_mutex_unlock(&c->lock);
}

static void *turn_loop(void *arg)
{
	struct delivery_crew *c = arg;

	while (sit_down(c)) {
		struct delivery_turn turn = { .crew = c };

		c->o.work(c->o.ctx, &turn);
		get_up(c, &turn);
	}
	return NULL;
}

int delivery_crew_start(const struct delivery_crew_options *o, struct delivery_crew **out, struct err *e)
{
	struct delivery_crew *c = mem_new(sizeof(*c));
	bool ok = true;

	*out = c;	/* the first turn may begin before this returns */
	c->o = *o;
	must(o->workers > 0 && o->patient > 0);
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	must(pthread_cond_init(&c->free_seat, NULL) == 0);
	c->thread_most = 2 * o->workers + o->patient;
	c->threads = mem_new_array(c->thread_most, sizeof(*c->threads));
	(void)pthread_mutex_lock(&c->lock);
	for (unsigned i = 0; ok && i < o->workers; i++) {
		ok = pthread_create(&c->threads[c->thread_count], NULL, turn_loop, c) == 0;
		c->thread_count += ok ? 1 : 0;
	}
	(void)pthread_mutex_unlock(&c->lock);
	if (!ok) {
		delivery_crew_free(c);
		*out = NULL;
		return err_set(e, ERR_NOMEM, "cannot start delivery worker");
	}
	return 0;
}

void delivery_crew_end(struct delivery_crew *c)
{
	(void)pthread_mutex_lock(&c->lock);
	atomic_store(&c->is_ending, true);
	(void)pthread_cond_broadcast(&c->free_seat);
	(void)pthread_mutex_unlock(&c->lock);
}

void delivery_crew_free(struct delivery_crew *c)
{
	if (c == NULL)
		return;
	delivery_crew_end(c);
	for (unsigned i = 0; i < c->thread_count; i++)	/* nobody is recruited any more */
		(void)pthread_join(c->threads[i], NULL);
	(void)pthread_cond_destroy(&c->free_seat);
	(void)pthread_mutex_destroy(&c->lock);
	free(c->threads);
	free(c);
}

bool delivery_crew_is_ending(const struct delivery_crew *c)
{
	return atomic_load(&c->is_ending);
}

bool delivery_crew_be_patient(struct delivery_turn *turn, bool must)
{
	struct delivery_crew *c = turn->crew;
	bool done;

	(void)pthread_mutex_lock(&c->lock);
	done = turn->is_patient;
	if (!done && c->patient < c->o.patient + (must ? c->o.workers : 0) && recruit(c)) {
		turn->is_patient = true;
		c->patient++;
		c->seated--;
		(void)pthread_cond_signal(&c->free_seat);
		done = true;
	}
	(void)pthread_mutex_unlock(&c->lock);
	return done;
}

bool delivery_crew_has_patience(struct delivery_crew *c)
{
	bool has;

	(void)pthread_mutex_lock(&c->lock);
	has = c->patient < c->o.patient;
	(void)pthread_mutex_unlock(&c->lock);
	return has;
}
