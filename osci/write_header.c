/* SPDX-License-Identifier: EUPL-1.2 */
/* write_header - the header blocks that all messages have in common. */
#include <stdio.h>

#include "base/b64.h"
#include "base/mem.h"
#include "osci/writing.h"
#include "xml/c14n.h"
#include "xml/push.h"

/* The reference library refuses a ControlBlock that holds more or less than its row says. */
static int check_control(const struct osci_writing *d, struct err *e)
{
	const struct osci_control_block *c = &d->m->control;
	const struct {
		const char *name;
		enum osci_need need;
		bool has;
	} items[] = {
		{ "Response", d->row->control.response, c->response != NULL },
		{ "Challenge", d->row->control.challenge, c->challenge != NULL },
		{ "ConversationId", d->row->control.conversation, c->conversation != NULL },
		{ "SequenceNumber", d->row->control.sequence, c->sequence >= 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		if (items[i].need != OSCI_MAY && items[i].has != (items[i].need == OSCI_MUST))
			return err_set(e, ERR_INTERNAL, "%s %s %s", d->row->schema,
				       items[i].has ? "must not have" : "needs", items[i].name);
	return 0;
}

int osci_writing_control(struct osci_writing *d, struct err *e)
{
	const struct osci_control_block *c = &d->m->control;
	char number[24];

	if (check_control(d, e) != 0)
		return e->code;
	osci_writing_open(d, "osci:ControlBlock", "controlblock", OSCI_ACTOR_NEXT);
	if (c->conversation != NULL)
		xml_write_attr(d->w, "ConversationId", c->conversation);
	if (c->sequence >= 0) {
		snprintf(number, sizeof(number), "%lld", (long long)c->sequence);
		xml_write_attr(d->w, "SequenceNumber", number);
	}
	if (c->response != NULL)
		xml_write_element(d->w, "osci:Response", c->response);
	if (c->challenge != NULL)
		xml_write_element(d->w, "osci:Challenge", c->challenge);
	return osci_writing_close(d, e);
}

int osci_writing_languages(struct osci_writing *d, struct err *e)
{
	const char *list = d->m->languages;

	if (d->row->is_answer)
		return 0;
	osci_writing_open(d, "osci:DesiredLanguages", "desiredlanguages", OSCI_ACTOR_NEXT);
	xml_write_attr(d->w, "LanguagesList", list != NULL && *list != '\0' ? list : "de");
	return osci_writing_close(d, e);
}

static int put_quality(struct osci_writing *d, const char *service, bool cryptographic, struct err *e)
{
	osci_writing_open(d, "osci:QualityOfTimestamp", arena_printf(d->a, "qualityoftimestamp_%s", service),
			OSCI_ACTOR_NEXT);
	xml_write_attr(d->w, "Quality", cryptographic ? "cryptographic" : "plain");
	xml_write_attr(d->w, "Service", service);
	return osci_writing_close(d, e);
}

int osci_writing_quality(struct osci_writing *d, struct err *e)
{
	const struct osci_message *m = d->m;

	if (m->quality_creation && put_quality(d, "creation", m->cryptographic_creation, e) != 0)
		return e->code;
	if (m->quality_reception && put_quality(d, "reception", m->cryptographic_reception, e) != 0)
		return e->code;
	return 0;
}

/* The elements of NonIntermediaryCertificates in the order of the schema. */
static const struct {
	enum osci_role role;
	bool is_cipher;
	const char *qname;
} outside[] = {
	{ OSCI_ORIGINATOR, true, "osci:CipherCertificateOriginator" },
	{ OSCI_OTHER_AUTHOR, true, "osci:CipherCertificateOtherAuthor" },
	{ OSCI_ADDRESSEE, true, "osci:CipherCertificateAddressee" },
	{ OSCI_OTHER_READER, true, "osci:CipherCertificateOtherReader" },
	{ OSCI_ORIGINATOR, false, "osci:SignatureCertificateOriginator" },
	{ OSCI_OTHER_AUTHOR, false, "osci:SignatureCertificateOtherAuthor" },
	{ OSCI_ADDRESSEE, false, "osci:SignatureCertificateAddressee" },
}, intermediary[] = {
	{ OSCI_INTERMEDIARY, true, "osci:CipherCertificateIntermediary" },
	{ OSCI_INTERMEDIARY, false, "osci:SignatureCertificateIntermediary" },
};

static void put_cert(struct xml_write *w, const char *qname, const struct osci_cert *c)
{
	struct buf b64;

	buf_init(&b64, B64_LEN(PKI_CERT_DER_MAX));
	b64_encode(&b64, c->cert->der.p, c->cert->der.n);
	xml_write_open(w, qname);
	xml_write_attr(w, "Id", c->id);
	xml_write_open(w, "ds:X509Data");
	xml_write_element(w, "ds:X509Certificate", buf_str(&b64));
	xml_write_close(w);
	xml_write_close(w);
	buf_fini(&b64);
}

static bool has_role(const struct osci_writing *d, bool is_intermediary)
{
	for (size_t i = 0; i < d->cert_count; i++)
		if ((d->certs[i].role == OSCI_INTERMEDIARY) == is_intermediary)
			return true;
	return false;
}

int osci_writing_certs(struct osci_writing *d, struct err *e)
{
	if (has_role(d, true)) {
		osci_writing_open(d, "osci:IntermediaryCertificates", "intermediarycertificates", OSCI_ACTOR_NONE);
		for (size_t k = 0; k < sizeof(intermediary) / sizeof(intermediary[0]); k++)
			for (size_t i = 0; i < d->cert_count; i++)
				if (d->certs[i].role == intermediary[k].role &&
				    d->certs[i].is_cipher == intermediary[k].is_cipher)
					put_cert(d->w, intermediary[k].qname, &d->certs[i]);
		if (osci_writing_close(d, e) != 0)
			return e->code;
	}
	if (!has_role(d, false))
		return 0;
	osci_writing_open(d, "osci:NonIntermediaryCertificates", "nonintermediarycertificates", OSCI_ACTOR_NONE);
	for (size_t k = 0; k < sizeof(outside) / sizeof(outside[0]); k++)
		for (size_t i = 0; i < d->cert_count; i++)
			if (d->certs[i].role == outside[k].role && d->certs[i].is_cipher == outside[k].is_cipher)
				put_cert(d->w, outside[k].qname, &d->certs[i]);
	return osci_writing_close(d, e);
}

/* What we can do, in the words of the reference library. Chunked transmission is not among it. */
static const struct {
	const char *key, *version;
} features[] = {
	{ "DisableBase64", "1.2.0" },	 { "OAEPEncryption", "1.6.0" },	      { "SHA3HashAlgo", "1.6.3" },
	{ "GCMPaddingModus", "1.7.0" }, { "Support96Bit12ByteIV", "1.9.0" },
};

static int put_features(struct osci_writing *d, struct err *e)
{
	osci_writing_open(d, "osci2017:FeatureDescription", "featuredescription", OSCI_NO_ACTOR);
	xml_write_ns(d->w, "osci2017", OSCI2017_URI);
	xml_write_open(d->w, "osci2017:SupportedFeatures");
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		xml_write_open(d->w, "osci2017:Feature");
		xml_write_attr(d->w, "Key", features[i].key);
		xml_write_attr(d->w, "Version", features[i].version);
		xml_write_close(d->w);
	}
	xml_write_close(d->w);
	return osci_writing_close(d, e);
}

/* A block that came from elsewhere, brought into the canonical form it has under our envelope. */
struct foreign {
	struct osci_writing *d;
	struct xml_c14n *c14n;
	const char *id;
};

static int foreign_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct foreign *f = ctx;
	const struct xml_attr *id;

	if (s->depth == 1) {
		id = xml_start_attr(s, "", "Id");
		if (id == NULL || id->value.n == 0)
			return err_spec(e, ERR_SYNTAX, "OSCI 1.2", "a header block without Id cannot be signed");
		f->id = arena_dup_n(f->d->a, id->value.p, id->value.n);
	}
	return xml_c14n_start(f->c14n, s, e);
}

