/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside.c - what a process could do, were it taken over.
 *
 *	inside calls PID	has each of its threads make system calls, and
 *				prints a line of what they came to
 *	inside forge PID	sends the monitor requests that it must refuse,
 *				through the engine's own socket
 *
 * 77 where this machine or kernel does not allow that. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "saker/base/io.h"
#include "saker/host/wire.h"

#define SKIP 77

#ifdef __x86_64__
#define SYSCALL_INSTRUCTION 0x050f
/* Below what the interrupted function may use: the ABI's red zone. */
#define BELOW_STACK 1024
#define TRIES       200

static long wait_stop(pid_t tid)
{
	int status;

	return waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status) ? 0
	                                                                  : -1;
}

/* Held where it waits in the kernel: there the instruction is at hand. */
static int hold(pid_t tid, struct user_regs_struct *ret)
{
	for (int i = 0; i < TRIES; i++) {
		long word;

		if (ptrace(PTRACE_ATTACH, tid, NULL, NULL) < 0)
			return -1;
		if (wait_stop(tid) < 0 ||
		    ptrace(PTRACE_GETREGS, tid, NULL, ret) < 0)
			return -1;
		errno = 0;
		word = ptrace(PTRACE_PEEKTEXT, tid, (void *)(ret->rip - 2),
		              NULL);
		if (errno == 0 && (word & 0xffff) == SYSCALL_INSTRUCTION)
			return 0;
		ptrace(PTRACE_DETACH, tid, NULL, NULL);
		usleep(10000);
	}
	return -1;
}

/* The errno, or 0. */
static int call(pid_t tid, const struct user_regs_struct *at, long number,
                unsigned long a, unsigned long b)
{
	struct user_regs_struct r = *at;

	r.rip -= 2;
	r.rax = (unsigned long)number;
	r.orig_rax = ~0ul; /* nothing is to be begun again */
	r.rdi = a;
	r.rsi = b;
	r.rdx = number == SYS_openat ? O_WRONLY : 0;
	if (ptrace(PTRACE_SETREGS, tid, NULL, &r) < 0 ||
	    ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL) < 0 ||
	    wait_stop(tid) < 0 || ptrace(PTRACE_GETREGS, tid, NULL, &r) < 0)
		return -1;
	return (long)r.rax < 0 && (long)r.rax > -4096 ? -(int)r.rax : 0;
}

static unsigned long put(pid_t tid, const struct user_regs_struct *at,
                         const char *text)
{
	unsigned long address = (at->rsp - BELOW_STACK) & ~15ul;
	char bytes[32] = "";

	memcpy(bytes, text, strlen(text));
	for (size_t i = 0; i < sizeof(bytes); i += sizeof(long)) {
		long word;

		memcpy(&word, bytes + i, sizeof(word));
		ptrace(PTRACE_POKEDATA, tid, (void *)(address + i),
		       (void *)word);
	}
	return address;
}

static const char *outcome(int error)
{
	return error < 0 ? "?" : error == 0 ? "done" : strerrorname_np(error);
}

/* Each with arguments that come to another errno, or to nothing, where it is
 * not refused for what it is. */
