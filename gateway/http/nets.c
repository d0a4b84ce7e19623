/* SPDX-License-Identifier: EUPL-1.2 */
/* nets - the table of client networks, sorted by the number of their connections. */
#include "http/nets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define VICTIM_STEPS 256	/* networks that are looked at */

void http_nets_init(struct nets *t, unsigned connections)
{
	*t = (struct nets){ .map = map_new(free), .size_max = connections };
	t->by_size = mem_new_array((size_t)connections + 1, sizeof(struct net *));
}

void http_nets_fini(struct nets *t)
{
	map_free(t->map);
	free(t->by_size);
}

static struct span key_of(unsigned listener, const struct addr *a, unsigned char key[18])
{
	struct addr net = addr_network(a, NET_V4, NET_V6);

	key[0] = (unsigned char)listener;
	key[1] = net.v6;
	memcpy(key + 2, net.b, sizeof(net.b));
	return (struct span){ (const char *)key, 18 };
}

struct net *http_net_get(struct nets *t, unsigned listener, const struct addr *a)
{
	unsigned char bytes[18];
	struct span key = key_of(listener, a, bytes);
	struct net *n = map_get(t->map, key);

	if (n == NULL) {
		n = mem_new(sizeof(*n));
		memcpy(n->key, bytes, sizeof(n->key));
		n->addr = addr_network(a, NET_V4, NET_V6);
		map_put(t->map, key, n);
	}
	n->refs++;
	return n;
}

void http_net_put(struct nets *t, struct net *n)
{
	if (n != NULL && --n->refs == 0)
		map_del(t->map, (struct span){ (const char *)n->key, sizeof(n->key) });
}

static void size_out(struct nets *t, struct net *n)
{
	if (n->conns == 0)
		return;
	if (n->size_prev != NULL)
		n->size_prev->size_next = n->size_next;
	else
		t->by_size[n->conns] = n->size_next;
	if (n->size_next != NULL)
		n->size_next->size_prev = n->size_prev;
}

static void size_in(struct nets *t, struct net *n)
{
	if (n->conns == 0)
		return;
	n->size_prev = NULL;
	n->size_next = t->by_size[n->conns];
	if (n->size_next != NULL)
		n->size_next->size_prev = n;
	t->by_size[n->conns] = n;
	if (n->conns > t->largest)
		t->largest = n->conns;
}

static void quiet_out(struct conn *c)
{
	struct quiet_list *l;

	if (c->quiet == QUIET_NONE)
		return;
	l = &c->net->quiet[c->quiet];
	*(c->quiet_prev != NULL ? &c->quiet_prev->quiet_next : &l->first) = c->quiet_next;
	*(c->quiet_next != NULL ? &c->quiet_next->quiet_prev : &l->last) = c->quiet_prev;
	l->n--;
	c->quiet = QUIET_NONE;
}

static void quiet_in(struct conn *c, enum quiet kind)
{
	struct quiet_list *l = &c->net->quiet[kind];

	c->quiet = kind;
	c->quiet_next = NULL;
	c->quiet_prev = l->last;
	*(l->last != NULL ? &l->last->quiet_next : &l->first) = c;
	l->last = c;
	l->n++;
}

void http_net_join(struct nets *t, struct conn *c)
{
	must(c->net->conns < t->size_max);
	size_out(t, c->net);
	c->net->conns++;
	size_in(t, c->net);
}

void http_net_leave(struct nets *t, struct conn *c)
{
	quiet_out(c);
	size_out(t, c->net);
	c->net->conns--;
	size_in(t, c->net);
	while (t->largest > 0 && t->by_size[t->largest] == NULL)
		t->largest--;
}

static enum quiet quiet_of(const struct conn *c)
{
	switch (c->state) {
	case CONN_HANDSHAKE:
		return c->shaking ? QUIET_SHAKING : QUIET_SILENT;
	case CONN_IDLE:
	case CONN_LINGER:
		return QUIET_IDLE;
	case CONN_HEAD:
		return QUIET_HEAD;
	case CONN_WAITING:
		return QUIET_WAITING;
	case CONN_SHAKE:
	case CONN_ACTIVE:
	case CONN_GONE:
		break;
	}
	return QUIET_NONE;
}

void http_conn_become(struct conn *c, enum conn_state state)
{
	enum quiet kind;

	quiet_out(c);
	c->state = state;
	kind = quiet_of(c);
	if (kind != QUIET_NONE)
		quiet_in(c, kind);
}

static struct conn *quietest(const struct net *n, enum quiet kind)
{
	if (kind != QUIET_NONE)
		return n->quiet[kind].first;
	for (int k = 0; k < QUIET_NONE; k++)
		if (n->quiet[k].first != NULL)
			return n->quiet[k].first;
	return NULL;
}

struct conn *http_net_quietest(const struct net *n)
{
	return quietest(n, QUIET_NONE);
}

struct conn *http_nets_victim(const struct nets *t, enum quiet kind)
{
	int steps = VICTIM_STEPS;

	for (unsigned size = t->largest; size > 0; size--) {
		for (const struct net *n = t->by_size[size]; n != NULL && steps-- > 0; n = n->size_next) {
			struct conn *c = quietest(n, kind);

			if (c != NULL)
				return c;
		}
	}
	return NULL;
}
