/* SPDX-License-Identifier: EUPL-1.2 */
/* text - which texts a field takes, by its type. Private to this folder; any thread. */
#ifndef CONFIG_TEXT_H
#define CONFIG_TEXT_H

#include <stdbool.h>

#include "config/schema.h"

/* One value of a field that is kept as text, or one entry of its list. Never true for the empty text. */
bool conf_text_check(const struct conf_field *f, const char *text);

#endif
