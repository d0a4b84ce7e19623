/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * h_xta - the env of the XTA server on a real spool, with three accounts: A (a:1, a:2) receives and sends; B (b:1) also
 * takes tests and sends elsewhere; C (c:1) only sends.
 */
#ifndef TESTS_H_XTA_H
#define TESTS_H_XTA_H

#include "mailbox/xta_store.h"
#include "spool/suite/h_spool.h"

#define H_DAY_MS (24 * 3600 * 1000LL)

extern struct h_xta {
	struct h_spool spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta g;
	struct arena *a;
} h_xta;

/* A box of 1 MiB holds what is not fetched for 60 days. outward and scanner may be NULL. */
void h_xta_open(const struct mailbox_outward *outward, const struct mailbox_scanner *scanner);
void h_xta_close(void);

enum xta_code h_xta_enter(size_t account, const char *author, enum xta_right right, struct xta_account *who);
struct xta_account h_xta_as(size_t account, const char *author);
struct xta_meta h_xta_meta(const char *id, const char *from, const char *to);
/* Sends one part; who is the owner of the sender. h_xta_send: of n octets of h_bytes. */
enum xta_code h_xta_send_part(const struct xta_account *who, const struct xta_meta *m, const char *p, size_t n,
			      unsigned warnings);
enum xta_code h_xta_send(const struct xta_account *who, const struct xta_meta *m, size_t n, unsigned warnings);
/* 100 octets from B. */
enum xta_code h_xta_simple(const char *id, const char *to);
enum xta_code h_xta_report(const struct xta_account *who, const char *id, struct xta_report *out);

#endif
