/* SPDX-License-Identifier: EUPL-1.2 */
/* service - inside of gateway/form: what all handlers share. Immutable after form_service_new() but for its locks. */
#ifndef FORM_SERVICE_H
#define FORM_SERVICE_H

#include <pthread.h>

#include "base/addr.h"
#include "base/map.h"
#include "form/application/office.h"
#include "form/web/form.h"

struct form_service {
	struct arena *arena;		/* copies of the options */
	struct form_options o;		/* defaults filled in */
	struct form_office office;	/* forms, municipalities, limits, spool */
	struct http_route *routes;
	size_t route_count;
	pthread_mutex_t guard_lock;
	struct map *guards;		/* form_client.counted -> struct rate */
};

/* guard.c. Whom a request counts for. Networks, because a customer of the Internet has 2^64 addresses of IPv6; what is
 * logged is shortened further: the address of a citizen is personal data. */
struct form_client {
	char counted[ADDR_TEXT_LEN];	/* 203.0.113.7/32 or 2001:db8:0:1::/64 */
	char logged[ADDR_TEXT_LEN];	/* 203.0.113.0/24 or 2001:db8::/48 */
};
void form_guard_client(const struct addr *caller, struct form_client *out);	/* of http_caller */
/* False: the client changes things too fast. */
bool form_guard_take(struct form_service *s, const struct form_client *client, int64_t now);
void form_guard_forget(struct form_service *s, int64_t now);	/* those that have been quiet */
/* False if a browser says that the request comes from another site (Sec-Fetch-Site, Origin). */
bool form_guard_same_origin(const struct form_service *s, const struct http_request *rq);

/* Handlers of the route table in service.c; ctx is the service. */
int form_page_start(struct http_request *rq, void *ctx, struct err *e);
int form_page_resume(struct http_request *rq, void *ctx, struct err *e);
int form_page_resume_post(struct http_request *rq, void *ctx, struct err *e);
int form_page_create(struct http_request *rq, void *ctx, struct err *e);
int form_page_get(struct http_request *rq, void *ctx, struct err *e);
int form_page_post(struct http_request *rq, void *ctx, struct err *e);
int form_page_style(struct http_request *rq, void *ctx, struct err *e);
int form_api_forms(struct http_request *rq, void *ctx, struct err *e);
int form_api_create(struct http_request *rq, void *ctx, struct err *e);
int form_api_get(struct http_request *rq, void *ctx, struct err *e);
int form_api_put(struct http_request *rq, void *ctx, struct err *e);
int form_api_post(struct http_request *rq, void *ctx, struct err *e);
int form_api_delete(struct http_request *rq, void *ctx, struct err *e);

#endif
