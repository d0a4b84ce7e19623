/* SPDX-License-Identifier: EUPL-1.2 */
/* client_call - one call through libcurl: options, callbacks, and what an outcome means. */
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/mem.h"
#include "http/client_priv.h"
#include "http/head.h"

#define IDLE_CONNECTION_S 20L	/* older ones are not used again: servers close them without a word */

static size_t give_body(char *to, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	size_t got = 0, cap = size * n;

	if (x->call->body_length >= 0 && cap > (uint64_t)x->call->body_length - x->body_sent)
		cap = (size_t)((uint64_t)x->call->body_length - x->body_sent);
	if (cap > 0 && src_read(x->call->body, to, cap, &got, &x->err) != 0)
		return CURL_READFUNC_ABORT;
	x->body_sent += got;
	if (got == 0 && x->call->body_length >= 0 && x->body_sent < (uint64_t)x->call->body_length) {
		(void)err_set(&x->err, ERR_INTERNAL, "body is shorter than its length");
		return CURL_READFUNC_ABORT;
	}
	if (got == 0 || (x->call->body_length >= 0 && x->body_sent == (uint64_t)x->call->body_length))
		x->body_ended = true;
	return got;
}

static size_t take_body(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	n *= size;
	if (n > x->max_answer - x->answer->body_bytes) {
		(void)err_reason(&x->err, ERR_LIMIT, RSN_NET_BAD_ANSWER, "answer of more than %llu bytes",
				 (unsigned long long)x->max_answer);
		return CURL_WRITEFUNC_ERROR;
	}
	if (x->call->to != NULL && sink_write(x->call->to, data, n, &x->err) != 0)
		return CURL_WRITEFUNC_ERROR;
	x->answer->body_bytes += n;
	return n;
}

static size_t take_header(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	struct buf *lines = &x->answer->head->lines;
	struct span line = span_trim((struct span){ data, size * n });
	struct http_field f;
	struct err ignored = ERR_INIT;

	if (span_starts(line, "HTTP/")) {
		buf_reset(lines);	/* a new head: the one before was interim (100 Continue) */
		x->head_ended = false;
		return size * n;
	}
	x->head_ended = x->head_ended || line.n == 0;
	if (line.n == 0 || http_field_parse(line, &f, &ignored) != 0)
		return size * n;
	buf_span(lines, f.name);
	buf_putc(lines, '\0');
	buf_span(lines, f.value);
	buf_putc(lines, '\0');
	if (lines->over) {
		(void)err_reason(&x->err, ERR_LIMIT, RSN_NET_BAD_ANSWER, "head of more than %d bytes", HEAD_MAX);
		return 0;
	}
	return size * n;
}

/* libcurl calls it about once a second, whatever it waits for: a name, a connection or an answer. */
static int look_at_the_end(void *ctx, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	struct exchange *x = ctx;

	(void)down_all;
	(void)down;
	(void)up_all;
	(void)up;
	if (!http_client_is_over(x->client))
		return 0;
	(void)err_set(&x->err, ERR_STOPPING, "given up: shutting down");
	return 1;
}

static CURLcode set_tls(CURL *curl, void *ssl_ctx, void *ctx)
{
	struct exchange *x = ctx;
	const struct http_client_settings *s = &x->client->settings;

	(void)curl;
	(void)SSL_CTX_set_options(ssl_ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	return s->tls == NULL || s->tls(ssl_ctx, s->tls_ctx, &x->err) == 0 ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

#define SET(option, value)                                                                                             \
	do {                                                                                                           \
		CURLcode set_rc_ = curl_easy_setopt(x->curl, (option), (value));                                       \
		if (set_rc_ != CURLE_OK)                                                                               \
			return err_set(e, ERR_INTERNAL, "%s: %s", #option, curl_easy_strerror(set_rc_));               \
	} while (0)

/* The last word is the address: a name that was harmless in the directory may lead here. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct exchange *x = ctx;
	struct addr a;

	(void)purpose;
	if (addr_of_socket(&to->addr, &a) && addr_is_local(&a)) {
		x->local_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Nothing from the environment, no redirects, one protocol version. */
static int set_common(struct exchange *x, struct err *e)
{
	const struct http_client_settings *s = &x->client->settings;
	const struct http_call *call = x->call;

	SET(CURLOPT_URL, call->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L);	/* a name server that does not answer must not hold the call beyond its limit */
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, look_at_the_end);
	SET(CURLOPT_XFERINFODATA, x);
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_USERAGENT, s->user_agent);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(call->connect_ms != 0 ? call->connect_ms : s->connect_ms));
	SET(CURLOPT_TIMEOUT_MS, (long)(call->total_ms != 0 ? call->total_ms : s->total_ms));
	SET(CURLOPT_LOW_SPEED_TIME, (long)s->stall_s);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)s->min_rate);
	SET(CURLOPT_MAXAGE_CONN, IDLE_CONNECTION_S);
	SET(CURLOPT_FRESH_CONNECT, call->fresh ? 1L : 0L);
	SET(CURLOPT_FORBID_REUSE, call->fresh ? 1L : 0L);
	SET(CURLOPT_OPENSOCKETFUNCTION, s->refuse_local ? open_socket : (curl_opensocket_callback)NULL);
	SET(CURLOPT_OPENSOCKETDATA, x);
	SET(CURLOPT_SHARE, x->client->share);
	SET(CURLOPT_BUFFERSIZE, 65536L);
	SET(CURLOPT_UPLOAD_BUFFERSIZE, 65536L);
	return 0;
}

/* Without CAINFO and CAPATH set to NULL libcurl would trust the system's store. */
static int set_tls_options(struct exchange *x, struct err *e)
{
	const struct http_client_settings *s = &x->client->settings;

	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_CAINFO, s->ca_file);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_CTX_FUNCTION, set_tls);
	SET(CURLOPT_SSL_CTX_DATA, x);
	return 0;
}

