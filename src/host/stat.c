/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stat.c - /proc/PID/stat, whose second field may hold blanks and ')'. */
#include "direct.h"

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
