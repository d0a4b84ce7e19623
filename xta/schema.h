/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema - the schemas that the WSDL names: our own text in xta/schema, in the program. For this folder only. Static;
 * any thread.
 */
#ifndef XTA_SCHEMA_H
#define XTA_SCHEMA_H

#include "base/span.h"

/* The document of that name ("service.xsd"); false if there is none. */
bool xta_schema_get(struct span name, struct span *text);

#endif
