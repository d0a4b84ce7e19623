/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * expect - what an element may hold, checked strictly: nothing unknown, nothing twice, no stray text.
 *
 * All errors are ERR_SYNTAX "line N: /path: what". Any thread.
 */
#ifndef XML_EXPECT_H
#define XML_EXPECT_H

#include "xml/tree.h"

struct xml_child_rule {
	const char *ns, *local;		/* local NULL: any element of that namespace; ns "*": any namespace */
	unsigned min, max;		/* max 0: any number */
	const struct xml_node **out;	/* the first one, or NULL when absent; may be NULL */
};

/* All element children match a rule (the first that fits) and all counts are right; text is white space only.
 * ordered: the children come in the order of the rules. */
int xml_expect_children(const struct xml_node *n, const struct xml_child_rule *rules, size_t rules_n, bool ordered,
			struct err *e);

struct xml_attr_rule {
	const char *ns, *local;
	bool required;
	struct span *out;		/* empty when absent; may be NULL */
};

/* No attributes but these; xsi:schemaLocation and the like have to be listed, too. */
int xml_expect_attrs(const struct xml_node *n, const struct xml_attr_rule *rules, size_t rules_n, struct err *e);

/* Only text, no element; *out may be empty. */
int xml_expect_text(const struct xml_node *n, struct span *out, struct err *e);
/* Neither element nor text but white space. */
int xml_expect_empty(const struct xml_node *n, struct err *e);
/* Element n is ns:local. */
int xml_expect_name(const struct xml_node *n, const char *ns, const char *local, struct err *e);

/* ERR_SYNTAX with line and path of n in front: for checks of the caller's own. */
int xml_refuse(const struct xml_node *n, struct err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
