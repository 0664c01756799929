/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.c - typed views of an event's records, made on first use. */
#include "saker/audit/event.h"

#include <stdlib.h>

#include "args.h"
#include "quick.h"
#include "saker/audit/names.h"
#include "saker/audit/numbers.h"

/* True on the first call for that getter. */
static bool first_time(struct audit_event *e, enum audit_event_part part)
{
	bool is_first = (e->cache.done & part) == 0;

	e->cache.done |= part;
	return is_first;
}

struct record *audit_event_unscanned(struct audit_event *e, uint16_t type,
                                     size_t nth)
{
	if (!audit_event_may_have(e, type))
		return NULL;
	for (size_t i = 0; i < e->nrecords; i++)
		if (e->records[i].type == type && nth-- == 0)
			return &e->records[i];
	return NULL;
}

const struct record *audit_event_find_record(struct audit_event *e,
                                             uint16_t type, size_t nth)
{
	struct record *r = audit_event_unscanned(e, type, nth);

	return r != NULL && record_scan(r, &e->arena) == 0 ? r : NULL;
}

enum field_kind {
	HEX32,
	HEX64,
	INT,
	SIGNED,
	RESULT,
	ID,
	TEXT,
	LABEL
};

struct syscall_field {
	struct str name;
	enum field_kind kind;
	size_t offset;
};

static const struct syscall_field syscall_fields[] = {
#define SYSCALL_FIELD(name, kind, member) \
	{ STR_INIT(name), kind, offsetof(struct audit_syscall, member) },
#include "syscall_fields.def"
#undef SYSCALL_FIELD
};

#define NSYSCALL_FIELDS (sizeof(syscall_fields) / sizeof(syscall_fields[0]))

/* A few bytes, 27 times an event: a call of memcmp() costs more. */
static inline bool same_name(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (a.s[i] != b.s[i])
			return false;
	return true;
}

/* Records keep the table's order, so that the row behind the last hit is
 * nearly always the right one. */
static const struct syscall_field *find_field(struct str name, size_t *next)
{
	for (size_t i = 0; i < NSYSCALL_FIELDS; i++) {
		size_t at = (*next + i) % NSYSCALL_FIELDS;

		if (same_name(syscall_fields[at].name, name)) {
			*next = at + 1;
			return &syscall_fields[at];
		}
	}
	return NULL;
}

/* An id is unsigned, but OBJ_PID and old kernels print -1 for unset. */
static void set_id(struct str raw, uint32_t *ret)
{
	int64_t n;

	if (decode_signed(raw, &n) && n >= -1 && n <= UINT32_MAX)
		*ret = (uint32_t)n;
}

static void set_int(struct str raw, int *ret)
{
	int64_t n;

	if (decode_signed(raw, &n) && n >= INT32_MIN && n <= INT32_MAX)
		*ret = (int)n;
}

static void set_hex32(struct str raw, uint32_t *ret)
{
	uint64_t n;

	if (decode_hex(raw, &n) && n <= UINT32_MAX)
		*ret = (uint32_t)n;
}

/* "yes" or "no"; quoted by some relays. */
static void set_result(struct str raw, struct audit_syscall *s)
{
	if (raw.len != 0 && raw.s[0] == '"')
		raw = str_skip(raw, 1);
	s->has_result = raw.len != 0;
	s->success = str_has_prefix(raw, STR("yes"));
}

static bool set_field(struct arena *a, const struct syscall_field *f,
                      struct str raw, struct audit_syscall *s)
{
	void *member = (char *)s + f->offset;

	switch (f->kind) {
	case HEX32:
		set_hex32(raw, member);
		return true;
	case HEX64:
		decode_hex(raw, member);
		return true;
	case INT:
		set_int(raw, member);
		return true;
	case SIGNED:
		decode_signed(raw, member);
		return true;
	case RESULT:
		set_result(raw, s);
		return true;
	case ID:
		set_id(raw, member);
		return true;
	case LABEL:
		*(struct str *)member = raw;
		return true;
	case TEXT:
		return decode_string(a, raw, member);
	}
	return true;
}

static struct audit_syscall unset(const struct record *r)
{
	return (struct audit_syscall){
		.nr = -1,
		.is_io_uring = r->type == AUDIT_URINGOP,
		.auid = AUDIT_ID_UNSET,
		.ses = AUDIT_ID_UNSET,
	};
}

