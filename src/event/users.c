/* SPDX-License-Identifier: GPL-2.0-or-later */
/* users.c - passwd(5) and group(5) files to maps of names. */
#include "saker/event/users.h"

#include <fcntl.h>
#include <stdlib.h>

#include "saker/base/arena.h"
#include "saker/base/io.h"
#include "saker/base/map.h"

#define FILE_BYTES ((size_t)16 * 1024 * 1024)

struct user_names {
	struct map users;
	struct map groups;
	struct arena arena;
};

/* "name:password:id:..." in both files. */
static int add_line(struct user_names *u, struct map *ids, struct str line)
{
	struct str name, skipped, id;
	uint64_t number;
	char *copy;

	if (!str_split(&line, ':', &name) || !str_split(&line, ':', &skipped) ||
	    !str_split(&line, ':', &id) || !str_to_u64(id, 10, &number) ||
	    map_get_u64(ids, number) != NULL)
		return 0;
	copy = (char *)(uintptr_t)arena_copy(&u->arena, name).s;
	return copy != NULL ? map_put_u64(ids, number, copy) : E_NOMEM;
}

static int add_file(struct user_names *u, struct map *ids, const char *path)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line;

	if (io_read_at(AT_FDCWD, path, FILE_BYTES, &text) == E_NOMEM)
		return E_NOMEM;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line))
		if (add_line(u, ids, line) < 0)
			return E_NOMEM;
	return 0;
}

int user_names_load(const char *passwd, const char *group,
                    struct user_names **ret)
{
	struct user_names *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return E_NOMEM;
	map_init(&u->users);
	map_init(&u->groups);
	if (add_file(u, &u->users, passwd) < 0 ||
	    add_file(u, &u->groups, group) < 0) {
		user_names_free(u);
		return E_NOMEM;
	}
	*ret = u;
	return 0;
}

void user_names_free(struct user_names *u)
{
	if (u == NULL)
		return;
	map_done(&u->users);
	map_done(&u->groups);
	arena_done(&u->arena);
	free(u);
}

struct str user_names_user(const struct user_names *u, uint32_t uid)
{
	return str_from(u != NULL ? map_get_u64(&u->users, uid) : NULL);
}

struct str user_names_group(const struct user_names *u, uint32_t gid)
{
	return str_from(u != NULL ? map_get_u64(&u->groups, gid) : NULL);
}
