/* SPDX-License-Identifier: EUPL-1.2 */
/* What a ContentPackage may be made of. Each line was sent to the reference library 2.4.1: what is refused here made it
 * throw away the delivery before it knew the message id, or fall over when the content was asked for. */
#include "osci/shape.h"

#include "cm.h"
#include "h_reading.h"
#include "h_sample.h"
#include "osci/write.h"
#include "xml/write.h"

#define HELLO "<osci:Content><osci:Base64Content Id=\"c0\">SGFsbG8=</osci:Base64Content></osci:Content>"
#define IN(x) "<osci:ContentContainer Id=\"cc\">" x "</osci:ContentContainer>"
#define ALG(n, uri) "<ds:" n " Algorithm=\"" uri "\"></ds:" n ">"
#define C14N ALG("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
#define RSA ALG("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
#define SHA ALG("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256")
#define REF_TO(x) "<ds:Reference URI=\"" x "\">" SHA "<ds:DigestValue>SGFsbG8=</ds:DigestValue></ds:Reference>"
#define REF REF_TO("#c0")
#define INFO "<ds:SignedInfo>" C14N RSA REF "</ds:SignedInfo>"
#define VALUE "<ds:SignatureValue>SGFsbG8=</ds:SignatureValue>"
#define SIGNER "<ds:KeyInfo><ds:RetrievalMethod URI=\"#{S}\"></ds:RetrievalMethod></ds:KeyInfo>"
#define SIGNATURE(refs) \
	"<ds:Signature><ds:SignedInfo>" C14N RSA refs "</ds:SignedInfo>" VALUE SIGNER "</ds:Signature>"
#define NESTED "<osci:Content Id=\"n0\"><osci:ContentContainer Id=\"n1\"></osci:ContentContainer></osci:Content>"
#define SIG(x) IN("<ds:Signature>" x "</ds:Signature>" HELLO)
#define OBJECT(x) SIG(INFO VALUE SIGNER "<ds:Object>" x "</ds:Object>")
#define XADES "xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#x\""
#define IV "<osci128:IvLength xmlns:osci128=\"http://xoev.de/transport/osci12/8\" Value=\"12\"></osci128:IvLength>"
#define GCM(x) \
	"<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\">" x "</xenc:EncryptionMethod>"
#define OAEP "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\"></xenc:EncryptionMethod>"
#define DATA "<xenc:CipherData><xenc:CipherValue>SGFsbG8=</xenc:CipherValue></xenc:CipherData>"
#define READER "<ds:KeyInfo><ds:RetrievalMethod URI=\"#{C}\"></ds:RetrievalMethod></ds:KeyInfo>"
#define KEY(x) "<xenc:EncryptedKey>" x "</xenc:EncryptedKey>"
#define ENC(x) "<xenc:EncryptedData Id=\"e\" MimeType=\"text/xml\">" x "</xenc:EncryptedData>"
#define KEYS(x) "<ds:KeyInfo>" x "</ds:KeyInfo>"

