/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/write. */
#include "osci/order.h"
#include "osci/write.h"

#include "cm.h"
#include "h_sample.h"
#include "osci/feedback.h"
#include "pki/dsig.h"
#include "xml/tree.h"

#define OSCI "http://www.osci.de/2002/04/osci"
#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define DS "http://www.w3.org/2000/09/xmldsig#"

static void write_to(struct buf *b, const struct osci_write_options *o, const struct osci_message *m)
{
	struct sink *to;
	struct err e = ERR_INIT;

	buf_init(b, 4u << 20);
	to = sink_to_buf(b);
	assert_ok(osci_write(o, m, to, &e), e);
	sink_close(to);
}

static int try_write(const struct osci_message *m, struct err *e)
{
	struct osci_write_options o = { NULL };
	struct sink *null = sink_to_null();
	int rc = osci_write(&o, m, null, e);

	sink_close(null);
	return rc;
}

static const struct xml_node *parse(struct arena *a, struct span doc)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root = NULL;
	struct err e = ERR_INIT;

	assert_int_not_equal(doc.n, 0);
	assert_ok(xml_tree_parse(doc, &limits, a, &root, &e), e);
	return root;
}

/* The canonical form of a node stands in the document byte for byte. */
static void assert_canonical(const struct xml_node *n, struct span doc)
{
	struct err e = ERR_INIT;
	struct sink *to;
	struct buf b;

	buf_init(&b, 4u << 20);
	to = sink_to_buf(&b);
	assert_ok(xml_tree_c14n(n, XML_C14N_INCLUSIVE, SPAN_EMPTY, to, &e), e);
	sink_close(to);
	if (memmem(doc.p, doc.n, b.p, b.n) == NULL)
		fail_msg("not canonical, should be:\n%s\nin\n%.*s", buf_str(&b), (int)doc.n, doc.p);
	buf_fini(&b);
}

/* The header blocks of each type, in their order, for the messages of h_message without certificates. */
static const struct {
	enum osci_type type;
	const char *blocks, *body;
} shapes[] = {
	{ OSCI_GET_MESSAGE_ID, "ControlBlock DesiredLanguages FeatureDescription", "getMessageId" },
	{ OSCI_INIT_DIALOG, "ControlBlock DesiredLanguages FeatureDescription", "initDialog" },
	{ OSCI_EXIT_DIALOG, "ControlBlock DesiredLanguages FeatureDescription", "exitDialog" },
	{ OSCI_STORE_DELIVERY,
	  "ControlBlock DesiredLanguages QualityOfTimestamp QualityOfTimestamp storeDelivery FeatureDescription Daten "
	  "Anderes",
	  "ContentPackage" },
	{ OSCI_FETCH_DELIVERY, "ControlBlock DesiredLanguages fetchDelivery FeatureDescription", NULL },
	{ OSCI_FETCH_PROCESS_CARD, "ControlBlock DesiredLanguages FeatureDescription", "fetchProcessCard" },
	{ OSCI_FORWARD_DELIVERY,
	  "ControlBlock DesiredLanguages QualityOfTimestamp QualityOfTimestamp forwardDelivery FeatureDescription Daten "
	  "Anderes",
	  "ContentPackage" },
	{ OSCI_MEDIATE_DELIVERY,
	  "ControlBlock DesiredLanguages QualityOfTimestamp QualityOfTimestamp mediateDelivery FeatureDescription Daten "
	  "Anderes",
	  "ContentPackage" },
	{ OSCI_ACCEPT_DELIVERY, "ControlBlock DesiredLanguages acceptDelivery FeatureDescription Daten Anderes",
	  "ContentPackage" },
	{ OSCI_PROCESS_DELIVERY, "ControlBlock DesiredLanguages processDelivery FeatureDescription Daten Anderes",
	  "ContentPackage" },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "ControlBlock FeatureDescription", "responseToGetMessageId" },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "ControlBlock FeatureDescription", "responseToInitDialog" },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "ControlBlock FeatureDescription", "responseToExitDialog" },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "ControlBlock responseToStoreDelivery FeatureDescription", NULL },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY,
	  "ControlBlock responseToFetchDelivery FeatureDescription Daten Anderes", "ContentPackage" },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, "ControlBlock FeatureDescription", "responseToFetchProcessCard" },
	{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, "ControlBlock responseToForwardDelivery FeatureDescription", NULL },
	{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY,
	  "ControlBlock responseToMediateDelivery FeatureDescription Daten Anderes", "ContentPackage" },
	{ OSCI_RESPONSE_TO_ACCEPT_DELIVERY, "ControlBlock responseToAcceptDelivery FeatureDescription", NULL },
	{ OSCI_RESPONSE_TO_PROCESS_DELIVERY,
	  "ControlBlock QualityOfTimestamp QualityOfTimestamp responseToProcessDelivery FeatureDescription Daten Anderes",
	  "ContentPackage" },
};

