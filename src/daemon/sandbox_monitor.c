/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox_monitor.c - the system calls that the monitor gives up.
 *
 * A list of what is refused, not one of what is allowed: a filter stays over
 * execve(2), and the monitor starts the operator's commands (response.exec) and
 * programs of outputs, of which nobody here knows what they call. A process
 * without the filter that starts them would be one more that is root, and the
 * most useful one to whoever takes the monitor over. So what is refused is what
 * the monitor's capabilities would make dangerous and what no such command
 * needs to have from here; it may still ask a service for it.
 *
 * Engine and courier have lists of what is allowed on top of this. */
#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "saker/base/array.h"
#include "saker/daemon/sandbox.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

/* Commands may be programs for the machine's other word size. On yet another
 * one nothing is known of the numbers. */
static int add_machines(scmp_filter_ctx filter)
{
	static const uint32_t others[] = {
#ifdef __x86_64__
		SCMP_ARCH_X86, SCMP_ARCH_X32
#elif defined(__aarch64__)
		SCMP_ARCH_ARM
#else
		SCMP_ARCH_NATIVE
#endif
	};

	for (size_t i = 0; i < COUNT(others); i++) {
		int error = seccomp_arch_add(filter, others[i]);

		if (error < 0 && error != -EEXIST)
			return E_NOMEM;
	}
	return seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	                        SCMP_ACT_ERRNO(ENOSYS)) == 0
	               ? 0
	               : E_NOMEM;
}

static int refuse(scmp_filter_ctx filter)
{
	static const char *const names[] = {
#define CALL(name) #name,
#include "monitor_denied.def"
#undef CALL
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		/* one that only another machine has, of those above or not */
		if (number != __NR_SCMP_ERROR &&
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number,
		                     0) == -ENOMEM)
			return E_NOMEM;
	}
	return 0;
}

/* clone3 hides its flags in memory, and the C library goes back to clone where
 * there is no clone3. */
static int refuse_namespaces(scmp_filter_ctx filter)
{
	static const unsigned flags[] = {
		CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
		CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET,
	};

	for (size_t i = 0; i < COUNT(flags); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		                     SCMP_SYS(clone), 1,
		                     SCMP_CMP(0, SCMP_CMP_MASKED_EQ, flags[i],
		                              flags[i])) < 0)
			return E_NOMEM;
#ifdef SYS_clone3
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SYS_clone3, 0) < 0)
		return E_NOMEM;
#endif
	return 0;
}

/* Each call of all processes passes it where the kernel does not remember what
 * is always allowed (before Linux 5.11): a tree of comparisons, where
 * libseccomp has that (2.5). */
static void optimize(scmp_filter_ctx filter)
{
#if SCMP_VER_MAJOR > 2 || (SCMP_VER_MAJOR == 2 && SCMP_VER_MINOR >= 5)
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
#else
	(void)filter;
#endif
}

static int add_monitor(scmp_filter_ctx filter)
{
	int error = add_machines(filter);

	if (error == 0)
		error = refuse(filter);
	if (error == 0)
		error = refuse_namespaces(filter);
	optimize(filter);
	return error;
}

int sandbox_filter_monitor(void)
{
	return sandbox_install(SCMP_ACT_ALLOW, add_monitor);
}
