#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-layers.sh [TREE] - a folder includes only itself and folders below it.
set -euo pipefail

# Lowest first. A new folder takes its place here.
layers='base relay audit host source process container event vm lang engine alert
	output evidence response kernel monitor metrics daemon testing cli'

# check TREE: prints each violation; fails when there was one.
check()
{
	(cd "$1" && find src include -name '*.[ch]' -o -name '*.def') |
		sort | (cd "$1" && xargs -r grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"') |
		awk -v layers="$layers" '
	function complain(text) { printf "%s: %s\n", where, text; bad = 1 }
	BEGIN { n = split(layers, l, /[ \t\n]+/); for (i = 1; i <= n; i++) rank[l[i]] = i }
	{
		split($0, at, ":")
		where = at[1] ":" at[2]
		split(at[1], path, "/")
		own = path[1] == "src" ? path[2] : path[3]
		match($0, /"[^"]*"/)
		included = substr($0, RSTART + 1, RLENGTH - 2)
		n = split(included, part, "/")
		if (n == 1)
			next # a header beside it, or config.h
		other = part[1] == "saker" ? part[2] : part[n - 1]
		if (!(own in rank))
			complain("folder \"" own "\" has no place in the layer order")
		else if (!(other in rank))
			complain("\"" included "\" is in no known folder")
		else if (rank[other] > rank[own])
			complain(own " may not use " other ", which is above it")
		else if (part[1] != "saker" && other != own)
			complain("\"" included "\" is private to " other)
	}
	END { exit bad }'
}

# The check itself must find what it is for.
self_test()
{
	mock=$(mktemp -d)
	trap 'rm -rf "$mock"' EXIT
	mkdir -p "$mock"/src/{base,audit,odd} "$mock"/include/saker/base
	echo '#include "saker/audit/record.h"' >"$mock/src/base/up.c"
	echo '  #  include "../base/private.h"' >"$mock/src/audit/private.c"
	echo '#include "saker/base/str.h"' >"$mock/src/audit/fine.c"
	echo '#include "saker/nowhere/x.h"' >"$mock/include/saker/base/a.h"
	echo '#include "saker/base/str.h"' >"$mock/src/odd/b.c"
	echo '#include "beside.h"' >"$mock/src/base/c.c"
	found=$(check "$mock" | sed 's/:.*//' | sort | tr '\n' ' ') || true
	expected='include/saker/base/a.h src/audit/private.c src/base/up.c src/odd/b.c '
	if [ "$found" != "$expected" ]; then
		echo "self-test: found '$found', expected '$expected'" >&2
		exit 99
	fi
}

self_test
check "${1:-${top_srcdir:-.}}"
