/* SPDX-License-Identifier: EUPL-1.2 */
/* The tables of the configuration language. */
#include "config/schema.h"

#include "base/mem.h"
#include "config/conf.h"

#define KiB 1024ull
#define MiB (1024 * KiB)
#define GiB (1024 * MiB)
#define SECOND 1000ull
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

#define AT(type, member) .offset = offsetof(struct type, member)
#define REQUIRED .required = true
#define SIGNATURES "pkcs1-sha256 pkcs1-sha512 pss-sha256 pss-sha512 pss-sha3-256 pss-sha3-384 pss-sha3-512"
#define CHANNELS "osci-store osci-forward osci-mediate directory"

/* clang-format off */
static const struct conf_field key_fields[] = {
	{ "pkcs12", CONF_SECRET, AT(conf_key, pkcs12), .help = "PKCS#12 file with key and certificate." },
	{ "password_file", CONF_SECRET, AT(conf_key, password_file), .help = "File with the password of the PKCS#12 file, or of an encrypted PEM key." },
	{ "key", CONF_SECRET, AT(conf_key, key), .help = "PEM file with the private key." },
	{ "certificate", CONF_FILE, AT(conf_key, certificate), .help = "PEM file with the certificate." },
};

static const struct conf_field tls_fields[] = {
	{ "key", CONF_SECRET, AT(conf_tls, key), REQUIRED, .help = "PEM file with the private key." },
	{ "certificate", CONF_FILE, AT(conf_tls, certificate), REQUIRED,
	  .help = "PEM file with the certificate and its chain." },
};

#define KEY_EXPECTED "pkcs12 and password_file, or key and certificate"
static const struct conf_group key_group = { .expected = KEY_EXPECTED, .size = sizeof(struct conf_key),
	.fields = key_fields, .count = ARRAY_LEN(key_fields) };
static const struct conf_group next_key_group = { .expected = KEY_EXPECTED, .size = sizeof(struct conf_key),
	.pointer = true, .fields = key_fields, .count = ARRAY_LEN(key_fields) };
static const struct conf_group tls_group = { .expected = "key and certificate", .size = sizeof(struct conf_tls),
	.pointer = true, .fields = tls_fields, .count = ARRAY_LEN(tls_fields) };

static const struct conf_field definition_fields[] = {
	{ "file", CONF_FILE, AT(conf_definition, file), REQUIRED, .help = "Form definition (Form.io, JSON)." },
	{ "services", CONF_TEXTS, AT(conf_definition, services), .max = 20,
	  .help = "URIs of the service specifications under which the directory is asked for recipients of this form, newest "
		  "first. Without it: directory.services." },
	{ "recipients", CONF_FILE, AT(conf_definition, recipients),
	  .help = "JSON list of the municipalities that this form is offered for. Without it: form.recipients." },
};

static const struct conf_field link_fields[] = {
	{ "title", CONF_TEXT, AT(conf_link, title), REQUIRED, .help = "Words of the link." },
	{ "url", CONF_URL, AT(conf_link, url), REQUIRED, .help = "Where it leads." },
};

_Static_assert(offsetof(struct conf_links, n) == sizeof(struct conf_link *), "what CONF_GROUPS fills");
static const struct conf_group link_group = { .expected = "groups of title and url", .size = sizeof(struct conf_link),
	.fields = link_fields, .count = ARRAY_LEN(link_fields) };

_Static_assert(offsetof(struct conf_definitions, n) == sizeof(struct conf_definition *), "what CONF_GROUPS fills");
static const struct conf_group definition_group = { .expected = "files, or groups of file, services and recipients",
	.size = sizeof(struct conf_definition), .fields = definition_fields, .count = ARRAY_LEN(definition_fields) };

static const struct conf_field top[] = {
	{ "data_dir", CONF_PLACE, AT(conf, data_dir), REQUIRED,
	  .help = "Folder of the spool; everything that was accepted is in it." },
	{ "master_key_file", CONF_SECRET, AT(conf, master_key_file), REQUIRED,
	  .help = "Key that wraps the keys of all messages; made with depesched --make-master-key. Keep it out of backups "
		  "of data_dir." },
	{ "control_socket", CONF_PLACE, AT(conf, control_socket), .fallback = "/run/depesche/control.sock",
	  .help = "Socket through which depesche(1) talks to the daemon; who may open it may operate it." },
	{ "control_group", CONF_TEXT, AT(conf, control_group),
	  .help = "Group whose members may operate the daemon, too. Without it: root and the daemon's own user." },
	{ "disk_reserve", CONF_SIZE, AT(conf, disk_reserve), .fallback = "256 MiB", .min = MiB, .max = 1024 * GiB,
	  .help = "Free space of the disk below which nothing new is accepted." },
	{ "scratch_size", CONF_SIZE, AT(conf, scratch_size), .fallback = "20 GiB", .min = 64 * MiB, .max = 16384 * GiB,
	  .help = "Share of the disk that requests under way may take, all together." },
};

static const struct conf_field logging[] = {
	{ "level", CONF_CHOICE, AT(conf, log_level), .fallback = "info", .choices = "error warn info debug",
	  .help = "Least important events that are logged." },
	{ "format", CONF_CHOICE, AT(conf, log_format), .fallback = "text", .choices = "text json",
	  .help = "One line per event, as key=value or as JSON." },
};

