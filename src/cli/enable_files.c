/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable_files.c - files of the host that saker enable changes, read, replaced
 * and put back. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enable.h"
#include "saker/base/command.h"

/* The longest of them holds some hundred rules. */
#define FILE_MOST ((size_t)4 << 20)
/* systemctl start waits for the service, which reads its rules first. */
#define RUN_MS 120000u

/* Below the root directory that was given. */
static bool name_of(const struct setup *s, const char *path, char ret[PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%s%s", s->root, path);

	return n > 0 && n < PATH_MAX;
}

bool setup_exists(const struct setup *s, const char *path)
{
	char name[PATH_MAX];

	return name_of(s, path, name) && access(name, F_OK) == 0;
}

const char *setup_find(const struct setup *s, const char *const *paths)
{
	while (*paths != NULL && !setup_exists(s, *paths))
		paths++;
	return *paths;
}

static int complain(struct setup *s, const char *path)
{
	setup_say(s, CHANGE_FAILED, path, "%s", strerror(errno));
	return io_error();
}

int setup_read(struct setup *s, const char *path, struct buf *out)
{
	char name[PATH_MAX];
	int error;

	errno = ENAMETOOLONG;
	if (!name_of(s, path, name))
		return complain(s, path);
	error = io_read_at(AT_FDCWD, name, FILE_MOST, out);
	if (error == 0 || error == E_NOT_FOUND)
		return error;
	setup_say(s, CHANGE_FAILED, path, "%s", err_text(error));
	return error;
}

/* auditd leaves alone what begins with a dot in its directories
 * (load_plugin_conf() in audispd.c), so does augenrules. */
static bool fresh_name(const char *name, char ret[PATH_MAX])
{
	const char *slash = strrchr(name, '/');
	int n = snprintf(ret, PATH_MAX, "%.*s/.%s.new", (int)(slash - name),
	                 name, slash + 1);

	return n > 0 && n < PATH_MAX;
}

static int write_fresh(const char *fresh, const char *name, struct str text,
                       mode_t mode)
{
	struct stat st;
	auto_close int fd = -1;

	(void)!unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	          0600);
	if (fd < 0)
		return -1;
	if (stat(name, &st) == 0) {
		mode = st.st_mode & 07777;
		if (fchown(fd, st.st_uid, st.st_gid) < 0)
			return -1;
	}
	return fchmod(fd, mode) < 0 || io_write_all(fd, text) < 0 ||
	                       fsync(fd) < 0
	               ? -1
	               : 0;
}

/* What is missing of them; what cannot be made is told when the file cannot. */
static void make_parents(char name[PATH_MAX])
{
	for (char *slash = strchr(name + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)!mkdir(name, 0755);
		*slash = '/';
	}
}

int setup_write(struct setup *s, const char *path, struct str text, mode_t mode)
{
	char name[PATH_MAX], fresh[PATH_MAX];

	if (s->is_dry_run)
		return 0;
	errno = ENAMETOOLONG;
	if (!name_of(s, path, name) || !fresh_name(name, fresh))
		return complain(s, path);
	make_parents(name);
	if (write_fresh(fresh, name, text, mode) < 0 ||
	    rename(fresh, name) < 0) {
		complain(s, path);
		(void)!unlink(fresh);
		return E_IO;
	}
	return 0;
}

int setup_remove(struct setup *s, const char *path)
{
	char name[PATH_MAX];

	if (s->is_dry_run)
		return 0;
	errno = ENAMETOOLONG;
	if (!name_of(s, path, name) || (unlink(name) < 0 && errno != ENOENT))
		return complain(s, path);
	return 0;
}

json_t *setup_text(const struct buf *text)
{
	return text != NULL ? json_stringn_nocheck(text->data, text->len)
	                    : json_null();
}

int setup_put_back(struct setup *s, const char *path, const json_t *text)
{
	if (!json_is_string(text))
		return setup_remove(s, path);
	return setup_write(s, path,
	                   (struct str){ json_string_value(text),
	                                 json_string_length(text) },
	                   0640);
}

bool setup_is_text(const json_t *text, const struct buf *found)
{
	return json_is_string(text) &&
	       str_eq((struct str){ json_string_value(text),
	                            json_string_length(text) },
	              buf_str(found));
}

bool setup_run(const char *const *argv)
{
	struct command_result result;

	return command_run(argv, STR(""), RUN_MS, &result) == 0 &&
	       !result.is_timed_out && result.exit_status == 0;
}
