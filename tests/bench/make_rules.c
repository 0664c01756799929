/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_rules.c - writes made-up rules. Usage: make_rules COUNT */
#include <stdio.h>
#include <stdlib.h>

#include "rule_mix.h"

int main(int argc, char **argv)
{
	struct buf text = BUF_INIT;
	uint64_t count;
	int status = EXIT_FAILURE;

	if (argc != 2 || !str_to_u64(str_from(argv[1]), 10, &count)) {
		fprintf(stderr, "usage: %s COUNT\n", argv[0]);
		return 2;
	}
	rule_mix_head(&text);
	for (uint64_t i = 0; i < count; i++)
		rule_mix_rule(&text, i);
	if (!text.failed && fwrite(text.data, 1, text.len, stdout) == text.len)
		status = EXIT_SUCCESS;
	buf_done(&text);
	return status;
}
