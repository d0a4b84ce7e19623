/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reading - what all files that read a message have at hand, and how they refuse. For read*.c, sign_check.c and
 * envelope_read.c; the reader's own way in is read.h.
 *
 * Who uses whom (nothing points back):
 *   read.c          levels: outer entity, decryption, inner entity; codes
 *   read_entity.c   one MIME entity: root part, attachments or cipher text
 *   read_frame.c    the XML of the root part by position: Envelope, Header, Body
 *   read_block.c    the header entries as they pass by          read_body.c     the Body as it passes by
 *   read_header.c   what the header entries say                 read_content.c  the ContentPackage as it passes by
 *   read_order.c, read_answer.c   the element of an order or answer (the table in order.c names them)
 *   shape.c         what a ContentPackage may be made of        sign_check.c    what a signature must cover
 *   shape_cover.c   what authors' signatures leave out      same_form.c      tags that all canonicalise alike
 *   read_value.c    single values
 */
#ifndef OSCI_READING_H
#define OSCI_READING_H

#include "osci/order.h"
#include "osci/read.h"
#include "xml/push.h"
#include "xml/tree.h"

#define NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_OSCI "http://www.osci.de/2002/04/osci"
#define NS_OSCI17 "http://xoev.de/transport/osci12/7"
#define NS_OSCI128 "http://xoev.de/transport/osci12/8"
#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define NS_XENC11 "http://www.w3.org/2009/xmlenc11#"
#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

#define READ_TREE_MAX 4194304u		/* tree of one header block or of the element in the Body */

struct osci_reading {
	const struct osci_read_options *o;
	struct arena *arena;
	struct osci_message *m;
	const struct osci_order *row;	/* of m->type, once that is known */
	enum osci_code code;		/* what to answer an error with, if it is known already */
};

/* The attributes every header entry may have; that Id is there was seen when it was found. */
#define READ_BLOCK_ATTRS                                                                                               \
	{ NULL, "Id", true, NULL }, { NS_SOAP, "actor", false, NULL },                                                 \
	{                                                                                                              \
		NS_SOAP, "mustUnderstand", false, NULL                                                                 \
	}

/* Notes the code to answer with, unless one is noted already. Returns the code of e. */
int osci_note_code(struct osci_reading *r, enum osci_code code, const struct err *e);
/* ERR_SYNTAX with the path of the element at hand. */
int osci_refuse_at(const struct xml_push *p, struct err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
