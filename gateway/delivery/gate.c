/* SPDX-License-Identifier: EUPL-1.2 */
/* gate - admission by recipient and by peer. */
#include "delivery/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static struct span key_of(const struct spool_lane *lane)
{
	return (struct span){ (const char *)lane->b, sizeof(lane->b) };
}

/* False: whoever comes now would only wait. */
static bool has_place(struct delivery_visit *v, const char *peer)
{
	struct peer_wait wait;
	enum peer_entry entry = peer_registry_enter(v->gate->peers, peer, clock_now(), &v->pass, &wait);

	if (entry == PEER_ENTERED && v->pass.is_patient && !delivery_crew_has_patience(v->gate->crew)) {
		peer_registry_leave(v->gate->peers, &v->pass);
		entry = PEER_FULL;
	}
	return entry == PEER_ENTERED || entry == PEER_RESTS;
}

bool delivery_gate_admit(void *visit, const struct spool_lane *lane)
{
	struct delivery_visit *v = visit;
	char *peer;

	must(!v->has_room);
	if (!delivery_window_take(v->gate->window, key_of(lane), &peer))
		return false;
	v->has_room = peer == NULL || has_place(v, peer);
	free(peer);
	v->lane = *lane;
	if (!v->has_room)
		delivery_window_give(v->gate->window, key_of(lane));
	return v->has_room;
}

void delivery_gate_leave(void *visit, const struct spool_lane *lane)
{
	(void)lane;
	delivery_gate_give_back(visit);
}

void delivery_gate_give_back(struct delivery_visit *v)
{
	peer_registry_leave(v->gate->peers, &v->pass);
	if (v->has_room)
		delivery_window_give(v->gate->window, key_of(&v->lane));
	v->has_room = false;
}

void delivery_gate_end(struct delivery_visit *v, bool ok)
{
	peer_registry_leave(v->gate->peers, &v->pass);
	if (v->has_room)
		delivery_window_end(v->gate->window, key_of(&v->lane), ok);
	v->has_room = false;
}

enum peer_entry delivery_gate_enter(struct delivery_visit *v, struct delivery_turn *turn, const char *peer, int64_t now,
				    bool learn, struct peer_wait *wait)
{
	enum peer_entry entry = PEER_ENTERED;

	if (learn)
		delivery_window_learn(v->gate->window, key_of(&v->lane), peer);
	if (strcmp(v->pass.key, peer) != 0) {
		peer_registry_leave(v->gate->peers, &v->pass);
		entry = peer_registry_enter(v->gate->peers, peer, now, &v->pass, wait);
	}
	if (entry == PEER_ENTERED && v->pass.is_patient && !delivery_crew_be_patient(turn, false)) {
		peer_registry_leave(v->gate->peers, &v->pass);
		return PEER_FULL;
	}
	return entry;
}
