/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * organisation - whether an entry belongs to the organisation that was asked for.
 *
 * Answers of the directory are not signed, and a Service does not name the key of its organisation (DVDV 2 API): a proxy
 * that caches without regard to the query gives every town the entry of the first. So findauthoritydescriptions is asked
 * who has the key, and the entry has to be one of that organisation's or of its representatives': by the number of the
 * service in the directory, or else by the name of the organisation. Any thread.
 */
#ifndef DIR_ORGANISATION_H
#define DIR_ORGANISATION_H

#include "dir/entry.h"

/* text: the JSON of OrganizationDescriptions, or of one. Errors: ERR_SYNTAX RSN_DIR_BAD_ANSWER; ERR_TRUST
 * RSN_DIR_OTHER_ENTRY, with what was asked and what was answered. */
int dir_organisation_check(struct span text, const char *key, const struct dir_entry *r, struct err *e);

#endif
