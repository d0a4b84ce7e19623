/* SPDX-License-Identifier: EUPL-1.2 */
/* h_conf - configurations in a folder of their own, with all files that they may name. */
#ifndef TESTS_H_CONF_H
#define TESTS_H_CONF_H

#include "config/conf.h"
#include "config/loader.h"

/* Makes a folder and changes into it: files root.pem, cert.pem, crl.pem, form.json, towns.json (public), and
 * master.key, key.pem, key.p12, password (mode 0600), wide.key, wide.p12 (0644), folder crl. */
int h_conf_setup(void **state);
int h_conf_teardown(void **state);

extern struct buf h_problems;	/* of the last h_load */
/* Writes the text to depesche.yaml and loads it. NULL if it was refused. Free with conf_free. */
struct conf *h_load(const char *text);

/* The least every role needs; "master_key_file" is line 2. */
#define H_TOP "data_dir: spool\nmaster_key_file: master.key\n"
#define H_TRUST "trust:\n  anchors: [root.pem]\n  crls: [crl.pem]\n"
#define H_PEM "{ key: key.pem, certificate: cert.pem }"
#define H_INTERMEDIARY "intermediary:\n  listen: 127.0.0.1:0\n  cipher_key: " H_PEM "\n  signature_key: " H_PEM "\n"
#define H_FORM                                                                                                         \
	"form:\n  listen: 127.0.0.1:8081\n  public_url: https://form.example/\n  definitions: [form.json]\n"           \
	"  recipients: towns.json\n  sender_name: Stadt\n"
#define H_DIRECTORY                                                                                                    \
	"directory:\n  servers: [https://one.example/, https://two.example/x]\n  client_key: " H_PEM "\n"             \
	"  ca_file: root.pem\n  services: [urn:a]\n"
#define H_DELIVERY                                                                                                     \
	"delivery:\n  author_key: " H_PEM "\n  signature_key: " H_PEM "\n  cipher_key: " H_PEM "\n"
#define H_XTA                                                                                                          \
	"xta:\n  listen: 127.0.0.1:8443\n  tls: " H_PEM "\n  client_ca: [root.pem]\n  accounts:\n"                     \
	"    - { name: A, certificates: [cert.pem], identifiers: [\"ags:1\"] }\n"
#define H_ALL H_TOP H_TRUST H_INTERMEDIARY H_FORM H_DIRECTORY H_DELIVERY

#endif
