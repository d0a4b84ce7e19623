/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * gate - who may go out now: room in the recipient's window, a place at its peer, and patience where the peer is slow,
 * dead or not yet known to work. All of it is taken before an attempt begins and given back with what it taught.
 */
#ifndef DELIVERY_GATE_H
#define DELIVERY_GATE_H

#include "delivery/crew.h"
#include "delivery/window.h"
#include "peer/registry.h"
#include "spool/store.h"

struct delivery_gate {		/* borrowed */
	struct delivery_window *window;
	struct peer_registry *peers;
	struct delivery_crew *crew;
};

/* What one worker has taken. Of zeros but for gate: nothing. One thread at a time. */
struct delivery_visit {
	const struct delivery_gate *gate;
	struct spool_lane lane;
	bool has_room;
	struct peer_pass pass;
};

/* For struct spool_claim: ctx is the visit. What may be claimed is what may begin at once, as far as that is known; a lane
 * whose peer is dead is let in, so that it can be sent to rest. */
bool delivery_gate_admit(void *visit, const struct spool_lane *lane);
void delivery_gate_leave(void *visit, const struct spool_lane *lane);

/* Now it is known that the way leads to this peer. PEER_ENTERED: go; otherwise give the delivery back, peer_registry_enter
 * says why (PEER_FULL also: nobody has patience left). learn: the lane's next one will go there as well.
 * now: the instant, or later for one that a person wants to be tried. */
enum peer_entry delivery_gate_enter(struct delivery_visit *v, struct delivery_turn *turn, const char *peer, int64_t now,
				    bool learn, struct peer_wait *wait);
/* The end; the pass may have been used up by peer_registry_failed. */
void delivery_gate_end(struct delivery_visit *v, bool ok);
void delivery_gate_give_back(struct delivery_visit *v);	/* nothing was tried */

#endif
