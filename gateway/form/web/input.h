/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * input - what a browser posts: names and values, and files as streams on the way (urlencoded or multipart/form-data).
 * Texts are UTF-8 without NUL and live in the arena. One thread per input.
 */
#ifndef FORM_INPUT_H
#define FORM_INPUT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "http/request.h"

#define FORM_INPUT_MAX 524288	/* bytes of all texts */
#define FORM_INPUT_PAIRS 4000

struct form_pair {
	const char *name, *value;
};

struct form_input {
	struct arena *arena;
	struct form_pair *list;
	size_t count, space;
	size_t bytes;
};

/* What is done with files; begin is called when all texts before the file are in the input. A file without a name
 * (nothing chosen) is not reported. */
struct form_files {
	int (*begin)(void *ctx, const char *field, const char *filename, struct err *e);
	int (*data)(void *ctx, struct span data, struct err *e);
	int (*end)(void *ctx, struct err *e);
	void *ctx;
};

/* Reads the whole body by its Content-Type. ERR_SYNTAX, ERR_LIMIT, ERR_UNSUPPORTED, or the error of a callback. */
int form_input_read(struct form_input *in, struct http_request *rq, const struct form_files *files, struct err *e);
/* The urlencoded form alone; the arena must be set. */
int form_input_parse(struct form_input *in, struct span text, struct err *e);
const char *form_input_get(const struct form_input *in, const char *name);	/* the first, or NULL */
/* All values of that name, at most max of them. */
size_t form_input_all(const struct form_input *in, const char *name, const char **out, size_t max);

#endif
