/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is told what when the directory cannot be asked: the real client against servers with faults. */
#include "h_route.h"

#include <dlfcn.h>
#include <netdb.h>

#include "base/clock.h"
#include "base/mem.h"
#include "h_canned.h"

#define W (&h_world)
#define DAYS (24LL * 3600 * 1000)

/* The name server: libcurl resolves through this function. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	if (node != NULL && strstr(node, "example") != NULL)
		return EAI_NONAME;
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, list);
}

#define PAGE "Content-Type: text/html\r\n\r\n<!DOCTYPE html><title>Wartung</title>"
#define PROBLEM "Content-Type: application/problem+json\r\n\r\n{\"title\":\"no\"}"

static const struct {
	const char *name, *host, *status, *rest;	/* of the answer */
	int64_t date;					/* of the server's clock, from ours; 1: none is told */
	const struct mk_cert *cert;			/* NULL: plain */
	enum reason reason;
	enum reason_owner owner;
	const char *says;
} faults[] = {
	{ "a name with a typing error", "dvdv.example", "200 OK", PAGE, 1, &h_world.tls, RSN_LOC_DIRECTORY, OWNER_OPERATOR, "dvdv.example" },
	{ "no token service at the path", "127.0.0.1", "404 Not Found", PAGE, 0, &h_world.tls, RSN_LOC_DIRECTORY, OWNER_OPERATOR,
	  "directory.token_path" },
	{ "no such method at the path", "127.0.0.1", "405 Method Not Allowed", PAGE, 1, &h_world.tls, RSN_LOC_DIRECTORY, OWNER_OPERATOR,
	  "directory.token_path" },
	{ "a page instead of a token", "127.0.0.1", "200 OK", PAGE, 0, &h_world.tls, RSN_DIR_BAD_ANSWER, OWNER_DIRECTORY, "a web page" },
	{ "our key is refused", "127.0.0.1", "401 Unauthorized", PROBLEM, 0, &h_world.tls, RSN_DIR_DENIED, OWNER_OPERATOR, "401" },
	{ "refused without a date", "127.0.0.1", "401 Unauthorized", PROBLEM, 1, &h_world.tls, RSN_DIR_DENIED, OWNER_OPERATOR, "401" },
	{ "refused by a clock a little off", "127.0.0.1", "401 Unauthorized", PROBLEM, 20000, &h_world.tls, RSN_DIR_DENIED, OWNER_OPERATOR,
	  "401" },
	{ "our clock is ten days ahead", "127.0.0.1", "401 Unauthorized", PROBLEM, -10 * DAYS, &h_world.tls, RSN_LOC_CLOCK, OWNER_OPERATOR,
	  "the server's clock says" },
	{ "our clock is ten days behind", "127.0.0.1", "400 Bad Request", PROBLEM, 10 * DAYS, &h_world.tls, RSN_LOC_CLOCK, OWNER_OPERATOR,
	  "the server's clock says" },
	{ "a certificate for another host", "127.0.0.1", "200 OK", PAGE, 0, &h_world.im_sign, RSN_DIR_TLS, OWNER_OPERATOR, "127.0.0.1" },
	{ "a self-signed certificate", "127.0.0.1", "200 OK", PAGE, 0, &h_world.root, RSN_DIR_TLS, OWNER_OPERATOR, "" },
	{ "https to a plain port", "127.0.0.1", "400 Bad Request", PAGE, 0, NULL, RSN_DIR_TLS, OWNER_OPERATOR, "does not speak TLS" },
	{ "out of order", "127.0.0.1", "503 Service Unavailable", PAGE, 0, &h_world.tls, RSN_DIR_UNREACHABLE, OWNER_DIRECTORY, "503" },
};

/* Both servers of the directory are the one at this address. */
static void point_to(const char *host, unsigned port)
{
	static char base[100];
	static const char *servers[] = { base };
	struct err e = ERR_INIT;

	snprintf(base, sizeof(base), "https://%s:%u/", host, port);
	dir_free(W->dir);
	W->o.servers = servers;
	W->o.server_count = 1;
	assert_ok(dir_new(&W->o, &W->dir, &e), e);
}

static void each_fault_names_its_cause_and_who_has_to_act(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		char answer[500], date[CLOCK_TEXT_LEN], header[60] = "", hex[65];
		struct h_canned server;
		struct dir_route r;
		struct err e;

		if (faults[i].date != 1)
			snprintf(header, sizeof(header), "Date: %s\r\n", clock_http(clock_now() + faults[i].date, date));
		snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\n%sConnection: close\r\n%s", faults[i].status, header, faults[i].rest);
		h_canned_up(&server, faults[i].cert, answer);
		point_to(faults[i].host, server.port);
		(void)h_resolve(h_key(), &r, hex, &e);
		h_canned_down(&server);
		if (e.reason == faults[i].reason && reason_info(e.reason)->owner == faults[i].owner &&
		    strstr(e.text, faults[i].says) != NULL)
			continue;
		print_error("%s: %s %s\n", faults[i].name, reason_info(e.reason)->key, e.text);
		bad++;
	}
	assert_int_equal(bad, 0);
}

static void own_faults_let_an_old_entry_serve(void **state)
{
	const char *key = h_key();
	struct dir_stats s;

	(void)state;
	h_works(key, false);
	clock_shift(H_FRESH_MS + 1);
	point_to("dvdv.example", 443);
	h_works(key, true);
	dir_stats_get(W->dir, &s);
	assert_int_equal(s.reason, RSN_LOC_DIRECTORY);
	assert_int_equal(s.stale_used, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, h_fresh, h_stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_fault_names_its_cause_and_who_has_to_act),
		T(own_faults_let_an_old_entry_serve),
	};
	return cmocka_run_group_tests_name("gateway/dir/blame", tests, h_world_up, h_world_down);
}
