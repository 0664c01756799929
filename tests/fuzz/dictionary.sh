#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dictionary.sh TARGET [TREE] - libFuzzer dictionary of a target: the first
# string of each row of the tables that its input is written in.
set -euo pipefail

target=${1##*/fuzz_} tree=${2:-${top_srcdir:-.}}
records=(src/audit/record_types.def src/audit/syscall_fields.def)
conditions=(include/saker/event/fields.def include/saker/vm/ops.def
	include/saker/vm/transformers.def)
case $target in
assemble | record | frame | log | netlink) tables=("${records[@]}") ;;
snapshot) tables=("${records[@]}" src/container/snapshot_fields.def) ;;
pipeline) tables=("${records[@]}" include/saker/container/runtimes.def) ;;
condition | template) tables=("${conditions[@]}") ;;
rules) tables=("${conditions[@]}" include/saker/lang/keys.def) ;;
suite) tables=("${records[@]}" include/saker/event/fields.def src/testing/keys.def) ;;
output) tables=(src/output/outputs.def src/output/options.def include/saker/alert/formats.def) ;;
config) tables=(include/saker/daemon/config.def) ;;
control) tables=(include/saker/daemon/control.def) ;;
cgroup) tables=(include/saker/container/cgroup_names.def) ;;
runtime) tables=(include/saker/container/runtimes.def) ;;
metadata) tables=(src/container/metadata.def) ;;
kernel_rules) tables=(src/event/syscalls.def) ;;
*) exit 0 ;;
esac
cd "$tree"
# Rows without a string name something by their first word: SYSCALL(open, ...
sed -En 's/^[A-Z_]+\([^"]*"([^"\\]*)".*/"\1"/p; t
	s/^[A-Z_]+\(([A-Za-z0-9_]+),.*/"\1"/p' "${tables[@]}" | sort -u
