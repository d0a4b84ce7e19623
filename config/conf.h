/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conf - the configuration as the rest of the house sees it: one immutable snapshot, made from one YAML file.
 *
 * The schema table (schema.c) names every key with type, range, default and a sentence of help; depesche.conf(5),
 * docs/config.md, --print-config and the checks are all made from it. A section that is absent switches its role off
 * (pointer NULL). Strings are never NULL where the key has a default or is required; an optional key that is absent is
 * NULL. Durations are ms, sizes are bytes. Relative file names are resolved against the folder of the YAML file.
 * Any thread: nothing changes after conf_load.
 */
#ifndef CONFIG_CONF_H
#define CONFIG_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct conf_list {
	char **item;
	size_t n;
};

struct conf_listen {		/* "127.0.0.1:8080", "[::1]:8443", "127.0.0.1:0" (any free port) */
	char *address;
	uint16_t port;
};

struct conf_key {		/* either pkcs12 + password_file, or key + certificate (PEM) */
	char *pkcs12, *password_file;
	char *key, *certificate;
};

struct conf_tls {
	char *key, *certificate;	/* PEM; certificate with its chain */
};

struct conf_trust {
	struct conf_list anchors, intermediates;	/* PEM files */
	struct conf_list crls;				/* files or folders, PEM or DER */
	struct conf_list crl_urls, crl_points_below;	/* http; fetched always, and what certificates name below these */
	int64_t crl_refresh, crl_timeout;
	bool crl_required;
	int64_t crl_max_age;				/* beyond nextUpdate; 0: nextUpdate is final */
};

struct conf_policy {
	uint32_t minimum_rsa_bits;
	int64_t legacy_cbc, legacy_rsa15, legacy_sha1, legacy_oaep_sha1;	/* ms: until then; 0: never */
};

struct conf_intermediary {
	struct conf_listen listen;	/* plain HTTP: OSCI secures the message */
	char *path;			/* "/osci" */
	struct conf_tls *tls;		/* NULL: plain */
	struct conf_key cipher_key, signature_key;
	struct conf_key *next_cipher_key;	/* second generation, valid at once; NULL if none */
	bool accept_plain_transport, accept_unsigned_orders, accept_incomplete_checks;
	uint64_t max_message_size;
	char *client_header;		/* as that of the form */
	uint64_t mailbox_size, sender_size;	/* shares of the disk: mail of one mailbox, from one sender */
	int64_t mailbox_retention;	/* after Reception the content is erased this much later */
	int64_t unfetched_retention;	/* after acceptance, if there is no Reception; 0: never */
	int64_t dialog_idle;
	uint32_t dialogs_max;
	struct conf_list mailboxes;	/* cipher certificates that may be stored for; empty: all */
	struct conf_list recipients;	/* beginnings of the addresses that deliveries are passed on to; empty: none */
	char *recipient_ca_file;	/* PEM: whom we trust over HTTPS there; NULL: nobody */
	int64_t recipient_timeout;	/* of one request there */
	uint32_t recipient_requests;	/* at one of them at once; 0: an eighth of the workers */
	uint32_t sender_requests;	/* of one sender at once at all of them; 0: an eighth of the workers */
	bool refuse_unsigned_recipients;
	char *signature;		/* how answers and orders of ours are signed: "pss-sha256" */
};

struct conf_definition {		/* one form; written as a group, or as the file alone */
	char *file;			/* Form.io JSON */
	struct conf_list services;	/* service specification URIs, newest first; empty: those of the directory */
	char *recipients;		/* NULL: those of the form service */
};

struct conf_definitions {
	struct conf_definition *item;
	size_t n;
};

struct conf_link {
	char *title, *url;
};

struct conf_links {
	struct conf_link *item;
	size_t n;
};

