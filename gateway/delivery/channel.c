/* SPDX-License-Identifier: EUPL-1.2 */
/* channel - the table of channels. */
#include "delivery/channel.h"

#include <string.h>

#include "base/mem.h"

static const struct delivery_channel *const channels[] = { &delivery_osci_store, &delivery_osci_forward,
							   &delivery_osci_mediate };

const struct delivery_channel *delivery_channel_find(const char *name)
{
	if (name == NULL || name[0] == '\0')
		return channels[0];
	for (size_t i = 0; i < ARRAY_LEN(channels); i++)
		if (strcmp(channels[i]->name, name) == 0)
			return channels[i];
	return NULL;
}