static void list_blocks(const struct xml_node *header, struct buf *names)
{
	for (const struct xml_node *n = header->first; n != NULL; n = n->next) {
		if (names->n != 0)
			buf_putc(names, ' ');
		buf_span(names, n->name.local);
	}
}

static void every_type_has_its_blocks_in_order_and_each_is_canonical(void **state)
{
	(void)state;
	for (unsigned i = 0, k = 0; osci_order_at(i) != NULL; i++)
		if (osci_order_at(i)->read != NULL && osci_order_at(i)->type != OSCI_FAULT)
			assert_int_equal(shapes[k++].type, osci_order_at(i)->type);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct arena *a = arena_new();
		struct osci_write_options o = { NULL };
		struct osci_message m;
		struct buf b, names;
		struct span doc, schema;
		const struct xml_node *root, *header, *body;

		h_message(a, shapes[i].type, &m);
		write_to(&b, &o, &m);
		doc = h_document(buf_view(&b));
		root = parse(a, doc);
		assert_true(xml_attr_get(root, "http://www.w3.org/2001/XMLSchema-instance", "schemaLocation", &schema));
		assert_non_null(memmem(schema.p, schema.n, osci_order_of(m.type)->schema, strlen(osci_order_of(m.type)->schema)));
		header = xml_child(root, SOAP, "Header");
		body = xml_child(root, SOAP, "Body");
		assert_non_null(header);
		assert_non_null(body);
		buf_init(&names, 4096);
		list_blocks(header, &names);
		assert_string_equal(buf_str(&names), shapes[i].blocks);
		for (const struct xml_node *n = header->first; n != NULL; n = n->next) {
			assert_true(xml_attr_get(n, NULL, "Id", &schema));
			assert_canonical(n, doc);
		}
		assert_canonical(body, doc);
		if (shapes[i].body == NULL)
			assert_null(body->first);
		else
			assert_true(xml_node_is(body->first, OSCI, shapes[i].body));
		buf_fini(&names);
		buf_fini(&b);
		arena_free(a);
	}
}

static struct span text_at(struct arena *a, const struct xml_node *root, const char *way)
{
	const struct xml_node *n = xml_descend(root, OSCI, way);

	assert_non_null(n);
	return xml_text(n, a);
}

static void texts_ids_and_times_come_out_as_osci_wants_them(void **state)
{
	struct osci_write_options o = { NULL };
	struct arena *a = arena_new();
	const struct xml_node *body, *card;
	struct osci_message m;
	struct span value;
	struct buf b;

	(void)state;
	h_message(a, OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, &m);
	write_to(&b, &o, &m);
	body = xml_child(parse(a, h_document(buf_view(&b))), SOAP, "Body");
	card = xml_child(xml_child(body, OSCI, "responseToFetchProcessCard"), OSCI, "ProcessCardBundle");
	assert_true(span_is(text_at(a, card, "MessageId"), "aWQtMC3DpA=="));
	assert_true(span_is(text_at(a, card, "ProcessCard/Creation/Plain"), "2026-09-21T13:40:00.000Z"));
	assert_true(span_is(text_at(a, card, "ProcessCard/Subject"), "Betreff & <mehr>"));
	assert_true(span_is(text_at(a, card, "InspectionReport/Inspection/X509SubjectName"), "CN=a & b,O=<x>"));
	assert_true(xml_attr_get(xml_descend(card, OSCI, "InspectionReport/Inspection/OnlineResult"), NULL, "Result",
				 &value));
	assert_true(span_is(value, "ok"));
	assert_true(xml_attr_get(xml_descend(body, OSCI, "responseToFetchProcessCard/fetchProcessCard/SelectionRule/"
							 "RecentModification"), NULL, "Role", &value));
	assert_true(span_is(value, "Addressee"));
	buf_fini(&b);
	arena_free(a);
}

