/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * payload - an application as XML: message head of the XÖV-Basisnachricht G2G 1.1, and the neutral body of
 * docs/schema/antrag.xsd (docs/forms.md explains it). One thread per call.
 */
#ifndef FORM_PAYLOAD_H
#define FORM_PAYLOAD_H

#include "base/stream.h"
#include "form/application/walk.h"

/* Writes the document; the sink is not finished. */
int form_payload_write(const struct form_application *app, struct sink *to, struct err *e);

#endif
