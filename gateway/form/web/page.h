/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page - inside of gateway/form: the frame of every page, one request on a draft, and the pieces the pages share.
 * Everything lives in the arena of the request.
 */
#ifndef FORM_PAGE_H
#define FORM_PAGE_H

#include "form/application/draft.h"
#include "form/model/html.h"
#include "form/web/input.h"
#include "form/web/service.h"

#define FORM_PAGE_MAX 8388608	/* bytes of a page or an answer */
#define FORM_CSRF_LEN 65
#define FORM_WAIT_MS 10000	/* for another change of the same draft */

/* One request on /antrag/<id>/<rest>. */
struct form_visit {
	struct form_service *s;
	struct http_request *rq;
	struct arena *a;
	struct id id;
	char id_text[ID_TEXT_LEN];
	const char *rest;		/* "seite/2" */
	const char *token;
	char csrf[FORM_CSRF_LEN];	/* derived from the token, so it needs no place to be kept */
	bool locked;
	struct form_draft draft;
};

/* Reads id and rest from the path and the token from the cookie (or, api, from the bearer header), and loads the draft.
 * change: takes the draft's lock before. End with form_visit_fini in every case. */
int form_visit_begin(struct form_visit *v, struct form_service *s, struct http_request *rq, bool api, bool change,
		     struct err *e);
void form_visit_fini(struct form_visit *v);
/* After changes: loads the draft again. */
int form_visit_reload(struct form_visit *v, struct err *e);
bool form_visit_csrf(const struct form_visit *v, const struct form_input *in);
/* 303 to /antrag/<id>/<where>. */
int form_visit_go(struct form_visit *v, const char *where, struct err *e);

/* Begins a page: everything up to and including the opened main element and its heading. problem: title says so. */
void form_frame_begin(struct buf *b, const struct form_service *s, const char *title, bool problem);
void form_frame_end(struct buf *b, const struct form_service *s);
/* Sends the page with all security headers. */
int form_frame_reply(struct http_request *rq, const struct form_service *s, unsigned status, struct buf *b,
		     struct err *e);
void form_frame_headers(struct http_request *rq, const struct form_service *s);
/* The list of problems with links to the fields; in_page: the fields are on this page. */
void form_frame_problems(struct buf *b, const struct form_visit *v, const struct form_problems *p, bool in_page);
/* Answers with the error page of the code; the request is over. Errors of a person's making are not logged. */
int form_fail(struct http_request *rq, struct err *e);
/* Checks that the client may cause work: not too fast. False: it is answered. */
bool form_may_cost(struct form_service *s, struct http_request *rq, struct err *e);
/* The same for a request that changes something, which has to come from a page of this service. */
bool form_may_change(struct form_service *s, struct http_request *rq, struct err *e);

/* page_field.c: the fields of a page, with values and problems. */
void form_fields_show(struct buf *b, const struct form_visit *v, const struct form_page *page,
		      const struct form_problems *problems);
/* page_review.c */
int form_review_show(struct form_visit *v, struct err *e);
int form_review_send(struct form_visit *v, struct err *e);
/* page_fill.c */
int form_fill_show(struct form_visit *v, size_t page, struct err *e);
int form_fill_save(struct form_visit *v, size_t page, struct err *e);
/* page_done.c */
int form_done_show(struct form_visit *v, struct err *e);
/* download.c: a part of the application, or the receipt; making one counts against the client's rate. */
int form_download_part(struct form_visit *v, const char *part, struct err *e);
int form_download_receipt(struct form_visit *v, struct err *e);

#endif