static const struct conf_field http[] = {
	{ "workers", CONF_COUNT, AT(conf, http_workers), .fallback = "32", .min = 1, .max = 1024,
	  .help = "Requests served at once; a slow upload holds one while it runs. With two listeners each leaves a quarter of "
		  "them to the other." },
	{ "client_requests", CONF_COUNT, AT(conf, http_client_requests), .fallback = "0", .max = 1024,
	  .help = "Requests of one client (IPv4 address, IPv6 /64) served at once at one listener; further ones wait behind them "
		  "and hold up nobody else. 0: a quarter of workers, at least 4." },
	{ "connections", CONF_COUNT, AT(conf, http_connections), .fallback = "4096", .min = 8, .max = 100000,
	  .help = "Connections open at once; at the limit the client that has most of them gives up one, idle ones first." },
	{ "client_connections", CONF_COUNT, AT(conf, http_client_connections), .fallback = "0", .max = 100000,
	  .help = "Connections of one client open at once at one listener; for a further one it gives up one, idle ones first, and "
		  "gets none while all are busy. Does not count for trusted_proxies, nor where client_header is believed from "
		  "everybody. 0: a quarter of connections, at least 256." },
	{ "trusted_proxies", CONF_NETWORKS, AT(conf, http_trusted_proxies), .max = 100,
	  .help = "Addresses and networks of your reverse proxies, for client_header: it is believed from these alone, and the last "
		  "entry that is none of them is the client. Without it every sender is believed and the last entry counts. They may "
		  "have more than client_connections." },
};

static const struct conf_field trust[] = {
	{ "anchors", CONF_FILES, AT(conf_trust, anchors), REQUIRED, .min = 1, .max = 100,
	  .help = "PEM files with the authorities at which trust ends: the roots of the administration's PKI." },
	{ "intermediates", CONF_FILES, AT(conf_trust, intermediates), .max = 1000,
	  .help = "PEM files with certificates of issuers between roots and partners." },
	{ "crls", CONF_PATHS, AT(conf_trust, crls), .max = 1000,
	  .help = "Revocation lists, PEM or DER, or folders of them; read again when they change." },
	{ "crl_urls", CONF_URLS, AT(conf_trust, crl_urls), .max = 64,
	  .help = "Where revocation lists are published, over http: they are fetched into the folder crls of data_dir, checked, and "
		  "used beside those of trust.crls." },
	{ "crl_points_below", CONF_URLS, AT(conf_trust, crl_points_below), .max = 100,
	  .help = "Addresses below which the distribution points that trusted certificates name are followed, too, over http. All "
		  "others are not: a certificate does not send the daemon anywhere." },
	{ "crl_refresh", CONF_TIME, AT(conf_trust, crl_refresh), .fallback = "1 h", .min = SECOND, .max = 7 * DAY,
	  .help = "How often a list is fetched; when it ends before, after half of the time that is left." },
	{ "crl_timeout", CONF_TIME, AT(conf_trust, crl_timeout), .fallback = "60 s", .min = SECOND, .max = 600 * SECOND,
	  .help = "How long fetching one list may take." },
	{ "crl_required", CONF_FLAG, AT(conf_trust, crl_required), .fallback = "true",
	  .help = "A certificate without a current revocation list is not trusted." },
	{ "crl_max_age", CONF_TIME, AT(conf_trust, crl_max_age), .fallback = "24 h", .max = 30 * DAY,
	  .help = "How long a revocation list is used beyond its announced next update." },
};

static const struct conf_field policy[] = {
	{ "minimum_rsa_bits", CONF_COUNT, AT(conf_policy, minimum_rsa_bits), .fallback = "3000", .min = 1024, .max = 16384,
	  .help = "Shorter RSA keys are refused; 3000 is what BSI TR-02102 demands." },
	{ "legacy_rsa15", CONF_DATE, AT(conf_policy, legacy_rsa15),
	  .help = "Until the end of this day (UTC) session keys that old partners have wrapped with RSA PKCS#1 v1.5 are accepted, "
		  "never together with CBC. Without it: not at all." },
	{ "legacy_oaep_sha1", CONF_DATE, AT(conf_policy, legacy_oaep_sha1),
	  .help = "The same for RSA-OAEP with SHA-1 (rsa-oaep-mgf1p)." },
	{ "legacy_sha1", CONF_DATE, AT(conf_policy, legacy_sha1), .help = "The same for signatures with SHA-1." },
	{ "legacy_cbc", CONF_DATE, AT(conf_policy, legacy_cbc),
	  .help = "The same for AES-CBC and Triple-DES-CBC. Such a ciphertext can be changed on its way without anybody noticing: "
		  "only for partners that have nothing else, and not beside them." },
};

