/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * record - how the spool's records look as bytes: versioned, length-checked, with a checksum, independent of the
 * machine (all numbers big endian). docs/spool-format.md describes them for others.
 *
 *     kind (1) version (1) fields ... CRC-32 of everything before (4)
 *
 * Written in the newest version of the kind, read in all there were.
 * Reading never trusts a byte: a damaged record is ERR_IO with RSN_LOC_DATA_BAD, and nothing else happens.
 * What is read is copied into the arena. Any thread.
 */
#ifndef SPOOL_RECORD_H
#define SPOOL_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "spool/store.h"

struct codec_reader;
/* A reason, kept by its key: the numbers of the enum change when a line is added. */
void spool_rec_reason_put(struct buf *b, enum reason reason);
enum reason spool_rec_reason_get(struct codec_reader *r, struct arena *a);

/* A part as the record knows it: the public fields are in msg.parts[i]. */
struct spool_part_ref {
	struct id id;		/* key of the inline bytes or name of the file; never reused */
	bool in_file;
};

struct spool_rec_msg {
	struct spool_message m;	/* without meta, labels and digests: those are sealed */
	uint32_t rev;		/* grows with every edit */
	int64_t limit;		/* an end that was set for it, whatever the settings say; 0: none */
	uint64_t slot;		/* number of its key in the slot file; 0 once erased */
	struct spool_part_ref *refs;	/* m.part_count */
};

/* _put appends to an empty buffer, _get fills the struct; see above for the errors of all of them. */
void spool_rec_msg_put(struct buf *b, const struct spool_rec_msg *r);
int spool_rec_msg_get(struct span in, struct arena *a, struct spool_rec_msg *r, struct err *e);

/* What is encrypted under the message's key: meta, and label and digest of each part, in the order of m->parts. */
void spool_rec_sealed_put(struct buf *b, const struct spool_message *m);
int spool_rec_sealed_get(struct span in, struct arena *a, struct spool_message *m, struct err *e);

/* A delivery. */
void spool_rec_delivery_put(struct buf *b, const struct spool_delivery *d);
int spool_rec_delivery_get(struct span in, struct arena *a, struct spool_delivery *d, struct err *e);

/* A look without reading it all: its state and the key of its reason (empty: none), and what a claim changes (state, due, attempts, token, node, entered). Nothing is
 * checked or copied; false if it is too short. What is relied on has to be read. */
bool spool_rec_delivery_glance(struct span in, enum delivery_state *state, struct span *reason);
bool spool_rec_delivery_peek(struct span in, struct spool_delivery *d);

/* What a claim changes of a delivery, beside its record. */
struct spool_lease {
	struct id id;		/* of the delivery: the key */
	struct spool_lane lane;
	struct id node;
	int64_t until;
	uint64_t token;
	uint32_t attempts;
	int64_t entered;	/* when it was claimed */
};
void spool_rec_lease_put(struct buf *b, const struct spool_lease *l);
int spool_rec_lease_get(struct span in, struct spool_lease *l, struct err *e);

/* An event. */
void spool_rec_event_put(struct buf *b, const struct spool_event *ev);
int spool_rec_event_get(struct span in, struct arena *a, struct spool_event *ev, struct err *e);

struct spool_rec_audit {
	struct spool_audit a;
	uint64_t seq;
	uint8_t prev[SHA256_LEN], mac[SHA256_LEN];
};
/* with_mac false: the bytes the mac is computed over. */
void spool_rec_audit_put(struct buf *b, const struct spool_rec_audit *r, bool with_mac);
int spool_rec_audit_get(struct span in, struct arena *a, struct spool_rec_audit *r, struct err *e);

/* An entry of the directory cache. */
void spool_rec_cache_put(struct buf *b, const struct spool_cache_entry *c);
int spool_rec_cache_get(struct span in, struct arena *a, struct spool_cache_entry *c, struct err *e);

/* An erasure under way: the key's slot and the payload files that go with it. */
struct spool_rec_erasing {
	uint64_t slot;
	struct id *files;
	size_t file_count;
};
void spool_rec_erasing_put(struct buf *b, const struct spool_rec_erasing *r);
int spool_rec_erasing_get(struct span in, struct arena *a, struct spool_rec_erasing *r, struct err *e);

struct spool_counters {
	uint64_t messages[3], deliveries[DLV_STATES];
	uint64_t reasons[RSN_COUNT];	/* of deliveries that are not final, or late */
	uint64_t file_bytes;	/* in payload files */
	uint64_t slots;		/* slots ever used: the next new one has this number */
	uint64_t audit_seq;	/* of the next line */
	uint8_t audit_mac[SHA256_LEN];	/* of the last line */
	uint64_t links;		/* of process cards */
	uint8_t link_hash[SHA256_LEN], link_code[SHA256_LEN];	/* of the last one; the code under a key from the master key */
	uint64_t events[SPOOL_EV_KINDS];	/* added since the spool was opened; the last member: not stored */
};
void spool_rec_counters_put(struct buf *b, const struct spool_counters *c);
int spool_rec_counters_get(struct span in, struct spool_counters *c, struct err *e);

/* The rest of a lane. */
void spool_rec_rest_put(struct buf *b, const struct spool_rest *r);
int spool_rec_rest_get(struct span in, struct arena *a, struct spool_rest *r, struct err *e);
/* Only the head, for who needs nothing but `until`, which comes first. */
int spool_rec_rest_open(struct span in, struct codec_reader *rd, struct err *e);

/* What a person has suspended; and only until when. */
void spool_rec_suspension_put(struct buf *b, const struct spool_suspension *s);
int spool_rec_suspension_get(struct span in, struct arena *a, struct spool_suspension *s, struct err *e);
int spool_rec_suspension_until(struct span in, int64_t *until, struct err *e);

/* Why a record was set aside. The id is the key. */
void spool_rec_damage_put(struct buf *b, const struct spool_damaged *d);
int spool_rec_damage_get(struct span in, struct arena *a, struct spool_damaged *d, struct err *e);

#endif
