/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inject.c - faults for a program that is not linked with any: LD_PRELOAD it.
 *
 *	INJECT_FAIL=N     the Nth allocation finds no memory
 *	INJECT_COUNT=FILE the number of allocations is written there at the end
 *	INJECT_SHORT=1    files, pipes and streams are read a byte at a time;
 *	                  files of more than BIG bytes, and what follows as many
 *	                  reads of a stream, 509, for a system call a byte takes
 *	                  too long. With top_builddir set only by the programs
 *	                  below that
 *	INJECT_POISON=TEXT who holds a pattern against a value with that text
 *	                  crashes
 *	INJECT_STALL=FILE while the file exists, who holds a pattern against a
 *	                  value waits
 *
 * Datagrams, and what the kernel hands out whole (eventfd and the like), stay
 * whole: there a short read is an error, not a fault. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* glibc's own names, which need no look-up, for that allocates. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
int pcre2_match_8(const void *code, const char *subject, size_t len,
                  size_t start, unsigned options, void *data, void *context);

static struct {
	unsigned long fail;
	const char *stall;
	const char *poison;
	bool is_short;
	_Atomic unsigned long allocations;
	_Atomic unsigned reads[1024];
} injected;

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtoul(text, NULL, 10) : 0;
}

/* The shell, sed and jq of a test are not what is tested. */
static bool is_ours(void)
{
	const char *below = getenv("top_builddir");
	char exe[4096];
	ssize_t n;

	if (below == NULL)
		return true;
	n = readlink("/proc/self/exe", exe, sizeof(exe));
	return n > 0 && (size_t)n > strlen(below) &&
	       strncmp(exe, below, strlen(below)) == 0;
}

__attribute__((constructor)) static void begin(void)
{
	injected.fail = number("INJECT_FAIL");
	injected.stall = getenv("INJECT_STALL");
	injected.poison = getenv("INJECT_POISON");
	injected.is_short = number("INJECT_SHORT") != 0 && is_ours();
	injected.allocations = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("INJECT_COUNT");
	char text[32];
	int fd, len;

	if (path == NULL)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	len = snprintf(text, sizeof(text), "%lu\n",
	               atomic_load(&injected.allocations));
	if (fd >= 0 && write(fd, text, (size_t)len) == len)
		close(fd);
}

/* So does glibc 2.36 when it reads nsswitch.conf (nss/nss_database.c,
 * nss_action_parse.c), or it aborts. */
static __thread unsigned in_nss;

#define IN_NSS(type, name, parameter, argument)            \
	type name(parameter)                               \
	{                                                  \
		type (*real)(parameter);                   \
		type ret;                                  \
                                                           \
		in_nss++;                                  \
		*(void **)&real = dlsym(RTLD_NEXT, #name); \
		ret = real(argument);                      \
		in_nss--;                                  \
		return ret;                                \
	}
IN_NSS(struct passwd *, getpwnam, const char *name, name)
IN_NSS(struct passwd *, getpwuid, uid_t id, id)
IN_NSS(struct group *, getgrnam, const char *name, name)
IN_NSS(struct group *, getgrgid, gid_t id, id)

/* libauparse 3.0 dereferences what it has found no memory for
 * in auparse_do_interpretation(), libseccomp 2.5 never ends what it has begun
 * in seccomp_load(): their own are spared. */
static bool is_spared(const void *caller)
{
	Dl_info info;

	return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
	       (strstr(info.dli_fname, "libauparse") != NULL ||
	        strstr(info.dli_fname, "libseccomp") != NULL);
}

static bool fails(const void *caller)
{
	if (atomic_fetch_add(&injected.allocations, 1) + 1 != injected.fail ||
	    in_nss > 0 || is_spared(caller))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL
	                                          : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}

static bool is_stream(int fd, const struct stat *st)
{
	int type = 0;
	socklen_t len = sizeof(type);

	if (S_ISSOCK(st->st_mode))
		return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
		       type == SOCK_STREAM;
	return S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode);
}

/* A prime, so that each boundary is met sooner or later. */
#define PIECE ((size_t)509)
#define BIG   8192

/* By descriptor's number. */
static bool has_had_much(int fd)
{
	return fd < (int)(sizeof(injected.reads) / sizeof(injected.reads[0])) &&
	       atomic_fetch_add(&injected.reads[fd], 1) > BIG;
}

static size_t least(int fd, size_t n)
{
	struct stat st;
	size_t piece;
	bool is_much;

	if (!injected.is_short || n < 2 || fstat(fd, &st) < 0 ||
	    !is_stream(fd, &st))
		return n;
	is_much = S_ISREG(st.st_mode) ? st.st_size > BIG : has_had_much(fd);
	piece = is_much ? PIECE : 1;
	return n < piece ? n : piece;
}

ssize_t read(int fd, void *to, size_t n)
{
	return syscall(SYS_read, fd, to, least(fd, n));
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	return syscall(SYS_pread64, fd, to, least(fd, n), at);
}

ssize_t pread64(int fd, void *to, size_t n, off_t at)
{
	return pread(fd, to, n, at);
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
	return syscall(SYS_recvfrom, fd, to,
	               (flags & MSG_PEEK) != 0 ? n : least(fd, n), flags, NULL,
	               NULL);
}

/* Through the next library's, which is looked up once. */
int pcre2_match_8(const void *code, const char *subject, size_t len,
                  size_t start, unsigned options, void *data, void *context)
{
	static int (*real)(const void *, const char *, size_t, size_t, unsigned,
	                   void *, void *);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pcre2_match_8");
	if (injected.poison != NULL && memmem(subject, len, injected.poison,
	                                      strlen(injected.poison)) != NULL)
		__builtin_trap();
	while (injected.stall != NULL && access(injected.stall, F_OK) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	return real(code, subject, len, start, options, data, context);
}