static void a_card_shows_only_the_times_its_answer_may_carry(void **state)
{
	static const struct {
		enum osci_type type;
		bool forwarding, reception;
	} carriers[] = {
		{ OSCI_RESPONSE_TO_STORE_DELIVERY, false, false },
		{ OSCI_RESPONSE_TO_FETCH_DELIVERY, true, false },
		{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, true, true },
		{ OSCI_ACCEPT_DELIVERY, true, false },
		{ OSCI_PROCESS_DELIVERY, true, false },
		{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, true, true },
		{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		struct osci_write_options o = { NULL };
		struct arena *a = arena_new();
		struct osci_message m;
		struct span doc;
		struct buf b;

		h_message(a, carriers[i].type, &m);
		write_to(&b, &o, &m);
		doc = h_document(buf_view(&b));
		assert_non_null(memmem(doc.p, doc.n, "<osci:Creation>", 15));
		assert_int_equal(memmem(doc.p, doc.n, "<osci:Forwarding>", 17) != NULL, carriers[i].forwarding);
		assert_int_equal(memmem(doc.p, doc.n, "<osci:Reception>", 16) != NULL, carriers[i].reception);
		buf_fini(&b);
		arena_free(a);
	}
}

static void feedback_without_a_text_gets_the_tables_in_its_language(void **state)
{
	struct osci_write_options o = { NULL };
	struct arena *a = arena_new();
	struct osci_message m;
	struct buf b;

	(void)state;
	h_message(a, OSCI_RESPONSE_TO_STORE_DELIVERY, &m);
	write_to(&b, &o, &m);
	assert_non_null(strstr(buf_str(&b), osci_feedback(OSCI_3707)->de));
	assert_non_null(strstr(buf_str(&b), osci_feedback(OSCI_3707)->en));
	assert_non_null(strstr(buf_str(&b), osci_feedback(OSCI_0801)->en));
	assert_null(strstr(buf_str(&b), osci_feedback(OSCI_0801)->de));
	assert_non_null(strstr(buf_str(&b), "Erledigt &amp; &lt;gut&gt;"));
	buf_fini(&b);
	arena_free(a);
}

static const struct {
	enum osci_type type;
	int drop;	/* 0 Response, 1 Challenge, 2 ConversationId, 3 SequenceNumber */
} needed[] = {
	{ OSCI_GET_MESSAGE_ID, 1 },
	{ OSCI_GET_MESSAGE_ID, 3 },
	{ OSCI_FETCH_DELIVERY, 2 },
	{ OSCI_EXIT_DIALOG, 0 },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, 2 },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, 1 },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, 3 },
};

static void a_control_block_the_other_side_would_refuse_is_not_written(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct osci_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		h_message(a, needed[i].type, &m);
		if (needed[i].drop == 0)
			m.control.response = NULL;
		else if (needed[i].drop == 1)
			m.control.challenge = NULL;
		else if (needed[i].drop == 2)
			m.control.conversation = NULL;
		else
			m.control.sequence = -1;
		assert_int_equal(try_write(&m, &e), ERR_INTERNAL);
	}
	h_message(a, OSCI_RESPONSE_TO_INIT_DIALOG, &m);
	m.control.sequence = 0;
	assert_int_equal(try_write(&m, &e), ERR_INTERNAL);
	h_message(a, OSCI_RESPONSE_TO_EXIT_DIALOG, &m);
	m.control.challenge = "x";
	assert_int_equal(try_write(&m, &e), ERR_INTERNAL);
	arena_free(a);
}

static void a_foreign_header_block_needs_an_id_and_good_xml(void **state)
{
	static const char *const bad[] = { "<x:D xmlns:x='u'/>", "<x:D xmlns:x='u' Id=''/>", "<D Id='a'>", "<x:D Id='a'/>",
					   "<!DOCTYPE D><D Id='a'/>", "", "text", "<D Id='a'/><D Id='b'/>" };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct osci_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct span custom = { bad[i], strlen(bad[i]) };

		h_message(a, OSCI_STORE_DELIVERY, &m);
		m.custom = &custom;
		m.custom_count = 1;
		if (try_write(&m, &e) != ERR_SYNTAX)
			fail_msg("%s: %s", bad[i], err_name(e.code));
	}
	arena_free(a);
}

