/* SPDX-License-Identifier: EUPL-1.2 */
/* Text into markup, escaped. */
#include "form/model/html.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"

void form_html_escape(struct buf *out, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "&<>\"'");
		buf_put(out, text, n);
		text += n;
		switch (*text) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			return;
		}
		text++;
	}
}

void form_html(struct buf *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	while (*fmt != '\0') {
		size_t n = strcspn(fmt, "%");
		buf_put(out, fmt, n);
		fmt += n;
		if (*fmt == '\0')
			break;
		switch (fmt[1]) {
		case 's':
			form_html_escape(out, va_arg(ap, const char *));
			break;
		case 'S':
			buf_puts(out, va_arg(ap, const char *));
			break;
		case 'd':
			buf_printf(out, "%d", va_arg(ap, int));
			break;
		case 'u':
			buf_printf(out, "%u", va_arg(ap, unsigned));
			break;
		case 'z':
			buf_printf(out, "%zu", va_arg(ap, size_t));
			break;
		default:
			must(fmt[1] == '%');
			buf_putc(out, '%');
		}
		fmt += 2;
	}
	va_end(ap);
}
