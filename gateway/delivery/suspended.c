/* SPDX-License-Identifier: EUPL-1.2 */
/* Intermediaries that are suspended. */
#include "delivery/suspended.h"

#include "base/clock.h"
#include "base/uri.h"

bool delivery_suspended(struct spool *s, struct arena *a, const char *address, struct spool_suspension *by)
{
	char origin[URI_ORIGIN_LEN];
	struct err ignored = ERR_INIT;
	struct uri u;

	return address != NULL && uri_parse(span_of(address), &u, &ignored) == 0 &&
	       spool_suspension_get(s, a, NULL, uri_origin(&u, origin), clock_now(), by, &ignored) == 0;
}
