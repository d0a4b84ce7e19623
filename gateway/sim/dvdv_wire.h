/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dvdv_wire - what every directory server of ours says and checks alike: answers, problems, and the client's assertion.
 * Any thread.
 */
#ifndef SIM_DVDV_WIRE_H
#define SIM_DVDV_WIRE_H

#include "base/json.h"
#include "http/server.h"
#include "pki/cert.h"

int dvdv_reply_json(struct http_request *rq, unsigned status, json_t *body, struct err *e);	/* takes body over */
int dvdv_reply_problem(struct http_request *rq, unsigned status, const char *type, const char *detail, struct err *e);
/* The value of a field of a form-encoded body, decoded into out. */
bool dvdv_form_field(struct span body, const char *name, struct buf *out);
/* As the DVDV demands: issuer and subject are "fp:" and the SHA-1 fingerprint of the registered certificate, whose key has
 * signed; for this server (audience NULL: not looked at); of now, the server's clock; short-lived. */
bool dvdv_assertion_check(struct span assertion, const struct pki_cert *registered, const char *audience, int64_t now);

#endif
