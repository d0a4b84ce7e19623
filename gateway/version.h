/* SPDX-License-Identifier: EUPL-1.2 */
/* version - the one place of the version number. */
#ifndef GW_VERSION_H
#define GW_VERSION_H

#define GW_VERSION "0.1.0"

#endif
