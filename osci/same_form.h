/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * same_form - whether everybody makes the same canonical form of a start tag.
 *
 * The reference library (2.4.1) writes ">" in attributes as "&gt;", and sorts declarations by prefix and attributes by namespace
 * name, comma and qualified name, all in UTF-16; C14N 1.0 (2.2, 2.3) does neither. A message in which that matters cannot be handed to it: what is signed
 * on the way out has another digest there, so it throws the message away.
 */
#ifndef OSCI_SAME_FORM_H
#define OSCI_SAME_FORM_H

#include "osci/reading.h"

/* p: for places in errors. ERR_SYNTAX if the library's form is another one. */
int osci_same_form(const struct xml_push *p, const struct xml_start *s, struct err *e);

#endif
