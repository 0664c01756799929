/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_evt.c - evt.*, syscall.* and audit.*: the event itself. */
#include <fcntl.h>
#include <libaudit.h>
#include <time.h>

#include "get.h"
#include "path.h"
#include "saker/base/clock.h"

#define UNUSED __attribute__((unused))
#define GETTER(name)                                                   \
	bool name(struct event *e, const struct field_arg *arg UNUSED, \
	          struct value *ret)

static const struct audit_syscall *syscall_of(struct event *e)
{
	return audit_event_syscall(e->audit);
}

GETTER(get_evt_num)
{
	return give_uint(ret, e->audit->stamp.serial);
}

static bool time_of(struct event *e, struct tm *ret)
{
	time_t sec = (time_t)e->audit->stamp.sec;

	return gmtime_r(&sec, ret) != NULL;
}

GETTER(get_evt_time)
{
	struct tm tm;

	return time_of(e, &tm) &&
	       give_str(ret,
	                event_format(e, "%02d:%02d:%02d.%03u000000", tm.tm_hour,
	                             tm.tm_min, tm.tm_sec, e->audit->stamp.ms));
}

GETTER(get_evt_time_iso8601)
{
	struct tm tm;

	return time_of(e, &tm) &&
	       give_str(ret,
	                event_format(
				e, "%04d-%02d-%02dT%02d:%02d:%02d.%03u000000Z",
				tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
				tm.tm_hour, tm.tm_min, tm.tm_sec,
				e->audit->stamp.ms));
}

GETTER(get_evt_rawtime)
{
	ret->type = VALUE_TIME;
	ret->u = audit_stamp_ns(&e->audit->stamp);
	return true;
}

GETTER(get_evt_type)
{
	return give_str(ret, e->type);
}

GETTER(get_evt_source)
{
	return give_str(ret, e->is_syscall ? STR("syscall") : STR("audit"));
}

GETTER(get_evt_is_io_uring)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && give_bool(ret, sc->is_io_uring);
}

GETTER(get_evt_hostname)
{
	return give_str(ret, e->audit->node.len != 0 ? e->audit->node
	                                             : e->context->hostname);
}

GETTER(get_evt_dir)
{
	return e->is_syscall && give_str(ret, STR("<"));
}

GETTER(get_evt_res)
{
	const struct audit_syscall *sc = syscall_of(e);
	const char *name;

	if (sc == NULL || !sc->has_result)
		return false;
	if (sc->exit >= 0 || sc->success)
		return give_str(ret, STR("SUCCESS"));
	name = audit_errno_to_name((int)-sc->exit);
	if (name != NULL)
		return give_str(ret, str_from(name));
	return give_str(ret, event_format(e, "%lld", (long long)sc->exit));
}

GETTER(get_evt_rawres)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && sc->has_result && give_int(ret, sc->exit);
}

GETTER(get_evt_failed)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && sc->has_result && give_bool(ret, !sc->success);
}

/* OPENAT2 carries what openat2's pointer argument hides (kernel 5.16);
 * creat(2) means a fixed set. */
static bool open_flags(struct event *e, uint64_t *ret)
{
	const struct syscall_info *info = syscall_info_find(e->type);
	const struct audit_syscall *sc = syscall_of(e);
	const struct record *r;
	struct str raw;

	if (info == NULL || info->class != SYSCALL_OPEN || sc == NULL)
		return false;
	if (info->flags_arg >= 0) {
		*ret = sc->a[info->flags_arg];
		return true;
	}
	if (str_eq(e->type, STR("creat"))) {
		*ret = O_CREAT | O_WRONLY | O_TRUNC;
		return true;
	}
	r = audit_event_record(e->audit, AUDIT_OPENAT2, 0);
	return r != NULL && record_field(r, STR("oflag"), &raw) &&
	       decode_oct(raw, ret);
}

/* fs/open.c, build_open_flags(): O_PATH ignores the access mode. */
static bool open_mode(struct event *e, bool *ret_read, bool *ret_write)
{
	uint64_t flags;

	if (!open_flags(e, &flags))
		return false;
	*ret_read = (flags & O_ACCMODE) != O_WRONLY && !(flags & O_PATH);
	*ret_write = (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
	return true;
}

GETTER(get_evt_is_open_read)
{
	bool reads, writes;

	return open_mode(e, &reads, &writes) && give_bool(ret, reads);
}

GETTER(get_evt_is_open_write)
{
	bool reads, writes;

	return open_mode(e, &reads, &writes) && give_bool(ret, writes);
}

GETTER(get_evt_is_open_create)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	uint64_t flags;

	return open_flags(e, &flags) &&
	       give_bool(ret, p != NULL && p->type == PATH_CREATE);
}

