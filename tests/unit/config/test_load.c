/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of config/load. */
#include "cm.h"
#include "h_conf.h"

#include "base/file.h"
#include "base/mem.h"

static void an_xta_server_needs_little(void **state)
{
	struct conf *c = h_load(H_TOP H_TRUST H_XTA);

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_true(c->intermediary == NULL && c->form == NULL && c->xta != NULL);
	assert_string_equal(c->xta->send_path, "/services/XTAService/SendXtaPort");
	assert_true(c->xta->lenient && c->xta->public_url == NULL && c->xta->client_crls.n == 0);
	assert_int_equal(c->xta->max_message_size, 41943040);
	assert_int_equal(c->xta->accounts.n, 1);
	assert_int_equal(c->xta->accounts.item[0].identifiers.n, 1);
	assert_string_equal(c->xta->accounts.item[0].identifiers.item[0].value, "ags:1");
	assert_string_equal(c->xta->accounts.item[0].identifiers.item[0].type, "xoev");
	assert_null(c->xta->accounts.item[0].identifiers.item[0].category);
	assert_true(c->xta->accounts.item[0].send && c->xta->accounts.item[0].receive);
	assert_false(c->xta->accounts.item[0].test || c->xta->accounts.item[0].locked);
	conf_free(c);
}

static void an_account_has_several_certificates_and_identifiers(void **state)
{
	struct conf *c = h_load(H_TOP H_TRUST H_XTA
				"    - name: B\n      certificates: [cert.pem, root.pem]\n      fingerprints: [\""
				"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\"]\n"
				"      identifiers:\n        - { value: x, type: XTA_ID, name: X, category: Y }\n        - \"ags:2\"\n"
				"      send: false\n      test: true\n      locked: true\n");
	const struct conf_account *b;

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	b = &c->xta->accounts.item[1];
	assert_int_equal(b->certificates.n, 2);
	assert_int_equal(b->fingerprints.n, 1);
	assert_int_equal(b->identifiers.n, 2);
	assert_string_equal(b->identifiers.item[0].type, "XTA_ID");
	assert_string_equal(b->identifiers.item[0].category, "Y");
	assert_string_equal(b->identifiers.item[1].type, "xoev");
	assert_true(!b->send && b->receive && b->test && b->locked);
	assert_int_equal(conf_line_of(c, "xta.accounts[2]"), 12);
	conf_free(c);
}

static void what_is_not_said_has_its_default(void **state)
{
	struct conf *c = h_load(H_ALL);

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_string_equal(c->data_dir, "./spool");
	assert_string_equal(c->master_key_file, "./master.key");
	assert_string_equal(c->control_socket, "/run/depesche/control.sock");
	assert_int_equal(c->disk_reserve, 256 << 20);
	assert_string_equal(c->log_level, "info");
	assert_string_equal(c->log_format, "text");
	assert_int_equal(c->http_workers, 32);
	assert_int_equal(c->http_connections, 4096);
	assert_true(c->trust.crl_required);
	assert_int_equal(c->trust.crl_max_age, 24 * 3600 * 1000);
	assert_int_equal(c->trust.intermediates.n, 0);
	assert_int_equal(c->policy.minimum_rsa_bits, 3000);
	assert_int_equal(c->policy.legacy_cbc | c->policy.legacy_rsa15 | c->policy.legacy_sha1 | c->policy.legacy_oaep_sha1, 0);
	assert_string_equal(c->intermediary->path, "/osci");
	assert_null(c->intermediary->tls);
	assert_null(c->intermediary->next_cipher_key);
	assert_false(c->intermediary->accept_plain_transport || c->intermediary->accept_unsigned_orders ||
		     c->intermediary->accept_incomplete_checks);
	assert_int_equal(c->intermediary->max_message_size, 1 << 30);
	assert_int_equal(c->intermediary->mailbox_retention, 7 * 86400 * 1000LL);
	assert_int_equal(c->intermediary->dialog_idle, 600000);
	assert_int_equal(c->intermediary->dialogs_max, 10000);
	assert_null(c->form->tls);
	assert_int_equal(c->form->definitions.n, 1);
	assert_string_equal(c->form->definitions.item[0].file, "./form.json");
	assert_int_equal(c->form->definitions.item[0].services.n, 0);
	assert_null(c->form->definitions.item[0].recipients);
	assert_false(c->directory->allow_local_addresses);
	assert_int_equal(c->form->upload_count, 10);
	assert_int_equal(c->form->upload_size, 20 << 20);
	assert_int_equal(c->form->draft_timeout, 7 * 86400 * 1000LL);
	assert_int_equal(c->form->requests_per_minute, 120);
	assert_true(c->form->sender_key == NULL && c->form->imprint_url == NULL && c->form->privacy_url == NULL &&
		    c->form->client_header == NULL);
	assert_int_equal(c->form->frame_ancestors.n, 0);
	assert_false(c->form->test_messages);
	assert_string_equal(c->directory->entry_path, "extern/standaloneauth/directory");
	assert_string_equal(c->directory->token_path, "extern/standaloneauth/token");
	assert_int_equal(c->directory->fresh_for, 600000);
	assert_int_equal(c->directory->usable_for, 86400 * 1000LL);
	assert_int_equal(c->directory->negative_for, 300000);
	assert_int_equal(c->directory->timeout, 10000);
	assert_int_equal(c->delivery->workers, 8);
	assert_int_equal(c->delivery->window, 2);
	assert_int_equal(c->delivery->retry_first, 30000);
	assert_int_equal(c->delivery->retry_most, 1800000);
	assert_int_equal(c->delivery->retry_slow_first, 900000);
	assert_int_equal(c->delivery->retry_slow_most, 21600000);
	assert_int_equal(c->delivery->lease, 60000);
	assert_int_equal(c->delivery->attempt_timeout, 180000);
	assert_int_equal(c->delivery->grace, 7 * 86400 * 1000LL);
	assert_int_equal(c->delivery->follow_after, 60000);
	assert_int_equal(c->delivery->collect_within, 3 * 86400 * 1000LL);
	assert_int_equal(c->delivery->follow_for, 30 * 86400 * 1000LL);
	assert_true(c->delivery->sign_orders && c->delivery->require_signed_answers);
	conf_free(c);
}

