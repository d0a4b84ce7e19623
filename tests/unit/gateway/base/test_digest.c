/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/digest. */
#include "base/digest.h"

#include "base/mem.h"
#include "cm.h"

/* FIPS 180-4 and FIPS 202: digests of "abc". */
static const struct {
	enum digest_alg alg;
	const char *hex;
} table[] = {
	{ DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ DIGEST_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
	{ DIGEST_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ DIGEST_SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
	{ DIGEST_SHA3_384, "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25" },
	{ DIGEST_SHA3_512, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
			   "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0" },
};

static void digests_are_those_of_the_standards_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		for (size_t split = 0; split <= 3; split++) {
			struct digest *d = digest_new(table[i].alg);
			uint8_t out[DIGEST_MAX];
			char hex[2 * DIGEST_MAX + 1];

			digest_add(d, "abc", split);
			digest_add(d, &"abc"[split], 3 - split);
			digest_end(d, out);
			digest_free(d);
			hex_encode(out, digest_len(table[i].alg), hex);
			assert_string_equal(hex, table[i].hex);
		}
	}
	digest_free(NULL);
}

/* RFC 4231, test case 1; its key of 20 octets is filled up with zeros, as the algorithm does. */
static void a_keyed_digest_is_that_of_the_standard(void **state)
{
	uint8_t key[SHA256_LEN] = { 0 }, out[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];

	(void)state;
	memset(key, 0x0b, 20);
	hmac_sha256(key, "Hi There", 8, out);
	hex_encode(out, sizeof(out), hex);
	assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void hex_is_read_strictly(void **state)
{
	uint8_t out[4];

	(void)state;
	assert_true(hex_decode(SPAN_LIT("00fFA5"), out, 3));
	assert_memory_equal(out, "\x00\xff\xa5", 3);
	assert_false(hex_decode(SPAN_LIT("00fFA"), out, 3));
	assert_false(hex_decode(SPAN_LIT("00fFA51"), out, 3));
	assert_false(hex_decode(SPAN_LIT("00fFAg"), out, 3));
	assert_false(hex_decode(SPAN_LIT("0x"), out, 1));
	assert_true(hex_decode(SPAN_EMPTY, out, 0));
	assert_false(hex_decode(SPAN_LIT("00"), out, SIZE_MAX / 2 + 2));
	assert_true(bytes_equal("ab", "ab", 2));
	assert_false(bytes_equal("ab", "ac", 2));
	assert_true(bytes_equal(NULL, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_the_standards_at_every_split),
		cmocka_unit_test(a_keyed_digest_is_that_of_the_standard),
		cmocka_unit_test(hex_is_read_strictly),
	};
	return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
