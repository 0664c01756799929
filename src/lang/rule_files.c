/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_files.c - finds rule files, and reads those that may be trusted. */
#include "saker/lang/rule_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

/* root, or who became root by sudo(8) for this run. */
static bool is_trusted_owner(uid_t uid)
{
	const char *sudo = secure_getenv("SUDO_UID");
	uint64_t invoker;

	return uid == 0 ||
	       (sudo != NULL && str_to_u64(str_from(sudo), 10, &invoker) &&
	        invoker == uid);
}

/* Who may write a rule may switch detection off, or have processes killed. */
static bool is_trusted(const struct stat *st)
{
	return geteuid() != 0 || (is_trusted_owner(st->st_uid) &&
	                          (st->st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

static int add_problem(struct file_set *set, const char *name,
                       const char *problem, bool is_note)
{
	return file_set_add(set, &(struct file_text){
					 .use = FILE_RULES,
					 .name = name,
					 .text = STR(""),
					 .problem = problem,
					 .is_note = is_note,
				 });
}

static int add_file(struct file_set *set, const char *path)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return add_problem(set, path, strerror(errno), false);
	if (!S_ISREG(st.st_mode))
		return add_problem(set, path, "not a regular file", false);
	if (!is_trusted(&st))
		return add_problem(set, path,
		                   "refused: others than root may write to "
		                   "this file (chown root, chmod go-w)",
		                   false);
	return file_set_add_open(set, FILE_RULES, path, fd,
	                         LIMIT_RULE_FILE_BYTES);
}

static int is_rule_file(const struct dirent *d)
{
	struct str name = str_from(d->d_name);

	return name.s[0] != '.' && (str_has_suffix(name, STR(".yaml")) ||
	                            str_has_suffix(name, STR(".yml")));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_directory(struct file_set *set, const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, is_rule_file, by_name);
	int e = 0;

	if (count < 0)
		return add_problem(set, path, strerror(errno), false);
	if (count == 0)
		e = add_problem(set, path,
		                "no *.yaml and no *.yml in this directory",
		                true);
	for (int i = 0; i < count; i++) {
		auto_buf struct buf file = BUF_INIT;

		buf_printf(&file, "%s/%s", path, names[i]->d_name);
		if (e == 0)
			e = file.failed ? E_NOMEM
			                : add_file(set, buf_cstr(&file));
		free(names[i]);
	}
	free(names);
	return e;
}

int rule_files_gather(struct file_set *set, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_directory(set, path);
	return add_file(set, path);
}
