/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_session.c - holds a session with the given rule files open until a
 * byte or the end of standard input comes. */
#include <stdio.h>

#include "saker/base/io.h"
#include "saker/kernel/audit.h"

static void print_diags(struct diag_list *diags)
{
	auto_buf struct buf text = BUF_INIT;

	for (size_t i = 0; i < diags->count; i++)
		diag_render(&diags->items[i], false, &text);
	fputs(buf_cstr(&text), stderr);
	diag_done(diags);
}

int main(int argc, char **argv)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_session *session = NULL;
	struct kernel_rules *rules = NULL;
	const char *const *paths = (const char *const *)argv + 1;
	int error = kernel_rules_read(paths, (size_t)argc - 1, &diags, &rules);

	if (error == 0)
		error = kernel_session_begin(rules, &diags, &session);
	kernel_rules_free(rules);
	print_diags(&diags);
	if (error == 0) {
		puts("ready");
		fflush(stdout);
		getchar();
	}
	kernel_session_end(session);
	return error == 0 ? 0 : 1;
}
