/* SPDX-License-Identifier: EUPL-1.2 */
/* app_services - from the ids of the forms to the service specifications under which the directory knows them. */
#include "app.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct dir_service row_of(const char *name, const struct conf_list *uris)
{
	return (struct dir_service){ name, (const char *const *)uris->item, uris->n };
}

/* The row of form i; its services, or those of all forms. */
static int add_row(struct gw_app *app, size_t i, struct err *e)
{
	const struct conf_definitions *forms = &app->conf->form->definitions;
	const struct conf_list *own = &forms->item[i].services;
	struct dir_service *rows = app->services;
	char *id = NULL, key[64];
	int rc = form_file_id(forms->item[i].file, &id, e);

	for (size_t k = 0; rc == 0 && k < i; k++)
		if (strcmp(rows[k].name, id) == 0)
			rc = err_set(e, ERR_CONFIG, "%s: path \"%s\" is that of %s, too; expected one of its own",
				     forms->item[i].file, id, forms->item[k].file);
	if (rc != 0) {
		free(id);
		(void)snprintf(key, sizeof(key), "form.definitions[%zu]", i + 1);
		return err_wrap(e, "%s:%u: %s", app->conf->file, conf_line_of(app->conf, key), key);
	}
	rows[app->service_count++] = row_of(id, own->n > 0 ? own : &app->conf->directory->services);
	return 0;
}

int gw_app_services(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	size_t n = c->form != NULL ? c->form->definitions.n : 0;
	int rc = 0;

	if (c->directory == NULL)
		return 0;
	app->services = mem_new_array(n + 1, sizeof(*app->services));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_row(app, i, e);
	if (rc == 0)
		app->services[app->service_count++] = row_of(NULL, &c->directory->services);
	return rc;
}

void gw_app_services_free(struct gw_app *app)
{
	for (size_t i = 0; i < app->service_count; i++)
		free((void *)(uintptr_t)app->services[i].name);
	free(app->services);
	app->services = NULL;
	app->service_count = 0;
}
