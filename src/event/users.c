/* SPDX-License-Identifier: GPL-2.0-or-later */
/* users.c - passwd(5) and group(5) files to maps of names. */
#include "saker/event/users.h"

#include <fcntl.h>
#include <stdlib.h>

#include "saker/base/arena.h"
#include "saker/base/io.h"
#include "saker/base/map.h"

#define FILE_BYTES ((size_t)16 * 1024 * 1024)

struct names {
	struct str name;
	struct str home, shell; /* of users */
};

struct user_names {
	struct map users; /* id -> struct names, in the arena */
	struct map groups;
	struct arena arena;
};

/* "name:password:id:..." in both files; passwd goes on with the group, GECOS,
 * home directory and shell. */
static int add_line(struct user_names *u, struct map *ids, struct str line)
{
	struct str fields[7] = { 0 };
	struct names *n;
	uint64_t number;

	for (size_t i = 0; i < 7 && str_split(&line, ':', &fields[i]); i++)
		;
	if (!str_to_u64(fields[2], 10, &number) ||
	    map_get_u64(ids, number) != NULL)
		return 0;
	n = arena_new(&u->arena, struct names);
	if (n == NULL)
		return E_NOMEM;
	n->name = arena_copy(&u->arena, fields[0]);
	n->home = arena_copy(&u->arena, fields[5]);
	n->shell = arena_copy(&u->arena, fields[6]);
	if (n->name.s == NULL || n->home.s == NULL || n->shell.s == NULL)
		return E_NOMEM;
	return map_put_u64(ids, number, n);
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

static struct names find(const struct map *ids, uint32_t id)
{
	const struct names *n = map_get_u64(ids, id);

	return n != NULL ? *n : (struct names){ 0 };
}

struct str user_names_user(const struct user_names *u, uint32_t uid)
{
	return u != NULL ? find(&u->users, uid).name : STR_NONE;
}

struct str user_names_group(const struct user_names *u, uint32_t gid)
{
	return u != NULL ? find(&u->groups, gid).name : STR_NONE;
}

struct str user_names_home(const struct user_names *u, uint32_t uid)
{
	return u != NULL ? find(&u->users, uid).home : STR_NONE;
}

struct str user_names_shell(const struct user_names *u, uint32_t uid)
{
	return u != NULL ? find(&u->users, uid).shell : STR_NONE;
}
