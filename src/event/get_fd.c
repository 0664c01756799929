/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_fd.c - fd.*: the descriptor and its file. */
#include <sys/sysmacros.h>

#include "fd.h"
#include "get.h"
#include "path.h"

GETTER(get_fd_num)
{
	const struct event_fd *f = event_fd(e);

	return f != NULL && f->has_num && give_int(ret, f->num);
}

/* Known from the records, or asked for. */
static const struct process_fd *info_of(struct event *e)
{
	const struct event_fd *f = event_fd(e);

	if (f != NULL && !f->is_known)
		f = event_fd_asked(e);
	return f != NULL && f->is_known ? &f->info : NULL;
}

GETTER(get_fd_type)
{
	const struct process_fd *info = info_of(e);

	return info != NULL && info->kind != FD_UNKNOWN &&
	       give_str(ret, fd_kind_name(info->kind));
}

GETTER(get_fd_typechar)
{
	const struct process_fd *info = info_of(e);

	return info != NULL && info->kind != FD_UNKNOWN &&
	       give_str(ret, fd_kind_char(info->kind));
}

/* The records of a connection tell the other side only. */
static struct str name_of(struct event *e)
{
	const struct process_fd *info = info_of(e);

	if (info == NULL)
		return STR_NONE;
	if (info->is_connected && info->local.port == 0)
		event_fd_asked(e); /* completes what info points to */
	return fd_name(e, info);
}

GETTER(get_fd_name)
{
	return give_known(ret, name_of(e));
}

GETTER(get_fd_nameraw)
{
	const struct event_fd *f = event_fd(e);

	return f != NULL && f->path != NULL && give_str(ret, f->path->name);
}

GETTER(get_fd_name_changed)
{
	const struct event_fd *f = event_fd(e);

	return f != NULL && give_bool(ret, f->is_named);
}

static struct str file_name(struct event *e)
{
	const struct process_fd *info = info_of(e);

	return info != NULL && (info->kind == FD_FILE ||
	                        info->kind == FD_DIRECTORY)
	               ? info->name
	               : STR_NONE;
}

static struct str directory_of(struct str name)
{
	ptrdiff_t slash = str_find_last_byte(name, '/');

	if (slash < 0)
		return STR_NONE;
	return str_take(name, slash == 0 ? 1 : (size_t)slash);
}

GETTER(get_fd_directory)
{
	return give_str(ret, directory_of(file_name(e)));
}

GETTER(get_fd_filename)
{
	struct str name = file_name(e);

	return name.len != 0 && give_str(ret, str_basename(name));
}

GETTER(get_fd_uid)
{
	const struct event_fd *f = event_fd(e);

	return f != NULL && f->has_num && f->num >= 0 && e->process != NULL &&
	       give_str(ret,
	                event_format(e, "%d%d", (int)e->process->pid, f->num));
}

static bool give_in_container(struct event *e, struct str name,
                              struct value *ret)
{
	struct value id;
	char *text;

	if (name.len == 0 || !event_get(e, FIELD_CONTAINER_ID, NULL, &id))
		return false;
	text = arena_alloc(&e->audit->arena, id.str.len + 1 + name.len);
	if (text == NULL)
		return false;
	memcpy(text, id.str.s, id.str.len);
	text[id.str.len] = ':';
	memcpy(text + id.str.len + 1, name.s, name.len);
	return give_str(ret, (struct str){ text, id.str.len + 1 + name.len });
}

GETTER(get_fd_containername)
{
	return give_in_container(e, name_of(e), ret);
}

GETTER(get_fd_containerdirectory)
{
	return give_in_container(e, directory_of(file_name(e)), ret);
}

static bool file_id(struct event *e, struct file_id *ret)
{
	const struct process_fd *info = info_of(e);

	if (info == NULL || info->id.ino == 0)
		return false;
	*ret = info->id;
	return true;
}

/* include/linux/kdev_t.h, new_encode_dev(): what stat(2) of 32 bits shows. */
GETTER(get_fd_dev)
{
	struct file_id id;
	uint64_t high, low;

	if (!file_id(e, &id))
		return false;
	high = major(id.dev);
	low = minor(id.dev);
	return give_int(ret, (int64_t)((low & 0xff) | (high << 8) |
	                               ((low & ~0xffULL) << 12)));
}

GETTER(get_fd_dev_major)
{
	struct file_id id;

	return file_id(e, &id) && give_int(ret, major(id.dev));
}

GETTER(get_fd_dev_minor)
{
	struct file_id id;

	return file_id(e, &id) && give_int(ret, minor(id.dev));
}

GETTER(get_fd_ino)
{
	struct file_id id;

	return file_id(e, &id) && give_int(ret, (int64_t)id.ino);
}

static bool give_layer(struct event *e, enum overlay_layer wanted,
                       struct value *ret)
{
	struct file_id id;
	enum overlay_layer layer;

	if (e->process == NULL || !file_id(e, &id))
		return false;
	layer = tracker_layer(e->context->tracker, e->process, id,
	                      file_name(e));
	return layer != LAYER_UNKNOWN && give_bool(ret, layer == wanted);
}

GETTER(get_fd_is_upper_layer)
{
	return give_layer(e, LAYER_UPPER, ret);
}

GETTER(get_fd_is_lower_layer)
{
	return give_layer(e, LAYER_LOWER, ret);
}

/* Falco writes to /dev/log, through a socket of that name. */
GETTER(get_evt_is_syslog)
{
	const struct syscall_info *info = e->call;
	const struct process_fd *fd;

	if (!e->is_syscall)
		return false;
	fd = info != NULL && info->move == MOVE_OUT ? info_of(e) : NULL;
	return give_bool(
		ret, fd != NULL && str_has_suffix(fd->name, STR("/dev/log")));
}
