/* SPDX-License-Identifier: EUPL-1.2 */
/* api - inside of gateway/form: what the two halves of the JSON API share. Answers are {"errors": [...]} or the thing.
 */
#ifndef FORM_API_H
#define FORM_API_H

#include "form/web/page.h"

/* Takes over body. */
int form_api_reply(struct http_request *rq, const struct form_service *s, unsigned status, json_t *body, struct err *e);
json_t *form_api_problems(const struct form_problems *p);
/* One error; field may be NULL. */
int form_api_refuse(struct http_request *rq, const struct form_service *s, unsigned status, const char *field,
		    const char *rule, const char *message, struct err *e);
/* The request's JSON; the caller's. */
int form_api_body(struct http_request *rq, json_t **out, struct err *e);
/* The answer for an error that is the caller's doing (rc 0: was answered); others are passed on to the server. */
int form_api_fail(struct http_request *rq, const struct form_service *s, int rc, struct err *e);

#endif
