/* SPDX-License-Identifier: GPL-2.0-or-later */
/* objects.c - what the kernel can check of the objects and the address of a
 * call: their paths, their type, the address family.
 *
 * A file is selected by its inode (audit_filter_inodes() in kernel/auditsc.c),
 * as identities are compared. What an overlay shows of a file has an inode of
 * its own and is not selected: the kernel has no filter for that. */
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "choice.h"
#include "saker/event/event_types.h"
#include "saker/lang/check.h"

static const struct literal all_runtimes = { .s = KERNEL_RUNTIMES };
static const struct literal cgroup_directory = { .s = STR_INIT(
							 "/sys/fs/cgroup") };

static const struct kernel_selection below_cgroups = {
	.filters = { { .field = KERNEL_FILTER_DIR,
	               .paths = &cgroup_directory,
	               .npaths = 1 } },
	.count = 1,
};
const struct choice choice_cgroups = { &below_cgroups, 1 };

static const struct str named_calls[] = {
#define NAMED_CALL(name) STR_INIT(name),
#include "named_calls.def"
#undef NAMED_CALL
};

static bool is_named(struct str call)
{
	for (size_t i = 0; i < sizeof(named_calls) / sizeof(named_calls[0]);
	     i++)
		if (str_eq(named_calls[i], call))
			return true;
	return false;
}

/* One of the values must do; false when there is no memory. */
static bool one_of(struct derivation *d, const struct kernel_filter *filters,
                   size_t count, struct choice *ret)
{
	struct selections l = { .items = choice_room(d, count) };

	if (l.items == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		choice_add(&l, &(struct kernel_selection){
				       .filters = { filters[i] }, .count = 1 });
	*ret = (struct choice){ l.items, l.count };
	return true;
}

static bool of_paths(struct derivation *d, const struct literal *paths,
                     size_t count, struct choice *ret)
{
	const struct kernel_filter f = { .field = KERNEL_FILTER_PATH,
		                         .paths = paths,
		                         .npaths = count };

	return is_named(d->type) && one_of(d, &f, 1, ret);
}

/* Outside of brackets of any kind, so that the pattern may begin otherwise.
 * Where it is not clear, it has. */
static bool has_alternatives(struct str pattern)
{
	bool in_class = false;
	int depth = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		char c = pattern.s[i];

		if (c == '\\')
			i++;
		else if (c == '[' || c == ']')
			in_class = c == '[';
		else if (!in_class && (c == '(' || c == ')'))
			depth += c == '(' ? 1 : -1;
		else if (!in_class && c == '|' && depth <= 0)
			return true;
	}
	return depth != 0;
}

/* What of a path is there before it becomes a pattern; empty = all of it may be
 * anything. A quantifier makes the byte before it uncertain. */
static struct str certain_part(enum op op, struct str pattern)
{
	static const char special[] = "\\.^$*+?()[]{}|";
	size_t n = 0;

	if (op == OP_STARTSWITH || op == OP_PMATCH)
		return pattern;
	if (op == OP_REGEX && has_alternatives(pattern))
		return STR_NONE;
	while (n < pattern.len && strchr(special, pattern.s[n]) == NULL)
		n++;
	if (op == OP_REGEX && n > 0 && n < pattern.len &&
	    strchr("*?{", pattern.s[n]) != NULL)
		n--;
	return str_take(pattern, n);
}

/* The directory below which all of it lies; STR_NONE = none that helps. */
static struct str directory_of(enum op op, struct str pattern)
{
	struct str part = certain_part(op, pattern);
	ptrdiff_t slash = str_find_last_byte(part, '/');

	if (op == OP_PMATCH && slash + 1 != (ptrdiff_t)part.len)
		slash = (ptrdiff_t)part.len;
	return part.len > 1 && part.s[0] == '/' && slash > 0
	               ? str_take(part, (size_t)slash)
	               : STR_NONE;
}

/* Where the host finds it: below a directory of the host. */
static bool of_host_paths(struct derivation *d, const struct comparison *c,
                          struct choice *ret)
{
	struct kernel_filter f = { .field = KERNEL_FILTER_DIR };
	struct literal *paths;

	if (choice_is_equality(c->op))
		return of_paths(d, c->values, c->nvalues, ret);
	if (!is_named(d->type) ||
	    (c->op != OP_STARTSWITH && c->op != OP_PMATCH &&
	     c->op != OP_REGEX && c->op != OP_GLOB))
		return false;
	paths = arena_array(d->arena, struct literal, c->nvalues);
	d->nomem |= paths == NULL;
	for (size_t i = 0; paths != NULL && i < c->nvalues; i++) {
		paths[i].s = directory_of(c->op, c->values[i].s);
		if (paths[i].s.len == 0)
			return false;
	}
	f.paths = paths;
	f.npaths = c->nvalues;
	return paths != NULL && one_of(d, &f, 1, ret);
}

