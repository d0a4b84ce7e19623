/* SPDX-License-Identifier: EUPL-1.2 */
/* The header dvdv-warning-msg. */
#include "dir/warning.h"

#include "base/b64.h"

#define TEXT_MAX 1024

/* The Q encoding: "_" is a blank, =XX a byte. */
static bool decode_q(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		int high, low;

		if (text.p[i] != '=') {
			buf_putc(out, text.p[i] == '_' ? ' ' : text.p[i]);
			continue;
		}
		if (text.n - i < 3)
			return false;
		high = hex_digit(text.p[i + 1]);
		low = hex_digit(text.p[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_putc(out, (char)(high << 4 | low));
		i += 2;
	}
	return true;
}

static bool to_utf8(struct span charset, struct span bytes, struct buf *out)
{
	if (span_is_nocase(charset, "utf-8") || span_is_nocase(charset, "us-ascii")) {
		if (!span_is_utf8(bytes))
			return false;
		buf_span(out, bytes);
		return true;
	}
	if (!span_is_nocase(charset, "iso-8859-1"))
		return false;
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		if (c >= 0x80)
			buf_putc(out, (char)(0xc0 | c >> 6));
		buf_putc(out, (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c));
	}
	return true;
}

/* =?charset?Q?text?= at the start of s; *rest is what follows it. */
static bool take_word(struct span s, struct buf *out, struct span *rest)
{
	struct span charset, coding, text;
	struct err ignored = ERR_INIT;
	struct buf bytes;
	bool good;

	if (!span_starts(s, "=?"))
		return false;
	s = (struct span){ s.p + 2, s.n - 2 };
	if (!span_split(s, '?', &charset, &s) || !span_split(s, '?', &coding, &s) || !span_split(s, '?', &text, rest) ||
	    !span_starts(*rest, "="))
		return false;
	*rest = (struct span){ rest->p + 1, rest->n - 1 };
	buf_init(&bytes, TEXT_MAX);
	if (span_is_nocase(coding, "q"))
		good = decode_q(text, &bytes);
	else
		good = span_is_nocase(coding, "b") && b64_decode(&bytes, text, false, &ignored) == 0;
	good = good && !bytes.over && to_utf8(charset, buf_view(&bytes), out);
	buf_fini(&bytes);
	return good;
}

static size_t blanks_at(struct span s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

void dir_warning_decode(struct span header, struct buf *out)
{
	size_t start = out->n;
	struct span rest;

	if (!span_is_utf8(header))
		return;
	while (header.n > 0) {
		size_t blanks = blanks_at(header);

		if (blanks == 0 && take_word(header, out, &rest)) {
			blanks = blanks_at(rest);	/* blanks between two encoded words do not count */
			header = blanks < rest.n && span_starts((struct span){ rest.p + blanks, rest.n - blanks }, "=?") ?
					 (struct span){ rest.p + blanks, rest.n - blanks } :
					 rest;
			continue;
		}
		buf_putc(out, header.p[0]);
		header = (struct span){ header.p + 1, header.n - 1 };
	}
	for (size_t i = start; i < out->n; i++)
		if ((unsigned char)out->p[i] < 0x20 || out->p[i] == 0x7f)
			out->p[i] = ' ';
}

int dir_warning_err(const char *header, struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text, TEXT_MAX);
	dir_warning_decode(span_of(header), &text);
	rc = err_reason(e, ERR_TRUST, RSN_DIR_EXPIRED, "the service is entered but not valid now: %s",
			text.n > 0 ? buf_str(&text) : "no explanation");
	buf_fini(&text);
	return rc;
}
