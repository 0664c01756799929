/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.c - whether saker is several processes, and what the engine's gives
 * up. */
#include "confine.h"

#include <errno.h>
#include <unistd.h>

#include "saker/daemon/log.h"
#include "saker/host/wire.h"

/* NULL = nothing stands in the way. A recorded log is judged without asking
 * this host anything. */
static const char *obstacle(const struct daemon *d, bool is_live)
{
	if (!is_live)
		return "a recorded log is judged";
	if (geteuid() != 0)
		return "not started as root";
	if (!d->config->separate)
		return "privileges.separate is false";
	if (!sandbox_can_become(&d->user))
		return "this root may not become another user "
		       "(CAP_SETUID, CAP_SETGID; user namespace)";
	return NULL;
}

static void say_single(const struct daemon *d)
{
	if (geteuid() == 0)
		log_line(
			"single-process mode, which is for debugging: what "
			"parses records is root, too (%s)",
			d->why_single);
	else
		log_line(
			"single process: there are no privileges to separate "
			"(%s)",
			d->why_single);
}

static int confine_monitor(void)
{
	int error = sandbox_keep_needed();

	if (error == 0)
		error = sandbox_filter_monitor();
	if (error != E_UNSUPPORTED)
		return error;
	log_line(
		"the kernel filters no system calls (seccomp): the monitor "
		"does without");
	return 0;
}

int confine_plan(struct daemon *d, bool is_live)
{
	int error = sandbox_user_find(d->config->user, &d->user);

	if (error < 0) {
		log_line("there is no user '%s', and no other is free",
		         d->config->user);
		return error;
	}
	d->why_single = obstacle(d, is_live);
	d->is_separate = d->why_single == NULL;
	if (d->is_separate) {
		if (d->user.is_unnamed)
			log_line(
				"there is no user '%s': the engine runs as uid "
				"%u, which nobody has",
				d->config->user, (unsigned)d->user.uid);
		return confine_monitor();
	}
	if (is_live)
		say_single(d);
	return 0;
}

static int give_up(const struct sandbox_user *user, enum sandbox_role role,
                   int but_below, _Atomic int *ret_landlock)
{
	int error = sandbox_begin();

	if (error == 0)
		error = sandbox_drop(user);
	if (error < 0)
		return error;
	*ret_landlock = sandbox_freeze_files(but_below);
	return sandbox_filter(role);
}

int confine(const char *who, const struct sandbox_user *user,
            enum sandbox_role role, int but_below, _Atomic int *ret_landlock)
{
	int error = give_up(user, role, but_below, ret_landlock);

	if (error == E_UNSUPPORTED) {
		log_line(
			"the kernel filters no system calls (seccomp): the %s "
			"does without",
			who);
		return 0;
	}
	if (error < 0)
		log_line("the %s cannot give up its privileges: %s", who,
		         err_text(error));
	return error;
}

int confine_engine(struct daemon *d, struct engine_given *given)
{
	int error = confine("engine", &d->user, SANDBOX_ENGINE, -1,
	                    &d->landlock->engine);

	if (error < 0)
		return error;
	given->host = host_remote_new(d->privileged.monitor, d->inotify);
	if (given->host == NULL)
		return E_NOMEM;
	d->inotify = -1;
	given->control = d->control;
	return 0;
}
