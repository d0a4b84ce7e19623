/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/xml */
#include <string.h>

#include "base/mem.h"
#include "xml/expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct xml_node *n, struct arena *a)
{
	char path[XML_PATH_LEN];
	struct span v;
	struct err e = ERR_INIT;
	const struct xml_child_rule rules[] = { { "urn:a", "a", 0, 2, NULL }, { "*", NULL, 0, 3, NULL } };

	must(strlen(xml_node_path(n, path)) < XML_PATH_LEN);
	must(n->name.local.n > 0);
	must(n->name.prefix.n == 0 || (xml_node_uri(n, n->name.prefix, &v) && span_eq(v, n->name.ns)));
	for (size_t i = 0; i < n->attrs_n; i++)
		must(n->attrs[i].name.prefix.n == 0 ||
		     (xml_node_uri(n, n->attrs[i].name.prefix, &v) && span_eq(v, n->attrs[i].name.ns)));
	xml_expect_children(n, rules, 2, true, &e);
	must(xml_expect_text(n, &v, &e) != 0 || span_eq(v, xml_text(n, a)));
	must(xml_expect_empty(n, &e) != 0 || xml_is_blank(xml_text(n, a)));
	for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
		must(c->parent == n);
		must(c->name.local.n > 0 || c->text.n > 0);
		if (c->name.local.n > 0)
			look_at(c, a);
	}
}

/* The canonical form of the tree, read again, is the same tree. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root, *again;
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct buf one, two;
	struct sink *to_one, *to_two;

	buf_init(&one, (size_t)1 << 22);
	buf_init(&two, (size_t)1 << 22);
	to_one = sink_to_buf(&one);
	to_two = sink_to_buf(&two);
	if (xml_tree_parse((struct span){ (const char *)data, size }, &limits, a, &root, &e) == 0) {
		look_at(root, a);
		if (xml_tree_c14n(root, XML_C14N_INCLUSIVE, SPAN_EMPTY, to_one, &e) == 0) {
			must(xml_tree_parse(buf_view(&one), &limits, a, &again, &e) == 0);
			must(xml_tree_c14n(again, XML_C14N_INCLUSIVE, SPAN_EMPTY, to_two, &e) == 0);
			must(span_eq(buf_view(&one), buf_view(&two)));
		}
	}
	sink_close(to_one);
	sink_close(to_two);
	buf_fini(&one);
	buf_fini(&two);
	arena_free(a);
	return 0;
}
