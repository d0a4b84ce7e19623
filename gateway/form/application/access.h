/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * access - inside of form/application: who may see a draft or an application, as its open_meta says: whoever has a token. Each
 * device has one of its own; only their SHA-256 are kept. One thread.
 */
#ifndef FORM_ACCESS_H
#define FORM_ACCESS_H

#include <stdbool.h>

#include "base/json.h"
#include "form/application/draft.h"

#define FORM_DEVICES_MAX 5	/* one more takes the place of the one that came second */

/* A new token, and its digest into open; the first is that of who began the draft. */
void form_access_add(json_t *open, char token[FORM_TOKEN_LEN]);
bool form_access_check(const json_t *open, const char *token);	/* NULL: false */
bool form_access_remove(json_t *open, const char *token);	/* false: it had none */

#endif
