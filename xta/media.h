/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * media - what the HTTP header says of a SOAP message: its form, and the action, which every stack puts somewhere else.
 * Any thread.
 */
#ifndef XTA_MEDIA_H
#define XTA_MEDIA_H

#include "base/arena.h"
#include "mime/header.h"

#define XTA_ACTIONS_MAX 4

struct xta_media {
	bool is_multipart;
	struct span boundary, start;	/* start: Content-ID of the root part without < >; empty if not said */
	/* Wherever an action was said: action of the media type or of what start-info or type quote, SOAPAction. */
	struct span actions[XTA_ACTIONS_MAX];
	size_t action_count;
};

/* Content-Type and SOAPAction of a request (SOAPAction empty for answers) to values in the arena. ERR_UNSUPPORTED if it
 * is no media type of SOAP, ERR_SYNTAX. */
int xta_media_read(struct span content_type, struct span soap_action, struct arena *a, struct xta_media *out,
		   struct err *e);
/* The root part of a multipart: its media type, and one more place for the action. ERR_UNSUPPORTED, ERR_SYNTAX. */
int xta_media_read_root(const struct mime_part *root, struct arena *a, struct xta_media *m, struct err *e);

#endif
