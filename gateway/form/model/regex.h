/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * regex - patterns of forms, with the meaning that they have in JavaScript.
 *
 * Form.io evaluates new RegExp("^" + pattern + "$") without flags. PCRE2, which GLib uses, reads many constructs
 * otherwise: a digit is any digit of Unicode there, "$" also matches before a line end, "[]" is no empty class. So a
 * pattern is taken apart and written anew in terms that are the same in both; what cannot be said exactly is refused.
 */
#ifndef FORM_REGEX_H
#define FORM_REGEX_H

#include <stdbool.h>

#include "base/buf.h"

/* Writes what PCRE2 is to compile (with UTF-8, dollar only at the end, nothing else) for ^pattern$. False with *why set
 * to static text that names the construct. pattern: UTF-8. */
bool form_regex_translate(const char *pattern, struct buf *out, const char **why);
/* *out: a GRegex, released with g_regex_unref; NULL with the reason in why (size bytes) if the pattern is refused. */
void *form_regex_new(const char *pattern, char *why, size_t size);
/* Any thread. */
bool form_regex_matches(const void *regex, const char *text);

#endif
