#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-docs.sh - the manual pages are well-formed and complete, and what the
# papers name is there.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
bad=0

complain()
{
	echo "$*"
	bad=1
}

# documented TABLE PAGE: the name in each row has an item in the page.
documented()
{
	local names name

	names=$(sed -nE '/^VERB/s/_/-/g; s/^(SOURCE|VERB)\(([[:alnum:]_-]+).*/\2/p; s/^(CONFIG|OUTPUT|OUTPUT_OPTION|ALERT_FORMAT|OPTION|OP|KEY|ACTION|SCOPE|PROCESS_TIER|CONTAINER_TIER)\([^"]*"([^"]*)".*/\2/p' "$1")
	[ -n "$names" ] || complain "no rows found in $1"
	for name in $names; do
		grep -Eq "^\\.It (Cm |Fl (. , )?-)$name( |\$)" "$2" ||
			complain "$2 does not tell of '$name' in $1"
	done
}

for table in include/saker/engine/actions.def include/saker/host/tiers.def; do
	documented "$table" doc/saker-response.7
done
for table in include/saker/source/sources.def src/cli/verbs.def src/cli/options.def; do
	documented "$table" doc/saker.8
done
for table in include/saker/daemon/config.def src/output/outputs.def \
	src/output/options.def include/saker/alert/formats.def; do
	documented "$table" "${top_builddir:-.}/doc/saker.yaml.5"
done
documented include/saker/vm/ops.def doc/saker-rules.5
documented src/testing/keys.def doc/saker-test.5

for page in doc/*.[58] "${top_builddir:-.}"/doc/saker*.[57]; do
	if command -v groff >/dev/null; then
		said=$(groff -mandoc -ww -z "$page" 2>&1)
		[ -z "$said" ] || complain "$said"
	fi
	if command -v mandoc >/dev/null; then
		said=$(mandoc -Tlint -Wwarning "$page" 2>&1)
		[ -z "$said" ] || complain "$said"
	fi
done

# A path of the tree stands in backticks or brackets; FOLDER is any folder.
for paper in *.md; do
	while read -r path; do
		[ -e "$path" ] || [ -e "include/saker/$path" ] ||
			complain "$paper names $path, which is not there"
	done < <(grep -Eoh '(`|\]\()[A-Za-z0-9_./-]+(`|\))' "$paper" | tr -d '`()]' |
		grep -E '^(src|include|tests|doc|rules|audit\.rules\.d|base)/|\.md$' | grep -Ev 'FOLDER|\.log$')
done
exit "$bad"
