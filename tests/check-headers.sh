#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-headers.sh - every header under include/ compiles by itself.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
failed=0
while read -r header; do
	printf '#include "%s"\n' "${header#include/}" |
		${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude \
			-fsyntax-only -x c - || {
		echo "$header does not compile by itself"
		failed=1
	}
done < <(find include -name '*.h' | sort)
exit "$failed"