static const struct conf_field intermediary[] = {
	{ "listen", CONF_LISTEN, AT(conf_intermediary, listen), REQUIRED,
	  .help = "Where OSCI requests come in. Plain HTTP is in order: OSCI secures the message." },
	{ "path", CONF_ROUTE, AT(conf_intermediary, path), .fallback = "/osci", .help = "Path of the address." },
	{ "tls", CONF_GROUP, AT(conf_intermediary, tls), .group = &tls_group, .help = "Serve HTTPS instead of HTTP." },
	{ "cipher_key", CONF_GROUP, AT(conf_intermediary, cipher_key), REQUIRED, .group = &key_group,
	  .help = "Key for which others encrypt their requests." },
	{ "signature_key", CONF_GROUP, AT(conf_intermediary, signature_key), REQUIRED, .group = &key_group,
	  .help = "Key that signs the answers." },
	{ "next_cipher_key", CONF_GROUP, AT(conf_intermediary, next_cipher_key), .group = &next_key_group,
	  .help = "A second cipher key that is valid at once, while partners change over." },
	{ "client_header", CONF_HEADER, AT(conf_intermediary, client_header),
	  .help = "As form.client_header, for this listener." },
	{ "accept_plain_transport", CONF_FLAG, AT(conf_intermediary, accept_plain_transport), .fallback = "false",
	  .help = "Accept requests without transport encryption." },
	{ "accept_unsigned_orders", CONF_FLAG, AT(conf_intermediary, accept_unsigned_orders), .fallback = "false",
	  .help = "Accept requests without a signature of the client; otherwise they get 9600." },
	{ "accept_incomplete_checks", CONF_FLAG, AT(conf_intermediary, accept_incomplete_checks), .fallback = "false",
	  .help = "Answer certificates that cannot be checked completely with the warning 3707; otherwise refuse." },
	{ "max_message_size", CONF_SIZE, AT(conf_intermediary, max_message_size), .fallback = "1 GiB", .min = 64 * KiB,
	  .max = 64 * GiB, .help = "Largest request, as it comes over the wire." },
	{ "mailbox_size", CONF_SIZE, AT(conf_intermediary, mailbox_size), .fallback = "20 GiB", .min = MiB, .max = 16384 * GiB,
	  .help = "Share of the disk that the messages in one mailbox may take; erased ones do not count." },
	{ "sender_size", CONF_SIZE, AT(conf_intermediary, sender_size), .fallback = "20 GiB", .min = MiB, .max = 16384 * GiB,
	  .help = "Share of the disk that the messages of one sender may take, in all mailboxes; by XTA those that leave as well." },
	{ "mailboxes", CONF_FILES, AT(conf_intermediary, mailboxes), .max = 10000,
	  .help = "Files (PEM or DER) with the cipher certificates of those who have a mailbox here, and nobody else but the identifiers "
		  "of xta.accounts: a storeDelivery for another addressee gets 9706. Without it every addressee whose certificate is "
		  "good has one." },
	{ "mailbox_retention", CONF_TIME, AT(conf_intermediary, mailbox_retention), .fallback = "7 d", .max = 3650 * DAY,
	  .help = "The content of a message is erased this long after it was fetched." },
	{ "unfetched_retention", CONF_TIME, AT(conf_intermediary, unfetched_retention), .fallback = "90 d", .max = 3650 * DAY,
	  .help = "The content of a message that is not fetched is erased this long after it was accepted. 0 s: never." },
	{ "dialog_idle", CONF_TIME, AT(conf_intermediary, dialog_idle), .fallback = "10 min", .min = 10 * SECOND,
	  .max = DAY, .help = "A dialog without a request for this long is over." },
	{ "dialogs_max", CONF_COUNT, AT(conf_intermediary, dialogs_max), .fallback = "10000", .min = 1, .max = 1000000,
	  .help = "Dialogs open at once." },
	{ "recipients", CONF_URLS, AT(conf_intermediary, recipients), .max = 10000,
	  .help = "Recipients that wait for their deliveries (forwardDelivery, mediateDelivery): addresses with one of these schemes, "
		  "hosts and ports, and a path that begins with the one here. Senders name the address; nobody else is called, no "
		  "local address either unless it is listed. Without it such orders get 9809." },
	{ "recipient_ca_file", CONF_FILE, AT(conf_intermediary, recipient_ca_file),
	  .help = "PEM file with the issuers of the recipients' certificates for HTTPS." },
	{ "recipient_timeout", CONF_TIME, AT(conf_intermediary, recipient_timeout), .fallback = "30 s", .min = 100, .max = 600 * SECOND,
	  .help = "Limit of one request to a recipient; the sender waits meanwhile, and gets 9810 after it." },
	{ "recipient_requests", CONF_COUNT, AT(conf_intermediary, recipient_requests), .fallback = "0", .max = 1024,
	  .help = "Requests at one recipient at once; further ones wait a little and then get 9809. All recipients together get half of "
		  "http.workers. 0: an eighth of them, at least 1." },
	{ "sender_requests", CONF_COUNT, AT(conf_intermediary, sender_requests), .fallback = "0", .max = 1024,
	  .help = "Orders of one sender (by the certificate that signed them) that wait for recipients at once; further ones get 9809. "
		  "0: an eighth of http.workers, at least 1." },
	{ "signature", CONF_CHOICE, AT(conf_intermediary, signature), .fallback = "pkcs1-sha256", .choices = SIGNATURES,
	  .help = "As delivery.signature, for answers and for orders to recipients." },
	{ "refuse_unsigned_recipients", CONF_FLAG, AT(conf_intermediary, refuse_unsigned_recipients), .fallback = "false",
	  .help = "An answer of a recipient without a signature is 9807, otherwise the warning 3802." },
};

static const struct conf_group need_tls_group = { .expected = "key and certificate", .size = sizeof(struct conf_tls),
	.fields = tls_fields, .count = ARRAY_LEN(tls_fields) };

