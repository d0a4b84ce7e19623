/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * feedback - the codes of OSCI 1.2 as a type, and the one table of what each of them means: level, texts (own words),
 * and what a sender who gets it for an answer does about it.
 *
 * Within the house a code is an enum osci_code; its four digits exist on the wire and in texts only. A code that came
 * from a peer and is in no edition of OSCI 1.2 is OSCI_OTHER_CODE: nobody knows what it means, so it has no text here.
 * Static; any thread.
 */
#ifndef OSCI_FEEDBACK_H
#define OSCI_FEEDBACK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/reason.h"

/* All codes of OSCI 1.2 with its corrigenda and the supplement on large data, ascending. */
#define OSCI_CODES(X)                                                                                                  \
	X(0800) X(0801)                                                                                                \
	X(3500) X(3501)                                                                                                \
	X(3700) X(3701) X(3702) X(3703) X(3704) X(3705) X(3706) X(3707) X(3708)                                        \
	X(3800) X(3801) X(3802) X(3803)                                                                                \
	X(3950) X(3951) X(3952)                                                                                        \
	X(9000) X(9100) X(9200) X(9201) X(9202) X(9300) X(9400)                                                        \
	X(9500) X(9501) X(9502) X(9503)                                                                                \
	X(9600) X(9601) X(9602) X(9603)                                                                                \
	X(9700) X(9701) X(9704) X(9705) X(9706) X(9707) X(9708) X(9709) X(9710) X(9711) X(9712)                        \
	X(9800) X(9801) X(9802) X(9803) X(9804) X(9805) X(9806) X(9807) X(9808) X(9809) X(9810) X(9811)                \
	X(9900) X(9901) X(9902) X(9903) X(9904) X(9905)                                                                \
	X(9950)

#define X(digits) OSCI_##digits,
enum osci_code { OSCI_NO_CODE, OSCI_CODES(X) OSCI_OTHER_CODE, OSCI_CODE_COUNT };
#undef X

enum osci_level { OSCI_OK, OSCI_WARNING, OSCI_ERROR, OSCI_FAULT_CLIENT, OSCI_FAULT_SERVER };

struct osci_feedback {
	const char *digits;	/* "0800"; "" for OSCI_NO_CODE and OSCI_OTHER_CODE */
	const char *de, *en;	/* one sentence; "" for those two */
	enum osci_level level;
	/* What the answer to a sender's order comes to when the intermediary has signed it: see osci_feedback_reaction. */
	enum err_class class;
	enum reason reason;
	bool uses_up;		/* see struct osci_reaction */
};

/* The line of a code. Never NULL; anything that is no code of the table gives the line of OSCI_OTHER_CODE. */
const struct osci_feedback *osci_feedback(enum osci_code code);
/* OSCI_NO_CODE for NULL and "", OSCI_OTHER_CODE for what is not in the table. */
enum osci_code osci_feedback_code(const char *digits);

/* What a sender does about a code. */
struct osci_reaction {
	/* ERR_NONE: the order was carried out. ERR_TEMPORARY: try again by itself. ERR_PERMANENT: the same order will
	 * never be taken; a person decides. ERR_LOCAL: the same, and what has to be mended is ours. */
	enum err_class class;
	enum reason reason;	/* who acts and how; RSN_NONE with ERR_NONE. Its retry rule agrees with class */
	bool doubts_entry;	/* the peer's certificates are not what the directory said: ask the directory anew */
	bool uses_up;		/* of a forwardDelivery or mediateDelivery: it was kept under its message id and did not get
				   through, so that another attempt needs another id */
};

/*
 * authenticated: the answer was signed by the intermediary that was asked. Otherwise anybody on the way may have made
 * it (a SOAP fault is never signed): it decides nothing, so the class is never more than ERR_TEMPORARY, whatever the
 * code, and a code that says "done" is no success but an answer that cannot be used (RSN_NET_BAD_ANSWER).
 */
struct osci_reaction osci_feedback_reaction(enum osci_code code, bool authenticated);

#endif
