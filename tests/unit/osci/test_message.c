/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/message. */
#include "osci/message.h"

#include "cm.h"

static void certificate_ids_name_role_use_and_digest(void **state)
{
	struct pki_cert c = { .hex = "ab12" };
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(osci_cert_id(a, OSCI_ADDRESSEE, true, 7, &c), "addressee_cipher_ab12");
	assert_string_equal(osci_cert_id(a, OSCI_OTHER_AUTHOR, false, 2, &c), "author2_signature_ab12");
	assert_string_equal(osci_cert_id(a, OSCI_OTHER_READER, true, 1, &c), "reader1_cipher_ab12");
	assert_string_equal(osci_cert_id(a, OSCI_INTERMEDIARY, false, 0, &c), "intermed_signature_ab12");
	arena_free(a);
}

static void the_first_certificate_of_role_and_use_is_found(void **state)
{
	struct pki_cert c[3] = { { .bits = 1 }, { .bits = 2 }, { .bits = 3 } };
	struct osci_cert list[] = {
		{ .role = OSCI_ORIGINATOR, .is_cipher = true, .cert = &c[0] },
		{ .role = OSCI_OTHER_READER, .is_cipher = true, .cert = &c[1] },
		{ .role = OSCI_OTHER_READER, .is_cipher = true, .cert = &c[2] },
	};
	struct osci_message m = { .certs = list, .cert_count = 3 };

	(void)state;
	assert_ptr_equal(osci_message_cert(&m, OSCI_OTHER_READER, true), &c[1]);
	assert_ptr_equal(osci_message_cert(&m, OSCI_ORIGINATOR, true), &c[0]);
	assert_null(osci_message_cert(&m, OSCI_ORIGINATOR, false));
	assert_null(osci_message_cert(&m, OSCI_ADDRESSEE, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate_ids_name_role_use_and_digest),
		cmocka_unit_test(the_first_certificate_of_role_and_use_is_found),
	};
	return cmocka_run_group_tests_name("osci/message", tests, NULL, NULL);
}