static const struct conf_field identifier_fields[] = {
	{ "value", CONF_TEXT, AT(conf_identifier, value), REQUIRED, .help = "As it stands in messages: ags:05334002." },
	{ "type", CONF_TEXT, AT(conf_identifier, type), .fallback = "xoev", .help = "Which list of identifiers it is of." },
	{ "name", CONF_TEXT, AT(conf_identifier, name), .help = "For people: who that is." },
	{ "category", CONF_TEXT, AT(conf_identifier, category), .help = "Kind of party, as the recipients expect it." },
	{ "osci_certificates", CONF_FILES, AT(conf_identifier, osci_certificates), .max = 20,
	  .help = "Files (PEM or DER) with cipher certificates: what is stored by OSCI in their mailboxes here lies in this box as well, "
		  "with its content as it came." },
	{ "osci_key", CONF_GROUP, AT(conf_identifier, osci_key), .group = &next_key_group,
	  .help = "The same for the certificate of this cipher key, and what was encrypted for it is handed out decrypted." },
	{ "previous_osci_key", CONF_GROUP, AT(conf_identifier, previous_osci_key), .group = &next_key_group,
	  .help = "The key before, for what was stored under it." },
};

_Static_assert(offsetof(struct conf_identifiers, n) == sizeof(struct conf_identifier *), "what CONF_GROUPS fills");
static const struct conf_group identifier_group = { .expected = "values, or groups of value, type, name and category",
	.size = sizeof(struct conf_identifier), .fields = identifier_fields, .count = ARRAY_LEN(identifier_fields) };

static const struct conf_field account_fields[] = {
	{ "name", CONF_TEXT, AT(conf_account, name), REQUIRED, .help = "What operators call it, in logs and lists." },
	{ "certificates", CONF_FILES, AT(conf_account, certificates), .max = 20,
	  .help = "Files (PEM or DER) with its client certificates; the one after a renewal stands beside the old one." },
	{ "fingerprints", CONF_DIGESTS, AT(conf_account, fingerprints), .max = 20,
	  .help = "The same by SHA-256 of the certificate (DER), in hexadecimal digits." },
	{ "identifiers", CONF_GROUPS, AT(conf_account, identifiers), REQUIRED, .min = 1, .max = 1000, .group = &identifier_group,
	  .help = "The parties it speaks for: Author of what it sends, Reader of what it fetches. The first one speaks when a "
		  "request names none." },
	{ "send", CONF_FLAG, AT(conf_account, send), .fallback = "true", .help = "It may send." },
	{ "send_elsewhere", CONF_FLAG, AT(conf_account, send_elsewhere), .fallback = "true",
	  .help = "What it sends to readers who have no box here leaves for recipients of the directory. Needs a section delivery." },
	{ "receive", CONF_FLAG, AT(conf_account, receive), .fallback = "true", .help = "It has message boxes and may be sent to." },
	{ "test", CONF_FLAG, AT(conf_account, test), .fallback = "false",
	  .help = "It takes messages that are marked as tests (TestMsg); others never get them." },
	{ "locked", CONF_FLAG, AT(conf_account, locked), .fallback = "false",
	  .help = "It may do nothing (9011); what is sent to it waits." },
};

_Static_assert(offsetof(struct conf_accounts, n) == sizeof(struct conf_account *), "what CONF_GROUPS fills");
static const struct conf_group account_group = { .expected = "groups of name, certificates and identifiers",
	.size = sizeof(struct conf_account), .fields = account_fields, .count = ARRAY_LEN(account_fields) };

static const struct conf_field xta[] = {
	{ "listen", CONF_LISTEN, AT(conf_xta, listen), REQUIRED, .help = "Where procedures call, with HTTPS and a certificate of theirs." },
	{ "tls", CONF_GROUP, AT(conf_xta, tls), REQUIRED, .group = &need_tls_group, .help = "Our certificate." },
	{ "client_ca", CONF_FILES, AT(conf_xta, client_ca), REQUIRED, .min = 1, .max = 100,
	  .help = "PEM files with the authorities that issue the accounts' certificates, and those between them and the roots. "
		  "What they did not issue does not get through the handshake." },
	{ "client_crls", CONF_FILES, AT(conf_xta, client_crls), .max = 100,
	  .help = "Their revocation lists, PEM or DER, one of each; read again when they change. Without it none is asked for: an account is "
		  "bound to single certificates." },
	{ "management_path", CONF_ROUTE, AT(conf_xta, management_path), .fallback = "/services/XTAService/ManagementPort",
	  .help = "Path of the management port." },
	{ "send_path", CONF_ROUTE, AT(conf_xta, send_path), .fallback = "/services/XTAService/SendXtaPort",
	  .help = "Path of the send port." },
	{ "message_box_path", CONF_ROUTE, AT(conf_xta, message_box_path), .fallback = "/services/XTAService/MsgBoxPort",
	  .help = "Path of the message box port." },
	{ "public_url", CONF_SITE, AT(conf_xta, public_url),
	  .help = "Address of the service as procedures see it, for the WSDL and the transport reports. Without it: as they called it." },
	{ "client_header", CONF_HEADER, AT(conf_xta, client_header), .help = "As form.client_header, for this listener." },
	{ "message_id_prefix", CONF_TEXT, AT(conf_xta, message_id_prefix), .fallback = "depesche",
	  .help = "Who issues the message ids: urn:de:xta:messageid:PREFIX:... At most 41 letters, digits, dots and hyphens." },
	{ "lenient", CONF_FLAG, AT(conf_xta, lenient), .fallback = "true",
	  .help = "Accept what real clients send although the schema forbids it, and record a warning in the report. false: refuse." },
	{ "max_message_size", CONF_SIZE, AT(conf_xta, max_message_size), .fallback = "40 MiB", .min = 64 * KiB, .max = 64 * GiB,
	  .help = "Largest content of one message, decoded; more is refused with 9023." },
	{ "account_requests", CONF_COUNT, AT(conf_xta, account_requests), .fallback = "16", .min = 1, .max = 1024,
	  .help = "Requests of one account served at once; more are refused until one is over." },
	{ "mailbox_size", CONF_SIZE, AT(conf_xta, mailbox_size), .fallback = "20 GiB", .min = MiB, .max = 16384 * GiB,
	  .help = "As intermediary.mailbox_size, which holds for both if there is that section: it is one mailbox." },
	{ "sender_size", CONF_SIZE, AT(conf_xta, sender_size), .fallback = "20 GiB", .min = MiB, .max = 16384 * GiB,
	  .help = "As intermediary.sender_size, likewise." },
	{ "mailbox_retention", CONF_TIME, AT(conf_xta, mailbox_retention), .fallback = "7 d", .max = 3650 * DAY,
	  .help = "As intermediary.mailbox_retention, likewise." },
	{ "unfetched_retention", CONF_TIME, AT(conf_xta, unfetched_retention), .fallback = "90 d", .max = 3650 * DAY,
	  .help = "As intermediary.unfetched_retention, likewise." },
	{ "accounts", CONF_GROUPS, AT(conf_xta, accounts), REQUIRED, .min = 1, .max = 10000, .group = &account_group,
	  .help = "The procedures that may call." },
};

