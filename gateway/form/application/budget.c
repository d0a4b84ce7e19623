/* SPDX-License-Identifier: EUPL-1.2 */
/* What drafts take of the disk, by draft and by client. */
#include "form/application/budget.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

struct client {
	unsigned drafts;
	uint64_t bytes;
	char name[];
};

struct entry {
	struct client *client;		/* NULL: not known */
	uint64_t bytes;
	int64_t expires;
	struct id draft;
};

struct form_budget {
	pthread_mutex_t mutex;
	struct form_budget_limits limits;
	struct map *drafts;		/* id -> entry */
	struct map *clients;		/* name -> client, while it has a draft */
	uint64_t bytes;
};

struct form_budget *form_budget_new(const struct form_budget_limits *l)
{
	struct form_budget *b = mem_new(sizeof(*b));

	pthread_mutex_init(&b->mutex, NULL);
	b->limits = *l;
	b->drafts = map_new(free);
	b->clients = map_new(free);
	return b;
}

void form_budget_free(struct form_budget *b)
{
	if (b == NULL)
		return;
	map_free(b->drafts);
	map_free(b->clients);
	pthread_mutex_destroy(&b->mutex);
	free(b);
}

static struct span key_of(const struct id *draft)
{
	return (struct span){ (const char *)draft->b, sizeof(draft->b) };
}

static struct entry *make_entry(struct form_budget *b, const struct id *draft, const char *client)
{
	struct entry *x = mem_new(sizeof(*x));

	if (client != NULL && (x->client = map_get(b->clients, span_of(client))) == NULL) {
		x->client = mem_new(sizeof(*x->client) + strlen(client) + 1);
		memcpy(x->client->name, client, strlen(client) + 1);
		map_put(b->clients, span_of(client), x->client);
	}
	if (x->client != NULL)
		x->client->drafts++;
	x->draft = *draft;
	map_put(b->drafts, key_of(draft), x);
	return x;
}

static void take(struct form_budget *b, struct entry *x, uint64_t bytes)
{
	x->bytes += bytes;
	b->bytes += bytes;
	if (x->client != NULL)
		x->client->bytes += bytes;
}

static void give_back(struct form_budget *b, struct entry *x, uint64_t bytes)
{
	x->bytes -= bytes;
	b->bytes -= bytes;
	if (x->client != NULL)
		x->client->bytes -= bytes;
}

static enum form_budget_answer try_take(struct form_budget *b, struct entry *x, uint64_t bytes)
{
	if (b->bytes + bytes > b->limits.bytes)
		return FORM_BUDGET_FULL;
	if (x->client != NULL && x->client->bytes + bytes > b->limits.client_bytes)
		return FORM_BUDGET_CLIENT_FULL;
	take(b, x, bytes);
	return FORM_BUDGET_FITS;
}

enum form_budget_answer form_budget_begin(struct form_budget *b, const char *client)
{
	enum form_budget_answer answer = FORM_BUDGET_FITS;
	const struct client *c;

	pthread_mutex_lock(&b->mutex);
	c = client == NULL ? NULL : map_get(b->clients, span_of(client));
	if (map_count(b->drafts) >= b->limits.drafts || b->bytes >= b->limits.bytes)
		answer = FORM_BUDGET_FULL;
	else if (c != NULL && (c->drafts >= b->limits.client_drafts || c->bytes >= b->limits.client_bytes))
		answer = FORM_BUDGET_CLIENT_FULL;
	pthread_mutex_unlock(&b->mutex);
	return answer;
}

enum form_budget_answer form_budget_set(struct form_budget *b, const struct id *draft, const char *client, uint64_t bytes,
					int64_t expires)
{
	enum form_budget_answer answer = FORM_BUDGET_FITS;
	struct entry *x;

	pthread_mutex_lock(&b->mutex);
	x = map_get(b->drafts, key_of(draft));
	if (x == NULL)
		take(b, x = make_entry(b, draft, client), bytes);
	else if (bytes > x->bytes)
		answer = try_take(b, x, bytes - x->bytes);
	else
		give_back(b, x, x->bytes - bytes);
	if (answer == FORM_BUDGET_FITS)
		x->expires = expires;
	pthread_mutex_unlock(&b->mutex);
	return answer;
}

enum form_budget_answer form_budget_add(struct form_budget *b, const struct id *draft, uint64_t bytes)
{
	enum form_budget_answer answer = FORM_BUDGET_FITS;
	struct entry *x;

	pthread_mutex_lock(&b->mutex);
	x = map_get(b->drafts, key_of(draft));
	if (x != NULL)
		answer = try_take(b, x, bytes);
	pthread_mutex_unlock(&b->mutex);
	return answer;
}

void form_budget_drop(struct form_budget *b, const struct id *draft, uint64_t bytes)
{
	struct entry *x;

	pthread_mutex_lock(&b->mutex);
	x = map_get(b->drafts, key_of(draft));
	if (x != NULL)
		give_back(b, x, bytes < x->bytes ? bytes : x->bytes);
	pthread_mutex_unlock(&b->mutex);
}

static void forget(struct form_budget *b, struct entry *x)
{
	const struct id draft = x->draft;

	give_back(b, x, x->bytes);
	if (x->client != NULL && --x->client->drafts == 0)
		map_del(b->clients, span_of(x->client->name));
	map_del(b->drafts, key_of(&draft));
}

void form_budget_forget(struct form_budget *b, const struct id *draft)
{
	struct entry *x;

	pthread_mutex_lock(&b->mutex);
	x = map_get(b->drafts, key_of(draft));
	if (x != NULL)
		forget(b, x);
	pthread_mutex_unlock(&b->mutex);
}

/* A map must not be changed while it is walked: so many at a time are noted and then forgotten. */
struct over {
	int64_t now;
	struct entry *list[256];
	size_t n;
};

static int note_over(struct span key, void *value, void *ctx)
{
	struct over *o = ctx;
	struct entry *x = value;

	(void)key;
	if (x->expires <= o->now)
		o->list[o->n++] = x;
	return o->n == ARRAY_LEN(o->list);
}

void form_budget_expire(struct form_budget *b, int64_t now)
{
	struct over o = { .now = now };

	pthread_mutex_lock(&b->mutex);
	do {
		o.n = 0;
		(void)map_each(b->drafts, note_over, &o);
		for (size_t i = 0; i < o.n; i++)
			forget(b, o.list[i]);
	} while (o.n == ARRAY_LEN(o.list));
	pthread_mutex_unlock(&b->mutex);
}
