/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stat.c - /proc/PID/stat, status and cmdline: texts that a process can shape.
 */
#include "direct.h"
#include "saker/base/limits.h"

static bool is_wanted(unsigned n)
{
	return n == 4 || n == 5 || n == 6 || n == 9 || n == 10 || n == 12 ||
	       n == 22;
}

static bool take_number(struct proc_stat *s, unsigned n, struct str field)
{
	uint64_t value;

	if (!str_to_u64(field, 10, &value))
		return false;
	switch (n) {
	case 4:
		s->ppid = (pid_t)value;
		break;
	case 5:
		s->pgid = (pid_t)value;
		break;
	case 6:
		s->sid = (pid_t)value;
		break;
	case 9:
		s->flags = value;
		break;
	case 10:
		s->minor_faults = value;
		break;
	case 12:
		s->major_faults = value;
		break;
	default:
		s->start_ticks = value;
	}
	return true;
}

/* Its second field may hold blanks and ')'. */
bool proc_stat_parse(struct str text, struct proc_stat *ret)
{
	ptrdiff_t open = str_find_byte(text, '(');
	ptrdiff_t close = str_find_last_byte(text, ')');
	struct proc_stat s = { 0 };
	struct str rest, field;

	if (open < 0 || close < open)
		return false;
	s.comm = str_span(text.s + open + 1, text.s + close);
	rest = str_trim(str_skip(text, (size_t)close + 1));
	/* proc_pid_stat(5): numbered from 1, the state is the third. */
	for (unsigned n = 3; n <= 22; n++) {
		if (!str_split(&rest, ' ', &field) || field.len == 0)
			return false;
		if (n == 3)
			s.state = field.s[0];
		else if (is_wanted(n) && !take_number(&s, n, field))
			return false;
	}
	*ret = s;
	return true;
}

/* "Uid:\treal\teffective\t..." */
static void parse_pair(struct str line, uint32_t *ret_real,
                       uint32_t *ret_effective)
{
	uint32_t *const out[] = { NULL, ret_real, ret_effective };
	struct str field;

	for (size_t i = 0; i < 3 && str_split(&line, '\t', &field); i++) {
		uint64_t id;

		if (out[i] != NULL && str_to_u64(field, 10, &id))
			*out[i] = (uint32_t)id;
	}
}

/* Outermost first: the last is what the process itself sees. */
static void parse_innermost(struct str values, pid_t *ret)
{
	struct str field;
	uint64_t id;

	while (str_split(&values, '\t', &field))
		if (str_to_u64(field, 10, &id) && id <= INT32_MAX)
			*ret = (pid_t)id;
}

static void parse_mode(struct str value, signed char *ret)
{
	uint64_t mode;

	if (str_to_u64(value, 10, &mode) && mode <= INT8_MAX)
		*ret = (signed char)mode;
}

static void parse_kib(struct str value, uint64_t *ret)
{
	struct str number;

	value = str_trim(value);
	if (str_split(&value, ' ', &number))
		str_to_u64(number, 10, ret);
}

/* proc_pid_status(5): one "Name:\tvalue" a line. */
static void parse_status_line(struct host_process *p, struct str line)
{
	struct str name;

	if (!str_split(&line, ':', &name))
		return;
	line = str_trim(line);
	if (str_eq(name, STR("Tgid")))
		parse_innermost(line, &p->tgid);
	else if (str_eq(name, STR("NSpid")))
		parse_innermost(line, &p->vpid);
	else if (str_eq(name, STR("NSpgid")))
		parse_innermost(line, &p->vpgid);
	else if (str_eq(name, STR("NSsid")))
		parse_innermost(line, &p->vsid);
	else if (str_eq(name, STR("CapInh")))
		str_to_u64(line, 16, &p->caps[1]);
	else if (str_eq(name, STR("CapPrm")))
		str_to_u64(line, 16, &p->caps[0]);
	else if (str_eq(name, STR("CapEff")))
		p->has_caps = str_to_u64(line, 16, &p->caps[2]);
	else if (str_eq(name, STR("CapBnd")))
		str_to_u64(line, 16, &p->cap_bounding);
	else if (str_eq(name, STR("Seccomp")))
		parse_mode(line, &p->seccomp);
	else if (str_eq(name, STR("NoNewPrivs")))
		parse_mode(line, &p->no_new_privs);
	else if (str_eq(name, STR("VmSize")))
		parse_kib(line, &p->vm_size);
	else if (str_eq(name, STR("VmRSS")))
		parse_kib(line, &p->vm_rss);
	else if (str_eq(name, STR("VmSwap")))
		parse_kib(line, &p->vm_swap);
	else if (str_eq(name, STR("Threads")))
		str_to_u64(line, 10, &p->threads);
}

void proc_status_parse(struct str text, struct host_process *p)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		if (str_has_prefix(line, STR("Uid:")))
			parse_pair(line, &p->uid, &p->euid);
		else if (str_has_prefix(line, STR("Gid:")))
			parse_pair(line, &p->gid, &p->egid);
		else
			parse_status_line(p, line);
	}
}

int proc_cmdline_parse(struct str text, struct arena *a, struct host_process *p)
{
	struct str rest, one;
	size_t count = 0;

	if (text.len == 0)
		return 0;
	text = arena_copy(a, text);
	if (text.s == NULL)
		return E_NOMEM;
	if (text.s[text.len - 1] == '\0')
		text.len--;
	rest = text;
	while (count < LIMIT_ARGV && str_split(&rest, '\0', &one))
		count++;
	p->argv = arena_array(a, struct str, count);
	if (p->argv == NULL)
		return E_NOMEM;
	rest = text;
	while (p->argc < count && str_split(&rest, '\0', &one))
		p->argv[p->argc++] = one;
	return 0;
}
