/* SPDX-License-Identifier: EUPL-1.2 */
/* What one storeDelivery cannot do without, by itself. */
#include "primitives.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rsa.h>

#include "base/mem.h"

enum { OCTETS = 1024, PARTS = 8 };
#define PAGE ((off_t)4096)

struct primitives {
	EVP_PKEY_CTX *decrypt, *encrypt, *sign, *verify;
	EVP_CIPHER_CTX *cipher;
	uint8_t box[OCTETS], signature[OCTETS], digest[32];
	size_t box_len, signature_len;
	size_t request, kept, answer;
	uint8_t *data;
	char *path;
	int here, there, file;		/* both ends of a connection; the file that is synced */
	double sum[PARTS];
	unsigned rounds;
};

double primitives_cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static EVP_PKEY_CTX *oaep(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);

	must(init(c) == 1 && EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_OAEP_PADDING) == 1 &&
	     EVP_PKEY_CTX_set_rsa_oaep_md(c, EVP_sha256()) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(c, EVP_sha256()) == 1);
	return c;
}

static EVP_PKEY_CTX *pkcs1(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);

	must(init(c) == 1 && EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1);
	return c;
}

static void send_request(struct primitives *p)
{
	must(send(p->there, p->data, p->request, MSG_NOSIGNAL) == (ssize_t)p->request);
}

static void take_request(struct primitives *p)
{
	must(recv(p->here, p->data, p->request, MSG_WAITALL) == (ssize_t)p->request);
}

static void give_answer(struct primitives *p)
{
	must(send(p->here, p->data, p->answer, MSG_NOSIGNAL) == (ssize_t)p->answer);
}

static void take_answer(struct primitives *p)
{
	must(recv(p->there, p->data, p->answer, MSG_WAITALL) == (ssize_t)p->answer);
}

static void rsa_decrypt(struct primitives *p)
{
	uint8_t open[OCTETS];
	size_t n = sizeof(open);

	must(EVP_PKEY_decrypt(p->decrypt, open, &n, p->box, p->box_len) == 1);
}

static void rsa_encrypt(struct primitives *p)
{
	static const uint8_t secret[32] = { 1 };

	p->box_len = sizeof(p->box);
	must(EVP_PKEY_encrypt(p->encrypt, p->box, &p->box_len, secret, sizeof(secret)) == 1);
}

static void rsa_sign(struct primitives *p)
{
	p->signature_len = sizeof(p->signature);
	must(EVP_PKEY_sign(p->sign, p->signature, &p->signature_len, p->digest, sizeof(p->digest)) == 1);
}

static void rsa_verify(struct primitives *p)
{
	must(EVP_PKEY_verify(p->verify, p->signature, p->signature_len, p->digest, sizeof(p->digest)) == 1);
}

static void bulk(struct primitives *p)
{
	const size_t sizes[] = { p->request, p->kept, p->answer };
	static const uint8_t key[32] = { 1 }, iv[12] = { 2 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		uint8_t digest[32];
		int got;

		must(EVP_EncryptInit_ex(p->cipher, EVP_aes_256_gcm(), NULL, key, iv) == 1 &&
		     EVP_EncryptUpdate(p->cipher, p->data, &got, p->data, (int)sizes[i]) == 1 &&
		     EVP_EncryptFinal_ex(p->cipher, p->data + sizes[i], &got) == 1 &&
		     EVP_Digest(p->data, sizes[i], digest, NULL, EVP_sha256(), NULL) == 1);
	}
}

/* What a database does at the least: its payload and the pages of two tables, and then the page that makes them count. */
static void commit(struct primitives *p)
{
	const size_t page = (size_t)PAGE;
	const off_t at = 2 * PAGE + (off_t)p->kept;

	must(pwrite(p->file, p->data, p->kept, 2 * PAGE) == (ssize_t)p->kept);
	must(pwrite(p->file, p->data, page, at) == PAGE && pwrite(p->file, p->data, page, at + 8 * PAGE) == PAGE);
	must(fdatasync(p->file) == 0);
	must(pwrite(p->file, p->data, page, p->rounds % 2 == 0 ? 0 : PAGE) == PAGE && fdatasync(p->file) == 0);
}