static bool give_register(struct event *e, unsigned n, struct value *ret)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && !sc->is_io_uring && give_uint(ret, sc->a[n]);
}

GETTER(get_evt_a0)
{
	return give_register(e, 0, ret);
}

GETTER(get_evt_a1)
{
	return give_register(e, 1, ret);
}

GETTER(get_evt_a2)
{
	return give_register(e, 2, ret);
}

GETTER(get_evt_a3)
{
	return give_register(e, 3, ret);
}

/* Falco's argument names (driver/event_table.c) that mean the same in every
 * call that has them; what is left out has no value. */
static const struct {
	struct str name;
	enum field_id field;
} named_args[] = {
	{ { "res", 3 }, FIELD_EVT_RES },
	{ { "name", 4 }, FIELD_FS_PATH_NAMERAW },
	{ { "path", 4 }, FIELD_FS_PATH_NAMERAW },
	{ { "filename", 8 }, FIELD_FS_PATH_NAMERAW },
	{ { "oldpath", 7 }, FIELD_FS_PATH_SOURCERAW },
	{ { "newpath", 7 }, FIELD_FS_PATH_TARGETRAW },
	{ { "target", 6 }, FIELD_FS_PATH_SOURCERAW },
	{ { "linkpath", 8 }, FIELD_FS_PATH_TARGETRAW },
	{ { "dir", 3 }, FIELD_MOUNT_TARGET },
	{ { "dev", 3 }, FIELD_MOUNT_SOURCE },
	{ { "nstype", 6 }, FIELD_NS_FLAGS },
};

static bool arg_flags(struct event *e, struct value *ret)
{
	uint64_t flags;

	if (open_flags(e, &flags))
		return give_str(
			ret, flags_render(FLAGS_OPEN, flags, &e->audit->arena));
	if (str_eq(e->type, STR("mount")))
		return event_get(e, FIELD_MOUNT_FLAGS, NULL, ret);
	return event_get(e, FIELD_NS_FLAGS, NULL, ret);
}

bool get_evt_arg(struct event *e, const struct field_arg *arg,
                 struct value *ret)
{
	if (arg == NULL || !e->is_syscall)
		return false;
	if (str_eq(arg->name, STR("flags")))
		return arg_flags(e, ret);
	for (size_t i = 0; i < sizeof(named_args) / sizeof(named_args[0]); i++)
		if (str_eq(named_args[i].name, arg->name))
			return event_get(e, named_args[i].field, NULL, ret);
	return false;
}

GETTER(get_syscall_type)
{
	return e->is_syscall && give_str(ret, e->type);
}

GETTER(get_syscall_arch)
{
	const struct audit_syscall *sc = syscall_of(e);
	const char *name;
	int machine;

	if (sc == NULL || sc->arch == 0)
		return false;
	machine = audit_elf_to_machine(sc->arch);
	name = machine >= 0 ? audit_machine_to_name(machine) : NULL;
	return name != NULL && give_str(ret, str_from(name));
}

GETTER(get_audit_node)
{
	return e->audit->node.len != 0 && give_str(ret, e->audit->node);
}

/* kernel/auditfilter.c joins the keys of one rule by 0x01. */
GETTER(get_audit_key)
{
	const struct audit_syscall *sc = syscall_of(e);
	struct str key;

	if (sc == NULL || sc->key.s == NULL)
		return false;
	key = arena_copy(&e->audit->arena, sc->key);
	for (size_t i = 0; i < key.len; i++)
		if (key.s[i] == '\1')
			*(char *)(uintptr_t)&key.s[i] = ',';
	return give_str(ret, key);
}

GETTER(get_audit_type)
{
	return e->audit->nrecords != 0 && give_str(ret, event_record_type(e));
}

GETTER(get_audit_partial)
{
	return give_bool(ret, e->audit->is_partial);
}

/* "comm" is looked for in every record, "PATH.name" in the first PATH. */
bool get_audit_field(struct event *e, const struct field_arg *arg,
                     struct value *ret)
{
	struct str rest, type = STR_NONE, raw, text;

	if (arg == NULL)
		return false;
	rest = arg->name;
	if (str_find_byte(rest, '.') >= 0)
		str_split(&rest, '.', &type);
	for (size_t i = 0; i < e->audit->nrecords; i++) {
		struct record *r = &e->audit->records[i];

		if (type.len != 0 && !str_eq(r->type_name, type))
			continue;
		if (record_scan(r, &e->audit->arena) == 0 &&
		    record_field(r, rest, &raw))
			return decode_string(&e->audit->arena, raw, &text) &&
			       give_str(ret, text);
	}
	return false;
}
