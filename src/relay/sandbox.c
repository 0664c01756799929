/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.c - the relay gives away what it does not need. A system call that
 * the filter refuses fails with EPERM: a relay that is killed would be started
 * again, ten times in auditd's life. */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	/* ends with EINVAL behind the kernel's last one; without CAP_SETPCAP
	 * the bounding set stays, which no_new_privs makes useless */
	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	return syscall(SYS_capset, &head, none) == 0;
}

#if defined(NATIVE_ARCH) && !defined(__SANITIZE_ADDRESS__)

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define ALLOW(name)                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
		RETURN(SECCOMP_RET_ALLOW)

static bool filter_calls(void)
{
	struct sock_filter code[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
		LOAD(nr),
		ALLOW(read),
		ALLOW(ppoll),
#ifdef SYS_poll
		ALLOW(poll),
#endif
		ALLOW(recvfrom),
		ALLOW(sendmsg),
		ALLOW(write),
		ALLOW(socket),
		ALLOW(connect),
		ALLOW(getsockopt),
		ALLOW(geteuid),
		ALLOW(close),
		ALLOW(clock_gettime),
		ALLOW(restart_syscall),
		ALLOW(exit_group),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]),
		                      .filter = code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

#else

static bool filter_calls(void)
{
	return false;
}

#endif

bool sandbox_enter(void)
{
	bool is_whole = drop_capabilities();

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	is_whole &= prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	is_whole &= filter_calls();
	return is_whole;
}
