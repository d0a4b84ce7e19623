/* SPDX-License-Identifier: EUPL-1.2 */
/* status - status codes, their phrases, and which one an error becomes. */
#include "base/mem.h"
#include "http/request.h"

/* RFC 9110 15, as far as somebody here sends it. */
static const struct {
	unsigned status;
	const char *phrase;
} phrases[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

const char *http_status_phrase(unsigned status)
{
	static const char *const by_class[] = { "", "Continue", "OK", "Redirect", "Bad Request", "Server Error" };

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return by_class[status >= 100 && status < 600 ? status / 100 : 0];
}

static const struct {
	enum err_code code;
	unsigned status;
} statuses[] = {
	{ ERR_MISSING, 404 },	  { ERR_EXISTS, 409 },	 { ERR_WRONG_STATE, 409 }, { ERR_SYNTAX, 400 },
	{ ERR_LIMIT, 413 },	  { ERR_DENIED, 403 },	 { ERR_TRUST, 403 }, { ERR_CRYPTO, 400 },
	{ ERR_UNSUPPORTED, 501 }, { ERR_PEER, 400 },	 { ERR_FULL, 503 },  { ERR_TIMEOUT, 408 },
	{ ERR_BUSY, 503 },	  { ERR_STOPPING, 503 },
};

unsigned http_status_of(enum err_code code)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (statuses[i].code == code)
			return statuses[i].status;
	return 500;
}
