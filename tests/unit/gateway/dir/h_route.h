/* SPDX-License-Identifier: EUPL-1.2 */
/* h_route - one resolve for the service "form", released at once. Any thread. */
#ifndef TESTS_H_ROUTE_H
#define TESTS_H_ROUTE_H

#include "h_dir.h"

/* What the route said is left in *r (without certificates), the reader's digest in hex. */
int h_resolve(const char *key, struct dir_route *r, char hex[65], struct err *e);
int h_expect(const char *key, enum reason reason);	/* fails, for this reason; the code */
void h_works(const char *key, bool stale);

#endif