static const struct conf_field form[] = {
	{ "listen", CONF_LISTEN, AT(conf_form, listen), REQUIRED, .help = "Where browsers or a reverse proxy come in." },
	{ "public_url", CONF_SITE, AT(conf_form, public_url), REQUIRED, .help = "Address of the service as browsers see it." },
	{ "tls", CONF_GROUP, AT(conf_form, tls), .group = &tls_group, .help = "Serve HTTPS instead of HTTP." },
	{ "definitions", CONF_GROUPS, AT(conf_form, definitions), REQUIRED, .min = 1, .max = 1000, .group = &definition_group,
	  .help = "The forms: the file of each, or a group of keys with what is its own." },
	{ "recipients", CONF_FILE, AT(conf_form, recipients),
	  .help = "JSON list of the municipalities offered, with name and AGS; for forms that name no list of their own." },
	{ "sender_name", CONF_TEXT, AT(conf_form, sender_name), REQUIRED,
	  .help = "Who operates the service; stands in the message and in the PDF. Characters of DIN 91379." },
	{ "sender_key", CONF_OFFICE, AT(conf_form, sender_key),
	  .help = "Key of who operates the service in the DVDV; stands in the message as its author. Without it: depesche:form." },
	{ "imprint_url", CONF_URL, AT(conf_form, imprint_url),
	  .help = "Address of the imprint, linked at the foot of every page; German law demands one (DDG section 5)." },
	{ "privacy_url", CONF_URL, AT(conf_form, privacy_url),
	  .help = "Address of the privacy notice, linked at the foot of every page (GDPR article 13)." },
	{ "links", CONF_GROUPS, AT(conf_form, links), .max = 10, .group = &link_group,
	  .help = "Further links at the foot of every page, in this order: the accessibility statement (BITV section 7) belongs "
		  "there." },
	{ "upload_count", CONF_COUNT, AT(conf_form, upload_count), .fallback = "10", .min = 1, .max = 100,
	  .help = "Files per application." },
	{ "upload_size", CONF_SIZE, AT(conf_form, upload_size), .fallback = "20 MiB", .min = KiB, .max = 4 * GiB,
	  .help = "Largest file." },
	{ "draft_timeout", CONF_TIME, AT(conf_form, draft_timeout), .fallback = "7 d", .min = DAY, .max = 365 * DAY,
	  .help = "An application that is not sent is erased this long after the last change; one that nothing was entered in, after a "
		  "day." },
	{ "drafts_size", CONF_SIZE, AT(conf_form, drafts_size), .fallback = "10 GiB", .min = MiB, .max = 1024 * GiB,
	  .help = "What all drafts together may take of the disk; beyond it none is begun and no file is taken (503). Whatever is "
		  "free, they also leave twice disk_reserve to what was sent and to the mailboxes." },
	{ "drafts_size_per_client", CONF_SIZE, AT(conf_form, drafts_size_per_client), .fallback = "1 GiB", .min = MiB,
	  .max = 1024 * GiB, .help = "The same for the drafts of one client (IPv4 address, IPv6 /64)." },
	{ "drafts_per_client", CONF_COUNT, AT(conf_form, drafts_per_client), .fallback = "100", .min = 1, .max = 100000,
	  .help = "Drafts that one client may have open at once; more are answered 429. Whole offices share an address." },
	{ "late_after", CONF_TIME, AT(conf_form, late_after), .fallback = "1 d", .min = 60 * SECOND, .max = 30 * DAY,
	  .help = "An application that the recipient's intermediary does not have so long after it was sent is said to be late, "
		  "on its page and in the confirmation, with what to do about a deadline." },
	{ "requests_per_minute", CONF_COUNT, AT(conf_form, requests_per_minute), .fallback = "120", .min = 1, .max = 1000000,
	  .help = "Requests of one client (IPv4 address, IPv6 /64) that change something; more are answered 429." },
	{ "client_header", CONF_HEADER, AT(conf_form, client_header),
	  .help = "Header in which the reverse proxy names the client, for requests_per_minute and http.client_requests. Of a list, "
		  "or of several such headers, the last entry counts: the one that the proxy itself has added, with or without "
		  "a port; what is not an IP address counts as the proxy. Only if nobody but the proxy reaches the listener, or "
		  "with http.trusted_proxies, and if the proxy always sets the header; otherwise clients choose their address. "
		  "Without it the sender of the connection is the client." },
	{ "frame_ancestors", CONF_ORIGINS, AT(conf_form, frame_ancestors), .max = 20,
	  .help = "Portals that may show the form in a frame; on the same site as public_url, because browsers keep its "
		  "cookies from others. Without it nobody may." },
	{ "test_messages", CONF_FLAG, AT(conf_form, test_messages), .fallback = "false",
	  .help = "Mark every application as a test, so that recipients do not act on it. Not for production use." },
};

