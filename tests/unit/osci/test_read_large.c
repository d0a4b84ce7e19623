/* SPDX-License-Identifier: EUPL-1.2 */
/* Memory does not grow with the message: a large body and a large attachment, plain and encrypted. */
#include "cm.h"

#include <sys/resource.h>

#include "base/b64.h"
#include "base/file.h"
#include "base/mem.h"
#include "h_env.h"
#include "h_sample.h"
#include "osci/read.h"
#include "osci/write.h"
#include "pki/h_pki.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LARGE (8u << 20)	/* the sanitizers' own memory hides ours */
#define GROWTH_MAX (400 << 10)
#else
#define LARGE (50u << 20)
#define GROWTH_MAX (8 << 10)	/* KiB */
#endif

static const char open_tags[] = "<osci:ContentPackage><osci:ContentContainer Id=\"cc\"><osci:Content>"
				"<osci:Base64Content Id=\"c\">";
static const char close_tags[] = "</osci:Base64Content></osci:Content></osci:ContentContainer></osci:ContentPackage>";

static struct h_noise noise = { LARGE / 4 * 3, 3 }, attachment = { LARGE, 4 };

/* tags, base64 of noise, tags */
struct package {
	struct src base;
	struct src *parts[3], *raw, *all;
};

static int package_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	return src_read(((struct package *)s)->all, data, cap, got, e);
}

static void package_close(struct src *s)
{
	struct package *p = (struct package *)s;

	src_close(p->all);
	for (int i = 0; i < 3; i++)
		src_close(p->parts[i]);
	src_close(p->raw);
	free(p);
}

static int open_package(void *ctx, struct src **out, struct err *e)
{
	struct package *p = mem_new(sizeof(*p));

	p->base = (struct src){ package_read, package_close };
	p->parts[0] = src_of_mem(open_tags, sizeof(open_tags) - 1);
	assert_int_equal(h_open_noise(ctx, &p->raw, e), 0);
	p->parts[1] = src_b64_encode(p->raw);
	p->parts[2] = src_of_mem(close_tags, sizeof(close_tags) - 1);
	p->all = src_concat(p->parts, 3);
	*out = &p->base;
	return 0;
}

static long peak_kib(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_maxrss;
}

static void write_large(const struct osci_write_options *o, struct pki_cert *to, int fd)
{
	struct arena *a = arena_new();
	struct osci_attachment at = { "gross.bin", "application/octet-stream", LARGE, h_open_noise, &attachment };
	struct osci_message m;
	struct err e = ERR_INIT;
	struct sink *s = sink_to_fd(dup(fd));

	h_message(a, OSCI_STORE_DELIVERY, &m);
	h_add_cert(a, &m, OSCI_ADDRESSEE, true, to);
	m.content_size = sizeof(open_tags) - 1 + B64_LEN((uint64_t)LARGE / 4 * 3) + sizeof(close_tags) - 1;
	m.open_content = open_package;
	m.content_ctx = &noise;
	m.attachments = &at;
	m.attachment_count = 1;
	assert_ok(osci_write(o, &m, s, &e), e);
	sink_close(s);
	arena_free(a);
}

static void check(bool encrypted)
{
	struct pki_key *sign = h_long_key(PKI_USE_SIGNATURE, 0), *cipher = h_long_key(PKI_USE_CIPHER, 1);
	struct pki_keyring *ring = pki_keyring_new();
	struct osci_write_options wo = { .sign = sign, .encrypt_for = encrypted ? cipher->cert : NULL };
	struct osci_read_options ro = { .keys = ring, .max_size = UINT64_C(4) * LARGE };
	struct h_intake *in = h_intake_new(false);
	struct arena *a = arena_new();
	struct osci_message m;
	struct err e = ERR_INIT;
	struct src *from;
	off_t size;
	long before;
	int fd;
	enum osci_code code;

	pki_keyring_add(ring, cipher);
	assert_ok(file_temp("/tmp", &fd, &e), e);
	before = peak_kib();
	write_large(&wo, cipher->cert, fd);
	size = lseek(fd, 0, SEEK_END);
	assert_true(size > 2 * (off_t)LARGE);
	from = src_of_fd_range(fd, 0, (uint64_t)size);
	assert_ok(osci_read(&ro, from, &in->intake, &in->room, a, &m, &code, &e), e);
	assert_true(m.is_signed);
	assert_null(m.signature_code);
	assert_int_equal(h_intake_part(in, "attachment", 0)->size, LARGE);
	assert_true(h_intake_part(in, "body", 0)->size > LARGE);
	if (peak_kib() - before > GROWTH_MAX)
		fail_msg("%ld KiB more for %lld bytes", peak_kib() - before, (long long)size);
	src_close(from);
	close(fd);
	osci_message_fini(&m);
	h_intake_free(in);
	arena_free(a);
	pki_keyring_free(ring);
	pki_key_free(sign);
}

static void a_large_plain_message_needs_no_memory(void **state)
{
	(void)state;
	check(false);
}

static void a_large_encrypted_message_needs_no_memory(void **state)
{
	(void)state;
	check(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_plain_message_needs_no_memory),
		cmocka_unit_test(a_large_encrypted_message_needs_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
