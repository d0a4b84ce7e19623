/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * load - the only thing libxml2 may ever open: files of a schema set, while one is being loaded by this thread.
 * For this folder only.
 */
#ifndef XML_LOAD_H
#define XML_LOAD_H

#include <libxml/parser.h>

/* The entity loader of the process: refuses everything outside the folder set for this thread. */
xmlParserInputPtr xml_load_local(const char *url, const char *id, xmlParserCtxtPtr parser);

/* Opens a folder (absolute, without symbolic links) for this thread; NULL closes it. Borrowed until then. */
void xml_load_allow(const char *folder);

#endif
