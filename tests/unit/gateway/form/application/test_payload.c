/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/application/payload. */
#include "cm.h"

#include <glib.h>

#include "base/file.h"
#include "base/mem.h"
#include "form/model/chars.h"
#include "form/model/condition.h"
#include "form/application/payload.h"
#include "h_app.h"
#include "gateway/form/model/h_form.h"
#include "xml/init.h"
#include "xml/schema.h"

static void make(struct h_app *h, struct buf *out)
{
	struct err e = ERR_INIT;
	buf_init(out, 1 << 20);
	struct sink *to = sink_to_buf(out);
	assert_ok(form_payload_write(&h->app, to, &e), e);
	sink_close(to);
}

static void check(const char *xsd, struct buf *doc)
{
	struct err e = ERR_INIT;
	struct xml_schema *s = NULL;
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	assert_ok(xml_schema_load(xsd, &s, &e), e);
	assert_ok(xml_schema_check(s, buf_view(doc), &limits, NULL, &e), e);
	xml_schema_free(s);
}

static void the_application_is_valid_by_its_own_schema(void **state)
{
	(void)state;
	struct h_app h;
	struct buf doc;
	h_app_init(&h);
	make(&h, &doc);
	check("docs/schema/antrag.xsd", &doc);
	h_app_fini(&h);
	buf_fini(&doc);
}

static void link_all(const char *dir)
{
	static const char *const files[] = { "xoev-basisnachricht-g2g_1.1.xsd", "xoev-basisnachricht-behoerde_1.1.xsd",
		"xoev-basisnachricht-kommunikation_1.1.xsd", "xoev-code.xsd", "din-norm-91379-datatypes.xsd" };
	struct err e = ERR_INIT;
	struct buf b;
	for (size_t i = 0; i < ARRAY_LEN(files) + 2; i++) {
		const char *name = i < ARRAY_LEN(files)    ? files[i]
				   : i == ARRAY_LEN(files) ? "antrag.xsd"
							   : "antrag-mit-kopf.xsd";
		char *from = mem_printf("%s/%s", i < ARRAY_LEN(files) ? "../shared/schemas/xoev" : "docs/schema", name);
		char *to = mem_printf("%s/%s", dir, name);
		buf_init(&b, 1 << 20);
		assert_ok(file_read(from, &b, &e), e);
		assert_ok(file_write(to, b.p, b.n, 0600, &e), e);
		buf_fini(&b);
		free(from);
		free(to);
	}
}

/* A folder with all schemas that head and body need. */
struct xsd {
	char dir[32], *path;
};

static struct xsd xsd_new(void)
{
	struct xsd x = { .dir = "/tmp/depesche-xsd-XXXXXX" };
	assert_non_null(mkdtemp(x.dir));
	link_all(x.dir);
	x.path = mem_printf("%s/antrag-mit-kopf.xsd", x.dir);
	return x;
}

static void xsd_remove(struct xsd *x)
{
	char *rm = mem_printf("rm -r %s", x->dir);
	assert_int_equal(system(rm), 0);
	free(rm);
	free(x->path);
}

static void head_and_body_are_valid_together(void **state)
{
	(void)state;
	need_shared("schemas/xoev/xoev-basisnachricht-g2g_1.1.xsd");
	struct xsd xsd = xsd_new();
	struct h_app h;
	struct buf doc;
	h_app_init(&h);
	h.app.test_message = true;
	make(&h, &doc);
	check(xsd.path, &doc);
	/* The head is really looked at. */
	struct err e = ERR_INIT;
	struct xml_schema *s = NULL;
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	char *bad = buf_take(&doc), *uuid = strstr(bad, "<g2g:nachrichtenUUID>");
	uuid[strlen("<g2g:nachrichtenUUID>")] = 'x';
	assert_ok(xml_schema_load(xsd.path, &s, &e), e);
	assert_int_equal(xml_schema_check(s, span_of(bad), &limits, NULL, &e), ERR_SYNTAX);
	xml_schema_free(s);
	free(bad);
	xsd_remove(&xsd);
	h_app_fini(&h);
}

