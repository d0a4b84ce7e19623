/* SPDX-License-Identifier: EUPL-1.2 */
/* version - the one place of the version number. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define DEPESCHE_VERSION "0.1.0"

#endif
