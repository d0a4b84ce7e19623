/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * content - the inside of the content reader: read_content.c takes the XML, content_part.c the bytes. For these only.
 */
#ifndef XTA_CONTENT_H
#define XTA_CONTENT_H

#include "base/buf.h"
#include "xta/reading.h"

/* Part i waits for the MIME part of this Content-ID. */
struct include {
	char *cid;			/* as mime_cid_key gives it */
	size_t part;
	bool is_taken;
};

/* Counts what a part gets, and all of them together. */
struct meter {
	struct sink base;
	struct xta_content *c;
	struct sink *to;
	uint64_t n;
};

struct xta_content {
	struct xta_reading *r;
	unsigned depth;			/* 1: GenericContentContainer */
	size_t cap;
	uint64_t total;
	/* the part that gets bytes now */
	struct meter meter;
	struct sink *decoder;		/* inline: undoes base64 into the meter; else the transfer encoding */
	struct sink *encoder;		/* MIME part of EncryptedData: base64 into the meter */
	bool has_choice, in_part, has_text, has_include;
	size_t at;
	struct include *includes;
	size_t include_count, include_done, include_cap;
	/* EncryptedData */
	struct xml_c14n *c14n;
	struct sink gate;		/* first the meter, behind an Include the tail */
	struct buf tail;
};

/* Sets the code and an error of that text. */
int xta_content_refuse(struct xta_content *c, enum xta_code code, struct err *e, const char *what);
/* A part begins in the document; the last of c->r->m->parts. */
int xta_content_add(struct xta_content *c, enum xta_part_kind kind, struct err *e);
/* Its bytes: sink opened, base64 text (as long as has_text), and closed when all are there. */
int xta_content_open(struct xta_content *c, size_t i, struct err *e);
int xta_content_base64(struct xta_content *c, struct span text, struct err *e);
int xta_content_close(struct xta_content *c, struct err *e);
/* Its bytes come in the MIME part that href names. */
int xta_content_include(struct xta_content *c, const struct xml_start *s, struct err *e);

#endif
