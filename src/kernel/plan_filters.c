/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_filters.c - what a rule asks for, in auditctl's form. */
#include <libaudit.h>
#include <sys/stat.h>

#include "plan.h"
#include "saker/base/array.h"

static const char *file_type(int64_t mode)
{
	switch (mode) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "dir";
	case S_IFLNK:
		return "link";
	case S_IFBLK:
		return "block";
	case S_IFCHR:
		return "character";
	case S_IFIFO:
		return "fifo";
	default:
		return "socket";
	}
}

static void add_exit(int64_t value, struct buf *out)
{
	const char *error = value < 0 ? audit_errno_to_name((int)-value) : NULL;

	if (error != NULL)
		buf_printf(out, " -F exit=-%s", error);
	else
		buf_printf(out, " -F exit=%lld", (long long)value);
}

static void add_register(const struct kernel_filter *f, struct buf *out)
{
	if (!f->is_mask)
		buf_printf(out, " -F a%u%s%lld", f->field,
		           f->is_not    ? "!="
		           : f->is_less ? "<"
		                        : "=",
		           (long long)f->value);
	else
		buf_printf(out,
		           f->value < 10 ? " -F a%u&%llx" : " -F a%u&0x%llx",
		           f->field, (unsigned long long)f->value);
}

/* In the order in which people write them. */
static void add_permissions(int64_t value, struct buf *out)
{
	static const struct {
		int64_t bit;
		char letter;
	} all[] = {
		{ AUDIT_PERM_READ, 'r' },
		{ AUDIT_PERM_WRITE, 'w' },
		{ AUDIT_PERM_EXEC, 'x' },
		{ AUDIT_PERM_ATTR, 'a' },
	};

	buf_add_str(out, STR(" -F perm="));
	for (size_t i = 0; i < COUNT(all); i++)
		if ((value & all[i].bit) != 0)
			buf_add_byte(out, all[i].letter);
}

static void add_filter(const struct kernel_filter *f, struct buf *out)
{
	switch (f->field) {
	case KERNEL_FILTER_EXIT:
		add_exit(f->value, out);
		return;
	case KERNEL_FILTER_SUCCESS:
		buf_printf(out, " -F success=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_FILETYPE:
		buf_printf(out, " -F filetype=%s", file_type(f->value));
		return;
	case KERNEL_FILTER_FAMILY:
		buf_printf(out, " -F saddr_fam=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_PERM:
		add_permissions(f->value, out);
		return;
	case KERNEL_FILTER_EUID:
		buf_printf(out, " -F euid=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_PPID:
		buf_printf(out, " -F ppid=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_DEVMAJOR:
		buf_printf(out, " -F devmajor=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_DEVMINOR:
		buf_printf(out, " -F devminor=%lld", (long long)f->value);
		return;
	case KERNEL_FILTER_PATH:
	case KERNEL_FILTER_DIR:
		buf_printf(out, " -F %s=%.*s",
		           f->field == KERNEL_FILTER_PATH ? "path" : "dir",
		           STR_FMT(f->paths[0].s));
		return;
	default:
		add_register(f, out);
	}
}

void plan_add_filters(const struct kernel_selection *s, bool registers,
                      struct buf *out)
{
	for (size_t i = 0; i < s->count; i++)
		if (registers || s->filters[i].field >= KERNEL_FILTER_EXIT)
			add_filter(&s->filters[i], out);
}
