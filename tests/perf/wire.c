/* SPDX-License-Identifier: EUPL-1.2 */
/* XTA calls on a connection that is kept alive. */
#include "wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/mem.h"

enum { HEAD_MAX = 65536, PIECE = 65536 };
#define BOX "http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/"
#define OPEN                                                                                                           \
	"<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\" "  \
	"xmlns:m=\"http://www.osci.eu/ws/2014/10/transport\" xmlns:o=\"http://www.osci.eu/ws/2008/05/transport\" "           \
	"xmlns:x=\"http://xoev.de/transport/xta/211\"><e:Header><a:Action>%s</a:Action>"

struct wire {
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
	char in[HEAD_MAX];
	size_t n, at;		/* bytes in it, and read of them */
};

static void need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "wire: %s\n", what);
	exit(1);
}

struct wire *wire_open(const char *dir, const char *key, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	char *cert = mem_printf("%s/keys/%s.cert.pem", dir, key), *own = mem_printf("%s/keys/%s.key.pem", dir, key);
	struct wire *w = mem_new(sizeof(*w));
	int on = 1;

	w->ctx = SSL_CTX_new(TLS_client_method());	/* trusts anybody: it is this machine */
	need(SSL_CTX_use_certificate_file(w->ctx, cert, SSL_FILETYPE_PEM) == 1 &&
	     SSL_CTX_use_PrivateKey_file(w->ctx, own, SSL_FILETYPE_PEM) == 1, "certificate");
	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(w->fd >= 0 && connect(w->fd, (const struct sockaddr *)&to, sizeof(to)) == 0, "connect");
	(void)setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	w->ssl = SSL_new(w->ctx);
	need(SSL_set_fd(w->ssl, w->fd) == 1 && SSL_connect(w->ssl) == 1, "handshake");
	free(cert);
	free(own);
	return w;
}

void wire_close(struct wire *w)
{
	SSL_free(w->ssl);
	SSL_CTX_free(w->ctx);
	(void)close(w->fd);
	free(w);
}

static void put(struct wire *w, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		int done = SSL_write(w->ssl, p, n > (1 << 20) ? 1 << 20 : (int)n);

		need(done > 0, "write");
		p += done;
		n -= (size_t)done;
	}
}

static char get(struct wire *w)
{
	if (w->at == w->n) {
		int got = SSL_read(w->ssl, w->in, sizeof(w->in));

		need(got > 0, "read");
		w->n = (size_t)got;
		w->at = 0;
	}
	return w->in[w->at++];
}

static void get_line(struct wire *w, char *out, size_t cap)
{
	size_t n = 0;
	char c;

	while ((c = get(w)) != '\n')
		if (c != '\r' && n + 1 < cap)
			out[n++] = c;
	out[n] = '\0';
}

static void take(struct wire *w, uint64_t n, struct buf *out)
{
	while (n > 0) {
		size_t here;

		if (w->at == w->n) {
			(void)get(w);
			w->at--;
		}
		here = w->n - w->at < n ? w->n - w->at : (size_t)n;
		if (out != NULL)
			buf_put(out, w->in + w->at, here);
		w->at += here;
		n -= here;
	}
}

/* The answer's body; its length. */
static uint64_t answer(struct wire *w, struct buf *out)
{
	uint64_t length = 0, all = 0;
	bool chunked = false;
	char line[2000];
	long status;

	get_line(w, line, sizeof(line));
	status = strtol(line + 9, NULL, 10);
	do {
		get_line(w, line, sizeof(line));
		if (strncasecmp(line, "Content-Length:", 15) == 0)
			length = strtoull(line + 15, NULL, 10);
		chunked = chunked || strncasecmp(line, "Transfer-Encoding: chunked", 26) == 0;
	} while (line[0] != '\0');
	while (chunked) {
		get_line(w, line, sizeof(line));
		length = strtoull(line, NULL, 16);
		take(w, length, out);
		all += length;
		get_line(w, line, sizeof(line));
		if (length == 0)
			break;
	}
	take(w, chunked ? 0 : length, out);
	if (status != 200 && out != NULL)
		(void)fprintf(stderr, "%s\n", buf_str(out));
	need(status == 200, "a call was refused");
	return chunked ? all : length;
}