static const struct conf_field directory[] = {
	{ "servers", CONF_URLS, AT(conf_directory, servers), REQUIRED, .min = 1, .max = 20,
	  .help = "Base addresses (https) of the DVDV servers, in order of preference." },
	{ "entry_path", CONF_TEXT, AT(conf_directory, entry_path), .fallback = "extern/standaloneauth/directory",
	  .help = "Path of the directory calls, behind the base address." },
	{ "token_path", CONF_TEXT, AT(conf_directory, token_path), .fallback = "extern/standaloneauth/token",
	  .help = "Path of the token service, behind the base address." },
	{ "client_key", CONF_GROUP, AT(conf_directory, client_key), REQUIRED, .group = &key_group,
	  .help = "Key registered with the DVDV office; signs the request for a token." },
	{ "ca_file", CONF_FILE, AT(conf_directory, ca_file), .fallback = "/etc/ssl/certs/ca-certificates.crt",
	  .help = "PEM file with the issuers of the servers' TLS certificates." },
	{ "services", CONF_TEXTS, AT(conf_directory, services), .max = 20,
	  .help = "URIs of the service specifications to look for, newest first; for forms that name none of their own." },
	{ "check_organisation", CONF_FLAG, AT(conf_directory, check_organisation), .fallback = "true",
	  .help = "Ask the directory who has a recipient's key (findauthoritydescriptions), and use only entries of that "
		  "organisation or its representatives. false: only where a server does not offer this call." },
	{ "allow_local_addresses", CONF_FLAG, AT(conf_directory, allow_local_addresses), .fallback = "false",
	  .help = "Use entries whose address is this machine or its network segment (127.0.0.1, ::1, localhost, 169.254.1.1). "
		  "For tests, and for an intermediary on the same machine." },
	{ "fresh_for", CONF_TIME, AT(conf_directory, fresh_for), .fallback = "10 min", .min = SECOND, .max = 7 * DAY,
	  .help = "An entry this young is used without asking. Short, because nobody can read what is encrypted for a certificate "
		  "that was changed since." },
	{ "usable_for", CONF_TIME, AT(conf_directory, usable_for), .fallback = "1 d", .min = SECOND, .max = 30 * DAY,
	  .help = "An entry this young is used while no server answers." },
	{ "negative_for", CONF_TIME, AT(conf_directory, negative_for), .fallback = "5 min", .max = DAY,
	  .help = "That there is no entry is believed this long." },
	{ "timeout", CONF_TIME, AT(conf_directory, timeout), .fallback = "10 s", .min = 100, .max = 300 * SECOND,
	  .help = "Limit of one call; then the next server is asked." },
};

static const struct conf_field way_fields[] = {
	{ "recipient", CONF_TEXT, AT(conf_way, recipient), REQUIRED, .help = "As the directory is asked for it: ags:05315000." },
	{ "service", CONF_TEXT, AT(conf_way, service), .help = "Only for this form, by its id. Without it: for all." },
	{ "channel", CONF_CHOICE, AT(conf_way, channel), .fallback = "directory", .choices = CHANNELS, .help = "As delivery.channel." },
	{ "address", CONF_URL, AT(conf_way, address),
	  .help = "Where the recipient waits (osci-forward, osci-mediate). Without it: the address of OSCI_ADDRESSEE in its directory "
		  "entry." },
	{ "repeat", CONF_FLAG, AT(conf_way, repeat), .fallback = "false",
	  .help = "When the recipient was sent an application and nobody knows whether it has it, send it again by itself, under a new "
		  "message id. Only for recipients that know an application that they have already by its own id. false: it is held "
		  "for a person (OSCI-RECEPTION-UNKNOWN)." },
};

static const struct conf_field peer_fields[] = {
	{ "peer", CONF_URL, AT(conf_peer, peer), REQUIRED, .help = "Its address; only scheme, host and port count." },
	{ "signature", CONF_CHOICE, AT(conf_peer, signature), REQUIRED, .choices = SIGNATURES, .help = "As delivery.signature." },
};

_Static_assert(offsetof(struct conf_peers, n) == sizeof(struct conf_peer *), "what CONF_GROUPS fills");
static const struct conf_group peer_group = { .expected = "groups of peer and signature", .size = sizeof(struct conf_peer),
	.fields = peer_fields, .count = ARRAY_LEN(peer_fields) };

