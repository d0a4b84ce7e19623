/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_ingress - the HTTP face of the XTA server: one POST is one call, on any of the three paths; GET with ?wsdl or ?xsd=
 * describes the service. The listener asks for a client certificate; which account it opens is asked for each request.
 */
#ifndef MAILBOX_XTA_INGRESS_H
#define MAILBOX_XTA_INGRESS_H

#include "http/server.h"
#include "mailbox/xta_store.h"
#include "xta/server.h"

struct mailbox_xta_ingress {
	struct mailbox_xta *box;
	struct xta_server *server;
	const char *paths[XTA_PORT_COUNT];	/* management, send, message box */
	const char *public_url;			/* without a slash at its end; NULL: as the client called us */
	struct http_route routes[2 * XTA_PORT_COUNT];
};

/* Sets routes from paths; everything else is there already. */
void mailbox_xta_routes(struct mailbox_xta_ingress *in);

#endif
