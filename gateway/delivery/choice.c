/* SPDX-License-Identifier: EUPL-1.2 */
/* choice - configuration first, then the directory. */
#include "delivery/choice.h"

#include <string.h>

#define BY_DIRECTORY "directory"	/* as delivery.channel has it */

static const struct conf_way *find_way(const struct conf_delivery *c, const struct spool_delivery *d)
{
	for (size_t i = 0; i < c->ways.n; i++) {
		const struct conf_way *w = &c->ways.item[i];

		if (strcmp(w->recipient, d->recipient) == 0 &&
		    (w->service == NULL || (d->service != NULL && strcmp(w->service, d->service) == 0)))
			return w;
	}
	return NULL;
}

static bool is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* An entry that says where its recipient waits says that it waits. */
static const char *name_of(const char *wanted, const char *address)
{
	if (wanted != NULL && strcmp(wanted, BY_DIRECTORY) == 0)
		return address != NULL ? delivery_osci_forward.name : delivery_osci_store.name;
	return wanted;
}

int delivery_choose(const struct conf_delivery *c, const struct spool_delivery *d, const struct dir_route *route,
		    struct delivery_choice *out, struct err *e)
{
	const struct conf_way *w = find_way(c, d);
	const char *address = w != NULL && is_set(w->address)	 ? w->address :
			      is_set(route->addressee_uri) ? route->addressee_uri :
							     NULL;
	const char *name = d->ambiguous ? d->channel : name_of(w != NULL ? w->channel : c->channel, address);

	*out = (struct delivery_choice){ .channel = delivery_channel_find(name), .repeat = w != NULL && w->repeat };
	if (out->channel == NULL)
		return err_set(e, ERR_UNSUPPORTED, "channel %s is not known here", name);
	out->peer = out->channel->peer(route);
	if (!out->channel->at_once)
		return 0;
	out->address = address;
	return address != NULL ? 0 :
				 err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE,
					    "%s: neither delivery.ways nor OSCI_ADDRESSEE of the entry says where the recipient waits",
					    out->channel->name);
}
