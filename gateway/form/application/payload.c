/* SPDX-License-Identifier: EUPL-1.2 */
/* The application as XML. */
#include "base/digest.h"
#include "form/application/payload.h"

#include <string.h>

#include "base/clock.h"
#include "form/model/value.h"
#include "xml/write.h"

#define NS_BODY "urn:depesche:antrag:1"
#define NS_HEAD "http://xoev.de/schemata/basisnachricht/g2g/1_1"
#define NS_OFFICE "http://xoev.de/schemata/basisnachricht/behoerde/1_1"
#define DIRECTORY_LIST "urn:xoev-de:kosit:codeliste:verzeichnisdienst"
#define TYPE_LIST "urn:depesche:codeliste:nachrichtentyp"

struct payload {
	struct xml_write *w;
	const struct form_application *app;
};

static void write_code(struct xml_write *w, const char *element, const char *list, const char *version,
		       const char *code)
{
	xml_write_open(w, element);
	xml_write_attr(w, "listURI", list);
	xml_write_attr(w, "listVersionID", version);
	xml_write_element(w, "code", code);
	xml_write_close(w);
}

static void write_office(struct xml_write *w, const char *element, const char *key, const char *name)
{
	xml_write_open(w, element);
	write_code(w, "beh:verzeichnisdienst", DIRECTORY_LIST, "3", "DVDV");
	xml_write_element(w, "beh:kennung", key);
	xml_write_element(w, "beh:name", name);
	xml_write_close(w);
}

static void write_head(struct xml_write *w, const struct form_application *app)
{
	char id[ID_TEXT_LEN], at[CLOCK_TEXT_LEN], ags[32];

	snprintf(ags, sizeof(ags), "ags:%s", app->recipient->ags);
	xml_write_open(w, "g2g:nachrichtenkopf.g2g");
	xml_write_open(w, "g2g:identifikation.nachricht");
	xml_write_element(w, "g2g:nachrichtenUUID", id_text(&app->id, id));
	write_code(w, "g2g:nachrichtentyp", TYPE_LIST, "1", "antrag.neutral.0001");
	xml_write_element(w, "g2g:erstellungszeitpunkt", clock_local(app->submitted, at));
	xml_write_close(w);
	write_office(w, "g2g:leser", ags, app->recipient->name);
	write_office(w, "g2g:autor", app->operator_key, app->operator_name);
	xml_write_close(w);
}

static void write_value(struct xml_write *w, const char *attr, const char *code, const char *text)
{
	xml_write_open(w, "an:wert");
	if (attr != NULL)
		xml_write_attr(w, attr, code);
	xml_write_str(w, text);
	xml_write_close(w);
}

static void write_uploads(struct payload *p, const struct form_field *f)
{
	for (size_t i = 0; i < p->app->values.upload_count; i++) {
		const struct form_upload *u = &p->app->values.uploads[i];
		if (strcmp(u->field, f->key) == 0)
			write_value(p->w, "anlage", u->part, u->name);
	}
}

static void write_values(struct payload *p, const struct form_field *f, const json_t *value)
{
	struct buf plain;

	if (f->holds == FORM_HOLDS_FILES) {
		write_uploads(p, f);
	} else if (f->holds == FORM_HOLDS_SET || f->holds == FORM_HOLDS_CHOICE) {
		for (size_t i = 0; i < f->choice_count; i++) {
			if (form_value_has(f, value, f->choices[i].value))
				write_value(p->w, "code", f->choices[i].value, f->choices[i].label);
		}
	} else if (value != NULL && (json_is_boolean(value) || !form_value_is_empty(value))) {
		buf_init(&plain, FORM_SHOWN_MAX);
		form_value_plain(f, value, &plain);
		write_value(p->w, NULL, NULL, buf_str(&plain));
		buf_fini(&plain);
	}
}

