/* SPDX-License-Identifier: EUPL-1.2 */
/* Small pieces of XML. */
#include "xta/put.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

void xta_put_instant(struct xml_write *w, const char *qname, int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	if (ms != 0)
		xml_write_element(w, qname, clock_utc(ms, text));
}

void xta_put_text(struct xml_write *w, const char *qname, const char *text)
{
	if (text != NULL)
		xml_write_element(w, qname, text);
}

void xta_put_attr(struct xml_write *w, const char *name, const char *value)
{
	if (value != NULL)
		xml_write_attr(w, name, value);
}

void xta_put_number(struct xml_write *w, const char *qname, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	xml_write_element(w, qname, text);
}

void xta_put_key_inside(struct xml_write *w, const struct xta_key *k)
{
	xml_write_attr(w, "listURI", k->list);
	xml_write_attr(w, "listVersionID", k->version);
	xml_write_element(w, "code", k->code);
	xta_put_text(w, "name", k->name);
}

void xta_put_key(struct xml_write *w, const char *qname, const struct xta_key *k)
{
	xml_write_open(w, qname);
	xta_put_key_inside(w, k);
	xml_write_close(w);
}

void xta_put_attr_number(struct xml_write *w, const char *name, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	xml_write_attr(w, name, text);
}
