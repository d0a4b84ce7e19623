/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_app.h says what they do. */
#include "h_app.h"

#include "cm.h"

#include "form/model/condition.h"
#include "form/model/definition.h"
#include "gateway/form/model/h_form.h"

const char *h_app_values(void)
{
	return "{'fuerWen':'andere','vertreterName':'Jörg <Vertreter> & "
	       "Söhne','vertreterArt':'vollmacht','vorname':'Erika',"
	       "'nachname':'Mustermann-Łukasz','geburtsdatum':'1957-03-09','familienstand':'verwitwet',"
	       "'staatsangehoerigkeit':'deutsch','strasse':'Heidestraße 17','plz':'51147','ort':'Köln',"
	       "'email':'erika@beispiel.de','personenAnzahl':2,'weiterePersonen':'Max Mustermann, 01.02.2010, Enkel',"
	       "'wohnform':'miete','kaltmiete':412.5,'nebenkosten':90,'wohnflaeche':48.25,'mietbeginn':'2011-05-01',"
	       "'einkommensarten':{'rente':true,'wohngeld':true},'einkommenSumme':1023.4,'vermoegen':'nein',"
	       "'andereLeistungen':'nein','ohneKonto':true,'bemerkungen':'Zeile eins\\nZeile zwei',"
	       "'erklaerungRichtig':true,'erklaerungMitwirkung':true,'datenschutz':true}";
}

void h_app_init(struct h_app *h)
{
	struct err e = ERR_INIT;
	memset(h, 0, sizeof(*h));
	assert_ok(form_definition_load("docs/forms/hilfe-zum-lebensunterhalt.json", NULL, NULL, &h->d, &e), e);
	h->values = h_json(h_app_values());
	form_condition_settle(h->d, h->values, h->shown);
	h->uploads[0] = (struct form_upload){ "upload-1", "ausweis", "ausweis.png", "image/png", 1234, { 1, 2, 3 } };
	h->uploads[1] =
		(struct form_upload){ "upload-2", "nachweise", "Bescheid März.pdf", "application/pdf", 99, { 9 } };
	h->to = (struct form_recipient){ "Stadt Köln", "05315000" };
	h->app = (struct form_application){ .definition = h->d, .recipient = &h->to, .shown = h->shown,
		.values = { h->values, h->uploads, 2 }, .submitted = 1795497701123, .operator_name = "Testbetrieb",
		.operator_key = "depesche:form" };
	assert_true(id_parse(span_of("019e2f4a-0000-7000-8000-0000000000ab"), &h->app.id));
}

void h_app_fini(struct h_app *h)
{
	json_decref(h->values);
	form_definition_free(h->d);
}