/* Every character that a text may have, one behind the other, again and again up to n bytes. */
static char *all_characters(size_t n)
{
	struct buf b;

	buf_init(&b, n + 8192);
	while (b.n < n) {
		for (gunichar c = 0x20; c < 0x2100; c++) {
			char one[8] = "";
			one[g_unichar_to_utf8(c, one)] = '\0';
			if (form_chars_check(one, false) == NULL)
				buf_puts(&b, one);
		}
	}
	return buf_take(&b);
}

static void every_character_and_long_texts_are_valid_in_head_and_body(void **state)
{
	(void)state;
	need_shared("schemas/xoev/xoev-basisnachricht-g2g_1.1.xsd");
	struct xsd xsd = xsd_new();
	struct h_app h;
	struct buf doc;
	char *name = all_characters(1), *text = all_characters(20000);
	h_app_init(&h);
	h.app.operator_name = h.to.name = name;
	h.uploads[0].name = name;
	json_object_set_new(h.values, "bemerkungen", json_string(text));
	json_object_set_new(h.values, "nachname", json_string(name));
	make(&h, &doc);
	assert_non_null(strstr(buf_str(&doc), "\u1e9e"));	/* the capital sharp s */
	check(xsd.path, &doc);
	buf_fini(&doc);
	h_app_fini(&h);
	xsd_remove(&xsd);
	free(name);
	free(text);
}

static void values_and_attachments_are_in_the_xml(void **state)
{
	(void)state;
	static const char *const wanted[] = {
		"<an:bezeichnung>Ihr Name (Vorname und Nachname)</an:bezeichnung>"
		"<an:wert>Jörg &lt;Vertreter&gt; &amp; Söhne</an:wert>",
		"<an:wert code=\"rente\">Rente oder Pension</an:wert><an:wert code=\"wohngeld\">Wohngeld</an:wert>",
		"einheit=\"EUR\" schluessel=\"kaltmiete\"><an:bezeichnung>Grundmiete im Monat</an:bezeichnung>"
		"<an:wert>412.5</an:wert>",
		"<an:wert>1957-03-09</an:wert>", "<an:wert>Zeile eins\nZeile zwei</an:wert>",
		"<an:wert anlage=\"upload-2\">Bescheid März.pdf</an:wert>",
		"sha256=\"0102030000000000000000000000000000000000000000000000000000000000\"",
		"<beh:kennung>ags:05315000</beh:kennung><beh:name>Stadt Köln</beh:name>",
		"schluessel=\"geburtsname\"><an:bezeichnung>Geburtsname</an:bezeichnung></an:feld>",
	};
	struct h_app h;
	struct buf doc;
	h_app_init(&h);
	make(&h, &doc);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (strstr(buf_str(&doc), wanted[i]) == NULL)
			fail_msg("%s is not in %s", wanted[i], buf_str(&doc));
	}
	assert_null(strstr(buf_str(&doc), "kontoinhaber"));
	h_app_fini(&h);
	buf_fini(&doc);
}

static void the_empty_form_is_valid_too(void **state)
{
	(void)state;
	struct h_app h;
	struct buf doc;
	h_app_init(&h);
	json_object_clear(h.values);
	h.app.values.upload_count = 0;
	form_condition_settle(h.d, h.values, h.shown);
	make(&h, &doc);
	check("docs/schema/antrag.xsd", &doc);
	h_app_fini(&h);
	buf_fini(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_application_is_valid_by_its_own_schema),
		cmocka_unit_test(head_and_body_are_valid_together),
		cmocka_unit_test(every_character_and_long_texts_are_valid_in_head_and_body),
		cmocka_unit_test(values_and_attachments_are_in_the_xml),
		cmocka_unit_test(the_empty_form_is_valid_too),
	};
	xml_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
