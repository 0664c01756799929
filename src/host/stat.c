/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stat.c - /proc/PID/stat, status and cmdline: texts that a process can shape.
 */
#include "direct.h"
#include "saker/base/limits.h"

/* Its second field may hold blanks and ')'. */
bool proc_stat_parse(struct str text, struct proc_stat *ret)
{
	ptrdiff_t open = str_find_byte(text, '(');
	ptrdiff_t close = str_find_last_byte(text, ')');
	struct proc_stat s = { 0 };
	struct str rest, field;
	uint64_t value;

	if (open < 0 || close < open)
		return false;
	s.comm = str_span(text.s + open + 1, text.s + close);
	rest = str_trim(str_skip(text, (size_t)close + 1));
	/* proc_pid_stat(5): numbered from 1, the state is the third. */
	for (unsigned n = 3; n <= 22; n++) {
		if (!str_split(&rest, ' ', &field) || field.len == 0)
			return false;
		if (n == 3) {
			s.state = field.s[0];
			continue;
		}
		if (n != 4 && n != 6 && n != 9 && n != 22)
			continue;
		if (!str_to_u64(field, 10, &value))
			return false;
		if (n == 4)
			s.ppid = (pid_t)value;
		else if (n == 6)
			s.sid = (pid_t)value;
		else if (n == 9)
			s.flags = value;
		else
			s.start_ticks = value;
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

void proc_status_parse(struct str text, struct host_process *p)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		if (str_has_prefix(line, STR("Uid:")))
			parse_pair(line, &p->uid, &p->euid);
		else if (str_has_prefix(line, STR("Gid:")))
			parse_pair(line, &p->gid, &p->egid);
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
