/* SPDX-License-Identifier: EUPL-1.2 */
/* who - whose request it is: the sender's, or the client's whom a trusted proxy names. */
#include <string.h>

#include "http/server_priv.h"

static bool is_proxy(const struct listener *l, const struct addr *a)
{
	for (size_t i = 0; i < l->pub.proxy_count; i++)
		if (addr_is_in(a, &l->pub.proxies[i]))
			return true;
	return l->pub.proxy_count == 0;
}

bool http_who_is_many(const struct listener *l, const struct addr *sender)
{
	return (l->pub.proxy_count > 0 || l->pub.client_header != NULL) && is_proxy(l, sender);
}

/* The entry behind the last comma; *list is what stands before it. */
static struct span last_entry(struct span *list)
{
	const char *comma = list->n == 0 ? NULL : memrchr(list->p, ',', list->n);
	struct span entry = *list;

	if (comma == NULL) {
		*list = SPAN_EMPTY;
		return span_trim(entry);
	}
	entry = (struct span){ comma + 1, list->n - (size_t)(comma + 1 - list->p) };
	list->n = (size_t)(comma - list->p);
	return span_trim(entry);
}

/* Proxies append to the header that they got or add another one, so the last entry is surely that of the proxy which
 * sent it. If it names another trusted proxy, the entry before is that one's. What is no address ends the search: it could
 * be made up anew for each request, and each would have limits of its own. */
struct addr http_who_asks(const struct listener *l, const struct conn *c)
{
	struct addr found = c->peer, next;
	struct http_head head;
	struct err e = ERR_INIT;
	unsigned n = 0;

	if (l->pub.client_header == NULL || !is_proxy(l, &c->peer) ||
	    http_head_parse((struct span){ c->in, c->head_n }, &head, &e) != 0)
		return found;
	while (http_head_field(&head, l->pub.client_header, n).p != NULL)
		n++;
	while (n-- > 0) {
		struct span list = http_head_field(&head, l->pub.client_header, n);

		while (list.n > 0) {
			if (!addr_parse(last_entry(&list), &next))
				return found;
			found = next;
			if (l->pub.proxy_count == 0 || !is_proxy(l, &found))
				return found;
		}
	}
	return found;
}