/* A sender who takes the Id of our body or header for his own content would break the answer for his recipient. */
static void the_ids_of_an_answer_with_a_delivery_cannot_be_foreseen(void **state)
{
	static const char *const ours[] = { "Id=\"body\"", "Id=\"controlblock\"", "Id=\"responsetofetchdelivery\"",
					    "Id=\"featuredescription\"" };
	struct osci_write_options o = { NULL };
	struct arena *a = arena_new();
	struct osci_message m;
	struct buf b, again;

	(void)state;
	h_message(a, OSCI_RESPONSE_TO_FETCH_DELIVERY, &m);
	write_to(&b, &o, &m);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_null(memmem(b.p, b.n, ours[i], strlen(ours[i])));
	write_to(&again, &o, &m);
	assert_false(span_eq(h_document(buf_view(&b)), h_document(buf_view(&again))));
	buf_fini(&b);
	buf_fini(&again);
	arena_free(a);
}

static void content_that_is_longer_or_shorter_than_announced_is_an_error(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct osci_message m;

	(void)state;
	for (int d = -1; d <= 1; d += 2) {
		h_message(a, OSCI_STORE_DELIVERY, &m);
		m.content_size = (uint64_t)((int64_t)m.content_size + d);
		assert_int_not_equal(try_write(&m, &e), 0);
		h_message(a, OSCI_STORE_DELIVERY, &m);
		m.attachments[0].size = (uint64_t)((int64_t)m.attachments[0].size + d);
		assert_int_not_equal(try_write(&m, &e), 0);
	}
	arena_free(a);
}

static void attachments_travel_byte_for_byte_and_the_entity_ends_with_crlf(void **state)
{
	struct osci_write_options o = { NULL };
	struct arena *a = arena_new();
	struct osci_message m;
	struct buf b, noise;
	struct src *from;
	struct err e = ERR_INIT;

	(void)state;
	h_message(a, OSCI_STORE_DELIVERY, &m);
	write_to(&b, &o, &m);
	buf_init(&noise, 1u << 20);
	assert_ok(m.attachments[0].open(m.attachments[0].ctx, &from, &e), e);
	assert_ok(stream_to_buf(from, &noise, "noise", &e), e);
	src_close(from);
	assert_non_null(memmem(b.p, b.n, noise.p, noise.n));
	assert_true(span_starts(buf_view(&b), "MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary="));
	assert_memory_equal(b.p + b.n - 4, "--\r\n", 4);
	assert_non_null(strstr(buf_str(&b), "Content-ID: <osci@message>\r\n"));
	assert_non_null(memmem(b.p, b.n, "Content-ID: <anlage & \xc3\xbc.bin>\r\n", 31));
	buf_fini(&noise);
	buf_fini(&b);
	arena_free(a);
}

static void assert_reference(const struct xml_node *sig, const char *uri)
{
	const struct xml_node *r = xml_descend(sig, DS, "SignedInfo/Reference");
	struct span value;

	for (; r != NULL; r = xml_next(r, DS, "Reference"))
		if (xml_attr_get(r, NULL, "URI", &value) && span_is(value, uri))
			return;
	fail_msg("no reference to %s", uri);
}

static void a_signature_is_the_second_block_and_covers_every_other_block_body_and_attachment(void **state)
{
	struct pki_key *key = h_long_key(PKI_USE_SIGNATURE, 0);
	struct osci_write_options o = { .sign = key };
	struct arena *a = arena_new();
	const struct xml_node *root, *header, *sig, *r;
	size_t refs = 0, parts = 0;
	struct osci_message m;
	struct span value;
	struct buf b;

	(void)state;
	h_message(a, OSCI_STORE_DELIVERY, &m);
	h_add_cert(a, &m, OSCI_ADDRESSEE, true, key->cert);
	write_to(&b, &o, &m);
	root = parse(a, h_document(buf_view(&b)));
	header = xml_child(root, SOAP, "Header");
	assert_true(xml_node_is(header->first->next, OSCI, "ClientSignature"));
	sig = xml_child(header->first->next, DS, "Signature");
	for (const struct xml_node *n = header->first; n != NULL; n = n->next) {
		if (n == header->first->next)
			continue;
		assert_true(xml_attr_get(n, NULL, "Id", &value));
		assert_reference(sig, arena_printf(a, "#%.*s", (int)value.n, value.p));
		parts++;
	}
	assert_reference(sig, "#body");
	assert_reference(sig, "cid:anlage & \xc3\xbc.bin");
	assert_reference(sig, "cid:klein.txt");
	for (r = xml_descend(sig, DS, "SignedInfo/Reference"); r != NULL; r = xml_next(r, DS, "Reference"))
		refs++;
	assert_int_equal(refs, parts + 3);
	assert_true(xml_attr_get(xml_descend(sig, DS, "KeyInfo/RetrievalMethod"), NULL, "URI", &value));
	assert_non_null(memmem(b.p, b.n, arena_printf(a, "Id=\"%.*s\"", (int)value.n - 1, value.p + 1), value.n + 4));
	assert_canonical(header->first->next, h_document(buf_view(&b)));
	buf_fini(&b);
	arena_free(a);
	pki_key_free(key);
}

