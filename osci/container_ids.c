/* SPDX-License-Identifier: EUPL-1.2 */
/* Walks a tree for its Ids. */
#include "osci/container_ids.h"

#include "base/map.h"
#include "xml/expect.h"

static int check_ids(const struct xml_node *n, struct map *ids, struct err *e)
{
	struct span id;

	if (xml_attr_get(n, NULL, "Id", &id)) {
		if (map_get(ids, id) != NULL)
			return xml_refuse(n, e, "two elements with the Id %.*s", (int)(id.n > 100 ? 100 : id.n), id.p);
		map_put(ids, id, ids);
	}
	for (const struct xml_node *c = n->first; c != NULL; c = c->next)
		if (c->name.local.n > 0 && check_ids(c, ids, e) != 0)
			return (int)e->code;
	return 0;
}

int osci_ids_check(const struct xml_node *root, struct err *e)
{
	struct map *ids = map_new(NULL);
	int rc = check_ids(root, ids, e);

	map_free(ids);
	return rc;
}

const struct xml_node *osci_ids_find(const struct xml_node *n, struct span id)
{
	struct span has;

	if (xml_attr_get(n, NULL, "Id", &has) && span_eq(has, id))
		return n;
	for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
		const struct xml_node *found = c->name.local.n > 0 ? osci_ids_find(c, id) : NULL;
		if (found != NULL)
			return found;
	}
	return NULL;
}
