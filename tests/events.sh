#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# events.sh - saker events: what a rule may compare evt.type with, all of it and
# nothing else.
set -uo pipefail

saker=${top_builddir:-.}/saker
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

expect()
{
	if [ "$2" != "$3" ]; then
		printf '%s:\n%s\nexpected:\n%s\n' "$1" "$2" "$3"
		bad=1
	fi
}

"$saker" events --json >"$work/events" || exit 1
one()
{
	jq -c "select(.type == \"$1\" and .kind == \"$2\")" "$work/events"
}

expect 'a call' "$(one connect syscall | jq -c '[.source, .arguments]')" \
	'["syscall",["res","tuple","fd","addr"]]'
expect 'an operation' "$(one unlinkat io_uring | jq -r .source)" syscall
expect 'a record of the kernel' "$(one avc record)" \
	'{"arguments":[],"kind":"record","number":1400,"origin":"kernel","forgeable":false,"source":"audit","type":"avc"}'
expect 'of a program' "$(one user_login record | jq -c '[.origin, .forgeable]')" '["program",true]'
expect 'of auditd' "$(one daemon_end record | jq -c '[.origin, .forgeable]')" '["daemon",false]'
expect 'a part' "$(one path part | jq -c '[.number, .source]')" '[1302,null]'
expect 'a record and a call' "$(jq -r 'select(.type == "bpf") | .kind' "$work/events" | xargs)" 'syscall record'
expect 'what is an event of its own' "$(one syscall record)$(one eoe record)$(one uringop record)" ''
expect 'each is there once' "$(jq -r '.kind + " " + .type' "$work/events" | sort | uniq -d)" ''
expect 'the text has the same' "$("$saker" events | wc -l)" "$(wc -l <"$work/events")"

# all record types of libaudit's header that this host has
header=/usr/include/linux/audit.h
if [ -r $header ]; then
	sed -nE 's/^#define AUDIT_([A-Z0-9_]+)[[:space:]]+(1[3-8][0-9][0-9])\b.*/\2/p' $header |
		grep -vE '^(13|14|15|16|17|18)(99|00)$|^1300$|^1320$|^1336$' | sort -u >"$work/header"
	jq -r 'select(.number != null) | .number' "$work/events" | sort -u >"$work/known"
	expect 'types of the kernel that are not known' "$(comm -23 "$work/header" "$work/known" | xargs)" ''
fi

# each is accepted in a rule of its source, without a note that it never matches
jq -r 'select(.source != null) | "- rule: \(.kind) \(.type)
  desc: d
  condition: evt.type = \(.type)
  output: o
  priority: INFO
  source: \(.source)"' "$work/events" >"$work/all.yaml"
expect 'rules for all of them' "$("$saker" check "$work/all.yaml" 2>&1 | grep -E 'error|LINT_NEVER')" ''
exit "$bad"
