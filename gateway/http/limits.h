/* SPDX-License-Identifier: EUPL-1.2 */
/* limits - what no request can exceed, whatever the configuration says. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

#define HTTP_HEAD_MAX 16384	/* request line and headers; more is 431 */
#define HTTP_TARGET_MAX 8000	/* RFC 9112 3 asks for at least 8000; more is 414 */
#define HTTP_FIELDS_MAX 64	/* header lines; browsers send about 20 */
#define HTTP_CHUNK_EXT_MAX 256	/* bytes of extensions of one chunk; nobody uses them */
#define HTTP_TRAILER_MAX 4096	/* trailer section; checked and dropped */
#define HTTP_DRAIN_MAX 65536	/* unread rest of a body that is read and dropped to keep the connection */
#define HTTP_LINGER_MAX 16777216	/* unread input that is dropped before a close */
#define HTTP_MEMORY_MAX 8388608	/* of the arena of one request; a handler that needs more gets no more input: 413 */
#define HTTP_LISTENERS_MAX 8

#endif