static void try_denied(pid_t tid, const struct user_regs_struct *regs)
{
	static const struct {
		const char *name;
		long number;
		unsigned long argument;
	} calls[] = {
		{ "ptrace", SYS_ptrace, PTRACE_CONT },
		{ "setns", SYS_setns, ~0ul },
		{ "unshare", SYS_unshare, 0 },
		{ "handle", SYS_open_by_handle_at, ~0ul },
		{ "memory", SYS_process_vm_writev, 0 },
		{ "bpf", SYS_bpf, ~0ul },
		{ "mount", SYS_mount, 0 },
		{ "module", SYS_init_module, 0 },
		{ "kexec", SYS_kexec_load, 0 },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		printf(" %s=%s", calls[i].name,
		       outcome(call(tid, regs, calls[i].number,
		                    calls[i].argument, 0)));
}

/* Anybody's to write to, but for Landlock; executing fails at once where it
 * should not have. */
static int try_thread(pid_t tid, const char *comm)
{
	struct user_regs_struct regs;
	unsigned long text;

	if (hold(tid, &regs) < 0)
		return errno == EPERM ? SKIP : 1;
	text = put(tid, &regs, "/dev/null");
	printf("%s write=%s", comm,
	       outcome(call(tid, &regs, SYS_openat, (unsigned long)AT_FDCWD,
	                    text)));
	text = put(tid, &regs, "/no/such/program");
	printf(" execve=%s", outcome(call(tid, &regs, SYS_execve, text, 0)));
	printf(" socket=%s",
	       outcome(call(tid, &regs, SYS_socket, AF_PACKET, SOCK_RAW)));
	printf(" kill=%s",
	       outcome(call(tid, &regs, SYS_kill, (unsigned long)getpid(), 0)));
	printf(" setuid=%s", outcome(call(tid, &regs, SYS_setuid, 0, 0)));
	printf(" flags=%s",
	       outcome(call(tid, &regs, SYS_fcntl, ~0ul, F_SETFL)));
	try_denied(tid, &regs);
	putchar('\n');
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	return ptrace(PTRACE_DETACH, tid, NULL, NULL) == 0 ? 0 : 1;
}

static int try_threads(const char *pid)
{
	char path[64], name[64] = "?";
	const struct dirent *d;
	int worst = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	dir = opendir(path);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		char comm[256];
		auto_fclose FILE *f = NULL;
		int r;

		if (d->d_name[0] == '.')
			continue;
		snprintf(comm, sizeof(comm), "/proc/%s/task/%.32s/comm", pid,
		         d->d_name);
		f = fopen(comm, "re");
		if (f != NULL && fgets(name, sizeof(name), f) != NULL)
			name[strcspn(name, "\n")] = '\0';
		r = try_thread((pid_t)atoi(d->d_name), name);
		worst = r > worst ? r : worst;
	}
	if (dir == NULL)
		return 1;
	closedir(dir);
	return worst;
}
#else
static int try_threads(const char *pid)
{
	(void)pid;
	return SKIP;
}
#endif

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* The third socket is the one for metrics: nobody uses it here. */
static int take_socket(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int left = 2;

	for (int fd = 3; pidfd >= 0 && fd < 256; fd++) {
		int own = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0), type;
		socklen_t size = sizeof(type);

		if (own >= 0 &&
		    getsockopt(own, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
		    type == SOCK_SEQPACKET && left-- == 0)
			return own;
		io_close(&own);
	}
	return -1;
}

static int send_forged(int fd, const struct wire_header *header,
                       const char *path)
{
	auto_buf struct buf request = BUF_INIT;
	struct wire_answer answer = { .error = 0 };

	wire_render(header, path, &request);
	if (send(fd, request.data, request.len, MSG_NOSIGNAL) < 0 ||
	    recv(fd, &answer, sizeof(answer), MSG_TRUNC) < 0)
		return 1;
	return answer.error == E_INVALID || answer.error == E_DENIED ? 0 : 1;
}

static int forge(pid_t pid)
{
	static const struct {
		struct wire_header header;
		const char *path;
	} wrong[] = {
		{ { .operation = WIRE__MAX }, NULL },
		{ { .operation = WIRE_READ_FILE }, "/etc/shadow" },
		{ { .operation = WIRE_READ_FILE }, "/run/../etc/shadow" },
		{ { .operation = WIRE_FILES }, "/etc/shadow" },
		{ { .operation = WIRE_FILE_ID }, "relative" },
		{ { .operation = WIRE_CGROUP, .pid = -1 }, NULL },
		{ { .operation = WIRE_SNAPSHOT }, NULL },
		{ { .operation = WIRE_OUTPUT }, NULL },
	};
	auto_close int fd = take_socket(pid);
	int worst = 0;

	if (fd < 0)
		return errno == ENOSYS || errno == EPERM ? SKIP : 1;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (send_forged(fd, &wrong[i].header, wrong[i].path) != 0) {
			printf("%zu is not refused\n", i);
			worst = 1;
		}
	printf("%zu requests\n", sizeof(wrong) / sizeof(wrong[0]));
	return worst;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "calls") == 0)
		return try_threads(argv[2]);
	if (argc == 3 && strcmp(argv[1], "forge") == 0)
		return forge(atoi(argv[2]));
	fputs("usage: inside calls|forge PID\n", stderr);
	return 2;
}