static int set_method(struct exchange *x, struct curl_slist *headers, struct err *e)
{
	const struct http_call *call = x->call;
	const char *method = call->method != NULL ? call->method : call->body != NULL ? "POST" : "GET";

	if (!http_is_token(span_of(method)))
		return err_set(e, ERR_SYNTAX, "method is not allowed");
	SET(CURLOPT_HTTPHEADER, headers);
	if (call->body != NULL) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_READFUNCTION, give_body);
		SET(CURLOPT_READDATA, x);
		if (call->body_length >= 0)
			SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_length);
	} else if (strcmp(method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	} else if (strcmp(method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDS, "");
		SET(CURLOPT_POSTFIELDSIZE, 0L);
	}
	SET(CURLOPT_CUSTOMREQUEST, method);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, x);
	return 0;
}

/* The request was on its way in full: without a body as soon as the connection stood, with one when libcurl had all of
 * it. In doubt "sent": the caller then asks instead of sending again. */
static bool was_sent(const struct exchange *x)
{
	long request_bytes = 0;

	(void)curl_easy_getinfo(x->curl, CURLINFO_REQUEST_SIZE, &request_bytes);
	return request_bytes > 0 && (x->call->body == NULL || x->call->body_length == 0 || x->body_ended);
}

static void fill_answer(struct exchange *x, CURLcode code)
{
	long status = 0, connects = 1;
	const char *address = NULL;

	(void)curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(x->curl, CURLINFO_NUM_CONNECTS, &connects);
	(void)curl_easy_getinfo(x->curl, CURLINFO_PRIMARY_IP, &address);
	x->answer->status = status >= 100 && status <= 599 ? (unsigned)status : 0;
	x->answer->reused = connects == 0;
	x->answer->sent = code == CURLE_OK || was_sent(x);
	(void)snprintf(x->answer->address, sizeof(x->answer->address), "%s", address == NULL ? "" : address);
}

/* A TLS server has nothing to say to a request in the clear, or sends an alert. */
static const char *hint_of(const struct exchange *x)
{
	return strncasecmp(x->call->url, "http:", 5) == 0 ? " (perhaps the port speaks TLS)" : "";
}

static int broken_off(const struct exchange *x, const char *text, struct err *e)
{
	return err_reason(e, ERR_PEER, x->answer->sent ? RSN_NET_ANSWER_LOST : RSN_NET_UNREACHABLE, "%s%s", text,
			  x->answer->status == 0 ? hint_of(x) : "");
}

static int timed_out(const struct exchange *x, const char *text, struct err *e)
{
	long request_bytes = 0;

	(void)curl_easy_getinfo(x->curl, CURLINFO_REQUEST_SIZE, &request_bytes);
	if (request_bytes == 0)
		return err_reason(e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "not connected in time: %s", text);
	return err_reason(e, ERR_TIMEOUT, RSN_NET_TIMEOUT, "%s", text);
}

/* What a connection that broke off has in common with bad TLS is only libcurl's code for it. */
static int tls_failed(const char *text, struct err *e)
{
	bool broke_off = strstr(text, "SSL_ERROR_SYSCALL") != NULL || strstr(text, "Connection reset") != NULL;
	bool plain = strstr(text, "wrong version number") != NULL;

	return err_reason(e, ERR_UNREACHABLE, broke_off ? RSN_NET_UNREACHABLE : RSN_NET_TLS, "%s%s", text,
			  plain ? " (the port does not speak TLS)" : "");
}

static int outcome(const struct exchange *x, CURLcode code, const char *text, struct err *e)
{
	if (x->err.code != ERR_OK) {
		*e = x->err;
		return x->err.code;
	}
	switch (code) {
	case CURLE_OK:
		/* libcurl takes a head that broke off for the whole answer. */
		return x->head_ended ? 0 : broken_off(x, "the answer's head broke off", e);
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_reason(e, ERR_UNREACHABLE, RSN_NET_UNKNOWN_HOST, "%s", text);
	case CURLE_COULDNT_CONNECT:
		if (x->local_refused)
			return err_reason(e, ERR_UNREACHABLE, RSN_DIR_BAD_ADDRESS,
					  "the name leads to this machine; see directory.allow_local_addresses");
		return err_reason(e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "%s", text);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return tls_failed(text, e);
	case CURLE_UNSUPPORTED_PROTOCOL:	/* an answer without a status line */
	case CURLE_WEIRD_SERVER_REPLY:
		return err_reason(e, ERR_PEER, RSN_NET_BAD_ANSWER, "%s%s", text, hint_of(x));
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(e, ERR_CONFIG, "%s", text);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(x, text, e);
	case CURLE_URL_MALFORMAT:
		return err_set(e, ERR_SYNTAX, "%s", text);
	case CURLE_OUT_OF_MEMORY:
		return err_set(e, ERR_NOMEM, "libcurl");
	default:
		return broken_off(x, text, e);
	}
}

int http_exchange_run(struct exchange *x, struct curl_slist *headers, struct err *e)
{
	char text[CURL_ERROR_SIZE] = "";
	CURLcode code;
	int rc;

	if ((rc = set_common(x, e)) != 0 || (rc = set_tls_options(x, e)) != 0 || (rc = set_method(x, headers, e)) != 0)
		return rc;
	SET(CURLOPT_ERRORBUFFER, text);
	code = curl_easy_perform(x->curl);
	fill_answer(x, code);
	(void)curl_easy_setopt(x->curl, CURLOPT_ERRORBUFFER, NULL);
	return outcome(x, code, text[0] != '\0' ? text : curl_easy_strerror(code), e);
}
