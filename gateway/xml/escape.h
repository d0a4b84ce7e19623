/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * escape - which characters canonical XML writes as references (C14N 1.0 2.3). For this folder only. Any thread.
 */
#ifndef XML_ESCAPE_H
#define XML_ESCAPE_H

#include "base/span.h"

enum xml_escape { XML_IN_TEXT = 1, XML_IN_ATTR = 2, XML_IN_PI = 4, XML_IN_CDATA = 8 };

/* XML_IN_CDATA: what CDATA needs to become text that is to be parsed once more, or another look. */
/* Length of the run at the beginning of s that goes out as it is. */
size_t xml_escape_run(struct span s, enum xml_escape where);
/* The reference for the character the run ended at. */
struct span xml_escape_ref(char c);

#endif