_Static_assert(offsetof(struct conf_ways, n) == sizeof(struct conf_way *), "what CONF_GROUPS fills");
static const struct conf_group way_group = { .expected = "groups of recipient and channel", .size = sizeof(struct conf_way),
	.fields = way_fields, .count = ARRAY_LEN(way_fields) };

static const struct conf_field delivery[] = {
	{ "author_key", CONF_GROUP, AT(conf_delivery, author_key), REQUIRED, .group = &key_group,
	  .help = "Key that signs the content of applications." },
	{ "signature_key", CONF_GROUP, AT(conf_delivery, signature_key), REQUIRED, .group = &key_group,
	  .help = "Key that signs our requests to intermediaries." },
	{ "cipher_key", CONF_GROUP, AT(conf_delivery, cipher_key), REQUIRED, .group = &key_group,
	  .help = "Key for which intermediaries encrypt their answers." },
	{ "previous_cipher_key", CONF_GROUP, AT(conf_delivery, previous_cipher_key), .group = &next_key_group,
	  .help = "The cipher key before this one, while deliveries that were stored under it are followed: their process cards "
		  "are shown to that key alone." },
	{ "ca_file", CONF_FILE, AT(conf_delivery, ca_file),
	  .help = "PEM file with the issuers of the TLS certificates of intermediaries whose address is https. Without it: "
		  "directory.ca_file." },
	{ "workers", CONF_COUNT, AT(conf_delivery, workers), .fallback = "8", .min = 1, .max = 256,
	  .help = "Attempts under way at once." },
	{ "patient", CONF_COUNT, AT(conf_delivery, patient), .fallback = "56", .min = 1, .max = 256,
	  .help = "Attempts beside those, at intermediaries that are slow, do not answer or are not yet known to work." },
	{ "contact_timeout", CONF_TIME, AT(conf_delivery, contact_timeout), .fallback = "10 s", .min = 100, .max = 300 * SECOND,
	  .help = "Limit of the first request to an intermediary that is not known to work." },
	{ "probe_most", CONF_TIME, AT(conf_delivery, probe_most), .fallback = "2 min", .min = 100, .max = DAY,
	  .help = "Longest wait between two attempts at an intermediary that does not answer. When it is back, everything that "
		  "waits for it goes out at once." },
	{ "window", CONF_COUNT, AT(conf_delivery, window), .fallback = "2", .min = 1, .max = 64,
	  .help = "Attempts under way at once to one recipient." },
	{ "retry_first", CONF_TIME, AT(conf_delivery, retry_first), .fallback = "30 s", .min = 100, .max = DAY,
	  .help = "Wait before the second attempt, when it may work soon." },
	{ "retry_most", CONF_TIME, AT(conf_delivery, retry_most), .fallback = "30 min", .min = 100, .max = 7 * DAY,
	  .help = "Longest wait between attempts; the waits double up to here." },
	{ "retry_slow_first", CONF_TIME, AT(conf_delivery, retry_slow_first), .fallback = "15 min", .min = 100, .max = DAY,
	  .help = "Wait before the second attempt, when somebody has to act first." },
	{ "retry_slow_most", CONF_TIME, AT(conf_delivery, retry_slow_most), .fallback = "6 h", .min = 100, .max = 7 * DAY,
	  .help = "Longest wait between such attempts." },
	{ "lease", CONF_TIME, AT(conf_delivery, lease), .fallback = "1 min", .min = SECOND, .max = DAY,
	  .help = "An attempt of which nothing is heard for this long is made again, under the same id. It is renewed while the "
		  "attempt lasts." },
	{ "attempt_timeout", CONF_TIME, AT(conf_delivery, attempt_timeout), .fallback = "3 min", .min = 100, .max = DAY,
	  .help = "Limit of one request to an intermediary." },
	{ "grace", CONF_TIME, AT(conf_delivery, grace), .fallback = "7 d", .max = 3650 * DAY,
	  .help = "The content of a delivered application is erased this long after it was stored at the recipient." },
	{ "cancelled_grace", CONF_TIME, AT(conf_delivery, cancelled_grace), .fallback = "7 d", .max = 3650 * DAY,
	  .help = "The content of an application that was cancelled or given up is erased this long after." },
	{ "give_up_after", CONF_TIME, AT(conf_delivery, give_up_after), .fallback = "90 d", .max = 3650 * DAY,
	  .help = "A delivery that failed or is held, and about which nobody decides for this long, is given up. 0 s: never." },
	{ "follow_after", CONF_TIME, AT(conf_delivery, follow_after), .fallback = "1 min", .min = 100, .max = DAY,
	  .help = "Wait before the recipient's intermediary is asked for the first time whether the delivery was collected; "
		  "the waits double up to 1 h, after a day 6 h." },
	{ "collect_within", CONF_TIME, AT(conf_delivery, collect_within), .fallback = "3 d", .min = 100, .max = 3650 * DAY,
	  .help = "A delivery that the recipient has not collected after this long is reported: OSCI-NOT-COLLECTED." },
	{ "follow_for", CONF_TIME, AT(conf_delivery, follow_for), .fallback = "30 d", .max = 3650 * DAY,
	  .help = "After this long it is not asked for any more. 0 s: never asked for." },
	{ "sign_orders", CONF_FLAG, AT(conf_delivery, sign_orders), .fallback = "true",
	  .help = "Sign the requests to intermediaries." },
	{ "require_signed_answers", CONF_FLAG, AT(conf_delivery, require_signed_answers), .fallback = "true",
	  .help = "Believe only answers signed with the key the directory names." },
	{ "channel", CONF_CHOICE, AT(conf_delivery, channel), .fallback = "osci-store", .choices = CHANNELS,
	  .help = "How recipients are delivered to that ways does not name. osci-store: into the mailbox at their intermediary. "
		  "osci-forward: the intermediary passes it on at once to the recipient, which waits at an address. osci-mediate: "
		  "the same, and the reply of the recipient comes into the mailbox of cipher_key here. directory: osci-forward where "
		  "OSCI_ADDRESSEE of the entry has an http or https address, osci-store elsewhere." },
	{ "signature", CONF_CHOICE, AT(conf_delivery, signature), .fallback = "pkcs1-sha256", .choices = SIGNATURES,
	  .help = "How orders are signed with an RSA key: PKCS#1 v1.5 or RSASSA-PSS, and the digest. Software of before 2018 knows "
		  "no PSS and no SHA-3. With keys of elliptic curves: ECDSA, whatever stands here." },
	{ "author_signature", CONF_CHOICE, AT(conf_delivery, author_signature), .fallback = "pkcs1-sha256",
	  .choices = "pkcs1-sha256 pss-sha256", .help = "The same for the content, which the recipients' software has to understand." },
	{ "peers", CONF_GROUPS, AT(conf_delivery, peers), .max = 1000, .group = &peer_group,
	  .help = "Intermediaries whose orders are signed in another manner." },
	{ "ways", CONF_GROUPS, AT(conf_delivery, ways), .max = 20000, .group = &way_group,
	  .help = "Recipients that are delivered to in another manner; of several the first one." },
	{ "max_reply_size", CONF_SIZE, AT(conf_delivery, max_reply_size), .fallback = "64 MiB", .min = 64 * KiB, .max = 64 * GiB,
	  .help = "Largest answer to osci-mediate, as it comes over the wire; with a larger one the reply is lost." },
	{ "reception_within", CONF_TIME, AT(conf_delivery, reception_within), .fallback = "15 min", .min = 100, .max = DAY,
	  .help = "A delivery that was passed on and has no Reception in its process card is asked for again until it is this old; then "
		  "nobody knows whether the recipient has it." },
};

