/* LINK: gateway/form/model */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Form.io JSON to a definition; what loads can be settled and checked with no values at all. */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "form/model/condition.h"
#include "form/application/walk.h"
#include "form/model/definition.h"
#include "form/model/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form_definition *d = NULL;
	struct err e = ERR_INIT;
	if (form_definition_read((struct span){ (const char *)data, size }, "fuzz", NULL, NULL, &d, &e) != 0) {
		must(e.code == ERR_SYNTAX || e.code == ERR_UNSUPPORTED || e.code == ERR_LIMIT);
		return 0;
	}
	struct arena *a = arena_new();
	json_t *values = json_object();
	bool *shown = mem_new_array(d->count + 1, sizeof(*shown));
	struct form_problems p = { .arena = a };
	must(d->count > 0 && d->page_count > 0 && d->page_count <= d->count);
	for (size_t i = 0; i < d->count; i++)
		must(d->fields[i].end > i && d->fields[i].end <= d->count && d->fields[i].label != NULL);
	form_condition_settle(d, values, shown);
	must(json_object_size(values) == 0);
	form_validate(d, 0, d->count, &(struct form_values){ .values = values }, shown, &p);
	must(p.count <= d->count);
	free(shown);
	json_decref(values);
	arena_free(a);
	form_definition_free(d);
	return 0;
}
