/* SPDX-License-Identifier: EUPL-1.2 */
/* html - the one way text gets into a page: escaped. Any thread. */
#ifndef FORM_HTML_H
#define FORM_HTML_H

#include "base/buf.h"

/* & < > " ' become entities: safe in text and in quoted attributes (and in XML). NULL writes nothing. */
void form_html_escape(struct buf *out, const char *text);
/* printf for markup: %s arguments are escaped, %S goes out as it is (markup made by this program), %d and %u are int
 * and unsigned, %z is size_t, %% is a percent sign. Nothing else. */
void form_html(struct buf *out, const char *fmt, ...);

#endif