static const char everything[] =
	"data_dir: /srv/spool\nmaster_key_file: master.key\ncontrol_socket: control.sock\ndisk_reserve: 1 GiB\n"
	"log: { level: debug, format: json }\nhttp: { workers: 64, connections: 100, client_requests: 5, client_connections: 50, trusted_proxies: [127.0.0.1, 10.0.0.0/8] }\n"
	"trust:\n  anchors: [root.pem, cert.pem]\n  intermediates: [cert.pem]\n  crls: [crl.pem, crl]\n"
	"  crl_required: false\n  crl_max_age: 2 days\n"
	"policy: { minimum_rsa_bits: 2048, legacy_rsa15: 2027-06-30, legacy_oaep_sha1: 2027-01-01, legacy_sha1: 2026-12-31, legacy_cbc: 1970-01-02 }\n"
	"intermediary:\n  listen: \"[::1]:8443\"\n  path: /a/b\n  tls: " H_PEM "\n"
	"  cipher_key: { pkcs12: key.p12, password_file: password }\n  signature_key: " H_PEM "\n"
	"  next_cipher_key: " H_PEM "\n  accept_plain_transport: true\n  accept_unsigned_orders: true\n"
	"  client_header: X-Forwarded-For\n  accept_incomplete_checks: true\n  max_message_size: 64 KiB\n  mailbox_retention: 0\n  dialog_idle: 90s\n"
	"  dialogs_max: 5\n"
	"form:\n  listen: 0.0.0.0:80\n  public_url: https://127.0.0.1:80\n  tls: " H_PEM "\n  definitions:\n"
	"    - { file: form.json, services: [urn:c, urn:d], recipients: towns.json }\n    - towns.json\n  recipients: towns.json\n  sender_name: 'Stadt: X'\n  upload_count: 3\n"
	"  upload_size: 200MiB\n  draft_timeout: 48 hours\n  requests_per_minute: 1000000\n"
	"  sender_key: psw:01003110\n  imprint_url: https://stadt.example/impressum?a=b\n"
	"  privacy_url: http://stadt.example/datenschutz\n  client_header: X-Real-IP\n"
	"  frame_ancestors: [https://a.example, \"http://b.example:8080/\"]\n  test_messages: true\n"
	"directory:\n  servers: [\"https://a.example/\"]\n  entry_path: e\n  token_path: t\n  client_key: " H_PEM "\n"
	"  ca_file: root.pem\n  services: [urn:a, urn:b, 'urn:c d']\n  fresh_for: 1s\n  usable_for: 1 min\n"
	"  negative_for: 0s\n  timeout: 100ms\n  allow_local_addresses: true\n"
	"delivery:\n  author_key: " H_PEM "\n  signature_key: " H_PEM "\n  cipher_key: " H_PEM "\n  workers: 1\n"
	"  window: 64\n  retry_first: 1s\n  retry_most: 1 second\n  retry_slow_first: 5s\n  retry_slow_most: 60 seconds\n"
	"  lease: 1 d\n  attempt_timeout: 2 h\n  grace: 1 day\n  sign_orders: false\n  require_signed_answers: false\n";

