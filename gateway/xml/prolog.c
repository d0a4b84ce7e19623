/* SPDX-License-Identifier: EUPL-1.2 */
/* The XML declaration. */
#include "xml/prolog.h"

#include <string.h>

#include "xml/event.h"

/* The value of a pseudo attribute ("version"), or false. */
static bool decl_value(struct span decl, const char *name, struct span *value)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n < decl.n; i++) {
		if (memcmp(decl.p + i, name, n) != 0 || !xml_is_blank((struct span){ decl.p + i - 1, 1 }))
			continue;
		struct span rest = span_trim((struct span){ decl.p + i + n, decl.n - i - n });

		if (rest.n == 0 || rest.p[0] != '=')
			continue;
		rest = span_trim((struct span){ rest.p + 1, rest.n - 1 });
		if (rest.n == 0 || (rest.p[0] != '"' && rest.p[0] != '\''))
			return false;
		return span_split((struct span){ rest.p + 1, rest.n - 1 }, rest.p[0], value, &rest);
	}
	return false;
}

static int check_decl(struct span decl, struct err *e)
{
	struct span v;

	if (!decl_value(decl, "version", &v) || !span_is(v, "1.0"))
		return err_set(e, ERR_SYNTAX, "XML declaration: version is not 1.0");
	if (!decl_value(decl, "encoding", &v))
		return 0;
	if (!span_is_nocase(v, "UTF-8") && !span_is_nocase(v, "US-ASCII") && !span_is_nocase(v, "ASCII"))
		return err_set(e, ERR_SYNTAX, "encoding is not UTF-8 but %.*s", (int)(v.n < 40 ? v.n : 40), v.p);
	return 0;
}

void xml_prolog_begin(struct xml_prolog *p, bool at_start)
{
	p->maybe = at_start;
	p->n = 0;
}

int xml_prolog_byte(struct xml_prolog *p, char c, bool over, bool *declaration, struct err *e)
{
	static const char name[] = "xml";

	if (p->maybe && (p->n < 3 ? c != name[p->n] : p->n == 3 && !xml_is_blank((struct span){ &c, 1 })))
		p->maybe = false;
	*declaration = p->maybe;
	if (!p->maybe)
		return 0;
	if (p->n == sizeof(p->text))
		return err_set(e, ERR_LIMIT, "XML declaration longer than %zu bytes", sizeof(p->text));
	p->text[p->n++] = c;
	return over ? check_decl((struct span){ p->text, p->n - 2 }, e) : 0;
}
