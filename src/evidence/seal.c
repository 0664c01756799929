/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seal.c - the manifest of a folder, and the quota of all. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "collector.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define MANIFEST "manifest.json"

static DIR *open_dir_at(int at, const char *name)
{
	int fd = openat(at, name,
	                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL)
		io_close(&fd);
	return dir;
}

/* The next entry that is no link to the folder or its parent. */
static const char *next_name(DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return entry->d_name;
	return NULL;
}

static void add_file(struct buf *out, int folder, const char *name)
{
	auto_close int fd = openat(
		folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char hash[EVIDENCE_HASH_LENGTH + 1] = "";
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (out->len != 0 && out->data[out->len - 1] == '}')
		buf_add_byte(out, ',');
	buf_add_str(out, STR("{\"name\":"));
	escape_json(out, str_from(name));
	if (evidence_hash(fd, hash) == 0)
		buf_printf(out, ",\"sha256\":\"%s\"", hash);
	buf_printf(out, ",\"size\":%" PRIu64 "}", (uint64_t)st.st_size);
}

static void add_head(struct buf *out, const struct evidence_store *store,
                     const struct evidence_request *request,
                     const struct evidence_result *result)
{
	buf_printf(out,
	           "{\"budget_bytes\":%" PRIu64
	           ",\"budget_ms\":%u,"
	           "\"complete\":%s,\"elapsed_us\":%" PRIu64
	           ",\"pid\":%d,\"start_ticks\":%" PRIu64
	           ",\"time_ns\":%" PRIu64 ",\"uuid\":",
	           store->max_bytes, store->max_ms,
	           result->is_complete ? "true" : "false", result->elapsed_us,
	           (int)request->pid, request->start_ticks,
	           clock_realtime_ns());
	escape_json(out, str_from(request->uuid));
}

static int write_manifest(DIR *folder, struct buf *text)
{
	auto_close int fd = openat(
		dirfd(folder), MANIFEST,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return io_error();
	if (io_write_all(fd, buf_str(text)) < 0 || fsync(fd) < 0)
		return E_IO;
	return 0;
}

static uint64_t folder_bytes(int directory, const char *name)
{
	DIR *dir = open_dir_at(directory, name);
	uint64_t bytes = 0;
	const char *file;
	struct stat st;

	if (dir == NULL)
		return 0;
	while ((file = next_name(dir)) != NULL)
		if (fstatat(dirfd(dir), file, &st, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += (uint64_t)st.st_size;
	closedir(dir);
	return bytes;
}

static void remove_folder(int directory, const char *name)
{
	DIR *dir = open_dir_at(directory, name);
	const char *file;

	if (dir == NULL)
		return;
	while ((file = next_name(dir)) != NULL)
		unlinkat(dirfd(dir), file, 0);
	closedir(dir);
	unlinkat(directory, name, AT_REMOVEDIR);
}

/* As they are made for alerts (RFC 9562): what else lies in the directory is
 * somebody else's. */
static bool is_uuid(const char *name)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'x' ? !isxdigit((unsigned char)name[i])
		                   : name[i] != form[i])
			return false;
	return true;
}

static bool is_older(const struct stat *st, const struct timespec *than)
{
	return st->st_mtim.tv_sec != than->tv_sec
	               ? st->st_mtim.tv_sec < than->tv_sec
	               : st->st_mtim.tv_nsec < than->tv_nsec;
}

/* All folders' bytes; *ret_oldest is the least recent but keep, "" when there
 * is no other. */
static uint64_t look(int directory, const char *keep, char ret_oldest[256])
{
	DIR *dir = open_dir_at(directory, ".");
	uint64_t bytes = 0;
	struct timespec oldest = { .tv_sec = INT64_MAX };
	const char *name;
	struct stat st;

	ret_oldest[0] = '\0';
	if (dir == NULL)
		return 0;
	while ((name = next_name(dir)) != NULL) {
		if (!is_uuid(name) ||
		    fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISDIR(st.st_mode))
			continue;
		bytes += folder_bytes(directory, name);
		if (!is_older(&st, &oldest) || strcmp(name, keep) == 0)
			continue;
		oldest = st.st_mtim;
		snprintf(ret_oldest, 256, "%s", name);
	}
	closedir(dir);
	return bytes;
}

/* How many went. */
static unsigned hold_quota(int directory, const char *keep, uint64_t quota)
{
	unsigned evicted = 0;
	char oldest[256];

	while (look(directory, keep, oldest) > quota && oldest[0] != '\0') {
		remove_folder(directory, oldest);
		/* what cannot be removed must not be tried for ever */
		if (faccessat(directory, oldest, F_OK, 0) == 0)
			break;
		evicted++;
	}
	return evicted;
}

int evidence_seal(const struct evidence_store *store,
                  const struct evidence_request *request,
                  const struct evidence_result *result, unsigned *ret_evicted)
{
	auto_buf struct buf text = BUF_INIT;
	auto_close int directory =
		open(store->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *name;
	DIR *folder;
	int error;

	if (directory < 0)
		return io_error();
	folder = open_dir_at(directory, request->uuid);
	if (folder == NULL)
		return io_error();
	add_head(&text, store, request, result);
	buf_add_str(&text, STR(",\"files\":["));
	while ((name = next_name(folder)) != NULL)
		add_file(&text, dirfd(folder), name);
	buf_add_str(&text, STR("]}\n"));
	error = text.failed ? E_NOMEM : write_manifest(folder, &text);
	closedir(folder);
	*ret_evicted = hold_quota(directory, request->uuid, store->quota_bytes);
	return error;
}
