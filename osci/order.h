/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * order - what the orders and answers of OSCI 1.2 are: one row each, with everything that differs between them.
 *
 * Reader, writer, client and intermediary ask the row instead of comparing types; a new order is a row in order.c and
 * the functions it names. A row may lack functions: such an order is known by name and refused as not offered. Asking
 * for a type that has no row at all gives an empty row that may do nothing, never NULL. Static; any thread.
 */
#ifndef OSCI_ORDER_H
#define OSCI_ORDER_H

#include "osci/feedback.h"
#include "osci/message.h"

struct osci_call;
struct osci_reading;
struct xml_node;
struct xml_write;

enum osci_need { OSCI_MAY, OSCI_MUST, OSCI_NEVER };

/* Which instants of a process card the schema of an answer has room for. */
enum osci_times { OSCI_TIMES_CREATION, OSCI_TIMES_FORWARDING, OSCI_TIMES_ALL };

struct osci_order {
	enum osci_type type;
	const char *schema;	/* "StoreDelivery": the part of soap<...>.xsd that names a message's type */
	const char *element;	/* "storeDelivery", in the namespace of the order */
	enum osci_type answer;	/* of an order: what answers it; of an answer: itself */
	struct {
		enum osci_need response, challenge, conversation, sequence;
	} control;		/* what its ControlBlock holds */
	bool is_answer;
	bool outward;		/* between an intermediary and a recipient that waits for its orders */
	bool needs_dialog;	/* only within an explicit dialog, otherwise 9802 */
	bool in_header;		/* the element is a header entry, and the Body is for content */
	enum osci_need content;	/* ContentPackage, attachments, and the certificates of authors, readers, addressee */
	unsigned cards_max;	/* process cards it may hold */
	enum osci_times times;
	/* The transport signature: whose certificate has made it, and the header entry it stands in. */
	enum osci_role signer;
	const char *signature;
	/* From the element (in Header or Body) to the message; NULL: messages of this type cannot be read. */
	int (*read)(struct osci_reading *r, const struct xml_node *n, struct err *e);
	/* The children of the element; NULL: it has none. */
	void (*write)(struct xml_write *w, const struct osci_message *m);
	/* What the intermediary does: 0 when the answer can be written (done, or refused by a code). NULL: nothing. */
	int (*run)(struct osci_call *c, struct err *e);
};

const struct osci_order *osci_order_of(enum osci_type t);
const struct osci_order *osci_order_at(unsigned i);	/* for docs and tests: NULL after the last */
/* The type whose row has this schema; a SOAP fault cannot be named. */
bool osci_order_from_schema(struct span schema, enum osci_type *t);
/* An order of a client, which may be stored and handed out again: what is in it is judged by who will have to read it. */
bool osci_order_is_clients(const struct osci_order *o);
/* Does the ControlBlock hold what the row says? OSCI_NO_CODE, OSCI_9802 when an order that needs an explicit dialog
 * names none, OSCI_9400 for everything else. */
enum osci_code osci_order_check(const struct osci_order *o, const struct osci_control_block *c);

#endif
