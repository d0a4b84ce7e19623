/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keys_file - the bytes of the slot file: head, wrapping and unwrapping of one slot. Used by keys.c alone.
 */
#ifndef SPOOL_KEYS_FILE_H
#define SPOOL_KEYS_FILE_H

#include "spool/keys.h"

struct spool_slot_file {
	int fd;
	uint8_t id[SPOOL_ID_LEN];
	uint8_t master[SPOOL_KEY_LEN];
};

int spool_slot_open(struct spool_slot_file *f, const char *dir, const char *master_key_file, bool create,
		    bool read_only, struct err *e);
void spool_slot_close(struct spool_slot_file *f);
int spool_slot_write(const struct spool_slot_file *f, uint64_t slot, const uint8_t key[SPOOL_KEY_LEN], struct err *e);
int spool_slot_read(const struct spool_slot_file *f, uint64_t slot, uint8_t key[SPOOL_KEY_LEN], struct err *e);
int spool_slot_clear(const struct spool_slot_file *f, uint64_t slot, struct err *e);
int spool_slot_sync(const struct spool_slot_file *f, struct err *e);

#endif
