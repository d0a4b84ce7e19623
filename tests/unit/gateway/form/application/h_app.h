/* SPDX-License-Identifier: EUPL-1.2 */
/* h_app - an application of the real form (docs/forms), filled in, for the tests of the XML and the PDFs. */
#ifndef H_APP_H
#define H_APP_H

#include "form/application/walk.h"

struct h_app {
	struct form_definition *d;
	json_t *values;
	bool shown[FORM_FIELDS_MAX];
	struct form_upload uploads[2];
	struct form_recipient to;
	struct form_application app;
};

void h_app_init(struct h_app *h);
void h_app_fini(struct h_app *h);
const char *h_app_values(void);	/* the values as JSON text, complete and valid */

#endif
