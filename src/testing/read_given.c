/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read_given.c - what a test file says of the machine. */
#include "load.h"
#include "saker/base/map.h"

int read_file_id(struct loader *l, const struct yaml *y, void *member_at)
{
	return load_mapping(l, MAPPING_FILE_ID, y, member_at);
}

int read_namespace(struct loader *l, const struct yaml *y, void *member_at)
{
	if (y->kind == YAML_SCALAR && str_eq(y->text.s, STR("host"))) {
		((struct suite_number *)member_at)->kind = SUITE_NUMBER_HOST;
		return 0;
	}
	return read_number(l, y, member_at);
}

int read_namespaces(struct loader *l, const struct yaml *y, void *member_at)
{
	return load_mapping(l, MAPPING_NAMESPACES, y, member_at);
}

/* An id alone, or more. */
int read_container(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_container *c = member_at;
	int r = y->kind == YAML_MAPPING
	                ? load_mapping(l, MAPPING_CONTAINER, y, c)
	                : read_text(l, y, &c->id);

	if (r == 0 && c->id.s.len == 0)
		return load_error(l, y->at, 1, "a container needs an id");
	if (r == 0 && str_find_byte(c->id.s, '/') >= 0)
		return load_error(l, c->id.at, c->id.s.len,
		                  "an id has no slash");
	return r;
}

static int check_state(struct loader *l, const struct suite_process *p)
{
	bool is_inside = str_eq(p->state.s, STR("container"));

	if (p->state.s.s == NULL)
		return 0;
	if (is_inside && p->container.id.s.s == NULL && p->cgroup.s.s == NULL)
		return load_error(l, p->state.at, p->state.s.len,
		                  "in which container? give its id under "
		                  "'container'");
	if (!is_inside && p->container.id.s.s != NULL)
		return load_error(l, p->state.at, p->state.s.len,
		                  "a process with a container is in state "
		                  "'container'");
	return 0;
}

static int read_process(struct loader *l, const struct yaml *y, void *into)
{
	struct suite_process *p = into;
	int r = load_mapping(l, MAPPING_PROCESS, y, p);

	p->at = y->at;
	if (r < 0)
		return r;
	if (p->pid.n == 0)
		return load_error(l, y->at, 1, "a process needs a pid");
	return check_state(l, p);
}

static int check_pids(struct loader *l, const struct suite_processes *all)
{
	struct map pids;
	int r = 0;

	map_init(&pids);
	for (size_t i = 0; i < all->count && r != E_NOMEM; i++) {
		const struct suite_process *p = &all->items[i];

		if (p->pid.n == 0)
			continue;
		if (map_get_u64(&pids, p->pid.n) != NULL)
			r = load_error(l, p->at, 1,
			               "another process has this pid");
		else if (map_put_u64(&pids, p->pid.n, l) < 0)
			r = E_NOMEM;
	}
	map_done(&pids);
	return r;
}

int read_processes(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_processes *p = member_at;
	int r = load_sequence(l, y, sizeof(*p->items), read_process, &p->items,
	                      &p->count);

	return r == 0 ? check_pids(l, p) : r;
}

/* The text of a file, or more of it. */
static int read_file(struct loader *l, const struct yaml_item *item,
                     struct suite_file *f)
{
	int r = read_text(l, item->key, &f->path);

	if (r < 0)
		return r;
	return item->value->kind == YAML_MAPPING
	               ? load_mapping(l, MAPPING_FILE, item->value, f)
	               : read_text(l, item->value, &f->text);
}

int read_files(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_files *files = member_at;
	int result = 0;

	if (y->kind != YAML_MAPPING)
		return load_error(l, y->at, 1,
		                  "paths, each with what is there, are wanted");
	files->items =
		arena_array(&l->suite->arena, struct suite_file, y->count + 1);
	if (files->items == NULL)
		return E_NOMEM;
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		if (!load_has_room(l, i->value))
			return E_INVALID;
		result = load_worse(
			result, read_file(l, i, &files->items[files->count++]));
	}
	return result;
}