static __attribute__((noinline)) bool
decode_fields(struct arena *a, struct record *r, struct audit_syscall *s)
{
	size_t next = 0;

	*s = unset(r);
	if (record_scan(r, a) < 0)
		return false;
	for (size_t i = 0; i < r->nfields; i++) {
		const struct syscall_field *f =
			find_field(r->fields[i].name, &next);

		if (f != NULL && !set_field(a, f, r->fields[i].value, s))
			return false;
	}
	return true;
}

static bool decode_syscall(struct audit_event *e, struct record *r,
                           struct audit_syscall *s)
{
	if (r->type != AUDIT_URINGOP && quick_syscall(r, &e->arena, e->memo, s))
		return true;
	if (!decode_fields(&e->arena, r, s))
		return false;
	s->name = s->is_io_uring ? uring_op_name(s->nr)
	                         : syscall_name(s->arch, s->nr);
	s->call = str_from(s->name);
	return true;
}

const struct audit_syscall *audit_event_read_syscall(struct audit_event *e)
{
	struct record *r;

	if (first_time(e, AUDIT_EVENT_SYSCALL)) {
		r = audit_event_unscanned(e, AUDIT_SYSCALL, 0);
		if (r == NULL)
			r = audit_event_unscanned(e, AUDIT_URINGOP, 0);
		e->cache.found =
			r != NULL && decode_syscall(e, r, &e->cache.syscall)
				? &e->cache.syscall
				: NULL;
	}
	return e->cache.found;
}

static enum path_type path_type(struct str name)
{
	static const struct {
		struct str name;
		enum path_type type;
	} types[] = {
		{ STR_INIT("NORMAL"), PATH_NORMAL },
		{ STR_INIT("PARENT"), PATH_PARENT },
		{ STR_INIT("CREATE"), PATH_CREATE },
		{ STR_INIT("DELETE"), PATH_DELETE },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_eq(types[i].name, name))
			return types[i].type;
	return PATH_UNKNOWN;
}

static void set_mode(struct str raw, struct audit_path *p)
{
	uint64_t mode;

	p->has_mode = decode_oct(raw, &mode) && mode <= 0177777;
	if (p->has_mode)
		p->mode = (mode_t)mode;
}

static bool set_path_field(struct arena *a, const struct record_field *f,
                           struct audit_path *p)
{
	struct str raw = f->value;

	if (str_eq(f->name, STR("name"))) {
		p->has_name = !str_eq(raw, STR("(null)"));
		return decode_string(a, raw, &p->name);
	}
	if (str_eq(f->name, STR("item")))
		set_int(raw, (int *)&p->item);
	else if (str_eq(f->name, STR("inode")))
		decode_dec(raw, &p->id.ino);
	else if (str_eq(f->name, STR("dev")))
		decode_dev(raw, &p->id.dev);
	else if (str_eq(f->name, STR("mode")))
		set_mode(raw, p);
	else if (str_eq(f->name, STR("ouid")))
		set_id(raw, &p->ouid);
	else if (str_eq(f->name, STR("ogid")))
		set_id(raw, &p->ogid);
	else if (str_eq(f->name, STR("rdev")))
		decode_dev(raw, &p->rdev);
	/* objtype: early 3.10 kernels of RHEL 7 */
	else if (str_eq(f->name, STR("nametype")) ||
	         str_eq(f->name, STR("objtype")))
		p->type = path_type(raw);
	return true;
}

static bool decode_path(struct audit_event *e, struct record *r,
                        struct audit_path *p)
{
	static const struct audit_path no_path = { .ouid = AUDIT_ID_UNSET,
		                                   .ogid = AUDIT_ID_UNSET };

	if (quick_path(r, &e->arena, e->memo, p))
		return true;
	*p = no_path;
	if (record_scan(r, &e->arena) < 0)
		return false;
	for (size_t i = 0; i < r->nfields; i++)
		if (!set_path_field(&e->arena, &r->fields[i], p))
			return false;
	return true;
}

static int by_item(const void *a, const void *b)
{
	const struct audit_path *x = a, *y = b;

	return (x->item > y->item) - (x->item < y->item);
}

