/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ingress_osci - the HTTP face of the OSCI intermediary: one POST is one OSCI order, every answer is HTTP 200.
 * (A status of 400 or above never reaches the reference library's application.)
 */
#ifndef MAILBOX_OSCI_INGRESS_H
#define MAILBOX_OSCI_INGRESS_H

#include "http/server.h"
#include "osci/intermediary.h"

/* Handlers for a route table; ctx is the struct osci_intermediary. */
int mailbox_ingress_post(struct http_request *rq, void *ctx, struct err *e);
/* A person who opens the address in a browser learns what it is. */
int mailbox_ingress_get(struct http_request *rq, void *ctx, struct err *e);

#endif
