/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * err - what went wrong, for the program (code), for the retry logic (class), for the operator (reason) and for a
 * person (text).
 *
 * A function that can fail returns int: 0 on success, otherwise the enum err_code it also stored in *e.
 * The caller owns the struct, usually on its stack; nothing here allocates, so an error can always be reported.
 * Every level adds what it was doing with err_wrap(), so the text reads from the outside in:
 *     "deliver 7f3c: post to http://b.example/osci: connection refused"
 * Any thread; a struct err belongs to one thread at a time.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/reason.h"

/* X(symbol, class, default text): the only list of codes; err.c and docs/errors.md are made from it. */
#define ERR_CODES(X)                                                                                                   \
	X(ERR_NOMEM, ERR_LOCAL, "out of memory")                                                                       \
	X(ERR_IO, ERR_LOCAL, "input/output error")                                                                     \
	X(ERR_FULL, ERR_LOCAL, "no space left")                                                                        \
	X(ERR_INTERNAL, ERR_LOCAL, "internal error")                                                                   \
	X(ERR_CONFIG, ERR_LOCAL, "configuration does not allow this")                                                  \
	X(ERR_MISSING, ERR_PERMANENT, "not found")                                                                     \
	X(ERR_EXISTS, ERR_PERMANENT, "exists already")                                                                 \
	X(ERR_WRONG_STATE, ERR_PERMANENT, "not possible in this state")                                                \
	X(ERR_SYNTAX, ERR_PERMANENT, "malformed input")                                                                \
	X(ERR_LIMIT, ERR_PERMANENT, "limit exceeded")                                                                  \
	X(ERR_DENIED, ERR_PERMANENT, "not permitted")                                                                  \
	X(ERR_TRUST, ERR_PERMANENT, "certificate or signature not trusted")                                            \
	X(ERR_CRYPTO, ERR_PERMANENT, "not decryptable or signature wrong")                                             \
	X(ERR_UNSUPPORTED, ERR_PERMANENT, "not supported")                                                             \
	X(ERR_REFUSED, ERR_PERMANENT, "refused by the other side")                                                     \
	X(ERR_PEER, ERR_TEMPORARY, "the other side did not answer as agreed")                                          \
	X(ERR_UNREACHABLE, ERR_TEMPORARY, "the other side cannot be reached")                                          \
	X(ERR_TIMEOUT, ERR_TEMPORARY, "timed out")                                                                     \
	X(ERR_BUSY, ERR_TEMPORARY, "too much at once, try again later")                                                \
	X(ERR_STOPPING, ERR_TEMPORARY, "shutting down")

enum err_class { ERR_NONE, ERR_TEMPORARY, ERR_PERMANENT, ERR_LOCAL };

#define X(sym, cls, text) sym,
enum err_code { ERR_OK, ERR_CODES(X) ERR_CODE_COUNT };
#undef X

struct err {
	enum err_code code;
	enum reason reason;	/* RSN_NONE, or the line of the reason table an operator sees; see err_reason() */
	const char *file;	/* where err_set() was called: for the log, never for a peer */
	int line;
	char spec[48];		/* rule that was broken, e.g. "OSCI 1.2 4.3.1", or "" */
	char text[400];		/* outermost context first; cut on the right when too long */
};

#define ERR_INIT { .code = ERR_OK }

/* An error code is never 0: known to whoever reads this, and told to the static analyzer. */
#ifdef __clang_analyzer__
static inline int err_known(int code)
{
	if (code == 0)
		__builtin_unreachable();
	return code;
}
#else
#define err_known(code) (code)
#endif

/* Stores a new error and returns its code:  return err_set(e, ERR_SYNTAX, "line %u: tab", n); */
#define err_set(e, code, ...) err_known(err_set_at((e), __FILE__, __LINE__, (code), RSN_NONE, NULL, __VA_ARGS__))
/* The same for input that breaks a published rule: spec is "RFC 9112 6.3", "OSCI 1.2 4.2", ... */
#define err_spec(e, code, spec, ...) err_known(err_set_at((e), __FILE__, __LINE__, (code), RSN_NONE, (spec), __VA_ARGS__))
/* The same for something an operator has to be told about: reason is a line of reason.h. */
#define err_reason(e, code, reason, ...) err_known(err_set_at((e), __FILE__, __LINE__, (code), (reason), NULL, __VA_ARGS__))
int err_set_at(struct err *e, const char *file, int line, enum err_code code, enum reason reason, const char *spec,
	       const char *fmt, ...) __attribute__((format(printf, 7, 8)));

/* Puts "what we were doing: " in front of the text; keeps code, reason, place and rule. Returns the code. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__
#define err_wrap(...) err_known((err_wrap)(__VA_ARGS__))
#endif

/* Sets e->reason if it is still RSN_NONE. Returns the code. */
int err_default_reason(struct err *e, enum reason reason);

/* ERR_IO, ERR_FULL, ERR_MISSING, ... for an errno value. */
enum err_code err_from_errno(int errnum);

enum err_class err_class(enum err_code code);
const char *err_name(enum err_code code);	/* "ERR_IO" */

#endif
