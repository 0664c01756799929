#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# attribution.sh - 100 containers and 100 execs into one, each as short-lived as
# can be: nothing is raised, and each entry process is known to be in its own.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin runc busybox
cat >"$work/rules/entry.yaml" <<'END'
- rule: Test entry
  desc: the first process of a container, or of an exec into one
  condition: evt.type in (execve, execveat) and proc.is_container_entry = true
  output: entry %container.full_id %container.id %proc.pid %proc.cmdline
  priority: DEBUG
END
load_kernel_rules '-a always,exit -F arch=b64 -S execve,execveat -k saker-test'
start_saker_netlink rule_matching=all

rounds=${ROUNDS:-$((${SAKER_TEST_SLOW:-1} > 1 ? 20 : 100))}
for ((i = 0; i < rounds; i++)); do
	id=$(random_id)
	if [ "$i" -eq 0 ]; then
		make_bundle "$work/run" "/docker/$id" '.process.args = ["true"]'
	else
		sed -i -E "s,/docker/[0-9a-f]{64},/docker/$id," "$work/run/config.json"
	fi
	runc run --bundle "$work/run" "$id" </dev/null || not_ok "runc run $i"
	echo "$id" >>"$work/expected"
done
id=$(random_id)
make_bundle "$work/exec" "/docker/$id" '.process.args = ["sleep", "1000"]'
run_detached "$work/exec" "$id"
echo "$id" >>"$work/expected"
for ((i = 0; i < rounds; i++)); do
	runc exec "$id" true </dev/null || not_ok "runc exec $i"
	echo "$id" >>"$work/expected"
done
marker || not_ok "a marker at the end"
stop_saker

equal "the shipped rules raise nothing" "" "$(alerts "$work/alerts.json" | grep -v '^Test entry')"
jq -r 'select(.rule == "Test entry") | .output_fields["container.full_id"]' \
	"$work/alerts.json" | sort >"$work/found"
equal "each of $((2 * rounds + 1)) entry processes is in its container" \
	"$(sort "$work/expected")" "$(cat "$work/found")"
echo "missed: $(sort "$work/expected" | comm -23 - "$work/found" | wc -l), of them by" \
	"exec: $(sort "$work/expected" | comm -23 - "$work/found" | grep -c "^$id")"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