struct conf_form {
	struct conf_listen listen;
	char *public_url;		/* as the browser sees it */
	struct conf_tls *tls;
	struct conf_definitions definitions;
	char *recipients;		/* JSON list of the municipalities offered; NULL: each definition has its own */
	char *sender_name;		/* who operates this form, for payload and PDF */
	char *sender_key;		/* "psw:01003110", the same in the DVDV; NULL: none */
	char *imprint_url, *privacy_url;	/* NULL: no link */
	struct conf_links links;	/* further ones */
	uint32_t upload_count;
	uint64_t upload_size;
	int64_t draft_timeout;
	uint64_t drafts_size, drafts_size_per_client;
	uint32_t drafts_per_client;
	int64_t late_after;
	uint32_t requests_per_minute;	/* per client address */
	char *client_header;		/* "X-Real-IP": names the client of a reverse proxy; NULL: nobody does */
	struct conf_list frame_ancestors;	/* origins, "https://portal.example"; empty: none */
	bool test_messages;
};

struct conf_directory {
	struct conf_list servers;	/* base addresses, in order of preference */
	char *entry_path;		/* "extern/standaloneauth/directory" */
	char *token_path;		/* "extern/standaloneauth/token" */
	struct conf_key client_key;	/* registered with the DVDV office: signs the assertion */
	char *ca_file;			/* issuer of the servers' TLS certificates; NULL: the system's */
	struct conf_list services;	/* for forms that name none; URIs, newest first */
	bool check_organisation;	/* asks who has the key when an entry does not say whose it is */
	bool allow_local_addresses;	/* entries may point to this machine */
	int64_t fresh_for, usable_for, negative_for, timeout;
};

struct conf_way {			/* how one recipient is delivered to */
	char *recipient;		/* "ags:05315000" */
	char *service;			/* of a form (its id), or NULL: all */
	char *channel;			/* "osci-forward" */
	char *address;			/* where it waits; NULL: the address of its directory entry */
	bool repeat;			/* sent again though it may have it already */
};

struct conf_peer {			/* an intermediary that wants something of its own */
	char *peer;			/* its address; the path does not matter */
	char *signature;
};

struct conf_peers {
	struct conf_peer *item;
	size_t n;
};

struct conf_ways {
	struct conf_way *item;
	size_t n;
};

struct conf_delivery {
	struct conf_key author_key;			/* signs the content */
	char *ca_file;					/* issuers of intermediaries' TLS certificates; NULL: the directory's */
	struct conf_key signature_key, cipher_key;	/* originator: signs orders; answers are encrypted for it */
	struct conf_key *previous_cipher_key;		/* the generation before, for what was stored under it; NULL if none */
	uint32_t workers, window;			/* window: attempts under way per recipient */
	uint32_t patient;				/* more attempts, at peers that do not answer or not yet */
	int64_t contact_timeout;			/* of the first answer of a peer that is not known to work */
	int64_t probe_most;				/* longest wait between two attempts at a dead peer */
	int64_t retry_first, retry_most;		/* RETRY_SOON */
	int64_t retry_slow_first, retry_slow_most;	/* RETRY_SLOW */
	int64_t lease, attempt_timeout;
	int64_t grace;					/* payload is erased this long after it was stored */
	int64_t cancelled_grace;			/* ... after it was cancelled or given up */
	int64_t give_up_after;				/* of what failed or is held; 0: never */
	/* asking whether it was fetched: first after, late after, given up after (0: never asked) */
	int64_t follow_after, collect_within, follow_for;
	bool sign_orders, require_signed_answers;
	char *channel;				/* for recipients that ways does not name */
	struct conf_ways ways;
	char *signature, *author_signature;	/* of orders, of content: "pss-sha256" */
	struct conf_peers peers;
	uint64_t max_reply_size;		/* of an answer to osci-mediate */
	int64_t reception_within;		/* how long a delivery that was passed on is asked for its Reception */
};

struct conf_monitor {
	struct conf_listen listen;
	struct conf_tls *tls;		/* NULL: plain */
};

struct conf_scanner {
	char *address;			/* "unix:/run/clamav/clamd.ctl", "127.0.0.1:3310" */
	int64_t timeout;		/* of one content */
	char *unavailable;		/* "refuse" or "accept" */
};

