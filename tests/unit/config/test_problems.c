/* SPDX-License-Identifier: EUPL-1.2 */
/* Wrong files with the exact message for each. */
#include "cm.h"
#include "h_conf.h"

#include "base/mem.h"

/* "L:" stands for "depesche.yaml:" in the messages. */
static const struct {
	const char *text, *problem;
} table[] = {
	/* Not the YAML that is understood. */
	{ "a: [1\n", "L:2: not YAML: did not find expected ',' or ']', while parsing a flow sequence" },
	{ "a: b: c\n", "L:1: not YAML: mapping values are not allowed in this context" },
	{ "a: 1\n\tb: 2\n", "L:2: not YAML: found a tab character that violates indentation, while scanning a plain scalar" },
	{ "- a\n", "L:1: a list, expected keys such as data_dir: /var/lib/depesche" },
	{ "hello\n", "L:1: a value, expected keys such as data_dir: /var/lib/depesche" },
	{ "a: &x 1\n", "L:1: anchors, aliases and tags are not supported, expected plain values" },
	{ "a: 1\nb: *x\n", "L:2: anchors, aliases and tags are not supported, expected plain values" },
	{ "a: !!str 1\n", "L:1: anchors, aliases and tags are not supported, expected plain values" },
	{ "a: !x [1]\n", "L:1: anchors, aliases and tags are not supported, expected plain values" },
	{ "log:\n  level: info\n  level: warn\n", "L:3: level: twice, expected once (first in line 2)" },
	{ "data_dir: a\n\ndata_dir: b\n", "L:3: data_dir: twice, expected once (first in line 1)" },
	{ "data_dir: a\n---\ndata_dir: b\n", "L:2: a second document, expected one" },
	{ "[a]: b\n", "L:1: a list as a key, expected a word" },
	{ "a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}\n", "L:1: nested deeper than 7 levels" },
	/* Keys. */
	{ H_ALL "data_dri: x\n", "L:25: data_dri: unknown key, expected data_dir" },
	{ H_ALL "from: x\n", "L:25: from: unknown key, expected form" },
	{ H_ALL "fit_connect: x\n",
	  "L:25: fit_connect: unknown key, expected one of data_dir, master_key_file, control_socket, control_group, disk_reserve, scratch_size, log, http, trust, "
	  "policy, intermediary, xta, scanner, form, directory, delivery, monitor" },
	{ H_ALL "log: { lvl: x }\n", "L:25: log.lvl: unknown key, expected level" },
	{ H_ALL "log: { colour: x }\n", "L:25: log.colour: unknown key, expected one of level, format" },
	{ H_ALL "<<: { level: x }\n", "L:25: <<: unknown key, expected one of data_dir, master_key_file, control_socket, control_group, disk_reserve, scratch_size, log, http, trust, policy, "
	  "intermediary, xta, scanner, form, directory, delivery, monitor" },
	{ H_ALL "log: info\n", "L:25: log: a value, expected keys below it" },
	{ H_ALL "log:\n", "L:25: log: no value, expected keys below it" },
	{ H_ALL "log: [level]\n", "L:25: log: a list, expected keys below it" },
	{ "master_key_file: master.key\n" H_TRUST H_INTERMEDIARY, "L:1: data_dir: missing, expected a path" },
	{ H_TOP H_TRUST "intermediary:\n  cipher_key: " H_PEM "\n  signature_key: " H_PEM "\n",
	  "L:6: intermediary.listen: missing, expected numeric address and port such as 127.0.0.1:8080" },
	{ H_TOP H_TRUST "intermediary:\n  listen: 127.0.0.1:0\n  cipher_key: " H_PEM "\n",
	  "L:6: intermediary.signature_key: missing, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_INTERMEDIARY, "L:1: trust.anchors: missing, expected a list of files such as [one.pem, two.pem]" },
	/* Types and ranges. */
	{ H_TOP H_TRUST H_INTERMEDIARY "  path: osci\n",
	  "L:10: intermediary.path: \"osci\", expected a path that begins with /" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  path: /a*\n",
	  "L:10: intermediary.path: \"/a*\", expected a path that begins with /" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  accept_plain_transport: yes\n",
	  "L:10: intermediary.accept_plain_transport: \"yes\", expected true or false" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  accept_plain_transport: [true]\n",
	  "L:10: intermediary.accept_plain_transport: a list, expected true or false" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  accept_plain_transport: ~\n",
	  "L:10: intermediary.accept_plain_transport: no value, expected true or false" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  max_message_size: 64\n",
	  "L:10: intermediary.max_message_size: \"64\", expected a size from 64 KiB to 64 GiB" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  max_message_size: 64 MB\n",
	  "L:10: intermediary.max_message_size: \"64 MB\", expected a size from 64 KiB to 64 GiB" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  max_message_size: 1 TiB\n",
	  "L:10: intermediary.max_message_size: \"1 TiB\", expected a size from 64 KiB to 64 GiB" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  max_message_size: 99999999999999999 GiB\n",
	  "L:10: intermediary.max_message_size: \"99999999999999999 GiB\", expected a size from 64 KiB to 64 GiB" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialog_idle: 10\n",
	  "L:10: intermediary.dialog_idle: \"10\", expected a duration from 10 s to 1 d" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialog_idle: 9 s\n",
	  "L:10: intermediary.dialog_idle: \"9 s\", expected a duration from 10 s to 1 d" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialog_idle: -10 s\n",
	  "L:10: intermediary.dialog_idle: \"-10 s\", expected a duration from 10 s to 1 d" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialogs_max: 0x10\n",
	  "L:10: intermediary.dialogs_max: \"0x10\", expected a number from 1 to 1000000" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialogs_max: 1000001\n",
	  "L:10: intermediary.dialogs_max: \"1000001\", expected a number from 1 to 1000000" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  dialogs_max: 4294967297\n",
	  "L:10: intermediary.dialogs_max: \"4294967297\", expected a number from 1 to 1000000" },
	{ H_TOP H_TRUST H_INTERMEDIARY "policy: { minimum_rsa_bits: 512 }\n",
	  "L:10: policy.minimum_rsa_bits: \"512\", expected a number from 1024 to 16384" },
	{ H_TOP "trust:\n  anchors: root.pem\n" H_INTERMEDIARY,
	  "L:4: trust.anchors: a value, expected a list of files such as [one.pem, two.pem]" },
	{ H_TOP "trust:\n  anchors:\n  - root.pem\n  - { a: b }\n" H_INTERMEDIARY,
	  "L:6: trust.anchors: a group of keys, expected a list of files such as [one.pem, two.pem]" },
	{ H_TOP "trust:\n  anchors:\n  - root.pem\n  -\n" H_INTERMEDIARY,
	  "L:6: trust.anchors: no value, expected a list of files such as [one.pem, two.pem]" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  tls: key.pem\n",
	  "L:10: intermediary.tls: a value, expected key and certificate" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  tls: { key: key.pem }\n",
	  "L:10: intermediary.tls.certificate: missing, expected a file" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: { pem: key.pem }\n",
	  "L:10: intermediary.next_cipher_key.pem: unknown key, expected key" },
	{ H_TOP H_TRUST H_INTERMEDIARY "\"log\\tx\": y\n",
	  "L:10: log?x: unknown key, expected log" },
	/* Messages go to a terminal: no control characters. */
	{ H_TOP H_TRUST H_INTERMEDIARY "  path: \"a\\e[31m\\nb\"\n",
	  "L:10: intermediary.path: \"a?[31m?b\", expected a path that begins with /" },
	/* Files. */
	{ "data_dir: a\nmaster_key_file: no.key\n" H_TRUST H_INTERMEDIARY,
	  "L:2: master_key_file: ./no.key: No such file or directory, expected a file that can be read" },
	{ "data_dir: a\nmaster_key_file: crl\n" H_TRUST H_INTERMEDIARY,
	  "L:2: master_key_file: ./crl: a folder, expected a file" },
	{ "data_dir: a\nmaster_key_file: wide.key\n" H_TRUST H_INTERMEDIARY,
	  "L:2: master_key_file: ./wide.key: mode is 0644, group and others must have no access: chmod 600, expected a file "
	  "that only its owner can read" },
	{ H_TOP "trust:\n  anchors: [root.pem]\n  crls: [crl.pem, no]\n" H_INTERMEDIARY,
	  "L:5: trust.crls: ./no: No such file or directory, expected a file or folder that can be read" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: { pkcs12: no.p12, password_file: password }\n",
	  "L:10: intermediary.next_cipher_key.pkcs12: ./no.p12: No such file or directory, expected a file that can be read" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: { pkcs12: wide.p12, password_file: password }\n",
	  "L:10: intermediary.next_cipher_key.pkcs12: ./wide.p12: mode is 0644, group and others must have no access: "
	  "chmod 600, expected a file that only its owner can read" },
	/* Rules across keys. */
	{ H_TOP H_TRUST, "L:1: no role, expected a section intermediary, xta, form or delivery" },
	{ H_TOP "trust:\n  anchors: [root.pem]\n" H_INTERMEDIARY,
	  "L:3: trust.crls: missing, expected revocation lists, crl_urls, crl_points_below, or crl_required: false" },
	{ H_TOP "trust:\n  anchors: [root.pem]\n  crl_urls: [https://crl.example/a]\n" H_INTERMEDIARY,
	  "L:5: trust.crl_urls: https, expected http: revocation lists are signed" },
	{ H_TOP "trust:\n  anchors: [root.pem]\n  crl_points_below: [http://a/, https://crl.example/]\n" H_INTERMEDIARY,
	  "L:5: trust.crl_points_below: https, expected http: revocation lists are signed" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: { pkcs12: key.p12 }\n",
	  "L:10: intermediary.next_cipher_key: incomplete, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: { key: key.pem }\n",
	  "L:10: intermediary.next_cipher_key: incomplete, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_TRUST H_INTERMEDIARY "  next_cipher_key: {}\n",
	  "L:10: intermediary.next_cipher_key: incomplete, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_TRUST H_INTERMEDIARY
	  "  next_cipher_key: { pkcs12: key.p12, password_file: password, key: key.pem, certificate: cert.pem }\n",
	  "L:10: intermediary.next_cipher_key: both PKCS#12 and PEM, expected pkcs12 and password_file, or key and "
	  "certificate" },
	{ H_TOP H_TRUST H_XTA "    - { name: B, identifiers: [b] }\n",
	  "L:12: xta.accounts[2]: nobody can call, expected certificates or fingerprints" },
	{ H_TOP H_TRUST H_XTA "    - { name: B, fingerprints: [00:11], identifiers: [b] }\n",
	  "L:12: xta.accounts[2].fingerprints: \"00:11\", expected a list of SHA-256 digests, of 64 hexadecimal digits each" },
	{ H_TOP H_TRUST H_XTA "    - { name: B, certificates: [cert.pem], identifiers: [{ value: b, osci_key: { key: key.pem } }] }\n",
	  "L:12: xta.accounts[2]: a key of OSCI is incomplete, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_TRUST H_XTA "    - { name: B, certificates: [cert.pem], identifiers: [{ value: b, previous_osci_key: { key: key.pem, "
	  "certificate: cert.pem } }] }\n",
	  "L:12: xta.accounts[2]: previous_osci_key alone, expected osci_key beside it" },
	{ H_TOP H_TRUST H_XTA "    - { name: B, certificates: [cert.pem] }\n",
	  "L:12: xta.accounts[2].identifiers: missing, expected a list of values, or groups of value, type, name and category" },
	{ H_TOP H_TRUST "xta:\n  listen: 127.0.0.1:8443\n  client_ca: [root.pem]\n  accounts:\n"
	  "    - { name: A, certificates: [cert.pem], identifiers: [a] }\n",
	  "L:6: xta.tls: missing, expected key and certificate" },
	{ H_TOP H_TRUST H_XTA "  send_path: /services/XTAService/ManagementPort\n",
	  "L:12: xta.send_path: the path of another port, expected one of its own" },
	{ H_TOP H_TRUST H_XTA "  message_id_prefix: \"a:b\"\n",
	  "L:12: xta.message_id_prefix: expected at most 41 letters, digits, dots and hyphens" },
	{ H_TOP H_TRUST H_INTERMEDIARY H_XTA "  mailbox_size: 1 GiB\n",
	  "L:16: xta.mailbox_size: set beside a section intermediary, expected it there: it is one mailbox" },
	{ H_TOP H_TRUST H_XTA H_DIRECTORY H_DELIVERY "form:\n  listen: 127.0.0.1:8443\n  public_url: https://form.example/\n"
	  "  definitions: [form.json]\n  recipients: towns.json\n  sender_name: Stadt\n",
	  "L:22: form.listen: the address of xta.listen, expected another one" },
	{ H_TOP H_TRUST H_DELIVERY, "L:6: delivery: needs a recipient's address, expected a section directory" },
	{ H_TOP H_TRUST H_FORM, "L:6: form: needs somebody to send its applications, expected a section delivery" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY
	  "form:\n  listen: 127.0.0.1:8081\n  public_url: http://form.example/\n  definitions: [form.json]\n"
	  "  recipients: towns.json\n  sender_name: Stadt\n  tls: " H_PEM "\n",
	  "L:17: form.public_url: http although form.tls is set, expected https" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY "  retry_first: 1 h\n",
	  "L:15: delivery.retry_most: too short, expected at least retry_first" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY "  retry_slow_most: 1 s\n",
	  "L:15: delivery.retry_slow_most: too short, expected at least retry_slow_first" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY "  previous_cipher_key: { key: key.pem }\n",
	  "L:15: delivery.previous_cipher_key: incomplete, expected pkcs12 and password_file, or key and certificate" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY "  follow_for: 2 d\n",
	  "L:15: delivery.follow_for: too short, expected at least collect_within" },
	{ H_TOP H_TRUST H_DIRECTORY H_DELIVERY "  collect_within: 30 s\n",
	  "L:15: delivery.collect_within: too short, expected at least follow_after" },
	{ H_TOP H_TRUST H_DIRECTORY "  usable_for: 1 s\n" H_DELIVERY,
	  "L:11: directory.usable_for: too short, expected at least fresh_for" },
	{ H_TOP H_TRUST "directory:\n  servers: [https://one.example/, http://two.example/]\n  client_key: " H_PEM "\n"
	  "  ca_file: root.pem\n  services: [urn:a]\n" H_DELIVERY,
	  "L:7: directory.servers: http, expected https: everybody on the way could answer" },
};

#define H_FORM_START "form:\n  listen: 127.0.0.1:0\n  public_url: https://a.example/\n  sender_name: X\n"

static void forms_without_file_recipients_or_services_are_refused(void **state)
{
	static const struct {
		const char *rest, *problem;
	} cases[] = {
		{ "  recipients: towns.json\n  definitions: form.json\n",
		  "form.definitions: a value, expected a list of files, or groups of file, services and recipients" },
		{ "  recipients: towns.json\n  definitions: []\n", "form.definitions: an empty list, expected a list of files" },
		{ "  recipients: towns.json\n  definitions:\n", "form.definitions: no value, expected a list of files" },
		{ "  recipients: towns.json\n", "form.definitions: missing, expected a list of files" },
		{ "  recipients: towns.json\n  definitions: [[form.json]]\n",
		  "form.definitions[1]: a list, expected files, or groups of" },
		{ "  recipients: towns.json\n  definitions: [form.json]\n  links: [{title: A}]\n",
		  "form.links[1].url: missing, expected" },
		{ "  recipients: towns.json\n  definitions: [form.json]\n  links: [A]\n",
		  "form.links[1]: no url, expected title and url" },
		{ "  recipients: towns.json\n  definitions: [form.json]\n  links: [{title: A, url: 'javascript:x'}]\n",
		  "form.links[1].url: " },
		{ "  recipients: towns.json\n  definitions: [form.json, ~]\n", "form.definitions[2].file: no value, expected a file" },
		{ "  recipients: towns.json\n  definitions: [none.json]\n", "form.definitions[1].file: ./none.json: No such file" },
		{ "  recipients: towns.json\n  definitions: [{ services: [urn:a] }]\n",
		  "form.definitions[1].file: missing, expected a file" },
		{ "  recipients: towns.json\n  definitions: [{ file: form.json, service: urn:a }]\n",
		  "form.definitions[1].service: unknown key, expected services" },
		{ "  recipients: towns.json\n  definitions: [{ file: form.json, services: urn:a }]\n",
		  "form.definitions[1].services: a value, expected a list" },
		{ "  definitions: [{ file: form.json, recipients: towns.json }, cert.pem]\n",
		  "form.recipients: missing, expected a list of municipalities here or in each of form.definitions" },
	};
	char text[2000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", H_TOP H_TRUST H_DIRECTORY H_DELIVERY H_FORM_START, cases[i].rest);
		if (h_load(text) != NULL)
			fail_msg("accepted: %s", cases[i].rest);
		if (strstr(buf_str(&h_problems), cases[i].problem) == NULL)
			fail_msg("%s: %s", cases[i].rest, buf_str(&h_problems));
	}
	assert_null(h_load(H_TOP H_TRUST H_DELIVERY H_FORM_START "  recipients: towns.json\n  definitions: [form.json]\n"
			   "directory:\n  servers: [https://one.example/]\n  client_key: " H_PEM "\n  ca_file: root.pem\n"));
	assert_non_null(strstr(buf_str(&h_problems),
			       "directory.services: missing, expected services here or in each of form.definitions"));
}

/* The first problem without the name of the file; the rest of the line is cut off. */
static const char *first_problem(void)
{
	char *got = h_problems.p, *end = strchr(got, '\n');

	assert_true(end != NULL && strncmp(got, "depesche.yaml:", 14) == 0);
	*end = '\0';
	return got + 14;
}

static void each_wrong_file_is_refused_with_its_message(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *got;

		if (h_load(table[i].text) != NULL)
			fail_msg("accepted:\n%s", table[i].text);
		got = first_problem();
		if (strcmp(got, table[i].problem + 2) != 0) {
			print_error("wanted: %s\n  got:  L:%s\n", table[i].problem, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void two_listeners_need_two_addresses(void **state)
{
	(void)state;
	assert_null(h_load(H_TOP H_TRUST H_FORM H_DIRECTORY H_DELIVERY "intermediary:\n  listen: 127.0.0.1:8081\n"
			   "  cipher_key: " H_PEM "\n  signature_key: " H_PEM "\n"));
	assert_non_null(strstr(buf_str(&h_problems), "form.listen: the address of intermediary.listen"));
}

static void addresses_have_to_be_numeric_with_a_port(void **state)
{
	static const char *const bad[] = { "127.0.0.1", "localhost:80", ":80", "'127.0.0.1:'", "127.0.0.1:65536", "::1:80",
					   "'[::1]'", "127.0.0.1:x", "[1, 2]", "127.0.0.010:80", "127.1:80", "0x7f.0.0.1:80", "2130706433:80",
					   "'[127.0.0.1]:80'", "'[::1%lo]:80'", "'[::1:80'", "'::1]:80'", "'[]:80'", "'[:80'",
					   "'**:80'", "256.0.0.1:80", "'127.0.0.1 :80'" };
	static const char *const good[] = { "127.0.0.1:65535", "'[::]:0'", "'*:80'" };
	char text[1000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		(void)snprintf(text, sizeof(text), "%sintermediary:\n  listen: %s\n", H_TOP H_TRUST, bad[i]);
		assert_null(h_load(text));
		if (strstr(buf_str(&h_problems), ":7: intermediary.listen: ") == NULL)
			fail_msg("%s: %s", bad[i], buf_str(&h_problems));
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct conf *c;

		(void)snprintf(text, sizeof(text),
			       "%sintermediary:\n  listen: %s\n  cipher_key: " H_PEM "\n  signature_key: " H_PEM "\n",
			       H_TOP H_TRUST, good[i]);
		c = h_load(text);
		if (c == NULL)
			fail_msg("%s", buf_str(&h_problems));
		conf_free(c);
	}
}

/* H_FORM with one more line, which is line 12. */
static const struct {
	const char *key, *expected;
	const char *good[6], *bad[12];
} form_texts[] = {
	{ "client_header", "the name of an HTTP header such as X-Real-IP", { "X-Forwarded-For", "x_y", "a" },
	  { "X Real", "'X-Real:'", "\"X-Real\\r\\nA\"", "''", "'a,b'", "\"\u00e4\"", "'a/b'", "[a]",
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" } },
	{ "sender_key", "letters, a colon and digits such as psw:01003110", { "psw:01003110", "'ags:053150000000'", "a:1" },
	  { "psw", "'psw:'", "':1'", "'psw:1x'", "'psw:1:2'", "'p1:1'", "'psw: 1'", "psw01", "''" } },
	{ "imprint_url", "an address such as https://host.example/", { "https://a.example", "http://a.example/x?y=z;w" },
	  { "a.example", "/impressum", "javascript:alert(1)", "'ftp://a.example/'", "'https:///x'", "'https://u@a.example/'",
	    "'https://a.example/\"x'", "'https://a.example/#x'", "''" } },
	{ "privacy_url", "an address such as https://host.example/", { "https://a.example" }, { "a.example", "data:x" } },
	{ "frame_ancestors", "a list of addresses without a path such as [https://host.example]",
	  { "[]", "[https://a.example]", "['https://a.example/', 'http://[::1]:8080']" },
	  { "https://a.example", "['https://a.example/x']", "['https://a.example;script-src *']", "['https://a.example/?x']",
	    "[\"https://a.example\\nX: y\"]", "[\"'none'\"]", "['*']", "['https://a.example?;']", "['https://*.example']",
	    "['https://a.example, https://b.example']", "['']" } },
	{ "test_messages", "true or false", { "true", "false" }, { "yes", "''", "1" } },
};

static void the_texts_of_the_form_are_checked(void **state)
{
	char text[2000], problem[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(form_texts); i++) {
		for (size_t k = 0; form_texts[i].bad[k] != NULL; k++) {
			(void)snprintf(text, sizeof(text), "%s  %s: %s\n%s", H_TOP H_TRUST H_FORM, form_texts[i].key,
				       form_texts[i].bad[k], H_DIRECTORY H_DELIVERY);
			(void)snprintf(problem, sizeof(problem), ", expected %s\n", form_texts[i].expected);
			if (h_load(text) != NULL)
				fail_msg("%s: %s is accepted", form_texts[i].key, form_texts[i].bad[k]);
			if (strncmp(buf_str(&h_problems), "depesche.yaml:12: form.", 23) != 0 ||
			    strstr(buf_str(&h_problems), problem) == NULL)
				fail_msg("%s: %s: %s", form_texts[i].key, form_texts[i].bad[k], buf_str(&h_problems));
		}
		for (size_t k = 0; form_texts[i].good[k] != NULL; k++) {
			struct conf *c;

			(void)snprintf(text, sizeof(text), "%s  %s: %s\n%s", H_TOP H_TRUST H_FORM, form_texts[i].key,
				       form_texts[i].good[k], H_DIRECTORY H_DELIVERY);
			c = h_load(text);
			if (c == NULL)
				fail_msg("%s", buf_str(&h_problems));
			conf_free(c);
		}
	}
}

static void public_url_has_no_path(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} rows[] = {
		{ "https://a.example", true },	    { "'https://a.example:443/'", true }, { "HTTPS://A.Example", true },
		{ "https://a.example/antrag", false }, { "'https://a.example/?x'", false }, { "a.example", false },
		{ "'https://u@a.example'", false },
	};
	static const char form[] = H_FORM, old[] = "https://form.example/";
	const char *at = strstr(form, old);
	char text[3000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf *c;

		(void)snprintf(text, sizeof(text), "%s%.*s%s%s%s", H_TOP H_TRUST, (int)(at - form), form, rows[i].url,
			       at + sizeof(old) - 1, H_DIRECTORY H_DELIVERY);
		c = h_load(text);
		if ((c != NULL) != rows[i].good)
			fail_msg("%s: %s", rows[i].url, buf_str(&h_problems));
		if (c == NULL)
			assert_non_null(strstr(buf_str(&h_problems), "the pages begin at / of a host of their own"));
		conf_free(c);
	}
}

static void what_is_no_network_is_no_proxy(void **state)
{
	static const char *const bad[] = { "127.0.0.1", "[proxy.example]", "[10.0.0.1/8]", "['10.0.0.0/33']", "['']", "['::1%lo']" };
	char text[2000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		(void)snprintf(text, sizeof(text), "http:\n  trusted_proxies: %s\n%s", bad[i], H_TOP H_TRUST);
		assert_null(h_load(text));
		if (strncmp(buf_str(&h_problems), "depesche.yaml:2: http.trusted_proxies: ", 39) != 0)
			fail_msg("%s: %s", bad[i], buf_str(&h_problems));
	}
}

static void files_that_are_no_text_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} list[] = { { "a: \xff\n", 5 }, { "\xff\xfe" "a\0", 4 }, { "a: \0\n", 5 }, { "a: \"\\0\"\n", 8 }, { "\x80", 1 } };
	struct err e = ERR_INIT;
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		buf_reset(&h_problems);
		assert_int_equal(conf_load_text((struct span){ list[i].bytes, list[i].n }, "x", false, &c, &h_problems, &e),
				 ERR_CONFIG);
	}
}

static void large_and_wide_files_are_refused(void **state)
{
	static char text[CONF_FILE_MAX + 100];
	struct err e = ERR_INIT;
	struct conf *c;
	size_t n = 0;

	(void)state;
	memset(text, '#', sizeof(text));
	buf_reset(&h_problems);
	assert_int_equal(conf_load_text((struct span){ text, sizeof(text) }, "x", false, &c, &h_problems, &e), ERR_CONFIG);
	assert_non_null(strstr(buf_str(&h_problems), "x:1: more than 262144 bytes"));
	n += (size_t)sprintf(text, "a: [");
	while (n < 100000)
		n += (size_t)sprintf(text + n, "1,");
	n += (size_t)sprintf(text + n, "1]");
	buf_reset(&h_problems);
	assert_int_equal(conf_load_text((struct span){ text, n }, "x", false, &c, &h_problems, &e), ERR_CONFIG);
	assert_non_null(strstr(buf_str(&h_problems), "more than 10000 values"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wrong_file_is_refused_with_its_message),
		cmocka_unit_test(forms_without_file_recipients_or_services_are_refused),
		cmocka_unit_test(two_listeners_need_two_addresses),
		cmocka_unit_test(addresses_have_to_be_numeric_with_a_port),
		cmocka_unit_test(the_texts_of_the_form_are_checked),
		cmocka_unit_test(what_is_no_network_is_no_proxy),
		cmocka_unit_test(public_url_has_no_path),
		cmocka_unit_test(files_that_are_no_text_are_refused),
		cmocka_unit_test(large_and_wide_files_are_refused),
	};
	return cmocka_run_group_tests_name("config/problems", tests, h_conf_setup, h_conf_teardown);
}
