/* SPDX-License-Identifier: EUPL-1.2 */
/* h_site - the form service as it runs: real spool, real HTTP server on 127.0.0.1, and a client with a cookie. */
#ifndef H_SITE_H
#define H_SITE_H

#include "base/buf.h"
#include "form/web/form.h"
#include "http/client.h"
#include "http/server.h"

struct h_site {
	char dir[64];
	struct form_options o;
	const char *client_header;
	struct spool *spool;
	struct form_service *form;
	struct http_server *server;
	struct http_client *client;
	unsigned port;
	struct http_pair more[2];	/* further headers of each request; name NULL: none */
};

struct h_reply {
	unsigned status;
	struct buf body;
	char location[256], cookie[256], csp[256], disposition[256], type[64], retry_after[16];
};

/* o may be NULL; definitions and recipients are those of docs/forms unless set. */
void h_site_start(struct h_site *s, const struct form_options *o);
/* Behind a proxy that names its clients in this header. */
void h_site_start_behind(struct h_site *s, const struct form_options *o, const char *client_header);
void h_site_stop(struct h_site *s);
void h_site_restart(struct h_site *s);	/* everything ends and begins again on the same folder */
/* One request. cookie "antrag=..." or "Bearer ..." or NULL; type and body may be NULL. Release with h_reply_fini. */
void h_site_call(struct h_site *s, const char *method, const char *path, const char *cookie, const char *type,
		 struct span body, struct h_reply *out);
void h_reply_fini(struct h_reply *r);
bool h_reply_has(const struct h_reply *r, const char *text);

#endif