static void on_field(void *ctx, const struct form_field *f, const json_t *value)
{
	struct payload *p = ctx;

	xml_write_open(p->w, "an:feld");
	xml_write_attr(p->w, "schluessel", f->key);
	xml_write_attr(p->w, "art", form_type_name(f->type));
	if (f->currency != NULL)
		xml_write_attr(p->w, "einheit", f->currency);
	else if (f->suffix != NULL)
		xml_write_attr(p->w, "einheit", f->suffix);
	if (f->prefix != NULL)
		xml_write_attr(p->w, "vorsatz", f->prefix);
	xml_write_element(p->w, "an:bezeichnung", f->label);
	write_values(p, f, value);
	xml_write_close(p->w);
}

static void on_group(void *ctx, const struct form_field *group)
{
	struct payload *p = ctx;

	xml_write_open(p->w, "an:gruppe");
	if (group->key != NULL)
		xml_write_attr(p->w, "schluessel", group->key);
	xml_write_attr(p->w, "titel", group->label);
}

static void on_page(void *ctx, const struct form_page *page, size_t nr)
{
	struct payload *p = ctx;

	(void)nr;
	xml_write_open(p->w, "an:abschnitt");
	if (page->panel != NULL && page->panel->key != NULL)
		xml_write_attr(p->w, "schluessel", page->panel->key);
	xml_write_attr(p->w, "titel", page->title);
}

static void on_end(void *ctx)
{
	struct payload *p = ctx;

	xml_write_close(p->w);
}

static void write_attachments(struct xml_write *w, const struct form_values *v)
{
	xml_write_open(w, "an:anlagen");
	for (size_t i = 0; i < v->upload_count; i++) {
		const struct form_upload *u = &v->uploads[i];
		char size[24], hex[2 * SHA256_LEN + 1];
		snprintf(size, sizeof(size), "%llu", (unsigned long long)u->size);
		hex_encode(u->sha256, SHA256_LEN, hex);
		xml_write_open(w, "an:anlage");
		xml_write_attr(w, "id", u->part);
		xml_write_attr(w, "dateiname", u->name);
		xml_write_attr(w, "typ", u->type);
		xml_write_attr(w, "groesse", size);
		xml_write_attr(w, "sha256", hex);
		xml_write_attr(w, "feld", u->field);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void write_body(struct payload *p)
{
	static const struct form_walk walk = { .page = on_page, .page_end = on_end, .group = on_group,
					       .group_end = on_end, .field = on_field };
	const struct form_application *app = p->app;
	struct xml_write *w = p->w;
	char id[ID_TEXT_LEN], at[CLOCK_TEXT_LEN];

	xml_write_open(w, "an:inhalt");
	xml_write_open(w, "an:formular");
	xml_write_attr(w, "id", app->definition->id);
	xml_write_attr(w, "titel", app->definition->title);
	xml_write_attr(w, "fassung", app->definition->version);
	if (app->definition->leika != NULL)
		xml_write_attr(w, "leika", app->definition->leika);
	xml_write_close(w);
	xml_write_element(w, "an:vorgang", id_text(&app->id, id));
	xml_write_element(w, "an:abgesendet", clock_local(app->submitted, at));
	xml_write_open(w, "an:empfaenger");
	xml_write_attr(w, "ags", app->recipient->ags);
	xml_write_attr(w, "name", app->recipient->name);
	xml_write_close(w);
	form_walk_through(app, &walk, p);
	write_attachments(w, &app->values);
	xml_write_close(w);
}

int form_payload_write(const struct form_application *app, struct sink *to, struct err *e)
{
	struct payload p = { .w = xml_write_new(to), .app = app };

	xml_write_declaration(p.w);
	xml_write_open(p.w, "an:antrag");
	xml_write_ns(p.w, "an", NS_BODY);
	xml_write_ns(p.w, "g2g", NS_HEAD);
	xml_write_ns(p.w, "beh", NS_OFFICE);
	xml_write_attr(p.w, "produkt", "Depesche");
	xml_write_attr(p.w, "produkthersteller", app->operator_name);
	xml_write_attr(p.w, "standard", "Depesche Antrag");
	xml_write_attr(p.w, "version", "1.0");
	if (app->test_message)
		xml_write_attr(p.w, "test", "Testnachricht");
	write_head(p.w, app);
	write_body(&p);
	xml_write_close(p.w);
	int rc = xml_write_end(p.w, e);
	xml_write_free(p.w);
	return rc == 0 ? 0 : err_wrap(e, "write the application");
}
