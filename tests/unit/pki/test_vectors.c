/* SPDX-License-Identifier: EUPL-1.2 */
/* The captured OSCI messages: every valid one verifies and decrypts byte-equal, every broken one is refused as said. */
#include "cm.h"

#include <glob.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "h_osci.h"
#include "h_pki.h"

#define VECTORS "../shared/vectors/osci"

static struct pki_keyring *kr;
static struct pki_policy all;

static int set_up(void **state)
{
	static const char *const names[] = { "intermed-cipher", "addr1-cipher", "orig1-cipher" };

	(void)state;
	kr = pki_keyring_new();
	for (size_t i = 0; i < ARRAY_LEN(names) && access(VECTORS, R_OK) == 0; i++) {
		struct pki_key *k = h_vector_key(PKI_USE_CIPHER, names[i]);
		if (k != NULL)
			pki_keyring_add(kr, k);
	}
	all = PKI_POLICY_DEFAULT;
	all.legacy_cbc = all.legacy_rsa15 = PKI_LEGACY_ALWAYS;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_keyring_free(kr);
	return 0;
}

struct outcome {
	const char *code;	/* NULL: good */
	bool is_signed;
	char signer[64];	/* CN */
	char text[400];
};

static void read_file(const char *name, struct buf *b)
{
	char path[300];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), VECTORS "/%s", name);
	buf_init(b, 1u << 24);
	assert_ok(file_read(path, b, &e), e);
}

/* Opens and verifies one message; plain gets the decrypted entity. */
static struct outcome run(const char *name, struct buf *plain)
{
	struct outcome o = { 0 };
	struct arena *a = arena_new();
	struct pki_cert *signer = NULL;
	struct err e = ERR_INIT;
	struct buf in;

	read_file(name, &in);
	buf_init(plain, 1u << 24);
	if (h_osci_open(buf_view(&in), kr, &all, a, plain, &o.code, &e) == 0 &&
	    h_osci_verify(buf_view(plain), &all, a, &o.is_signed, &signer, &o.code, &e) == 0 && signer != NULL)
		snprintf(o.signer, sizeof(o.signer), "%s", signer->subject);
	snprintf(o.text, sizeof(o.text), "%s", e.text);
	pki_cert_free(signer);
	arena_free(a);
	buf_fini(&in);
	return o;
}

static json_t *read_index(void)
{
	json_t *index = NULL;
	struct err e = ERR_INIT;

	assert_ok(json_read_file(VECTORS "/index.json", 1u << 22, &index, &e), e);
	return index;
}

static void check_good(const json_t *row)
{
	const char *name = json_string_value(json_object_get(row, "file"));
	const char *inner = json_string_value(json_object_get(row, "inner"));
	const char *signer = json_string_value(json_object_get(row, "signer"));
	struct buf plain;
	struct outcome o = run(name, &plain);
	char want[80];

	if (o.code != NULL)
		fail_msg("%s: %s %s", name, o.code, o.text);
	assert_int_equal(o.is_signed, signer != NULL);
	if (signer != NULL) {
		snprintf(want, sizeof(want), "CN=%s,", signer);
		if (strncmp(o.signer, want, strlen(want)) != 0)
			fail_msg("%s: signed by %s, not %s", name, o.signer, signer);
	}
	if (inner != NULL) {
		struct buf expect;
		read_file(inner, &expect);
		if (expect.n != plain.n || memcmp(expect.p, plain.p, plain.n) != 0)
			fail_msg("%s: plaintext differs", name);
		buf_fini(&expect);
	}
	buf_fini(&plain);
}

static void every_valid_message_verifies_and_decrypts_byte_equal(void **state)
{
	size_t i, checked = 0;
	json_t *row;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_t *index = read_index();
	json_array_foreach(index, i, row) {
		const char *name = json_string_value(json_object_get(row, "file"));
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		if (strncmp(name, "broken/", 7) == 0)
			continue;
		assert_true(strcmp(verdict, "VALID") == 0 || strcmp(verdict, "no signature") == 0);
		check_good(row);
		checked++;
	}
	json_decref(index);
	assert_true(checked >= 50);
}

