/* SPDX-License-Identifier: EUPL-1.2 */
/* window - room per lane, taken before the attempt. */
#include "delivery/window.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

struct slot {
	unsigned busy, limit;
	char *peer;
};

struct delivery_window {
	pthread_mutex_t lock;
	struct map *slots;
	unsigned full;
	size_t most;
};

static void free_slot(void *slot)
{
	struct slot *s = slot;

	free(s->peer);
	free(s);
}

struct delivery_window *delivery_window_new(unsigned full, size_t most)
{
	struct delivery_window *w = mem_new(sizeof(*w));

	must(pthread_mutex_init(&w->lock, NULL) == 0);
	w->slots = map_new(free_slot);
	w->full = full > 0 ? full : 1;
	w->most = most;
	return w;
}

void delivery_window_free(struct delivery_window *w)
{
	if (w == NULL)
		return;
	map_free(w->slots);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}

struct kept {
	struct map *slots;
};

static int keep_busy(struct span key, void *value, void *ctx)
{
	struct slot *s = value;
	struct kept *k = ctx;

	if (s->busy > 0) {
		struct slot *copy = mem_new(sizeof(*copy));

		*copy = *s;
		s->peer = NULL;
		map_put(k->slots, key, copy);
	}
	return 0;
}

/* What is forgotten costs each lane one claim that comes to nothing, at worst. */
static void make_room(struct delivery_window *w)
{
	struct kept k;

	if (map_count(w->slots) < w->most)
		return;
	k.slots = map_new(free_slot);
	(void)map_each(w->slots, keep_busy, &k);
	map_free(w->slots);
	w->slots = k.slots;
}

static struct slot *find(struct delivery_window *w, struct span lane)
{
	struct slot *s = map_get(w->slots, lane);

	if (s == NULL) {
		make_room(w);
		s = mem_new(sizeof(*s));
		s->limit = w->full;
		map_put(w->slots, lane, s);
	}
	return s;
}

bool delivery_window_take(struct delivery_window *w, struct span lane, char **peer)
{
	struct slot *s;
	bool has_room;

	*peer = NULL;
	(void)pthread_mutex_lock(&w->lock);
	s = find(w, lane);
	has_room = s->busy < s->limit;
	if (has_room) {
		s->busy++;
		if (s->peer != NULL)
			*peer = mem_dup(s->peer);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return has_room;
}

static struct slot *leave(struct delivery_window *w, struct span lane)
{
	struct slot *s = map_get(w->slots, lane);

	must(s != NULL && s->busy > 0);
	s->busy--;
	return s;
}

void delivery_window_give(struct delivery_window *w, struct span lane)
{
	(void)pthread_mutex_lock(&w->lock);
	(void)leave(w, lane);
	(void)pthread_mutex_unlock(&w->lock);
}

void delivery_window_end(struct delivery_window *w, struct span lane, bool ok)
{
	struct slot *s;

	(void)pthread_mutex_lock(&w->lock);
	s = leave(w, lane);
	if (!ok)
		s->limit = s->limit > 1 ? s->limit / 2 : 1;
	else if (s->limit < w->full)
		s->limit++;
	(void)pthread_mutex_unlock(&w->lock);
}

void delivery_window_learn(struct delivery_window *w, struct span lane, const char *peer)
{
	struct slot *s;

	(void)pthread_mutex_lock(&w->lock);
	s = map_get(w->slots, lane);
	must(s != NULL);
	if (s->peer == NULL || strcmp(s->peer, peer) != 0) {
		free(s->peer);
		s->peer = mem_dup(peer);
	}
	(void)pthread_mutex_unlock(&w->lock);
}

size_t delivery_window_count(struct delivery_window *w)
{
	size_t n;

	(void)pthread_mutex_lock(&w->lock);
	n = map_count(w->slots);
	(void)pthread_mutex_unlock(&w->lock);
	return n;
}
