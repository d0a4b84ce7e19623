/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/base */
#include "base/json.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *value = NULL, *again = NULL;
	struct err e = ERR_INIT;
	struct buf one, two;

	if (json_read((struct span){ (const char *)data, size }, "fuzz", &value, &e) != 0)
		return 0;
	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	json_write(&one, value);
	must(span_is_utf8(buf_view(&one)));
	must(json_read(buf_view(&one), "fuzz", &again, &e) == 0);
	json_write(&two, again);
	must(span_eq(buf_view(&one), buf_view(&two)));
	json_decref(value);
	json_decref(again);
	buf_fini(&one);
	buf_fini(&two);
	return 0;
}
