#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-sizes.sh [TREE] - files stay under 500 lines and functions fit a
# screen; prints the figures, fails above the limits.
set -euo pipefail

max_file=500 max_test=800 max_median=20 max_p90=60 max_function=150

# A function's body runs from the brace in column 1 to its end in column 1, as
# .clang-format writes it; its size is counted without the two braces.
functions()
{
	xargs awk 'FNR == 1 { open = 0 }
		/^{/ { open = FNR; next }
		/^}/ && open { print FNR - open - 1, FILENAME ":" open; open = 0 }'
}

sizes()
{
	local tree=$1 files bad=0 n list max name
	files=$(cd "$tree" && find src tests -name '*.c' | sort)
	[ -n "$files" ] || return 0
	cd "$tree"
	while read -r n name; do
		max=$max_file
		[[ $name != tests/* ]] || max=$max_test
		[ "$n" -le "$max" ] || { echo "$name: $n lines, at most $max"; bad=1; }
	done < <(xargs wc -l <<<"$files" | awk '$2 != "total"')
	list=$(grep '^src/' <<<"$files" | functions | sort -n)
	awk -v median="$max_median" -v p90="$max_p90" -v most="$max_function" '
		{ size[NR] = $1 }
		$1 > most { printf "%s: function of %d lines, at most %d\n", $2, $1, most; bad = 1 }
		END {
			if (NR == 0)
				exit
			m = size[int((NR + 1) / 2)]; p = size[int(NR * 0.9 + 0.999)]
			printf "functions: %d, median %d lines, p90 %d, longest %d\n", NR, m, p, size[NR]
			if (m > median) { print "median above " median; bad = 1 }
			if (p > p90) { print "p90 above " p90; bad = 1 }
			exit bad
		}' <<<"$list" || bad=1
	return "$bad"
}

self_test()
{
	mock=$(mktemp -d)
	trap 'rm -rf "$mock"' EXIT
	mkdir -p "$mock/src" "$mock/tests"
	{ echo 'int f(void)'; echo '{'; seq 160 | sed 's/.*/	;/'; echo '}'; } >"$mock/src/long.c"
	seq 501 | sed 's,.*,/* */,' >"$mock/src/big.c"
	if out=$(sizes "$mock") || ! grep -q 'long.c:2: function of 160' <<<"$out" ||
		! grep -q 'big.c: 501 lines' <<<"$out"; then
		echo "self-test: $out" >&2
		exit 99
	fi
}

(self_test)
sizes "${1:-${top_srcdir:-.}}"
