/* SPDX-License-Identifier: EUPL-1.2 */
/* The head of a neutral application (docs/schema/antrag.xsd). */
#include "case.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "xml/push.h"
#include "xml/tree.h"

#define NS "urn:depesche:antrag:1"
#define DOCUMENT_MAX 16777216

static const char *attribute(const struct xml_node *n, const char *name, struct arena *a)
{
	struct span value;

	return n != NULL && xml_attr_get(n, NULL, name, &value) ? arena_dup_n(a, value.p, value.n) : NULL;
}

static void read_files(const struct xml_node *list, struct arena *a, struct case_head *out)
{
	size_t n = 0;

	for (const struct xml_node *f = xml_child(list, NS, "anlage"); f != NULL; f = xml_next(f, NS, "anlage"))
		n++;
	out->files = arena_alloc(a, (n + 1) * sizeof(*out->files));
	for (const struct xml_node *f = xml_child(list, NS, "anlage"); f != NULL; f = xml_next(f, NS, "anlage")) {
		struct case_file one = { attribute(f, "id", a), attribute(f, "dateiname", a) };

		if (one.part != NULL && one.name != NULL)
			out->files[out->file_count++] = one;
	}
}

int case_read(const char *path, struct arena *a, struct case_head *out, struct err *e)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root, *content, *number;
	struct buf b;
	int rc;

	*out = (struct case_head){ .file_count = 0 };
	buf_init(&b, DOCUMENT_MAX);
	rc = file_read(path, &b, e);
	if (rc == 0)
		rc = xml_tree_parse(buf_view(&b), &limits, a, &root, e);
	buf_fini(&b);
	if (rc != 0 || !xml_node_is(root, NS, "antrag"))
		return rc;
	content = xml_child(root, NS, "inhalt");
	number = xml_child(content, NS, "vorgang");
	if (number != NULL) {
		struct span text = xml_text(number, a);

		out->number = arena_dup_n(a, text.p, text.n);
	}
	out->form = attribute(xml_child(content, NS, "formular"), "id", a);
	out->version = attribute(xml_child(content, NS, "formular"), "fassung", a);
	read_files(xml_child(content, NS, "anlagen"), a, out);
	return 0;
}

bool case_name_is_good(const char *name)
{
	size_t n = strlen(name);

	for (const unsigned char *s = (const unsigned char *)name; *s != '\0'; s++) {
		if (*s < 0x20 || *s == 0x7F || *s == '/' || *s == '\\')
			return false;
	}
	return n > 0 && n <= 200 && name[0] != '.';
}