static const struct {
	const char *name;
	void (*run)(struct primitives *p);
	void (*before)(struct primitives *p), (*after)(struct primitives *p);	/* what the peer does; not measured */
	bool needs_key;
} parts[PARTS] = {
	{ "request from a socket", take_request, send_request, NULL, false },
	{ "RSA decrypt", rsa_decrypt, NULL, NULL, true },
	{ "RSA verify", rsa_verify, NULL, NULL, true },
	{ "AES-256-GCM and SHA-256", bulk, NULL, NULL, false },
	{ "a synced commit", commit, NULL, NULL, false },
	{ "RSA sign", rsa_sign, NULL, NULL, true },
	{ "RSA encrypt", rsa_encrypt, NULL, NULL, true },
	{ "answer to a socket", give_answer, NULL, take_answer, false },
};

/* Both ends of a connection over TCP, which a pair of Unix sockets is cheaper than. */
static void connect_both(struct primitives *p)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(to);
	int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), large = 1 << 20;

	must(bind(door, (struct sockaddr *)&to, n) == 0 && listen(door, 1) == 0 &&
	     getsockname(door, (struct sockaddr *)&to, &n) == 0);
	p->there = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(setsockopt(p->there, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large)) == 0 &&
	     setsockopt(door, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large)) == 0 &&
	     connect(p->there, (struct sockaddr *)&to, n) == 0);
	p->here = accept4(door, NULL, NULL, SOCK_CLOEXEC);
	must(p->here >= 0);
	(void)close(door);
}

struct primitives *primitives_new(EVP_PKEY *cipher, EVP_PKEY *sign, size_t request, size_t kept, size_t answer,
				  const char *dir)
{
	struct primitives *p = mem_new(sizeof(*p));

	p->request = request;
	p->kept = kept;
	p->answer = answer;
	p->data = mem_new(request + kept + answer + (size_t)PAGE);
	if (cipher != NULL) {
		p->decrypt = oaep(cipher, EVP_PKEY_decrypt_init);
		p->encrypt = oaep(cipher, EVP_PKEY_encrypt_init);
		p->sign = pkcs1(sign, EVP_PKEY_sign_init);
		p->verify = pkcs1(sign, EVP_PKEY_verify_init);
	}
	p->cipher = EVP_CIPHER_CTX_new();
	p->path = mem_printf("%s/primitives", dir);
	p->file = open(p->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(p->file >= 0 && ftruncate(p->file, 1 << 20) == 0);
	connect_both(p);
	if (cipher != NULL) {
		rsa_encrypt(p);
		rsa_sign(p);
	}
	return p;
}

void primitives_order(struct primitives *p)
{
	for (size_t i = 0; i < PARTS; i++) {
		double start;

		if (parts[i].needs_key && p->sign == NULL)
			continue;
		if (parts[i].before != NULL)
			parts[i].before(p);
		start = primitives_cpu();
		parts[i].run(p);
		p->sum[i] += primitives_cpu() - start;
		if (parts[i].after != NULL)
			parts[i].after(p);
	}
	p->rounds++;
}

void primitives_report(const struct primitives *p)
{
	for (size_t i = 0; i < PARTS; i++)
		if (!parts[i].needs_key || p->sign != NULL)
			(void)printf("primitives: %s: %.0f us\n", parts[i].name, p->sum[i] / p->rounds * 1e6);
}

double primitives_cost(const struct primitives *p)
{
	double all = 0;

	for (size_t i = 0; i < PARTS; i++)
		all += p->sum[i] / p->rounds;
	return all;
}

void primitives_free(struct primitives *p)
{
	EVP_PKEY_CTX_free(p->decrypt);
	EVP_PKEY_CTX_free(p->encrypt);
	EVP_PKEY_CTX_free(p->sign);
	EVP_PKEY_CTX_free(p->verify);
	EVP_CIPHER_CTX_free(p->cipher);
	(void)close(p->here);
	(void)close(p->there);
	(void)close(p->file);
	(void)unlink(p->path);
	free(p->path);
	free(p->data);
	free(p);
}

double primitives_private(EVP_PKEY *key)
{
	EVP_PKEY_CTX *sign = pkcs1(key, EVP_PKEY_sign_init);
	uint8_t digest[32] = { 1 }, signature[OCTETS];
	size_t n = sizeof(signature);
	double start = primitives_cpu();

	must(EVP_PKEY_sign(sign, signature, &n, digest, sizeof(digest)) == 1);
	start = primitives_cpu() - start;
	EVP_PKEY_CTX_free(sign);
	return start;
}
