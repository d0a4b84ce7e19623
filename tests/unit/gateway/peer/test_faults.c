/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is told what when there is no secure connection, or none at all: the real client against servers with faults. */
#include "cm.h"

#include <dlfcn.h>
#include <netdb.h>

#include "base/mem.h"
#include "h_canned.h"
#include "peer/post.h"
#include "spool/suite/h_spool.h"

#define TIMEOUT_MS 20000

static struct {
	struct h_spool spool;
	struct mk_cert root, foreign, good, other_name, expired, early, self, unknown;
	struct http_client *http;
} w;

/* The name server: libcurl resolves through this function. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	if (node != NULL && strstr(node, "example") != NULL)
		return EAI_NONAME;
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, list);
}

static struct mk_cert make(enum mk_use use, const struct mk_cert *issuer, int from, int to)
{
	return mk_make(&(struct mk_spec){ .cn = "Vermittler", .org = "Test", .use = use, .issuer = issuer, .from_days = from,
					  .to_days = to });
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;
	static char ca[200];

	(void)state;
	h_spool_init(&w.spool);
	w.root = make(MK_CA, NULL, -100, 100);
	w.foreign = make(MK_CA, NULL, -100, 100);
	w.good = make(MK_TLS_SERVER, &w.root, -1, 10);
	w.other_name = make(MK_SIGN, &w.root, -1, 10);	/* names no host at all */
	w.expired = make(MK_TLS_SERVER, &w.root, -10, -1);
	w.early = make(MK_TLS_SERVER, &w.root, 1, 10);
	w.self = make(MK_TLS_SERVER, NULL, -1, 10);
	w.unknown = make(MK_TLS_SERVER, &w.foreign, -1, 10);
	snprintf(ca, sizeof(ca), "%s/root.pem", w.spool.root);
	assert_ok(mk_write_certs(ca, &w.root.x, 1, &e), e);
	assert_ok(http_client_check(&e), e);
	assert_ok(http_client_new(&(struct http_client_settings){ .ca_file = ca }, &w.http, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	struct mk_cert *all[] = { &w.root, &w.foreign, &w.good, &w.other_name, &w.expired, &w.early, &w.self, &w.unknown };

	(void)state;
	http_client_free(w.http);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		mk_free(all[i]);
	h_spool_fini(&w.spool);
	return 0;
}

#define OK "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

static const struct {
	const char *name;
	const struct mk_cert *cert;	/* NULL: plain */
	const char *answer, *scheme, *host;
	enum reason reason;
	enum reason_owner owner;
	const char *says;
} faults[] = {
	{ "a good one", &w.good, OK, "https", "127.0.0.1", RSN_NONE, OWNER_NOBODY, "" },
	{ "a certificate for another host", &w.other_name, OK, "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY, "127.0.0.1" },
	{ "an expired certificate", &w.expired, OK, "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY, "certificate has expired" },
	{ "a certificate of tomorrow", &w.early, OK, "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY, "not yet valid" },
	{ "a self-signed certificate", &w.self, OK, "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY, "self-signed" },
	{ "an unknown issuer", &w.unknown, OK, "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY, "unable to get local issuer" },
	{ "https to a plain port", NULL, "HTTP/1.1 400 Bad Request\r\n\r\n", "https", "127.0.0.1", RSN_NET_TLS, OWNER_INTERMEDIARY,
	  "the port does not speak TLS" },
	/* OpenSSL closes, other implementations send an alert */
	{ "http to a TLS port", &w.good, OK, "http", "127.0.0.1", RSN_NET_ANSWER_LOST, OWNER_NOBODY, "perhaps the port speaks TLS" },
	{ "http to a TLS port that sends an alert", NULL, "\x15\x03\x03\x01\x02\x02\x46", "http", "127.0.0.1", RSN_NET_BAD_ANSWER,
	  OWNER_INTERMEDIARY, "perhaps the port speaks TLS" },
	{ "a name with a typing error", NULL, OK, "http", "vermitler.example", RSN_NET_UNKNOWN_HOST, OWNER_DIRECTORY,
	  "vermitler.example" },
	{ "a server that closes instead of a handshake", NULL, NULL, "https", "127.0.0.1", RSN_NET_UNREACHABLE, OWNER_NOBODY, "" },
	{ "no HTTP", NULL, "220 mail.example ESMTP\r\n", "http", "127.0.0.1", RSN_NET_BAD_ANSWER, OWNER_INTERMEDIARY, "" },
};

static int post(const char *url, bool *sent, struct err *e)
{
	struct src *body = src_of_mem("<osci/>", 7), *answer = NULL;
	struct peer_post p;
	int rc;

	peer_post_init(&p, w.http, url, w.spool.dir, TIMEOUT_MS, 65536);
	*sent = false;
	rc = p.transport.post(p.transport.ctx, body, 7, &answer, sent, e);
	src_close(answer);
	src_close(body);
	peer_post_fini(&p);
	return rc;
}

static void each_fault_names_its_cause_and_who_has_to_act(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct h_canned server;
		struct err e = ERR_INIT;
		char url[100];
		bool sent;

		h_canned_up(&server, faults[i].cert, faults[i].answer);
		snprintf(url, sizeof(url), "%s://%s:%u/osci", faults[i].scheme, faults[i].host, (unsigned)server.port);
		(void)post(url, &sent, &e);
		h_canned_down(&server);
		if (e.reason == faults[i].reason && strstr(e.text, faults[i].says) != NULL &&
		    (e.reason == RSN_NONE || reason_info(e.reason)->owner == faults[i].owner) &&
		    sent == (e.reason == RSN_NONE || e.reason == RSN_NET_BAD_ANSWER || e.reason == RSN_NET_ANSWER_LOST))
			continue;
		print_error("%s: sent %d, %s %s\n", faults[i].name, sent, reason_info(e.reason)->key, e.text);
		bad++;
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_names_its_cause_and_who_has_to_act),
	};
	return cmocka_run_group_tests_name("gateway/peer/faults", tests, set_up, tear_down);
}
