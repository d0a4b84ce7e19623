/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ingress_osci - the HTTP face of the OSCI intermediary: one POST is one OSCI order, every answer is HTTP 200.
 * (A status of 400 or above never reaches the reference library's application.)
 */
#ifndef GW_INGRESS_OSCI_H
#define GW_INGRESS_OSCI_H

#include "http/server.h"
#include "osci/intermediary.h"

/* Handlers for a route table; ctx is the struct osci_intermediary. */
int gw_ingress_osci_post(struct http_request *rq, void *ctx, struct err *e);
/* A person who opens the address in a browser learns what it is. */
int gw_ingress_osci_get(struct http_request *rq, void *ctx, struct err *e);

#endif