static const struct conf_field scanner[] = {
	{ "address", CONF_TEXT, AT(conf_scanner, address), REQUIRED,
	  .help = "Where a scanner with the protocol of ClamAV's clamd listens on this machine: unix:/run/clamav/clamd.ctl, 127.0.0.1:3310 "
		  "or [::1]:3310. Its StreamMaxLength has to be above max_message_size." },
	{ "timeout", CONF_TIME, AT(conf_scanner, timeout), .fallback = "60 s", .min = 100, .max = HOUR,
	  .help = "Limit of one content, the wait for a place at the scanner included; the sender waits meanwhile." },
	{ "unavailable", CONF_CHOICE, AT(conf_scanner, unavailable), .fallback = "refuse", .choices = "refuse accept",
	  .help = "What happens to a message while the scanner gives no verdict: refused for now (9030), or accepted with a warning in its "
		  "transport report." },
};

static const struct conf_field monitor[] = {
	{ "listen", CONF_LISTEN, AT(conf_monitor, listen), REQUIRED,
	  .help = "Where a monitoring system asks for /metrics (OpenMetrics), /health and /ready. Whoever reaches it may read the "
		  "figures: an address of the inner network." },
	{ "tls", CONF_GROUP, AT(conf_monitor, tls), .group = &tls_group, .help = "Serve HTTPS instead of HTTP." },
};

#define EMBEDDED(table) .fields = (table), .count = ARRAY_LEN(table)
#define PART(table, member) .offset = offsetof(struct conf, member), EMBEDDED(table)
#define ROLE(table, member) .size = sizeof(struct conf_##member), .pointer = true, PART(table, member)

const struct conf_group conf_sections[] = {
	{ "", EMBEDDED(top), .help = "What every role needs." },
	{ "log", EMBEDDED(logging), .help = "Events on standard error." },
	{ "http", EMBEDDED(http), .help = "Limits of the HTTP server, for all listeners together." },
	{ "trust", PART(trust, trust), .help = "Whose certificates are trusted." },
	{ "policy", PART(policy, policy), .help = "Which cryptography is good enough." },
	{ "intermediary", ROLE(intermediary, intermediary),
	  .help = "OSCI intermediary with mailboxes. Absent: switched off." },
	{ "xta", ROLE(xta, xta), .help = "XTA 2 server (web service 2.1.1) for specialist procedures. Absent: switched off." },
	{ "scanner", ROLE(scanner, scanner),
	  .help = "Virus scanner that looks at what procedures send by XTA. Absent: nothing is scanned." },
	{ "form", ROLE(form, form), .help = "Form service for citizens. Absent: switched off." },
	{ "directory", ROLE(directory, directory), .help = "Access to the DVDV. Absent: switched off." },
	{ "delivery", ROLE(delivery, delivery), .help = "Sending of applications. Absent: switched off." },
	{ "monitor", ROLE(monitor, monitor), .help = "Figures for a monitoring system. Absent: switched off." },
};
/* clang-format on */

const size_t conf_section_count = ARRAY_LEN(conf_sections);