static void every_key_reaches_its_member(void **state)
{
	struct conf *c = h_load(everything);

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_string_equal(c->file, "depesche.yaml");
	assert_string_equal(c->data_dir, "/srv/spool");
	assert_string_equal(c->control_socket, "./control.sock");
	assert_int_equal(c->disk_reserve, 1 << 30);
	assert_string_equal(c->log_level, "debug");
	assert_string_equal(c->log_format, "json");
	assert_int_equal(c->http_workers, 64);
	assert_int_equal(c->http_connections, 100);
	assert_int_equal(c->http_client_requests, 5);
	assert_int_equal(c->http_client_connections, 50);
	assert_int_equal(c->http_trusted_proxies.n, 2);
	assert_string_equal(c->http_trusted_proxies.item[1], "10.0.0.0/8");
	assert_int_equal(c->trust.anchors.n, 2);
	assert_string_equal(c->trust.anchors.item[1], "./cert.pem");
	assert_null(c->trust.anchors.item[2]);
	assert_int_equal(c->trust.intermediates.n, 1);
	assert_string_equal(c->trust.crls.item[1], "./crl");
	assert_false(c->trust.crl_required);
	assert_int_equal(c->trust.crl_max_age, 2 * 86400 * 1000);
	assert_int_equal(c->policy.minimum_rsa_bits, 2048);
	assert_int_equal(c->policy.legacy_rsa15, 1814399999999);	/* the end of that day */
	assert_int_equal(c->policy.legacy_oaep_sha1, 1798847999999);
	assert_int_equal(c->policy.legacy_sha1, 1798761599999);
	assert_int_equal(c->policy.legacy_cbc, 2 * 86400 * 1000 - 1);
	assert_string_equal(c->intermediary->listen.address, "[::1]");
	assert_int_equal(c->intermediary->listen.port, 8443);
	assert_string_equal(c->intermediary->path, "/a/b");
	assert_string_equal(c->intermediary->client_header, "X-Forwarded-For");
	assert_string_equal(c->intermediary->tls->key, "./key.pem");
	assert_string_equal(c->intermediary->tls->certificate, "./cert.pem");
	assert_string_equal(c->intermediary->cipher_key.pkcs12, "./key.p12");
	assert_string_equal(c->intermediary->cipher_key.password_file, "./password");
	assert_null(c->intermediary->cipher_key.key);
	assert_string_equal(c->intermediary->signature_key.key, "./key.pem");
	assert_string_equal(c->intermediary->next_cipher_key->certificate, "./cert.pem");
	assert_true(c->intermediary->accept_plain_transport && c->intermediary->accept_unsigned_orders &&
		    c->intermediary->accept_incomplete_checks);
	assert_int_equal(c->intermediary->max_message_size, 65536);
	assert_int_equal(c->intermediary->mailbox_retention, 0);
	assert_int_equal(c->intermediary->dialog_idle, 90000);
	assert_int_equal(c->intermediary->dialogs_max, 5);
	assert_string_equal(c->form->listen.address, "0.0.0.0");
	assert_string_equal(c->form->public_url, "https://127.0.0.1:80");
	assert_non_null(c->form->tls);
	assert_int_equal(c->form->definitions.n, 2);
	assert_string_equal(c->form->definitions.item[0].file, "./form.json");
	assert_int_equal(c->form->definitions.item[0].services.n, 2);
	assert_string_equal(c->form->definitions.item[0].services.item[1], "urn:d");
	assert_string_equal(c->form->definitions.item[0].recipients, "./towns.json");
	assert_string_equal(c->form->definitions.item[1].file, "./towns.json");
	assert_int_equal(c->form->definitions.item[1].services.n, 0);
	assert_true(c->directory->allow_local_addresses);
	assert_string_equal(c->form->recipients, "./towns.json");
	assert_string_equal(c->form->sender_name, "Stadt: X");
	assert_int_equal(c->form->upload_count, 3);
	assert_int_equal(c->form->upload_size, 200 << 20);
	assert_int_equal(c->form->draft_timeout, 2 * 86400 * 1000);
	assert_int_equal(c->form->requests_per_minute, 1000000);
	assert_string_equal(c->form->sender_key, "psw:01003110");
	assert_string_equal(c->form->imprint_url, "https://stadt.example/impressum?a=b");
	assert_string_equal(c->form->privacy_url, "http://stadt.example/datenschutz");
	assert_string_equal(c->form->client_header, "X-Real-IP");
	assert_int_equal(c->form->frame_ancestors.n, 2);
	assert_string_equal(c->form->frame_ancestors.item[1], "http://b.example:8080/");
	assert_true(c->form->test_messages);
	assert_string_equal(c->directory->servers.item[0], "https://a.example/");
	assert_string_equal(c->directory->entry_path, "e");
	assert_string_equal(c->directory->token_path, "t");
	assert_string_equal(c->directory->client_key.key, "./key.pem");
	assert_string_equal(c->directory->ca_file, "./root.pem");
	assert_null(c->delivery->ca_file);	/* the directory's */
	assert_int_equal(c->directory->services.n, 3);
	assert_string_equal(c->directory->services.item[2], "urn:c d");
	assert_int_equal(c->directory->fresh_for, 1000);
	assert_int_equal(c->directory->usable_for, 60000);
	assert_int_equal(c->directory->negative_for, 0);
	assert_int_equal(c->directory->timeout, 100);
	assert_int_equal(c->delivery->workers, 1);
	assert_int_equal(c->delivery->window, 64);
	assert_int_equal(c->delivery->retry_first, 1000);
	assert_int_equal(c->delivery->retry_most, 1000);
	assert_int_equal(c->delivery->retry_slow_first, 5000);
	assert_int_equal(c->delivery->retry_slow_most, 60000);
	assert_int_equal(c->delivery->lease, 86400000);
	assert_int_equal(c->delivery->attempt_timeout, 7200000);
	assert_int_equal(c->delivery->grace, 86400000);
	assert_false(c->delivery->sign_orders || c->delivery->require_signed_answers);
	conf_free(c);
}

