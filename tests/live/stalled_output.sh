#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# stalled_output.sh - the reader of saker's alerts stops reading: neither auditd
# nor the machine may notice, and what could not be delivered is counted.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin auditd
seconds=${STALL_SECONDS:-30}
padding=$(printf '%3500s' '' | tr ' ' a)
cat >"$work/rules/exec.yaml" <<'END'
- rule: Test exec
  desc: a long alert for each exec
  condition: evt.type = execve and proc.exepath endswith /poke
  output: exec %proc.cmdline %proc.pcmdline
  priority: DEBUG
END
load_kernel_rules '-a always,exit -F arch=b64 -S execve -k saker-test'
mkfifo "$work/pipe"
# holds the pipe open and reads when told to
bash -c 'exec <"$1"; while [ ! -e "$2/read-on" ]; do sleep 0.2; done; cat >"$2/delivered"' \
	sh "$work/pipe" "$work" 9>&- &
pids+=("$!")
start_saker_plugin output="[file:$work/alerts.json, file:$work/pipe]"

measure()
{
	"$poke_binary" execs "$1" x
}

echo "exec before: $(measure 300 | percentiles us)"
end=$((SECONDS + seconds))
while ((SECONDS < end)); do
	"$poke_binary" execs 200 "$padding"
done >"$work/during"
echo "exec during $seconds s without a reader: $(percentiles us <"$work/during")"
echo "exec after: $(measure 300 | percentiles us)"
# one in a hundred may have met with something else on a busy host
equal "execs took no second" 0 "$(sort -n "$work/during" |
	awk '{ v[NR] = $1 } END { print int(v[int(NR * .99 + .999)] / 1000000) }')"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
touch "$work/read-on"
marker || not_ok "saker works on after the stall"
stop_auditd
sed 's/^/  saker: /' "$work/auditd.out"
dropped=$(jq '.output_fields.output_dropped // 0' "$work/alerts.json" | awk '{ n += $1 } END { print n + 0 }')
echo "alerts dropped and told: $dropped"
if [ "$dropped" -gt 0 ]; then ok "drops are told"; else not_ok "drops are told"; fi
equal "no record was dropped" 0 \
	"$(jq -r 'select(.output_fields.records_dropped) | .output' "$work/alerts.json" | wc -l)"
