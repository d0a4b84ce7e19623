/* SPDX-License-Identifier: EUPL-1.2 */
/* How the files that read a message refuse it. */
#include "osci/reading.h"

#include <stdarg.h>
#include <stdio.h>

int osci_note_code(struct osci_reading *r, enum osci_code code, const struct err *e)
{
	if (r->code == OSCI_NO_CODE)
		r->code = code;
	return (int)e->code;
}

int osci_refuse_at(const struct xml_push *p, struct err *e, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_SYNTAX, "%s: %s", xml_push_path(p), what);
}
