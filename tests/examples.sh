#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# examples.sh - what manual pages, help and papers show is right: rules, tests and
# configurations are checked, conditions tried, and commands name verbs, options and
# keys that there are.
set -uo pipefail

: "${top_srcdir:?}" "${top_builddir:?}"
saker=$top_builddir/saker
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failures=0
tried=0

# right WHAT COMMAND...
right()
{
	local what=$1

	shift
	tried=$((tried + 1))
	"$@" >"$work/said" 2>&1 && return
	echo "NOT OK - $what: $*"
	sed 's/^/  /' "$work/said"
	failures=$((failures + 1))
}

# options WHAT LINE: "saker VERB ..." and what it is given
options()
{
	local verb word rest=$2

	[[ $rest =~ (^|[|\(]\ *|sudo\ )saker\ ([a-z-]+)(.*) ]] || return
	verb=${BASH_REMATCH[2]}
	rest=${BASH_REMATCH[3]%%|*}
	rest=${rest%%\`*}
	"$saker" "$verb" --help >"$work/help" 2>/dev/null || {
		right "$1: $2" false
		return
	}
	for word in $rest; do
		case $word in
		--[a-z]*) right "$1: $2" grep -q -- "--${word#--}[ ,=]" <(sed 's/$/ /' "$work/help") ;;
		-[a-zA-Z]) right "$1: $2" grep -q -- "^  $word, " "$work/help" ;;
		[a-z]*.[a-z_.]*=*) [ "$verb" = eval ] ||
			right "$1: $2" "$saker" config -c /dev/null "${word%%=*}" ;;
		esac
	done
}

# Each literal block of a page becomes a file.
blocks()
{
	awk -v prefix="$2" '/^\.Bd -literal/ { n++; on = 1; next } /^\.Ed/ { on = 0 }
		on { gsub(/\\e/, "\\"); gsub(/\\\(dq/, "\""); gsub(/\\&/, ""); print >(prefix "." n) }' "$1"
}

mkdir -p "$work/doc"
ln -s "$(cd "$top_srcdir" && pwd)/tests" "$work/tests"
mkdir -p "$work/rules/tests" # where the paths of saker-test(5) lead to the tree
cp "$top_srcdir"/rules/*.yaml "$work/rules"
for page in "$top_srcdir"/doc/*.[578] "$top_builddir"/doc/*.[57]; do
	name=$(basename "$page")
	blocks "$page" "$work/doc/$name"
	while read -r line; do
		options "$name" "$line"
	done < <(sed -n 's/^\.Ql \(saker .*\)/\1/p' "$page")
done
for block in "$work"/doc/*; do
	name=$(basename "$block")
	case $(grep -v '^ *#' "$block" | head -1) in
	'- list:'* | '- macro:'* | '- rule:'*) right "$name" "$saker" check "$block" ;;
	'rules: '*) cp "$block" "$work/rules/tests/x.yaml"
		right "$name" "$saker" test "$work/rules/tests/x.yaml" ;;
	response: | output: | rules:) right "$name" "$saker" check -c "$block" ;;
	'saker '*) while read -r line; do options "$name" "$line"; done <"$block" ;;
	*' = '* | *' and '*)
		if [[ $name == saker-rules* ]]; then # one condition, or one a line
			joined=$(tr '\n' ' ' <"$block")
			"$saker" eval -r "$top_srcdir/rules" "$joined" >"$work/said" 2>&1 || joined=
			tried=$((tried + 1))
			[ -n "$joined" ] || while read -r line; do
				right "$name" "$saker" eval -r "$top_srcdir/rules" "${line%%(source*}"
			done <"$block"
		fi ;;
	esac
done

for verb in $("$saker" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
	while read -r line; do
		options "$verb --help" "$line"
		[[ $line != 'saker eval'* ]] || right "$verb --help" eval "$saker ${line#saker }"
	done < <("$saker" "$verb" --help | grep '^  *saker ')
done
for paper in "$top_srcdir"/*.md "$top_srcdir"/doc/*.md "$top_srcdir"/*/README.md; do
	while read -r line; do
		options "$(basename "$paper")" "$line"
	done < <(grep -ohE '^    .*saker [a-z]+.*|^\$ saker .*|`saker [a-z-]+ [^`]*`' "$paper" |
		sed -E 's/^\$ //; s/^`//; s/`$//')
done
echo "$tried checks of examples, $failures failed"
[ "$failures" -eq 0 ] && [ "$tried" -gt 60 ]