static int foreign_text(void *ctx, struct span text, struct err *e)
{
	return xml_c14n_text(((struct foreign *)ctx)->c14n, text, e);
}

static int foreign_end(void *ctx, const struct xml_name *name, struct err *e)
{
	return xml_c14n_end(((struct foreign *)ctx)->c14n, name, e);
}

static void five_prefixes(struct xml_scope *scope)
{
	const struct xml_decl five[] = {
		{ SPAN_LIT("ds"), SPAN_LIT("http://www.w3.org/2000/09/xmldsig#") },
		{ SPAN_LIT("osci"), SPAN_LIT(OSCI_URI) },
		{ SPAN_LIT("soap"), SPAN_LIT("http://schemas.xmlsoap.org/soap/envelope/") },
		{ SPAN_LIT("xenc"), SPAN_LIT("http://www.w3.org/2001/04/xmlenc#") },
		{ SPAN_LIT("xsi"), SPAN_LIT("http://www.w3.org/2001/XMLSchema-instance") },
	};

	xml_scope_enter_parts(scope, five, sizeof(five) / sizeof(five[0]), NULL, 0);
}

static int put_foreign(struct osci_writing *d, struct span xml, struct err *e)
{
	static const struct xml_events events = { foreign_start, foreign_text, foreign_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct osci_block *b = &d->blocks[d->block_count++];
	struct xml_scope *scope = xml_scope_new();
	struct sink *to = NULL;
	struct foreign f = { .d = d };
	struct xml_push *p = NULL;
	int rc;

	buf_init(&b->xml, OSCI_BLOCK_MAX);
	to = sink_to_buf(&b->xml);
	five_prefixes(scope);
	f.c14n = xml_c14n_new(XML_C14N_INCLUSIVE, scope, SPAN_EMPTY, to);
	limits.bytes = limits.tag = OSCI_BLOCK_MAX; /* the reader has bounded them */
	p = xml_push_new(&limits, &events, &f);
	rc = xml_push_span(p, xml, e);
	b->id = f.id;
	xml_push_free(p);
	xml_c14n_free(f.c14n);
	sink_close(to);
	xml_scope_free(scope);
	return rc == 0 ? 0 : err_wrap(e, "header block");
}

int osci_writing_features(struct osci_writing *d, struct err *e)
{
	return d->m->features.n != 0 ? put_foreign(d, d->m->features, e) : put_features(d, e);
}

int osci_writing_custom(struct osci_writing *d, struct err *e)
{
	for (size_t i = 0; i < d->m->custom_count; i++)
		if (put_foreign(d, d->m->custom[i], e) != 0)
			return e->code;
	return 0;
}