static const struct {
	const char *what, *package;
	bool good;
} shapes[] = {
	{ "nothing", "", true },
	{ "an empty container", IN(""), true },
	{ "a content", IN(HELLO), true },
	{ "no content at all", IN("<osci:Content></osci:Content>"), true },
	{ "base64 in lines", IN("<osci:Content><osci:Base64Content> SGFs\nbG8= </osci:Base64Content></osci:Content>"), true },
	{ "an attachment", IN("<osci:Content Id=\"c\" href=\"cid:{A}\"></osci:Content>"), true },
	{ "an attachment twice", IN("<osci:Content href=\"cid:{A}\"></osci:Content><osci:Content href=\"cid:{A}\"></osci:Content>"),
	  true },
	{ "a container within a content", IN("<osci:Content><osci:ContentContainer Id=\"n\">" HELLO
					     "</osci:ContentContainer></osci:Content>"), true },
	{ "a signature", SIG(INFO VALUE SIGNER), true },
	{ "a signature with an empty object", OBJECT(""), true },
	{ "a signing time", OBJECT("<xades:QualifyingProperties " XADES "><xades:SignedProperties Id=\"sp\">"
				   "<xades:SignedSignatureProperties><xades:SigningTime>2024-01-01T00:00:00Z"
				   "</xades:SigningTime></xades:SignedSignatureProperties></xades:SignedProperties>"
				   "</xades:QualifyingProperties>"), true },
	{ "encrypted", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) DATA), true },
	{ "encrypted for two", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA) KEY(OAEP READER DATA)) DATA), true },
	{ "encrypted within a container", IN(HELLO ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) DATA)), true },
	{ "an encrypted attachment", IN(ENC(GCM(IV) KEYS("<ds:MgmtData>SGFs</ds:MgmtData>")
					    "<xenc:CipherData><xenc:CipherReference URI=\"cid:{A}\">"
					    "</xenc:CipherReference></xenc:CipherData>")), true },
	{ "a signature over all of three contents", IN("<ds:Signature><ds:SignedInfo>" C14N RSA REF_TO("#c0") REF_TO("#a0")
		REF_TO("#n0") REF_TO("cid:{A}") "</ds:SignedInfo>" VALUE SIGNER "</ds:Signature>" HELLO
		"<osci:Content Id=\"a0\" href=\"cid:{A}\"></osci:Content>" NESTED), true },
	{ "a second signature over nothing of it", IN(SIGNATURE(REF) SIGNATURE(REF_TO("#x")) HELLO), true },
	{ "an inner container that its own signature covers", IN("<osci:Content Id=\"n0\"><osci:ContentContainer Id=\"n1\">"
		SIGNATURE(REF) HELLO "</osci:ContentContainer></osci:Content>"), true },
	{ "a signature with SHA-512", IN("<ds:Signature><ds:SignedInfo>" C14N
		ALG("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512") REF "</ds:SignedInfo>" VALUE SIGNER
		"</ds:Signature>" HELLO), true },
	{ "a content that the signature leaves out", IN(SIGNATURE(REF_TO("#x")) HELLO), false },
	{ "a content of a signed container that has no name", IN(SIGNATURE(REF)
		"<osci:Content Id=\"c0\"><osci:Base64Content>SGFs</osci:Base64Content></osci:Content>"), false },
	{ "an attachment that the signature leaves out", IN(SIGNATURE(REF) HELLO
		"<osci:Content Id=\"a0\" href=\"cid:{A}\"></osci:Content>"), false },
	{ "an attachment that is named by its part alone", IN(SIGNATURE(REF REF_TO("cid:{A}")) HELLO
		"<osci:Content href=\"cid:{A}\"></osci:Content>"), false },
	{ "an inner container that the signature leaves out", IN(SIGNATURE(REF) HELLO NESTED), false },
	{ "a content that only the second signature covers", IN(SIGNATURE(REF_TO("#x")) SIGNATURE(REF) HELLO), false },
	{ "a signature that names a part twice", IN(SIGNATURE(REF REF) HELLO), false },
	{ "a signature behind what it signs", IN(HELLO SIGNATURE(REF)), false },
	{ "a signature with SHA-384", IN("<ds:Signature><ds:SignedInfo>" C14N
		ALG("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384") REF "</ds:SignedInfo>" VALUE SIGNER
		"</ds:Signature>" HELLO), false },
	{ "a blank within the end of base64", IN("<osci:Content><osci:Base64Content>SA= =</osci:Base64Content></osci:Content>"),
	  false },
	{ "a line end behind base64", IN("<osci:Content><osci:Base64Content>SA==\n</osci:Base64Content></osci:Content>"), true },
	{ "a \">\" in an attribute", "<osci:ContentContainer Id=\"a&gt;b\"></osci:ContentContainer>", false },
	{ "a \">\" in a namespace", IN("<osci:Content xmlns:x=\"u:a&gt;b\"></osci:Content>"), false },
	{ "plain text in a content", IN("<osci:Content>Hallo</osci:Content>"), false },
	{ "foreign XML in a content", IN("<osci:Content><x:y xmlns:x=\"u:u\"></x:y></osci:Content>"), false },
	{ "text before the base64", IN("<osci:Content>a<osci:Base64Content>SGFs</osci:Base64Content></osci:Content>"), false },
	{ "text behind the base64", IN("<osci:Content><osci:Base64Content>SGFs</osci:Base64Content>a</osci:Content>"), false },
	{ "an element in the base64", IN("<osci:Content><osci:Base64Content><osci:a></osci:a></osci:Base64Content></osci:Content>"),
	  false },
	{ "two in one content", IN("<osci:Content><osci:Base64Content>SGFs</osci:Base64Content>"
				   "<osci:Base64Content>SGFs</osci:Base64Content></osci:Content>"), false },
	{ "two containers in one content", IN("<osci:Content><osci:ContentContainer></osci:ContentContainer>"
					      "<osci:ContentContainer></osci:ContentContainer></osci:Content>"), false },
	{ "base64 that is none", IN("<osci:Content><osci:Base64Content>SG*s</osci:Base64Content></osci:Content>"), false },
	{ "base64 that is cut", IN("<osci:Content><osci:Base64Content>SGFsbG8</osci:Base64Content></osci:Content>"), false },
	{ "base64 that goes on behind its end", IN("<osci:Content><osci:Base64Content>SGE=SGFs</osci:Base64Content></osci:Content>"),
	  false },
	{ "an empty href", IN("<osci:Content href=\"\"></osci:Content>"), false },
	{ "a href without a name", IN("<osci:Content href=\"cid:\"></osci:Content>"), false },
	{ "a href to the web", IN("<osci:Content href=\"http://x/y\"></osci:Content>"), false },
	{ "a href without its part", IN("<osci:Content href=\"cid:fehlt\"></osci:Content>"), false },
	{ "a href and text", IN("<osci:Content href=\"cid:{A}\">a</osci:Content>"), false },
	{ "a href and base64", IN("<osci:Content href=\"cid:{A}\"><osci:Base64Content>SGFs</osci:Base64Content></osci:Content>"),
	  false },
	{ "a language", "<osci:ContentContainer Id=\"cc\" xml:lang=\"de\">" HELLO "</osci:ContentContainer>", false },
	{ "a foreign attribute", IN("<osci:Content foo=\"1\"></osci:Content>"), false },
	{ "text in a container", IN("Hallo"), false },
	{ "a foreign element in a container", IN("<x:y xmlns:x=\"u:u\"></x:y>"), false },
	{ "an empty signature", SIG(""), false },
	{ "a signature without its value", SIG(INFO SIGNER), false },
	{ "a signature with an empty value", SIG(INFO "<ds:SignatureValue></ds:SignatureValue>" SIGNER), false },
	{ "a signature without signer", SIG(INFO VALUE), false },
	{ "an empty KeyInfo", SIG(INFO VALUE "<ds:KeyInfo></ds:KeyInfo>"), false },
	{ "a signer by name", SIG(INFO VALUE "<ds:KeyInfo><ds:KeyName>x</ds:KeyName></ds:KeyInfo>"), false },
	{ "a signer nobody knows", SIG(INFO VALUE "<ds:KeyInfo><ds:RetrievalMethod URI=\"#x\"></ds:RetrievalMethod></ds:KeyInfo>"),
	  false },
	{ "a signer without reference", SIG(INFO VALUE "<ds:KeyInfo><ds:RetrievalMethod></ds:RetrievalMethod></ds:KeyInfo>"), false },
	{ "a signer in the web", SIG(INFO VALUE "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://x\"></ds:RetrievalMethod></ds:KeyInfo>"),
	  false },
	{ "a signature without SignedInfo", SIG(VALUE SIGNER), false },
	{ "an unknown signature algorithm", SIG("<ds:SignedInfo>" C14N ALG("SignatureMethod", "u:u") REF "</ds:SignedInfo>" VALUE
						SIGNER), false },
	{ "an algorithm with blanks", SIG("<ds:SignedInfo>" C14N
		ALG("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 ") REF "</ds:SignedInfo>" VALUE SIGNER),
	  false },
	{ "a method with parameters", SIG("<ds:SignedInfo>" C14N
		"<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"><ds:HMACOutputLength>1"
		"</ds:HMACOutputLength></ds:SignatureMethod>" REF "</ds:SignedInfo>" VALUE SIGNER), false },
	{ "an unknown digest", SIG("<ds:SignedInfo>" C14N RSA "<ds:Reference URI=\"#c0\">" ALG("DigestMethod", "u:u")
				   "<ds:DigestValue>SGFs</ds:DigestValue></ds:Reference></ds:SignedInfo>" VALUE SIGNER), false },
	{ "a signature over no such attachment", SIG("<ds:SignedInfo>" C14N RSA "<ds:Reference URI=\"cid:fehlt\">" SHA
		"<ds:DigestValue>SGFs</ds:DigestValue></ds:Reference></ds:SignedInfo>" VALUE SIGNER), false },
	{ "a foreign object", OBJECT("<x:y xmlns:x=\"u:u\"></x:y>"), false },
	{ "text in an object", OBJECT("a"), false },
	{ "more of XAdES", OBJECT("<xades:QualifyingProperties " XADES "><xades:UnsignedProperties>"
				  "</xades:UnsignedProperties></xades:QualifyingProperties>"), false },
	{ "text in a signature", SIG("a" INFO VALUE SIGNER), false },
	{ "empty EncryptedData", ENC(""), false },
	{ "no encryption method", ENC(KEYS(KEY(OAEP READER DATA)) DATA), false },
	{ "an unknown encryption method", ENC("<xenc:EncryptionMethod Algorithm=\"u:u\"></xenc:EncryptionMethod>"
					      KEYS(KEY(OAEP READER DATA)) DATA), false },
	{ "a key size", ENC(GCM("<xenc:KeySize>256</xenc:KeySize>") KEYS(KEY(OAEP READER DATA)) DATA), false },
	{ "an IvLength of 13", ENC(GCM("<osci128:IvLength xmlns:osci128=\"http://xoev.de/transport/osci12/8\" Value=\"13\">"
				       "</osci128:IvLength>") KEYS(KEY(OAEP READER DATA)) DATA), false },
	{ "an IvLength of x", ENC(GCM("<osci128:IvLength xmlns:osci128=\"http://xoev.de/transport/osci12/8\" Value=\"x\">"
				      "</osci128:IvLength>") KEYS(KEY(OAEP READER DATA)) DATA), false },
	{ "no keys", ENC(GCM(IV) DATA), false },
	{ "an empty list of keys", ENC(GCM(IV) KEYS("") DATA), false },
	{ "a key without method", ENC(GCM(IV) KEYS(KEY(READER DATA)) DATA), false },
	{ "a key without reader", ENC(GCM(IV) KEYS(KEY(OAEP DATA)) DATA), false },
	{ "a key without its text", ENC(GCM(IV) KEYS(KEY(OAEP READER)) DATA), false },
	{ "a key by reference", ENC(GCM(IV) KEYS(KEY(OAEP READER "<xenc:CipherData><xenc:CipherReference URI=\"cid:{A}\">"
						     "</xenc:CipherReference></xenc:CipherData>")) DATA), false },
	{ "a key for nobody known", ENC(GCM(IV) KEYS(KEY(OAEP "<ds:KeyInfo><ds:RetrievalMethod URI=\"#x\"></ds:RetrievalMethod>"
							      "</ds:KeyInfo>" DATA)) DATA), false },
	{ "a key with a list", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA "<xenc:ReferenceList></xenc:ReferenceList>")) DATA), false },
	{ "no cipher text", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA))), false },
	{ "an empty cipher text", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) "<xenc:CipherData></xenc:CipherData>"), false },
	{ "cipher text that is no base64", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA))
		"<xenc:CipherData><xenc:CipherValue>**</xenc:CipherValue></xenc:CipherData>"), false },
	{ "cipher text twice", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) "<xenc:CipherData><xenc:CipherValue>SGFs</xenc:CipherValue>"
		"<xenc:CipherValue>SGFs</xenc:CipherValue></xenc:CipherData>"), false },
	{ "cipher text in no such attachment", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA))
		"<xenc:CipherData><xenc:CipherReference URI=\"cid:fehlt\"></xenc:CipherReference></xenc:CipherData>"), false },
	{ "properties", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) DATA "<xenc:EncryptionProperties></xenc:EncryptionProperties>"),
	  false },
	{ "text in EncryptedData", ENC(GCM(IV) KEYS(KEY(OAEP READER DATA)) "a" DATA), false },
};

