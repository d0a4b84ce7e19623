/* SPDX-License-Identifier: EUPL-1.2 */
/* h_person - a person with a browser reduced to what it sends, on the way through the real form (docs/forms). */
#ifndef H_PERSON_H
#define H_PERSON_H

#include "h_site.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define BOUNDARY "----depeschetest"
#define MULTI "multipart/form-data; boundary=" BOUNDARY

/* What fills each page; PAGE2 makes the rent appear, PAGE2B answers it. */
#define PAGE1                                                                                                          \
	"fuerWen=selbst&vorname=Erika&nachname=M%C3%BCller%3Cb%3E&geburtsdatum=9.3.1957&familienstand=ledig&"          \
	"staatsangehoerigkeit=deutsch&strasse=Heidestr.+17&plz=51147&ort=K%C3%B6ln&email=erika%40beispiel.de"
#define PAGE2 "personenAnzahl=1&wohnform=miete"
#define PAGE2B PAGE2 "&kaltmiete=1.012%2C50"
#define PAGE3 "vermoegen=nein&andereLeistungen=nein&ohneKonto=ja"
#define PAGE4 "erklaerungRichtig=ja&erklaerungMitwirkung=ja&datenschutz=ja"

#define H_PNG_LEN 33
extern const unsigned char h_png[H_PNG_LEN];
#define PNG ((struct span){ (const char *)h_png, H_PNG_LEN })
#define PDF SPAN_LIT("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")

struct h_person {
	struct h_site *site;
	char cookie[128], csrf[80], base[128];	/* base: "/antrag/<id>" */
};

void h_begin(struct h_site *site, struct h_person *p);	/* a new draft, its first page was looked at */
void h_fill(struct h_site *site, struct h_person *p);	/* and the first three pages filled in */
/* fields: "name=value&..." with the values already encoded; the page's token is added. */
void h_post(const struct h_person *p, const char *where, const char *fields, struct h_reply *r);
void h_post_to(const struct h_person *p, const char *where, const char *fields, const char *location); /* expects 303 */
void h_get(const struct h_person *p, const char *where, struct h_reply *r);
void h_put_part(struct buf *b, const char *name, const char *filename, const char *type, struct span data);
/* One file into a field of page 4. */
void h_upload(const struct h_person *p, const char *csrf, const char *field, const char *filename, struct span data,
	      struct h_reply *r);

#endif
