/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox_user.c - whom a process without privileges runs as. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "saker/base/str.h"
#include "saker/daemon/sandbox.h"

/* systemd.exec(5), DynamicUser=: ids that distributions give to no account.
 * nss-systemd(8) knows those that are in use. */
#define UNNAMED_FIRST 61184u
#define UNNAMED_COUNT 4336u

static bool is_free(uid_t id)
{
	return getpwuid(id) == NULL && getgrgid((gid_t)id) == NULL;
}

static int find_unnamed(const char *name, struct sandbox_user *ret)
{
	const uint32_t start =
		(uint32_t)(str_hash(str_from(name), 0) % UNNAMED_COUNT);

	for (uint32_t i = 0; i < UNNAMED_COUNT; i++) {
		uid_t id = UNNAMED_FIRST + (start + i) % UNNAMED_COUNT;

		if (!is_free(id))
			continue;
		*ret = (struct sandbox_user){ id, (gid_t)id, true };
		return 0;
	}
	return E_NOT_FOUND;
}

int sandbox_user_find(const char *name, struct sandbox_user *ret)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		return find_unnamed(name, ret);
	*ret = (struct sandbox_user){ pw->pw_uid, pw->pw_gid, false };
	return 0;
}

/* Containers may lack the capabilities, or have no such user mapped
 * (user_namespaces(7)). */
bool sandbox_can_become(const struct sandbox_user *user)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(sandbox_begin() == 0 && sandbox_drop(user) == 0 ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
