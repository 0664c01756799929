/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - reads rule files, and sorts their items by kind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "store.h"

/* What is neither list, macro nor rule. */
static int read_other(struct rules *r, const struct yaml *item)
{
	const struct yaml *y;

	if (item->kind != YAML_MAPPING) {
		r->item_type = "rules content item";
		return rules_error(r, CODE_YAML_VALIDATE, item->at, 1,
		                   "Unexpected element type. Each element "
		                   "should be a yaml associative array.");
	}
	y = yaml_get(item, STR("required_engine_version"));
	if (y != NULL) {
		r->item_type = "required_engine_version";
		return engine_version_check(r, y);
	}
	y = yaml_get(item, STR("required_plugin_versions"));
	if (y != NULL) {
		r->item_type = "required plugin versions";
		return plugin_versions_check(r, y);
	}
	r->item_type = "rules content item";
	rules_warn(r, "LOAD_UNKNOWN_ITEM", item->at, 0,
	           "Unknown top level item");
	return 0;
}

static int read_item(struct rules *r, const struct yaml *item)
{
	static const struct str kinds[DEFINES__MAX] = {
		[DEFINES_LIST] = { "list", 4 },
		[DEFINES_MACRO] = { "macro", 5 },
		[DEFINES_RULE] = { "rule", 4 },
	};
	int e;

	if (item->kind == YAML_NULL)
		return 0;
	e = item->kind == YAML_MAPPING ? item_check_kinds(r, item) : 0;
	if (e < 0)
		return e;
	for (enum definition_kind k = 0;
	     k < DEFINES__MAX && item->kind == YAML_MAPPING; k++) {
		const struct yaml *y = yaml_get(item, kinds[k]);

		if (y != NULL)
			return item_read(r, k, item, y);
	}
	r->item_begin = item->at;
	e = read_other(r, item);
	rules_set_item(r, NULL);
	return e;
}

static int read_document(struct rules *r, const struct yaml *document)
{
	if (document->kind == YAML_NULL)
		return 0;
	if (document->kind != YAML_SEQUENCE)
		return rules_error(
			r, CODE_YAML_VALIDATE, document->at, 1,
			document->kind == YAML_MAPPING
				? "Rules content is not yaml array of objects"
				: "Rules content is not yaml");
	for (const struct yaml_item *i = document->first; i != NULL;
	     i = i->next)
		if (read_item(r, i->value) == E_NOMEM)
			return E_NOMEM;
	return 0;
}

int rules_read_text(struct rules *r, const char *name, struct str text)
{
	const struct source_file *file = source_file_new(r->arena, name, text);
	const struct yaml *documents;
	int e;

	if (file == NULL)
		return E_NOMEM;
	r->hash = str_hash(text, str_hash(str_from(name), r->hash));
	e = yaml_parse(r->arena, file, YAML_SEQUENCE, r->diags, &documents);
	if (e == E_INVALID) {
		r->incomplete = true;
		return 0;
	}
	if (e < 0)
		return e;
	for (const struct yaml_item *i = documents->first;
	     i != NULL && e != E_NOMEM; i = i->next)
		e = read_document(r, i->value);
	return e == E_NOMEM ? e : 0;
}

static void file_error(struct rules *r, const char *path, const char *what)
{
	struct diag_place place = { .file = path };

	r->incomplete = true;
	diag_add(r->diags, DIAG_ERROR, "LOAD_ERR_FILE_READ", &place, "%s",
	         what);
}

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
static bool is_trusted(const struct rules *r, const struct stat *st)
{
	return (geteuid() != 0 && !r->for_root) ||
	       (is_trusted_owner(st->st_uid) &&
	        (st->st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

static int read_descriptor(struct rules *r, int fd, const char *path)
{
	auto_buf struct buf text = BUF_INIT;
	int e = io_read_fd(fd, LIMIT_RULE_FILE_BYTES, &text);

	if (e == E_NOMEM)
		return e;
	if (e == E_LIMIT)
		file_error(r, path, "the file is larger than 16 MiB");
	else if (e < 0)
		file_error(r, path, strerror(errno));
	else
		return rules_read_text(r, path, buf_str(&text));
	return 0;
}

static int read_file(struct rules *r, const char *path)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		file_error(r, path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		file_error(r, path, "not a regular file");
	else if (!is_trusted(r, &st))
		file_error(r, path,
		           "refused: others than root may write to this file "
		           "(chown root, chmod go-w)");
	else
		return read_descriptor(r, fd, path);
	return 0;
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

static int read_directory(struct rules *r, const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, is_rule_file, by_name);
	int e = 0;

	if (count < 0) {
		file_error(r, path, strerror(errno));
		return 0;
	}
	if (count == 0)
		diag_add(r->diags, DIAG_NOTE, NULL,
		         &(struct diag_place){ .file = path },
		         "no *.yaml and no *.yml in this directory");
	for (int i = 0; i < count; i++) {
		auto_buf struct buf file = BUF_INIT;

		buf_printf(&file, "%s/%s", path, names[i]->d_name);
		if (e == 0)
			e = read_file(r, buf_cstr(&file));
		free(names[i]);
	}
	free(names);
	return e;
}

int rules_read_path(struct rules *r, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return read_directory(r, path);
	return read_file(r, path);
}
