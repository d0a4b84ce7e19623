/* SPDX-License-Identifier: EUPL-1.2 */
/* Start tags that the reference library 2.4.1 canonicalises as everybody does, and those it does not: each line was sent to it,
 * signed, and what is refused here it threw away (9601). */
#include "osci/same_form.h"

#include "base/mem.h"
#include "cm.h"

static const struct {
	const char *tag;
	bool same;
} tags[] = {
	{ "<a/>", true },
	{ "<a b='1' a='2' Id='3'/>", true },
	{ "<a b='&lt;&amp;&quot;&#10;&#9;&#13;ä'/>", true },
	{ "<a xmlns:x='u:x' x:a='1' b='2'/>", true },
	{ "<a xmlns:z='u:a' xmlns:y='u:b' z:x='1' y:x='2'/>", true },
	{ "<a xmlns:z='u:a' z:b='1' z:a='2'/>", true },
	{ "<a xmlns:d='http://www.w3.org/2000/09/xmldsig#' d:Id='1' Id='2'/>", true },
	{ "<a b='&gt;'/>", false },
	{ "<a xmlns:x='u:&gt;'/>", false },
	/* one namespace, two prefixes: by local name a, b; by qualified name y:b, z:a */
	{ "<a xmlns:z='u:a' xmlns:y='u:a' z:a='1' y:b='2'/>", false },
	{ "<a xmlns:y='u:a' xmlns:z='u:a' y:a='1' z:b='2'/>", true },
	/* "u:a" stands before "u:a#", "u:a," behind "u:a#" */
	{ "<a xmlns:z='u:a' xmlns:y='u:a#' z:a='1' y:a='2'/>", false },
	/* no namespace stands first, but "," behind "#" */
	{ "<a xmlns:z='#' z:a='1' b='2'/>", false },
	/* U+FF21 stands before U+10000, but not in UTF-16 */
	{ "<a \xef\xbc\xa1='1' \xf0\x90\x80\x80='2'/>", false },
	{ "<a xmlns:\xef\xbc\xa1='u:1' xmlns:\xf0\x90\x80\x80='u:2'/>", false },
	{ "<a \xc3\xa4='1' b='2'/>", true },
};

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	return osci_same_form(*(struct xml_push **)ctx, s, e);
}

static void what_the_library_writes_otherwise_is_refused(void **state)
{
	static const struct xml_events events = { .start = on_start };
	const struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		struct span doc = span_of(tags[i].tag);
		struct xml_push *p = NULL;
		struct err e = ERR_INIT;
		int rc;

		p = xml_push_new(&limits, &events, &p);
		rc = xml_push_feed(p, doc.p, doc.n, &e);
		if (rc == 0)
			rc = xml_push_end(p, &e);
		if ((rc == 0) != tags[i].same)
			fail_msg("%s: %s", tags[i].tag, rc == 0 ? "taken" : e.text);
		xml_push_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_library_writes_otherwise_is_refused),
	};
	return cmocka_run_group_tests_name("osci/same_form", tests, NULL, NULL);
}
