/* SPDX-License-Identifier: EUPL-1.2 */
/* The reader against what the reference library has put on the wire, and against broken variants of that. */
#include "cm.h"

#include <ctype.h>

#include "base/b64.h"
#include "base/file.h"
#include "base/json.h"
#include "h_env.h"
#include "osci/order.h"
#include "osci/read.h"
#include "pki/h_pki.h"

#define VECTORS "../shared/vectors/osci/"
#define FILE_MAX (1u << 20)

static const struct pki_policy legacy = { .min_rsa_bits = 2048, .legacy_cbc = PKI_LEGACY_ALWAYS, .legacy_rsa15 = PKI_LEGACY_ALWAYS };
static struct pki_keyring *ring;
static struct pki_certs *certs;
static json_t *list;

static void load(const char *name, struct buf *b)
{
	struct err e = ERR_INIT;
	char path[300];

	snprintf(path, sizeof(path), VECTORS "%s", name);
	buf_init(b, FILE_MAX);
	assert_ok(file_read(path, b, &e), e);
}

/* The vectors' key files are readable for everybody, which the key ring rightly refuses. */
static int set_up(void **state)
{
	struct err e = ERR_INIT;
	struct pki_key *k;
	struct buf key;

	(void)state;
	if (access(VECTORS "index.json", R_OK) != 0)
		return 0;
	certs = pki_certs_new(PKI_CERTS_BYTES);
	ring = pki_keyring_new();
	load("keys/intermed-cipher.key.pem", &key);
	assert_ok(pki_key_from_pem(PKI_USE_CIPHER, h_file("intermed.pem", key.p, key.n, 0600),
				   VECTORS "keys/intermed-cipher.cert.pem", NULL, &k, &e), e);
	pki_keyring_add(ring, k);
	buf_fini(&key);
	assert_ok(json_read_file(VECTORS "index.json", FILE_MAX, &list, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(list);
	pki_keyring_free(ring);
	pki_certs_free(certs);
	return 0;
}

struct result {
	struct arena *a;
	struct h_intake *in;
	struct osci_message m;
	struct err e;
	int rc;
	const char *code;	/* of a reading error, of a wrong signature, or "" */
};

static void read_bytes(struct span bytes, size_t step, bool answers, struct result *r)
{
	struct osci_read_options o = { .keys = ring, .certs = certs, .policy = &legacy, .answers = answers,
				       .max_size = FILE_MAX };
	struct src *all = src_of_mem(bytes.p, bytes.n), *in = h_drip(all, step);
	enum osci_code code;

	memset(r, 0, sizeof(*r));
	r->a = arena_new();
	r->in = h_intake_new(true);
	r->rc = osci_read(&o, in, &r->in->intake, &r->in->room, r->a, &r->m, &code, &r->e);
	r->code = osci_feedback(r->rc != 0 ? code : r->m.signature_code)->digits;
	src_close(in);
	src_close(all);
}

static void done(struct result *r)
{
	osci_message_fini(&r->m);
	h_intake_free(r->in);
	arena_free(r->a);
}

static const char *str(const json_t *o, const char *key)
{
	return json_opt_string(o, key, "");
}

static void check_control(const char *want, const struct osci_message *m)
{
	char got[400], sequence[32] = "null";

	if (m->control.sequence >= 0)
		snprintf(sequence, sizeof(sequence), "%lld", (long long)m->control.sequence);
	snprintf(got, sizeof(got), "ConversationId=%s SequenceNumber=%s Response=%s Challenge=%s",
		 m->control.conversation != NULL ? m->control.conversation : "null", sequence,
		 m->control.response != NULL ? m->control.response : "null", m->control.challenge);
	assert_string_equal(got, want);
}

static void check_signer(const char *name, const struct osci_message *m)
{
	struct err e = ERR_INIT;
	struct pki_cert *c;
	char path[300];

	if (name[0] == '\0') {
		assert_false(m->is_signed);
		return;
	}
	snprintf(path, sizeof(path), VECTORS "keys/%s.cert.pem", name);
	assert_ok(pki_cert_from_file(path, &c, &e), e);
	assert_true(m->is_signed);
	assert_null(m->signature_code);
	assert_true(pki_cert_same(m->signer, c));
	pki_cert_free(c);
}

static void hash_is(const uint8_t got[SHA256_LEN], const char *want)
{
	char hex[2 * SHA256_LEN + 1];

	hex_encode(got, SHA256_LEN, hex);
	assert_memory_equal(hex, want, 2 * SHA256_LEN);
}

/* The digest of what is between the tags of the Base64Content with that Id. */
static void check_content(const struct h_part *body, const char *id, size_t id_n, const char *want)
{
	struct err e = ERR_INIT;
	uint8_t got[SHA256_LEN];
	char tag[100];
	const char *from, *to;
	struct buf raw;

	snprintf(tag, sizeof(tag), "<osci:Base64Content Id=\"%.*s\">", (int)id_n, id);
	assert_non_null(body);
	from = strstr(buf_str(&body->data), tag);
	assert_non_null(from);
	from += strlen(tag);
	to = strchr(from, '<');
	buf_init(&raw, FILE_MAX);
	assert_ok(b64_decode(&raw, (struct span){ from, (size_t)(to - from) }, true, &e), e);
	sha256(raw.p, raw.n, got);
	buf_fini(&raw);
	hash_is(got, want);
}

static void check_attachment(struct h_intake *in, const char *cid, size_t n, const char *want)
{
	const struct h_part *p;

	for (size_t i = 0; (p = h_intake_part(in, "attachment", i)) != NULL; i++) {
		if (strlen(p->cid) == n && memcmp(p->cid, cid, n) == 0) {
			assert_true(p->finished);
			hash_is(p->sha256, want);
			return;
		}
	}
	fail_msg("no attachment %.*s", (int)n, cid);
}

/* "c1=<hash> cid:anlage.bin=<hash>", separated by blanks, "<br>" or line ends. */
static void check_hashes(const char *text, struct h_intake *in)
{
	for (const char *eq = strchr(text, '='); eq != NULL; eq = strchr(eq + 1, '=')) {
		const char *name = eq;

		while (name > text && !isspace((unsigned char)name[-1]) && name[-1] != '>' && name[-1] != ';')
			name--;
		if (strncmp(name, "cid:", 4) == 0)
			check_attachment(in, name + 4, (size_t)(eq - name - 4), eq + 1);
		else
			check_content(h_intake_part(in, "body", 0), name, (size_t)(eq - name), eq + 1);
	}
}

static bool is_ours(const char *order)
{
	enum osci_type t;

	return osci_order_from_schema(span_of(order), &t) && osci_order_of(t)->read != NULL;
}

static bool is_good(const json_t *v)
{
	return strncmp(str(v, "file"), "good/", 5) == 0;
}

static void check_good(const json_t *v, size_t step)
{
	struct result r;
	struct buf b;

	load(str(v, "file"), &b);
	read_bytes(buf_view(&b), step, false, &r);
	if (r.rc != 0)
		fail_msg("%s: %s", str(v, "file"), r.e.text);
	assert_string_equal(osci_order_of(r.m.type)->schema, str(v, "order"));
	assert_int_equal(r.m.was_encrypted, strcmp(str(v, "transport"), "none") != 0);
	check_signer(str(v, "signer"), &r.m);
	check_control(str(v, "control"), &r.m);
	check_hashes(str(v, "content_sha256"), r.in);
	done(&r);
	buf_fini(&b);
}

static void every_order_of_the_library_is_understood(void **state)
{
	unsigned n = 0;
	size_t i;
	json_t *v;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_array_foreach(list, i, v) {
		if (!is_good(v) || !is_ours(str(v, "order")))
			continue;
		check_good(v, SIZE_MAX);
		n++;
	}
	assert_true(n >= 40);
}

static void it_does_not_matter_how_the_bytes_arrive(void **state)
{
	static const size_t steps[] = { 1, 2, 7, 61, 1000 };
	size_t i;
	json_t *v;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_array_foreach(list, i, v) {
		const char *f = str(v, "file");

		if (!is_good(v) || (strstr(f, "storeDelivery-attachment") == NULL && strstr(f, "nested") == NULL &&
				    strstr(f, "base64") == NULL && strstr(f, "encrypted-gcm") == NULL))
			continue;
		for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++)
			check_good(v, steps[k]);
	}
}

static void orders_we_do_not_offer_are_refused_by_name(void **state)
{
	unsigned n = 0;
	size_t i;
	json_t *v;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_array_foreach(list, i, v) {
		struct result r;
		struct buf b;

		if (!is_good(v) || is_ours(str(v, "order")))
			continue;
		load(str(v, "file"), &b);
		read_bytes(buf_view(&b), SIZE_MAX, false, &r);
		assert_int_equal(r.rc, ERR_UNSUPPORTED);
		assert_non_null(strcasestr(r.e.text, str(v, "order")));
		assert_string_equal(r.code, strcmp(str(v, "transport"), "none") == 0 ? "9100" : "9300");
		done(&r);
		buf_fini(&b);
		n++;
	}
	assert_true(n > 5);
}

static void nothing_legacy_is_accepted_unless_the_policy_says_so(void **state)
{
	static const char *const files[] = { "good/getMessageId-cbc256.bin", "good/getMessageId-rsa15.bin" };

	(void)state;
	need_shared("vectors/osci/index.json");
	for (size_t i = 0; i < 2; i++) {
		struct osci_read_options o = { .keys = ring, .certs = certs, .max_size = FILE_MAX };
		struct arena *a = arena_new();
		struct h_intake *h = h_intake_new(true);
		struct err e = ERR_INIT;
		struct osci_message m;
		enum osci_code code;
		struct src *in;
		struct buf b;

		load(files[i], &b);
		in = src_of_mem(b.p, b.n);
		assert_int_not_equal(osci_read(&o, in, &h->intake, &h->room, a, &m, &code, &e), 0);
		assert_int_equal(code, OSCI_9202);
		src_close(in);
		buf_fini(&b);
		h_intake_free(h);
		arena_free(a);
	}
}

static void every_broken_message_gets_its_code(void **state)
{
	unsigned n = 0;
	size_t i;
	json_t *v;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_array_foreach(list, i, v) {
		struct result r;
		struct buf b;

		if (strncmp(str(v, "file"), "broken/", 7) != 0)
			continue;
		load(str(v, "file"), &b);
		read_bytes(buf_view(&b), SIZE_MAX, false, &r);
		if (r.code[0] == '\0' || strstr(str(v, "verdict"), r.code) == NULL)
			fail_msg("%s: \"%s\" (%s) instead of %s", str(v, "file"), r.code, r.e.text, str(v, "verdict"));
		done(&r);
		buf_fini(&b);
		n++;
	}
	assert_int_equal(n, 24);
}

static void all_ways_not_to_decrypt_look_the_same(void **state)
{
	static const char *const files[] = { "broken/gcm-tag-bit.bin", "broken/gcm-wrong-key.bin",
					     "broken/rsa15-bad-padding.bin", "broken/cbc-bad-padding.bin" };
	char first[400] = "";

	(void)state;
	need_shared("vectors/osci/index.json");
	for (size_t i = 0; i < 4; i++) {
		struct result r;
		struct buf b;

		load(files[i], &b);
		read_bytes(buf_view(&b), SIZE_MAX, false, &r);
		assert_string_equal(r.code, "9202");
		if (i == 0)
			snprintf(first, sizeof(first), "%s", r.e.text);
		assert_string_equal(r.e.text, first);
		/* CBC proves nothing: it is read like any message, and only then found to be none */
		assert_int_equal(r.in->part_count, i == 3 ? 1 : 0);
		done(&r);
		buf_fini(&b);
	}
}

static void a_fault_of_the_library_is_understood(void **state)
{
	struct result r;
	struct buf b;

	(void)state;
	need_shared("vectors/osci/passive/soapfault-9400.bin");
	load("passive/soapfault-9400.bin", &b);
	read_bytes(buf_view(&b), SIZE_MAX, true, &r);
	assert_ok(r.rc, r.e);
	assert_int_equal(r.m.type, OSCI_FAULT);
	assert_string_equal(r.m.fault_code, "9400");
	assert_false(r.m.fault_is_server);
	done(&r);
	read_bytes(buf_view(&b), SIZE_MAX, false, &r);
	assert_string_equal(r.code, "9100");
	done(&r);
	buf_fini(&b);
}

static void custom_headers_are_kept_as_they_are(void **state)
{
	struct result r;
	struct buf b;

	(void)state;
	need_shared("vectors/osci/index.json");
	load("good/storeDelivery-custom-header.bin", &b);
	read_bytes(buf_view(&b), SIZE_MAX, false, &r);
	assert_ok(r.rc, r.e);
	assert_int_equal(r.m.custom_count, 1);
	assert_non_null(memmem(b.p, b.n, "</soap:Header>", 14));
	assert_true(r.m.gcm_iv12);
	assert_true(r.m.custom[0].n > 20);
	assert_int_equal(r.m.custom[0].p[0], '<');
	done(&r);
	buf_fini(&b);
}

static void every_shortened_message_is_refused(void **state)
{
	struct buf b;

	(void)state;
	need_shared("vectors/osci/index.json");
	load("good/storeDelivery-attachment.bin", &b);
	for (size_t n = 0; n + 5 < b.n; n += 1 + n / 40) {
		struct result r;

		read_bytes((struct span){ b.p, n }, SIZE_MAX, false, &r);
		if (r.rc == 0)
			fail_msg("%zu bytes are accepted", n);
		assert_string_equal(r.code, "9100");
		done(&r);
	}
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_the_library_is_understood),
		cmocka_unit_test(it_does_not_matter_how_the_bytes_arrive),
		cmocka_unit_test(orders_we_do_not_offer_are_refused_by_name),
		cmocka_unit_test(nothing_legacy_is_accepted_unless_the_policy_says_so),
		cmocka_unit_test(every_broken_message_gets_its_code),
		cmocka_unit_test(all_ways_not_to_decrypt_look_the_same),
		cmocka_unit_test(a_fault_of_the_library_is_understood),
		cmocka_unit_test(custom_headers_are_kept_as_they_are),
		cmocka_unit_test(every_shortened_message_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
