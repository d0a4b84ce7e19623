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
	struct form_client client;	/* who asks: new files count for it */
	struct form_draft draft;
};

/* Reads id and rest from the path and the token from the cookie (or, api, from the bearer header), loads the draft, calls
 * fn, releases everything. change: the draft's lock is held, and the request has to be welcome (form_may_change). The
 * caller answers what is returned; 0 if it is answered. */
typedef int form_visit_fn(struct form_visit *v, struct err *e);
int form_visit_serve(struct form_service *s, struct http_request *rq, bool api, bool change, form_visit_fn *fn,
		     struct err *e);
/* After changes: loads the draft again. */
int form_visit_reload(struct form_visit *v, struct err *e);
bool form_visit_csrf(const struct form_visit *v, const struct form_input *in);
/* "?pruefen=1" while a person who came from the review is correcting something, else "". */
const char *form_visit_review(const struct form_visit *v);
/* Reads what was posted and checks that it came from a page of this draft. */
int form_visit_input(struct form_visit *v, struct form_input *in, const struct form_files *files, struct err *e);
/* The browser keeps the token of this draft until it is closed, for the pages of this draft alone; or has it no more. */
void form_visit_remember(struct http_request *rq, const struct form_service *s, const struct id *id, const char *token);
void form_visit_forget(struct form_visit *v);
/* 303 to /antrag/<id>/<where>. */
int form_visit_go(struct form_visit *v, const char *where, struct err *e);

/* Begins a page: everything up to and including the opened main element. notice: what the title begins with, because it is
 * what a screen reader says first ("Fehler"); NULL: nothing. */
void form_frame_begin(struct buf *b, const struct form_service *s, const char *title, const char *notice);
/* Sends the page with all security headers. */
int form_frame_reply(struct http_request *rq, const struct form_service *s, unsigned status, struct buf *b,
		     struct err *e);
void form_frame_headers(struct http_request *rq, const struct form_service *s);
/* The list of problems with links to the fields; in_page: the fields are on this page. */
void form_frame_problems(struct buf *b, const struct form_visit *v, const struct form_problems *p, bool in_page);
/* One client has as many drafts as it may have: says so in the log, and when to come back. The answer is the caller's. */
void form_note_many_drafts(struct http_request *rq, const struct form_client *client);
/* Answers with the error page of the code rc (0: was answered); the request is over. Errors of a person's making are not
 * logged, others are passed on to the server. */
int form_fail(struct http_request *rq, int rc, struct err *e);
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
/* page_fill.c: a page of the form. What it says besides its fields, any of it NULL: what is wrong, which fields were shown
 * before (those that are new get named), what another window has saved meanwhile. */
struct form_fill_note {
	const struct form_problems *problems;
	const bool *before;
	const struct form_conflict *conflict;
	unsigned status;
};
/* Two windows on one draft: this one was made before the other one was saved. The draft in the visit has what was posted
 * here, and that is not saved. */
struct form_conflict {
	const json_t *saved;			/* the values that are */
	char version[FORM_VERSION_LEN];		/* of the page with them */
	const char *dropped;			/* labels of what was filled in here and is no longer asked for; "" if none */
};
int form_fill_show(struct form_visit *v, size_t page, struct err *e);
int form_fill_reply(struct form_visit *v, size_t page, const struct form_fill_note *note, struct err *e);
/* The neighbour of page nr that is shown; page_count if there is none. */
size_t form_fill_next(const struct form_draft *d, size_t nr);
size_t form_fill_before(const struct form_draft *d, size_t nr);
/* page_save.c: what was posted from such a page. */
int form_fill_save(struct form_visit *v, size_t page, struct err *e);
/* page_ask.c: what cannot be undone is asked for first. */
int form_ask_delete(struct form_visit *v, struct err *e);
int form_delete(struct form_visit *v, struct err *e);
int form_ask_remove(struct form_visit *v, const char *part, struct err *e);
int form_remove(struct form_visit *v, const char *part, struct err *e);
/* page_resume.c: the code by which it is found again, and leaving this device. */
int form_code_show(struct form_visit *v, struct err *e);
int form_code_keep(struct form_visit *v, struct err *e);
int form_leave_ask(struct form_visit *v, struct err *e);
int form_leave(struct form_visit *v, struct err *e);
void form_leave_links(struct buf *b, const struct form_visit *v);
/* A page that is no longer asked for, because of what was saved elsewhere meanwhile. */
int form_say_gone(struct form_visit *v, struct err *e);
/* page_done.c */
int form_done_show(struct form_visit *v, struct err *e);
/* download.c: a part of the application, or the receipt; making one counts against the client's rate. */
int form_download_part(struct form_visit *v, const char *part, struct err *e);
int form_download_receipt(struct form_visit *v, struct err *e);

#endif
