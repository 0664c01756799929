/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known_files.c - files of the host by identity, followed over changes.
 *
 * Files are replaced by renaming: the name then is another inode. The host
 * tells of changes in the directories of known files, before the audit record
 * of the call that made them (fs/namei.c notifies inside the call, audit at its
 * end); a look at all of them from time to time finds what happened above those
 * directories, and behind symbolic links. */
#include "known_files.h"

#include <stdlib.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

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

/* Nearly all paths that are asked for are none of these. */
static uint64_t *filter_of(struct known_files *k, struct str path,
                           uint64_t *ret_bit)
{
	uint64_t end = 0;

	if (path.len >= sizeof(end))
		memcpy(&end, path.s + path.len - sizeof(end), sizeof(end));
	end = (end ^ path.len) * 0x9e3779b97f4a7c15ULL;
	*ret_bit = 1ULL << (end >> 58);
	return &k->filter[(end >> 51) % COUNT(k->filter)];
}

struct known_file *known_files_by_path(struct known_files *k, struct str path)
{
	uint64_t bit;

	return (*filter_of(k, path, &bit) & bit) != 0
	               ? map_get(&k->by_path, path)
	               : NULL;
}

struct known_file *known_files_add(struct known_files *k, struct str path,
                                   const struct runtime_kind *kind)
{
	struct known_file *f = known_files_by_path(k, path);
	uint64_t bit;
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
		f->watch = -1;
		if (map_put(&k->by_path, f->path, f) == 0) {
			*filter_of(k, path, &bit) |= bit;
			return f;
		}
	}
	free(copy);
	free(f);
	return NULL;
}

static int add_runtime(void *k, struct str path,
                       const struct runtime_kind *kind)
{
	return known_files_add(k, path, kind) != NULL ? 0 : E_NOMEM;
}

int known_files_add_runtimes(struct known_files *k)
{
	return runtime_each_path(add_runtime, k);
}

static bool is_valid(const struct known_files *k,
                     const struct known_identity *i, struct file_id id)
{
	return file_id_eq(i->id, id) &&
	       (i->until_ns == UINT64_MAX ||
	        (k->at_ns != 0 && k->at_ns <= i->until_ns));
}

/* One file may have several names: a runtime's goes before a watched one,
 * /usr/sbin/runc before /sbin/runc. */
static bool is_better_name(const struct known_file *a,
                           const struct known_file *b)
{
	if ((a->kind != NULL) != (b->kind != NULL))
		return a->kind != NULL;
	if (a->path.len != b->path.len)
		return a->path.len > b->path.len;
	return str_cmp(a->path, b->path) < 0;
}

struct known_file *known_files_find(const struct known_files *k,
                                    struct file_id id)
{
	struct known_identity *i = map_get_u64(&k->by_inode, id.ino);
	struct known_file *best = NULL;

	for (; i != NULL; i = i->next)
		if (is_valid(k, i, id) &&
		    (best == NULL || is_better_name(i->file, best)))
			best = i->file;
	return best;
}

size_t known_files_names(const struct known_files *k, struct file_id id,
                         struct str *ret, size_t max)
{
	struct known_identity *i = map_get_u64(&k->by_inode, id.ino);
	const struct known_file *best;
	size_t n = 0;

	for (; i != NULL && n < max; i = i->next)
		if (i->file->is_watched && is_valid(k, i, id))
			ret[n++] = i->file->path;
	best = known_files_find(k, id);
	if (n == 0 && n < max && best != NULL)
		ret[n++] = best->path;
	if (k->has_word && n < max && best != NULL && best->kind != NULL)
		ret[n++] = KNOWN_RUNTIMES;
	return n;
}

bool known_files_has_inode(const struct known_files *k, uint64_t ino)
{
	const struct known_identity *i = map_get_u64(&k->by_inode, ino);

	for (; i != NULL; i = i->next)
		if (i->file->is_watched || i->file->kind != NULL)
			return true;
	return false;
}

