/* SPDX-License-Identifier: EUPL-1.2 */
/* Counts by delivery, one slot for each value of the last bits of the id: they are random. */
#include "mailbox/handed.h"

#include <string.h>

#include "base/mem.h"

void mailbox_handed_init(struct mailbox_handed *h)
{
	memset(h->slots, 0, sizeof(h->slots));
	must(pthread_mutex_init(&h->lock, NULL) == 0);
}

static struct mailbox_handed_slot *slot_of(struct mailbox_handed *h, const struct id *id)
{
	return &h->slots[(id->b[ID_LEN - 2] << 8 | id->b[ID_LEN - 1]) % MAILBOX_HANDED_SLOTS];
}

unsigned mailbox_handed_out(struct mailbox_handed *h, const struct id *id)
{
	struct mailbox_handed_slot *s = slot_of(h, id);
	unsigned times;

	pthread_mutex_lock(&h->lock);
	if (id_cmp(&s->id, id) != 0)
		*s = (struct mailbox_handed_slot){ .id = *id };
	times = ++s->times;
	pthread_mutex_unlock(&h->lock);
	return times;
}

void mailbox_handed_received(struct mailbox_handed *h, const struct id *id)
{
	struct mailbox_handed_slot *s = slot_of(h, id);

	pthread_mutex_lock(&h->lock);
	if (id_cmp(&s->id, id) == 0)
		s->times = 0;
	pthread_mutex_unlock(&h->lock);
}

unsigned mailbox_handed_times(struct mailbox_handed *h, const struct id *id)
{
	const struct mailbox_handed_slot *s = slot_of(h, id);
	unsigned times;

	pthread_mutex_lock(&h->lock);
	times = id_cmp(&s->id, id) == 0 ? s->times : 0;
	pthread_mutex_unlock(&h->lock);
	return times;
}
