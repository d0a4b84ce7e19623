/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * caller - who speaks at the control socket: whether it may, and under which name it goes into the audit trail.
 * Everything comes from the kernel, but for one thing: root may say for whom it acts (sudo). Any thread.
 */
#ifndef CONTROL_CALLER_H
#define CONTROL_CALLER_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

#define CONTROL_NO_GROUP ((gid_t)-1)

/* The group of this name. ERR_CONFIG if the system has none. */
int control_group_find(const char *name, gid_t *out, struct err *e);

/* Whether the process at the other end may give commands: root, the daemon's own user, members of group
 * (CONTROL_NO_GROUP: of none). *actor gets "uid 1001 (anna)", in the arena; for a session of sudo or su
 * "uid 0 (root), login 1001 (anna)" with what the kernel knows as the login (/proc/PID/loginuid). ERR_DENIED. */
int control_caller_check(int fd, gid_t group, struct arena *a, const char **actor, struct err *e);
/* What root says of itself: actor with ", sudo anna" if it is root, names no login yet, and claim is a plain user name;
 * else actor. claim may be NULL. */
const char *control_caller_claim(struct arena *a, const char *actor, const char *claim);

#endif