static void a_signature_is_made_as_it_is_called_and_its_references_with_the_same_digest(void **state)
{
	static const struct {
		const char *name, *sign, *digest;
	} styles[] = {
		{ NULL, "2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256" },
		{ "pkcs1-sha256", "2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256" },
		{ "pkcs1-sha512", "2001/04/xmldsig-more#rsa-sha512", "2001/04/xmlenc#sha512" },
		{ "pss-sha256", "2007/05/xmldsig-more#sha256-rsa-MGF1", "2001/04/xmlenc#sha256" },
		{ "pss-sha512", "2007/05/xmldsig-more#sha512-rsa-MGF1", "2001/04/xmlenc#sha512" },
		{ "pss-sha3-256", "2007/05/xmldsig-more#sha3-256-rsa-MGF1", "2007/05/xmldsig-more#sha3-256" },
		{ "pss-sha3-384", "2007/05/xmldsig-more#sha3-384-rsa-MGF1", "2007/05/xmldsig-more#sha3-384" },
		{ "pss-sha3-512", "2007/05/xmldsig-more#sha3-512-rsa-MGF1", "2007/05/xmldsig-more#sha3-512" },
		{ "sha1", "2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256" },
	};
	struct pki_key *key = h_long_key(PKI_USE_SIGNATURE, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		struct osci_write_options o = { .sign = key, .style = pki_sign_named(styles[i].name) };
		struct arena *a = arena_new();
		const struct xml_node *header, *sig;
		struct err e = ERR_INIT;
		struct osci_message m;
		struct pki_dsig d;
		struct buf b;

		h_message(a, OSCI_STORE_DELIVERY, &m);
		h_add_cert(a, &m, OSCI_ADDRESSEE, true, key->cert);
		write_to(&b, &o, &m);
		header = xml_child(parse(a, h_document(buf_view(&b))), SOAP, "Header");
		sig = xml_child(header->first->next, DS, "Signature");
		assert_ok(pki_dsig_parse(sig, 0, a, &d, &e), e);
		assert_ok(pki_dsig_verify(&d, key->cert, &PKI_POLICY_DEFAULT, &e), e);
		assert_non_null(strstr(d.sign->uri, styles[i].sign));
		for (size_t k = 0; k < d.nrefs; k++)
			assert_non_null(strstr(d.refs[k].digest->uri, styles[i].digest));
		buf_fini(&b);
		arena_free(a);
	}
	pki_key_free(key);
}

static void an_answer_carries_its_signer_as_intermediary_and_only_once(void **state)
{
	struct pki_key *key = h_long_key(PKI_USE_SIGNATURE, 0), *other = h_long_key(PKI_USE_SIGNATURE, 1);
	struct osci_write_options o = { .sign = key };
	struct arena *a = arena_new();
	struct osci_message m;
	struct err e = ERR_INIT;
	const char *first;
	struct sink *null;
	struct buf b;

	(void)state;
	h_message(a, OSCI_RESPONSE_TO_STORE_DELIVERY, &m);
	for (int i = 0; i < 2; i++) {
		write_to(&b, &o, &m);
		first = strstr(buf_str(&b), "<osci:SignatureCertificateIntermediary");
		assert_non_null(first);
		assert_null(strstr(first + 1, "<osci:SignatureCertificateIntermediary"));
		assert_non_null(strstr(buf_str(&b), "<osci:SupplierSignature"));
		buf_fini(&b);
		h_add_cert(a, &m, OSCI_INTERMEDIARY, false, key->cert);
	}
	o.sign = other;
	null = sink_to_null();
	assert_int_equal(osci_write(&o, &m, null, &e), ERR_CONFIG);
	sink_close(null);
	arena_free(a);
	pki_key_free(key);
	pki_key_free(other);
}

