/* SPDX-License-Identifier: EUPL-1.2 */
/* libxml2 made safe for the process. */
#include "xml/init.h"

#include <pthread.h>

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include "xml/load.h"

static void print_nothing(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static void once(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(xml_load_local);
	/* libxml2 keeps this per thread: for the threads to come, and for this one. */
	xmlThrDefSetGenericErrorFunc(NULL, print_nothing);
	xmlSetGenericErrorFunc(NULL, print_nothing);
}

void xml_init(void)
{
	static pthread_once_t control = PTHREAD_ONCE_INIT;

	pthread_once(&control, once);
}
