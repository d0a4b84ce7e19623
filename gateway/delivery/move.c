/* SPDX-License-Identifier: EUPL-1.2 */
/* move - from one peer to another without a double. */
#include "delivery/move.h"

#include <string.h>

#include "peer/registry.h"

static bool is_same(const char *a, const char *b)
{
	char x[PEER_KEY_LEN], y[PEER_KEY_LEN];

	return a != NULL && peer_key(a, x) && peer_key(b, y) && strcmp(x, y) == 0;
}

/* Back to where it came from: that peer still knows the id. */
static void go_back(struct spool_delivery *d, const char *uri)
{
	const char *left = d->peer, *left_id = d->peer_id;

	d->peer = uri;
	d->peer_id = d->old_peer_id;
	d->old_peer = left;
	d->old_peer_id = left_id;
}

bool delivery_move(struct spool_delivery *d, const char *uri)
{
	if (d->peer == NULL || is_same(d->peer, uri)) {
		d->peer = uri;
		return false;
	}
	/* Only one of the two pairs can be the open one: with an id the present, without one the old. */
	if (d->peer_id == NULL && is_same(d->old_peer, uri)) {
		go_back(d, uri);
		return true;
	}
	if (d->peer_id != NULL) {
		d->old_peer = d->peer;
		d->old_peer_id = d->peer_id;
		d->peer_id = NULL;
	}
	d->peer = uri;
	return true;
}

void delivery_use_up(struct spool_delivery *d)
{
	d->old_peer = d->peer;
	d->old_peer_id = d->peer_id;
	d->peer_id = NULL;
	d->ambiguous = false;
}

bool delivery_is_used_up(const struct spool_delivery *d)
{
	return !d->ambiguous && d->peer_id == NULL && d->old_peer_id != NULL && d->peer != NULL && is_same(d->old_peer, d->peer);
}

bool delivery_asks_old(const struct spool_delivery *d)
{
	return d->ambiguous && d->peer_id == NULL && d->old_peer_id != NULL;
}

void delivery_stays(struct spool_delivery *d)
{
	const char *named = d->peer;

	d->peer = d->old_peer;
	d->peer_id = d->old_peer_id;
	d->old_peer = named;
	d->old_peer_id = NULL;
}