static void every_broken_message_is_refused_with_its_verdict(void **state)
{
	size_t i, checked = 0;
	char uniform[400] = "";
	json_t *row;

	(void)state;
	need_shared("vectors/osci/index.json");
	json_t *index = read_index();
	json_array_foreach(index, i, row) {
		const char *name = json_string_value(json_object_get(row, "file"));
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		struct buf plain;
		if (strncmp(name, "broken/", 7) != 0)
			continue;
		struct outcome o = run(name, &plain);
		/* That padding means nothing is seen by what comes out of it: osci/read.c makes 9202 of that. */
		if (strcmp(name, "broken/cbc-bad-padding.bin") == 0 && o.code != NULL) {
			buf_fini(&plain);
			checked++;
			continue;
		}
		if (o.code == NULL || strstr(verdict, o.code) == NULL)
			fail_msg("%s: %s (%s), expected %s", name, o.code != NULL ? o.code : "accepted", o.text, verdict);
		if (strncmp(verdict, "SOAP fault 9202", 15) == 0) {
			if (uniform[0] == '\0')
				snprintf(uniform, sizeof(uniform), "%s", o.text);
			assert_string_equal(uniform, o.text);
		}
		buf_fini(&plain);
		checked++;
	}
	json_decref(index);
	assert_int_equal(checked, 24);
}

static void passive_requests_and_answers_verify(void **state)
{
	glob_t files;
	size_t signed_n = 0;

	(void)state;
	need_shared("vectors/osci/passive");
	assert_int_equal(glob(VECTORS "/passive/*.request.bin", 0, NULL, &files), 0);
	glob(VECTORS "/passive/*.answer.bin", GLOB_APPEND, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf plain;
		struct outcome o = run(files.gl_pathv[i] + strlen(VECTORS) + 1, &plain);
		if (o.code != NULL)
			fail_msg("%s: %s %s", files.gl_pathv[i], o.code, o.text);
		signed_n += o.is_signed;
		buf_fini(&plain);
	}
	assert_true(files.gl_pathc >= 10);
	assert_int_equal(signed_n, files.gl_pathc - 1);
	globfree(&files);
}

static void the_policy_decides_on_legacy_encryption(void **state)
{
	static const struct {
		const char *file;
		bool cbc, rsa15;
		bool ok;
	} rows[] = {
		{ "good/getMessageId-cbc256.bin", false, false, false },
		{ "good/getMessageId-cbc256.bin", false, true, false },
		{ "good/getMessageId-cbc256.bin", true, false, true },
		{ "good/getMessageId-rsa15.bin", false, false, false },
		{ "good/getMessageId-rsa15.bin", true, false, false },
		{ "good/getMessageId-rsa15.bin", false, true, true },
		{ "good/getMessageId-gcm256.bin", false, false, true },
	};

	(void)state;
	need_shared("vectors/osci/good");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pki_policy policy = PKI_POLICY_DEFAULT;
		struct arena *a = arena_new();
		struct err e = ERR_INIT;
		const char *code;
		struct buf in, plain;
		policy.legacy_cbc = rows[i].cbc ? PKI_LEGACY_ALWAYS : 0;
		policy.legacy_rsa15 = rows[i].rsa15 ? PKI_LEGACY_ALWAYS : 0;
		read_file(rows[i].file, &in);
		buf_init(&plain, 1u << 24);
		int rc = h_osci_open(buf_view(&in), kr, &policy, a, &plain, &code, &e);
		assert_int_equal(rc, rows[i].ok ? 0 : ERR_DENIED);
		buf_fini(&in);
		buf_fini(&plain);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_valid_message_verifies_and_decrypts_byte_equal),
		cmocka_unit_test(every_broken_message_is_refused_with_its_verdict),
		cmocka_unit_test(passive_requests_and_answers_verify),
		cmocka_unit_test(the_policy_decides_on_legacy_encryption),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
