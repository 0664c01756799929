/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountinfo.c - lines of /proc/PID/mountinfo. */
#include "mountinfo.h"

#include <sys/sysmacros.h>

/* proc_pid_mountinfo(5): blanks and backslashes are \ooo. */
static struct str undone(struct str text, struct arena *a)
{
	char *out = arena_alloc(a, text.len + 1);
	size_t n = 0;
	uint64_t byte;

	if (out == NULL)
		return STR_NONE;
	for (size_t i = 0; i < text.len; i++) {
		if (text.s[i] == '\\' && i + 3 < text.len &&
		    str_to_u64((struct str){ text.s + i + 1, 3 }, 8, &byte)) {
			out[n++] = (char)byte;
			i += 3;
		} else {
			out[n++] = text.s[i];
		}
	}
	out[n] = '\0';
	return (struct str){ out, n };
}

static bool parse_device(struct str text, uint64_t *ret)
{
	struct str high;
	uint64_t a, b;

	if (!str_split(&text, ':', &high) || !str_to_u64(high, 10, &a) ||
	    !str_to_u64(text, 10, &b) || a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*ret = makedev((unsigned)a, (unsigned)b);
	return true;
}

/* "36 35 0:27 /root /point rw,... [optional ...] - type source options" */
bool mount_line_parse(struct str line, struct arena *a, struct mount_line *ret)
{
	ptrdiff_t dash = str_find(line, STR(" - "));
	struct mount_line m = { 0 };
	struct str rest, fields[5], source;

	if (dash < 0)
		return false;
	rest = str_skip(line, (size_t)dash + 3);
	for (size_t i = 0; i < 5; i++)
		if (!str_split(&line, ' ', &fields[i]))
			return false;
	if (!parse_device(fields[2], &m.dev) ||
	    !str_split(&rest, ' ', &m.type) || !str_split(&rest, ' ', &source))
		return false;
	m.root = undone(fields[3], a);
	m.point = undone(fields[4], a);
	m.options = rest;
	*ret = m;
	return m.root.s != NULL && m.point.s != NULL;
}

bool path_is_below(struct str path, struct str directory, struct str *ret_rest)
{
	if (str_eq(directory, STR("/")))
		directory.len = 0;
	if (!str_has_prefix(path, directory) ||
	    (path.len > directory.len && path.s[directory.len] != '/'))
		return false;
	*ret_rest = str_skip(path, directory.len);
	return true;
}

struct str path_join(struct arena *a, struct str directory, struct str rest)
{
	char *text = arena_alloc(a, directory.len + rest.len + 2);
	size_t n;

	while (directory.len != 0 && directory.s[directory.len - 1] == '/')
		directory.len--;
	while (rest.len != 0 && rest.s[0] == '/')
		rest = str_skip(rest, 1);
	if (text == NULL)
		return STR_NONE;
	n = directory.len;
	memcpy(text, n != 0 ? directory.s : "", n);
	if (rest.len != 0 || n == 0)
		text[n++] = '/';
	memcpy(text + n, rest.len != 0 ? rest.s : "", rest.len);
	n += rest.len;
	text[n] = '\0';
	return (struct str){ text, n };
}

bool mount_find(struct str mountinfo, uint64_t dev, struct str path,
                struct arena *a, struct mount_line *ret, struct str *ret_inside)
{
	struct mount_line m, best = { 0 };
	struct str line, rest, below = STR_NONE;

	while (str_split(&mountinfo, '\n', &line)) {
		if (!mount_line_parse(line, a, &m) || m.dev != dev ||
		    !path_is_below(path, m.point, &rest) ||
		    m.point.len < best.point.len)
			continue;
		best = m;
		below = rest;
	}
	if (best.point.s == NULL)
		return false;
	*ret = best;
	*ret_inside = path_join(a, best.root, below);
	return ret_inside->s != NULL;
}

/* fs/overlayfs/params.c: lower directories are separated by colons, one in a
 * name has a backslash; since Linux 6.8 each may be an option of its own. Two
 * colons separate those that hold data only. */
static bool next_lower(struct str *list, struct str *ret)
{
	size_t i = 0;

	while (list->len != 0 && list->s[0] == ':')
		*list = str_skip(*list, 1);
	if (list->len == 0)
		return false;
	while (i < list->len && list->s[i] != ':')
		i += list->s[i] == '\\' && i + 1 < list->len ? 2 : 1;
	*ret = str_take(*list, i);
	*list = str_skip(*list, i);
	return true;
}

static struct str without_backslashes(struct str name, struct arena *a)
{
	struct str copy = arena_copy(a, name);
	char *text = (char *)(uintptr_t)copy.s;
	size_t n = 0;

	for (size_t i = 0; i < copy.len; i++) {
		if (text[i] == '\\' && i + 1 < copy.len)
			i++;
		text[n++] = text[i];
	}
	if (text != NULL)
		text[n] = '\0';
	copy.len = n;
	return copy;
}

static bool nth_lower(struct str options, unsigned n, struct arena *a,
                      struct str *ret)
{
	struct str option, list, one;

	while (str_split(&options, ',', &option)) {
		if (str_has_prefix(option, STR("lowerdir+=")))
			list = str_skip(option, STR("lowerdir+=").len);
		else if (str_has_prefix(option, STR("lowerdir=")))
			list = str_skip(option, STR("lowerdir=").len);
		else
			continue;
		list = undone(list, a);
		while (next_lower(&list, &one))
			if (n-- == 0) {
				*ret = without_backslashes(one, a);
				return ret->s != NULL;
			}
	}
	return false;
}

static bool upper_of(struct str options, struct str *ret)
{
	struct str option;

	while (str_split(&options, ',', &option))
		if (str_has_prefix(option, STR("upperdir="))) {
			*ret = str_skip(option, STR("upperdir=").len);
			return true;
		}
	return false;
}

bool overlay_has_upper(struct str options)
{
	struct str upper;

	return upper_of(options, &upper);
}

bool overlay_directory(struct str options, unsigned n, struct arena *a,
                       struct str *ret)
{
	struct str upper;

	if (!upper_of(options, &upper))
		return nth_lower(options, n, a, ret);
	if (n != 0)
		return nth_lower(options, n - 1, a, ret);
	upper = undone(upper, a);
	*ret = without_backslashes(upper, a);
	return ret->s != NULL;
}
