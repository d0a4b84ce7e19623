/* SPDX-License-Identifier: EUPL-1.2 */
/* The reader against exchanges of the reference library as a recipient that waits. */
#include "cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "h_env.h"
#include "osci/order.h"
#include "osci/read.h"
#include "pki/h_pki.h"

#define VECTORS "../shared/vectors/osci/"
#define FILE_MAX (1u << 20)

static struct pki_keyring *ring;
static struct pki_certs *certs;

static void load(const char *name, struct buf *b)
{
	struct err e = ERR_INIT;
	char path[300];

	snprintf(path, sizeof(path), VECTORS "%s", name);
	buf_init(b, FILE_MAX);
	assert_ok(file_read(path, b, &e), e);
}

static void add_key(const char *name)
{
	struct err e = ERR_INIT;
	struct pki_key *k;
	char path[300];
	struct buf key;

	snprintf(path, sizeof(path), "keys/%s.key.pem", name);
	load(path, &key);
	snprintf(path, sizeof(path), VECTORS "keys/%s.cert.pem", name);
	assert_ok(pki_key_from_pem(PKI_USE_CIPHER, h_file(name, key.p, key.n, 0600), path, NULL, &k, &e), e);
	pki_keyring_add(ring, k);
	buf_fini(&key);
}

static int set_up(void **state)
{
	(void)state;
	if (access(VECTORS "index.json", R_OK) != 0)
		return 0;
	certs = pki_certs_new(PKI_CERTS_BYTES);
	ring = pki_keyring_new();
	add_key("intermed-cipher");
	add_key("addr1-cipher");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_keyring_free(ring);
	pki_certs_free(certs);
	return 0;
}

static const struct {
	const char *file, *last;	/* last: code of an answer */
	enum osci_type type;
	bool is_signed;
	size_t parts, attachments;
} exchanges[] = {
	{ "forward.request", NULL, OSCI_ACCEPT_DELIVERY, true, 1, 1 },
	{ "forward.answer", "0800", OSCI_RESPONSE_TO_ACCEPT_DELIVERY, true, 0, 0 },
	{ "forward-refused.request", NULL, OSCI_ACCEPT_DELIVERY, true, 1, 1 },
	{ "forward-refused.answer", "9805", OSCI_RESPONSE_TO_ACCEPT_DELIVERY, true, 0, 0 },
	{ "forward-unsigned-answer.answer", "0800", OSCI_RESPONSE_TO_ACCEPT_DELIVERY, false, 0, 0 },
	{ "mediate.request", NULL, OSCI_PROCESS_DELIVERY, true, 1, 1 },
	{ "mediate.answer", "0800", OSCI_RESPONSE_TO_PROCESS_DELIVERY, true, 1, 1 },
	{ "mediate-no-content.request", NULL, OSCI_PROCESS_DELIVERY, true, 1, 1 },
	{ "mediate-no-content.answer", "0800", OSCI_RESPONSE_TO_PROCESS_DELIVERY, true, 0, 0 },
};

static void check(size_t i, const char *ending, size_t step)
{
	bool answers = osci_order_of(exchanges[i].type)->is_answer, is_inner = strstr(ending, "inner") != NULL;
	struct osci_read_options o = { .keys = ring, .certs = certs, .answers = answers, .max_size = FILE_MAX };
	struct h_intake *h = h_intake_new(true);
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct osci_message m;
	enum osci_code code;
	struct src *all, *in;
	char name[100];
	struct buf b;

	snprintf(name, sizeof(name), "passive/%s%s", exchanges[i].file, ending);
	load(name, &b);
	all = src_of_mem(b.p, b.n);
	in = h_drip(all, step);
	if (osci_read(&o, in, &h->intake, &h->room, a, &m, &code, &e) != 0)
		fail_msg("%s: %s", name, e.text);
	assert_int_equal(m.type, exchanges[i].type);
	assert_int_equal(m.was_encrypted, !is_inner);
	assert_int_equal(m.is_signed, exchanges[i].is_signed);
	assert_int_equal(m.signature_code, OSCI_NO_CODE);
	assert_int_equal(m.content_parts, exchanges[i].parts);
	assert_int_equal(m.attachment_count, exchanges[i].attachments);
	assert_int_equal(osci_order_check(osci_order_of(m.type), &m.control), OSCI_NO_CODE);
	if (answers)
		assert_string_equal(m.feedback[m.feedback_count - 1].code, exchanges[i].last);
	else
		assert_non_null(osci_message_cert(&m, OSCI_INTERMEDIARY, true));
	if (m.type == OSCI_ACCEPT_DELIVERY)
		assert_true(m.cards[0].forwarded > 0 && strncmp(m.message_id, "fake-", 5) == 0);
	osci_message_fini(&m);
	src_close(in);
	src_close(all);
	h_intake_free(h);
	arena_free(a);
	buf_fini(&b);
}

static void every_exchange_is_understood_on_both_sides(void **state)
{
	(void)state;
	need_shared("vectors/osci/index.json");
	for (size_t i = 0; i < ARRAY_LEN(exchanges); i++) {
		check(i, ".bin", SIZE_MAX);
		check(i, ".inner.bin", SIZE_MAX);
		check(i, ".inner.bin", 1);
		check(i, ".bin", 7);
	}
}

/* An answer must not be cut: what is left out could be "refused". */
static void every_shortened_answer_is_refused(void **state)
{
	struct buf b;

	(void)state;
	need_shared("vectors/osci/index.json");
	load("passive/mediate.answer.inner.bin", &b);
	for (size_t n = 0; n + 5 < b.n; n += 1 + n / 40) {
		struct osci_read_options o = { .keys = ring, .certs = certs, .answers = true, .max_size = FILE_MAX };
		struct h_intake *h = h_intake_new(false);
		struct arena *a = arena_new();
		struct src *in = src_of_mem(b.p, n);
		struct err e = ERR_INIT;
		struct osci_message m;
		enum osci_code code;

		assert_int_not_equal(osci_read(&o, in, &h->intake, &h->room, a, &m, &code, &e), 0);
		src_close(in);
		h_intake_free(h);
		arena_free(a);
	}
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_exchange_is_understood_on_both_sides),
		cmocka_unit_test(every_shortened_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