/* {S} and {C} stand for the Ids of a signature and a cipher certificate, {A} for the name of an attachment. */
static struct span fill_in(struct arena *a, const char *package, const struct osci_message *m)
{
	struct buf b;
	struct span out;

	buf_init(&b, 65536);
	buf_puts(&b, "<osci:ContentPackage>");
	for (const char *p = package; *p != '\0'; p++) {
		if (p[0] != '{') {
			buf_putc(&b, *p);
			continue;
		}
		for (size_t i = 0; p[1] != 'A' && i < m->cert_count; i++)
			if (m->certs[i].is_cipher == (p[1] == 'C')) {
				buf_puts(&b, m->certs[i].id);
				break;
			}
		if (p[1] == 'A')
			xml_escape_attr(&b, span_of(m->attachments[0].cid));
		p += 2;
	}
	buf_puts(&b, "</osci:ContentPackage>");
	out = arena_span(a, buf_view(&b));
	buf_fini(&b);
	return out;
}

static void read_package(const char *package, size_t step, struct h_result *r)
{
	struct osci_write_options o = { .sign = NULL };
	struct arena *a = arena_new();
	struct osci_message m;
	struct err e = ERR_INIT;
	struct span content;
	struct sink *to;
	struct buf b;

	h_message(a, OSCI_STORE_DELIVERY, &m);
	h_add_cert(a, &m, OSCI_ORIGINATOR, true, h_keys.cipher->cert);
	h_add_cert(a, &m, OSCI_ADDRESSEE, true, h_keys.cipher->cert);
	h_add_cert(a, &m, OSCI_OTHER_AUTHOR, false, h_keys.other->cert);
	content = fill_in(a, package, &m);
	m.open_content = h_open_span;
	m.content_ctx = &content;
	m.content_size = content.n;
	buf_init(&b, H_READ_MAX);
	to = sink_to_buf(&b);
	assert_ok(osci_write(&o, &m, to, &e), e);
	sink_close(to);
	h_read_bytes(buf_view(&b), step, false, r);
	buf_fini(&b);
	arena_free(a);
}

static void what_the_reference_library_cannot_read_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct h_result whole, pieces;

		read_package(shapes[i].package, SIZE_MAX, &whole);
		read_package(shapes[i].package, 3, &pieces);
		if ((whole.rc == 0) != shapes[i].good)
			fail_msg("%s: %s", shapes[i].what, whole.rc == 0 ? "accepted" : whole.e.text);
		assert_int_equal(whole.rc, pieces.rc);
		assert_string_equal(whole.code, shapes[i].good ? "" : "9100");
		h_result_fini(&whole);
		h_result_fini(&pieces);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_reference_library_cannot_read_is_refused),
	};
	return cmocka_run_group_tests_name("osci/shape", tests, h_keys_begin, h_keys_end);
}
