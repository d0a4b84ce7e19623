/* SPDX-License-Identifier: EUPL-1.2 */
#include "delivery/window.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct slot {
	unsigned busy, limit;
};

struct delivery_window {
	pthread_mutex_t lock;
	struct map *slots;	/* recipient -> struct slot, only while it differs from the untouched state */
	unsigned full;
};

struct delivery_window *delivery_window_new(unsigned full)
{
	struct delivery_window *w = mem_new(sizeof(*w));

	must(pthread_mutex_init(&w->lock, NULL) == 0);
	w->slots = map_new(free);
	w->full = full > 0 ? full : 1;
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

void delivery_window_begin(struct delivery_window *w, const char *recipient)
{
	struct slot *s;

	pthread_mutex_lock(&w->lock);
	s = map_get(w->slots, span_of(recipient));
	if (s == NULL) {
		s = mem_new(sizeof(*s));
		s->limit = w->full;
		map_put(w->slots, span_of(recipient), s);
	}
	s->busy++;
	pthread_mutex_unlock(&w->lock);
}

void delivery_window_end(struct delivery_window *w, const char *recipient, int ok)
{
	struct slot *s;

	pthread_mutex_lock(&w->lock);
	s = map_get(w->slots, span_of(recipient));
	must(s != NULL && s->busy > 0);
	s->busy--;
	if (!ok)
		s->limit = s->limit > 1 ? s->limit / 2 : 1;
	else if (s->limit < w->full)
		s->limit++;
	if (s->busy == 0 && s->limit == w->full)
		map_del(w->slots, span_of(recipient));
	pthread_mutex_unlock(&w->lock);
}

struct full_list {
	struct arena *a;
	struct span *list;
	size_t n;
};

static int add_full(struct span key, void *value, void *ctx)
{
	const struct slot *s = value;
	struct full_list *f = ctx;

	if (s->busy >= s->limit)
		f->list[f->n++] = arena_span(f->a, key);
	return 0;
}

const struct span *delivery_window_full(struct delivery_window *w, struct arena *a, size_t *n)
{
	struct full_list f = { .a = a };

	pthread_mutex_lock(&w->lock);
	f.list = arena_alloc(a, (map_count(w->slots) + 1) * sizeof(*f.list));
	(void)map_each(w->slots, add_full, &f);
	pthread_mutex_unlock(&w->lock);
	*n = f.n;
	return f.list;
}
