/* SPDX-License-Identifier: EUPL-1.2 */
/* CDATA sections become text. */
#include "xml/cdata.h"

#include <string.h>

#include "xml/escape.h"

void xml_cdata_init(struct xml_cdata *d)
{
	buf_init(&d->literal, SIZE_MAX / 2);	/* a few times the piece at hand */
}

void xml_cdata_fini(struct xml_cdata *d)
{
	buf_fini(&d->literal);
}

void xml_cdata_begin(struct xml_cdata *d)
{
	d->closing = 0;
	d->fresh = true;
	d->cr = false;
}

/* Line ends become LF here (XML 1.0 2.11): behind the section, libxml2 would join a CR with the LF of the text that
 * follows; and at its beginning, the LF with a CR before. */
static void special(struct xml_cdata *d, char c)
{
	if (c == '\n' || c == '\r')
		buf_puts(&d->literal, d->fresh ? "&#10;" : "\n");
	else
		buf_span(&d->literal, xml_escape_ref(c));
	d->cr = c == '\r';
}

static void literal(struct xml_cdata *d, struct span s)
{
	while (s.n > 0) {
		size_t run = d->fresh && s.p[0] == '\n' ? 0 : xml_escape_run(s, XML_IN_CDATA);

		if (d->cr && s.p[0] == '\n') {
			d->cr = false;
			s = (struct span){ s.p + 1, s.n - 1 };
			continue;
		}
		buf_put(&d->literal, s.p, run);
		d->cr = d->cr && run == 0;
		d->fresh = d->fresh && run == 0;
		if (run == s.n)
			return;
		special(d, s.p[run]);
		d->fresh = false;
		s = (struct span){ s.p + run + 1, s.n - run - 1 };
	}
}

/* Brackets wait until it is known whether the last two of them end the section. */
size_t xml_cdata_run(struct xml_cdata *d, struct span s, bool *over)
{
	const char *bracket = memchr(s.p, ']', s.n);
	size_t n = bracket == NULL ? s.n : (size_t)(bracket - s.p);

	*over = d->closing >= 2 && s.p[0] == '>';
	if (bracket == s.p) {
		d->closing++;
		return 1;
	}
	for (unsigned k = *over ? 2 : 0; k < d->closing; k++) {
		buf_putc(&d->literal, ']');
		d->fresh = d->cr = false;
	}
	d->closing = 0;
	if (*over)
		return 1;
	literal(d, (struct span){ s.p, n });
	return n;
}
