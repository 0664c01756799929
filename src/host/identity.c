/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identity.c - a file's device and inode as audit shows them.
 *
 * audit prints the super block's device (kernel/auditsc.c, audit_copy_inode():
 * inode->i_sb->s_dev), stat(2) what the file system's getattr makes of it:
 * btrfs gives each subvolume a number of its own. mountinfo has the super
 * block's. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "direct.h"
#include "saker/base/io.h"

#define MOUNTINFO_BYTES (16u * 1024 * 1024)
#define FDINFO_BYTES    ((size_t)4096)

/* include/uapi/linux/openat2.h */
#define UAPI_RESOLVE_IN_ROOT 0x10
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
struct uapi_open_how {
	uint64_t flags, mode, resolve;
};

/* "36 35 0:27 ...": the mount's id, its parent's, the device */
bool mountinfo_device(struct str mountinfo, uint64_t mount_id, uint64_t *ret)
{
	struct str line, field, high;
	uint64_t id, numbers[2];

	while (str_split(&mountinfo, '\n', &line)) {
		if (!str_split(&line, ' ', &field) ||
		    !str_to_u64(field, 10, &id) || id != mount_id)
			continue;
		if (!str_split(&line, ' ', &field) ||
		    !str_split(&line, ' ', &field) ||
		    !str_split(&field, ':', &high) ||
		    !str_to_u64(high, 10, &numbers[0]) ||
		    !str_to_u64(field, 10, &numbers[1]))
			return false;
		*ret = makedev((unsigned)numbers[0], (unsigned)numbers[1]);
		return true;
	}
	return false;
}

/* proc_pid_fdinfo(5), since Linux 3.15 */
static bool mount_of(int fd, uint64_t *ret)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (io_read_at(AT_FDCWD, path, FDINFO_BYTES, &text) < 0)
		return false;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line))
		if (str_has_prefix(line, STR("mnt_id:")))
			return str_to_u64(
				str_trim(str_skip(line, STR("mnt_id:").len)),
				10, ret);
	return false;
}

/* What stat(2) said stays where nothing better is known. */
static void correct_device(int fd, struct file_id *id)
{
	auto_buf struct buf text = BUF_INIT;
	struct statfs fs;
	uint64_t mount;

	if (fstatfs(fd, &fs) < 0 ||
	    (unsigned long)fs.f_type != BTRFS_SUPER_MAGIC ||
	    !mount_of(fd, &mount) ||
	    io_read_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_BYTES,
	               &text) < 0)
		return;
	(void)mountinfo_device(buf_str(&text), mount, &id->dev);
}

static int identity_of(int fd, struct file_id *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return io_error();
	*ret = (struct file_id){ st.st_dev, st.st_ino };
	if (major(st.st_dev) == 0)
		correct_device(fd, ret);
	return 0;
}

int direct_identity_at(int dirfd, const char *path, struct file_id *ret)
{
	auto_close int fd = -1;
	struct stat st;

	if (fstatat(dirfd, path, &st, 0) < 0)
		return io_error();
	*ret = (struct file_id){ st.st_dev, st.st_ino };
	if (major(st.st_dev) != 0)
		return 0;
	/* O_PATH opens nothing: no device, no FIFO notices */
	fd = openat(dirfd, path, O_PATH | O_CLOEXEC);
	return fd >= 0 ? identity_of(fd, ret) : io_error();
}

int direct_file_id(struct host *h, const char *path, struct file_id *ret)
{
	(void)h;
	return direct_identity_at(AT_FDCWD, path, ret);
}

int direct_file_id_in(struct host *h, pid_t pid, const char *path,
                      struct file_id *ret)
{
	struct uapi_open_how how = { .flags = O_PATH | O_CLOEXEC,
		                     .resolve = UAPI_RESOLVE_IN_ROOT };
	auto_close int root = -1;
	auto_close int fd = -1;
	char name[64];

	(void)h;
	snprintf(name, sizeof(name), "/proc/%d/root", (int)pid);
	root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return io_error();
	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd < 0)
		return errno == ENOSYS ? E_UNSUPPORTED : io_error();
	return identity_of(fd, ret);
}
