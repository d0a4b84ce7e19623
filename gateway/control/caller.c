/* SPDX-License-Identifier: EUPL-1.2 */
/* Who speaks at the control socket. */
#include "control/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/span.h"

#define GROUPS_MAX 1024
#define NO_LOGIN 4294967295u	/* (uid_t)-1: no session, or a kernel without audit */
#define NAME_MOST 64

int control_group_find(const char *name, gid_t *out, struct err *e)
{
	struct group g, *found = NULL;
	char buf[16384];

	if (getgrnam_r(name, &g, buf, sizeof(buf), &found) != 0 || found == NULL)
		return err_set(e, ERR_CONFIG, "control_group: the system has no group %s", name);
	*out = found->gr_gid;
	return 0;
}

static bool is_member(int fd, gid_t primary, gid_t group)
{
	gid_t list[GROUPS_MAX];
	socklen_t n = sizeof(list);

	if (group == CONTROL_NO_GROUP)
		return false;
	if (primary == group)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &n) != 0)
		return false;
	for (size_t i = 0; i < n / sizeof(list[0]); i++)
		if (list[i] == group)
			return true;
	return false;
}

static const char *name_of(struct arena *a, const char *what, uid_t uid)
{
	struct passwd pw, *found = NULL;
	char buf[4096];

	if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) != 0 || found == NULL)
		return arena_printf(a, "%s %u", what, (unsigned)uid);
	return arena_printf(a, "%s %u (%s)", what, (unsigned)uid, pw.pw_name);
}

/* Who logged in, whoever the session has become since. */
static unsigned login_of(pid_t pid)
{
	char path[64], text[32];
	uint64_t uid;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/loginuid", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NO_LOGIN;
	n = read(fd, text, sizeof(text));
	(void)close(fd);
	if (n <= 0 || !span_u64(span_trim((struct span){ text, (size_t)n }), NO_LOGIN, &uid))
		return NO_LOGIN;
	return (unsigned)uid;
}

int control_caller_check(int fd, gid_t group, struct arena *a, const char **actor, struct err *e)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	unsigned login;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0)
		return err_set(e, err_from_errno(errno), "peer credentials: %s", strerror(errno));
	if (cred.uid != 0 && cred.uid != geteuid() && !is_member(fd, cred.gid, group))
		return err_set(e, ERR_DENIED, "only root, the daemon's user and members of control_group may give commands");
	*actor = name_of(a, "uid", cred.uid);
	login = login_of(cred.pid);
	if (login != NO_LOGIN && login != cred.uid)
		*actor = arena_printf(a, "%s, %s", *actor, name_of(a, "login", login));
	return 0;
}

const char *control_caller_claim(struct arena *a, const char *actor, const char *claim)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@\\-";

	if (claim == NULL || strncmp(actor, "uid 0", 5) != 0 || strchr(actor, ',') != NULL)
		return actor;
	if (claim[0] == '\0' || strlen(claim) > NAME_MOST || claim[strspn(claim, plain)] != '\0')
		return actor;
	return arena_printf(a, "%s, sudo %s", actor, claim);
}
