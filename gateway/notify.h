/* SPDX-License-Identifier: EUPL-1.2 */
/* notify - tells systemd (or whoever set NOTIFY_SOCKET) that the daemon is ready, alive or stopping; otherwise nothing. */
#ifndef GW_NOTIFY_H
#define GW_NOTIFY_H

void gw_notify_ready(void);
void gw_notify_stopping(void);
void gw_notify_alive(void);
/* How often gw_notify_alive has to be called: half of what the watchdog allows (sd_watchdog_enabled(3)); 0: none waits. */
unsigned gw_notify_every_ms(void);

#endif