struct conf_identifier {		/* of a party; written as a group, or as the value alone */
	char *value;			/* "ags:05334002" */
	char *type;			/* "xoev" */
	char *name, *category;		/* or NULL */
	struct conf_list osci_certificates;	/* cipher certificates whose mailboxes of OSCI are its own */
	struct conf_key *osci_key, *previous_osci_key;	/* of those, the ones whose content is opened here; NULL: none */
};

struct conf_identifiers {
	struct conf_identifier *item;
	size_t n;
};

struct conf_account {			/* a procedure that speaks XTA */
	char *name;
	struct conf_list certificates;	/* PEM or DER files */
	struct conf_list fingerprints;	/* SHA-256 of certificates, 64 hexadecimal digits, colons allowed */
	struct conf_identifiers identifiers;	/* the first one speaks when a request names none */
	bool send, receive;		/* what it may */
	bool send_elsewhere;		/* to recipients of the directory */
	bool test;			/* takes test messages */
	bool locked;
};

struct conf_accounts {
	struct conf_account *item;
	size_t n;
};

struct conf_xta {
	struct conf_listen listen;
	struct conf_tls tls;		/* HTTPS only */
	struct conf_list client_ca;	/* PEM: issuers of the accounts' certificates */
	struct conf_list client_crls;	/* their revocation lists; empty: not checked */
	char *management_path, *send_path, *message_box_path;
	char *public_url;		/* for the WSDL and the report; NULL: as the client called us */
	char *client_header;		/* as that of the form */
	char *message_id_prefix;	/* "urn:de:xta:messageid:PREFIX:..." */
	bool lenient;
	uint64_t max_message_size;	/* decoded content of one message */
	uint32_t account_requests;	/* of one account at once */
	uint64_t mailbox_size, sender_size;	/* these four: without a section intermediary, otherwise its own hold */
	int64_t mailbox_retention, unfetched_retention;
	struct conf_accounts accounts;
};

struct conf {
	char *file;			/* where it was read from */
	char *data_dir, *master_key_file, *control_socket, *control_group;
	uint64_t disk_reserve;
	uint64_t scratch_size;		/* share of the disk of requests under way */
	char *log_level, *log_format;	/* "info"; "text" or "json" */
	uint32_t http_workers, http_connections, http_client_requests, http_client_connections;
	struct conf_list http_trusted_proxies;	/* addresses and networks; empty: whoever sends */
	struct conf_trust trust;
	struct conf_policy policy;
	struct conf_intermediary *intermediary;
	struct conf_xta *xta;
	struct conf_scanner *scanner;
	struct conf_form *form;
	struct conf_directory *directory;
	struct conf_delivery *delivery;
	struct conf_monitor *monitor;
};

/* Reads, checks and binds. Every message has the form "file:line: key: what is wrong, what was expected"; all messages
 * (up to 50) are appended to problems, one per line; the error is the first. Checks that named files exist and that key
 * and password files are private. Caller frees with conf_free. */
int conf_load(const char *file, struct conf **out, struct buf *problems, struct err *e);
void conf_free(struct conf *c);

/* Effective values and where each comes from ("depesche.yaml:12" or "default"), one per line; secrets never appear
 * because they are in files of their own. Needs the snapshot of conf_load. */
void conf_print(const struct conf *c, struct buf *out);
/* The line where the value of a key stands, or the first value of a section ("delivery.author_key") or of an entry of a
 * list of groups ("form.definitions[2]", from 1); 0: nowhere. */
unsigned conf_line_of(const struct conf *c, const char *key);
/* A duration as the file has it: "10 s", "250ms", "3 days"; a bare number only if it is 0. False: not one, or too large. */
bool conf_time_parse(struct span text, int64_t *ms);
/* Documentation from the schema table: one line per key. format: 'm' Markdown table, 'r' mdoc. */
void conf_document(struct buf *out, char format);

#endif
