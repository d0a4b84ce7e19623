/* SPDX-License-Identifier: EUPL-1.2 */
/* From what the directory says to a line to the intermediary. */
#include "delivery/sender.h"

int delivery_sender_dial(const struct delivery_sender *s, const struct dir_route *route, int64_t timeout_ms,
			 struct peer_osci *l, struct err *e)
{
	const struct peer_osci_way way = {
		.uri = route->intermediary_uri,
		.cipher = route->intermediary_cipher,
		.signature = s->conf->require_signed_answers ? route->intermediary_signature : NULL,
		.keys = s->keys,
		.sign = s->conf->sign_orders,
		.certs = s->certs,
		.http = s->http,
		.scratch_dir = s->scratch_dir,
		.timeout_ms = timeout_ms,
		.max_answer = PEER_OSCI_SHORT,
	};

	return peer_osci_open(&way, l, e);
}