static const struct {
	struct str name;
	mode_t mode;
} file_types[] = {
	{ STR_INIT("file"), S_IFREG },    { STR_INIT("directory"), S_IFDIR },
	{ STR_INIT("symlink"), S_IFLNK }, { STR_INIT("block"), S_IFBLK },
	{ STR_INIT("char"), S_IFCHR },    { STR_INIT("fifo"), S_IFIFO },
	{ STR_INIT("socket"), S_IFSOCK },
};

#define NFILE_TYPES (sizeof(file_types) / sizeof(file_types[0]))

static bool of_file_types(struct derivation *d, const struct comparison *c,
                          struct choice *ret)
{
	struct kernel_filter filters[NFILE_TYPES];
	size_t n = 0;

	for (size_t k = 0; k < NFILE_TYPES; k++)
		for (size_t i = 0; i < c->nvalues; i++)
			if (str_eq(file_types[k].name, c->values[i].s)) {
				filters[n++] = (struct kernel_filter){
					.field = KERNEL_FILTER_FILETYPE,
					.value = file_types[k].mode
				};
				break;
			}
	return n > 0 && one_of(d, filters, n, ret);
}

/* An address of IPv4 may be written as one of IPv6. */
static const struct {
	struct str value;
	int families[2];
} address_kinds[] = {
	{ STR_INIT("ip"), { AF_INET, AF_INET6 } },
	{ STR_INIT("ipv4"), { AF_INET, AF_INET6 } },
	{ STR_INIT("4"), { AF_INET, AF_INET6 } },
	{ STR_INIT("ipv6"), { AF_INET6, AF_INET6 } },
	{ STR_INIT("6"), { AF_INET6, AF_INET6 } },
	{ STR_INIT("unix"), { AF_UNIX, AF_UNIX } },
	{ STR_INIT("u"), { AF_UNIX, AF_UNIX } },
};

#define NADDRESS_KINDS (sizeof(address_kinds) / sizeof(address_kinds[0]))

static size_t add_families(struct str value, struct kernel_filter *ret)
{
	for (size_t i = 0; i < NADDRESS_KINDS; i++) {
		if (!str_eq(address_kinds[i].value, value))
			continue;
		for (size_t k = 0; k < 2; k++)
			ret[k] = (struct kernel_filter){
				.field = KERNEL_FILTER_FAMILY,
				.value = address_kinds[i].families[k]
			};
		return 2;
	}
	return 0;
}

static bool of_families(struct derivation *d, const struct literal *values,
                        size_t count, struct choice *ret)
{
	struct kernel_filter filters[2 * NADDRESS_KINDS];
	size_t n = 0;

	if ((!str_eq(d->type, STR("connect")) &&
	     !str_eq(d->type, STR("bind"))) ||
	    count > NADDRESS_KINDS)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t added = add_families(values[i].s, filters + n);

		if (added == 0)
			return false;
		n += added;
	}
	return one_of(d, filters, n, ret);
}

/* "0a:ed", or "0a:" for every minor number. */
static bool parse_device(struct str text, struct kernel_selection *ret)
{
	char copy[32], *end;
	unsigned long number;

	if (text.len == 0 || text.len >= sizeof(copy) || text.s[0] == ':')
		return false;
	memcpy(copy, text.s, text.len);
	copy[text.len] = '\0';
	number = strtoul(copy, &end, 16);
	if (*end != ':' || number > INT32_MAX)
		return false;
	*ret = (struct kernel_selection){
		.filters = { { .field = KERNEL_FILTER_DEVMAJOR,
		               .value = (int64_t)number } },
		.count = 1,
	};
	if (end[1] == '\0')
		return true;
	number = strtoul(end + 1, &end, 16);
	ret->filters[ret->count++] =
		(struct kernel_filter){ .field = KERNEL_FILTER_DEVMINOR,
		                        .value = (int64_t)number };
	return *end == '\0' && number <= INT32_MAX;
}

/* With the rule that a text begins like that, nothing but a whole major number
 * helps. */
static bool of_devices(struct derivation *d, const struct comparison *c,
                       struct choice *ret)
{
	struct selections l = { .items = choice_room(d, c->nvalues) };
	struct kernel_selection s;

