/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.c - what a process of saker gives up.
 *
 * Order counts: the bounding set needs CAP_SETPCAP, setgroups() CAP_SETGID, and
 * setresuid() takes the capabilities of all threads (capabilities(7), nptl(7)).
 */
#include "saker/daemon/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "saker/base/array.h"
#include "saker/base/io.h"

/* Without CAP_SETPCAP the bounding set stays: no_new_privs keeps anybody from
 * getting back what is in it. */
static bool can_bound(void)
{
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) == 1;
}

int sandbox_keep_needed(void)
{
	static const unsigned needed[] = {
		/* files of others: /proc, runtimes, snapshots, evidence */
		CAP_DAC_READ_SEARCH,
		CAP_DAC_OVERRIDE,
		CAP_SYS_PTRACE,
		CAP_CHOWN,
		CAP_FOWNER,
		/* responses */
		CAP_KILL,
		/* status, rules, user records, and an engine's sources */
		CAP_AUDIT_CONTROL,
		CAP_AUDIT_WRITE,
		CAP_AUDIT_READ,
		CAP_NET_ADMIN,
		/* what an engine gives up */
		CAP_SETUID,
		CAP_SETGID,
		CAP_SETPCAP,
	};
	uint64_t keep = 0;

	for (size_t i = 0; i < COUNT(needed); i++)
		keep |= 1ULL << needed[i];
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return io_error();
	if (capng_get_caps_process() < 0)
		return E_IO;
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if ((keep >> i & 1) == 0)
			capng_update(CAPNG_DROP,
			             (capng_type_t)(CAPNG_EFFECTIVE |
			                            CAPNG_PERMITTED |
			                            CAPNG_INHERITABLE |
			                            CAPNG_BOUNDING_SET),
			             i);
	return capng_apply(can_bound() ? CAPNG_SELECT_BOTH
	                               : CAPNG_SELECT_CAPS) == 0
	               ? 0
	               : E_DENIED;
}

int sandbox_begin(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return io_error();
	if (capng_get_caps_process() < 0)
		return E_IO;
	if (!can_bound())
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	return capng_apply(CAPNG_SELECT_BOUNDS) == 0 ? 0 : E_DENIED;
}

int sandbox_drop(const struct sandbox_user *user)
{
	if (setgroups(0, NULL) < 0 ||
	    setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return io_error();
	/* an inheritable or ambient one would have outlived that */
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return E_DENIED;
	/* a change of user forgets it (prctl(2)) */
	return prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0 ? 0 : E_IO;
}

static int add_calls(scmp_filter_ctx filter, const char *const *names,
                     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		/* a negative one stands for a call of another machine */
		if (number >= 0 &&
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) < 0)
			return E_NOMEM;
	}
	return 0;
}

static int add_engine_calls(scmp_filter_ctx filter)
{
	static const char *const names[] = {
#define CALL(name) #name,
#include "engine_calls.def"
#undef CALL
	};

	return add_calls(filter, names, COUNT(names));
}

/* The network and its own files. Sockets of other families are none of its
 * business: packets, keys, audit. */
static int add_courier_calls(scmp_filter_ctx filter)
{
	static const char *const names[] = {
#define CALL(name) #name,
#include "courier_calls.def"
#undef CALL
	};
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
		                        AF_NETLINK };
	static const unsigned requests[] = { FIONREAD, FIONBIO, SIOCOUTQ };
	int error = add_calls(filter, names, COUNT(names));

	for (size_t i = 0; error == 0 && i < COUNT(families); i++)
		error = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
			SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)families[i]));
	for (size_t i = 0; error == 0 && i < COUNT(requests); i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		                         SCMP_SYS(ioctl), 1,
		                         SCMP_CMP(1, SCMP_CMP_EQ, requests[i]));
	return error == 0 ? 0 : E_NOMEM;
}

/* Of descriptors what is its own alone: flags and sizes of a pipe hold for
 * whoever else has it. */
static int add_descriptor_calls(scmp_filter_ctx filter)
{
	static const char *const names[] = { "fcntl", "fcntl64" };
	static const int commands[] = { F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
		                        F_GETFL };

	for (size_t i = 0; i < COUNT(names) * COUNT(commands); i++) {
		int number =
			seccomp_syscall_resolve_name(names[i % COUNT(names)]);
		int command = commands[i / COUNT(names)];

		if (number >= 0 &&
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
		                     SCMP_CMP(1, SCMP_CMP_EQ,
		                              (scmp_datum_t)command)) < 0)
			return E_NOMEM;
	}
	return 0;
}

/* Threads, but no processes: clone3 hides its flags in memory, and the C
 * library goes back to clone where there is no clone3. Signals to itself, for
 * abort(). */
static int add_conditions(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                     SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD,
	                              CLONE_THREAD)) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	                     SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid())) <
	            0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
	                     SCMP_CMP(1, SCMP_CMP_EQ, TCGETS)) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
	                     SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_NAME)) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
	                     SCMP_CMP(2, SCMP_CMP_EQ, 0)) < 0)
		return E_NOMEM;
#ifdef SYS_clone3
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SYS_clone3, 0) < 0)
		return E_NOMEM;
#endif
	return 0;
}

/* seccomp(2): a kernel with filters looks for the one that is not there;
 * libseccomp tells of a kernel without them only that something failed. */
static bool can_filter(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 &&
	       errno == EFAULT;
}

/* Before Linux 3.17 a filter is for its thread, which is the one that judges,
 * and for those that it starts: the readers. The outputs' were there before. */
static int load(scmp_filter_ctx filter)
{
	int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

	if (error == 0 || error == -EOPNOTSUPP)
		error = seccomp_load(filter);
	if (error == 0)
		return 0;
	return error == -EINVAL || error == -ENOSYS ? E_UNSUPPORTED : E_IO;
}

int sandbox_install(uint32_t otherwise, int (*add)(void *filter))
{
	scmp_filter_ctx filter;
	int error;

	if (!can_filter())
		return E_UNSUPPORTED;
	filter = seccomp_init(otherwise);
	error = filter != NULL ? add(filter) : E_NOMEM;
	if (error == 0)
		error = load(filter);
	seccomp_release(filter);
	return error;
}

static int add_engine(scmp_filter_ctx filter)
{
	int error = add_engine_calls(filter);

	if (error == 0)
		error = add_descriptor_calls(filter);
	return error == 0 ? add_conditions(filter) : error;
}

static int add_courier(scmp_filter_ctx filter)
{
	int error = add_courier_calls(filter);

	if (error == 0)
		error = add_engine_calls(filter);
	return error == 0 ? add_conditions(filter) : error;
}

int sandbox_filter(enum sandbox_role role)
{
	return sandbox_install(SCMP_ACT_ERRNO(EPERM), role == SANDBOX_COURIER
	                                                      ? add_courier
	                                                      : add_engine);
}
