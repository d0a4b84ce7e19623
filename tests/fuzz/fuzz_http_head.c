/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/http */
#include "base/buf.h"
#include "base/mem.h"
#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(const struct http_head *head, struct buf *out)
{
	buf_span(out, head->method);
	buf_putc(out, ' ');
	buf_span(out, head->path);
	if (head->query.p != NULL) {
		buf_putc(out, '?');
		buf_span(out, head->query);
	}
	buf_puts(out, head->old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
	for (unsigned i = 0; i < head->field_count; i++) {
		buf_span(out, head->fields[i].name);
		buf_puts(out, ": ");
		buf_span(out, head->fields[i].value);
		buf_puts(out, "\r\n");
	}
	buf_puts(out, "\r\n");
}

static void check_accepted(const struct http_head *head)
{
	must(http_is_token(head->method) && head->path.n > 0 && head->path.p[0] == '/');
	must((head->host.n > 0 || head->old) && !(head->old && head->chunked));
	must(!(head->chunked && head->has_length) && (head->has_length || head->length == 0));
	for (unsigned i = 0; i < head->field_count; i++)
		must(http_is_token(head->fields[i].name) && http_is_value(head->fields[i].value));
	must(http_head_field(head, "Host", 1).p == NULL && http_head_field(head, "Content-Length", 1).p == NULL &&
	     http_head_field(head, "Transfer-Encoding", 1).p == NULL);
}

/* What was accepted, written again, means the same. */
static void check_again(const struct http_head *head)
{
	struct http_head again;
	struct err e = ERR_INIT;
	struct buf text;
	size_t seen = 0;

	buf_init(&text, 1 << 20);
	write_again(head, &text);
	must(http_head_find(text.p, text.n, &seen) == (long)text.n);
	must(http_head_parse(buf_view(&text), &again, &e) == 0);
	must(span_eq(again.method, head->method) && span_eq(again.path, head->path) && span_eq(again.query, head->query));
	must(again.field_count == head->field_count && again.length == head->length && again.chunked == head->chunked);
	must(again.close == head->close && again.expect_continue == head->expect_continue);
	buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct http_head head;
	struct err e = ERR_INIT;
	size_t seen = 0, slow_seen = 0;
	long end = http_head_find(text, size, &seen), slow = 0;

	/* Byte by byte the same end is found. */
	for (size_t have = 0; have <= size && slow == 0; have++)
		slow = http_head_find(text, have, &slow_seen);
	must(end == slow);
	if (http_head_parse((struct span){ text, size }, &head, &e) != 0) {
		must(head.status >= 400 && head.status <= 505 && e.spec[0] != '\0');
		return 0;
	}
	must(end == (long)size && head.status == 0);
	check_accepted(&head);
	check_again(&head);
	return 0;
}