static void a_section_that_is_absent_switches_its_role_off(void **state)
{
	struct conf *c = h_load(H_TOP H_TRUST H_INTERMEDIARY);

	(void)state;
	assert_non_null(c);
	assert_non_null(c->intermediary);
	assert_null(c->form);
	assert_null(c->directory);
	assert_null(c->delivery);
	conf_free(c);
}

static void names_are_relative_to_the_folder_of_the_file(void **state)
{
	static const char text[] = "data_dir: spool\nmaster_key_file: ../master.key\ntrust:\n  anchors: [root.pem]\n"
				   "  crl_required: false\nintermediary:\n  listen: 127.0.0.1:0\n"
				   "  cipher_key: { key: ../key.pem, certificate: ../cert.pem }\n"
				   "  signature_key: { key: ../key.pem, certificate: ../cert.pem }\n";
	struct err e = ERR_INIT;
	struct conf *c;

	(void)state;
	assert_ok(dir_make("etc", 0755, &e), e);
	assert_ok(file_write("etc/root.pem", "x", 1, 0644, &e), e);
	assert_ok(file_write("etc/d.yaml", text, sizeof(text) - 1, 0644, &e), e);
	buf_reset(&h_problems);
	if (conf_load("etc/d.yaml", &c, &h_problems, &e) != 0)
		fail_msg("%s", buf_str(&h_problems));
	assert_string_equal(c->data_dir, "etc/spool");
	assert_string_equal(c->trust.anchors.item[0], "etc/root.pem");
	conf_free(c);
}

static void each_form_may_have_services_and_recipients_of_its_own(void **state)
{
	/* Then those of all forms may be missing. */
	static const char own[] = H_TOP H_TRUST
		"form:\n  listen: 127.0.0.1:0\n  public_url: https://a.example/\n  sender_name: X\n  definitions:\n"
		"    - file: form.json\n      services: [urn:a]\n      recipients: towns.json\n"
		"    - { file: cert.pem, services: [urn:b], recipients: form.json }\n"
		"directory:\n  servers: [https://one.example/]\n  client_key: " H_PEM "\n  ca_file: root.pem\n" H_DELIVERY;
	struct conf *c = h_load(own);
	struct buf out;

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_null(c->form->recipients);
	assert_string_equal(c->form->definitions.item[1].file, "./cert.pem");
	assert_string_equal(c->form->definitions.item[1].services.item[0], "urn:b");
	assert_string_equal(c->form->definitions.item[1].recipients, "./form.json");
	assert_int_equal(conf_line_of(c, "form.definitions"), 11);
	assert_int_equal(conf_line_of(c, "form.definitions[1]"), 11);
	assert_int_equal(conf_line_of(c, "form.definitions[2]"), 14);
	assert_int_equal(conf_line_of(c, "form.definitions[3]"), 0);
	buf_init(&out, 1 << 16);
	conf_print(c, &out);
	assert_non_null(strstr(buf_str(&out), "form.definitions[1].services "));
	assert_non_null(strstr(buf_str(&out), "= [urn:b] "));
	buf_fini(&out);
	conf_free(c);
	/* An entry of a block list without a key: its line is its own. */
	c = h_load(H_TOP H_TRUST H_DIRECTORY H_DELIVERY "form:\n  listen: 127.0.0.1:0\n  public_url: https://a.example/\n"
		   "  sender_name: X\n  recipients: towns.json\n  definitions:\n    - form.json\n    - cert.pem\n");
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_int_equal(conf_line_of(c, "form.definitions[2]"), 22);
	conf_free(c);
}

