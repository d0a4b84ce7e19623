/* SPDX-License-Identifier: EUPL-1.2 */
/* b64_core - the step functions behind b64.c and b64_stream.c; for those two only. */
#ifndef BASE_B64_CORE_H
#define BASE_B64_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct b64_enc {
	const char *alphabet;
	uint8_t hold[3];
	unsigned held;
};

struct b64_dec {
	const uint8_t *values;
	bool blanks, padded;	/* white space is skipped; '=' is required */
	uint32_t acc;
	unsigned chars, pads;	/* of the group at hand */
	bool over;		/* the padding is behind us */
	uint64_t off;		/* characters seen, for messages */
};

void b64_enc_init(struct b64_enc *c, bool url);
/* out has room for B64_LEN(n + 2) characters; returns how many were written. */
size_t b64_enc_add(struct b64_enc *c, const uint8_t *data, size_t n, char *out);
/* At most 4 characters. */
size_t b64_enc_end(struct b64_enc *c, bool pad, char *out);

void b64_dec_init(struct b64_dec *d, bool url, bool blanks);
/* out has room for (n + 3) / 4 * 3 bytes; *got is their number. */
int b64_dec_add(struct b64_dec *d, const char *text, size_t n, uint8_t *out, size_t *got, struct err *e);
/* At most 2 bytes, and only without padding (base64url). */
int b64_dec_end(struct b64_dec *d, uint8_t *out, size_t *got, struct err *e);

#endif