	if (l.items == NULL || !is_named(d->type))
		return false;
	for (size_t i = 0; i < c->nvalues; i++) {
		if (!parse_device(c->values[i].s, &s) ||
		    (c->op == OP_STARTSWITH) != (s.count == 1))
			return false;
		choice_add(&l, &s);
	}
	*ret = choice_made(&l, &choice_everything);
	return true;
}

/* Where the register holds a pointer, the kernel knows what stands behind it.
 */
static bool of_open_write(struct derivation *d, const struct comparison *c,
                          struct choice *ret)
{
	const struct kernel_filter f = { .field = KERNEL_FILTER_PERM,
		                         .is_mask = true,
		                         .value = AUDIT_PERM_WRITE };

	return str_eq(d->type, STR("openat2")) && c->nvalues == 1 &&
	       str_eq(c->values[0].s, STR("true")) && one_of(d, &f, 1, ret);
}

/* For the calls' own list nothing is left. */
static bool of_uring(struct derivation *d, const struct comparison *c,
                     struct choice *ret)
{
	const struct kernel_filter f = { .field = KERNEL_FILTER_URING };

	return event_type_is_operation(d->type) && c->nvalues == 1 &&
	       str_eq(c->values[0].s, STR("true")) && one_of(d, &f, 1, ret);
}

static bool of_runtime(struct derivation *d, const struct comparison *c,
                       struct choice *ret)
{
	return c->nvalues == 1 && str_eq(c->values[0].s, STR("true")) &&
	       of_paths(d, &all_runtimes, 1, ret);
}

/* Addresses and ports: any comparison that is true has a value to look at. */
static bool is_of_ip(enum field_id id)
{
	switch (id) {
	case FIELD_FD_IP:
	case FIELD_FD_CIP:
	case FIELD_FD_SIP:
	case FIELD_FD_LIP:
	case FIELD_FD_RIP:
	case FIELD_FD_PORT:
	case FIELD_FD_CPORT:
	case FIELD_FD_SPORT:
	case FIELD_FD_LPORT:
	case FIELD_FD_RPORT:
	case FIELD_FD_NET:
	case FIELD_FD_CNET:
	case FIELD_FD_SNET:
	case FIELD_FD_LNET:
	case FIELD_FD_RNET:
		return true;
	default:
		return false;
	}
}

bool objects_choice(struct derivation *d, const struct comparison *c,
                    const struct field_info *field, struct choice *ret)
{
	static const struct literal ip = { .s = STR_INIT("ip") };

	if (is_of_ip(field->id))
		return of_families(d, &ip, 1, ret);
	if (field->id == FIELD_FS_PATH_RDEV &&
	    (c->op == OP_STARTSWITH || choice_is_equality(c->op)))
		return of_devices(d, c, ret);
	if (field->id == FIELD_FS_PATH_HOST ||
	    (field->id == FIELD_FS_PATH_NAME && d->on_host))
		return of_host_paths(d, c, ret);
	if (!choice_is_equality(c->op))
		return false;
	switch (field->id) {
	case FIELD_FS_PATH_IDENTITY:
		return of_paths(d, c->values, c->nvalues, ret);
	case FIELD_FS_PATH_IS_RUNTIME:
		return of_runtime(d, c, ret);
	case FIELD_FS_PATH_TYPE:
		return is_named(d->type) && of_file_types(d, c, ret);
	case FIELD_MOUNT_SOURCE_TYPE:
		return str_eq(d->type, STR("mount")) &&
		       of_file_types(d, c, ret);
	case FIELD_FD_TYPE:
	case FIELD_FD_TYPECHAR:
	case FIELD_FD_SOCKFAMILY:
		return of_families(d, c->values, c->nvalues, ret);
	case FIELD_EVT_IS_IO_URING:
		return of_uring(d, c, ret);
	case FIELD_EVT_IS_OPEN_WRITE:
		return of_open_write(d, c, ret);
	default:
		return false;
	}
}

int choice_place_of(const struct comparison *c)
{
	if (c->left->kind != TERM_FIELD || c->nvalues != 1 ||
	    c->modifier != MODIFIER_NONE ||
	    !str_eq(c->left->name, STR("container.id")) ||
	    !str_eq(c->values[0].s, STR("host")))
		return 0;
	if (choice_is_equality(c->op))
		return 1;
	return c->op == OP_NE ? -1 : 0;
}

void choice_learn_place(struct derivation *d, const struct expr *e)
{
	if (e->kind == EXPR_CHECK) {
		d->on_host |= choice_place_of(e->check) > 0;
		d->in_container |= choice_place_of(e->check) < 0;
	}
	for (size_t i = 0; e->kind == EXPR_AND && i < e->count; i++)
		choice_learn_place(d, e->children[i]);
}
