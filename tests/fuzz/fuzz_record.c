/* LINK: spool */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Every record reader on hostile bytes, as they are and with a right checksum. First byte: the kind to try. */
#include <stdint.h>

#include "base/codec.h"
#include "base/mem.h"
#include "spool/record.h"

static void read_one(unsigned kind, struct span in, struct arena *a)
{
	struct spool_part parts[3] = { { .name = "a" } };
	struct spool_message m = { .parts = parts, .part_count = 3 };
	struct err e = ERR_INIT;

	switch (kind % 11) {
	case 0:
		(void)spool_rec_msg_get(in, a, &(struct spool_rec_msg){ .rev = 0 }, &e);
		break;
	case 1:
		(void)spool_rec_sealed_get(in, a, &m, &e);
		break;
	case 2:
		(void)spool_rec_delivery_get(in, a, &(struct spool_delivery){ .attempts = 0 }, &e);
		(void)spool_rec_delivery_peek(in, &(struct spool_delivery){ .attempts = 0 });
		break;
	case 3:
		(void)spool_rec_event_get(in, a, &(struct spool_event){ .at = 0 }, &e);
		break;
	case 4:
		(void)spool_rec_audit_get(in, a, &(struct spool_rec_audit){ .seq = 0 }, &e);
		break;
	case 5:
		(void)spool_rec_cache_get(in, a, &(struct spool_cache_entry){ .fetched = 0 }, &e);
		break;
	case 6:
		(void)spool_rec_erasing_get(in, a, &(struct spool_rec_erasing){ .slot = 0 }, &e);
		break;
	case 7:
		(void)spool_rec_counters_get(in, &(struct spool_counters){ .slots = 0 }, &e);
		break;
	case 8:
		(void)spool_rec_lease_get(in, &(struct spool_lease){ .token = 0 }, &e);
		break;
	case 9:
		(void)spool_rec_rest_get(in, a, &(struct spool_rest){ .until = 0 }, &e);
		break;
	default:
		(void)spool_rec_damage_get(in, a, &(struct spool_damaged){ .at = 0 }, &e);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char letters[] = "MSDEACXNLRB";
	struct arena *a;
	struct buf b;

	if (size < 1 || size > 1 << 20)
		return 0;
	a = arena_new();
	read_one(data[0], (struct span){ (const char *)data + 1, size - 1 }, a);
	buf_init(&b, 2 << 20);
	codec_begin(&b, letters[data[0] % 11], (uint8_t)(1 + data[0] / 128));
	buf_put(&b, data + 1, size - 1);
	codec_end(&b);
	read_one(data[0], buf_view(&b), a);
	buf_fini(&b);
	arena_free(a);
	return 0;
}
