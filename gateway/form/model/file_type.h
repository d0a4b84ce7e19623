/* SPDX-License-Identifier: EUPL-1.2 */
/* file_type - which kinds of files may be attached at all, and what a field's filePattern allows of them. Any thread. */
#ifndef FORM_FILE_TYPE_H
#define FORM_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

struct form_file_type {
	const char *type;	/* media type as libmagic sees it */
	const char *extensions;	/* those it may have: ".jpg.jpeg.jpe" */
	const char *extension;	/* the one it gets */
};

extern const struct form_file_type form_file_types[];
extern const size_t form_file_type_count;

const struct form_file_type *form_file_type_find(const char *type);	/* NULL: may not be attached */
/* Is ext (".PDF") one of the extensions of the type? */
bool form_file_type_has(const struct form_file_type *t, const char *ext);
/* Whether a pattern in Form.io's spelling allows the type: entries parted by commas, extensions (".pdf", "*.pdf"), media
 * types ("image/png", "image" + slash + star), "*"; with "!" before, what is not allowed. NULL allows all. */
bool form_file_pattern_allows(const char *pattern, const char *type);
/* What is wrong with a pattern, as "entry: why" in why (size bytes); false if nothing is. */
bool form_file_pattern_is_bad(const char *pattern, char *why, size_t size);

#endif
