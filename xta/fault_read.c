/* SPDX-License-Identifier: EUPL-1.2 */
/* A SOAP fault of a peer as values. */
#include "xta/fault_read.h"

#include <stdio.h>

#include "xta/names.h"

static void keep(char *to, size_t size, struct span s)
{
	s = span_trim(s);
	snprintf(to, size, "%.*s", (int)(s.n < size ? s.n : size), s.p);
}

/* Level and text; SOAP 1.2 5.4, SOAP 1.1 4.4. */
static bool read_level(const struct xml_node *n, struct arena *a, struct xta_said *said)
{
	bool is_new = xml_node_is(n, XTA_NS_SOAP12, "Fault");
	const struct xml_node *code =
		is_new ? xml_descend(n, XTA_NS_SOAP12, "Code/Value") : xml_child(n, "", "faultcode");
	const struct xml_node *text =
		is_new ? xml_descend(n, XTA_NS_SOAP12, "Reason/Text") : xml_child(n, "", "faultstring");
	struct span prefix, level = code == NULL ? SPAN_EMPTY : span_trim(xml_text(code, a));

	if (text != NULL)
		keep(said->text, sizeof(said->text), xml_text(text, a));
	if (!span_split(level, ':', &prefix, &level))
		level = prefix;
	return span_is(level, "Receiver") || span_is(level, "Server");
}

static void read_detail(const struct xml_node *detail, struct arena *a, struct xta_said *said)
{
	const struct xml_node *x = xml_child(detail, XTA_NS, NULL);
	const struct xml_node *error = xml_child(x, XTA_NS, "errorCode"), *code = xml_child(error, "", "code");
	uint64_t number;

	if (x == NULL || !xta_exception_from(x->name.local, &said->exception) || code == NULL)
		return;
	keep(said->number, sizeof(said->number), xml_text(code, a));
	if (!span_u64(span_of(said->number), 9999, &number) || number < XTA_9000)
		return;
	said->code = xta_fault_of((enum xta_code)number)->code;
	if (xml_child(error, "", "name") != NULL)
		keep(said->text, sizeof(said->text), xml_text(xml_child(error, "", "name"), a));
}

bool xta_fault_read(const struct xml_node *n, struct arena *a, struct xta_said *said)
{
	bool is_new = n != NULL && xml_node_is(n, XTA_NS_SOAP12, "Fault");
	bool is_receiver;

	if (!is_new && (n == NULL || !xml_node_is(n, XTA_NS_SOAP11, "Fault")))
		return false;
	*said = (struct xta_said){ .is_fault = true };
	is_receiver = read_level(n, a, said);
	read_detail(is_new ? xml_child(n, XTA_NS_SOAP12, "Detail") : xml_child(n, "", "detail"), a, said);
	if (said->code == XTA_OK)
		said->code = is_receiver ? XTA_9030 : XTA_MALFORMED;
	return true;
}
