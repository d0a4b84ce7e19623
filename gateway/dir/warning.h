/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * warning - the header dvdv-warning-msg: why the directory gives no entry though there is one, in words for a person,
 * as encoded words (RFC 2047). Any thread.
 */
#ifndef DIR_WARNING_H
#define DIR_WARNING_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Appends the text in UTF-8, control characters as blanks. Encoded words in UTF-8, US-ASCII or ISO 8859-1 are decoded,
 * anything else is taken as it stands; never fails. */
void dir_warning_decode(struct span header, struct buf *out);
/* ERR_TRUST RSN_DIR_EXPIRED with the text. */
int dir_warning_err(const char *header, struct err *e);

#endif
