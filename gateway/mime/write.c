/* SPDX-License-Identifier: EUPL-1.2 */
/* Writes multipart content. */
#include "mime/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"

#define MIME_BOUNDARY_LEN 48

struct mime_write {
	struct sink body;		/* first member: the sink callers get */
	struct sink *out;
	char boundary[72];
	bool begun;			/* a delimiter was written: the next one needs a line end before it */
};

static char *fresh_boundary(char out[MIME_BOUNDARY_LEN])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char r[32];
	size_t n = (size_t)snprintf(out, MIME_BOUNDARY_LEN, "MIME_boundary_");

	random_bytes(r, sizeof(r));
	for (size_t i = 0; i < sizeof(r); i++)
		out[n++] = digits[r[i] & 31];
	out[n] = '\0';
	return out;
}

static int body_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	return sink_write(((struct mime_write *)s)->out, data, n, e);
}

struct mime_write *mime_write_new(struct sink *out, const char *boundary)
{
	struct mime_write *w = mem_new(sizeof(*w));
	char fresh[MIME_BOUNDARY_LEN];

	if (boundary == NULL)
		boundary = fresh_boundary(fresh);
	must(strlen(boundary) > 0 && strlen(boundary) <= 70);
	snprintf(w->boundary, sizeof(w->boundary), "%s", boundary);
	w->body.write = body_write;
	w->out = out;
	return w;
}

void mime_write_free(struct mime_write *w)
{
	free(w);
}

int mime_write_entity(struct mime_write *w, const char *root_type, struct err *e)
{
	return sink_printf(w->out, e,
			   "MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary=%s; type=%s\r\n\r\n",
			   w->boundary, root_type);
}

static int check_id(struct span id, struct err *e)
{
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] < 0x20 || id.p[i] == 0x7F || id.p[i] == '<' || id.p[i] == '>')
			return err_set(e, ERR_SYNTAX, "Content-ID to be written holds a character not allowed in it");
	return 0;
}

int mime_write_part(struct mime_write *w, const char *type, enum mime_encoding enc, struct span id, uint64_t length,
		    struct err *e)
{
	if (check_id(id, e) != 0)
		return (int)e->code;
	if (sink_printf(w->out, e, "%s--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n",
			w->begun ? "\r\n" : "", w->boundary, type, mime_encoding_name(enc)) != 0)
		return (int)e->code;
	w->begun = true;
	if (id.n > 0 && (sink_puts(w->out, "Content-ID: <", e) != 0 || sink_write(w->out, id.p, id.n, e) != 0 ||
			 sink_puts(w->out, ">\r\n", e) != 0))
		return (int)e->code;
	if (length != MIME_NO_LENGTH &&
	    sink_printf(w->out, e, "Content-Length: %llu\r\n", (unsigned long long)length) != 0)
		return (int)e->code;
	return sink_puts(w->out, "\r\n", e);
}

struct sink *mime_write_body(struct mime_write *w)
{
	return &w->body;
}

int mime_write_end(struct mime_write *w, struct err *e)
{
	must(w->begun);
	return sink_printf(w->out, e, "\r\n--%s--\r\n", w->boundary);
}
