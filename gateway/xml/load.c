/* SPDX-License-Identifier: EUPL-1.2 */
/* The only files that libxml2 may open. */
#include "xml/load.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parserInternals.h>

static _Thread_local const char *allowed;

void xml_load_allow(const char *folder)
{
	allowed = folder;
}

static int is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

xmlParserInputPtr xml_load_local(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	xmlParserInputPtr input = NULL;
	char *real = NULL;

	(void)id;
	if (allowed == NULL || url == NULL)
		return NULL;
	real = realpath(url, NULL);
	if (real != NULL && is_inside(real, allowed))
		input = xmlNewInputFromFile(parser, real);
	free(real);
	return input;
}
