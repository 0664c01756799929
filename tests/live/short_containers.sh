#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# short_containers.sh - CONTAINERS (100) containers that live 20 ms, eight at a
# time, each running five short processes: who attributes how many of their execs
# rightly, live through netlink, live as auditd's plugin, and from auditd's log
# alone; LAUREL, where it is installed, as another plugin of the same auditd.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin auditd runc
containers_wanted=${CONTAINERS:-100}
at_once=8
source_names=(netlink auditd replay)
declare -A least=([netlink]=99.9 [auditd]=99.5 [replay]=99)

cat >"$work/rules/short.yaml" <<'END'
- rule: Test exec
  desc: every exec of a program that is named after its container
  condition: evt.type in (execve, execveat) and proc.args startswith "short"
  output: exec %container.full_id %container.id %proc.args %proc.state %proc.pid %audit.serial
  priority: DEBUG
END

# The path of a bundle that the containers of one worker share.
make_short_bundle()
{
	mkdir -p "$1"
	(cd "$1" && runc spec)
	jq --arg root "$work/rootfs" '.process.terminal = false | .root = {path: $root, readonly: true} |
		.process.args = ["/bin/poke", "shorts", "NAME", "20"] |
		.linux.cgroupsPath = "/docker/ID" | .linux.seccomp = null |
		.linux.namespaces |= map(select(.type != "network"))' "$1/config.json" >"$1/template" &&
		rm "$1/config.json"
}

# run_worker NUMBER: every at_once'th container; the truth in truth.NUMBER, as
# "name.process id".
run_worker()
{
	local i k id bundle=$work/bundle.$1

	make_short_bundle "$bundle"
	for ((i = $1; i < containers_wanted; i += at_once)); do
		id=$(random_id)
		sed "s/\"NAME\"/\"n$i\"/; s,/docker/ID,/docker/$id," "$bundle/template" >"$bundle/config.json"
		if ! runc run --bundle "$bundle" "$id" </dev/null >>"$work/runc.out" 2>&1; then
			echo "n$i" >>"$work/not-run"
			continue
		fi
		for k in {0..5}; do
			echo "n$i.$k $id"
		done
	done >"$work/truth.$1"
}

# The same form from alerts and from LAUREL's log.
found_by_saker()
{
	jq -r 'select(.rule == "Test exec") | .output_fields | (.["proc.args"] | split(" ")) as $a |
		"\($a[1]).\(if $a[0] == "shorts" then 0 else $a[2] end) \(.["container.full_id"] // .["container.id"])"' "$1"
}

found_by_laurel()
{
	jq -r 'select(.EXECVE.ARGV[0]? == "poke" or .EXECVE.ARGV[0]? == "/bin/poke") | .EXECVE.ARGV as $a |
		select($a[1] | startswith("short")) |
		"\($a[2]).\(if $a[1] == "shorts" then 0 else $a[3] end) \(.CONTAINER_INFO.ID // "host")"' "$@"
}

# judge NAME LEAST <FOUND: figures, and each cause of a miss with its count.
judge()
{
	local total wrong

	sort -u >"$work/found.$1"
	total=$(wc -l <"$work/truth")
	join -a 1 -e 'no alert' -o 0,1.2,2.2 "$work/truth" "$work/found.$1" |
		awk '$2 != $3' >"$work/misses.$1"
	wrong=$(cut -d ' ' -f 1 "$work/misses.$1" | sort -u | wc -l)
	awk -v what="$1" -v total="$total" -v wrong="$wrong" 'BEGIN {
		printf "%s: %d of %d execs in their container, %.3f %%\n", what, total - wrong, total,
			100 * (total - wrong) / total }'
	# a cause: what was said in place of the id; a 64-digit id is another container's
	sed -E 's/^([^ ]+) [^ ]+ /\1 /; s/ [0-9a-f]{64}$/ another container/' "$work/misses.$1" |
		awk '{ name = $1; sub(/^[^ ]+ /, ""); n[$0]++; if (n[$0] <= 5) first[$0] = first[$0] " " name }
			END { for (c in n) printf "  %d: %s (%s )\n", n[c], c, first[c] }'
	[ -n "$2" ] || return 0
	if awk -v total="$total" -v wrong="$wrong" -v least="$2" \
		'BEGIN { exit !(total > 0 && 100 * (total - wrong) >= least * total) }'; then
		ok "$1: at least $2 % are attributed"
	else
		not_ok "$1: at least $2 % are attributed"
	fi
}

# Another plugin of the same auditd, as its package sets it up.
add_laurel()
{
	command -v laurel >/dev/null || {
		echo "no LAUREL here: no comparison"
		return
	}
	install -d -m 755 "$work/laurel"
	cat >"$work/laurel.toml" <<-END
	directory = "$work/laurel"
	[auditlog]
	file = "audit.log"
	size = 500000000
	generations = 2
	[enrich]
	pid = true
	container = true
	END
	install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
	cat >"$work/auditd/plugins.d/laurel.conf" <<-END
	active = yes
	direction = out
	type = always
	format = string
	path = $(command -v laurel)
	args = --config $work/laurel.toml
	END
	chmod 640 "$work/auditd/plugins.d/laurel.conf"
}

start_netlink_beside()
{
	"$saker" run --source netlink -r "$work/rules" --json --output "file:$work/netlink.json" \
		-o rule_matching=all </dev/null >/dev/null 2>"$work/saker.err" 9>&- &
	saker_pid=$!
	pids+=("$saker_pid")
	: >"$work/netlink.json"
}

netlink_markers()
{
	grep -c '"rule":"Test marker"' "$work/netlink.json"
}

netlink_has_more_than()
{
	[ "$(netlink_markers)" -gt "$1" ]
}

netlink_has_marker()
{
	"$work/poke-marker" unshare 0x04000000
	netlink_has_more_than 0
}

mkdir -p "$work/rootfs/"{bin,proc,dev,sys,tmp}
cp "$poke_binary" "$work/rootfs/bin/poke"
load_kernel_rules
add_laurel
start_saker_plugin rule_matching=all
start_netlink_beside
wait_for 10 netlink_has_marker || die "saker does not answer: $(cat "$work/saker.err")"

echo "$containers_wanted containers, $at_once at a time, load $(cut -d ' ' -f 1 /proc/loadavg)"
workers=()
started=$SECONDS
for ((w = 0; w < at_once; w++)); do
	run_worker "$w" 9>&- &
	workers+=($!)
done
wait "${workers[@]}"
echo "took $((SECONDS - started)) s"
seen_before=$(netlink_markers)
marker || not_ok "a marker at the end"
wait_for 10 netlink_has_more_than "$seen_before" || not_ok "a marker at the end, by netlink"
stop_saker
stop_auditd

cat "$work"/truth.* | sort >"$work/truth"
equal "all containers ran" "" "$(cat "$work/not-run" 2>/dev/null)"
"$saker" replay --json -r "$work/rules" -o rule_matching=all "$work/audit.log" \
	>"$work/replay.json" 2>"$work/replay.err" || not_ok "replay: $(cat "$work/replay.err")"
cp "$work/alerts.json" "$work/auditd.json"
for name in "${source_names[@]}"; do
	found_by_saker "$work/$name.json" | judge "$name" "${least[$name]}"
done
[ ! -d "$work/laurel" ] || found_by_laurel "$work"/laurel/audit.log* | judge LAUREL ""
equal "the kernel lost nothing" 0 "$(kernel_lost)"
grep -hE '[1-9][0-9]* (dropped|lost|overrun|partial)' "$work/saker.err" "$work/auditd.out" | sed 's/^/  /' || true
