#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# doc-tables.sh - the table of doc/compliance.md is what the rules' tags and the
# kernel rules say, that of doc/falco.md which fields have no values; UPDATE=1 writes
# them anew.
set -uo pipefail

: "${top_srcdir:?}" "${top_builddir:?}"
saker=$top_builddir/saker
failures=0
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL

# table PAPER NAME FILE: the paper has the file between its marks.
table()
{
	local paper=$top_srcdir/doc/$1

	awk -v name="<!-- $2:" -v table="$3" '
		index($0, name) == 1 { print; while ((getline line < table) > 0) print line; skip = 1; next }
		/^<!-- end/ { skip = 0 }
		!skip' "$paper" >"$work/paper"
	if [ -n "${UPDATE:-}" ]; then
		cat "$work/paper" >"$paper"
	elif diff "$paper" "$work/paper"; then
		echo "ok - $(wc -l <"$3") lines of doc/$1 are as the tables have it"
	else
		echo "NOT OK - doc/$1 differs; UPDATE=1 bash tests/doc-tables.sh writes it anew"
		failures=$((failures + 1))
	fi
}

# What is switched on only when asked for is told of, too.
all=(-c /dev/null -r "$top_srcdir/rules" --enable tag:strict)
"$saker" rules "${all[@]}" --json >"$work/rules" || exit 99
for part in base optional; do
	"$saker" audit-rules "${all[@]}" --portable "$part" --json || exit 99
done >"$work/kernel" 2>/dev/null

# What the kernel is asked to watch for a rule, where that is a path; else the
# key of its lines.
jq -rs '[.[] | select(.needed_by) | . as $k | .needed_by[] | {rule: ., line: $k.line, key: $k.key}]
	| group_by(.rule)[] | [.[0].rule,
		([.[] | .line | capture("-F (dir|path)=(?<p>[^ ]+)").p | select(. != "/sys/fs/cgroup")] | unique | join(" ")),
		([.[] | .key] | unique | join(","))]
	| [.[0], if .[1] != "" then .[1] else "key:" + .[2] end] | @tsv' \
	"$work/kernel" >"$work/watched"

{
	echo '| item | rule | what the kernel watches for it |'
	echo '|---|---|---|'
	jq -r '.info | .name as $n | .tags[] |
		select(test("^(cis_docker|cis_kubernetes|pci_dss|stig)_[0-9]")) |
		[., $n] | @tsv' "$work/rules" | sort -V |
		awk -F '\t' 'NR == FNR { watched[$1] = $2; next }
			{ gsub(/_/, " ", $1); sub(/^cis/, "CIS", $1); sub(/^pci dss/, "PCI DSS", $1)
			  sub(/docker/, "Docker", $1); sub(/kubernetes/, "Kubernetes", $1)
			  n = split(watched[$2], w, " "); text = ""
			  for (i = 1; i <= n && i <= 4; i++) text = text (i > 1 ? ", " : "") w[i]
			  if (n > 4) text = text ", and " n - 4 " more"
			  print "| " $1 " | " $2 " | " text " |" }' "$work/watched" -
	for benchmark in cis_docker cis_kubernetes pci_dss stig; do
		jq -r --arg b "$benchmark" 'select(.info.tags | index($b)) |
			select(.info.tags | any(test("^" + $b + "_[0-9]")) | not) | .info.name' \
			"$work/rules" | sort | awk -v b="$benchmark" '{ text = text (NR > 1 ? "; " : "") $0 }
			END { if (text != "") print "| tag `" b "`, no item of its own | " text " | |" }'
	done
} >"$work/table"

table compliance.md table "$work/table"

# classes of fields, those without values
"$saker" fields --json | jq -r 'select(.from == "nowhere") | .field' |
	awk -F. '{ class = $1; sub(/^[^.]*\./, "")
		if (!(class in names)) order[++n] = class
		names[class] = names[class] (names[class] == "" ? "" : ", ") "`" class "." $0 "`" }
		END { for (i = 1; i <= n; i++) print "- " names[order[i]] }' >"$work/fields"
table falco.md fields "$work/fields"
[ "$failures" -eq 0 ]
