/* SPDX-License-Identifier: EUPL-1.2 */
/* Codes, classes and texts of errors. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef err_wrap	/* the analyzer's form of it, see err.h */

static const struct {
	const char *name;
	enum err_class cls;
} codes[] = {
	[ERR_OK] = { "ERR_OK", ERR_NONE },
#define X(sym, cls, text) [sym] = { #sym, cls },
	ERR_CODES(X)
#undef X
};

/* Copies with a cut on the right that never leaves half a UTF-8 character behind. */
static void copy_cut(char *out, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(out, s, n);
	out[n] = '\0';
}

int err_set_at(struct err *e, const char *file, int line, enum err_code code, enum reason reason, const char *spec,
	       const char *fmt, ...)
{
	char text[sizeof(e->text) + 4];	/* apart from *e: an argument may be e->text itself */
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	copy_cut(e->spec, sizeof(e->spec), spec == NULL ? "" : spec);
	copy_cut(e->text, sizeof(e->text), text);
	e->code = code;
	e->reason = reason;
	e->file = file;
	e->line = line;
	return (int)code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char text[2 * sizeof(e->text)];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(e->text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	n = strlen(text);
	memcpy(text + n, ": ", 2);
	copy_cut(text + n + 2, sizeof(e->text), e->text);
	copy_cut(e->text, sizeof(e->text), text);
	return (int)e->code;
}

int err_default_reason(struct err *e, enum reason reason)
{
	if (e->reason == RSN_NONE)
		e->reason = reason;
	return (int)e->code;
}

enum err_code err_from_errno(int errnum)
{
	static const struct {
		int errnum;
		enum err_code code;
	} list[] = {
		{ ENOMEM, ERR_NOMEM },		  { ENOSPC, ERR_FULL },		     { EDQUOT, ERR_FULL },
		{ EFBIG, ERR_FULL },		  { ENOENT, ERR_MISSING },	     { ENOTDIR, ERR_MISSING },
		{ EEXIST, ERR_EXISTS },		  { EACCES, ERR_DENIED },	     { EPERM, ERR_DENIED },
		{ EROFS, ERR_DENIED },		  { ETIMEDOUT, ERR_TIMEOUT },	     { ECONNREFUSED, ERR_UNREACHABLE },
		{ EHOSTUNREACH, ERR_UNREACHABLE }, { ENETUNREACH, ERR_UNREACHABLE }, { ECONNRESET, ERR_PEER },
		{ EPIPE, ERR_PEER },		  { EMFILE, ERR_BUSY },		     { ENFILE, ERR_BUSY },
		{ EAGAIN, ERR_BUSY },		  { EBUSY, ERR_BUSY },		     { ENAMETOOLONG, ERR_LIMIT },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i].errnum == errnum)
			return list[i].code;
	return ERR_IO;
}

enum err_class err_class(enum err_code code)
{
	return (unsigned)code < ERR_CODE_COUNT ? codes[code].cls : ERR_LOCAL;
}

const char *err_name(enum err_code code)
{
	return (unsigned)code < ERR_CODE_COUNT ? codes[code].name : "ERR_INTERNAL";
}
