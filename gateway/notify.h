/* SPDX-License-Identifier: EUPL-1.2 */
/* notify - tells systemd (or whoever set NOTIFY_SOCKET) that the daemon is ready or stopping; otherwise nothing. */
#ifndef GW_NOTIFY_H
#define GW_NOTIFY_H

void gw_notify_ready(void);
void gw_notify_stopping(void);

#endif
