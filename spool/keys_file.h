/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keys_file - the bytes of the slot file: head, wrapping and unwrapping of one slot.
 */
#ifndef SPOOL_KEYS_FILE_H
#define SPOOL_KEYS_FILE_H

#include "base/err.h"
#include "spool/crypt.h"

#define SPOOL_KEYS_FILE "keys"
#define SPOOL_SLOT_LEN 128
#define SPOOL_ID_LEN 16

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
/* How often database and key file were opened and closed together (pair.c): a number in the head of the file, 0 if it was
 * never set. */
uint64_t spool_slot_generation(int fd);
int spool_slot_set_generation(int fd, uint64_t generation, struct err *e);	/* durable */

#endif
