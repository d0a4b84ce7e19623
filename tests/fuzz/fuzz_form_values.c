/* LINK: gateway/form/web */
/* SPDX-License-Identifier: EUPL-1.2 */
/* What a browser posts: taken apart, made values, settled, checked, shown, and written as XML. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/condition.h"
#include "form/model/definition.h"
#include "form/model/html.h"
#include "form/web/input.h"
#include "form/application/payload.h"
#include "form/model/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One field of each type under a key of one letter. */
static const char form[] =
	"{\"title\":\"F\",\"path\":\"f\",\"components\":["
	"{\"type\":\"textfield\",\"key\":\"t\",\"label\":\"T\",\"validate\":{\"required\":true,\"pattern\":\"[a-z "
	"]{2,9}\"}},"
	"{\"type\":\"textarea\",\"key\":\"a\",\"label\":\"A\",\"validate\":{\"minWords\":2,\"maxLength\":50}},"
	"{\"type\":\"email\",\"key\":\"e\",\"label\":\"E\"},{\"type\":\"phoneNumber\",\"key\":\"p\",\"label\":\"P\","
	"\"inputMask\":\"99-aA*\"},{\"type\":\"number\",\"key\":\"n\",\"label\":\"N\",\"validate\":{\"min\":1,\"max\":"
	"99}},"
	"{\"type\":\"currency\",\"key\":\"c\",\"label\":\"C\"},{\"type\":\"checkbox\",\"key\":\"b\",\"label\":\"B\"},"
	"{\"type\":\"selectboxes\",\"key\":\"s\",\"label\":\"S\",\"values\":[{\"label\":\"X\",\"value\":\"x\"},{"
	"\"label\":\"Y\","
	"\"value\":\"y\"}],\"validate\":{\"minSelectedCount\":2}},{\"type\":\"select\",\"multiple\":true,\"key\":\"m\","
	"\"label\":\"M\",\"data\":{\"values\":[{\"label\":\"X\",\"value\":\"x\"}]}},{\"type\":\"day\",\"key\":\"d\","
	"\"label\":\"D\",\"minDate\":\"2000-01-01\"},{\"type\":\"textfield\",\"key\":\"h\",\"label\":\"H\","
	"\"conditional\":"
	"{\"show\":true,\"when\":\"b\",\"eq\":\"true\"}}]}";

static struct form_definition *definition(void)
{
	static struct form_definition *d;
	struct err e = ERR_INIT;
	if (d == NULL)
		must(form_definition_read(span_of(form), "form", NULL, NULL, &d, &e) == 0);
	return d;
}

static void check_shown(const struct form_field *f, const json_t *v)
{
	struct buf text, html;
	buf_init(&text, 1 << 20);
	buf_init(&html, 8 << 20);
	form_value_show(f, v, &text);
	form_value_edit(f, v, &text);
	form_html_escape(&html, buf_str(&text));
	must(strpbrk(buf_str(&html), "<>\"'") == NULL);
	buf_fini(&text);
	buf_fini(&html);
}

static void check_xml(const struct form_definition *d, const json_t *values, const bool *shown)
{
	static const struct form_recipient to = { "Stadt", "05315000" };
	struct form_application app = { .definition = d, .recipient = &to, .shown = shown, .submitted = 1,
					.operator_name = "O", .operator_key = "k" };
	app.values.values = values;
	struct err e = ERR_INIT;
	struct buf xml;
	buf_init(&xml, 8 << 20);
	struct sink *sink = sink_to_buf(&xml);
	must(form_payload_write(&app, sink, &e) == 0);
	must(span_is_utf8(buf_view(&xml)));
	sink_close(sink);
	buf_fini(&xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form_definition *d = definition();
	struct err e = ERR_INIT;
	struct arena *a = arena_new();
	struct form_input in = { .arena = a };
	if (size < 65536 && form_input_parse(&in, (struct span){ (const char *)data, size }, &e) == 0) {
		json_t *values = json_object();
		bool shown[16], broken = false;
		const char *texts[8];
		struct form_problems p = { .arena = a };
		for (size_t i = 0; i < d->count; i++) {
			size_t n = form_input_all(&in, d->fields[i].key, texts, ARRAY_LEN(texts));
			json_t *v = form_value_from_text(&d->fields[i], texts, n, &broken);
			if (v != NULL)
				json_object_set_new(values, d->fields[i].key, v);
			check_shown(&d->fields[i], v);
		}
		form_condition_settle(d, values, shown);
		form_validate(d, 0, d->count, &(struct form_values){ .values = values }, shown, &p);
		if (p.count == 0)
			check_xml(d, values, shown);
		json_decref(values);
	}
	arena_free(a);
	return 0;
}