/* Item order; a record that came twice counts once. */
static size_t sort_paths(struct audit_path *paths, size_t n)
{
	bool is_sorted = true;
	size_t kept = 0;

	for (size_t i = 1; i < n; i++)
		is_sorted = is_sorted && paths[i - 1].item < paths[i].item;
	if (is_sorted)
		return n;
	qsort(paths, n, sizeof(*paths), by_item);
	for (size_t i = 1; i < n; i++)
		if (paths[i].item != paths[kept].item)
			paths[++kept] = paths[i];
	return kept + 1;
}

/* Most calls have four names at most. */
static struct audit_path *path_place(struct audit_event *e, size_t *max)
{
	size_t n = e->cache.npaths, more = *max != 0 ? *max * 2 : 4;
	struct audit_path *paths;

	if (n < *max)
		return &e->cache.paths[n];
	paths = arena_alloc(&e->arena, more * sizeof(*paths));
	if (paths == NULL)
		return NULL;
	if (n != 0)
		memcpy(paths, e->cache.paths, n * sizeof(*paths));
	e->cache.paths = paths;
	*max = more;
	return &paths[n];
}

static void add_path(struct audit_event *e, struct record *r, size_t *max)
{
	struct audit_path *p = path_place(e, max);

	if (p != NULL && decode_path(e, r, p))
		e->cache.npaths++;
}

static void decode_cwd(struct audit_event *e, const struct record *r)
{
	if (!quick_cwd(r, &e->arena, &e->cache.cwd))
		audit_event_string(e, AUDIT_CWD, STR("cwd"), &e->cache.cwd);
}

void audit_event_read_names(struct audit_event *e)
{
	bool has_cwd = false;
	size_t max = 0;

	e->cache.done |= AUDIT_EVENT_NAMES;
	e->cache.paths = NULL;
	e->cache.npaths = 0;
	e->cache.cwd = STR_NONE;
	for (size_t i = 0; i < e->nrecords; i++) {
		struct record *r = &e->records[i];

		if (r->type == AUDIT_PATH) {
			add_path(e, r, &max);
		} else if (r->type == AUDIT_CWD && !has_cwd) {
			decode_cwd(e, r);
			has_cwd = true;
		}
	}
	if (e->cache.npaths > 1)
		e->cache.npaths = sort_paths(e->cache.paths, e->cache.npaths);
}

/* kernel/auditsc.c, audit_log_uring(): what URINGOP lacks is the call's, and
 * items= counts the names of the call so far. */
static bool read_operation(struct audit_event *e, struct record *r, size_t nth)
{
	const struct audit_syscall *call = audit_event_syscall(e);
	struct audit_syscall op;
	size_t from = 0, until;

	if (call == NULL || !decode_syscall(e, r, &op))
		return false;
	audit_event_paths(e, &until);
	op.auid = call->auid;
	op.ses = call->ses;
	op.tty = call->tty;
	op.comm = call->comm;
	op.exe = call->exe;
	if (nth == 0) {
		e->cache.all_paths = e->cache.paths;
		e->cache.nall_paths = e->cache.npaths;
	} else {
		from = call->items;
	}
	until = op.items < e->cache.nall_paths ? op.items : e->cache.nall_paths;
	from = from < until ? from : until;
	if (from != 0)
		e->cache.paths = e->cache.all_paths + from;
	e->cache.npaths = until - from;
	e->cache.syscall = op;
	return true;
}

bool audit_event_operation(struct audit_event *e, size_t nth)
{
	struct record *r = audit_event_unscanned(e, AUDIT_URINGOP, nth);

	return r != NULL && read_operation(e, r, nth);
}

const struct audit_args *audit_event_args(struct audit_event *e)
{
	if (first_time(e, AUDIT_EVENT_ARGS))
		e->cache.has_args = args_join(e, &e->cache.args);
	return e->cache.has_args ? &e->cache.args : NULL;
}

bool audit_event_string(struct audit_event *e, uint16_t type, struct str field,
                        struct str *ret)
{
	const struct record *r = audit_event_record(e, type, 0);
	struct str raw;

	return r != NULL && record_field(r, field, &raw) &&
	       decode_string(&e->arena, raw, ret);
}
