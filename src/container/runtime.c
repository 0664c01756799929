/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime.c - which files are runtimes: by identity, learnt from paths. */
#include "runtime.h"

#include <stdlib.h>

#include "saker/base/io.h"

static const struct runtime_kind kinds[] = {
#define RUNTIME(file, family, verb) \
	{ STR_INIT(file), FAMILY_##family, VERB_##verb },
#define RUNTIME_DIR(path)
#define RUNTIME_VERB(word, verb)
#define RUNTIME_OPTION(family, option, meaning)
#include "saker/container/runtimes.def"
#undef RUNTIME
#undef RUNTIME_DIR
};

static const struct str directories[] = {
#define RUNTIME(file, family, verb)
#define RUNTIME_DIR(path) STR_INIT(path),
#include "saker/container/runtimes.def"
#undef RUNTIME
#undef RUNTIME_DIR
#undef RUNTIME_VERB
#undef RUNTIME_OPTION
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct runtime_kind *runtime_kind_of(struct str file_name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(kinds[i].name, file_name))
			return &kinds[i];
	return NULL;
}

void known_files_init(struct known_files *k)
{
	map_init(&k->by_path);
	map_init(&k->by_inode);
}

void known_files_done(struct known_files *k)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&k->by_path, &cursor, NULL, &value)) {
		struct known_file *f = value;

		free((char *)(uintptr_t)f->path.s);
		free(f);
	}
	map_done(&k->by_path);
	map_done(&k->by_inode);
}

struct known_file *known_files_by_path(const struct known_files *k,
                                       struct str path)
{
	return map_get(&k->by_path, path);
}

struct known_file *known_files_add(struct known_files *k, struct str path,
                                   const struct runtime_kind *kind)
{
	struct known_file *f = known_files_by_path(k, path);
	char *copy;

	if (f != NULL) {
		f->kind = kind != NULL ? kind : f->kind;
		return f;
	}
	f = calloc(1, sizeof(*f));
	copy = str_dup(path);
	if (f != NULL && copy != NULL) {
		f->path = (struct str){ copy, path.len };
		f->kind = kind;
		if (map_put(&k->by_path, f->path, f) == 0)
			return f;
	}
	free(copy);
	free(f);
	return NULL;
}

int known_files_add_runtimes(struct known_files *k)
{
	auto_buf struct buf path = BUF_INIT;

	for (size_t d = 0; d < COUNT(directories); d++) {
		for (size_t i = 0; i < COUNT(kinds); i++) {
			buf_clear(&path);
			buf_add_str(&path, directories[d]);
			buf_add_str(&path, kinds[i].name);
			if (path.failed || known_files_add(k, buf_str(&path),
			                                   &kinds[i]) == NULL)
				return E_NOMEM;
		}
	}
	return 0;
}

struct known_file *known_files_find(const struct known_files *k,
                                    struct file_id id)
{
	struct known_file *f = map_get_u64(&k->by_inode, id.ino);

	return f != NULL && file_id_eq(f->id, id) ? f : NULL;
}

/* One file may have several names: a runtime's goes before a watched one,
 * /usr/sbin/runc before /sbin/runc. */
static bool is_better_name(const struct known_file *a,
                           const struct known_file *b)
{
	if ((a->kind != NULL) != (b->kind != NULL))
		return a->kind != NULL;
	return a->path.len > b->path.len;
}

static void forget_identity(struct known_files *k, struct known_file *f)
{
	if (map_get_u64(&k->by_inode, f->id.ino) == f)
		map_remove_u64(&k->by_inode, f->id.ino);
	f->id = (struct file_id){ 0 };
}

void known_files_learn(struct known_files *k, struct known_file *f,
                       struct file_id id)
{
	const struct known_file *other = known_files_find(k, id);

	if (id.ino == 0 || file_id_eq(f->id, id))
		return;
	forget_identity(k, f);
	f->id = id;
	if (other != NULL && is_better_name(other, f))
		return;
	if (map_put_u64(&k->by_inode, id.ino, f) < 0) {
		counter_add(k->counters, COUNTER_TRACKING_NOMEM, 1);
		f->id = (struct file_id){ 0 };
	}
}

void known_files_refresh(struct known_files *k, struct known_file *f,
                         struct host *host)
{
	struct file_id id;
	int error = host->ops->file_id(host, f->path.s, &id);

	if (error == 0)
		known_files_learn(k, f, id);
	else if (error == E_NOT_FOUND)
		forget_identity(k, f);
}

void known_files_refresh_all(struct known_files *k, struct host *host)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&k->by_path, &cursor, NULL, &value))
		known_files_refresh(k, value, host);
}
