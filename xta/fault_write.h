/* SPDX-License-Identifier: EUPL-1.2 */
/* fault_write - a refusal as the Body of a SOAP fault (SOAP 1.2 5.4, SOAP 1.1 4.4). For this folder only. Any thread.
 */
#ifndef XTA_FAULT_WRITE_H
#define XTA_FAULT_WRITE_H

#include "xml/write.h"
#include "xta/operation.h"

/* What is said: a code as an operation may say it. */
struct xta_refusal {
	bool is_soap11;
	const struct xta_fault *fault;	/* level, subcode and texts */
	enum xta_exception exception;	/* XTA_NO_EXCEPTION: no Detail */
	enum xta_code code;		/* the number in it */
};

/* op may be NULL: unknown. Chooses what the WSDL lets the operation raise. */
struct xta_refusal xta_refusal_of(const struct xta_operation *op, enum xta_code code, bool is_soap11);
/* refusal: struct xta_refusal. */
void xta_fault_write(struct xml_write *w, const void *refusal);

#endif
