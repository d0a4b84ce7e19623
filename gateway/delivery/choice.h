/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * choice - by which channel a delivery goes out: by the configuration for its recipient, or by the recipient's directory
 * entry. Pure; any thread.
 */
#ifndef DELIVERY_CHOICE_H
#define DELIVERY_CHOICE_H

#include "delivery/channel.h"

struct delivery_choice {
	const struct delivery_channel *channel;
	const char *peer;	/* whom it is taken to */
	const char *address;	/* where the recipient waits; NULL where the channel needs none */
	bool repeat;		/* sent again though the recipient may have it already */
};

/* What d is to be sent by now; strings are the route's and the configuration's. As long as an attempt may have gone through
 * (d->ambiguous), the channel is the one that it went by. ERR_MISSING (DIR-INCOMPLETE): the channel needs an address where the
 * recipient waits, and nobody names one; ERR_UNSUPPORTED: nobody here knows the channel. */
int delivery_choose(const struct conf_delivery *c, const struct spool_delivery *d, const struct dir_route *route,
		    struct delivery_choice *out, struct err *e);

#endif
