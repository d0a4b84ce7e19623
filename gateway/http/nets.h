/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * nets - what each client network holds of a listener: connections, handshakes, requests; and who has to give way.
 *
 * A network is one IPv4 address or one IPv6 /64, which is what one subscriber gets. A connection belongs to the network
 * of its sender; a request to that of its client, which a trusted proxy may name (who.c). Private to this folder; loop
 * thread only, but for pressed_since.
 */
#ifndef HTTP_NETS_H
#define HTTP_NETS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/addr.h"
#include "base/map.h"
#include "http/conn.h"

#define NET_V4 32	/* bits of an address that make its network */
#define NET_V6 64
#define NET_LOG_V4 24	/* of a network that is logged: no person */
#define NET_LOG_V6 48

struct quiet_list {
	struct conn *first, *last;	/* the one that is in this state for the longest time comes first */
	unsigned n;
};

struct net {
	unsigned char key[18];
	struct addr addr;
	unsigned refs;
	/* as a sender */
	unsigned conns;
	unsigned shaking;		/* TLS handshakes begun and not ended */
	struct quiet_list quiet[QUIET_NONE];
	struct net *size_prev, *size_next;	/* those with as many connections */
	/* as a client */
	unsigned running;		/* requests in workers */
	unsigned waiting;		/* requests that wait for their turn */
	struct conn *wait_first, *wait_last;
	bool ready;			/* in the listener's ring: something waits and may run */
	struct net *ready_next;
	atomic_llong pressed_since;	/* clock_mono since when its own requests hold up others of it; 0: they do not */
};

struct nets {
	struct map *map;
	struct net **by_size;		/* by number of connections; [0] is not used */
	unsigned size_max, largest;	/* no network has more than largest */
};

void http_nets_init(struct nets *t, unsigned connections);
void http_nets_fini(struct nets *t);
/* A reference to the network of that address at the listener with that index. */
struct net *http_net_get(struct nets *t, unsigned listener, const struct addr *a);
void http_net_put(struct nets *t, struct net *n);	/* NULL is allowed */

/* The connection is one of its network from now on, or not any more. c->net stays. */
void http_net_join(struct nets *t, struct conn *c);
void http_net_leave(struct nets *t, struct conn *c);
/* Sets the state and enters the connection as the youngest of its network in that state. */
void http_conn_become(struct conn *c, enum conn_state state);

/* The oldest of this network that does least; NULL: all are busy. */
struct conn *http_net_quietest(const struct net *n);
/* Whom to close when there are too many: of the network with the most connections the oldest one that does least.
 * kind: only of that kind; QUIET_NONE: of any. NULL: all are busy. */
struct conn *http_nets_victim(const struct nets *t, enum quiet kind);

#endif
