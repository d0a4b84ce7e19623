/* SPDX-License-Identifier: EUPL-1.2 */
/* h_route - one resolve after the other. */
#include "h_route.h"

#define W (&h_world)

int h_resolve(const char *key, struct dir_route *r, char hex[65], struct err *e)
{
	struct arena *a = arena_new();
	int rc;

	*e = (struct err)ERR_INIT;
	rc = dir_resolve(W->dir, key, "form", a, r, e);
	if (rc == 0) {
		snprintf(hex, 65, "%s", r->addressee_cipher->hex);
		dir_route_fini(r);
	}
	arena_free(a);
	return rc;
}

int h_expect(const char *key, enum reason reason)
{
	struct dir_route r;
	struct err e;
	char hex[65];
	int rc = h_resolve(key, &r, hex, &e);

	if (rc == 0 || e.reason != reason)
		fail_msg("%s instead of %s: %s", reason_info(e.reason)->key, reason_info(reason)->key, e.text);
	return rc;
}

void h_works(const char *key, bool stale)
{
	struct dir_route r;
	struct err e;
	char hex[65];

	assert_ok(h_resolve(key, &r, hex, &e), e);
	assert_int_equal(r.is_stale, stale);
}