static void an_envelope_shows_nothing_of_the_message_inside(void **state)
{
	struct pki_key *cipher = h_long_key(PKI_USE_CIPHER, 0);
	struct osci_write_options o = { .encrypt_for = cipher->cert };
	struct arena *a = arena_new();
	struct osci_message m;
	struct buf b;

	(void)state;
	h_message(a, OSCI_STORE_DELIVERY, &m);
	write_to(&b, &o, &m);
	assert_non_null(memmem(b.p, b.n, "soapMessageEncrypted.xsd", 24));
	assert_non_null(memmem(b.p, b.n, "Content-ID: <osci_enc>", 22));
	assert_null(memmem(b.p, b.n, "storeDelivery", 13));
	assert_null(memmem(b.p, b.n, "anlage", 6));
	assert_non_null(memmem(b.p, b.n, "Value=\"12\"", 10));
	assert_memory_equal(b.p + b.n - 4, "--\r\n", 4);
	parse(a, h_document(buf_view(&b)));
	buf_fini(&b);
	o.iv16 = true;
	write_to(&b, &o, &m);
	assert_null(memmem(b.p, b.n, "IvLength", 8));
	buf_fini(&b);
	arena_free(a);
	pki_key_free(cipher);
}

static void a_fault_names_code_side_and_text_and_has_neither_header_nor_schema(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE + 1; i < OSCI_OTHER_CODE; i++) {
		const struct osci_feedback *c = osci_feedback((enum osci_code)i);
		struct arena *a = arena_new();
		const struct xml_node *fault;
		struct osci_message m = { .type = OSCI_FAULT, .fault_code = c->digits };
		struct osci_write_options o = { NULL };
		struct buf b;

		write_to(&b, &o, &m);
		fault = xml_descend(parse(a, h_document(buf_view(&b))), SOAP, "Body/Fault");
		assert_non_null(fault);
		assert_null(memmem(b.p, b.n, "schemaLocation", 14));
		assert_null(memmem(b.p, b.n, ":Header", 7));
		assert_true(span_is(xml_text(xml_child(fault, "", "faultcode"), a),
				    c->level == OSCI_FAULT_SERVER ? "soap:Server" : "soap:Client"));
		assert_true(span_is(xml_text(xml_child(fault, "", "faultstring"), a), c->de));
		assert_true(span_is(xml_text(xml_child(xml_child(fault, "", "detail"), OSCI, "Code"), a), c->digits));
		buf_fini(&b);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_its_blocks_in_order_and_each_is_canonical),
		cmocka_unit_test(texts_ids_and_times_come_out_as_osci_wants_them),
		cmocka_unit_test(a_card_shows_only_the_times_its_answer_may_carry),
		cmocka_unit_test(feedback_without_a_text_gets_the_tables_in_its_language),
		cmocka_unit_test(a_control_block_the_other_side_would_refuse_is_not_written),
		cmocka_unit_test(a_foreign_header_block_needs_an_id_and_good_xml),
		cmocka_unit_test(the_ids_of_an_answer_with_a_delivery_cannot_be_foreseen),
		cmocka_unit_test(content_that_is_longer_or_shorter_than_announced_is_an_error),
		cmocka_unit_test(attachments_travel_byte_for_byte_and_the_entity_ends_with_crlf),
		cmocka_unit_test(a_signature_is_the_second_block_and_covers_every_other_block_body_and_attachment),
		cmocka_unit_test(a_signature_is_made_as_it_is_called_and_its_references_with_the_same_digest),
		cmocka_unit_test(an_answer_carries_its_signer_as_intermediary_and_only_once),
		cmocka_unit_test(an_envelope_shows_nothing_of_the_message_inside),
		cmocka_unit_test(a_fault_names_code_side_and_text_and_has_neither_header_nor_schema),
	};
	return cmocka_run_group_tests_name("osci/write", tests, NULL, NULL);
}