static void unlink_identity(struct known_files *k, struct known_identity *i)
{
	struct known_identity *head = map_get_u64(&k->by_inode, i->id.ino);

	if (i->id.ino == 0)
		return;
	if (head == i && i->next == NULL) {
		map_remove_u64(&k->by_inode, i->id.ino);
	} else if (head == i) {
		/* the slot is there: this needs no memory */
		(void)!map_put_u64(&k->by_inode, i->id.ino, i->next);
	} else {
		while (head != NULL && head->next != i)
			head = head->next;
		if (head != NULL)
			head->next = i->next;
	}
	*i = (struct known_identity){ 0 };
}

/* From now_ns on the name means another file, or none. */
static void retire(struct known_file *f, uint64_t now_ns)
{
	struct known_identity *i = &f->identities[f->newest];

	if (i->until_ns == UINT64_MAX)
		i->until_ns = now_ns;
	f->id = (struct file_id){ 0 };
}

void known_files_learn(struct known_files *k, struct known_file *f,
                       struct file_id id, uint64_t now_ns)
{
	struct known_identity *i;

	if (id.ino == 0 || file_id_eq(f->id, id))
		return;
	retire(f, now_ns);
	f->newest = (f->newest + 1) % KNOWN_IDENTITIES;
	i = &f->identities[f->newest];
	unlink_identity(k, i);
	*i = (struct known_identity){
		.id = id,
		.until_ns = UINT64_MAX,
		.file = f,
		.next = map_get_u64(&k->by_inode, id.ino),
	};
	if (map_put_u64(&k->by_inode, id.ino, i) < 0) {
		counter_add(k->counters, COUNTER_TRACKING_NOMEM, 1);
		*i = (struct known_identity){ 0 };
		return;
	}
	f->id = id;
}

/* Changes in "/usr/bin" are told of from then on. Not followed is "/" itself:
 * it has no name that could become another's. */
static void watch_directory(struct known_file *f, struct host *host)
{
	auto_buf struct buf directory = BUF_INIT;
	ptrdiff_t slash = str_find_last_byte(f->path, '/');

	if (f->watch >= 0 || slash < 0 || f->path.len == 1)
		return;
	buf_add_str(&directory,
	            str_take(f->path, slash == 0 ? 1 : (size_t)slash));
	if (directory.failed ||
	    host->ops->watch(host, buf_cstr(&directory), &f->watch) < 0)
		f->watch = -1;
}

void known_files_refresh(struct known_files *k, struct known_file *f,
                         struct host *host)
{
	struct file_id id;
	int error;

	/* first: what happens from here on is told of */
	watch_directory(f, host);
	error = host->ops->file_id(host, f->path.s, &id);
	if (error == 0)
		known_files_learn(k, f, id, clock_realtime_ns());
	else if (error == E_NOT_FOUND)
		retire(f, clock_realtime_ns());
}

void known_files_refresh_all(struct known_files *k, struct host *host)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&k->by_path, &cursor, NULL, &value))
		known_files_refresh(k, value, host);
}

struct change {
	struct known_files *files;
	struct host *host;
};

/* name empty: the directory itself went; watch < 0: some changes are lost. */
static void apply_change(void *arg, int watch, struct str name)
{
	const struct change *c = arg;
	size_t cursor = 0;
	void *value;

	while (map_next(&c->files->by_path, &cursor, NULL, &value)) {
		struct known_file *f = value;

		if (watch >= 0 && f->watch != watch)
			continue;
		if (name.len == 0 && watch >= 0)
			f->watch = -1;
		if (name.len == 0 || str_eq(str_basename(f->path), name))
			known_files_refresh(c->files, f, c->host);
	}
}

void known_files_drain(struct known_files *k, struct host *host)
{
	struct change c = { k, host };

	host->ops->changes(host, apply_change, &c);
}

void known_files_each_unknown(const struct known_files *k,
                              void (*fn)(void *arg, struct str path), void *arg)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&k->by_path, &cursor, NULL, &value)) {
		const struct known_file *f = value;

		if (f->is_watched && f->id.ino == 0 && f->kind == NULL)
			fn(arg, f->path);
	}
}