static void head(struct wire *w, int port, const char *media, uint64_t length)
{
	static const char *const paths[] = { "ManagementPort", "SendXtaPort", "MsgBoxPort" };
	char text[1000];
	int n = snprintf(text, sizeof(text), "POST /services/XTAService/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\n"
					     "Content-Length: %llu\r\n\r\n", paths[port], media, (unsigned long long)length);

	put(w, text, (size_t)n);
}

void wire_call(struct wire *w, int port, const char *media, struct span body, struct buf *out)
{
	head(w, port, media, body.n);
	put(w, body.p, body.n);
	buf_reset(out);
	(void)answer(w, out);
}

uint64_t wire_large(struct wire *w, int port, const char *media, struct span before, uint64_t size, struct span tail)
{
	char *piece = mem_new(PIECE);

	memset(piece, 'x', PIECE);
	head(w, port, media, before.n + size + tail.n);
	put(w, before.p, before.n);
	for (uint64_t left = size; left > 0; left -= left < PIECE ? left : PIECE)
		put(w, piece, left < PIECE ? (size_t)left : PIECE);
	put(w, tail.p, tail.n);
	free(piece);
	return answer(w, NULL);
}

void wire_send_head(struct buf *b, const char *id, const char *from, const char *to)
{
	buf_puts(b, "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n"
		    "Content-Transfer-Encoding: binary\r\nContent-ID: <r>\r\n\r\n");
	buf_printf(b, OPEN, "http://www.xta.de/XTA/SendMessage");
	buf_printf(b, "<m:MessageMetaData TestMsg=\"false\"><m:DeliveryAttributes><m:Origin>2026-11-27T10:00:00Z</m:Origin>"
		      "</m:DeliveryAttributes><m:Originators><m:Author><m:Identifier type=\"xoev\">%s</m:Identifier></m:Author>"
		      "</m:Originators><m:Destinations><m:Reader><m:Identifier type=\"xoev\">%s</m:Identifier></m:Reader>"
		      "</m:Destinations><m:MsgIdentification><a:MessageID>%s</a:MessageID></m:MsgIdentification><m:Qualifier>"
		      "<m:Subject>bench</m:Subject><m:Service>http://www.osci.de/depesche/antrag/1/antrag.wsdl</m:Service>"
		      "<m:BusinessScenario><m:Defined listURI=\"urn:de:xta:codeliste:business.scenario\" listVersionID=\"1\">"
		      "<code>XSOZIAL_DATA</code></m:Defined></m:BusinessScenario>", from, to, id);
	buf_puts(b, "<m:MessageType listURI=\"urn:de:payloadSchema:elementName\" listVersionID=\"1.0\" payloadSchema=\"urn:bench\">"
		    "<code>antrag</code></m:MessageType></m:Qualifier></m:MessageMetaData></e:Header><e:Body>"
		    "<x:GenericContentContainer><x:ContentContainer><x:Message contentType=\"text/xml\" filename=\"a.xml\">"
		    "<i:Include xmlns:i=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:p\"/></x:Message></x:ContentContainer>"
		    "</x:GenericContentContainer></e:Body></e:Envelope>\r\n--b\r\nContent-Type: application/octet-stream\r\n"
		    "Content-Transfer-Encoding: binary\r\nContent-ID: <p>\r\n\r\n");
}

void wire_send_tail(struct buf *b)
{
	buf_puts(b, "\r\n--b--\r\n");
}

void wire_list(struct buf *b, unsigned max)
{
	buf_printf(b, OPEN "</e:Header><e:Body><o:MsgBoxStatusListRequest maxListItems=\"%u\" ListForm=\"MessageMetaData\"/>"
		      "</e:Body></e:Envelope>", BOX "MsgBoxStatusListRequest", max);
}

void wire_get(struct buf *b, const char *id)
{
	buf_printf(b, OPEN "</e:Header><e:Body><o:MsgBoxFetchRequest><o:MsgSelector><a:MessageID>%s</a:MessageID></o:MsgSelector>"
		      "</o:MsgBoxFetchRequest></e:Body></e:Envelope>", BOX "MsgBoxFetchRequest", id);
}

void wire_done(struct buf *b, const char *id)
{
	buf_printf(b, OPEN "</e:Header><e:Body><o:MsgBoxCloseRequest MsgBoxRequestID=\"1\"><o:LastMsgReceived>%s</o:LastMsgReceived>"
		      "</o:MsgBoxCloseRequest></e:Body></e:Envelope>", BOX "MsgBoxCloseRequest", id);
}