static void a_byte_order_mark_is_passed_over(void **state)
{
	struct conf *c = h_load("\xef\xbb\xbf" H_TOP H_TRUST H_INTERMEDIARY);

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	conf_free(c);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	struct err e = ERR_INIT;
	struct conf *c;

	(void)state;
	buf_reset(&h_problems);
	assert_int_equal(conf_load("nowhere.yaml", &c, &h_problems, &e), ERR_CONFIG);
	assert_non_null(strstr(buf_str(&h_problems), "nowhere.yaml"));
	assert_int_equal(conf_load(".", &c, &h_problems, &e), ERR_CONFIG);
}

static void the_effective_values_are_printed_with_their_origin(void **state)
{
	struct conf *c = h_load(H_TOP "log: { level: warn }\n" H_TRUST H_INTERMEDIARY);
	struct buf out;
	const char *text;

	(void)state;
	assert_non_null(c);
	buf_init(&out, 1 << 16);
	conf_print(c, &out);
	text = buf_str(&out);
	assert_non_null(strstr(text, "data_dir "));
	assert_non_null(strstr(text, "depesche.yaml:1\n"));
	assert_non_null(strstr(text, "= warn                                     depesche.yaml:3\n"));
	assert_non_null(strstr(text, "= [./root.pem]                             depesche.yaml:5\n"));
	assert_non_null(strstr(text, "= 1 GiB                                    default\n"));
	assert_non_null(strstr(text, "intermediary.cipher_key.key "));
	assert_null(strstr(text, "delivery."));
	assert_int_equal(conf_line_of(c, "log.level"), 3);
	assert_int_equal(conf_line_of(c, "trust"), 5);
	assert_int_equal(conf_line_of(c, "intermediary.max_message_size"), 0);	/* the default */
	assert_int_equal(conf_line_of(c, "log.lev"), 0);
	buf_fini(&out);
	conf_free(c);
}

static void all_problems_are_listed_at_once_up_to_fifty(void **state)
{
	char text[4000] = "";

	(void)state;
	assert_null(h_load("data_dir:\nlog: { level: loud }\nhttp: { workers: 0 }\ntrust: { anchors: [] }\n"));
	assert_string_equal(buf_str(&h_problems),
			    "depesche.yaml:1: data_dir: no value, expected a path\n"
			    "depesche.yaml:1: master_key_file: missing, expected a file that only its owner can read\n"
			    "depesche.yaml:2: log.level: \"loud\", expected one of error, warn, info, debug\n"
			    "depesche.yaml:3: http.workers: \"0\", expected a number from 1 to 1024\n"
			    "depesche.yaml:4: trust.anchors: an empty list, expected a list of files such as "
			    "[one.pem, two.pem]\n");
	for (int i = 0; i < 80; i++)
		(void)sprintf(text + strlen(text), "wrong_key_%d: 1\n", i);
	assert_null(h_load(text));
	assert_null(strstr(buf_str(&h_problems), "wrong_key_60"));
	assert_non_null(strstr(buf_str(&h_problems), "wrong_key_49"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test(an_xta_server_needs_little),
		cmocka_unit_test(an_account_has_several_certificates_and_identifiers),
		cmocka_unit_test(every_key_reaches_its_member),
		cmocka_unit_test(a_section_that_is_absent_switches_its_role_off),
		cmocka_unit_test(names_are_relative_to_the_folder_of_the_file),
		cmocka_unit_test(each_form_may_have_services_and_recipients_of_its_own),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
		cmocka_unit_test(the_effective_values_are_printed_with_their_origin),
		cmocka_unit_test(all_problems_are_listed_at_once_up_to_fifty),
	};
	return cmocka_run_group_tests_name("config/load", tests, h_conf_setup, h_conf_teardown);
}
